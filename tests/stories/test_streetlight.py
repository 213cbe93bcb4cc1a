"""The main job: from a sentence in the group to a closed ticket."""

from tests.stories.theatre import GRID1, Play

SENTENCE = "3栋楼道灯坏了，老人昨天摔了一跤"


async def test_by_buttons(play: Play) -> None:
    """A resident writes one sentence; worker, leader and resident close it by buttons."""
    gu, tu, wang = play.person("顾阿姨"), play.person("tu"), play.person("wang")
    gu.starts()
    gu.says(SENTENCE)
    card = await gu.sees("〔1001〕", "3栋楼道灯坏了")
    work = await tu.reads("〔1001〕", SENTENCE)
    await tu.taps(work, "接单")
    await gu.sees("〔1001〕", "屠师傅")
    work = await tu.reads("〔1001〕", SENTENCE)
    await tu.taps(work, "办好了")
    await tu.reads("办了什么")
    tu.tells("2单元三楼灯泡换好了")
    await gu.sees("〔1001〕", "2单元三楼灯泡换好了")
    review = await wang.reads("〔1001〕", "2单元三楼灯泡换好了")
    await wang.taps(review, "通过")
    result = await gu.reads("2单元三楼灯泡换好了")
    await gu.taps(result, "已解决")
    closed = await gu.sees("〔1001〕", "已解决")
    assert closed.id == card.id
    await play.until_quiet()
    assert len(play.live_cards("〔1001〕", GRID1)) == 1
