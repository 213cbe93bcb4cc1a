"""The bots that are measured, each in a process of its own: `python -m bench.bots KIND URL [DISTRICT DATABASE]`.

`chatter`: aiogram with an empty handler. `echo`: aiogram that answers each message. `gridbot`: ours, limits off.
"""

import asyncio
import signal
import sys
from pathlib import Path

import uvloop

TOKEN = "700000001:bench-token-that-opens-nothing-at-all-00"


async def bare(url: str, *, echo: bool) -> None:
    """Poll with aiogram's defaults."""
    from aiogram import Bot, Dispatcher
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.types import Message

    dispatcher = Dispatcher()

    async def empty(message: Message) -> None:
        """Do nothing."""

    async def answer(message: Message) -> None:
        """Say the same again."""
        await message.answer(message.text or "")

    dispatcher.message.register(answer if echo else empty)
    bot = Bot(TOKEN, AiohttpSession(api=TelegramAPIServer.from_base(url)))
    await dispatcher.start_polling(bot, handle_signals=True)


async def ours(url: str, district: str, database: str) -> None:
    """Run the service with everything that `gridbot run` has, and no limits of Telegram's."""
    from bot import logs, steady
    from bot.assemble import Tuning, assemble
    from bot.settings import load_settings
    from bot.speaker import Manners, Pace

    logs.set_up("error", "console")
    pace = Pace(group_calls=10**6, private_calls=10**6, overall_calls=10**6)
    settings = load_settings(
        {}, token=TOKEN, telegram_url=url, database_url=database, district=Path(district), http_listen=""
    )
    async with assemble(settings, Tuning(manners=Manners(pace=pace))) as service:
        steady.settle()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, service.stop)
        await service.run()


if __name__ == "__main__":
    kind, url, *rest = sys.argv[1:]
    uvloop.run(ours(url, *rest) if kind == "gridbot" else bare(url, echo=kind == "echo"))
