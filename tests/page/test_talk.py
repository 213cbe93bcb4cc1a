"""What is said on the phones of the page: messages, cards, taps, photos, replies, and what they may not contain."""

import json

import pytest
from playwright.async_api import Browser, FilePayload, Route, expect

from tests.page.conftest import BOT, CHEN, GRID, LIGHT, PIXEL, ZHOU, stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


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
