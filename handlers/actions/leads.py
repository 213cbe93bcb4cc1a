"""Pictures and voices without words in a group: shown to the worker, quietly, who may file them (decision 0006).

A lead is a draft row of its sender: what was sent, until somebody files it, its sender says in words what it is about,
or nobody cares any more.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from handlers.actions.act import act_on
from handlers.actions.circle import around
from handlers.actions.writing import write_to
from handlers.deps import Deps
from handlers.heard import Heard, Speaker
from parsing import mask
from storage import Draft, Unit
from tickets.commands import Add
from tickets.media import packed, unpacked
from tickets.model import Candidate, ReasonCode, Said, Ticket
from tickets.roster import AreaCode
from tickets.service import DeadlineClass

LEAD = "lead"
"""The kind of the draft, and the template of the note that shows it."""

KINDS = frozenset({"photo", "picture", "voice", "video"})
"""What can show or say what is the matter. Animations, files, songs and places are talk."""

JOINING = frozenset({"photo", "picture", "video"})
"""Kinds of which several make one message."""

ALBUM = 10
"""As many files Telegram takes in one message."""

MOST = 6
"""So many notes a grid's worker gets in an hour; whoever wants the rest finds it in the group."""

WAITS = timedelta(days=3)
"""How long a lead can be filed."""

WORTH = timedelta(hours=12)
"""A note that could not be said for so long, since duty began, is not worth saying."""

OTHER = "other"


def is_lead(deps: Deps, heard: Heard) -> bool:
    """Whether this is something a worker should look at: a resident's picture or voice to nobody in particular."""
    if not heard.wordless or heard.private or heard.edited or heard.talk or heard.speaker.anonymous:
        return False
    return heard.media[0].kind in KINDS and deps.district.by_telegram(heard.speaker.telegram) is None


async def keep(deps: Deps, heard: Heard, grid: AreaCode) -> None:
    """Keep what was sent, and leave a note for the worker on duty, who is not in a hurry to read it.

    It waits as long as quick follow-ups count: its sender may still say what it is about.
    """
    now = deps.now()
    async with deps.store.unit(heard.cause) as unit:
        if not await _joined(deps, unit, heard, now):
            draft = await unit.drafts.open(
                telegram=heard.speaker.telegram,
                kind=LEAD,
                cause=heard.cause,
                data=facts(heard, grid),
                expires_at=now + WAITS,
            )
            if await _room(unit, grid, now):
                await _note(deps, unit, heard, grid, draft, now)
        await unit.commit()


def facts(heard: Heard, grid: AreaCode) -> dict[str, str]:
    """Return a message as a draft keeps it."""
    return {
        "chat": str(heard.chat),
        "messages": str(heard.message),
        "at": heard.at.isoformat(),
        "grid": grid,
        "text": mask(heard.text),
        "media": packed(heard.media),
        "album": heard.album or "",
        "name": heard.speaker.name,
        "language": heard.speaker.language or "",
        "thread": str(heard.thread or ""),
    }


def as_heard(lead: Draft, cause: int) -> Heard:
    """Return what its sender said, as if it were heard now."""
    data = lead.data
    return Heard(
        cause=cause,
        chat=int(data["chat"]),
        message=int(data["messages"].split()[0]),
        speaker=Speaker(lead.telegram, data["name"], data["language"] or None),
        text=data["text"],
        at=datetime.fromisoformat(data["at"]),
        media=unpacked(data["media"]),
        album=data["album"] or None,
        thread=int(data["thread"]) if data["thread"] else None,
    )


async def found(unit: Unit, telegram: int, chat: int, message: int, now: datetime) -> Draft | None:
    """Return the lead that a message of somebody is, or is a part of."""
    for lead in await unit.drafts.all_of(telegram, LEAD, now):
        if lead.data["chat"] == str(chat) and str(message) in lead.data["messages"].split():
            return lead
    return None


async def close(unit: Unit, lead: Draft, ticket: int) -> None:
    """A lead became (a part of) a ticket: its note is not said any more, and every part of it is known."""
    await unit.drafts.close(lead.id)
    await unit.outbox.withdraw(_key(lead.id))
    for message in lead.data["messages"].split():
        chat, album = int(lead.data["chat"]), lead.data["album"] or None
        await unit.sources.add(chat, int(message), ticket, album, f"tg{lead.telegram}")


async def absorb(deps: Deps, unit: Unit, heard: Heard, ticket: Ticket, now: datetime) -> Ticket:
    """Add what the same person showed a moment before saying what it is about: that was one request."""
    since = now - deps.policy.follow_up.clock
    for lead in reversed(await unit.drafts.all_of(heard.speaker.telegram, LEAD, now)):
        earlier = as_heard(lead, heard.cause)
        if earlier.chat != heard.chat or earlier.at < since:
            continue
        # Words that were written under the picture itself later have it already.
        media = tuple(one for one in earlier.media if one not in heard.media)
        if media or earlier.text:
            words, album = mask(earlier.text), earlier.album or ""
            said = Said(words, earlier.at, earlier.chat, earlier.message, media, album, earlier.thread)
            ticket = (await act_on(deps, unit, ticket, Add(ticket.reporter, said), now)).ticket
        await close(unit, lead, ticket.id)
    return ticket


def _key(draft: int) -> str:
    return f"{LEAD}:{draft}"


async def _joined(deps: Deps, unit: Unit, heard: Heard, now: datetime) -> bool:
    """Put further pictures of the same person into the note that has not been said yet."""
    earlier = await unit.drafts.latest(heard.speaker.telegram, LEAD, now)
    if earlier is None or earlier.data["chat"] != str(heard.chat):
        return False
    media = (*unpacked(earlier.data["media"]), *heard.media)
    quick = heard.at - datetime.fromisoformat(earlier.data["at"]) <= deps.policy.follow_up.clock
    if not quick or len(media) > ALBUM or not {one.kind for one in media} <= JOINING:
        return False
    row = await unit.outbox.by_key(_key(earlier.id))
    if row is not None:
        note: dict[str, Any] = {"not_before": row.not_before}
        if await unit.outbox.share(key=row.key, media=packed(media).split(), hold=0.0, **note) < len(media):
            return False
    data = {**earlier.data, "messages": f"{earlier.data['messages']} {heard.message}", "media": packed(media)}
    await unit.drafts.change(earlier.id, data)
    return True


async def _room(unit: Unit, grid: AreaCode, now: datetime) -> bool:
    """Count this hour's notes of a grid; False when there were enough."""
    key, hour = f"leads:{grid}", now.strftime("%Y-%m-%dT%H")
    before, _, count = (await unit.marks.get(key) or "").partition(" ")
    said = int(count) if before == hour else 0
    if said >= MOST:
        return False
    await unit.marks.set(key, f"{hour} {said + 1}")
    return True


async def _note(deps: Deps, unit: Unit, heard: Heard, grid: AreaCode, draft: int, now: datetime) -> None:
    worker = await _on_duty(deps, unit, heard, grid, now)
    if worker is None:
        return
    begins = max(now + deps.policy.follow_up.clock, worker.from_ or now)
    begins = deps.policy.quiet.after(begins)
    await write_to(
        deps,
        unit,
        worker.person,
        key=_key(draft),
        template=LEAD,
        data=shown(draft, heard, {"media": packed(heard.media)}),
        not_before=begins,
        expires_at=begins + WORTH,
    )


def shown(draft: int, heard: Heard, more: Mapping[str, str]) -> dict[str, str]:
    """Return what the note says."""
    kind = heard.media[0].kind if heard.media else ""
    told = {"draft": str(draft), "name": heard.speaker.name, "at": heard.at.isoformat(), "kind": kind}
    return {**told, "author": str(heard.speaker.telegram), "silent": "1", **more}


async def _on_duty(deps: Deps, unit: Unit, heard: Heard, grid: AreaCode, now: datetime) -> Candidate | None:
    """Return who would be asked first about anything at all in this grid; nobody above it."""
    circle = await around(
        deps,
        unit,
        now,
        grid=grid,
        service=OTHER,
        deadline_class=DeadlineClass.ORDINARY,
        reporter=deps.person_of(heard.speaker.telegram),
    )
    near: Sequence[Candidate] = [one for one in circle.route.candidates if not _above(one)]
    return min(near, key=lambda one: one.from_ is not None, default=None)


def _above(one: Candidate) -> bool:
    return any(reason.code is ReasonCode.LAST_RESORT for reason in one.reasons)
