"""The turns a matter can take: taken back, put on hold, not fixed, sent back, a yes too early, no answer at all."""

from rehearsal import Message
from tests.stories.theatre import GRID1, Person, Play, wednesday

SENTENCE = "3栋楼道灯坏了"
CARD = "〔1001〕"
DONE = "2单元三楼灯泡换好了"


async def reported(play: Play) -> tuple[Person, Person, Person]:
    """A resident who reads private messages has reported the light; return resident, worker, leader."""
    gu, tu, wang = play.people("顾阿姨", "tu", "wang")
    gu.starts()
    await play.until_quiet()
    gu.says(SENTENCE)
    await gu.sees(CARD)
    return gu, tu, wang


async def finished(play: Play, tu: Person, words: str = DONE) -> Message:
    """The worker says what was done; return the result as the reporter reads it."""
    tu.tells(f"/done 1001 {words}")
    return await play.person("顾阿姨").asked_to("confirm", CARD, words)


async def test_taken_back(play: Play) -> None:
    """A resident who said it in private takes it back; the worker may put it down."""
    gu, tu = play.people("顾阿姨", "tu")
    gu.starts()
    await gu.reads("您好")
    gu.says("大家早上好")
    await play.until_quiet()
    gu.tells(SENTENCE)
    mine = await gu.asked_to("withdraw", CARD)
    await tu.taps(await tu.asked_to("take", CARD), "take")
    await gu.reads(CARD, "屠师傅已接")
    assert "不办了" in await gu.taps(mine, "withdraw")
    await tu.reads(CARD, "住户说不用办了")
    await gu.reads(CARD, "已撤回")
    await play.until_quiet()
    assert (await play.ticket()).ending == "withdrawn"
    assert play.group_heard() == []


async def test_on_hold_until_the_parts_come(play: Play) -> None:
    """Put on hold by buttons, with a reason that everybody reads; when the time is over the worker hears of it."""
    gu, tu, _ = await reported(play)
    await tu.taps(await tu.asked_to("hold", CARD), "hold")
    await tu.taps(await tu.asked_to("hold_reason.material", CARD), "hold_reason.material")
    assert await tu.taps(await tu.asked_to("span.3d", CARD), "span.3d") == "先放着，到时候提醒您"
    await gu.sees(CARD, "等材料", "再看")
    await gu.reads(CARD, "要等一等：等材料")
    await play.until_quiet()
    assert (await play.ticket()).status == "on_hold"
    await play.at(wednesday(9, 30, days=3))
    assert (await play.ticket()).status == "on_hold"
    await play.at(wednesday(10, 1, days=3))
    await tu.reads(CARD, "放到今天了，接着办吧")
    await gu.sees(CARD, "屠师傅已接")
    assert play.most_live_cards(CARD) == 1


async def test_on_hold_and_on_again_by_command(play: Play) -> None:
    """`/hold` with days and a reason, as the help says; the worker goes on before the time is over."""
    gu, tu, _ = await reported(play)
    tu.tells("/hold 1001 3天 等材料")
    await gu.sees(CARD, "等材料")
    await tu.taps(await tu.asked_to("resume", CARD), "resume")
    await gu.sees(CARD, "屠师傅已接")
    tu.tells("/hold 1001")
    await tu.reads("请说一下原因")
    tu.tells("/hold 1001 60天 等材料")
    await tu.reads("最多放")
    assert (await play.ticket()).status == "handling"


async def test_not_fixed_before_closing(play: Play) -> None:
    """ "Not solved" brings it back at once, with half the time, and the level above is told."""
    gu, tu, wang = await reported(play)
    first = (await play.ticket()).done_by
    result = await finished(play, tu)
    assert await gu.taps(result, "dispute") == "知道了，马上接着办"
    await tu.reads(CARD, "住户说没解决")
    await wang.reads(CARD, "住户说没解决")
    await play.person("li").reads(CARD, "住户说没解决")
    await gu.sees(CARD, "住户说没解决，屠师傅接着办")
    await play.until_quiet()
    ticket = await play.ticket()
    assert (ticket.status, ticket.reopened) == ("handling", 1)
    assert ticket.done_by is not None
    assert first is not None
    assert ticket.done_by < first
    result = await finished(play, tu, "换了新的灯头")
    await wang.taps(await wang.asked_to("approve", CARD, "换了新的灯头"), "approve")
    await gu.taps(result, "confirm")
    await gu.sees(CARD, "已解决，办结")
    assert play.most_live_cards(CARD) == 1


async def test_closed_by_silence_and_not_fixed_after_all(play: Play) -> None:
    """No answer in the set time closes it, and says so; "not solved" afterwards still opens it again."""
    gu, tu, wang = await reported(play)
    await finished(play, tu)
    await wang.taps(await wang.asked_to("approve", CARD, DONE), "approve")
    await play.until_quiet()
    assert (await play.ticket()).status == "reviewed"
    await play.at(wednesday(9, 50, days=2))
    assert (await play.ticket()).status == "reviewed"
    await play.at(wednesday(10, 30, days=2))
    ticket = await play.ticket()
    assert (ticket.status, ticket.ending, ticket.unanswered) == ("closed", "solved", True)
    await gu.sees(CARD, "没等到回话，先办结了")
    await play.at(wednesday(15, days=5))
    await gu.taps(await gu.asked_to("dispute", CARD, chat=GRID1), "dispute")
    await tu.reads(CARD, "住户说没解决")
    await gu.sees(CARD, "屠师傅接着办")
    assert (await play.ticket()).status == "handling"
    assert play.most_live_cards(CARD) == 1


async def test_too_late_to_reopen(play: Play) -> None:
    """A week after the end the button no longer opens it; it says what helps."""
    gu, tu, wang = await reported(play)
    await finished(play, tu)
    await wang.taps(await wang.asked_to("approve", CARD, DONE), "approve")
    await play.at(wednesday(11, days=2))
    card = await gu.asked_to("dispute", CARD, chat=GRID1)
    await play.at(wednesday(12, days=10))
    assert "已经办结" in await gu.taps(card, "dispute")
    assert (await play.ticket()).status == "closed"


async def test_sent_back_by_the_leader(play: Play) -> None:
    """The leader says what is missing; the worker adds it and it is reviewed again."""
    gu, tu, wang = await reported(play)
    await finished(play, tu)
    review = await wang.asked_to("send_back", CARD, DONE)
    await wang.taps(review, "send_back")
    await wang.reads("还差什么")
    wang.tells("灯罩也要装上")
    await tu.reads(CARD, "退回：灯罩也要装上")
    await play.until_quiet()
    assert (await play.ticket()).status == "handling"
    await finished(play, tu, "灯罩装好了")
    await wang.taps(await wang.asked_to("approve", CARD, "灯罩装好了"), "approve")
    await gu.taps(await gu.asked_to("confirm", "灯罩装好了"), "confirm")
    await gu.sees(CARD, "灯罩装好了", "已解决，办结")
    assert play.most_live_cards(CARD) == 1


async def test_an_early_yes_is_kept(play: Play) -> None:
    """A resident's yes before the review waits for it; then nothing more is asked."""
    gu, tu, wang = await reported(play)
    result = await finished(play, tu)
    assert await gu.taps(result, "confirm") == "谢谢，记下了，网格长看过就办结"
    await gu.sees(CARD, "住户说已解决，等汪网格长看过就办结")
    review = await wang.asked_to("approve", CARD, "住户说已解决")
    await wang.taps(review, "approve")
    await gu.sees(CARD, "已解决，办结")
    await gu.reads("回执", CARD, DONE)
    assert (await play.ticket()).status == "closed"


async def test_a_leader_does_not_review_himself(play: Play) -> None:
    """What the leader handled is reviewed by the level above; his own tap is refused with the reason."""
    gu, _, wang = await reported(play)
    wang.tells("/take 1001")
    await gu.sees(CARD, "汪网格长")
    wang.tells(f"/done 1001 {DONE}")
    review = await play.person("li").asked_to("approve", CARD, DONE)
    assert "已通过" in await play.person("li").taps(review, "approve")
    await gu.taps(await gu.asked_to("confirm", DONE), "confirm")
    await gu.sees(CARD, "已解决，办结")
    await play.until_quiet()
    assert (await play.ticket()).reviewed_by == "li"


async def test_passed_on_with_a_reason(play: Play) -> None:
    """Passed on by command and by button: the next person reads why, the first one is done with it."""
    _, tu, wang = await reported(play)
    tu.tells("/pass 1001")
    await tu.reads("请说一下原因")
    tu.tells("/pass 1001 不归我管")
    await wang.asked_to("take", CARD)
    await play.until_quiet()
    assert (await play.ticket()).asked == ("wang",)
    await tu.reads("您已转出，正在找别人")
    await wang.taps(await wang.asked_to("pass_on_new", CARD), "pass_on_new")
    await wang.reads(CARD, "转给谁")  # who leads chooses a person; a refusal with its reason is the command
    wang.tells("/pass 1001 手上太忙")
    boss = play.person("li")
    await boss.reads(CARD, "没人肯接", "手上太忙")
    await boss.taps(await boss.asked_to("take", CARD), "take")
    await play.until_quiet()
    assert (await play.ticket()).handler == "li"
