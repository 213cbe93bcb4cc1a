"""Makes the pictures of the README: the chat page in the middle of the scene, on a desk and on a phone.

Run it as `python -m tests.page.shots`; it needs Debian's chromium and writes docs/page-desktop.png and page-phone.png,
docs/pictures/who.png (a resident's phone with the grid's people and the map) and the map itself, docs/pictures/map.png.
"""

import asyncio
from pathlib import Path

from playwright.async_api import Page, async_playwright

from bot.demo import SAMPLES, running_scene
from bot.scene import SENTENCE, Scene, opening_scene

CHROMIUM = "/usr/bin/chromium"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
DOCS = Path("docs")


async def main() -> None:
    """Play half of the scene and take the pictures."""
    async with running_scene(SAMPLES / "nanhu.yaml", 0, page=True) as scene:
        await opening_scene(scene)
        await half_of_the_scene(scene)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            for name, size in (("desktop", (1440, 900)), ("phone", (390, 844))):
                page = await browser.new_page(viewport={"width": size[0], "height": size[1]}, device_scale_factor=2)
                await take(page, scene.rehearsal.url, DOCS / f"page-{name}.png")
            await take_who(scene, await browser.new_page(viewport={"width": 390, "height": 1190}))
            await browser.close()


async def half_of_the_scene(scene: Scene) -> None:
    """Report, take, consult: the matter is under way."""
    gu, tu, fei = scene.actor("顾阿姨"), scene.actor("tu"), scene.actor("fei")
    gu.starts()
    gu.says(SENTENCE)
    await tu.taps(await tu.reads(SENTENCE), "接单")
    await gu.sees("屠师傅已接", "3栋楼道灯")
    await tu.taps(await tu.reads(SENTENCE, "您在办"), "请专家")
    await tu.taps(await tu.reads("请哪一位"), "费医生")
    card = await fei.reads(SENTENCE)
    fei.tells("先别揉，能走就冰敷；还疼就来卫生服务站拍个片", reply_to=card.id)
    await tu.reads("冰敷")
    await scene.quiet()


async def take(page: Page, url: str, target: Path) -> None:
    """Open the page and keep a picture of it once the card is there."""
    await page.goto(f"{url}/?lang=zh")
    await page.get_by_text("3栋楼道灯坏了").first.wait_for()
    tabs = page.get_by_role("button", name="网格小帮手")
    await tabs.first.wait_for()
    for number in range(1, await tabs.count()):  # the staff look at their private chat, where the cards are
        await tabs.nth(number).click()
    if await tabs.count() > 1:
        await page.get_by_text("先别揉").first.wait_for()
    await page.screenshot(path=str(target))


async def take_who(scene: Scene, page: Page) -> None:
    """Ask who serves the grid, and keep a picture of the answer on the resident's phone."""
    scene.actor("顾阿姨").says("我家是哪个网格？找谁？")
    await page.goto(f"{scene.rehearsal.url}/?lang=zh")
    await page.get_by_role("button", name="网格小帮手").first.click()
    await page.get_by_text("说一声就行").first.wait_for()
    await page.locator(".pictures img").first.wait_for()
    await page.wait_for_function("[...document.querySelectorAll('.pictures img')].every((one) => one.complete)")
    await page.screenshot(path=str(DOCS / "pictures" / "who.png"))
    sent = [event.message.media for event in scene.rehearsal.world.history if event.message and event.kind == "sent"]
    file_id = next(media["photo"][-1]["file_id"] for media in sent if "photo" in media)
    (DOCS / "pictures" / "map.png").write_bytes(scene.rehearsal.world.file(file_id))


if __name__ == "__main__":
    asyncio.run(main())
