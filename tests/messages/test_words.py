"""Names, times, spans, phrases, callback data: the small parts."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from messages import person_name, phrase, render
from messages.callbacks import Draft, Pick, Press, View, decode
from messages.people import staff
from messages.phrases import tongue
from messages.samples import NOW, district, light, scene, taken
from messages.text import listed, masked, tidy
from messages.times import clock, day, duration, moment
from tickets.roster import Area, District, Person, Post, Role


def at(days: int, hour: int, minute: int = 0) -> datetime:
    return (NOW + timedelta(days=days)).replace(hour=hour, minute=minute)


@pytest.mark.parametrize(
    ("when", "zh", "en"),
    [
        (at(0, 18), "今天 18:00", "today 18:00"),
        (at(0, 7, 40), "今早 7:40", "today 7:40"),
        (at(1, 9), "明早 9 点", "tomorrow 9:00"),
        (at(1, 8, 30), "明早 8:30", "tomorrow 8:30"),
        (at(1, 14), "明天 14:00", "tomorrow 14:00"),
        (at(1, 20), "明晚 20:00", "tomorrow 20:00"),
        (at(1, 0, 10), "明天凌晨 0:10", "tomorrow 0:10"),
        (at(-1, 23, 10), "昨晚 23:10", "yesterday 23:10"),
        (at(-1, 10), "昨天 10:00", "yesterday 10:00"),
        (at(2, 12), "后天 12:00", "Fri 12:00"),
        (at(3, 12), "周六 12:00", "Sat 12:00"),
        (at(5, 9), "下周一 9:00", "Mon 9:00"),
        (at(30, 9), "7月3日 9:00", "3 Jul 9:00"),
        (at(-5, 9), "5月29日 9:00", "29 May 9:00"),
        (at(365, 9), "2027年6月3日 9:00", "3 Jun 2027 9:00"),
    ],
)
def test_moments_as_people_say_them(when: datetime, zh: str, en: str) -> None:
    assert moment(when, NOW, "zh") == zh
    assert moment(when, NOW, "en") == en


def test_moments_are_told_in_the_zone_of_now() -> None:
    assert moment(datetime.fromisoformat("2026-06-03T10:00:00+00:00"), NOW, "zh") == "今天 18:00"


def test_days_and_clocks() -> None:
    assert [day(at(days, 9), NOW, "zh") for days in (0, 1, 2, 3)] == ["今天", "明天", "后天", "周六"]
    assert [day(at(days, 9), NOW, "en") for days in (0, 1, 2)] == ["today", "tomorrow", "Fri"]
    assert clock(at(0, 9, 5), NOW, "zh") == "9:05"
    assert clock(at(-1, 9, 5), NOW, "zh") == "昨天 9:05"


@pytest.mark.parametrize(
    ("span", "zh", "en"),
    [
        (timedelta(minutes=80), "1 小时 20 分", "1 h 20 min"),
        (timedelta(minutes=20), "20 分钟", "20 min"),
        (timedelta(hours=2), "2 小时", "2 h"),
        (timedelta(days=2, hours=3, minutes=9), "2 天 3 小时", "2 days 3 h"),
        (timedelta(days=1), "1 天", "1 day"),
        (timedelta(seconds=20), "不到 1 分钟", "less than a minute"),
        (timedelta(seconds=-20), "不到 1 分钟", "less than a minute"),
    ],
)
def test_spans_as_people_say_them(span: timedelta, zh: str, en: str) -> None:
    assert (duration(span, "zh"), duration(span, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("person", "zh", "en"),
    [
        ("tu", "屠师傅", "Worker Tu"),
        ("wang", "汪网格长", "Grid leader Wang"),
        ("fei", "费医生", "Dr Fei"),
        ("qin", "秦警官", "Police officer Qin"),
        ("ouyang", "欧阳律师", "Lawyer Ouyang"),
        ("li", "湘河社区李丁", "Supervisor Li"),
        ("zhao", "公共事业中心赵戊", "Officer Zhao"),
        ("tg10021", "阿芳", "阿芳"),
        ("tg5", "住户", "the resident"),
        (None, "还没有人", "nobody yet"),
    ],
)
def test_how_people_are_called(person: str | None, zh: str, en: str) -> None:
    assert person_name(scene(light()), person, "zh") == zh
    assert person_name(scene(light()), person, "en") == en


def _office(*people: Person, role: Role = Role.WORKER) -> District:
    posts = tuple(Post(person.id, "g", role) for person in people)
    return District("d", "Asia/Shanghai", "zh", {"g": Area("g", "网格", "grid")}, {}, {p.id: p for p in people}, posts)


def test_namesakes_get_their_whole_names() -> None:
    office = _office(Person("a", "李甲"), Person("b", "李乙"), Person("c", "欧阳丙"), Person("d", "Ann <b>"))
    assert [staff(office, one, "zh") for one in "abcd"] == ["李甲师傅", "李乙师傅", "欧阳师傅", "Ann <b> 师傅"]
    assert staff(office, "a", "en") == "Worker 李甲"
    assert staff(office, "d", "en") == "Worker Ann <b>"
    assert staff(office, "nobody", "zh") is None


def test_somebody_without_a_post_or_with_an_odd_role_keeps_the_name() -> None:
    assert staff(_office(Person("a", "李甲"), role=Role.ADMIN), "a", "zh") == "李甲"
    lonely = District("d", "Asia/Shanghai", "zh", {}, {}, {"a": Person("a", "x" * 99)})
    assert len(staff(lonely, "a", "zh") or "") == 32


def test_the_post_of_the_tickets_own_grid_names_the_person() -> None:
    home = district()
    both = District(
        home.name,
        home.timezone,
        "zh",
        home.areas,
        {},
        home.people,
        (*home.posts, Post("fei", "d.s1.c1.g2", Role.LEADER)),
    )
    assert staff(both, "fei", "zh", "d.s1.c1.g2") == "费网格长"
    assert staff(both, "fei", "zh", "d.s1.c1.g1") == "费医生"


def test_lists_numbers_and_control_characters() -> None:
    assert [listed(list("abc")[:n], "zh") for n in range(4)] == ["", "a", "a和b", "a、b和c"]
    assert listed(["a", "b", "c"], "en") == "a, b and c"
    assert masked("13812345678 12345 3栋") == "138…78 12345 3栋"
    assert tidy("a\u202eb\x00c\ud800\n") == "abc\n"


def test_phrases_take_facts_and_codes() -> None:
    assert phrase("taken", "zh") == "您接下了"
    assert phrase("taken_by", "zh", name="屠师傅") == "屠师傅先接下了，您不用管了"
    assert phrase("taken_by", "zh") == "别人先接下了，您不用管了"
    assert (
        phrase("not_now", "zh", status="waiting", allowed="take,pass_on")
        == "这件现在是“等住户回话”，这一步做不了。现在能做：接单、转给别人"
    )
    assert phrase("not_now", "en", status="filed", number="3", allowed="") == (
        "Not possible while it is “waiting to be taken”. Use the buttons on the card"
    )
    assert phrase("no_specialist", "en", skill="lawyer").startswith("There is no lawyer")
    assert phrase("button.take", "en-GB") == "Take it"
    assert len(phrase("only_reporter", "zh", name="{x}" * 200)) <= 200
    with pytest.raises(KeyError):
        phrase("no such", "zh")
    with pytest.raises(KeyError):
        phrase("found.unsent", "zh")


def test_languages_fall_to_the_nearest_of_ours() -> None:
    assert [tongue(tag) for tag in ("en", "en-US", "EN_gb", "zh-hans", "de", "", None)] == [
        "en",
        "en",
        "en",
        *["zh"] * 4,
    ]


LARGEST = (
    Press(ticket=2**63 - 1, action="send_back", version=2**31),
    Pick(ticket=2**63 - 1, action="consult", choice="x" * 24),
    Pick(ticket=2**63 - 1, action="pass_on", choice="tg4503599627370495"),
    Draft(draft=2**63 - 1, choice="send_back"),
    View(what="late", ref="d" * 56),
)


@pytest.mark.parametrize("data", LARGEST, ids=repr)
def test_callback_data_fits_and_comes_back(data: Press | Pick | Draft | View) -> None:
    assert len(data.pack().encode()) <= 64
    assert decode(data.pack()) == data


def test_once_issued_buttons_are_understood_for_ever() -> None:
    issued = Path(__file__).with_name("issued_buttons.txt").read_text(encoding="utf-8").split()
    assert len(issued) >= 8
    for data in issued:
        found = decode(data)
        assert found is not None, data
        assert found.pack() == data


@pytest.mark.parametrize(
    "data", ["", "t1", "t1:", "t1:x:take:3", "t1:1:take", "t1:1:take:3:4", "t0:1:take:3", "other", "d1:x:yes"]
)
def test_aged_and_foreign_buttons_are_nobodys(data: str) -> None:
    assert decode(data) is None


@pytest.mark.parametrize("number", [-1, 0, 2**63, 10**30])
def test_numbers_that_no_database_keeps_are_nobodys(number: int) -> None:
    for data in (f"t1:{number}:take:1", f"p1:{number}:hold:3d", f"d1:{number}:yes"):
        assert decode(data) is None
    assert decode(f"t1:1:take:{2**63}") is None


@pytest.mark.parametrize("language", ["zh", "en"])
def test_words_under_a_card_can_be_let_go(language: str) -> None:
    """The last choice promises no note that nobody keeps."""
    made = render("choose_reply", language, scene(taken(), "tu", draft="9", text="灯泡换好了"))
    last = made.buttons[-1][0]
    assert decode(last.data or "") == Draft(draft=9, choice="drop")
    assert last.text == phrase("choice.drop", language)
