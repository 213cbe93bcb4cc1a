"""The chat page in a real browser, against a real rehearsal server and a small bot that answers with cards."""

import asyncio
import base64
import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, FilePayload, Locator, Page, Route, async_playwright, expect

from rehearsal import Rehearsal

pytestmark = pytest.mark.asyncio(loop_scope="module")

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


async def test_a_neighbour_sees_what_is_said_and_the_card_of_the_bot(browser: Browser) -> None:
    async with stage(browser) as s:
        await expect(s.page.locator(".phone")).to_have_count(4)
        await expect(s.phone("周建国").locator(".empty")).to_contain_text(f"以居民身份写：{LIGHT}")
        await s.say("陈秀英", LIGHT)
        said = s.message("周建国", LIGHT).first
        await expect(said.locator(".sender")).to_have_text("陈秀英")
        await expect(said.locator("time")).to_have_text("10:00")
        card = s.message("周建国", "〔1024〕")
        await expect(card.locator("b")).to_have_text(LIGHT)
        await expect(card.locator(".quote")).to_have_text(f"陈秀英：{LIGHT}")
        await expect(s.page.locator("#live p")).to_have_text([f"陈秀英：{LIGHT}", f"网格小助手：〔1024〕{LIGHT}"])
        await expect(s.phone("周建国").locator(".empty")).to_be_hidden()
        await expect(s.phone("陈秀英").get_by_role("textbox")).to_have_value("")


async def test_a_tap_brings_a_toast_and_the_same_card_changed(browser: Browser) -> None:
    async with stage(browser) as s:
        await s.say("陈秀英", LIGHT)
        mine = s.message("陈秀英", "〔1024〕")
        await mine.get_by_role("button", name="已解决").click()
        await expect(s.phone("陈秀英").locator(".toasts")).to_have_text("记下了")
        await expect(mine).to_contain_text("〔1024〕办好了")
        await expect(mine).to_contain_text("已修改")
        await expect(mine.get_by_role("button", name="已解决")).to_have_count(0)
        await expect(s.message("周建国", "〔1024〕办好了")).to_have_count(1)
        await expect(s.phone("周建国").locator(".toasts")).to_be_empty()

        await mine.get_by_role("button", name="没解决").click()
        dialog = s.page.get_by_role("dialog")
        await expect(dialog).to_contain_text("请屠师傅再来一次")
        await dialog.get_by_role("button", name="知道了").click()
        await expect(dialog).to_be_hidden()


async def test_a_deep_link_opens_the_private_chat_with_the_bot(browser: Browser) -> None:
    async with stage(browser) as s:
        await s.say("陈秀英", LIGHT)
        await s.message("陈秀英", "〔1024〕").get_by_role("button", name="私下说").click()
        await expect(s.message("陈秀英", "您好，有事直接说")).to_be_visible()
        private = s.phone("陈秀英").get_by_role("button", name="网格小助手")
        await expect(private).to_have_attribute("aria-current", "true")
        assert "/start hello" in [m.text for m in s.rehearsal.world.messages(BOT, as_user=CHEN)]


async def test_a_private_chat_begins_with_start_and_marks_what_is_unread(browser: Browser) -> None:
    async with stage(browser) as s:
        phone = s.phone("屠甲")
        await phone.get_by_role("button", name="网格小助手").click()
        await phone.get_by_role("button", name="开始").click()
        await expect(s.message("屠甲", "您好，有事直接说")).to_be_visible()
        group = phone.get_by_role("button", name="湘河第一网格")
        await expect(group).not_to_contain_text("有未读")
        leader = s.page.get_by_role("button", name="网格长")
        await s.say("陈秀英", LIGHT)
        await expect(group).to_contain_text("有未读")
        await expect(leader).to_contain_text("有未读")
        await group.click()
        await expect(s.message("屠甲", "〔1024〕")).to_be_visible()
        await expect(group).not_to_contain_text("有未读")
        await leader.click()
        await expect(s.message("汪乙", "〔1024〕")).to_be_visible()
        await expect(leader).not_to_contain_text("有未读")


async def test_an_ephemeral_answer_is_marked_and_shown_to_one_person(browser: Browser) -> None:
    async with stage(browser) as s:
        await s.say("陈秀英", "小声问一句")
        answer = s.message("陈秀英", "只答您一个")
        await expect(answer).to_contain_text("只有您能看到")
        await expect(answer.get_by_role("button", name="回复")).to_have_count(0)
        await s.say("陈秀英", "谢谢")
        await expect(s.message("周建国", "谢谢").first).to_be_visible()
        await expect(s.message("周建国", "只答您一个")).to_have_count(0)


async def test_a_photo_reaches_the_others(browser: Browser) -> None:
    async with stage(browser) as s:
        photo: FilePayload = {"name": "light.png", "mimeType": "image/png", "buffer": PIXEL}
        await s.phone("陈秀英").locator("input[type=file]").set_input_files(photo)
        await expect(s.phone("陈秀英").get_by_role("button", name="去掉这张照片")).to_be_visible()
        await s.say("陈秀英", "就是这盏")
        shown = s.message("周建国", "就是这盏").locator("img")
        await expect(shown).to_have_js_property("naturalWidth", 1)
        await expect(s.phone("陈秀英").locator(".photos")).to_be_hidden()
        await expect(s.message("周建国", "一张照片")).to_be_visible()


async def test_a_reply_quotes_and_an_edit_is_marked(browser: Browser) -> None:
    async with stage(browser) as s:
        await s.say("陈秀英", "菜场几点开门")
        asked = s.message("周建国", "菜场几点开门").first
        await asked.hover()
        await asked.get_by_role("button", name="回复").click()
        await expect(s.phone("周建国").locator(".about")).to_contain_text("回复陈秀英：菜场几点开门")
        await s.say("周建国", "六点半")
        await expect(s.message("陈秀英", "六点半").first.locator(".quote")).to_have_text("陈秀英：菜场几点开门")

        mine = s.phone("周建国").locator(".message.mine")
        await mine.hover()
        await mine.get_by_role("button", name="修改").click()
        await expect(s.phone("周建国").get_by_role("textbox")).to_have_value("六点半")
        await s.say("周建国", "七点")
        changed = s.phone("陈秀英").locator(".message", has=s.page.get_by_text("七点", exact=True))
        await expect(changed).to_contain_text("已修改")


async def test_the_clock_is_moved_from_the_bar(browser: Browser) -> None:
    async with stage(browser) as s:
        time, day = s.page.locator("#time"), s.page.locator("#day")
        await expect(time).to_have_text("10:00")
        await expect(day).to_have_text("2026年6月3日星期三")
        before = s.rehearsal.clock.now()
        await s.page.get_by_role("button", name="+10 分钟").click()
        await expect(time).to_have_text("10:10")
        await s.page.get_by_role("button", name="+1 小时").click()
        await expect(time).to_have_text("11:10")
        assert s.rehearsal.clock.now() - before >= timedelta(minutes=70)
        await s.page.get_by_role("button", name="18:00").click()
        await expect(time).to_have_text("18:00")
        await s.page.get_by_role("button", name="明天").click()
        await expect(time).to_have_text("09:00")
        await expect(day).to_have_text("2026年6月4日星期四")
        s.rehearsal.clock.advance(timedelta(hours=2))  # moved by somebody else: the page hears of it
        await expect(time).to_have_text("11:00")


async def test_a_phone_shows_one_person_without_sideways_scrolling(browser: Browser) -> None:
    async with stage(browser, width=390, height=844) as s:
        await expect(s.page.locator(".phone")).to_have_count(1)
        await s.say("陈秀英", "很长的一个词" + "a" * 200)
        await expect(s.message("陈秀英", "〔1024〕")).to_be_visible()
        await s.page.get_by_role("button", name="网格员").click()
        await expect(s.page.locator(".phone").get_by_role("heading")).to_have_text("屠甲 网格员")
        await expect(s.message("屠甲", "〔1024〕")).to_be_visible()
        for lang in ("English", "中文"):
            await s.page.get_by_role("button", name=lang).click()
            for part in ("html", ".messages"):
                room = await s.page.locator(part).evaluate("(e) => e.clientWidth - e.scrollWidth")
                assert room == 0, part


async def test_everything_is_done_with_the_keyboard_alone(browser: Browser) -> None:
    async with stage(browser) as s:
        press = s.page.keyboard.press
        await press("Alt+Digit1")
        await expect(s.phone("陈秀英").get_by_role("textbox")).to_be_focused()
        await s.page.keyboard.type(LIGHT)
        await press("Enter")
        card = s.message("陈秀英", "〔1024〕")
        await expect(card).to_be_visible()
        # Backwards from the field, into the last message
        for stop in ("加照片", "私下说", "没解决", "已解决"):
            await press("Shift+Tab")
            await expect(s.phone("陈秀英").get_by_role("button", name=stop).last).to_be_focused()
        await press("Enter")
        await expect(s.phone("陈秀英").locator(".toasts")).to_have_text("记下了")
        await expect(card).to_contain_text("办好了")
        await press("Control+Digit5")  # somebody who was not on the screen
        await expect(s.phone("汪乙").get_by_role("textbox")).to_be_focused()
        await expect(s.page.locator(".phone")).to_have_count(5)


async def test_arrows_walk_through_the_messages_and_focus_outlives_an_edit(browser: Browser) -> None:
    async with stage(browser) as s:
        await s.say("陈秀英", LIGHT)
        card, said = s.message("陈秀英", "〔1024〕"), s.phone("陈秀英").locator(".message.mine")
        await card.focus()
        await s.page.keyboard.press("ArrowUp")
        await expect(said).to_be_focused()
        await s.page.keyboard.press("End")
        await expect(card).to_be_focused()
        await card.get_by_role("button", name="没解决").focus()
        await s.message("周建国", "〔1024〕").get_by_role("button", name="已解决").dispatch_event("click")
        await expect(card).to_contain_text("办好了")
        await expect(card).to_be_focused()


async def test_names_and_words_are_never_taken_for_a_page(browser: Browser) -> None:
    name = "<img src=x onerror=alert(1)>"
    async with stage(browser, chen=name) as s:
        await s.say(name, "<b>不粗</b><script>alert(1)</script>")
        said = s.message("周建国", "不粗").first
        await expect(said.locator(".sender")).to_have_text(name)
        await expect(said.locator(".words")).to_have_text("<b>不粗</b><script>alert(1)</script>")
        await expect(said.locator("b, script, img")).to_have_count(0)


async def test_html_that_is_not_telegrams_leaves_only_its_words(browser: Browser) -> None:
    html = (
        "<b>粗</b><h1>大</h1><img src=x onerror=alert(1)><script>document.title='bad'</script>"
        '<a href="javascript:alert(1)">坏</a><a href="https://example.org/" onclick="alert(1)">好</a>'
        "<tg-spoiler>遮</tg-spoiler><iframe src=/></iframe>"
    )

    async def hostile(route: Route) -> None:
        response = await route.fetch()
        answer = await response.json()
        for message in answer["messages"]:
            message["html"] = html
        await route.fulfill(response=response, body=json.dumps(answer))

    async with stage(browser) as s:
        await s.page.route("**/api/chat/**", hostile)
        await s.say("陈秀英", "你好")
        words = s.phone("周建国").locator(".words").first
        await expect(words).to_have_text("粗大坏好遮")
        inside = await words.evaluate("(e) => [...e.querySelectorAll('*')].map((n) => n.tagName)")
        assert inside == ["B", "A", "SPAN"]
        link = words.locator("a")
        assert await link.evaluate("(e) => e.getAttributeNames().sort()") == ["href", "rel", "tabindex", "target"]
        await expect(link).to_have_attribute("href", "https://example.org/")
        await expect(s.page).to_have_title("排练")
        await words.get_by_role("button").click()
        await expect(words.locator(".spoiler")).to_have_attribute("aria-expanded", "true")


async def test_what_is_refused_stays_in_the_field_with_the_reason(browser: Browser) -> None:
    async def refuse(route: Route) -> None:
        await route.fulfill(status=400, json={"error": "您不在这个群里，先请网格长拉您进群"})

    async with stage(browser) as s:
        await s.page.route("**/api/say", refuse)
        await s.say("陈秀英", LIGHT)
        await expect(s.phone("陈秀英").locator(".toasts")).to_have_text("您不在这个群里，先请网格长拉您进群")
        await expect(s.phone("陈秀英").get_by_role("textbox")).to_have_value(LIGHT)


async def test_the_page_follows_the_language_of_the_browser_and_the_toggle(browser: Browser) -> None:
    async with stage(browser, locale="en-GB") as s:
        await expect(s.page.locator("#day")).to_contain_text("3 June 2026")
        send = s.phone("陈秀英").locator(".send")
        await expect(send).to_have_text("Send")
        await s.page.get_by_role("button", name="中文").click()
        await expect(send).to_have_text("发送")
        await expect(s.page.locator("html")).to_have_attribute("lang", "zh-CN")
        await s.page.reload()
        await expect(send).to_have_text("发送")
        await s.page.goto(f"{s.rehearsal.url}/?lang=en")
        await expect(send).to_have_text("Send")


async def test_old_messages_are_not_read_out_and_a_reader_of_old_ones_is_left_in_peace(browser: Browser) -> None:
    async with stage(browser) as s:
        world = s.rehearsal.world
        first = world.say(ZHOU, GRID, "第一句")
        for number in range(12):
            world.say(ZHOU, GRID, f"闲聊{number}")
        await world.until(lambda: len(world.messages(GRID)) == 26, what="a card for each")
        await s.page.reload()
        phone = s.phone("陈秀英")
        await expect(phone.locator(".message")).to_have_count(26)
        await expect(phone.locator(".message").last).to_be_in_viewport()
        await phone.locator(".message").first.scroll_into_view_if_needed()
        world.edit(ZHOU, GRID, first["message_id"], "第一句改了")
        await expect(s.message("陈秀英", "第一句改了").first).to_contain_text("已修改")
        newer = phone.get_by_role("button", name="有新消息")
        await expect(newer).to_be_hidden()
        await expect(s.page.locator("#live")).to_be_empty()
        world.say(ZHOU, GRID, "新的一句")
        await expect(newer).to_be_visible()
        await expect(s.page.locator("#live p").first).to_have_text("周建国：新的一句")
        await newer.click()
        await expect(phone.locator(".message").last).to_be_in_viewport()
        await expect(newer).to_be_hidden()


async def test_a_lost_server_is_said_and_what_was_missed_is_caught_up(browser: Browser) -> None:
    async def nobody(route: Route) -> None:
        await route.abort()

    async with stage(browser) as s:
        offline = s.page.get_by_text("连不上排练服务，正在重试")
        await s.page.route("**/api/**", nobody)
        s.rehearsal.world.say(CHEN, GRID, LIGHT)
        await expect(offline).to_be_visible()
        await s.page.unroute("**/api/**")
        await expect(offline).to_be_hidden()
        await expect(s.message("周建国", LIGHT).first).to_be_visible()


async def test_people_are_shown_and_hidden_by_hand_and_drafts_stay(browser: Browser) -> None:
    async with stage(browser) as s:
        doctor = s.page.get_by_role("button", name="医生")
        await s.phone("费丙").get_by_role("textbox").fill("还没说完")
        await doctor.click()
        await expect(doctor).to_have_attribute("aria-pressed", "false")
        await expect(s.page.locator(".phone")).to_have_count(3)
        await doctor.press("Enter")
        await expect(s.phone("费丙").get_by_role("textbox")).to_have_value("还没说完")
