"""Words that come after a button of a whistle, in private or as a reply in a room: a draft row, as ever."""

from handlers.actions.dialogue import prompt, wait_for_words
from handlers.deps import Deps
from handlers.heard import Answer, Speaker

LANE_WORDS = "lane_words"
"""The bot has asked for words about a whistle: `what` says which, `arg` the rest."""


async def ask_lane_words(
    deps: Deps, cause: int, speaker: Speaker, number: int, what: str, arg: str, room: int | None
) -> Answer:
    """Ask for words: in private by a prompt; in a room whoever pressed replies to the card."""
    async with deps.store.unit(cause) as unit:
        await wait_for_words(deps, unit, speaker, LANE_WORDS, number, {"what": what, "arg": arg}, room)
        if room is None:
            await prompt(deps, unit, cause, speaker, number, {"action": what, "extra": arg})
        await unit.commit()
    return Answer.of("asked_for_words") if room is None else Answer.of("lane_reply", alert=True)


async def unknown_if_private(deps: Deps, number: int, answer: Answer) -> Answer:
    """Return what somebody is told whose matter it is not: of a private one not even that there is one."""
    if answer.key != "not_yours":
        return answer
    async with deps.store.look() as unit:
        ticket = await unit.tickets.get(number)
    return Answer.of("no_ticket", alert=True, number=str(number)) if ticket is None or ticket.private else answer
