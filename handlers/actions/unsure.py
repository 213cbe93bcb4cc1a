"""A doubt is put to the sender alone; the words wait in a draft until the answer."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from handlers.actions import file
from handlers.actions.deliver import personal
from handlers.actions.exposed import tell_sender
from handlers.deps import Deps
from handlers.heard import Answer, Heard, Speaker
from parsing import Context, Understanding, mask, understand
from storage import Unit
from tickets.notices import Priority
from tickets.roster import AreaCode

KIND = "unsure"
WAITS = timedelta(hours=12)


async def ask_sender(deps: Deps, heard: Heard, grid: AreaCode, meant: Understanding) -> None:
    """Ask the sender whether this should become a ticket."""
    now = deps.now()
    async with deps.store.unit(heard.cause) as unit:
        await unit.contacts.see(heard.speaker.telegram, heard.speaker.name, heard.speaker.language, grid)
        draft = await unit.drafts.open(
            telegram=heard.speaker.telegram,
            kind=KIND,
            cause=heard.cause,
            ticket=None,
            data={
                "text": mask(heard.text),
                "chat": str(heard.chat),
                "message": str(heard.message),
                "at": heard.at.isoformat(),
                "grid": grid,
                "name": heard.speaker.name,
                "language": heard.speaker.language or "",
                "thread": str(heard.thread or ""),
                "pieces": " ".join(map(str, heard.pieces)),
                "alone": mask(heard.alone),
            },
            expires_at=now + WAITS,
        )
        await personal(
            deps,
            unit,
            heard.speaker.telegram,
            key=f"unsure:{heard.chat}:{heard.message}",
            template="unsure",
            language=heard.speaker.language or deps.district.language,
            now=now,
            priority=Priority.CARD,
            data={"draft": str(draft), "summary": meant.summary, "text": mask(heard.text)},
            heard_in=heard.chat,
            heard_message=heard.message,
            heard_thread=heard.thread,
        )
        await tell_sender(deps, unit, heard, private=meant.private)
        await unit.commit()


async def renew_doubt(deps: Deps, heard: Heard) -> bool:
    """Keep the new words of an edited message whose sender was asked about it; an edit opens no question of its own."""
    where = (str(heard.chat), str(heard.message))
    async with deps.store.look() as unit:
        asked = await unit.drafts.all_of(heard.speaker.telegram, KIND, deps.now())
    found = next((one for one in asked if (one.data["chat"], one.data["message"]) == where), None)
    if found is None:
        return False
    words, alone = mask(heard.text), found.data.get("alone", "")
    before = found.data["text"].removesuffix(alone) if alone else ""
    async with deps.store.unit(heard.cause) as unit:
        await unit.drafts.change(found.id, {**found.data, "text": before + words, "alone": words if alone else ""})
        await unit.commit()
    return True


async def answer_doubt(deps: Deps, cause: int, speaker: Speaker, draft_id: int, *, wanted: bool) -> Answer:
    """Open the ticket after all, or let it be."""
    async with deps.store.unit(cause) as unit:
        draft = await unit.drafts.get(draft_id)
        if draft is None or draft.kind != KIND or draft.expires_at < deps.now():
            return Answer.of("aged_button")
        if draft.telegram != speaker.telegram:
            return Answer.of("only_reporter", name=draft.data["name"])
        await unit.drafts.close(draft_id)
        if not wanted:
            await unit.commit()
            return Answer.of("unsure_dropped")
        known = await unit.sources.ticket_of(int(draft.data["chat"]), int(draft.data["message"]))
        if known is not None:  # somebody of the staff was faster
            await unit.commit()
            return Answer.of("unsure_filed", number=str(known))
        text, pieces = await _unfiled(unit, draft.data)
        heard = Heard(
            cause=cause,
            chat=int(draft.data["chat"]),
            message=int(draft.data["message"]),
            speaker=speaker,
            text=text,
            at=datetime.fromisoformat(draft.data["at"]),
            thread=int(draft.data["thread"]) if draft.data.get("thread") else None,
            pieces=pieces,
        )
        grid = draft.data["grid"]
        context = Context(deps.services, deps.places, grid, addressed=True, models=deps.models)
        ticket = await file.open_within(deps, unit, heard, grid, understand(heard.text, context))
        await unit.commit()
    deps.talk.take(heard)
    return Answer.of("unsure_filed", number=str(ticket.id))


async def _unfiled(unit: Unit, data: Mapping[str, str]) -> tuple[str, tuple[int, ...]]:
    """Return the words of a doubt and the messages before it that belong to it: none once one of these was filed."""
    pieces = tuple(map(int, data.get("pieces", "").split()))
    for piece in pieces:
        if await unit.sources.ticket_of(int(data["chat"]), piece) is not None:
            return data.get("alone") or data["text"], ()
    return data["text"], pieces
