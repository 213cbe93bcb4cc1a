"""A bulletin: a notice of the community to groups (`/notice`). Who may send it where, when, how far it got. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tickets.roster import Area, AreaCode, District, PersonId, Role
from tickets.worktime import Quiet, at_minute

SPEAKERS = frozenset({Role.LEADER, Role.INSTRUCTOR, Role.SUPERVISOR, Role.ADMIN})
"""Roles that speak to the groups of their area and of everything below it."""

MOST_WORDS = 3800
MOST_CAPTION = 750
"""What Telegram takes is 4096, under a picture 1024; the rest is for head, counts and the author's preview."""

LATE = timedelta(hours=3)
"""A bulletin whose hour was missed by more than this is not sent by itself any more: its author is asked."""

SEEN_EVERY = timedelta(minutes=3)
"""The counts under a bulletin in a group are renewed no more often than this."""

A_SECOND = 25
"""Messages that go out in a second, as far as an estimate needs it."""


class Stage(StrEnum):
    """Where a bulletin stands. `waiting` = for its hour."""

    DRAFT = "draft"
    WAITING = "waiting"
    SENDING = "sending"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Bulletin:
    """One notice to groups. `chat` is its author's private chat, `area` in whose name it speaks.

    `areas` are the areas it was meant for, with a group or without; `skipped` those that could not be reached when it
    went out. `media` is one file as a line (`tickets.media`). `view` is the page its card shows, `note` a remark on it.
    """

    id: int
    author: PersonId
    chat: int
    area: AreaCode
    text: str
    media: str
    areas: tuple[AreaCode, ...]
    pin: bool
    button: bool
    at: datetime | None
    stage: Stage
    view: str
    note: str
    made_at: datetime
    begun_at: datetime | None = None
    ended_at: datetime | None = None
    skipped: tuple[AreaCode, ...] = ()
    source: int | None = None
    """The message of its author's private chat that it was made from: an edit of that changes it."""

    said: int = 0
    """How many groups its card showed last as having an end, good or bad."""

    def key(self, area: AreaCode) -> str:
        """Return the key of the one message for this area: whatever happens, there is never a second one."""
        return f"bulletin:{self.id}:{area}"

    def pin_key(self, area: AreaCode) -> str:
        """Return the key of the pin of that message."""
        return f"pin:{self.id}:{area}"

    @property
    def card_key(self) -> str:
        """Return the key of its card in the author's private chat."""
        return f"bulletin_card:{self.id}"


@dataclass(frozen=True)
class Tally:
    """Who has pressed "seen": households once each, and people of whom no household is known."""

    households: int = 0
    people: int = 0

    @property
    def any(self) -> bool:
        """Whether anybody has."""
        return bool(self.households or self.people)


@dataclass(frozen=True)
class Progress:
    """How far a bulletin got. `failed`: areas with a code of the reason; `unpinned`: it is there, but not on top."""

    total: int = 0
    said: int = 0
    failed: tuple[tuple[AreaCode, str], ...] = ()
    dropped: int = 0
    unpinned: tuple[AreaCode, ...] = ()
    pins_left: int = 0

    @property
    def left(self) -> int:
        """Messages whose end is open."""
        return self.total - self.said - len(self.failed) - self.dropped

    @property
    def settled(self) -> bool:
        """Whether nothing is left to do."""
        return not self.left and not self.pins_left

    @property
    def seconds(self) -> int:
        """How long the rest takes, about: never less than a second."""
        return max(1, -(-(self.left + self.pins_left) // A_SECOND))


@dataclass(frozen=True)
class Sheet:
    """What a message about a bulletin is made of. `groups` are the groups it is for, `without` areas that have none.

    `parts` and `rooms` name them in few words (`parts` below).
    """

    bulletin: Bulletin
    tally: Tally = Tally()
    progress: Progress = Progress()
    groups: int = 0
    without: tuple[AreaCode, ...] = ()
    parts: tuple[tuple[AreaCode, int], ...] = ()
    rooms: tuple[AreaCode, ...] = ()

    @property
    def left(self) -> timedelta:
        """How long the rest takes, about; whole minutes when it is more than one."""
        seconds = self.progress.seconds
        return timedelta(seconds=seconds if seconds < 60 else -(-seconds // 60) * 60)


def sheet(
    district: District,
    bulletin: Bulletin,
    tally: Tally = Tally(),
    progress: Progress = Progress(),
) -> Sheet:
    """Return what the messages about a bulletin are made of, for the district as it is now."""
    reached = with_group(district, bulletin.areas)
    areas = [code for code in bulletin.areas if code in district.areas]
    return Sheet(
        bulletin,
        tally,
        progress,
        groups=len(reached),
        without=tuple(code for code in areas if district.areas[code].chat is None),
        parts=parts(district, areas),
        rooms=tuple(code for code in areas if district.areas[code].level != "grid"),
    )


# --- who and where ---------------------------------------------------------------------------------------------


def voices(district: District, person: PersonId) -> tuple[Area, ...]:
    """Return the areas in whose name somebody may speak, the smallest first."""
    found: dict[AreaCode, Area] = {}
    for post in district.posts_of(person):
        if post.role not in SPEAKERS:
            continue
        if post.area is None and post.role is Role.ADMIN:
            found.update({area.code: area for area in district.areas.values() if area.parent is None})
        elif post.area is not None and post.area in district.areas:
            found[post.area] = district.areas[post.area]
    return tuple(sorted(found.values(), key=lambda area: len(reach(district, [area.code]))))


def reach(district: District, roots: Iterable[AreaCode]) -> frozenset[AreaCode]:
    """Return the areas of `roots` and everything below them."""
    wanted = set(roots)
    below: dict[AreaCode, bool] = {}

    def inside(code: AreaCode) -> bool:
        if code not in below:
            parent = district.areas[code].parent
            below[code] = code in wanted or (parent is not None and inside(parent))
        return below[code]

    return frozenset(code for code in district.areas if inside(code))


def allowed(district: District, person: PersonId) -> frozenset[AreaCode]:
    """Return every area whose group somebody may send a bulletin to."""
    return reach(district, [area.code for area in voices(district, person)])


def grids_in(district: District, area: AreaCode) -> tuple[AreaCode, ...]:
    """Return the grids of an area in the order of the file, bound to a group or not."""
    inside = reach(district, [area])
    return tuple(grid.code for grid in district.grids if grid.code in inside)


def rooms_in(district: District, area: AreaCode) -> tuple[AreaCode, ...]:
    """Return the areas with a staff room, from `area` down."""
    inside = reach(district, [area])
    return tuple(
        one.code
        for one in district.areas.values()
        if one.code in inside and one.level != "grid" and one.chat is not None
    )


def default_areas(district: District, person: PersonId, room: AreaCode | None = None) -> tuple[AreaCode, ...]:
    """Return whom a fresh bulletin is for: the grids of the smallest own area that has a group.

    Written in a staff room (`room`), those of that room's area where they are the author's.
    """
    own = voices(district, person)
    may = reach(district, [area.code for area in own])
    for code in (*([room] if room in may else []), *(area.code for area in own)):
        grids = grids_in(district, code or "")
        if any(district.areas[grid].chat is not None for grid in grids):
            return grids
    return ()


def voice_for(district: District, person: PersonId, areas: Collection[AreaCode]) -> AreaCode:
    """Return in whose name a bulletin speaks: the smallest own area that holds all of `areas`, else the largest."""
    own = voices(district, person)
    for area in own:
        if set(areas) <= reach(district, [area.code]):
            return area.code
    return own[-1].code if own else ""


def toggled(areas: Collection[AreaCode], some: Collection[AreaCode], district: District) -> tuple[AreaCode, ...]:
    """Return `areas` with all of `some`, or without them when all were in already; in the order of the file."""
    after = set(areas) - set(some) if set(some) <= set(areas) else set(areas) | set(some)
    return tuple(code for code in district.areas if code in after)


def parts(district: District, areas: Collection[AreaCode]) -> tuple[tuple[AreaCode, int], ...]:
    """Return the grids among `areas` in few words: (area, how many grids), a whole area in place of all its grids."""
    chosen = {code for code in areas if code in district.areas and district.areas[code].level == "grid"}
    inside: dict[AreaCode, list[AreaCode]] = {}
    for grid in district.grids:
        for up in district.chain(grid.code):
            inside.setdefault(up.code, []).append(grid.code)
    found: list[tuple[AreaCode, int]] = []
    for grid in district.grids:
        if grid.code not in chosen:
            continue
        whole = grid.code
        for up in district.chain(grid.code):
            if not set(inside[up.code]) <= chosen:
                break
            if len(inside[up.code]) > len(inside[whole]):  # the lowest that holds them all names them best
                whole = up.code
        found.append((whole, len(inside[whole])))
        chosen -= set(inside[whole])
    return tuple(found)


def with_group(district: District, areas: Iterable[AreaCode]) -> dict[AreaCode, int]:
    """Return the areas that have a group, each with its chat; one group is never written to twice."""
    chats: dict[int, AreaCode] = {}
    for code in areas:
        area = district.areas.get(code)
        if area is not None and area.chat is not None:
            chats.setdefault(area.chat, code)
    return {code: chat for chat, code in chats.items()}


# --- what and when ---------------------------------------------------------------------------------------------


def too_long(text: str, *, captioned: bool) -> int:
    """Return by how many characters a text is too long; 0 = it fits. Telegram counts UTF-16 units."""
    size = len(text.encode("utf-16-le", "replace")) // 2
    return max(0, size - (MOST_CAPTION if captioned else MOST_WORDS))


def evening(now: datetime) -> datetime | None:
    """Return today's 18:00, None when it is over."""
    at = at_minute(now.date(), 18 * 60, now)
    return at if at > now else None


def morning(now: datetime) -> datetime:
    """Return tomorrow's 09:00; in the small hours today's."""
    day = now.date() if now.hour < 5 else now.date() + timedelta(days=1)
    return at_minute(day, 9 * 60, now)


def default_time(now: datetime, quiet: Quiet) -> datetime | None:
    """Return when a fresh bulletin goes: now, but in the quiet hours the next morning."""
    return morning(now) if quiet.holds(now) else None
