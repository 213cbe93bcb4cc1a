"""The five profiles: all of it data, told in both languages, each with a sample district that is complete."""

import ast
import itertools
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.check import check
from bot.demo import demo
from bot.district import Loaded, load_district, profile_policy, profiles
from bot.district_cache import load_cached
from bot.district_words import profile_words
from bot.scene import cast_of
from bot.stage import TOKEN, set_stage
from messages import render
from messages.people import posts, serving
from messages.scene import Scene
from parsing import load_catalogue
from rehearsal import Rehearsal
from storage import open_store
from tests.bot.desk import SMALL, Desk
from tickets.policy import DigestRule, Policy, Rung, default_policy
from tickets.roster import Role
from tickets.service import DeadlineClass
from tickets.team import team_of
from tickets.worktime import Span

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "bot" / "samples"
NAMES = {"jifeng", "nanhu", "tongzhou", "zhangzi", "zhoushan"}
MORNING = datetime(2026, 6, 3, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def sample(profile: str) -> Loaded:
    return load_district(SAMPLES / f"{profile}.yaml", load_catalogue())


# --- no `if profile` -------------------------------------------------------------------------------------------


def told_in_code() -> Iterator[str]:
    """Yield every place in the code that knows a profile by its name, as `file: what`."""
    for folder in ("bot", "handlers", "messages", "parsing", "storage", "tickets", "rehearsal"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                names = [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []
                names += [node.id] if isinstance(node, ast.Name) else []
                names += [node.attr] if isinstance(node, ast.Attribute) else []
                names += [node.name] if isinstance(node, ast.FunctionDef | ast.ClassDef) else []
                for name in names:
                    if any(profile == name or profile in name.lower().split("_") for profile in NAMES):
                        yield f"{file.relative_to(ROOT)}: {name}"


def test_no_code_knows_a_profile() -> None:
    assert set(profiles()) == NAMES
    # `gridbot demo` begins with one of them; it is the only place, and any other name does as well.
    assert list(told_in_code()) == ["bot/cli.py: nanhu"]


# --- the rules -------------------------------------------------------------------------------------------------


def rule(policy: Policy, kind: DeadlineClass) -> tuple[Span | None, Span | None, bool]:
    found = policy.classes[kind]
    return found.take, found.done, found.always


def test_tongzhou_ordinary_the_same_day_upgraded_in_three_special_by_the_command_centre() -> None:
    policy, span = profile_policy("tongzhou"), Span.parse
    assert rule(policy, DeadlineClass.ORDINARY) == (span("2wh"), span("1wd"), False)
    assert rule(policy, DeadlineClass.UPGRADED) == (span("2wh"), span("3wd"), False)
    assert rule(policy, DeadlineClass.SPECIAL) == (span("30m"), None, True)
    assert policy.classes[DeadlineClass.URGENT].take == span("15m")
    assert policy.required == (("police",), ("judge",), ("prosecutor",), ("lawyer",))
    assert DigestRule("district", 18 * 60 + 40, "3d") in policy.digests
    assert DigestRule("community", 18 * 60 + 50, "week") in policy.digests


def test_what_the_others_do_otherwise() -> None:
    usual = default_policy()
    assert profile_policy("nanhu").required == (
        ("police",),
        ("judge", "prosecutor", "lawyer"),
        ("teacher",),
        ("doctor",),
    )
    jifeng = profile_policy("jifeng")
    assert jifeng.take_ladder[Rung.LEADER] == jifeng.take_ladder[Rung.ABOVE] < usual.take_ladder[Rung.ABOVE]
    assert [one.level for one in profile_policy("zhangzi").digests] == ["village", "township", "county"]
    sea = profile_policy("zhoushan").classes[DeadlineClass.URGENT].take
    assert sea == Span.parse("15m") != usual.classes[DeadlineClass.URGENT].take


def test_a_bulletin_comes_every_third_day_and_a_ledger_every_friday() -> None:
    hours, first = default_policy().hours, date(2026, 12, 20)
    days = [first + timedelta(days=number) for number in range(30)]
    third = [day for day in days if DigestRule("district", 0, "3d").falls_on(day, hours)]
    assert len(third) == 10
    assert {(after - before).days for before, after in itertools.pairwise(third)} == {3}
    fridays = [day for day in days if DigestRule("community", 0, "week").falls_on(day, hours)]
    assert {day.isoweekday() for day in fridays} == {5}
    assert [DigestRule("d", 0, every).days for every in ("day", "workday", "3d", "week")] == [1, 1, 3, 7]


# --- what things are called ------------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", sorted(NAMES))
def test_what_has_a_name_of_its_own_has_it_in_both_languages(profile: str) -> None:
    words = profile_words(profile)
    zh, en = ({key for key in words[language] if not key.startswith("call.")} for language in ("zh", "en"))
    assert zh == en
    assert all(text.isascii() for text in words["en"].values())
    assert not any(text.isascii() for text in words["zh"].values())
    district = sample(profile).district
    levels = {key.removeprefix("level.") for key in zh if key.startswith("level.")}
    assert {area.level for area in district.areas.values()} - {"dedicated"} <= levels
    titles = {key.removeprefix("title.") for key in zh if key.startswith("title.")}
    assert {post.title for post in district.posts if post.title} == titles, "each title is shown by somebody"


WHO = {
    "nanhu": {"zh": "网格指导员何亥 · 在班", "en": "Part-time worker Sun · on duty today 17:00"},
    "zhangzi": {"zh": "专职网格员郝师傅 · 在班", "en": "Part-time worker Niu · on duty today 17:00"},
    "jifeng": {
        "zh": "社情民意调查员林师傅 · 在班\n城市管理执法员向队员 · 在班\n惠民便民服务员彭师傅 · 在班\n方网格长 · 在班\n"
        "民主制度监督员符庚 · 在班\n矛盾纠纷化解员龙调解员 · 在班\n政策法规宣传员石己 · 在班\n",
        "en": "Worker Lin (opinion researcher) · on duty now\nWorker Xiang (city enforcement member) · on duty now\n",
    },
    "tongzhou": {"zh": "网格信息员徐师傅 · 在班", "en": "Worker Xu (grid informant) · on duty now"},
    "zhoushan": {"zh": "网格组长汪乙 · 在班", "en": "Team member Qi (neighbourhood contact) · on duty today 17:00"},
}


@pytest.mark.parametrize("profile", sorted(NAMES))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_who_shows_everybody_of_a_grid_by_what_he_is_called_there(profile: str, language: str) -> None:
    loaded = sample(profile)
    district, services = loaded.district, loaded.services
    grid = district.grids[0].code
    team = team_of(district, services, loaded.policy, grid, MORNING)
    html = render("who", language, Scene(district, services, MORNING, data={"grid": grid}, team=team)).html
    for one in team.members:
        assert serving(district, one.person, one.key, grid, language) in html
    assert WHO[profile][language] in html


def test_a_person_is_told_what_he_is_by_the_names_of_the_place() -> None:
    district = sample("tongzhou").district
    assert posts(district, "pan", "zh").startswith("育林社区的网格管理员、十里村的网格管理员")
    assert "Chief grid leader, 育林社区" in posts(district, "fan", "en")
    village = sample("zhangzi").district
    assert posts(village, "cui", "zh") == "柳沟村河东微网格的微网格长"


def test_a_district_names_things_itself_over_its_profile(desk: Desk) -> None:
    own = SMALL.replace("role: worker}", "role: worker, title: guide}")
    words = "words: {en: {title: {guide: Guide}, role: {leader: Warden}}}\n"
    district = desk.load(f"{own}profile: nanhu\n{words}").district
    assert posts(district, "tu", "en") == "Guide, Grid; Warden, Grid"
    assert district.word("role", "instructor", "en") == "Grid instructor", "the profile's stays"
    assert district.word("title", "guide", "zh") == "Guide", "better than its key"


def test_a_title_or_a_state_that_does_not_exist_is_told(desk: Desk) -> None:
    own = SMALL.replace("role: worker}", "role: worker, title: gide}")
    words = "words: {en: {title: {guide: Guide}}}\n"
    assert "did you mean 'guide'?" in desk.one(own + words)
    assert "did you mean 'closed'?" in desk.one(f"{SMALL}words: {{en: {{status: {{closd: Done}}}}}}\n")
    assert "`titel`" in desk.one(f"{SMALL}words: {{en: {{titel: {{guide: Guide}}}}}}\n")


# --- the samples -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", sorted(NAMES))
def test_each_sample_is_a_whole_district(profile: str) -> None:
    loaded = sample(profile)
    district = loaded.district
    assert loaded.profile == profile
    assert loaded.warnings == ()
    assert len(district.grids) >= 2
    assert all(grid.chat and grid.places and grid.boundary for grid in district.grids)
    assert any(area.level == "dedicated" and area.department for area in district.areas.values())
    officers = {post.department for post in district.posts if post.role is Role.OFFICER}
    assert any(one.chat for one in district.departments.values())
    if profile != "nanhu":  # the oldest one keeps some that cannot be called, for `gridbot check` to find
        assert all(one.chat or one.code in officers for one in district.departments.values())
    for level in {rule.level for rule in loaded.policy.digests}:
        areas = [area.code for area in district.areas.values() if area.level == level]
        assert any(post.role is Role.SUPERVISOR for code in areas for post in district.posts_in(code)), level
    assert district.people.keys() == {post.person for post in district.posts}, "nobody without a post"
    assert cast_of(district, loaded.policy).doctor in district.people


def test_names_come_back_from_what_was_kept(tmp_path: Path) -> None:
    file, kept = SAMPLES / "jifeng.yaml", tmp_path / "cache"
    read = load_cached(file, load_catalogue(), kept)
    assert kept.exists()
    assert load_cached(file, load_catalogue(), kept) == read == sample("jifeng")


@pytest.mark.parametrize("profile", sorted(NAMES))
async def test_gridbot_check_finds_nothing_that_must_be_mended(
    profile: str, sqlite_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    district = sample(profile).district
    store = await open_store(sqlite_url)
    async with store.unit() as unit:
        for person in district.people.values():
            await unit.contacts.see(person.telegram or 0, person.name, "zh")
            await unit.contacts.set_started(person.telegram or 0, True)
        await unit.commit()
    await store.close()
    async with Rehearsal(page=False) as rehearsal:
        bot = set_stage(rehearsal, district)
        for department in district.departments.values():
            if department.chat is not None:
                rehearsal.world.add_group(department.chat, department.name, [], {bot: "member"})
        settings = {"DATABASE_URL": sqlite_url, "TOKEN": TOKEN, "TELEGRAM_URL": rehearsal.url}
        settings |= {"DISTRICT": str(SAMPLES / f"{profile}.yaml")}
        code = await check({f"GRIDBOT_{name}": value for name, value in settings.items()})
    text = capsys.readouterr().out
    assert code == 0, text
    assert "问题：" not in text


@pytest.mark.parametrize("name", ["nobody", "start", "../samples/nanhu"])
def test_what_is_no_profile_cannot_be_played(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert demo(once=True, port=0, profile=name) == 1
    assert f"{name} is no profile; there are: {', '.join(sorted(NAMES))}" in capsys.readouterr().err
