"""What changed since the district file was written, by way of the bot itself: groups bound, people joined or away."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tickets.roster import Area, AreaCode, District, Leave, Person, PersonId, Post, Role, Shift

ENTITLED = frozenset({Role.LEADER, Role.SUPERVISOR, Role.ADMIN})
"""Roles that set up an area: whoever has one of these there, or above."""


@dataclass(frozen=True)
class Overlay:
    """What lies over the district file. `moved`: groups that became supergroups, old chat id to new."""

    bound: Mapping[AreaCode, int] = field(default_factory=dict)
    joined: Mapping[PersonId, int] = field(default_factory=dict)
    moved: Mapping[int, int] = field(default_factory=dict)
    away: Mapping[PersonId, tuple[Leave, ...]] = field(default_factory=dict)
    shifts: tuple[Shift, ...] = ()


def overlaid(file: District, over: Overlay) -> District:
    """Return the district as it is now.

    The file wins where it says something: a chat or an account that is written there is what its author wants. A
    chat or an account that the file gives to somebody else is not given twice.
    """
    chats = {area.chat for area in file.areas.values() if area.chat is not None}
    accounts = {person.telegram for person in file.people.values() if person.telegram is not None}

    def area(here: Area) -> Area:
        chat = here.chat
        bound = over.bound.get(here.code)
        if chat is None and bound is not None and bound not in chats:
            chat = bound
        return here if chat is None else replace(here, chat=newest(chat, over.moved))

    def person(one: Person) -> Person:
        telegram = over.joined.get(one.id)
        if one.telegram is not None or telegram is None or telegram in accounts:
            return one
        return replace(one, telegram=telegram)

    def post(here: Post) -> Post:
        away = over.away.get(here.person)
        return here if not away else replace(here, leave=(*here.leave, *away))

    return replace(
        file,
        areas={code: area(here) for code, here in file.areas.items()},
        people={key: person(one) for key, one in file.people.items()},
        posts=tuple(post(here) for here in file.posts) if over.away else file.posts,
        shifts=tuple(one for one in over.shifts if one.person in file.people and one.area in file.areas),
    )


def newest(chat: int, moved: Mapping[int, int]) -> int:
    """Return the id a group has now."""
    seen = {chat}
    while (after := moved.get(chat)) is not None and after not in seen:
        seen.add(after)
        chat = after
    return chat


def may_set_up(district: District, person: PersonId, area: AreaCode) -> bool:
    """Whether somebody may bind a group to `area` and invite its people: who leads it, or anything above it."""
    above = {here.code for here in district.chain(area)}
    return any(post.role in ENTITLED and post.area in above for post in district.posts_of(person))


def areas_to_set_up(district: District, person: PersonId) -> tuple[Area, ...]:
    """Return every area that somebody may set up, in the order of the file."""
    own = {post.area for post in district.posts_of(person) if post.role in ENTITLED}
    return tuple(
        here for here in district.areas.values() if own and any(up.code in own for up in district.chain(here.code))
    )
