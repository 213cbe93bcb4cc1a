"""Small invented districts for stories about whistles: the levels and rules of a profile, departments, few people."""

from pathlib import Path

from tests.stories.theatre import GRID1, Play

ENVIRONMENT, CITY = -1003000000011, -1003000000012
COUNTY_ROOM = -1009000000011

PEOPLE = (
    ("tu", "屠甲", 1001),
    ("wang", "汪乙", 1002),
    ("cun", "村丁", 1003),
    ("zhen", "甄戊", 1004),
    ("xian", "冼己", 1005),
    ("huan", "桓庚", 1006),
    ("cheng", "程辛", 1007),
    ("yang", "杨壬", 1008),
    ("zhu", "朱癸", 1009),
    ("shi", "施子", 1010),
    ("an", "安丑", 1011),
    ("she", "佘寅", 1012),
)

LEVELS = {
    "zhangzi": ("county", "township", "village"),
    "jifeng": ("zone", "street", "community"),
    "tongzhou": ("district", "street", "community"),
    "zhoushan": ("city", "street", "community"),
    "nanhu": ("district", "street", "community"),
}
NAMES = {
    "county": "示例县报到中心",
    "township": "河口乡",
    "village": "河湾村",
    "zone": "示例开发区",
    "street": "湘河街道",
    "community": "湘河社区",
    "district": "示例区指挥中心",
    "city": "示例市渔农办",
}

DEPARTMENTS = """
  - {code: environment, name: 环保局, chat: -1003000000011}
  - {code: city_management, name: 城管局, chat: -1003000000012}
  - {code: gas, name: 燃气公司}
  - {code: emergency, name: 应急局}
  - {code: works, name: 公共事业中心}
  - {code: safety, name: 安监局}
  - {code: social, name: 社会事务局}
  - {code: beauty, name: 美丽办}
  - {code: fishery, name: 渔业局}
  - {code: nobody, name: 水利局}
"""
OFFICERS = {
    "environment": "huan",
    "city_management": "cheng",
    "gas": "yang",
    "emergency": "zhu",
    "works": "shi",
    "safety": "an",
    "social": "she",
    "fishery": "she",
    "beauty": "she",
}


def county(folder: Path, profile: str, language: str = "zh", *, policy: str = "") -> Path:
    """Write the district file of a profile; return it. `policy`: further lines under `policy:`."""
    top, middle, low = LEVELS[profile]
    lines = [
        "name: 示例",
        "timezone: Asia/Shanghai",
        f"language: {language}",
        f"profile: {profile}",
        "areas:",
        f"  - {{code: d, name: {NAMES[top]}, level: {top}, chat: {COUNTY_ROOM}}}",
        f"  - {{code: d.s, name: {NAMES[middle]}, level: {middle}, parent: d}}",
        f"  - {{code: d.s.c, name: {NAMES[low]}, level: {low}, parent: d.s}}",
        f"  - {{code: d.s.c.g1, name: 第一网格, level: grid, parent: d.s.c, chat: {GRID1}, places: [河边, 1-18幢]}}",
        f"departments:{DEPARTMENTS.rstrip()}",
        "people:",
        *(f"  - {{id: {one}, name: {name}, telegram: {number}}}" for one, name, number in PEOPLE),
        "posts:",
        "  - {person: tu, area: d.s.c.g1, role: worker}",
        "  - {person: wang, area: d.s.c.g1, role: leader}",
        "  - {person: cun, area: d.s.c, role: supervisor}",
        "  - {person: zhen, area: d.s, role: supervisor}",
        "  - {person: xian, area: d, role: supervisor}",
        *(f"  - {{person: {who}, department: {code}, role: officer}}" for code, who in OFFICERS.items()),
        "policy:",
        '  hours: "Mon-Fri 08:30-12:00, 13:30-18:00"',
        *([policy] if policy else []),
    ]
    file = folder / f"{profile}-{language}.yaml"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


async def rooms(play: Play) -> None:
    """Open the chats of the departments that have one, with the bot in them, which has nothing to say to that."""
    for chat, name, officer in ((ENVIRONMENT, "环保局", "huan"), (CITY, "城管局", "cheng")):
        play.world.add_group(chat, name, [play.person(officer).telegram], {play.bot: "administrator"}, announce=True)
    await play.until_quiet()
    assert not [*play.group_heard(ENVIRONMENT), *play.group_heard(CITY)]
