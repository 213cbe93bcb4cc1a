"""Words and what they are for: never what nobody meant."""

import pytest

from handlers.actions.unsure import ask_sender
from handlers.heard import Heard, Speaker
from handlers.talk import whole
from messages import phrase
from parsing import Context, understand
from parsing.matter_model import PIECES
from rehearsal import Message
from tests.stories.test_rights import labels
from tests.stories.theatre import GRID1, Person, Play, playing

CARD = "〔1001〕"
SENTENCE = "3栋楼道灯坏了"
FIRE = "5栋着火了，快来人"


async def taken(play: Play) -> None:
    """A light is reported; the worker takes it and presses that it is done."""
    gu, tu = play.people("顾阿姨", "tu")
    gu.starts()
    await play.until_quiet()
    gu.says(SENTENCE)
    await tu.taps(await tu.asked_to("take", CARD), "take")
    await tu.taps(await tu.asked_to("finish", CARD), "finish")
    await tu.reads(CARD, "办了什么")


async def test_a_reply_to_a_list_acts_on_no_ticket(play: Play) -> None:
    """Two matters in hand: `/done` in reply to the list of them asks which one."""
    gu, tu, pan = play.people("顾阿姨", "tu", "潘大伯")
    gu.says(SENTENCE)
    await tu.taps(await tu.asked_to("take", CARD), "take")
    pan.says("5栋门口垃圾堆了两天没人收")
    await tu.taps(await tu.asked_to("take", "〔1002〕"), "take")
    tu.tells("/tickets")
    both = await tu.reads("您手上 2 件")
    tu.tells("/done 垃圾清走了", reply_to=both)
    await tu.reads("说的是哪一件")
    await play.until_quiet()
    assert [(await play.ticket(number)).status for number in (1001, 1002)] == ["handling", "handling"]
    card = await tu.reads("〔1002〕", "垃圾", without=("您手上",))
    tu.tells("/done 垃圾清走了", reply_to=card)
    await play.until_quiet()
    assert [(await play.ticket(number)).status for number in (1001, 1002)] == ["handling", "fed_back"]


async def test_a_reply_to_no_such_ticket(play: Play) -> None:
    """Words under "there is no 〔9999〕" are words like any others, and stop nothing."""
    tu = play.person("tu")
    tu.tells("/take 9999")
    missing = await tu.reads("没有找到〔9999〕")
    tu.tells("哦，看错了", reply_to=missing)
    await tu.reads("没听出要办什么事")
    tu.tells("〔1234〕", reply_to=missing)
    await play.until_quiet()
    assert play.service.handler.parked == 0


async def test_a_fire_is_no_result(play: Play) -> None:
    """While the bot waits for what was done, the worker calls for help: that is a new matter, and no resident's."""
    await taken(play)
    gu, tu = play.people("顾阿姨", "tu")
    tu.tells(FIRE)
    waits = await tu.reads(phrase("question_waits", "zh", number="1001"))
    await play.until_quiet()
    fire = await play.ticket(1002)
    assert (fire.deadline_class, fire.reporter) == ("life", "tu")
    assert (await play.ticket()).status == "handling"
    assert not [text for text in (*gu.received(), *play.group_heard()) if FIRE in text and CARD in text]
    assert waits.text.startswith(CARD)
    tu.tells("灯泡换好了", reply_to=await tu.reads(CARD, "办了什么"))
    await gu.asked_to("confirm", CARD, "灯泡换好了")


async def test_another_house_is_another_matter(play: Play) -> None:
    """A clear request about another place is filed; the same words as a reply to the question are the answer."""
    await taken(play)
    tu = play.person("tu")
    tu.tells("5栋门口井盖松了")
    await tu.reads(phrase("question_waits", "zh", number="1001"))
    await play.until_quiet()
    assert (await play.ticket(1002)).summary == "5栋门口井盖松了"
    tu.tells("5栋门口井盖松了，我先去了那边", reply_to=await tu.reads(CARD, "办了什么"))
    await play.until_quiet()
    assert (await play.ticket()).status == "fed_back"
    assert await play.no_ticket(1003)


async def test_plain_words_are_the_words(play: Play) -> None:
    """Nothing dangerous and no other place: what is written is what was asked for."""
    await taken(play)
    gu, tu = play.people("顾阿姨", "tu")
    tu.tells("2单元的灯也不亮，一起换了")
    await gu.asked_to("confirm", CARD, "一起换了")
    assert await play.no_ticket(1002)


async def in_doubt(play: Play) -> tuple[Person, Message]:
    """A resident has opened the private chat and is asked there about what was said in the group."""
    gu = play.person("顾阿姨")
    gu.starts()
    await play.until_quiet()
    gu.says("楼下灯好像不太对")
    return gu, await gu.asked_to("choice.yes", "楼下灯好像不太对")


async def test_two_doubts_live_side_by_side(play: Play) -> None:
    """The second doubt leaves the first one its buttons, also in the private chat."""
    gu, first = await in_doubt(play)
    await play.later(minutes=6)
    gu.says("门禁好像有点问题")
    second = await gu.asked_to("choice.yes", "门禁好像有点问题")
    assert CARD in await gu.taps(first, "choice.yes")
    assert "〔1002〕" in await gu.taps(second, "choice.yes")
    assert "旧了" in await gu.taps(second, "choice.no")
    await play.until_quiet()
    assert (await play.ticket()).origin.chat == GRID1


async def test_a_doubt_that_is_said_plainly_at_once(sqlite_url: str) -> None:
    """What was in doubt is the beginning of what is filed; a yes to it names that ticket and files nothing twice."""
    async with playing(sqlite_url) as play:
        gu, doubt = await in_doubt(play)
        gu.says("3栋楼道的，一点亮都没有，坏了")
        await gu.sees(CARD)
        await play.until_quiet()
        assert CARD in await gu.taps(doubt, "choice.yes")
        await play.until_quiet()
        assert (await play.ticket()).origin.text == "楼下灯好像不太对\n3栋楼道的，一点亮都没有，坏了"
        assert await play.no_ticket(1002)


@pytest.mark.parametrize("first_yes", ["first", "second"])
async def test_a_doubt_that_is_a_piece_of_another(first_yes: str, sqlite_url: str) -> None:
    """Both may be filed by a yes, in either order; the words of the first are in one ticket alone."""
    async with playing(sqlite_url) as play:
        gu, doubt = await in_doubt(play)
        deps = play.service.deps
        speaker = Speaker(gu.telegram, gu.name, "zh")
        heard = Heard(cause=900_001, chat=GRID1, message=901, speaker=speaker, text="门口好像有点脏", at=deps.now())
        pieces = deps.talk.pieces(heard, PIECES)
        assert [one.text for one in pieces] == ["楼下灯好像不太对"]
        grid = next(area.code for area in deps.district.areas.values() if area.chat == GRID1)
        meant = understand(heard.text, Context(deps.services, deps.places, grid, addressed=True, models=deps.models))
        await ask_sender(deps, whole(heard, pieces), grid, meant)
        other = await gu.asked_to("choice.yes", "楼下灯好像不太对\n门口好像有点脏")
        order = (doubt, other) if first_yes == "first" else (other, doubt)
        said = [await gu.taps(one, "choice.yes") for one in order]
        await play.until_quiet()
        if first_yes == "first":
            assert "〔1002〕" in said[1]
            assert (await play.ticket()).origin.text == "楼下灯好像不太对"
            assert (await play.ticket(1002)).origin.text == "门口好像有点脏"
        else:
            assert all(CARD in one for one in said)
            assert (await play.ticket()).origin.text == "楼下灯好像不太对\n门口好像有点脏"
            assert await play.no_ticket(1002)


async def test_words_under_two_cards_wait_side_by_side(play: Play) -> None:
    """Each of two replies keeps its own words, whatever else the bot waits for."""
    await taken(play)
    gu, tu = play.people("顾阿姨", "tu")
    gu.says("7栋水管爆了")
    await tu.taps(await tu.asked_to("take", "〔1002〕"), "take")
    await play.until_quiet()
    card = await tu.reads("〔1002〕", "水管", without=("提醒",))
    tu.tells("关了总阀", reply_to=card)
    first = await tu.asked_to("choice.finish", "关了总阀")
    tu.tells("水还大吗", reply_to=card)
    second = await tu.asked_to("choice.ask", "水还大吗")
    assert labels(second)[-1] == "不用"
    assert await tu.taps(second, "choice.drop") == "好，这句就不用了"
    assert await tu.taps(first, "choice.finish") == "已告诉住户，等审核"
    await play.until_quiet()
    ticket = await play.ticket(1002)
    assert ticket.result is not None
    assert ticket.result.words == "关了总阀"
    assert ticket.questions == ()
    tu.tells("灯泡换好了")
    await gu.asked_to("confirm", CARD, "灯泡换好了")


async def test_a_consultation_that_would_not_arrive(play: Play) -> None:
    """Whoever has blocked the bot is not asked in vain, by name or by an old button."""
    gu, tu, fei = play.people("顾阿姨", "tu", "fei")
    gu.says(SENTENCE)
    await tu.taps(await tu.asked_to("take", CARD), "take")
    await tu.taps(await tu.asked_to("consult", CARD), "consult")
    choice = await tu.asked_to("费医生", CARD)
    play.world.block(fei.telegram, play.bot)
    await play.until_quiet()
    tu.tells("/consult 1001 费丙 老人摔了怎么办")
    await tu.reads("消息发不到费医生那里")
    assert "消息发不到费医生那里" in await tu.taps(choice, "费医生")
    await play.until_quiet()
    assert (await play.ticket()).consults == ()


async def test_nobody_of_that_name(play: Play) -> None:
    """A wrong name is called wrong; nobody is asked for a reason that was given."""
    gu, tu = play.people("顾阿姨", "tu")
    gu.says(SENTENCE)
    await tu.asked_to("take", CARD)
    tu.tells("/pass 1001 @孙已 我在外面")
    await tu.reads("没认出孙已是哪一位")
    tu.tells("/pass 1001 @孙己")
    await tu.reads("请说一下原因")
    await play.until_quiet()
    assert (await play.ticket()).asked == ("tu",)


async def test_thanks_want_no_answer(play: Play) -> None:
    """Thanks and "all right" end a talk; a greeting and what was not understood are answered."""
    gu = play.person("顾阿姨")
    gu.starts()
    await play.until_quiet()
    for chatter in ("", "早上好"):  # before anybody knows where she lives, and after
        if chatter:
            gu.says(chatter)
        before = len(gu.received())
        for words in ("谢谢", "好的", "谢谢您", "知道了", "Thank you"):
            gu.tells(words)
        await play.until_quiet()
        assert gu.received()[before:] == []
    gu.tells("你好")
    await gu.reads("没听出要办什么事")
