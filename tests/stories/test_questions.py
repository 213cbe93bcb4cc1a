"""The worker asks the resident: in private where that is open, else once in the group; and when no answer comes."""

from tests.stories.theatre import GRID1, Play, wednesday

CARD = "〔1001〕"
SENTENCE = "3栋楼道灯坏了"
QUESTION = "是几单元几楼"
ANSWER = "2单元三楼"


async def asked(play: Play) -> int:
    """The resident has reported the light and the worker asks; return the id of the resident's message."""
    gu, tu = play.people("顾阿姨", "tu")
    said = gu.says(SENTENCE)
    await gu.sees(CARD)
    await tu.taps(await tu.asked_to("ask", CARD), "ask")
    await tu.reads("想问住户什么")
    tu.tells(QUESTION)
    await play.until_quiet()
    assert (await play.ticket()).status == "waiting"
    return said


async def test_in_private(play: Play) -> None:
    """The question comes in private, the answer goes back, and the clock runs on; no numbers are exchanged."""
    gu, tu = play.people("顾阿姨", "tu")
    gu.starts()
    await play.until_quiet()
    await asked(play)
    await gu.reads(CARD, f"屠师傅问：{QUESTION}", "直接回复就行")
    [card] = play.live_cards(CARD)
    gu.tells(ANSWER)
    await tu.reads(CARD, f"住户答：{ANSWER}")
    await play.until_quiet()
    ticket = await play.ticket()
    assert ticket.status == "handling"
    assert [question.answer for question in ticket.questions] == [ANSWER]
    assert [one.id for one in play.live_cards(CARD)] == [card.id]


async def test_in_the_group_the_card_is_replaced_once(play: Play) -> None:
    """Who cannot be written to gets a new card as a reply to the own message; the old one is gone first."""
    gu, tu, neighbour = play.people("顾阿姨", "tu", "林小满")
    said = await asked(play)
    card = await gu.sees(CARD, f"屠师傅问：{QUESTION}", "请反映的人直接回复这条")
    assert card.reply_to == said
    assert not card.silent
    assert [one.id for one in play.live_cards(CARD)] == [card.id]
    neighbour.says("我家也是", reply_to=card)
    await play.until_quiet()
    assert (await play.ticket()).status == "waiting"
    gu.says(ANSWER, reply_to=card)
    await tu.reads(CARD, f"住户答：{ANSWER}")
    back = await gu.sees(CARD, "屠师傅已接")
    assert back.id == card.id
    tu.tells("/done 1001 换好了")
    result = await gu.sees(CARD, "换好了")
    await play.until_quiet()
    sent = [event for event in play.world.history if event.kind == "sent" and event.chat_id == GRID1]
    assert len([one for one in sent if one.message and one.by == play.bot]) == 3
    assert result.reply_to == said
    assert play.most_live_cards(CARD) == 1


async def test_an_answer_in_words_that_is_a_request_of_its_own(play: Play) -> None:
    """In the group only a reply to the card is an answer: another matter said meanwhile is a matter of its own."""
    gu, tu = play.people("顾阿姨", "tu")
    await asked(play)
    gu.says("5栋门口井盖松了")
    await gu.sees("〔1002〕")
    assert (await play.ticket()).status == "waiting"
    assert not [text for text in tu.received() if "住户答" in text]


async def test_no_answer_in_a_day(play: Play) -> None:
    """After a day the worker is told to go on; nothing stands still for ever."""
    gu, tu = play.people("顾阿姨", "tu")
    gu.starts()
    await play.until_quiet()
    await asked(play)
    await play.at(wednesday(9, 50, days=1))
    assert (await play.ticket()).status == "waiting"
    await play.at(wednesday(10, 10, days=1))
    await tu.reads(CARD, "住户没有回话，接着办吧")
    assert (await play.ticket()).status == "handling"
    assert len([text for text in tu.received() if "住户没有回话" in text]) == 1
    gu.tells("7栋水管爆了")
    await gu.reads("〔1002〕")
    gu.tells(ANSWER)
    await tu.reads(CARD, f"住户答：{ANSWER}")


async def test_a_danger_is_no_answer(play: Play) -> None:
    """While the bot waits for an answer, a danger said in private is heard as one."""
    gu, tu = play.people("顾阿姨", "tu")
    gu.starts()
    await play.until_quiet()
    await asked(play)
    gu.tells("厨房煤气味很大，头晕")
    await gu.reads("119")
    await tu.asked_to("take", "〔1002〕")
    assert (await play.ticket()).status == "waiting"


async def test_words_under_a_card(play: Play) -> None:
    """Staff reply plain words to a card: buttons ask what they are for."""
    gu, tu = play.people("顾阿姨", "tu")
    gu.starts()
    await play.until_quiet()
    gu.says(SENTENCE)
    card = await tu.asked_to("take", CARD)
    tu.tells(QUESTION, reply_to=card)
    choice = await tu.asked_to("choice.ask", "这句话怎么用", QUESTION)
    assert await tu.taps(choice, "choice.ask") == "问过住户了，回话会发给您"
    await gu.reads(QUESTION)
    assert "旧了" in await tu.taps(choice, "choice.finish")
    await play.until_quiet()
    assert (await play.ticket()).results == ()
