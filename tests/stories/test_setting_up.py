"""From nothing to the first closed ticket: an empty database, a roster without accounts, links, /bind, a lamp."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from importlib import resources
from pathlib import Path

import pytest

from bot.invite import invitations
from bot.settings import load_settings
from bot.stage import BOT_NAME, FACE, TOKEN
from handlers.actions.joining import invited
from messages.callbacks import Choose
from rehearsal import Rehearsal
from tests.stories.test_rights import Forger
from tests.stories.theatre import WEDNESDAY, Play, playing

START = Path(str(resources.files("bot") / "samples" / "start.yaml"))
GROUP = -1009990000001
OTHER = -1009990000002
LEADER, WORKER, DOCTOR, STRANGER, GU = 3001, 3002, 3003, 3009, 3010
NAMES = {LEADER: "老何", WORKER: "小沈", DOCTOR: "叶子", STRANGER: "路人", GU: "顾阿姨"}


@asynccontextmanager
async def empty_house(database_url: str, kind: str = "supergroup") -> AsyncIterator[tuple[Play, dict[str, str]]]:
    """A bot nobody knows yet, two groups it was added to, five people; and the links that the first command made."""
    async with Rehearsal(start=WEDNESDAY, limits=False, page=False) as rehearsal:
        bot = rehearsal.world.add_bot(TOKEN, username=BOT_NAME, first_name=FACE)
        for telegram, name in NAMES.items():
            rehearsal.world.add_user(telegram, name, language_code="zh-hans", label="")
        settings = load_settings(
            {}, token=TOKEN, telegram_url=rehearsal.url, database_url=database_url, district=START, http_listen=""
        )
        _, links = await invitations(settings, (), WEDNESDAY)
        async with playing(database_url, rehearsal=rehearsal, staged=True, district=START) as play:
            for chat, title in ((GROUP, "东湾一网格"), (OTHER, "东湾二网格")):
                rehearsal.world.add_group(chat, title, list(NAMES), {bot: "administrator"}, type=kind, announce=True)
            await play.until_quiet()
            yield play, {one.person.id: one.url.partition("?start=")[2] for one in links}


async def test_from_nothing_to_the_first_closed_ticket(database_url: str) -> None:
    async with empty_house(database_url) as (play, tokens):
        assert set(tokens) == {"he", "shen", "lu", "jin", "ye", "gao"}
        he, shen, ye, gu = (play.person(NAMES[one]) for one in (LEADER, WORKER, DOCTOR, GU))
        for person, key, name in ((he, "he", "何甲"), (shen, "shen", "沈乙"), (ye, "ye", "叶戊")):
            person.starts(tokens[key])
            card = await person.reads(f"这是给{name}的邀请", "东湾社区")
            assert await person.taps(card, "choice.that_is_me") == "欢迎"
            await person.reads(f"{name}，您好", "您在这里")
        await he.sees("这个群还没绑到网格", "/bind", chat=GROUP)
        he.says("/bind 第一网格", chat=GROUP)
        await gu.sees("这里是东湾社区第一网格的群", chat=GROUP)
        await he.reads("绑好了，这个群就是东湾社区第一网格的群")
        gu.says("3栋楼道灯坏了", chat=GROUP)
        await gu.sees("〔1001〕", chat=GROUP)
        await shen.taps(await shen.asked_to("take", "〔1001〕", "3栋楼道灯坏了"), "take")
        shen.tells("/done 1001 灯泡换好了")
        await he.taps(await he.asked_to("approve", "〔1001〕"), "approve")
        await gu.taps(await gu.asked_to("confirm", "〔1001〕", "灯泡换好了", chat=GROUP), "confirm")
        await play.until_quiet()
        ticket = await play.ticket()
        assert (ticket.handler, ticket.ending, ticket.open) == ("shen", "solved", False)


async def test_an_invitation_is_for_one_person_once_and_not_for_ever(sqlite_url: str) -> None:
    async with empty_house(sqlite_url) as (play, tokens):
        he, shen, stranger = (play.person(NAMES[one]) for one in (LEADER, WORKER, STRANGER))
        stranger.starts(tokens["he"])
        card = await stranger.reads("这是给何甲的邀请")
        assert "没有用掉" in await stranger.taps(card, "choice.not_me")
        he.starts(tokens["he"])
        mine = await he.reads("这是给何甲的邀请")
        await he.taps(mine, "choice.that_is_me")
        await he.reads("何甲，您好")
        assert "已经有人用过了" in await stranger.taps(card, "choice.that_is_me")
        stranger.starts(tokens["he"])
        await stranger.reads("这个邀请已经有人用过了")
        he.starts(tokens["shen"])
        await he.reads("您在这里已经是另一位了")
        he.starts(tokens["he"])
        await he.reads("何网格长，您好")
        stranger.starts("i_nonsense")
        await stranger.reads("这个邀请我认不出来")
        # The leader invites again by name, and is told who came.
        he.tells("/invite 沈乙")
        listed = await he.reads("每个链接一个人用", "沈乙")
        assert tokens["shen"] in listed.text, "a link that is good for long is given again"
        shen.starts(tokens["shen"])
        await shen.taps(await shen.reads("这是给沈乙的邀请"), "choice.that_is_me")
        await play.until_quiet()
        he.tells("/invite")
        await he.reads("您管的人都加入了")
        he.tells("/invite 金丁")
        await he.reads("没找到金丁")
        shen.tells("/invite")
        await shen.reads("邀请要请网格长")
        # Two weeks later an unused link is over.
        await play.later(days=15)
        play.person(NAMES[DOCTOR]).starts(tokens["ye"])
        await play.person(NAMES[DOCTOR]).reads("这个邀请过期了")


async def test_a_person_changes_the_account(sqlite_url: str) -> None:
    async with empty_house(sqlite_url) as (play, tokens):
        he, old, new = (play.person(NAMES[one]) for one in (LEADER, WORKER, STRANGER))
        for person, key in ((he, "he"), (old, "shen")):
            person.starts(tokens[key])
            await person.taps(await person.reads("这是给"), "choice.that_is_me")
        await play.until_quiet()
        he.tells("/invite 沈乙")
        listed = await he.reads("每个链接一个人用", "沈乙")
        again = listed.text.partition("?start=")[2].split()[0]
        assert again != tokens["shen"]
        new.starts(again)
        await new.taps(await new.reads("这是给沈乙的邀请"), "choice.that_is_me")
        await old.reads("您在这里的身份换到另一个账号了")
        await he.reads("沈乙加入了", "路人")
        await play.until_quiet()
        assert play.service.deps.district.people["shen"].telegram == STRANGER
        old.tells("/tickets")
        await old.reads("这个命令是给网格员用的")


async def test_who_may_bind_what(sqlite_url: str) -> None:
    """A stranger, a wrong place, a bound group, a grid with another group, a forged choice: each is told why."""
    async with empty_house(sqlite_url) as (play, tokens):
        he, gao, stranger = (play.person(NAMES[one]) for one in (LEADER, WORKER, STRANGER))
        for person, key in ((he, "he"), (gao, "gao")):
            person.starts(tokens[key])
            await person.taps(await person.reads("这是给"), "choice.that_is_me")
        await play.until_quiet()
        stranger.says("/bind", chat=GROUP)
        await stranger.sees("绑群要请这个网格的网格长", chat=GROUP)
        he.tells("/bind")
        await he.reads("这个命令要在那个群里发")
        he.says("/bind 第二网格", chat=GROUP)
        await he.reads("绑群要请这个网格的网格长")
        # One grid of his own is left: no question is needed.
        he.says("/bind", chat=GROUP)
        await he.reads("绑好了，这个群就是东湾社区第一网格的群")
        he.says("/bind", chat=GROUP)
        await he.reads("这个群已经是东湾社区第一网格的群")
        he.says("/bind", chat=OTHER)
        await he.reads("您管的区域都有群了")
        he.says("/bind 第一网格", chat=OTHER)
        await he.reads("东湾社区第一网格已经有别的群了")
        # Whoever has several is asked which, and a forged choice is looked at like any other.
        gao.says("/bind 不认识", chat=OTHER)
        picks = await gao.reads("没认出“不认识”是哪一个", "这个群是哪里的")
        forged = Choose(what="bind", ref="c.g2", arg=str(OTHER)).pack()
        Forger(play, stranger).taps(forged)
        await play.until_quiet()
        assert play.service.deps.district.by_chat(OTHER) is None
        assert await gao.taps(picks, "东湾社区第二网格") == "绑好了，这个群就是东湾社区第二网格的群"
        he.says("/unbind", chat=OTHER)
        await he.reads("绑群要请这个网格的网格长")
        gao.says("/unbind", chat=OTHER)
        await gao.reads("这个群不再是东湾社区第二网格的群")
        gao.says("/unbind", chat=OTHER)
        await gao.reads("这个群还没绑过")
        gao.says("楼道灯坏了", chat=OTHER)
        await play.until_quiet()
        assert await play.no_ticket()


async def test_nobody_in_particular_cannot_bind(sqlite_url: str) -> None:
    """An anonymous administrator writes as the group: told so in the group, once an hour, and nothing is bound."""
    async with empty_house(sqlite_url) as (play, _):
        group = {"id": GROUP, "type": "supergroup", "title": "东湾一网格"}
        stand_in = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
        for number, text in enumerate(("/bind", "/help", "/take 1001"), 900001):
            entity = {"type": "bot_command", "offset": 0, "length": len(text.split()[0])}
            about = {"message_id": number, "date": int(play.service.clock.now().timestamp()), "entities": [entity]}
            message = {"chat": group, "sender_chat": group, "from": stand_in, "text": text, **about}
            play.world.inject_update(play.bot, {"message": message})
        await play.person(NAMES[GU]).sees("匿名发的命令，我认不出是哪一位", chat=GROUP)
        await play.until_quiet()
        assert len([text for text in play.group_heard(GROUP) if "匿名" in text]) == 1
        assert play.service.deps.district.by_chat(GROUP) is None


async def test_a_bound_group_becomes_a_supergroup(sqlite_url: str) -> None:
    """The binding follows; after a restart the district still knows the group."""
    async with empty_house(sqlite_url, "group") as (play, tokens):
        he, gu = play.person(NAMES[LEADER]), play.person(NAMES[GU])
        he.starts(tokens["he"])
        await he.taps(await he.reads("这是给何甲的邀请"), "choice.that_is_me")
        he.says("/bind", chat=GROUP)
        await he.reads("绑好了")
        await play.until_quiet()
        new = play.world.migrate(GROUP)
        gu.says("3栋楼道灯坏了", chat=new)
        await gu.sees("〔1001〕", chat=new)
        await play.until_quiet()
        assert play.service.deps.district.areas["c.g1"].chat == new


def test_a_link_to_a_waiting_answer_is_no_invitation() -> None:
    assert invited("i_" + "A" * 30) is None
    assert invited("i_" + "A" * 32) == "A" * 32
    assert invited("") is None


@pytest.mark.parametrize("again", [timedelta(0), timedelta(days=8)])
async def test_links_are_given_again_while_they_are_good_for_long(sqlite_url: str, again: timedelta) -> None:
    async with Rehearsal(start=WEDNESDAY, limits=False, page=False) as rehearsal:
        rehearsal.world.add_bot(TOKEN, username=BOT_NAME, first_name=FACE)
        settings = load_settings(
            {}, token=TOKEN, telegram_url=rehearsal.url, database_url=sqlite_url, district=START, http_listen=""
        )
        _, first = await invitations(settings, ("何甲",), WEDNESDAY)
        _, second = await invitations(settings, ("he",), WEDNESDAY + again)
        assert (first[0].url == second[0].url) == (again == timedelta(0))
