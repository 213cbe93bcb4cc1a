"""Each profile's sample district plays the demo's scene with its own people, and each calls things by its own names."""

from pathlib import Path

import pytest

from bot.demo import SAMPLES, running_scene
from bot.scene import main_scene
from messages import phrase
from tests.stories.theatre import QUICK, in_english, playing, wednesday

FIRST_GRID = -1001300000001
"""The group of the first grid in Tongzhou's sample."""

VILLAGE = -1001100000003
"""The villagers' group in Zhangzi's."""

OWN_NAMES = {
    "nanhu": ("专职网格员屠甲接单", "湘河社区 · 今天"),
    "zhangzi": ("专职网格员郝甲接单", "丹岭社区 · 村 · 今天"),
    "jifeng": ("社情民意调查员林乙接单", "您是这里的社情民意调查员", "凤滩街道 · 今天"),
    "tongzhou": ("网格信息员徐甲接单", "总网格长范午看简报", "育林社区 · 今天"),
    "zhoushan": ("网格服务员贺甲接单", "网格组长汪乙审核", "灵岙社区 · 今天"),
}


@pytest.mark.parametrize("profile", OWN_NAMES)
async def test_the_scene_is_played_by_the_people_of_each_profile(
    profile: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the first sentence to the digest; then the leader looks at the board of his grid."""
    async with running_scene(SAMPLES / f"{profile}.yaml", 0, page=False, tuning=QUICK) as scene:
        scene.pause = 0.05
        assert await main_scene(scene) == 0
        told = capsys.readouterr().out
        for name in OWN_NAMES[profile]:
            assert name in told
        neighbour, leader = scene.actor("潘大伯"), scene.actor(scene.cast.leader)
        neighbour.says("5栋门口的路灯不亮了")
        await leader.sees("〔1002〕", "路灯", chat=leader.group)
        leader.tells("/board")
        board = await leader.reads(" · 现在", "在办 1")
        grid = scene.service.deps.district.grids[0]
        step = scene.service.deps.district.word("status", "filed", "zh") or phrase("status.filed", "zh")
        assert f"{step} 1" in board.text
        assert board.text.startswith(grid.name)


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_command_centre_gets_a_bulletin_every_third_day(
    language: str, sqlite_url: str, tmp_path: Path
) -> None:
    """In Tongzhou: besides the day's digest, what three days brought, and what the three before."""
    district = SAMPLES / "tongzhou.yaml" if language == "zh" else in_english(tmp_path, SAMPLES / "tongzhou.yaml")
    async with playing(sqlite_url, district=district, start=wednesday(10, days=1)) as play:
        centre = play.person("xing")
        play.world.say(
            2001, FIRST_GRID, "3栋楼道灯坏了" if language == "zh" else "The stairway light in building 3 is broken"
        )
        await play.person("xu").asked_to("take", "〔1001〕")
        for day in (1, 2):
            await play.at(wednesday(18, 45, days=day))
            await centre.reads(
                "示例州区 · 指挥中心 · 今天" if language == "zh" else "示例州区 · Command centre · today"
            )
        assert not [text for text in centre.received() if "近 3 天" in text or "last 3 days" in text]
        await play.at(wednesday(18, 45, days=3))
        if language == "zh":
            await centre.reads("示例州区 · 指挥中心 · 近 3 天", "新增 1，办结 0", "比前 3 天：新增多 1")
            await play.person("wei").reads("金溪街道 · 分中心 · 近 3 天")
        else:
            await centre.reads("示例州区 · Command centre · last 3 days", "Against the 3 days before: new +1")
            await play.person("wei").reads("金溪街道 · Branch centre · last 3 days")


async def test_whoever_is_nearest_is_asked_by_what_he_is_called(sqlite_url: str) -> None:
    """In Zhangzi's village the head of the micro-grid by the river, under that name; the villagers read who has it."""
    async with playing(sqlite_url, district=SAMPLES / "zhangzi.yaml") as play:
        play.world.say(2001, VILLAGE, "老磨坊旁边的路灯坏了")
        card = await play.person("cui").asked_to("take", "〔1001〕", "您是这里的微网格长")
        await play.person("cui").taps(card, "take")
        await play.person("顾阿姨").sees("〔1001〕", "崔师傅已接", chat=VILLAGE)
