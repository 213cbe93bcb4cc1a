"""What the measurements are made of: a district of any size, and what its residents say."""

import json
from pathlib import Path
from typing import Any

POSTS = 9
"""Posts of one grid, in every kind: 2,360 grids have some 21,000."""

CHATTER = (
    "哈哈哈明天一起去跳广场舞呀",
    "早上好各位邻居",
    "谁家今天包饺子了，好香",
    "收到，谢谢",
    "周末有人去爬山吗，一起拼个车",
    "这张照片拍得真好看👍",
    "我妈说她小时候这里还是一片稻田",
    "好的好的，到时候见",
    "小区门口新开的那家面馆味道不错，老板人也好，下次我带孩子再去吃一回",
    "ok, see you tomorrow morning",
)
"""Everyday words that ask for nothing."""

REQUEST = "{number}幢{unit}单元{room}室厨房水管漏水，老人昨天滑了一跤"
"""Everybody's own trouble: a lamp or an outage that several speak of is one matter, and no second ticket."""
FIRST_UPDATE = 900_000_000
FIRST_MESSAGE = 1_000_000
RESIDENT = 3_000_000_000
STAFF = 1_000_000_000


def chat_of(grid: int) -> int:
    """Return the chat of a grid's group."""
    return -1_001_000_000_000 - grid


def staff(grids: int) -> list[int]:
    """Return the Telegram ids of everybody who has a post."""
    return [STAFF + grid * POSTS + post for grid in range(grids) for post in range(POSTS)]


def write_district(file: Path, grids: int) -> Path:
    """Write a district of so many grids, twelve in a community, all on duty day and night; return the file."""
    lines = ["name: 量测区", "timezone: Asia/Shanghai", "language: zh", "profile: nanhu", "areas:"]
    lines.append("  - {code: d, name: 量测区, level: district}")
    people: list[str] = []
    posts: list[str] = []
    for grid in range(grids):
        community = f"d.c{grid // 12}"
        if grid % 12 == 0:
            lines.append(f"  - {{code: {community}, name: 第{grid // 12 + 1}社区, level: community, parent: d}}")
        code = f"{community}.g{grid}"
        low = 1 + 20 * (grid % 12)
        places = f'"{low}-{low + 19}幢", 第{grid + 1}菜场, 第{grid + 1}公园'
        corner = 120 + grid // 100 * 0.01, 30 + grid % 100 * 0.01
        around = [[round(corner[0] + x, 3), round(corner[1] + y, 3)] for x, y in ((0, 0), (0.01, 0), (0.01, 0.01))]
        lines.append(
            f"  - {{code: {code}, name: 第{grid + 1}网格, level: grid, parent: {community}, chat: {chat_of(grid)},"
            f" places: [{places}], boundary: {around}}}"
        )
        kinds = ["role: worker", "role: worker, duty: part_time", "role: leader", "role: instructor"]
        kinds += [f"role: specialist, skill: {skill}" for skill in ("doctor", "police", "lawyer", "teacher")]
        kinds += ["role: worker, duty: micro_grid"]
        for post, kind in enumerate(kinds):
            person = f"p{grid}.{post}"
            people.append(f"  - {{id: {person}, name: 员{grid}之{post}, telegram: {STAFF + grid * POSTS + post}}}")
            posts.append(
                f'  - {{person: {person}, area: {code}, {kind}, hours: "Mon-Sun 00:00-24:00", on_holidays: true}}'
            )
    policy = ['  hours: "Mon-Sun 00:00-24:00"', '  quiet: "03:00-03:01"', "  digests: []"]
    text = "\n".join([*lines, "people:", *people, "posts:", *posts, "policy:", *policy, ""])
    file.write_text(text, encoding="utf-8")
    return file


def update(number: int, text: str, grid: int, speaker: int) -> bytes:
    """Return one update as Telegram would send it."""
    message: dict[str, Any] = {
        "message_id": FIRST_MESSAGE + number,
        "date": 1_780_000_000,
        "chat": {"id": chat_of(grid), "type": "supergroup", "title": f"第{grid + 1}网格", "is_forum": False},
        "from": {"id": speaker, "is_bot": False, "first_name": "住户", "language_code": "zh-hans"},
        "text": text,
    }
    return json.dumps({"update_id": FIRST_UPDATE + number, "message": message}, ensure_ascii=False).encode()


TALKING = 10
"""Groups in which there is something to hear: a bigger city is quieter elsewhere."""


def _place(number: int, grids: int) -> int:
    return number * 7 % TALKING * max(grids // TALKING, 1) % grids


def chatter(number: int, grids: int) -> bytes:
    """Return the update of a message that asks for nothing; three hundred people talk in every group."""
    grid = _place(number, grids)
    return update(number, CHATTER[number % len(CHATTER)], grid, RESIDENT + grid * 300 + number % 300)


def request(number: int, grids: int) -> bytes:
    """Return the update of a request that becomes a ticket: everybody asks once."""
    grid = _place(number, grids)
    house = 1 + 20 * (grid % 12) + number // 7 % 20
    text = REQUEST.format(number=house, unit=1 + number // 140 % 9, room=101 + number // 1260 % 899)
    return update(number, text, grid, RESIDENT + 10**9 + number)
