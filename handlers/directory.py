"""The district as it is now: the file, and over it the groups bound, the people joined, who is away, who took over."""

from collections.abc import Mapping

from storage import DIRECTORY, Store, Unit
from tickets.overlay import Overlay, overlaid
from tickets.roster import District, Leave, PersonId


class Directory:
    """Keeps one immutable `district` at a time. Whoever changes bindings or people calls `refresh` after the commit;
    a tick does it for what other processes changed."""

    def __init__(self, file: District) -> None:
        self.file = file
        self.district = file
        self.languages: Mapping[int, str] = {}
        """The language that somebody chose, by account."""

        self._known: str | None = None

    async def refresh(self, store: Store) -> bool:
        """Read anew what lies over the file, if anything has changed; return whether it had."""
        async with store.look() as unit:
            known = await unit.marks.get(DIRECTORY)
            if known == self._known:
                return False
            over = await _overlay(unit)
            languages = await unit.contacts.chosen_languages()
        self.district = overlaid(self.file, over)
        self.languages = languages
        self._known = known
        return True


async def _overlay(unit: Unit) -> Overlay:
    away: dict[PersonId, tuple[Leave, ...]] = {}
    for one in await unit.absences.all():
        away[one.person] = (*away.get(one.person, ()), one.leave)
    shifts = tuple(one.shift for one in await unit.shifts.all())
    return Overlay(await unit.bindings.all(), await unit.joined.all(), await unit.chats.moves(), away, shifts)
