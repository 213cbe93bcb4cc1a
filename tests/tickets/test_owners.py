"""Whose a place is, who steps in when everybody of the list is away, and the rules over random rosters and a city."""

from dataclasses import replace
from datetime import date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tickets.city import city, looked_at, requests
from tests.tickets.rosters import asking, codes, first, names, refused_by_all, wrong
from tests.tickets.world import AREAS, DISTRICT, G1, G2, MONDAY, POLICY, POSTS, RESIDENT, C, district, post, service
from tickets.model import Place, ReasonCode, Route
from tickets.owners import near, spot
from tickets.roster import Area, Department, District, Leave, Post, Role
from tickets.routing import Reachability, Request, route

R = ReasonCode
TODAY = Leave(date(2026, 11, 23), date(2026, 11, 24))


def asked(place: District) -> Route:
    return spotted(place, None)


def overlays(*places: tuple[str, str, str, str | None]) -> District:
    """The district with areas of their own: code, level, parent, department."""
    more = tuple(Area(code, code.title(), level, parent, department=of) for code, level, parent, of in places)
    whole = district(
        (*POSTS, post("nan", "lane", Role.WORKER), post("shi", "school", Role.WORKER),
         Post("qin", None, Role.OFFICER, department="education")),
        (*AREAS, *more),
    )  # fmt: skip
    return replace(whole, departments={"education": Department("education", "Education")})


def spotted(place: District, spot: str | None, *, now: datetime = MONDAY, grid: str = G1) -> Route:
    return route(
        Request(service(), C.ORDINARY, grid, RESIDENT, "3栋", frozenset(), spot), place, Reachability(), POLICY, now
    )


LANE, SCHOOL = ("lane", "micro", G1, None), ("school", "dedicated", "d.s", "education")


def test_the_owner_of_the_place_goes_first() -> None:
    """The micro-grid's own worker, the school's own people and the department behind it; then the grid's."""
    place = overlays(LANE, SCHOOL)
    lane, school = spotted(place, "lane"), spotted(place, "school")
    assert names(lane)[:4] == ["nan", "tu", "xu", "wang"]
    assert codes(lane, "nan")[0] is R.OWNS_PLACE
    assert first(lane) == ["nan"]
    assert names(school)[:5] == ["shi", "tu", "xu", "qin", "wang"]
    assert codes(school, "qin")[:2] == [R.ROLE, R.DEPARTMENT]
    assert first(school) == ["shi"]
    assert names(spotted(place, None)) == names(asked(DISTRICT))


def test_whose_a_place_is() -> None:
    place = overlays(LANE, SCHOOL, ("clinic", "dedicated", "elsewhere", None), ("elsewhere", "street", "d", None))
    assert spot(place, G1, (Place("3栋", "lane"),)) == ("3栋", "lane")
    assert spot(place, G1, (Place("3栋", G1),)) == ("3栋", None)
    assert spot(place, G1, (Place("3栋", G1), Place("学校", "school"))) == ("学校", "school")
    assert spot(place, G1, (Place("医院", "clinic"), Place("9栋", G2), Place("那里"))) == ("", None)
    assert near(place, G2, "lane") == G1
    assert near(place, G1, "school") is None
    assert near(place, G1, G2) == G2
    assert near(place, G1, "gone") is None


def test_leave_that_covers_every_candidate_leaves_somebody() -> None:
    """Everybody of the list is away: whoever leads or works nearest has it; when nobody at all is there, nobody."""
    away = tuple(replace(one, leave=(TODAY,)) for one in POSTS if one.person != "guo")
    found = asked(district((*away, post("guo", G2, Role.WORKER))))
    assert names(found) == ["guo"]
    assert {R.ELSEWHERE, R.LAST_RESORT, R.ON_DUTY} <= set(codes(found, "guo"))
    assert {one.reason.code for one in found.passed_over} == {R.ON_LEAVE}
    assert names(asked(district(away))) == []
    narrow = route(Request(service(), C.ORDINARY, G1, RESIDENT), district((*away, post("guo", G2, Role.WORKER))),
                   Reachability(near=True), POLICY, MONDAY)  # fmt: skip
    assert names(narrow) == [], "who only knows the people near looks again with everybody"


@settings(max_examples=300)
@given(seed=st.integers(0, 2**40))
def test_whoever_is_asked_may_be_asked(seed: int) -> None:
    """Random districts with micro-grids, dedicated grids, shifts and holidays; 100,000 of them in `make prove`."""
    case = asking(seed)
    assert wrong(case) == []
    if seed % 8 == 0:
        assert refused_by_all(case) == []


def test_a_city_is_not_gone_through_for_one_ticket() -> None:
    whole, tenth = city(), city(10)
    assert (len(whole.grids), len(whole.posts)) == (2360, 21044)
    looks = [[looked_at(place, one) for one in requests(place, 3, 60)] for place in (whole, tenth)]
    assert max(looks[0]) <= 400
    assert sum(looks[0]) <= 1.3 * sum(looks[1])
