"""Who is asked, in which order and why: by table, and by property over random districts."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tickets.rosters import codes, first, names
from tests.tickets.world import (
    AREAS,
    DISTRICT,
    G1,
    G2,
    G3,
    MONDAY,
    NAMES,
    POLICY,
    POSTS,
    RESIDENT,
    Case,
    at,
    district,
    post,
    service,
)
from tickets.model import Candidate, ReasonCode, Route
from tickets.roster import Area, District, Leave, Role, Shift
from tickets.routing import Reachability, Request, first_asked, leading, next_asked, route, specialists
from tickets.service import DeadlineClass
from tickets.worktime import WeeklyHours

C = DeadlineClass
R = ReasonCode
EVENING = at("2026-11-23 20:00")
TODAY = Leave(date(2026, 11, 23), date(2026, 11, 24))


def ask(
    chain: str = "worker",
    *,
    grid: str = G1,
    kind: C = C.ORDINARY,
    now: datetime = MONDAY,
    place: District = DISTRICT,
    reporter: str = RESIDENT,
    refused: frozenset[str] = frozenset(),
    unreachable: frozenset[str] = frozenset(),
    loads: dict[str, int] | None = None,
    words: str = "",
) -> Route:
    request = Request(service(chain, kind), kind, grid, reporter, words, refused)
    reach = Reachability(unreachable, loads or {})
    found, led = route(request, place, reach, POLICY, now), leading(request, place, reach, POLICY, now)
    assert (led.leaders, led.above) == (found.leaders, found.above)
    return found


@pytest.mark.parametrize(
    ("chain", "grid", "asked", "order"),
    [
        ("worker", G1, ["tu"], ["tu", "xu", "wang", "boss", "chief", "top"]),
        ("doctor+worker", G1, ["doc", "tu"], ["doc", "tu", "xu", "wang", "boss", "chief", "top"]),
        ("worker, mediator", G1, ["tu"], ["tu", "xu", "med", "wang", "boss", "chief", "top"]),
        ("police+worker+leader", G1, ["cop", "tu", "wang"], ["cop", "tu", "xu", "wang", "boss", "chief", "top"]),
        ("supervisor", G1, ["boss"], ["boss", "wang", "chief", "top"]),
        ("doctor", G1, ["doc"], ["doc", "wang", "boss", "chief", "top"]),
        ("lawyer", G1, ["law"], ["law", "tu", "xu", "wang", "boss", "chief", "top"]),
        ("mediator", G1, ["med"], ["med", "tu", "xu", "wang", "boss", "chief", "top"]),
        ("teacher", G1, ["tu"], ["tu", "xu", "wang", "boss", "chief", "top"]),
        ("teacher, worker", G1, ["tu"], ["tu", "xu", "wang", "boss", "chief", "top"]),
        ("leader, lawyer", G1, ["wang"], ["wang", "law", "tu", "xu", "boss", "chief", "top"]),
        ("lawyer", G2, ["law"], ["law", "boss", "chief", "top"]),
        ("doctor+worker", G2, ["doc", "guo"], ["doc", "guo", "boss", "chief", "top"]),
        ("worker", G3, ["boss"], ["boss", "chief", "top"]),
        ("teacher", G3, ["boss"], ["boss", "chief", "top"]),
    ],
)
def test_the_chain_is_followed(chain: str, grid: str, asked: list[str], order: list[str]) -> None:
    found = ask(chain, grid=grid)
    assert first(found) == asked
    assert names(found) == order


def test_a_missing_trade_is_noted_for_whoever_steps_in() -> None:
    found = ask("teacher")
    assert found.missing == ("teacher",)
    assert all(codes(found, one).count(R.NO_SPECIALIST) == 1 for one in names(found))
    assert ask("doctor+worker").missing == ()
    busy = ask("doctor", unreachable=frozenset({"doc"}))
    assert first(busy) == ["tu"], "a doctor nobody can write to is no doctor: the worker before the leader"
    assert R.NO_SPECIALIST in codes(busy, "tu")


def test_nearness_is_a_reason_with_the_name_of_the_area() -> None:
    found = ask("lawyer+mediator")
    reasons = {one.person: {reason.code: reason.value for reason in one.reasons} for one in found.candidates}
    assert reasons["law"][R.NEIGHBOUR] == "Second"
    assert reasons["med"][R.LEVEL_ABOVE] == "Community"
    assert reasons["boss"][R.LEVEL_ABOVE] == "Community"
    assert R.LAST_RESORT in reasons["boss"]


def test_the_place_is_a_reason_for_people_of_the_grid_only() -> None:
    found = ask("worker+lawyer", words="3栋")
    assert codes(found, "tu")[0] is R.OWNS_PLACE
    assert R.OWNS_PLACE not in codes(found, "law")


@pytest.mark.parametrize("kind", C)
def test_off_duty_people_are_called_only_where_the_clock_always_runs(kind: C) -> None:
    found = ask(kind=kind, now=EVENING)
    if POLICY.classes[kind].always:
        assert R.CALLED_OFF_DUTY in codes(found, "tu")
        assert all(one.from_ is None for one in found.candidates)
    else:
        assert R.NEXT_DUTY in codes(found, "tu")
        assert {one.from_ for one in found.candidates} == {at("2026-11-24 08:30")}, "the last resort sleeps too"


def test_who_is_on_duty_goes_first() -> None:
    nights = post("guo", G1, Role.WORKER, hours=WeeklyHours.parse("Mon-Sun 18:00-24:00"))
    place = district((*POSTS, nights))
    for kind in (C.URGENT, C.ORDINARY):
        assert first(ask(kind=kind, now=EVENING, place=place)) == ["guo"]
    assert first(ask(now=MONDAY, place=place)) == ["tu"]


def test_for_urgent_matters_a_neighbours_specialist_on_duty_goes_before_our_own_at_home() -> None:
    place = district(
        (*POSTS, post("guo", G2, Role.SPECIALIST, "doctor", hours=WeeklyHours.parse("Mon-Sun 18:00-24:00")))
    )
    assert names(ask("doctor", kind=C.URGENT, now=EVENING, place=place))[:2] == ["guo", "doc"]
    assert names(ask("doctor", kind=C.ADVICE, now=EVENING, place=place))[0] == "doc"


def test_the_soonest_duty_goes_first_when_nobody_is_there() -> None:
    place = district(
        (
            post("tu", G1, Role.WORKER, hours=WeeklyHours.parse("Wed 09:00-12:00")),
            post("xu", G1, Role.WORKER, hours=WeeklyHours.parse("Tue 09:00-12:00")),
        )
    )
    assert names(ask(place=place)) == ["xu", "tu"]


def test_full_time_then_load_then_the_order_of_the_file() -> None:
    two = (*POSTS, post("guo", G1, Role.WORKER))
    assert names(ask(place=district(two), loads={"tu": 3, "guo": 1}))[:3] == ["guo", "tu", "xu"]
    assert names(ask(place=district(two)))[:3] == ["tu", "guo", "xu"]
    elsewhere = (*POSTS, post("xu", G2, Role.WORKER))
    assert names(ask(place=district(elsewhere)))[:2] == ["tu", "xu"], "full-time next door is part-time here"


def test_unreachable_away_and_refusing_people_are_passed_over_with_the_reason() -> None:
    away = (replace(POSTS[0], leave=(TODAY,)), *POSTS[1:])
    place = district(away)
    unjoined = replace(place, people={**place.people, "wang": replace(place.people["wang"], telegram=None)})
    found = ask("worker", place=unjoined, unreachable=frozenset({"boss"}), refused=frozenset({"xu"}))
    why = {(one.person, one.reason.code) for one in found.passed_over}
    assert why >= {("tu", R.ON_LEAVE), ("xu", R.REFUSED), ("wang", R.NOT_JOINED), ("boss", R.BLOCKED)}
    assert names(found) == ["chief", "top"]
    assert (found.leaders, found.above) == ((), (("chief",), ("top",)))


def test_a_substitute_serves_the_post_while_its_holder_is_away() -> None:
    leave = replace(TODAY, substitute="guo")
    place = district((replace(POSTS[0], leave=(leave,)), *POSTS[1:]))
    found = ask(place=place)
    assert first(found) == ["guo"]
    assert ("tu", R.ON_LEAVE) in {(one.person, one.reason.code) for one in found.passed_over}
    assert first(ask(place=place, now=MONDAY + timedelta(days=2))) == ["tu"]


def test_a_leader_who_refused_or_is_the_reporter() -> None:
    assert ask(refused=frozenset({"wang", "boss"})).leaders == ("wang",)
    assert ask(refused=frozenset({"wang", "boss"})).above == (("boss",), ("chief",), ("top",))
    assert ask(reporter="wang").leaders == ()
    assert ask(reporter="boss").above == (("chief",), ("top",))


def test_the_reporter_is_asked_only_when_nobody_else_is_there() -> None:
    assert "tu" not in names(ask(reporter="tu"))
    assert codes(ask(reporter="tu"), "tu") == []
    alone = district((post("tu", G1, Role.WORKER),))
    assert names(ask(reporter="tu", place=alone)) == ["tu"]
    assert names(ask(reporter="tu", place=alone, unreachable=frozenset({"tu"}))) == []


def test_people_with_several_posts_are_on_the_list_once() -> None:
    place = district((*POSTS, post("tu", G1, Role.SPECIALIST, "doctor"), post("tu", G1, Role.LEADER)))
    found = ask("doctor+worker", place=place)
    assert sorted(names(found)) == sorted(set(names(found)))
    assert ask("doctor", place=district((post("tu", G1, Role.SPECIALIST, "doctor"),))).missing == ()


def test_somebody_of_two_trades_is_not_missing_in_the_second() -> None:
    both = (post("doc", G1, Role.SPECIALIST, "doctor"), post("doc", G1, Role.SPECIALIST, "lawyer"))
    assert ask("doctor+lawyer", place=district(both)).missing == ()


def test_a_micro_grid_is_served_by_its_grid() -> None:
    place = district(areas=(*AREAS, Area("d.s.c.g1.m", "Lane", "micro-grid", G1)))
    found = ask("worker", grid="d.s.c.g1.m", place=place)
    assert names(found)[:3] == ["tu", "xu", "wang"]


def test_two_leaders_both_lead() -> None:
    two = (*POSTS, post("guo", G1, Role.LEADER))
    assert set(ask(place=district(two)).leaders) == {"wang", "guo"}
    assert ask(place=district(two), reporter="wang").leaders == ("guo",)


def test_a_shift_that_was_taken_over() -> None:
    """Whoever took it is on duty, whom he relieved is not, and afterwards all is as it was."""
    begins, ends = at("2026-11-23 08:30"), at("2026-11-23 12:00")
    place = replace(DISTRICT, shifts=(Shift("guo", G1, "worker", begins, ends, "tu"),))
    found = ask(place=place)
    assert first(found) == ["guo"]
    assert R.ON_DUTY in codes(found, "guo")
    assert R.NEXT_DUTY in codes(found, "tu")
    assert names(ask(place=place, now=at("2026-11-23 14:00"))) == names(ask(now=at("2026-11-23 14:00")))
    evening = replace(DISTRICT, shifts=(Shift("wang", G1, "worker", EVENING, EVENING + timedelta(hours=2)),))
    assert first(ask(place=evening, now=EVENING)) == ["wang"]
    assert first(ask(place=evening, now=EVENING, kind=C.URGENT)) == ["wang"]


def test_for_urgent_matters_nobody_is_called_at_home_while_somebody_is_on_duty() -> None:
    """The policeman serves day and night: whoever is at home comes behind him. For life all are called."""
    chain = "police+worker+leader"
    found = ask(chain, kind=C.URGENT, now=EVENING)
    assert first(found) == ["cop"]
    assert first(ask(chain, kind=C.URGENT, now=EVENING, unreachable=frozenset({"cop"}))) == ["tu", "wang"]
    assert {one.person for one in first_asked(ask(chain, kind=C.LIFE, now=EVENING), everyone=True)} >= {"cop", "tu"}


def test_life_calls_everybody_on_the_list_but_the_levels_above() -> None:
    found = ask("doctor, worker", kind=C.LIFE)
    assert {one.person for one in first_asked(found, everyone=True)} == {"doc", "tu", "xu", "wang"}
    nobody = ask(grid=G3, kind=C.LIFE)
    assert {one.person for one in first_asked(nobody, everyone=True)} == {"boss", "chief", "top"}
    assert first_asked(Route(), everyone=True) == first_asked(Route(), everyone=False) == ()


def test_the_next_one_is_the_best_who_has_not_been_asked() -> None:
    found = ask()
    following = next_asked(found, frozenset({"tu"}))
    assert following is not None
    assert following.person == "xu"
    assert next_asked(found, frozenset(names(found))) is None


def test_specialists_for_a_consultation_leave_the_handler_out() -> None:
    case = Case(MONDAY)
    reach = Reachability()
    found = specialists("doctor", case.ticket, service(), DISTRICT, reach, POLICY, MONDAY)
    assert found == ["doc"]
    taken = replace(case.ticket, handler="doc")
    assert specialists("doctor", taken, service(), DISTRICT, reach, POLICY, MONDAY) == []


ROLES = st.sampled_from((Role.WORKER, Role.LEADER, Role.SUPERVISOR))
HOURS = st.sampled_from((None, WeeklyHours.parse("Mon-Sun 00:00-24:00"), WeeklyHours.parse("Tue,Thu 18:00-22:00")))
LEAVES = st.sampled_from(((), (TODAY,), (replace(TODAY, substitute="guo"),)))


@st.composite
def rosters(draw: st.DrawFn) -> District:
    posts = []
    for _ in range(draw(st.integers(0, 12))):
        name, area = draw(st.sampled_from(NAMES)), draw(st.sampled_from([one.code for one in AREAS]))
        skill = draw(st.sampled_from((None, "doctor", "lawyer")))
        role = Role.SPECIALIST if skill else draw(ROLES)
        duty = draw(st.sampled_from(("full_time", "part_time")))
        posts.append(post(name, area, role, skill, duty=duty, hours=draw(HOURS), leave=draw(LEAVES)))
    return district(tuple(posts))


@given(
    place=rosters(),
    chain=st.sampled_from(("worker", "doctor+worker", "lawyer", "supervisor", "doctor, worker", "leader, lawyer")),
    kind=st.sampled_from(C),
    now=st.integers(0, 7 * 24).map(lambda n: at("2026-11-23 00:30") + timedelta(hours=n)),
    reporter=st.sampled_from((RESIDENT, "tu", "wang", "boss")),
    refused=st.frozensets(st.sampled_from(NAMES), max_size=3),
    unreachable=st.frozensets(st.sampled_from(NAMES), max_size=4),
)
def test_rules_of_every_route(
    place: District,
    chain: str,
    kind: C,
    now: datetime,
    reporter: str,
    refused: frozenset[str],
    unreachable: frozenset[str],
) -> None:
    found = ask(chain, place=place, kind=kind, now=now, reporter=reporter, refused=refused, unreachable=unreachable)
    chosen = names(found)
    assert len(chosen) == len(set(chosen)), "each once"
    assert not set(chosen) & (unreachable | refused)
    assert reporter not in chosen or chosen == [reporter]
    assert {*found.leaders, *(one for level in found.above for one in level)}.isdisjoint(unreachable)
    assert all(found.above)
    for one in found.candidates:
        check_reasons(one, kind, now)
    everybody = {one.person for one in place.posts} | {"guo"}  # the substitute
    assert {one.person for one in found.passed_over} <= everybody - set(chosen)
    stages = [one.stage for one in found.candidates]
    assert stages == sorted(stages)


def check_reasons(one: Candidate, kind: C, now: datetime) -> None:
    """Somebody on the list has what he is, whether he is on duty, and how much he has in hand."""
    codes = [reason.code for reason in one.reasons]
    assert (R.ROLE in codes) is not (R.SKILL in codes)
    assert sum(code in codes for code in (R.ON_DUTY, R.CALLED_OFF_DUTY, R.NEXT_DUTY)) == 1
    assert R.LOAD in codes
    assert (one.from_ is not None) is (R.NEXT_DUTY in codes)
    assert one.from_ is None or one.from_ > now
    assert R.CALLED_OFF_DUTY not in codes or POLICY.classes[kind].always
    assert one.area == G1 or {R.NEIGHBOUR, R.LEVEL_ABOVE, R.ELSEWHERE} & set(codes)


@given(
    full=st.lists(st.booleans(), min_size=2, max_size=8),
    loads=st.lists(st.integers(0, 3), min_size=8, max_size=8),
    hours=st.lists(HOURS, min_size=8, max_size=8),
)
def test_the_order_is_duty_then_full_time_then_load_then_the_file(
    full: list[bool], loads: list[int], hours: list[WeeklyHours | None]
) -> None:
    posts = [
        post(name, G1, Role.WORKER, duty="full_time" if whole else "part_time", hours=when)
        for name, whole, when in zip(NAMES, full, hours, strict=False)
    ]
    found = ask(place=district(tuple(posts)), loads=dict(zip(NAMES, loads, strict=False)))

    def rank(name: str) -> tuple[datetime, bool, int, int]:
        at_hand = next(one for one in posts if one.person == name)
        begins = (at_hand.hours or POLICY.hours).next_start(MONDAY)
        number = NAMES.index(name)
        return begins, not full[number], loads[number], number

    assert names(found) == sorted(names(found), key=rank)
    assert len(names(found)) == len(posts)
