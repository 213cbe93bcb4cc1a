"""A town like Tongzhou, of any size: its grids, its staff, its residents, and what they will write in a month."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from parsing import load_catalogue
from parsing.lessons import lessons
from tickets.service import DeadlineClass

SHANGHAI = ZoneInfo("Asia/Shanghai")
AUGUST = datetime(2026, 8, 1, 6, 0, tzinfo=SHANGHAI)
MATTERS, GRIDS, DAYS = 21_816, 1_030, 31
"""August as the article tells it: so many matters in so many grids."""

GRIDS_PER_COMMUNITY, COMMUNITIES_PER_STREET, GRIDS_PER_SCHOOL = 12, 8, 15
GRIDS_PER_DOCTOR = 4
HOMES = 15
"""Residents of a grid who ever write: somebody with a second matter is somebody the bot knows."""

SHARES = {
    DeadlineClass.ORDINARY: 0.52,
    DeadlineClass.URGENT: 0.14,
    DeadlineClass.ERRAND: 0.17,
    DeadlineClass.ADVICE: 0.13,
    DeadlineClass.LIFE: 0.015,
    DeadlineClass.OPEN: 0.025,
}
"""Of which class the services are that people write about; what becomes of their words the bot decides."""

HOURS = (0, 0, 0, 0, 0, 1, 3, 7, 10, 10, 9, 8, 5, 5, 7, 8, 8, 7, 6, 6, 5, 4, 2, 1)
"""How many matters are written in each hour of a day."""

WEEKEND = 0.6
# fmt: off
DEPARTMENTS = (
    "city_management", "civil_affairs", "education", "emergency", "environment", "fire", "gas", "greening",
    "health", "heating", "housing", "justice", "labour", "market_supervision", "medical_insurance", "police",
    "power", "sanitation", "telecom", "traffic_police", "transport", "veterans", "water", "women", "works",
)
# fmt: on
FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"


@dataclass(frozen=True)
class Matter:
    """What somebody will write: when, who, where and which words. `number` is its place in the month."""

    number: int
    at: datetime
    grid: int
    resident: int
    text: str
    photo: bool
    private: bool


def chat_of(grid: int) -> int:
    """Return the chat of a grid's group."""
    return -1_001_000_000_001 - grid


def resident_id(grid: int, home: int) -> int:
    """Return the Telegram id of a resident."""
    return 3_000_000_000 + grid * 100 + home


class Roster:
    """Writes people and posts."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(f"{seed} roster")
        self.people: list[str] = []
        self.posts: list[str] = []

    def person(self, code: str, *, joined: float = 1.0) -> str:
        """Add a person; `joined`: the share of such people who have ever opened the bot's chat."""
        number = len(self.people)
        name = self.dice.choice(FAMILY) + GIVEN[number % len(GIVEN)] + GIVEN[number // len(GIVEN) % len(GIVEN)]
        telegram = f", telegram: {1_000_000 + number}" if self.dice.random() < joined else ""
        self.people.append(f"  - {{id: {code}, name: {name}{telegram}}}")
        return code

    def post(self, person: str, place: str, role: str) -> None:
        """Give a person a post; `place` is `area: …` or `department: …`."""
        self.posts.append(f"  - {{person: {person}, {place}, role: {role}}}")


def write_town(file: Path, grids: int, seed: int) -> Path:
    """Write the district file of a town with so many grids; return the file."""
    roster = Roster(seed)
    areas = ["  - {code: d, name: 示例区, level: district, chat: -1009000000001}"]
    for number in range(2):
        roster.post(roster.person(f"admin{number}"), "area: d", "admin")
    roster.post(roster.person("centre"), "area: d", "supervisor")
    for grid in range(grids):
        areas += _area(grid, roster)
        _team(grid, roster)
    departments = [f"  - {{code: {code}, name: 部门{number + 1}}}" for number, code in enumerate(DEPARTMENTS)]
    for code in DEPARTMENTS:
        roster.post(roster.person(f"of_{code}"), f"department: {code}", "officer")
    head = ["name: 示例区", "timezone: Asia/Shanghai", "language: zh", "profile: tongzhou", "areas:", *areas]
    lines = [*head, "departments:", *departments, "people:", *roster.people, "posts:", *roster.posts, ""]
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def _codes(grid: int) -> tuple[str, str]:
    community = grid // GRIDS_PER_COMMUNITY
    street = f"d.s{community // COMMUNITIES_PER_STREET}"
    return street, f"{street}.c{community}"


def _area(grid: int, roster: Roster) -> Iterator[str]:
    street, community = _codes(grid)
    if grid % (GRIDS_PER_COMMUNITY * COMMUNITIES_PER_STREET) == 0:
        number = street.removeprefix("d.s")
        yield f"  - {{code: {street}, name: 第{int(number) + 1}街道, level: street, parent: d}}"
        roster.post(roster.person(f"street{number}"), f"area: {street}", "supervisor")
    if grid % GRIDS_PER_COMMUNITY == 0:
        number = community.rpartition("c")[2]
        yield f"  - {{code: {community}, name: 第{int(number) + 1}社区, level: community, parent: {street}}}"
        roster.post(roster.person(f"community{number}"), f"area: {community}", "supervisor")
        for skill in ("lawyer", "judge", "mediator", "teacher"):
            roster.post(roster.person(f"{skill}{number}"), f"area: {community}", f"specialist, skill: {skill}")
    low = 1 + 20 * (grid % GRIDS_PER_COMMUNITY)
    places = f'"{low}-{low + 19}幢", 第{grid + 1}菜场, 第{grid + 1}公园'
    named = f"code: {community}.g{grid}, name: 第{grid + 1}网格, level: grid, parent: {community}"
    yield f"  - {{{named}, chat: {chat_of(grid)}, places: [{places}]}}"
    if grid % GRIDS_PER_SCHOOL == 0:
        school = f"第{grid // GRIDS_PER_SCHOOL + 1}小学"
        code = f"{community}.school{grid}"
        belongs = f"parent: {community}, department: education, places: [{school}]"
        yield f"  - {{code: {code}, name: {school}, level: dedicated, {belongs}}}"
        roster.post(roster.person(f"school{grid}"), f"area: {code}", "worker")


def _team(grid: int, roster: Roster) -> None:
    """A leader, a worker of the day and one of the evening; police and doctor for a few grids together."""
    area = f"area: {_codes(grid)[1]}.g{grid}"
    roster.post(roster.person(f"leader{grid}", joined=0.99), area, "leader")
    roster.post(roster.person(f"worker{grid}", joined=0.98), area, "worker, duty: full_time")
    evening = 'worker, duty: part_time, hours: "Mon-Fri 17:00-21:00; Sat,Sun 09:00-17:00"'
    roster.post(roster.person(f"evening{grid}", joined=0.9), area, evening)
    team = grid // GRIDS_PER_DOCTOR
    if grid % GRIDS_PER_DOCTOR == 0:
        roster.person(f"police{team}")
        roster.person(f"doctor{team}")
    always = 'specialist, skill: police, hours: "Mon-Sun 00:00-24:00", on_holidays: true'
    roster.post(f"police{team}", area, always)
    roster.post(f"doctor{team}", area, 'specialist, skill: doctor, hours: "Mon-Fri 09:00-17:00"')


def utterances() -> dict[DeadlineClass, list[list[str]]]:
    """Return what residents say, by class and then by service: the catalogue's own examples."""
    services = load_catalogue()
    found: dict[DeadlineClass, dict[str, list[str]]] = {}
    for one in lessons():
        if one.service is not None and one.service in services:
            kind = DeadlineClass.LIFE if one.danger else services[one.service].deadline_class
            found.setdefault(kind, {}).setdefault(one.service, []).append(one.text)
    return {kind: list(by_service.values()) for kind, by_service in found.items()}


def month(matters: int, grids: int, days: int, seed: int) -> list[Matter]:
    """Draw what is written in so many days, oldest first."""
    dice = random.Random(f"{seed} month")
    said = utterances()
    classes = [one for one in SHARES if one in said]
    moments = sorted(_moment(dice, days) for _ in range(matters))
    written: list[int] = [0] * grids
    found = []
    for number, at in enumerate(moments):
        grid = dice.randrange(grids)
        text = dice.choice(dice.choice(said[dice.choices(classes, [SHARES[one] for one in classes])[0]]))
        if not any(letter.isdigit() for letter in text) and dice.random() < 0.6:
            place = f"{1 + 20 * (grid % GRIDS_PER_COMMUNITY) + dice.randrange(20)}幢"
            text = f"{place}，{text}"
        person = resident_id(grid, written[grid] % HOMES)
        written[grid] += 1
        found.append(Matter(number, at, grid, person, text, dice.random() < 0.12, dice.random() < 0.08))
    return found


def _moment(dice: random.Random, days: int) -> datetime:
    dates = [AUGUST.date() + timedelta(days=day) for day in range(days)]
    day: date = dice.choices(dates, [WEEKEND if one.weekday() > 4 else 1.0 for one in dates])[0]
    hour = dice.choices(range(24), HOURS)[0]
    minute, second = dice.randrange(60), dice.randrange(60)
    return max(AUGUST, datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=SHANGHAI))
