"""Several matters of one person are kept apart: where words in private can mean two of them, the sender says which."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from handlers.actions import file, leads
from handlers.actions.act import act_on
from handlers.actions.deliver import personal
from handlers.deps import Deps
from handlers.heard import Answer, Heard, Speaker
from parsing import Action as Verdict
from parsing import Context, Understanding, mask, understand
from parsing.catalogue import load_lexicon
from tickets.commands import Add
from tickets.commands import Answer as Answered
from tickets.drafting import Refused
from tickets.model import Ticket
from tickets.roster import AreaCode

WHICH = "which"
"""The kind of the draft that keeps the words until it is known which matter they belong to."""

WAITS = timedelta(hours=12)
NEW = "new"
"""The choice of none of them."""

MANNERS = frozenset({"thanks", "acknowledged"})
MANNERS_ONLY = 24
"""Thanks longer than this may have a request in them that was not understood."""


def only_manners(heard: Heard, meant: Understanding) -> bool:
    """Whether this is thanks or an "all right": the end of a talk, which wants no answer."""
    if meant.action is not Verdict.SILENT or len(heard.text.strip()) > MANNERS_ONLY:
        return False
    marks = load_lexicon().marks
    return any(MANNERS & set(marks.get(reason.value, ())) for reason in meant.reasons)


def several(
    heard: Heard, meant: Understanding, unanswered: Sequence[Ticket], spoken_to: Sequence[Ticket]
) -> tuple[Ticket, ...]:
    """Return the matters that words in private can belong to, if there are two or more of them.

    Whatever waits for an answer comes first; a danger and a request about something else are matters of their own.
    """
    if not heard.private or heard.edited or heard.forwarded or meant.danger is not None:
        return ()
    waiting = tuple(unanswered or spoken_to)
    if len(waiting) < 2 or (not heard.wordless and only_manners(heard, meant)):
        return ()
    if meant.action is Verdict.FILE and meant.service not in {file.UNKNOWN_SERVICE, *(one.service for one in waiting)}:
        return ()
    return waiting


async def ask_which(deps: Deps, heard: Heard, grid: AreaCode, choices: Sequence[Ticket]) -> None:
    """Ask by buttons which matter is meant. Further pictures of an album join the first one."""
    now = deps.now()
    async with deps.store.unit(heard.cause) as unit:
        earlier = await unit.drafts.latest(heard.speaker.telegram, WHICH, now)
        if earlier is not None and heard.album and earlier.data["album"] == heard.album:
            more = leads.facts(heard, grid)["media"]
            await unit.drafts.change(earlier.id, {**earlier.data, "media": f"{earlier.data['media']} {more}"})
            await unit.commit()
            return
        draft = await unit.drafts.open(
            telegram=heard.speaker.telegram,
            kind=WHICH,
            cause=heard.cause,
            data=leads.facts(heard, grid),
            expires_at=now + WAITS,
        )
        matters = "\n".join(f"{ticket.id} {ticket.summary}" for ticket in choices)
        await personal(
            deps,
            unit,
            heard.speaker.telegram,
            key=f"which:{heard.cause}",
            template="which_matter",
            language=heard.speaker.language or deps.district.language,
            now=now,
            data={"draft": str(draft), "text": mask(heard.text), "matters": matters},
        )
        await unit.commit()


async def chosen_matter(deps: Deps, cause: int, speaker: Speaker, draft_id: int, choice: str) -> Answer:
    """Put the words where their sender says: to a matter by its number, or to a new one."""
    now = deps.now()
    async with deps.store.unit(cause) as unit:
        draft = await unit.drafts.get(draft_id)
        if draft is None or draft.kind != WHICH or draft.telegram != speaker.telegram or draft.expires_at < now:
            return Answer.of("aged_button")
        heard = replace(leads.as_heard(draft, cause), speaker=speaker)
        await unit.drafts.close(draft_id)
        if choice == NEW:
            grid = draft.data["grid"]
            ticket = await file.open_within(deps, unit, heard, grid, _read(deps, heard, grid))
            await unit.commit()
            return Answer.of("unsure_filed", number=str(ticket.id))
        found = await unit.tickets.get(int(choice))
        if found is None or found.reporter != deps.person_of(speaker.telegram):
            return Answer.of("no_ticket", alert=True, number=choice)
        said = file.said(heard)
        answers = found.question is not None
        command = Answered(found.reporter, said) if answers else Add(found.reporter, said)
        try:
            await act_on(deps, unit, found, command, now)
        except Refused:
            return Answer.of("closed", alert=True, number=choice)
        await unit.sources.add(heard.chat, heard.message, found.id, heard.album, found.reporter)
        await unit.commit()
    return Answer.of("answered")


def _read(deps: Deps, heard: Heard, grid: AreaCode) -> Understanding:
    context = Context(deps.services, deps.places, grid, addressed=True, models=deps.models)
    meant = understand(heard.text, context)
    return replace(meant, action=Verdict.FILE, service=meant.service or file.UNKNOWN_SERVICE)
