"""What a district lacks: people, trades, departments, and people whom the bot cannot write to."""

from collections.abc import Iterator, Mapping
from itertools import chain

from bot.district_source import Note
from messages.phrases import named_post
from storage import Contact
from tickets.lacks import Trades, lacking
from tickets.roster import AreaCode, District, Person, Post, Role
from tickets.service import Service, Services

SHOWN = 8
"""Names in one line: more are counted."""


def listed(words: list[str], language: str) -> str:
    """Return a list as it is read, the end of a long one counted."""
    comma = "、" if language == "zh" else ", "
    some = comma.join(words[:SHOWN])
    more = len(words) - SHOWN
    if more <= 0:
        return some
    return f"{some}等 {len(words)} 个" if language == "zh" else f"{some} and {more} more"


def missing_specialists(district: District, required: tuple[Trades, ...]) -> Iterator[Note]:
    """Yield a note for each grid that lacks specialists which the rules ask for."""
    for grid in district.grids:
        missing = list(lacking(district, required, grid.code))
        if not missing:
            continue
        alone = [group for group in missing if not any(_steps_in(district, grid.code, skill) for skill in group)]
        lent = [group for group in missing if group not in alone]
        en = [f"{grid.name} lacks: {_groups(missing, 'en', district)}"]
        zh = [f"{grid.name}缺{_groups(missing, 'zh', district)}"]
        if lent:
            en.append(f"neighbours or the level above step in for: {_groups(lent, 'en', district)}")
            zh.append(f"{_groups(lent, 'zh', district)}由邻近网格或上级的人顶上")
        if alone:
            en.append(f"nobody steps in for: {_groups(alone, 'en', district)}, the worker is told so")
            zh.append(f"{_groups(alone, 'zh', district)}没人顶，会告诉网格员没有这样的人")
        en.append("add a post when there is somebody")
        zh.append("有了人选请在 posts 里补上")
        yield Note(grid.line, "; ".join(en), "；".join(zh))


def _groups(groups: list[tuple[str, ...]], language: str, district: District) -> str:
    either, comma = ("/", "、") if language == "zh" else ("/", ", ")
    return comma.join(either.join(named_post(key, language, district.words) for key in group) for group in groups)


def _steps_in(district: District, grid: AreaCode, skill: str) -> bool:
    around = [other.code for other in chain(district.siblings(grid), district.chain(grid))]
    return any(
        post.skill == skill and post.role is Role.SPECIALIST for area in around for post in district.posts_in(area)
    )


def unserved(district: District, services: Services) -> Iterator[Note]:
    """Yield notes on services that nobody of their route serves, and on departments that cannot be called."""
    there: set[str] = {post.role.value for post in district.posts}
    there |= {post.skill for post in district.posts if post.skill and post.role is Role.SPECIALIST}
    for keys, found in _nobody(services, there).items():
        en_keys, zh_keys = (
            "/".join(named_post(key, language, district.words) for key in keys) for language in ("en", "zh")
        )
        en, zh = listed([one.en for one in found], "en"), listed([one.zh for one in found], "zh")
        yield Note(
            0,
            f"the district has no {en_keys}, so the worker or the leader gets, with a note that none is there: {en}; "
            "add a post, or change `route` under services",
            f"全区没有{zh_keys}，这些事项会找网格员或网格长，并注明没有这样的人：{zh}；"
            "请在 posts 里补上，或在 services 里改 route",
        )
    known = district.departments.keys()
    absent = sorted({code for one in services if not known & set(one.departments) for code in one.departments})
    if absent:
        yield Note(
            0,
            f"services belong to departments that the file does not have: {listed(absent, 'en')}; "
            "add them, or name others for the service under services",
            f"有的事项归这些部门管，文件里却没有：{listed(absent, 'zh')}；请补上，或在 services 里改归别的部门",
        )
    staffed = {post.department for post in district.posts if post.role is Role.OFFICER}
    deaf = [one.name for one in district.departments.values() if one.chat is None and one.code not in staffed]
    if deaf:
        yield Note(
            0,
            f"departments with neither group nor officer: {listed(deaf, 'en')}; add `chat`, or a post of an officer",
            f"这些部门既没有群也没有经办人：{listed(deaf, 'zh')}；请写上 chat，或在 posts 里补上 officer",
        )


def _nobody(services: Services, there: set[str]) -> dict[tuple[str, ...], list[Service]]:
    """Return the services without anybody on their route, by the roles and skills they ask for."""
    found: dict[tuple[str, ...], list[Service]] = {}
    for service in services:
        keys = tuple(dict.fromkeys(chain.from_iterable(service.route)))
        if not there.intersection(keys):
            found.setdefault(keys, []).append(service)
    return found


def unreachable(district: District, contacts: Mapping[int, Contact] | None, bot: str | None) -> Iterator[Note]:
    """Yield notes on staff whom the bot cannot write to, and problems where that leaves a grid without anybody.

    `contacts`: what the database knows of the staff, by Telegram id; None if it was not looked at. `bot`: the
    bot's user name where it is known, for the remedy.
    """
    serving = dict.fromkeys(district.people[post.person] for post in district.posts)
    away = [one.name for one in serving if one.telegram is None]
    if away:
        yield Note(
            0,
            f"not joined yet: {listed(away, 'en')}; run gridbot invite, and send each their link",
            f"还没加入：{listed(away, 'zh')}；请运行 gridbot invite，把链接发给各人",
        )
    where_en, where_zh = (f"@{bot}", f"@{bot}") if bot else ("the bot", "机器人")
    joined = {one.telegram: one for one in serving if one.telegram is not None}
    if contacts is not None:
        silent = [one.name for number, one in joined.items() if number not in contacts or not contacts[number].started]
        blocked = [one.name for number, one in joined.items() if number in contacts and contacts[number].blocked]
        if silent and len(silent) == len(joined):
            yield Note(
                0,
                f"none of the staff has pressed Start yet; ask them to open {where_en} and press Start",
                f"工作人员都还没按“开始”；请大家打开{where_zh}按一下“开始”",
            )
            contacts = None  # a new set-up: to complain about each grid would say the same again
        elif silent:
            yield Note(
                0,
                f"never pressed Start: {listed(silent, 'en')}; ask them to open {where_en} and press Start",
                f"还没按过“开始”：{listed(silent, 'zh')}；请他们打开{where_zh}按一下“开始”",
            )
        if blocked:
            yield Note(
                0,
                f"blocked the bot: {listed(blocked, 'en')}; ask them to let it write again, or give the post to others",
                f"停用了机器人：{listed(blocked, 'zh')}；请他们重新启用，或换人值守",
            )
    for grid in district.grids:
        posts = [post for post in district.posts_in(grid.code) if post.role in (Role.WORKER, Role.LEADER)]
        if posts and not any(_reached(district, post, contacts) for post in posts):
            yield Note(
                grid.line,
                f"neither worker nor leader of {grid.name} can be written to, so its requests go up at once; "
                f"ask one of them to open {where_en} and press Start",
                f"{grid.name}的网格员和网格长一个都联系不上，事项会直接上交；请至少让一位打开{where_zh}按“开始”",
                grave=True,
            )


def _reached(district: District, post: Post, contacts: Mapping[int, Contact] | None) -> bool:
    person: Person = district.people[post.person]
    if person.telegram is None:
        return False
    return contacts is None or (person.telegram in contacts and contacts[person.telegram].reachable)
