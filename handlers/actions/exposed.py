"""Private numbers and details said in a group: the sender alone is told, once a message, and may delete it there.

Nothing is deleted by itself: it is the sender's message, and neighbours may have answered it.
"""

from collections.abc import Set

from handlers.actions.deliver import can_write, personal
from handlers.deps import Deps
from handlers.heard import Heard
from parsing import Kind, find_numbers, find_sensitive, veil
from storage import Unit
from tickets.notices import Priority

EXPOSED = "exposed"
"""The template."""

IN_REQUESTS = frozenset({Kind.IDENTITY, Kind.CARD, Kind.PHONE, Kind.HEALTH, Kind.FAMILY})
"""What the sender of a request is told of. A plate is read in the street by everybody."""

IN_TALK = frozenset({Kind.IDENTITY, Kind.CARD})
"""What the sender of any message is told of; neighbours give each other telephone numbers."""


def title(summary: str, *, private: bool) -> str:
    """Return a ticket's title as everybody may read it; of a private matter only its handlers see one."""
    return summary if private else veil(summary)


async def tell_sender(deps: Deps, unit: Unit, heard: Heard, *, private: bool = False) -> None:
    """Tell the sender of a request in a group what everybody can read there, inside the caller's transaction.

    `private`: it is filed as a private matter already, and what it is about needs no word.
    """
    found = {one.kind for one in find_sensitive(heard.text)} & IN_REQUESTS
    await tell(deps, unit, heard, found - {Kind.HEALTH, Kind.FAMILY} if private else found, filed=True)


def in_talk(heard: Heard) -> frozenset[Kind]:
    """Return what the sender of plain talk in a group should be told of; a quick look at the words alone."""
    return find_numbers(heard.text) & IN_TALK if heard.text and not heard.private else frozenset()


async def tell(deps: Deps, unit: Unit, heard: Heard, found: Set[Kind], *, filed: bool = False) -> bool:
    """Say it where the sender alone reads it; return whether it was said. `filed`: it is about a request.

    Where that cannot be, nothing is said: a bell in the group would show everybody where to look.
    """
    if heard.private or heard.speaker.anonymous or not found:
        return False
    telegram = heard.speaker.telegram
    state = await unit.chats.get(heard.chat)
    if not await can_write(unit, telegram) and (state is None or state.status != "administrator"):
        return False
    person = deps.person_of(telegram)
    await personal(
        deps,
        unit,
        telegram,
        key=f"{EXPOSED}:{heard.chat}:{heard.message}",
        template=EXPOSED,
        language=deps.language_of(person, heard.speaker.language),
        now=deps.now(),
        priority=Priority.CARD,
        data={"found": ",".join(kind.value for kind in Kind if kind in found), "filed": "1" if filed else ""},
        heard_in=heard.chat,
        heard_message=heard.message,
        heard_thread=heard.thread,
    )
    return True
