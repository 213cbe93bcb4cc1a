"""One look at the store for a whole batch of updates, so that chatter costs none of its own.

Telegram hands out up to a hundred updates at once, and nearly all of them ask for nothing. What is seen here is what a
look of each update's own would have seen at the beginning of the batch; who has done anything since is looked at again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from handlers.deps import Deps
from handlers.heard import Heard

GROUP_KINDS = ("group", "supergroup")


@dataclass
class Ahead:
    """What is known beforehand about a batch. `met`: people who have done more than talk since, by user id."""

    handled: frozenset[int]
    """Updates that left their effects before."""

    known: frozenset[int]
    """Speakers with an open matter, or of whom it is not known where they live."""

    ours: frozenset[tuple[int, int]]
    """Messages that are replied to, by chat and number, and that belong to a ticket."""

    met: set[int] = field(default_factory=set)

    def nothing_about(self, heard: Heard) -> bool:
        """Whether a look would find nothing at all about this message and who says it."""
        if heard.private or heard.edited or heard.album is not None or heard.reply_number is not None:
            return False
        speaker = heard.speaker.telegram
        if speaker in self.known or speaker in self.met:
            return False
        return heard.reply_to is None or (heard.chat, heard.reply_to) not in self.ours


async def look_ahead(deps: Deps, batch: Sequence[dict[str, Any]]) -> Ahead:
    """Return what the store has about a batch of raw updates. Raises `StorageTrouble`."""
    numbers = [int(raw["update_id"]) for raw in batch]
    speakers: set[int] = set()
    replied: set[tuple[int, int]] = set()
    for raw in batch:
        said = group_message(raw)
        if said is None:
            continue
        speakers.add(said["from"]["id"])
        reply = said.get("reply_to_message")
        if isinstance(reply, dict) and isinstance(reply.get("message_id"), int):
            replied.add((said["chat"]["id"], reply["message_id"]))
    people = {deps.person_of(one): one for one in speakers}
    async with deps.store.look() as unit:
        handled = await unit.updates.seen_of(numbers)
        asking = await unit.tickets.reporters(people) if people else frozenset()
        nowhere = await unit.contacts.nowhere(speakers) if people else frozenset()
        ours = await unit.sources.known_of(replied) if replied else frozenset()
    return Ahead(handled, nowhere | {people[one] for one in asking}, ours)


def group_message(raw: dict[str, Any]) -> dict[str, Any] | None:
    """Return the message of an update if somebody says something in a group; None for everything else."""
    said = raw.get("message")
    if not isinstance(said, dict):
        return None
    chat, speaker = said.get("chat"), said.get("from")
    if not isinstance(chat, dict) or not isinstance(speaker, dict):
        return None
    plain = chat.get("type") in GROUP_KINDS and isinstance(chat.get("id"), int) and isinstance(speaker.get("id"), int)
    return said if plain else None


def who(raw: dict[str, Any]) -> int | None:
    """Return the user id behind an update, as far as it has one."""
    for held in raw.values():
        speaker = held.get("from") or held.get("user") if isinstance(held, dict) else None
        if isinstance(speaker, dict) and isinstance(speaker.get("id"), int):
            return int(speaker["id"])
    return None
