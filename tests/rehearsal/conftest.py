"""A small world: a supergroup, two residents, a worker, one bot; and both libraries against it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from telegram.ext import ExtBot

from rehearsal import Rehearsal, World

TOKEN = "700001:rehearsal-token"
BOT = 700001
ZHANG, LI, TU, STRANGER = 11, 12, 21, 31
GROUP = -1001000000001
BASIC = -400001
START = datetime(2026, 6, 3, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000140000000f00802000000" + "00" * 20 + "0000000049454e44ae426082"
)


@dataclass
class Raw:
    """Calls without a library: whatever one wants to send, and the answer as it is."""

    url: str
    session: aiohttp.ClientSession

    async def __call__(self, method: str, **params: Any) -> dict[str, Any]:
        async with self.session.post(f"{self.url}/bot{TOKEN}/{method}", json=params) as answer:
            body: dict[str, Any] = await answer.json()
            assert (answer.status == 200) == body["ok"]
            assert body["ok"] or answer.status == body["error_code"]
            return body

    async def refused(self, method: str, **params: Any) -> str:
        """Return the description of the refusal that must come."""
        body = await self(method, **params)
        assert not body["ok"]
        return str(body["description"])

    async def done(self, method: str, **params: Any) -> Any:
        """Return the result that must come."""
        body = await self(method, **params)
        assert body["ok"], body
        return body["result"]


def populate(world: World) -> None:
    """Fill a world with the cast of these tests."""
    world.add_bot(TOKEN, id=BOT, username="grid_bot", first_name="网格")
    world.add_user(ZHANG, "张", "一")
    world.add_user(LI, "李", "二")
    world.add_user(TU, "屠", "师傅", label="网格员")
    world.add_user(STRANGER, "生", "人")
    world.add_group(GROUP, "湘河第一网格", members=[ZHANG, LI, TU], bots={BOT: "administrator"})
    world.add_group(BASIC, "小群", members=[ZHANG, LI], bots={BOT: "member"}, type="group")


@pytest.fixture(autouse=True)
def _timedeltas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it python-telegram-bot warns at each RetryAfter."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
async def r() -> AsyncIterator[Rehearsal]:
    async with Rehearsal(start=START) as rehearsal:
        populate(rehearsal.world)
        yield rehearsal


@pytest.fixture
def w(r: Rehearsal) -> World:
    return r.world


@pytest.fixture
async def raw(r: Rehearsal) -> AsyncIterator[Raw]:
    async with aiohttp.ClientSession() as session:
        yield Raw(r.url, session)


@pytest.fixture
async def aio(r: Rehearsal) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(r.url))
    async with Bot(TOKEN, session=session).context() as bot:
        yield bot


@pytest.fixture
async def ptb(r: Rehearsal) -> AsyncIterator[ExtBot[None]]:
    async with ExtBot(TOKEN, base_url=f"{r.url}/bot", base_file_url=f"{r.url}/file/bot") as bot:
        yield bot
