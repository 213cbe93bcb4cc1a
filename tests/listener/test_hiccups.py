"""getUpdates fails now and then: the bot goes on, and hears afterwards what was said meanwhile."""

from typing import Any, cast

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import ClientDecodeError

from bot.listener import Listener
from bot.listener.handle import Handler
from bot.speaker import TokenError
from bot.stage import TOKEN
from rehearsal import Rehearsal
from tests.stories.theatre import playing


@pytest.mark.parametrize("kind", ["502", "500", "429", "409", "404", "drop"])
async def test_a_fetch_that_fails_ends_nothing(kind: str, sqlite_url: str) -> None:
    async with playing(sqlite_url) as play:
        gu = play.person("顾阿姨")
        fault = play.world.faults.add("getUpdates", kind, times=2, retry_after=1)
        gu.says("3栋楼道灯坏了")  # ends the poll under way; the next ones fail
        await gu.sees("〔1001〕")
        await play.world.until(lambda: fault.hits == 2, what="the second failure")
        gu.says("5栋门口井盖松了")
        await gu.sees("〔1002〕")
        await play.until_quiet()
        assert await play.no_ticket(1003)
        assert play.most_live_cards("〔1001〕") == 1


async def test_a_token_that_is_refused_is_told_as_such() -> None:
    async with Rehearsal(page=False) as rehearsal:
        rehearsal.world.add_bot(TOKEN, username="gridbot_rehearsal", first_name="网格小帮手")
        rehearsal.world.faults.add("getUpdates", "401")
        session = AiohttpSession(api=TelegramAPIServer.from_base(rehearsal.url))
        async with Bot(TOKEN, session=session).context() as bot:
            with pytest.raises(TokenError, match="GRIDBOT_TOKEN"):
                await Listener(bot, cast("Handler", None)).run()


class Proxied:
    """A bot whose first answer is the page of a proxy."""

    def __init__(self) -> None:
        self.asked = 0
        self.listener: Listener | None = None

    async def __call__(self, _: object, request_timeout: int) -> list[dict[str, Any]]:
        self.asked += 1
        if self.asked == 1:
            raise ClientDecodeError("no JSON", ValueError("no JSON"), "<html>bad gateway</html>")
        assert self.listener is not None
        self.listener.stop()
        return []


async def test_the_page_of_a_proxy_is_an_outage_like_any_other() -> None:
    bot = Proxied()
    bot.listener = Listener(cast("Bot", bot), cast("Handler", None))
    await bot.listener.run()
    assert bot.asked == 2
