"""A message that may have arrived: where to look for it, and what the answers prove.

Telegram has no idempotency key. It numbers the messages of a supergroup, and all messages of a bot's private chats
and basic groups together. So a lost message has one of the numbers that were given out after the last one known when
it was sent and that nobody has seen since; and only our own messages can be edited by us.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.speaker.seen import Seen

LOOK_AHEAD = 4
"""Numbers tried beyond the highest one seen: others may have written what we do not hear."""

MOST_TRIES = 12
"""Above so many suspects nothing is tried: it would cost the chat's minute and prove little."""


class Answer(StrEnum):
    """What Telegram said to editing a suspect with the lost message's own content."""

    OURS = "ours"
    NOT_OURS = "not_ours"


class Finding(StrEnum):
    """What is proved in the end."""

    ARRIVED = "arrived"
    NEVER_ARRIVED = "never_arrived"
    UNPROVED = "unproved"


@dataclass(frozen=True)
class Outcome:
    """A finding; `message` is the id of the message that was found."""

    finding: Finding
    message: int | None = None


Try = Callable[[int], Awaitable[Answer]]
Known = Callable[[int], Awaitable[bool]]


def suspects(seen: Seen, chat: int, floor: int, below: int | None = None) -> tuple[int, ...]:
    """Return the ids that a message sent to `chat` after `floor` may have, lowest first.

    `below` bounds them by a later message of ours; without it they reach a little beyond the highest id seen.
    """
    ceiling = max(seen.top(chat) or 0, floor) + LOOK_AHEAD if below is None else below - 1
    return tuple(number for number in range(floor + 1, ceiling + 1) if not seen.knows(chat, number))


async def look_for(candidates: tuple[int, ...], known: Known, attempt: Try) -> Outcome:
    """Try the candidates one after the other; those that `known` (the store) has are skipped.

    Raises what `attempt` raises: then nothing is proved yet, and the search begins again later.
    """
    if len(candidates) > MOST_TRIES:
        return Outcome(Finding.UNPROVED)
    for number in candidates:
        if await known(number):
            continue
        if await attempt(number) is Answer.OURS:
            return Outcome(Finding.ARRIVED, number)
    return Outcome(Finding.NEVER_ARRIVED)
