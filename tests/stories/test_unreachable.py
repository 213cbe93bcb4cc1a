"""Somebody who blocked the bot: gone past at once, told of once."""

from tests.stories.theatre import Play


async def test_a_handler_who_blocks_the_bot_is_told_of_once(play: Play) -> None:
    """The worker takes a ticket and blocks the bot: the leader learns of it at once and once, nothing is repeated."""
    gu, tu, wang = play.person("顾阿姨"), play.person("tu"), play.person("wang")
    gu.says("3栋楼道灯坏了")
    await tu.taps(await tu.reads("〔1001〕"), "接单")
    await play.until_quiet()
    play.world.block(tu.telegram, play.bot)
    await wang.reads("〔1001〕", "屠师傅", "屏蔽")
    gu.says("就是二单元那边", reply_to=(await gu.sees("〔1001〕")).id)
    await play.until_quiet()
    told = [one for one in play.world.messages(play.bot, as_user=wang.telegram) if "屏蔽" in one.text]
    assert len(told) == 1
    before = len(play.world.calls)
    await play.later(minutes=1)
    sent = [call for call in play.world.calls[before:] if call.method == "sendMessage"]
    assert sent == []
