"""Which command is for whom: the one table that Telegram's menus, `/help` and the tests read."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from messages.phrases import phrase
from tickets.roster import District, PersonId, Role


class Kind(StrEnum):
    """Whose menu: a role's, a resident's in private, or everybody's in a group."""

    RESIDENT = "resident"
    GROUP = "group"
    WORKER = Role.WORKER
    LEADER = Role.LEADER
    INSTRUCTOR = Role.INSTRUCTOR
    SPECIALIST = Role.SPECIALIST
    SUPERVISOR = Role.SUPERVISOR
    OFFICER = Role.OFFICER
    ADMIN = Role.ADMIN


K = Kind
_STAFF = frozenset(Kind) - {K.RESIDENT, K.GROUP}
_EVERYBODY = _STAFF | {K.RESIDENT}
_HANDLE = frozenset({K.WORKER, K.SPECIALIST, K.LEADER, K.SUPERVISOR})
_LOOK = frozenset({K.LEADER, K.INSTRUCTOR, K.SUPERVISOR, K.ADMIN})
_LISTS = frozenset({K.WORKER, K.LEADER, K.INSTRUCTOR})
_SET_UP = frozenset({K.LEADER, K.SUPERVISOR, K.ADMIN})

COMMANDS: Mapping[str, frozenset[Kind]] = {
    "tickets": _STAFF - {K.ADMIN},
    "take": _HANDLE,
    "done": _HANDLE,
    "ask": _HANDLE,
    "pass": _HANDLE,
    "consult": _HANDLE,
    "hold": _HANDLE,
    "extend": _HANDLE,
    "service": _HANDLE,
    "whistle": _HANDLE,
    "end": _HANDLE,
    "file": _STAFF - {K.OFFICER, K.ADMIN},
    "board": _LOOK,
    "digest": _LOOK,
    "notice": _LOOK,
    "duty": _STAFF - {K.OFFICER},
    "leave": _STAFF,
    "homes": _LISTS,
    "bind": _SET_UP,
    "unbind": _SET_UP,
    "invite": _SET_UP,
    "my": _EVERYBODY | {K.GROUP},
    "who": _EVERYBODY | {K.GROUP},
    "home": frozenset({K.RESIDENT}),
    "language": _EVERYBODY,
    "forget": frozenset({K.RESIDENT}),
    "help": _EVERYBODY | {K.GROUP},
}
"""Command -> whose menus show it, in the order of the menus. A new command is a line here, a phrase in `[command]`,
and its route in `handlers/chat/`; a test compares the three."""


def kinds_of(district: District, person: PersonId) -> frozenset[Kind]:
    """Return what somebody is, from all posts; a resident where there are none."""
    return frozenset(Kind(post.role.value) for post in district.posts_of(person)) or frozenset({Kind.RESIDENT})


def menu(kinds: Collection[Kind], language: str) -> tuple[tuple[str, str], ...]:
    """Return the commands of somebody who is all of `kinds`: (name, what it does)."""
    return tuple(
        (name, phrase(f"command.{name}", language)) for name, whose in COMMANDS.items() if not whose.isdisjoint(kinds)
    )
