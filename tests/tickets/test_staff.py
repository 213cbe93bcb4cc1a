"""Leave, duty, the board and the morning list: pure rules over the sample district."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.sample_world import NOW, asked, district, light, pills, taken
from tickets.absence import is_away, leaders_of, leaves_of, left_of, may_enter_for, substitutes, uncovered
from tickets.board import ALL, board, due_first, limit, opening, roots, sees
from tickets.duty import Standing, duty, offers, until
from tickets.gaps import affected, gaps, readers
from tickets.model import Hold, Status
from tickets.morning import begins, morning
from tickets.overlay import Overlay, overlaid
from tickets.policy import default_policy
from tickets.roster import Area, District, Leave, Person, Post, Role, Shift
from tickets.routing import Reachability, Request, route
from tickets.service import DeadlineClass, Service, Services
from tickets.team import team_of
from tickets.visibility import Field, looking
from tickets.worktime import WeeklyHours

TODAY = NOW.date()
DAY = timedelta(days=1)
HOURS = default_policy().hours
GRID, OTHER, COMMUNITY = "d.s1.c1.g1", "d.s1.c1.g2", "d.s1.c1"

days = st.dates(date(2026, 6, 1), date(2026, 6, 30))


def on_leave(**leaves: Leave) -> District:
    """The sample district with some people away."""
    return overlaid(district(), Overlay(away={person: (leave,) for person, leave in leaves.items()}))


def leave(first: int, last: int, substitute: str | None = None) -> Leave:
    """From `first` to `last` days after today."""
    return Leave(TODAY + first * DAY, TODAY + last * DAY, substitute)


# Leave


def test_leave_lies_over_every_post_of_the_person_and_over_the_file() -> None:
    home = district()
    written = replace(home, posts=tuple(replace(one, leave=(leave(5, 6),)) for one in home.posts))
    now = overlaid(written, Overlay(away={"tu": (leave(0, 1),)}))
    assert leaves_of(now, "tu", TODAY) == (leave(0, 1), leave(5, 6))
    assert leaves_of(now, "xu", TODAY) == (leave(5, 6),)
    assert is_away(now, "tu", TODAY, TODAY)
    assert not is_away(now, "tu", TODAY + 2 * DAY, TODAY + 4 * DAY)
    assert overlaid(home, Overlay()).posts is home.posts


@given(a=days, b=days, c=days, d=days)
def test_a_newer_entry_counts_for_its_own_days_and_the_older_for_the_rest(a: date, b: date, c: date, d: date) -> None:
    old, new = Leave(min(a, b), max(a, b), "xu"), Leave(min(c, d), max(c, d))
    rest = left_of(old, new)
    covered = {one.first + number * DAY for one in rest for number in range((one.last - one.first).days + 1)}
    before = {old.first + number * DAY for number in range((old.last - old.first).days + 1)}
    mine = {new.first + number * DAY for number in range((new.last - new.first).days + 1)}
    assert covered == before - mine
    assert all(one.substitute == "xu" for one in rest)


def test_who_may_stand_in() -> None:
    home = district()
    assert substitutes(home, "tu", TODAY, TODAY) == ("xu", "wang")
    assert substitutes(on_leave(xu=leave(0, 0)), "tu", TODAY, TODAY) == ("wang",)
    assert substitutes(on_leave(xu=leave(0, 0)), "tu", TODAY + DAY, TODAY + DAY) == ("xu", "wang")
    assert substitutes(home, "fei", TODAY, TODAY) == ()  # nobody's trade is learnt for a day
    unjoined = replace(home, people={**home.people, "xu": Person("xu", "许辛")})
    assert substitutes(unjoined, "tu", TODAY, TODAY) == ("wang",)


def test_what_nobody_serves() -> None:
    home = district()
    assert uncovered(home, "tu", leave(0, 2)) == ()  # the other worker is there
    alone = on_leave(xu=leave(1, 1))
    assert [post.person for post in uncovered(alone, "tu", leave(0, 2))] == ["tu"]
    assert uncovered(alone, "tu", leave(0, 0)) == ()
    assert uncovered(alone, "tu", leave(0, 2, "wang")) == ()
    assert [post.skill for post in uncovered(home, "fei", leave(0, 0))] == ["doctor"]
    assert uncovered(home, "zhao", leave(0, 0)) == ()


def test_who_enters_leave_and_who_learns_of_it() -> None:
    home = district()
    allowed = {(boss, person) for boss in home.people for person in home.people if may_enter_for(home, boss, person)}
    assert {person for boss, person in allowed if boss == "wang"} == {"wang", "tu", "xu", "fei", "qin"}
    assert {person for boss, person in allowed if boss == "li"} == {"li", "wang", "tu", "xu", "fei", "qin", "ouyang"}
    assert {person for boss, person in allowed if boss == "tu"} == {"tu"}
    assert leaders_of(home, "tu") == ("wang",)
    assert leaders_of(home, "wang") == ("li",)
    assert leaders_of(home, "ouyang") == ("li",)  # his grid has no leader
    assert leaders_of(home, "zhao") == ()


def test_a_substitute_who_is_away_as_well_is_not_asked() -> None:
    errand = Service("x", "sample", "x", "x", (("worker",),), DeadlineClass.ERRAND, (), False)
    request = Request(errand, DeadlineClass.ERRAND, GRID, "tg1")
    both = on_leave(tu=leave(0, 0, "ouyang"), ouyang=leave(0, 0))
    asked_first = [one.person for one in route(request, both, Reachability(), default_policy(), NOW).candidates]
    assert "ouyang" not in asked_first
    assert "tu" not in asked_first
    there = on_leave(tu=leave(0, 0, "ouyang"))
    assert "ouyang" in [one.person for one in route(request, there, Reachability(), default_policy(), NOW).candidates]


# Duty


def test_who_is_on_duty_until_when_and_who_is_next() -> None:
    home = on_leave(xu=leave(0, 2), fei=leave(0, 0, "ouyang"))
    roles = {one.key: one for one in duty(GRID, home, HOURS, frozenset({"qin"}), NOW).roles}
    assert [(one.person, one.until) for one in roles["worker"].now] == [("tu", NOW.replace(hour=18, minute=0))]
    assert [one.back for one in roles["worker"].absent] == [TODAY + 2 * DAY]
    assert [(one.person, one.instead_of) for one in roles["doctor"].now] == [("ouyang", "fei")]
    assert [one.person for one in roles["police"].unreachable] == ["qin"]
    assert roles["police"].next is None
    empty = duty(OTHER, home, HOURS, frozenset(), NOW)
    assert empty.vacant == ("worker", "leader")
    assert [one.key for one in empty.gaps] == ["worker", "leader"]
    night = {one.key: one for one in duty(GRID, home, HOURS, frozenset(), NOW.replace(hour=22)).roles}
    assert night["worker"].now == ()
    following = night["worker"].next
    assert following is not None
    assert (following.person, following.begins) == ("tu", (NOW + DAY).replace(hour=8, minute=30))
    assert duty("d", home, HOURS, frozenset(), NOW).roles == ()


def test_the_next_turn_of_somebody_does_not_fall_into_his_leave() -> None:
    home = on_leave(tu=leave(1, 1), xu=leave(0, 30))
    found = {one.key: one for one in duty(GRID, home, HOURS, frozenset(), NOW.replace(hour=22)).roles}["worker"]
    assert found.next is not None
    assert found.next.begins == (NOW + 2 * DAY).replace(hour=8, minute=30)
    assert [one.standing for one in found.all] == [Standing.LATER, Standing.AWAY]


def shifted(person: str, key: str, begin: int, end: int, instead: str | None = None) -> District:
    """The sample district with a shift taken over, from one hour of today to another; kept in UTC as the store does."""
    begins, ends = (NOW.replace(hour=hour, minute=0).astimezone(UTC) for hour in (begin, end))
    return replace(district(), shifts=(Shift(person, GRID, key, begins, ends, instead),))


def test_a_shift_that_was_taken_over_shows_on_the_duty_list_and_to_residents() -> None:
    home = shifted("wang", "worker", 14, 17, "tu")
    roles = {one.key: one for one in duty(GRID, home, HOURS, frozenset({"xu"}), NOW).roles}
    assert [(one.person, one.until, one.instead_of) for one in roles["worker"].now] == [
        ("wang", NOW.replace(hour=17, minute=0).astimezone(UTC), "tu")
    ]
    following = roles["worker"].next
    assert following is not None
    assert (following.person, following.begins) == ("tu", NOW.replace(hour=17, minute=0))
    assert following.begins.tzinfo is NOW.tzinfo
    assert [one.person for one in roles["leader"].now] == ["wang"]
    team = {(one.person, one.key): one.comes for one in team_of(home, Services(), default_policy(), GRID, NOW).members}
    assert team["wang", "worker"] is None
    assert team["tu", "worker"] == NOW.replace(hour=17, minute=0)
    after = duty(GRID, home, HOURS, frozenset({"xu"}), NOW.replace(hour=17, minute=30))
    assert [one.person for one in after.roles[0].now] == ["tu"]


def test_who_may_take_which_shift() -> None:
    home, night = district(), NOW.replace(hour=22)

    def taken(person: str, now: datetime = NOW, there: District = home) -> list[tuple[str, str | None]]:
        found = duty(GRID, there, HOURS, frozenset(), now)
        return [(one.key, one.instead_of) for one in offers(found, there, person, now)]

    assert taken("wang") == [("worker", "tu"), ("worker", "xu")]
    assert taken("tu") == []
    assert taken("tu", night) == [("worker", None)]
    assert taken("li", night) == [("leader", None)]
    assert taken("fei", night) == [("doctor", None)]
    assert taken("ouyang", night) == [], "a lawyer is no doctor"
    assert taken("tu", night, on_leave(tu=leave(0, 0))) == []
    assert taken("wang", NOW, shifted("wang", "worker", 14, 17, "tu")) == [], "one at a time"
    [until_morning] = offers(duty(GRID, home, HOURS, frozenset(), night), home, "tu", night)
    assert until_morning.ends == (NOW + DAY).replace(hour=8, minute=30)


def test_hours_that_nobody_will_serve() -> None:
    def bare(there: District, lost: frozenset[str] = frozenset(), now: datetime = NOW) -> list[tuple[object, ...]]:
        areas = affected(there, lost, now.date())
        found = [one for area in areas for one in gaps(there, HOURS, lost, area, now)]
        return [(one.area, one.key, (one.first - TODAY).days, (one.last - TODAY).days) for one in found]

    assert bare(district()) == []
    assert bare(on_leave(tu=leave(0, 5))) == [], "the other worker is there"
    both = on_leave(tu=leave(1, 5), xu=leave(0, 6))
    assert bare(both) == [(GRID, "worker", 1, 5)], "Saturday and Sunday do not end it: nobody works then"
    assert bare(both, now=NOW + DAY) == [(GRID, "worker", 1, 5)]
    assert bare(on_leave(tu=leave(1, 5, "wang"), xu=leave(0, 6))) == []
    assert bare(on_leave(tu=leave(1, 5, "wang"), xu=leave(0, 6), wang=leave(2, 2))) == [
        (GRID, "worker", 2, 2),
        (GRID, "leader", 2, 2),
    ]
    assert bare(on_leave(fei=leave(3, 3))) == [], "told when it is near"
    assert bare(on_leave(fei=leave(0, 0)), now=NOW.replace(hour=19)) == [], "what is over is over"
    assert bare(replace(on_leave(fei=leave(0, 0)), shifts=(Shift("li", GRID, "doctor", NOW, NOW + DAY),))) == []
    assert bare(district(), frozenset({"fei"})) == [(GRID, "doctor", 0, 30)]
    [one] = gaps(on_leave(wang=leave(0, 0)), HOURS, frozenset(), GRID, NOW)
    assert readers(on_leave(wang=leave(0, 0)), one, frozenset(), TODAY) == ("li",), "not whoever is away himself"
    [other] = gaps(on_leave(fei=leave(0, 0)), HOURS, frozenset(), GRID, NOW)
    assert readers(district(), other, frozenset(), TODAY) == ("wang",)
    assert readers(district(), other, frozenset({"wang", "li"}), TODAY) == ()


@pytest.mark.parametrize(
    ("hours", "end"),
    [
        ("Mon-Fri 08:30-12:00, 13:30-18:00", (0, 18)),
        ("Mon-Sun 00:00-24:00", None),
        ("Wed 14:00-24:00; Thu 00:00-06:00", (1, 6)),
    ],
)
def test_until_when(hours: str, end: tuple[int, int] | None) -> None:
    expected: datetime | None = None if end is None else (NOW + end[0] * DAY).replace(hour=end[1], minute=0)
    assert until(WeeklyHours.parse(hours), NOW) == expected


# The board


def test_the_board_of_a_grid_and_of_what_lies_above() -> None:
    home = district()
    late = replace(taken(), id=1022, done_by=NOW - DAY)
    tickets = (light(), late, asked(), replace(pills(), grid=OTHER))
    grid = board(GRID, (GRID,), tickets, home, duty(GRID, home, HOURS, frozenset(), NOW), NOW)
    assert [one.id for one in grid.tickets] == [1022, 1024, 1024]
    assert (grid.late, grid.up, grid.below) == (1, None, ())
    assert dict(grid.states) == {Status.FILED: 1, Status.HANDLING: 1, Status.WAITING: 1}
    assert grid.hands == (("tu", 3),)
    above = board(COMMUNITY, (COMMUNITY,), tickets, home, None, NOW)
    assert [(one.area, one.open, one.late) for one in above.below] == [(GRID, 3, 1), (OTHER, 1, 0)]
    assert board(GRID, (COMMUNITY,), tickets, home, None, NOW).up == COMMUNITY
    both = board(ALL, (GRID, OTHER), tickets, home, None, NOW)
    assert [one.area for one in both.below] == [GRID, OTHER]
    assert board(OTHER, (GRID, OTHER), tickets, home, None, NOW).up == ALL


def test_who_sees_which_board() -> None:
    home = district()
    assert roots(home, "wang") == (GRID,)
    assert roots(home, "tu") == ()
    assert sees(home, "li", OTHER)
    assert sees(home, "li", ALL)
    assert not sees(home, "wang", OTHER)
    assert not sees(home, "wang", COMMUNITY)
    assert not sees(home, "tu", GRID)
    assert not sees(home, "li", "nowhere")
    more = replace(home, posts=(*home.posts, Post("wang", OTHER, Role.LEADER), Post("li", GRID, Role.LEADER)))
    assert opening(roots(more, "wang")) == ALL
    assert roots(more, "li") == (COMMUNITY,)


def test_private_matters_are_for_who_leads() -> None:
    home = district()
    posts = (*home.posts, Post("zhao", GRID, Role.INSTRUCTOR), Post("ouyang", "d", Role.ADMIN))
    more = replace(home, posts=posts)
    public, private = light(), replace(pills(), grid=GRID)
    read = [{one for one in more.people if Field.TITLE in looking(it, one, more)} for it in (public, private)]
    assert read == [{"wang", "li", "zhao", "ouyang"}, {"wang", "li"}]


def test_what_is_due_first_comes_first() -> None:
    tickets = [
        replace(taken(), id=1, done_by=None),
        replace(taken(), id=2, done_by=NOW + DAY),
        replace(light(), id=3, take_by=NOW + timedelta(hours=1)),
        replace(taken(), id=4, done_by=NOW - timedelta(hours=1)),
        replace(taken(), id=5, done_by=NOW - DAY),
        replace(asked(), id=6),
    ]
    assert [one.id for one in due_first(tickets, NOW)] == [5, 4, 3, 2, 1, 6]
    assert limit(asked()) is None


# The morning


def test_the_morning_list_has_each_ticket_once() -> None:
    held = replace(taken(), id=7, status=Status.ON_HOLD, hold=Hold("material", NOW, NOW + timedelta(hours=1)))
    later = replace(taken(), id=8, done_by=NOW + 3 * DAY)
    found = morning((light(), replace(taken(), id=9, done_by=NOW - DAY), replace(asked(), id=10), held, later), NOW)
    assert [one.id for one in found.late] == [9]
    assert {one.id for one in found.today} == {1024, 7}
    assert [one.id for one in found.waiting] == [10]
    assert [one.id for one in found.rest] == [8]
    assert len(found.all) == 5


def test_when_somebodys_day_begins() -> None:
    home = on_leave(xu=leave(0, 0))
    assert begins(home, "tu", HOURS, NOW) == NOW.replace(hour=8, minute=30)
    assert begins(home, "xu", HOURS, NOW) is None
    assert begins(home, "tu", HOURS, NOW + 3 * DAY) is None  # Saturday
    assert begins(home, "nobody", HOURS, NOW) is None
    always = WeeklyHours.parse("Mon-Sun 00:00-24:00")
    guard = District("d", "Asia/Shanghai", "zh", {"g": Area("g", "网格", "grid")}, {}, {"a": Person("a", "李甲", 1)})
    guard = replace(guard, posts=(Post("a", "g", Role.WORKER, hours=always),))
    assert begins(guard, "a", HOURS, NOW) == NOW.replace(hour=8, minute=30)
    assert begins(guard, "a", HOURS, NOW + 3 * DAY) == (NOW + 3 * DAY).replace(hour=0, minute=0)
