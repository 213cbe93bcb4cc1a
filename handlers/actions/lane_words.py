"""Words that come after a button of a whistle, in private or as a reply in a room: a draft row, as ever."""

from handlers.actions.deliver import personal
from handlers.actions.dialogue import WAITS
from handlers.deps import Deps
from handlers.heard import Answer, Speaker
from storage import Unit
from tickets.notices import Priority

LANE_WORDS = "lane_words"
"""The bot has asked for words about a whistle: `what` says which, `arg` the rest."""


async def ask_lane_words(
    deps: Deps, cause: int, speaker: Speaker, number: int, what: str, arg: str, room: int | None
) -> Answer:
    """Ask for words: in private by a prompt; in a room whoever pressed replies to the card."""
    async with deps.store.unit(cause) as unit:
        await _open(deps, unit, speaker, number, what, arg, speaker.telegram if room is None else room)
        if room is None:
            person = deps.person_of(speaker.telegram)
            await personal(
                deps,
                unit,
                speaker.telegram,
                key=f"prompt:{cause}",
                template="prompt",
                language=deps.language_of(person),
                now=deps.now(),
                priority=Priority.TAP,
                ticket=number,
                data={"action": what, "extra": arg},
            )
        await unit.commit()
    return Answer.of("asked_for_words") if room is None else Answer.of("lane_reply", alert=True)


async def _open(deps: Deps, unit: Unit, speaker: Speaker, number: int, what: str, arg: str, chat: int) -> None:
    await unit.drafts.open(
        telegram=speaker.telegram,
        chat=chat,
        kind=LANE_WORDS,
        ticket=number,
        data={"what": what, "arg": arg},
        expires_at=deps.now() + WAITS,
    )


async def unknown_if_private(deps: Deps, number: int, answer: Answer) -> Answer:
    """Return what somebody is told whose matter it is not: of a private one not even that there is one."""
    if answer.key != "not_yours":
        return answer
    async with deps.store.look() as unit:
        ticket = await unit.tickets.get(number)
    return Answer.of("no_ticket", alert=True, number=str(number)) if ticket is None or ticket.private else answer
