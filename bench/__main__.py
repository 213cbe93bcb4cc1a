"""`make bench`: chatter and tickets through gridbot, against a bare aiogram bot in the same process and run."""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message, Update

from bot import logs
from bot.assemble import Service, Tuning, assemble
from bot.district import load_district
from bot.settings import load_settings
from bot.speaker import Manners, Pace
from bot.stage import TOKEN, set_stage
from parsing import load_catalogue
from rehearsal import Rehearsal

SAMPLE = Path("bot/samples/nanhu.yaml")
START = datetime(2026, 6, 3, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
CHATTER = "哈哈哈明天一起去跳广场舞呀"
FIRST_UPDATE = 900_000_000


def raw(number: int, text: str, chat: int) -> dict[str, Any]:
    """Return an update as Telegram would send it."""
    return {
        "update_id": FIRST_UPDATE + number,
        "message": {
            "message_id": 1_000_000 + number,
            "date": int(START.timestamp()),
            "chat": {"id": chat, "type": "supergroup", "title": "g"},
            "from": {"id": 3_000_000 + number % 50, "is_bot": False, "first_name": "住户"},
            "text": text,
        },
    }


async def rate(count: int, one: Callable[[int], Awaitable[None]]) -> float:
    """Return calls a second, one after the other."""
    began = time.perf_counter()
    for number in range(count):
        await one(number)
    return count / (time.perf_counter() - began)


async def chatter(service: Service, count: int, chat: int) -> tuple[float, float]:
    """Return (gridbot's, the bare bot's) chatter messages a second, both from raw JSON."""
    bare = Dispatcher()

    @bare.message()
    async def empty(message: Message) -> None:
        """Do nothing."""

    async def through_bare(number: int) -> None:
        update = Update.model_validate(raw(number, CHATTER, chat), context={"bot": service.bot})
        await bare.feed_update(service.bot, update)

    async def through_ours(number: int) -> None:
        await service.handler.handle(raw(number, CHATTER, chat))

    for warm in (through_bare, through_ours):
        await rate(100, warm)
    return await rate(count, through_ours), await rate(count, through_bare)


async def tickets(rehearsal: Rehearsal, service: Service, count: int, chat: int) -> tuple[float, float]:
    """Return (tickets a second until both cards are out, echoes a second of a bare bot)."""
    world = rehearsal.world
    before = sum(call.method == "sendMessage" for call in world.calls)
    began = time.perf_counter()
    for number in range(count):
        await service.handler.handle(raw(500_000 + number, f"{number + 1}栋楼道灯坏了", chat))
    await world.until(
        lambda: sum(call.method == "sendMessage" and call.ok is True for call in world.calls) - before >= 2 * count,
        timeout=300,
        what="both cards of every ticket",
    )
    ours = count / (time.perf_counter() - began)
    async with Bot(TOKEN, AiohttpSession(api=TelegramAPIServer.from_base(rehearsal.url))).context() as bot:

        async def echo(number: int) -> None:
            await bot.send_message(chat, f"echo {number}")

        return ours, await rate(count, echo)


async def measure(count: int) -> int:
    """Run both measurements and print the ratios."""
    logs.set_up("error", "console")
    unlimited = Manners(pace=Pace(group_calls=10**6, private_calls=10**6, overall_calls=10**6))
    with tempfile.TemporaryDirectory(prefix="gridbot-bench-") as folder:
        async with Rehearsal(start=START, limits=False, page=False) as rehearsal:
            loaded = load_district(SAMPLE, load_catalogue())
            set_stage(rehearsal, loaded.district)
            settings = load_settings(
                {},
                token=TOKEN,
                telegram_url=rehearsal.url,
                clock_url=rehearsal.clock_url,
                database_url=f"sqlite+aiosqlite:///{folder}/bench.db",
                district=SAMPLE,
                http_listen="",
            )
            async with assemble(settings, Tuning(manners=unlimited)) as service, asyncio.TaskGroup() as group:
                running = group.create_task(service.run())
                await service.listener.caught_up.wait()
                await rehearsal.world.settled(quiet=0.3, timeout=30)
                chat = loaded.district.grids[0].chat or 0
                for name, (ours, bare) in (
                    ("chatter, messages a second", await chatter(service, count, chat)),
                    ("tickets with two cards, a second", await tickets(rehearsal, service, count // 10, chat)),
                ):
                    print(f"{name:<36} gridbot {ours:8.0f}   bare aiogram {bare:8.0f}   ratio {ours / bare:.2f}")
                service.stop()
                await running
    return 0


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(prog="python -m bench")
    arguments.add_argument("--count", type=int, default=2000, help="chatter messages; a tenth as many tickets")
    sys.exit(asyncio.run(measure(arguments.parse_args().count)))
