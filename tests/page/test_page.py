"""The page around the phones: who is shown, the clock, the language, the keyboard, a lost server."""

from datetime import timedelta

import pytest
from playwright.async_api import Browser, Route, expect

from tests.page.conftest import CHEN, GRID, LIGHT, stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


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
