"""Groups that move, groups in which the bot is deaf, and commands that must exist because they are named."""

import re

import pytest
from aiogram.filters import Command

from bot.district import load_district
from bot.stage import set_stage
from handlers.chat import commands, filing
from messages import LANGUAGES
from messages.phrases import HERE
from parsing import load_catalogue
from rehearsal import Rehearsal
from tests.stories.conftest import Staging
from tests.stories.theatre import GRID1, GRID2, SAMPLE, WEDNESDAY, Play, playing

NAMED = re.compile(r"(?<![\w<./])/([a-z_]{2,})\b")
LIGHT, COVER = "3栋楼道灯坏了", "5栋门口井盖松了"
DEAF = "我在这个群里缺权限"
UNBOUND = "还没绑到网格"


async def both_filed(play: Play, group: int) -> None:
    """What was said right after the move has become tickets, with cards where the residents are now."""
    gu = play.person("顾阿姨")
    await gu.sees("〔1001〕", chat=group)
    await gu.sees("〔1002〕", chat=group)
    await play.until_quiet()
    assert {(await play.ticket(number)).origin.chat for number in (1001, 1002)} == {group}
    assert not [text for text in play.group_heard(group) if UNBOUND in text]


async def test_reports_right_after_a_group_has_moved(staging: Staging) -> None:
    """The new group's first message says where it comes from: nothing that follows is lost."""
    async with staging(chat_type="group") as play:
        gu = play.person("顾阿姨")
        new = play.world.migrate(GRID1)
        gu.says(LIGHT, chat=new)
        gu.says(COVER, chat=new)
        await both_filed(play, new)


async def test_a_group_moves_while_the_bot_is_away(database: str) -> None:
    """Both service messages and the reports come in one batch, chats side by side, while the bot looks around."""
    async with Rehearsal(start=WEDNESDAY, limits=False, page=False) as rehearsal:
        async with playing(database, rehearsal=rehearsal, chat_type="group") as play:
            gu = play.person("顾阿姨")
            await play.until_quiet()
        new = rehearsal.world.migrate(GRID1)
        gu.says(LIGHT, chat=new)
        gu.says(COVER, chat=new)
        async with playing(database, rehearsal=rehearsal, staged=True) as play:
            await both_filed(play, new)
            async with play.service.deps.store.look() as unit:
                old, now = await unit.chats.get(GRID1), await unit.chats.get(new)
            assert old is not None
            assert old.moved_to == new
            assert now is not None
            assert (now.status, now.area) == ("administrator", "d.s1.c1.g1")


async def test_a_group_that_moved_before_the_bot_ever_looked(database: str) -> None:
    """The first start comes after the move: the district file still names the old group."""
    async with Rehearsal(start=WEDNESDAY, limits=False, page=False) as rehearsal:
        set_stage(rehearsal, load_district(SAMPLE, load_catalogue()).district, chat_type="group")
        new = rehearsal.world.migrate(GRID1)
        for words in (LIGHT, COVER):
            rehearsal.world.say(2001, new, words)
        async with playing(database, rehearsal=rehearsal, staged=True) as play:
            await both_filed(play, new)


async def test_a_plain_member_that_hears_little_says_so_once(database: str) -> None:
    """Told at the start, not again at the next one, and once more after it was an administrator for a while."""
    async with Rehearsal(start=WEDNESDAY, limits=False, page=False) as rehearsal:
        bot = set_stage(rehearsal, load_district(SAMPLE, load_catalogue()).district, bot_status="member")
        rehearsal.state.bots[bot].can_read_all_group_messages = False
        for _ in range(2):
            async with playing(database, rehearsal=rehearsal, staged=True) as play:
                gu = play.person("顾阿姨")
                for group in (GRID1, GRID2):
                    await gu.sees(DEAF, chat=group)
                await play.until_quiet()
                assert len(play.group_heard(GRID1)) == 1
        async with playing(database, rehearsal=rehearsal, staged=True) as play:
            play.world.set_status(bot, GRID1, "administrator")
            await play.until_quiet()
            assert len(play.group_heard(GRID1)) == 1
            play.world.set_status(bot, GRID1, "member")
            await play.world.until(lambda: len(play.group_heard(GRID1)) == 2, what="the remedy to be told again")
            await play.until_quiet()
            assert [DEAF in text for text in play.group_heard(GRID1)] == [True, True]
            assert len(play.group_heard(GRID2)) == 1


async def test_a_plain_member_that_hears_everything_says_nothing(staging: Staging) -> None:
    """With privacy mode off a plain member hears what it must."""
    async with staging(bot_status="member") as play:
        await play.until_quiet()
        assert play.group_heard() == []


def registered() -> set[str]:
    """Every command that has a handler."""
    routers = (commands.build(), filing.build())
    handlers = [handler for router in routers for handler in router.message.handlers]
    filters = [one.callback for handler in handlers for one in handler.filters or ()]
    return {name for one in filters if isinstance(one, Command) for name in one.commands if isinstance(name, str)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_that_is_named_exists(language: str) -> None:
    """Nobody is sent to a command that answers that there is no such command."""
    files = [*(HERE / language).glob("*.j2"), HERE / language / "phrases.toml"]
    named = {name: file.name for file in files for name in NAMED.findall(file.read_text(encoding="utf-8"))}
    assert {"help", "my", "done"} <= set(named)
    assert {name: file for name, file in named.items() if name not in registered()} == {}
