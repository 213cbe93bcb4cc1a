"""Who may see what of a ticket: the one place where that is decided, for cards, lists, boards, files and figures.

What somebody may see follows from what they are to the ticket and from their posts over its grid. `seen` takes the rest
away before anything is worded, so that no template can show what its reader may not see.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum

from tickets.drafting import Circle
from tickets.model import Joined, Photo, ReasonCode, Route, Said, Ticket
from tickets.overlay import ENTITLED
from tickets.roster import AreaCode, District, PersonId, Role
from tickets.service import DeadlineClass
from tickets.transitions import Relation

HIDDEN: PersonId = "hidden"
"""Stands in the place of a reporter whom the reader may not know."""


class Field(StrEnum):
    """What there is to see of a ticket."""

    EXISTS = "exists"
    TITLE = "title"
    """What it is about, in a line."""

    WORDS = "words"
    """What residents said, where, and about whom."""

    FILES = "files"
    """Pictures."""

    VOICE = "voice"
    """Files by which somebody can be known: voices, videos, places sent."""

    REPORTER = "reporter"
    """Who reported it, for whom, and which neighbours did."""

    WORK = "work"
    """Who has it, what was asked, advised and done."""


F, R = Field, Relation
EVERYTHING = frozenset(Field)
NOTHING: frozenset[Field] = frozenset()
IN_PUBLIC = frozenset({F.EXISTS, F.TITLE, F.WORK})
"""What everybody in the group sees of what is not private."""

KNOWN_BY = frozenset({"voice", "video", "video_note", "audio", "location", "document", "contact"})
"""Kinds of files by which a reporter can be known."""

LOOKS = ENTITLED | {Role.INSTRUCTOR}
"""Roles that see the areas below them at a glance."""

KNOWS_PRIVATE = frozenset({Role.LEADER, Role.SUPERVISOR})
"""Of these those to whom private matters are no secret; to the others it is only known that there is one."""

KNOWS_HIDDEN = frozenset({Role.SUPERVISOR})
"""Those who may know a reporter who does not want to be known. Whoever handles it is not among them."""

BY_RELATION: Mapping[Relation, frozenset[Field]] = {
    R.TIMER: NOTHING,
    R.NEIGHBOUR: IN_PUBLIC,
    R.REPORTER: EVERYTHING,
    R.CONSULTED: EVERYTHING - {F.REPORTER},
    R.DEPARTMENT: EVERYTHING - {F.REPORTER},
}
"""What a relation shows; one that is not listed is of those who work on it."""

ENTRUSTED = frozenset({R.REPORTER, R.OFFERED, R.HANDLER, R.CONSULTED, R.REVIEWER, R.DECIDER, R.CONVENER, R.DEPARTMENT})
"""Relations that somebody was given with this very ticket; leading in general opens no sealed matter."""


def fields(
    ticket: Ticket, person: PersonId | None, district: District, held: frozenset[Relation] = frozenset()
) -> frozenset[Field]:
    """Return what `person` may see of `ticket`; None = everybody in its group.

    `held`: what the fresh route makes of the person besides (substitutes, levels above).
    """
    if person is None:
        return NOTHING if ticket.private else IN_PUBLIC
    relations_ = standing(ticket, person, district) | held
    if ticket.terms.sealed and not (ENTRUSTED & relations_ or entitled(ticket, person, district)):
        return NOTHING
    if ticket.private:
        relations_ -= {R.GRID_STAFF, R.NEIGHBOUR}
    shown = (BY_RELATION.get(one, EVERYTHING) for one in relations_)
    found = frozenset().union(*shown, looking(ticket, person, district), _before(ticket, person))
    if ticket.hidden and not _may_know(ticket, person, district, relations_):
        found -= {F.REPORTER, F.VOICE}
    return found


def of_all(tickets: Iterable[Ticket], person: PersonId | None, district: District) -> tuple[Ticket, ...]:
    """Return those of several tickets that a reader of a list may know of, each as that reader may see it."""
    found = []
    for ticket in tickets:
        plain = not ticket.private and not ticket.terms.sealed
        may = EVERYTHING if plain else fields(ticket, person, district)
        if F.EXISTS in may:
            found.append(seen(ticket, may))
    return tuple(found)


def standing(ticket: Ticket, person: PersonId, district: District) -> frozenset[Relation]:
    """Return what a person is to a ticket, as far as the ticket itself and the posts say."""
    posts = [post for post in district.posts_of(person) if post.area == ticket.grid]
    reviews = person in ticket.reviewers
    found = {
        R.REPORTER: person == ticket.reporter,
        R.NEIGHBOUR: person in ticket.neighbours,
        R.OFFERED: person in ticket.asked,
        R.HANDLER: person == ticket.handler,
        R.CONSULTED: any(one.person == person for one in ticket.consults),
        R.REVIEWER: reviews,
        R.GRID_STAFF: any(post.role is Role.WORKER for post in posts),
        R.CONVENER: ticket.whistle is not None and person in ticket.whistle.readers,
        R.DEPARTMENT: any(person in lane.readers for lane in ticket.lanes),
    }
    return frozenset(relation for relation, holds in found.items() if holds)


def roles_over(district: District, person: PersonId, grid: AreaCode) -> frozenset[Role]:
    """Return the roles somebody has in a grid or above it."""
    if grid not in district.areas:
        return frozenset()
    over = {area.code for area in district.chain(grid)}
    return frozenset(post.role for post in district.posts_of(person) if post.area in over)


def looking(ticket: Ticket, person: PersonId, district: District) -> frozenset[Field]:
    """Return what somebody may see because he leads there or above, or looks after those who do."""
    roles = roles_over(district, person, ticket.grid) & LOOKS
    if not roles:
        return NOTHING
    return EVERYTHING if not ticket.private or roles & KNOWS_PRIVATE else frozenset({F.EXISTS})


def _before(ticket: Ticket, person: PersonId) -> frozenset[Field]:
    """Whoever was asked once knows that there is such a matter."""
    if person not in ticket.involved:
        return NOTHING
    return frozenset({F.EXISTS}) if ticket.private else IN_PUBLIC


def _may_know(ticket: Ticket, person: PersonId, district: District, held: frozenset[Relation]) -> bool:
    """Whether somebody may know a hidden reporter: himself, the few, and in danger of life who has to find him."""
    if R.REPORTER in held or roles_over(district, person, ticket.grid) & KNOWS_HIDDEN:
        return True
    return ticket.deadline_class is DeadlineClass.LIFE and R.HANDLER in held


def named(sealed: Iterable[str], grid: AreaCode, district: District) -> frozenset[str]:
    """Return the roles and skills that may know of a sealed matter of a grid.

    Where nobody has any of these, the level above has to.
    """
    keys = frozenset(sealed)
    chain = district.chain(grid) if grid in district.areas else ()
    there = any({post.role.value, post.skill} & keys for area in chain for post in district.posts_in(area.code))
    return keys if there else frozenset({Role.SUPERVISOR.value})


def entitled(ticket: Ticket, person: PersonId, district: District) -> bool:
    """Whether somebody's post is one of those that may know of a sealed matter; true of what is not sealed."""
    if not ticket.terms.sealed:
        return True
    return _has(named(ticket.terms.sealed, ticket.grid, district), person, ticket.grid, district)


def _has(keys: frozenset[str], person: PersonId, grid: AreaCode, district: District) -> bool:
    """A trade counts wherever it is served, a role only in the grid and above it."""
    posts = district.posts_of(person)
    return bool({role.value for role in roles_over(district, person, grid)} & keys) or any(
        post.skill in keys for post in posts
    )


def within_seal(circle: Circle, sealed: Iterable[str], grid: AreaCode, district: District) -> Circle:
    """Return the people around a sealed matter: nobody is ranked, told or asked who may not know of it."""
    if not tuple(sealed):
        return circle
    keys = named(sealed, grid, district)

    def inside(people: Iterable[PersonId]) -> tuple[PersonId, ...]:
        return tuple(one for one in people if _has(keys, one, grid, district))

    route = circle.route
    levels = tuple(filter(None, (inside(level) for level in route.above)))
    return replace(
        circle,
        route=replace(
            route,
            candidates=tuple(one for one in route.candidates if _has(keys, one.person, grid, district)),
            passed_over=tuple(one for one in route.passed_over if _has(keys, one.person, grid, district)),
            leaders=inside(route.leaders),
            above=levels,
        ),
        grid_staff=frozenset(inside(circle.grid_staff)),
    )


def files(media: Iterable[Photo], may: frozenset[Field]) -> tuple[Photo, ...]:
    """Return those of a resident's files that may be shown."""
    wanted = {True: F.VOICE, False: F.FILES}
    return tuple(one for one in media if wanted[one.kind in KNOWN_BY] in may)


def seen(ticket: Ticket, may: frozenset[Field]) -> Ticket:
    """Return the ticket with nothing in it that is not among `may`; what is to be worded is made of this alone."""
    if may >= EVERYTHING:
        return ticket
    found = ticket
    if F.REPORTER not in may:
        found = replace(
            found,
            reporter=HIDDEN,
            reporter_name="",
            reporter_language="",
            on_behalf="",
            joined=tuple(_nameless(one, ticket.reporter) for one in found.joined),
            said=tuple(_unplaced(one) for one in found.said),
            route=_unreported(found.route, ticket.reporter),
        )
    found = replace(
        found,
        said=tuple(_spoken(one, may) for one in found.said),
        joined=tuple(replace(one, said=_spoken(one.said, may)) for one in found.joined),
    )
    if F.WORDS not in may:
        found = replace(
            found,
            places=(),
            people=(),
            questions=tuple(replace(one, answer="" if one.answer else one.answer, media=()) for one in found.questions),
        )
    if F.TITLE not in may:
        found = replace(found, summary="", earlier=(), standing=False, danger=None, service="")
    if F.WORK not in may:
        found = replace(
            found,
            route=Route(),
            offered=(),
            refusals=(),
            handler=None,
            questions=(),
            told=(),
            consults=(),
            hold=None,
            results=(),
            sent_back="",
            reviewers=(),
            reviewed_by=None,
            missed=(),
            rating=None,
            whistle=None,
            lanes=(),
            interim=None,
            extension=None,
        )
    return found


def _spoken(said: Said, may: frozenset[Field]) -> Said:
    return replace(said, text=said.text if F.WORDS in may else "", media=files(said.media, may))


def _nameless(one: Joined, reporter: PersonId) -> Joined:
    """Counted as before: a neighbour of the reporter's own household stays one with it."""
    home = HIDDEN if one.home == reporter else one.home
    return replace(one, person=HIDDEN, home=home, said=_unplaced(one.said))


def _unplaced(said: Said) -> Said:
    """A private chat is its owner: its number names him."""
    return replace(said, chat=min(said.chat, 0), message=0, album="", thread=None)


def _unreported(route: Route, reporter: PersonId) -> Route:
    """A colleague who reported it is passed over for that, and must not be known by it."""
    kept = tuple(
        one for one in route.passed_over if one.reason.code is not ReasonCode.IS_REPORTER and one.person != reporter
    )
    return replace(route, passed_over=kept)
