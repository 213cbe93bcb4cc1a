"""The district file: samples and profiles load, the district's own rules hold, and what is odd is told."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import jsonschema
import pytest

from bot.district import expand_places, load_district, profile_policy, profiles, schema
from bot.district_days import unannounced, with_calendar
from bot.district_source import Book, read_source
from tests.bot.desk import CATALOGUE, SMALL, Desk
from tickets.policy import DigestRule, Reviewer, Rung, Straight, default_policy
from tickets.roster import Area, Role
from tickets.service import DeadlineClass
from tickets.worktime import Span

ROOT = Path(__file__).parents[2]
SAMPLES = sorted((ROOT / "bot" / "samples").glob("*.yaml"))
SAMPLE = ROOT / "bot" / "samples" / "nanhu.yaml"
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_sample_loads_over_the_real_catalogue_without_a_warning(path: Path) -> None:
    from parsing import load_catalogue

    loaded = load_district(path, load_catalogue())
    assert loaded.warnings == ()
    assert loaded.district.grids


def test_the_sample_is_the_district_of_the_stories() -> None:
    loaded = load_district(SAMPLE, CATALOGUE)
    district = loaded.district
    grid = district.areas["d.s1.c1.g1"]
    assert [area.code for area in district.chain(grid.code)] == ["d.s1.c1.g1", "d.s1.c1", "d.s1", "d"]
    assert district.by_chat(-1001000000001) == grid
    assert SAMPLE.read_text(encoding="utf-8").splitlines()[grid.line - 1].strip() == "- code: d.s1.c1.g1"
    serving = {(post.person, post.role, post.skill) for post in district.posts_in(grid.code)}
    assert {("tu", Role.WORKER, None), ("wang", Role.LEADER, None), ("fei", Role.SPECIALIST, "doctor")} <= serving
    skills = {area.code: {post.skill for post in district.posts_in(area.code)} - {None} for area in district.grids}
    assert [code for code, there in skills.items() if "lawyer" in there] == ["d.s1.c1.g2"]
    assert skills["d.s1.c1.g3"] == {"police"}
    person = district.by_telegram(1005)
    assert person is not None
    assert (person.name, person.language) == ("赵戊", "en")
    assert loaded.policy.digests == tuple(
        DigestRule(level, 18 * 60 + minute) for level, minute in (("community", 0), ("street", 10), ("district", 20))
    )


def test_holidays_hold_for_posts_too_unless_they_serve_through() -> None:
    loaded = load_district(SAMPLE, CATALOGUE)
    holiday = datetime(2026, 10, 1, 10, 0, tzinfo=ZONE)
    by_skill = {post.skill: post for post in loaded.district.posts_in("d.s1.c1.g1")}
    doctor, police = by_skill["doctor"].hours, by_skill["police"].hours
    assert doctor is not None
    assert police is not None
    assert doctor.working(datetime(2026, 6, 3, 10, 0, tzinfo=ZONE))
    assert not doctor.working(holiday)
    assert not loaded.policy.hours.working(holiday)
    assert police.working(holiday)


def test_chinas_days_are_known_and_what_the_file_says_lies_over_them(desk: Desk) -> None:
    hours = desk.load(SMALL).policy.hours
    day = date.fromisoformat
    assert [bool(hours.windows(day(f"2026-10-0{n}"))) for n in (1, 7, 8, 9)] == [False, False, True, True]
    assert hours.windows(day("2026-10-10")), "a Saturday that is worked instead"
    assert not hours.windows(day("2026-10-11"))
    assert hours.windows(day("2025-01-26"))
    assert not hours.windows(day("2025-01-28"))
    own = "policy: {holidays: [2026-12-24, 2026-10-10], workdays: [2026-10-07, 2026-12-26], makeup: [2026-12-27]}\n"
    changed = desk.load(SMALL + own).policy.hours
    worked = [text for text in ("2026-10-06", "2026-10-07", "2026-10-10", "2026-12-24", "2026-12-26", "2026-12-27")
              if changed.windows(day(text))]  # fmt: skip
    assert worked == ["2026-10-07", "2026-12-26", "2026-12-27"]
    for elsewhere in ("policy: {calendar: none}\n", "timezone: Europe/Berlin\n"):
        assert not desk.load(SMALL + elsewhere).policy.hours.holidays
    assert desk.load(SMALL + "timezone: Europe/Berlin\npolicy: {calendar: china}\n").policy.hours.holidays


def test_a_year_that_nobody_has_announced_is_told_in_time() -> None:
    known = with_calendar(default_policy(), "china")
    last = max(known.hours.holidays).year
    assert unannounced(known, "Asia/Shanghai", date(last, 11, 1)) is None
    told = unannounced(known, "Asia/Shanghai", date(last, 12, 1))
    assert told is not None
    assert f"{last + 1} are not known yet" in told.en
    assert "holidays 和 workdays" in told.zh
    assert unannounced(known, "Europe/Berlin", date(last, 12, 1)) is None
    own = replace(known, hours=replace(known.hours, holidays=known.hours.holidays | {date(last + 1, 1, 1)}))
    assert unannounced(own, "Asia/Shanghai", date(last, 12, 1)) is None


def test_a_small_file_has_the_products_rules(desk: Desk) -> None:
    loaded = desk.load(SMALL)
    assert loaded.policy == with_calendar(default_policy(), "china")
    assert loaded.warnings == ()
    assert (loaded.district.timezone, loaded.district.language) == ("Asia/Shanghai", "en")
    assert loaded.services == CATALOGUE


@pytest.mark.parametrize("name", profiles())
def test_every_profile_can_be_started_from(name: str, desk: Desk) -> None:
    loaded = desk.load(SMALL + f"profile: {name}\n")
    assert loaded.policy == with_calendar(profile_policy(name), "china")
    assert profile_policy(name) != default_policy()


def test_the_five_profiles_are_there() -> None:
    assert profiles() == ["jifeng", "nanhu", "tongzhou", "zhangzi", "zhoushan"]
    tongzhou = profile_policy("tongzhou")
    assert tongzhou.review[DeadlineClass.ERRAND] is Reviewer.LEADER
    assert tongzhou.classes[DeadlineClass.URGENT].take == Span.parse("15m")
    rules = {name: profile_policy(name).whistle for name in profiles()}
    assert rules["jifeng"].to[0] == ("community", "street"), "both at once"
    assert (rules["zhangzi"].to, rules["zhangzi"].names) == ((("township",), ("county",)), ("county",))
    assert (rules["tongzhou"].straight, rules["tongzhou"].upgrade) == (Straight.LEADER, DeadlineClass.UPGRADED)
    assert rules["tongzhou"].classes[DeadlineClass.SPECIAL][0] == ("street",), "the command centre leads"
    assert rules["zhoushan"].straight is Straight.ANYONE
    assert rules["nanhu"] == default_policy().whistle, "level by level"


def test_the_districts_own_rules_lie_over_the_profiles_field_by_field(desk: Desk) -> None:
    policy = desk.load(
        SMALL
        + """\
profile: tongzhou
policy:
  hours: "Mon-Sat 08:00-12:00"
  quiet: 22:00-06:00
  calendar: none
  holidays: [2026-10-01..2026-10-07, 2026-01-01]
  workdays: [2026-10-10]
  classes: {urgent: {done: 12h}, special: {take: null}, life: {parallel: false}}
  review: {errand: resident}
  ladder: {take: {leader: 120%, above: null}, done: {still: 50%}}
  digests: [{level: district, at: 18:00, every: workday}]
  confirm_within: 1d
  whistle: {to: [[district]], names: [district], upgrade: null, done: 5d}
"""
    ).policy
    base = profile_policy("tongzhou")
    assert policy.hours.windows(date(2026, 6, 6))
    assert len(policy.hours.holidays) == 8
    assert policy.hours.makeup == {date(2026, 10, 10)}
    assert policy.quiet.holds(datetime(2026, 6, 3, 23, 0, tzinfo=ZONE))
    urgent, base_urgent = policy.classes[DeadlineClass.URGENT], base.classes[DeadlineClass.URGENT]
    assert (urgent.take, urgent.done, urgent.always) == (base_urgent.take, Span.parse("12h"), True)
    assert policy.classes[DeadlineClass.SPECIAL].take is None
    life = policy.classes[DeadlineClass.LIFE]
    assert (life.parallel, life.always, life.take) == (False, True, Span.parse("5m"))
    assert policy.review[DeadlineClass.ERRAND] is Reviewer.RESIDENT
    assert policy.review[DeadlineClass.ADVICE] is Reviewer.LEADER
    assert policy.take_ladder == {Rung.REMIND: 50, Rung.NEXT: 100, Rung.LEADER: 120}
    assert policy.done_ladder == {**base.done_ladder, Rung.STILL: 50}
    assert policy.digests == (DigestRule("district", 1080, "workday"),)
    assert policy.confirm_within.clock == timedelta(days=1)
    assert policy.review_within == base.review_within
    whistle = replace(base.whistle, to=(("district",),), names=("district",), upgrade=None)
    assert policy.whistle == replace(whistle, done=Span.parse("5d"))


def test_services_are_switched_off_renamed_rerouted_and_added(desk: Desk) -> None:
    services = desk.load(
        SMALL
        + """\
departments: [{code: port, name: Port office}]
services:
  fire: {enabled: false}
  garbage: {zh: 垃圾清运, route: "leader+worker, lawyer", class: urgent, departments: [port]}
  ferry: {zh: 渡船, route: worker, class: errand, private: true}
"""
    ).services
    assert "fire" not in services
    garbage, ferry = services["garbage"], services["ferry"]
    assert (garbage.zh, garbage.en) == ("垃圾清运", "garbage")
    assert garbage.route == (("leader", "worker"), ("lawyer",))
    assert (garbage.deadline_class, garbage.departments) == (DeadlineClass.URGENT, ("port",))
    assert (ferry.en, ferry.route, ferry.private) == ("渡船", (("worker",),), True)


@pytest.mark.parametrize(
    ("place", "singles"),
    [
        ("1-3幢", ["1幢", "2幢", "3幢"]),
        ("9~10号楼", ["9号楼", "10号楼"]),
        ("湘河新村2至3栋", ["湘河新村2栋", "湘河新村3栋"]),
        ("1、3、5-6幢", ["1幢", "3幢", "5幢", "6幢"]),
        ("7幢", ["7幢"]),
        ("湘河菜场", ["湘河菜场"]),
        ("3-2-501室", ["3-2-501室"]),
        ("柳湾路80-2号", ["柳湾路80-2号"]),
        ("1-18", ["1-18"]),
    ],
)
def test_ranges_of_buildings_are_expanded(place: str, singles: list[str]) -> None:
    assert expand_places(Area("g", "Grid", "grid", places=(place,))) == singles


# --- what is wrong -----------------------------------------------------------------------------------------------


def test_a_grid_that_nobody_serves_is_odd(desk: Desk) -> None:
    told = desk.warnings(SMALL.replace("area: g", "area: d"))
    assert told == [
        "5: Grid has no worker; its tickets go up at once: add a post",
        "5: Grid has no leader; its tickets go up at once: add a post",
    ]


def test_neighbouring_grids_that_claim_the_same_place_are_odd(desk: Desk) -> None:
    grids = """\
  - {code: c1, name: C1, level: community, parent: d}
  - {code: c2, name: C2, level: community, parent: d}
  - {code: g1, name: G1, level: grid, parent: c1, places: [1-9幢, 东门]}
  - {code: g2, name: G2, level: grid, parent: c1, places: [8-12栋, 东门]}
  - {code: g3, name: G3, level: grid, parent: c2, places: [1-9幢]}
  - {code: m, name: Market, level: dedicated, parent: c1, places: [东门]}
"""
    posts = "".join(
        f"  - {{person: tu, area: {g}, role: {r}}}\n" for g in ("g1", "g2", "g3", "m") for r in ("worker", "leader")
    )
    told = desk.warnings(SMALL.replace("people:\n", grids + "people:\n") + posts)
    assert told == ["9: 8栋、9栋、东门 (3) also belongs to g1; leave each place to one grid"]


def test_a_skill_that_no_service_asks_for_is_odd(desk: Desk) -> None:
    told = desk.warnings(SMALL + "  - {person: tu, area: g, role: specialist, skill: docter}\n")
    assert told == ["11: no service asks for skill 'docter'; did you mean 'doctor'?"]


# --- the schema --------------------------------------------------------------------------------------------------


def test_the_schema_in_the_documentation_is_current() -> None:
    written = (ROOT / "docs" / "district.schema.json").read_text(encoding="utf-8")
    assert written == schema(), "run: python -m bot.district > docs/district.schema.json"


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_the_schema_accepts_the_samples(path: Path) -> None:
    source = read_source(Book(path))
    assert source is not None
    validator = jsonschema.Draft202012Validator(json.loads(schema()))
    validator.check_schema(validator.schema)
    assert [error.message for error in validator.iter_errors(source.data)] == []
    wrong = {**source.data, "areas": [{"code": "d"}], "extra": 1}
    assert {error.json_path for error in validator.iter_errors(wrong)} == {"$", "$.areas[0]"}
