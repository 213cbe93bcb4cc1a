"""A rehearsal with five people, one grid and a small bot that answers with cards; its chat page in a real browser."""

import asyncio
import base64
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from rehearsal import Rehearsal

ARGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TOKEN = "7000000001:rehearsal"
BOT, GRID = 7000000001, -1001000000001
CHEN, ZHOU, TU, FEI, WANG = 1, 2, 1001, 1003, 1002
LIGHT = "3栋楼道灯坏了，老人昨天摔了一跤"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


@dataclass
class Stage:
    """One rehearsal with its bot at work, and a page that shows it."""

    rehearsal: Rehearsal
    page: Page

    def phone(self, name: str) -> Locator:
        return self.page.locator(".phone", has=self.page.get_by_role("heading", name=name))

    async def say(self, name: str, text: str) -> None:
        field = self.phone(name).get_by_role("textbox")
        await field.fill(text)
        await field.press("Enter")

    def message(self, name: str, text: str) -> Locator:
        return self.phone(name).locator(".message", has_text=text)


async def card_bot(url: str) -> None:
    """Answers what is said with a card, a tap with a toast (没解决: a dialog) and an edit, /start with a greeting."""
    async with aiohttp.ClientSession() as session:

        async def call(method: str, **params: Any) -> Any:
            async with session.post(f"{url}/bot{TOKEN}/{method}", json=params) as response:
                answer = await response.json()
            assert answer["ok"], answer
            return answer["result"]

        keys = [
            [{"text": "已解决", "callback_data": "yes"}, {"text": "没解决", "callback_data": "no"}],
            [{"text": "私下说", "url": "https://t.me/grid_bot?start=hello"}],
        ]
        offset = 0
        while True:
            for update in await call("getUpdates", offset=offset, timeout=25):
                offset = update["update_id"] + 1
                if message := update.get("message"):
                    said = message.get("text", "一张照片")
                    about = {"chat_id": message["chat"]["id"], "parse_mode": "HTML"}
                    if said.startswith("/start"):
                        await call("sendMessage", **about, text="您好，有事直接说")
                        continue
                    if said == "小声问一句":
                        receiver = {"receiver_user_id": message["from"]["id"]}
                        await call("sendMessage", **about, text="只答您一个", ephemeral_message_parameters=receiver)
                        continue
                    await call(
                        "sendMessage",
                        **about,
                        text=f"〔1024〕<b>{escape(said)}</b>",
                        reply_parameters={"message_id": message["message_id"]},
                        reply_markup={"inline_keyboard": keys},
                    )
                elif tap := update.get("callback_query"):
                    card, no = tap["message"], tap["data"] == "no"
                    await call(
                        "answerCallbackQuery",
                        callback_query_id=tap["id"],
                        text="请屠师傅再来一次" if no else "记下了",
                        show_alert=no,
                    )
                    await call(
                        "editMessageText",
                        chat_id=card["chat"]["id"],
                        message_id=card["message_id"],
                        text="〔1024〕再处理一次" if no else "〔1024〕办好了",
                        reply_markup={"inline_keyboard": [keys[0][1:]]},
                    )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        remedy = "the chat page is tested in Debian's browser: apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(remedy)
        pytest.skip(remedy)
    expect.set_options(timeout=10_000)  # both cores may be busy with other tests
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=ARGS)
        yield browser
        await browser.close()


@asynccontextmanager
async def stage(
    browser: Browser, width: int = 1440, height: int = 900, locale: str = "zh-CN", chen: str = "陈秀英"
) -> AsyncIterator[Stage]:
    """Five people, one grid, one bot; the page is open when the block begins."""
    start = datetime(2026, 6, 3, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    async with Rehearsal(port=0, start=start, limits=False, page=True) as rehearsal, asyncio.TaskGroup() as group:
        world = rehearsal.world
        world.add_bot(TOKEN, id=BOT, username="grid_bot", first_name="网格小助手")
        people = [(CHEN, chen, "居民"), (ZHOU, "周建国", "居民"), (TU, "屠甲", "网格员"), (FEI, "费丙", "医生")]
        for id_, name, label in [*people, (WANG, "汪乙", "网格长")]:
            world.add_user(id_, name, label=label)
        world.add_group(GRID, "湘河第一网格", members=[CHEN, ZHOU, TU, FEI, WANG], bots={BOT: "administrator"})
        bot = group.create_task(card_bot(rehearsal.url))
        context = await browser.new_context(
            viewport={"width": width, "height": height}, locale=locale, reduced_motion="reduce"
        )
        context.set_default_timeout(10_000)
        page = await context.new_page()
        broken: list[str] = []
        page.on("pageerror", lambda error: broken.append(str(error)))
        await page.goto(rehearsal.url)
        await expect(page.locator(".phone").first).to_be_visible()
        try:
            yield Stage(rehearsal, page)
        finally:
            await context.close()
            bot.cancel()
        assert broken == []
