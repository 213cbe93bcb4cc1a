"""What only one person may know is said to that person alone, even where the bot can do little; and each time."""

from datetime import timedelta

from tests.stories.conftest import Staging
from tests.stories.theatre import GRID1, Play

CARD = "〔1001〕"
CRY = "我老公打我，救命"
WORRY = "医生给我换了降压药，头晕，还要不要吃？"
QUESTION = "吃了几天了"
ADVICE = "先停药，下午来复查"
BELL = "只给您看的回话"


def ours(play: Play, chat: int = GRID1) -> list[str]:
    """What everybody in a group can read of the bot now."""
    return [one.text for one in play.world.messages(chat) if one.sender_id == play.bot and one.ephemeral_for is None]


async def test_a_cry_about_violence_where_the_bot_is_administrator(play: Play) -> None:
    """She alone sees what to do, in the group at once and in the private chat later; whoever hit her reads nothing."""
    gu = play.person("顾阿姨")
    gu.says(CRY)
    told = await gu.sees("110", "12110")
    assert told.ephemeral_for == gu.telegram
    await play.until_quiet()
    ticket = await play.ticket()
    assert (ticket.private, ticket.danger) == (True, "violence")
    assert play.group_heard() == []
    gu.starts()
    await gu.reads("110", "12110")


async def test_a_cry_about_violence_where_the_bot_is_a_plain_member(staging: Staging) -> None:
    """The group reads three numbers and that there is a private chat: no kind of danger, nobody's name."""
    async with staging(bot_status="member") as play:
        gu = play.person("顾阿姨")
        said = gu.says(CRY)
        bell = await gu.sees("110、119、120", "私聊")
        await play.until_quiet()
        assert bell.reply_to == said
        [text] = play.group_heard()
        names = [person.name[0] for person in play.service.deps.district.people.values()]
        assert not [word for word in ("12110", "走开", "打我", "通知", BELL, CARD, *names) if word in text]
        [[button]] = bell.buttons
        play.world.tap(gu.telegram, GRID1, bell.key, button.text)
        await gu.reads("先走开", "12110")


async def test_a_public_danger_is_answered_aloud(play: Play) -> None:
    """Gas concerns the whole house: everybody reads what to do."""
    gu = play.person("顾阿姨")
    said = gu.says("3栋厨房煤气味很大")
    told = await gu.sees("119", "别开灯")
    assert (told.ephemeral_for, told.reply_to) == (None, said)


async def test_the_doorbell_rings_for_every_question_and_every_result(staging: Staging) -> None:
    """One live bell at a time: the newer one takes the place of the older, and behind it everything waits."""
    async with staging(bot_status="member") as play:
        gu, fei = play.people("顾阿姨", "fei")
        gu.says(WORRY)
        await fei.taps(await fei.asked_to("take", CARD), "take")
        fei.tells(f"/ask 1001 {QUESTION}")
        first = await gu.sees(BELL)
        await play.until_quiet()
        fei.tells(f"/done 1001 {ADVICE}")
        await play.until_quiet()
        second = await gu.sees(BELL)
        assert second.id != first.id
        assert len([text for text in play.group_heard() if BELL in text]) == 2
        assert len(ours(play)) == 1
        gu.starts()
        await gu.reads(ADVICE)


async def test_old_answers_do_not_pour_out_at_the_start(staging: Staging) -> None:
    """The answer to a command is worth reading for minutes; what is about a matter of one's own waits longer."""
    async with staging(bot_status="member") as play:
        gu = play.person("顾阿姨")
        for _ in range(3):
            gu.says("/my")
            await play.until_quiet()
        assert len(ours(play)) == 1
        await play.later(days=1)
        gu.starts()
        await gu.reads("小帮手")
        await play.until_quiet()
        assert len(gu.received()) == 1


async def test_an_answer_that_is_seen_in_the_group_does_not_wait_as_well(play: Play) -> None:
    """Where she alone could read it in the group, the private chat begins with the greeting and nothing else."""
    gu = play.person("顾阿姨")
    gu.says("/my")
    await play.until_quiet()
    [shown] = [one for one in play.world.messages(GRID1, as_user=gu.telegram) if one.ephemeral_for == gu.telegram]
    gu.starts()
    await gu.reads("小帮手")
    await play.until_quiet()
    assert shown.text not in gu.received()
    assert len(gu.received()) == 1


async def test_a_place_elsewhere_moves_nobody_home(play: Play) -> None:
    """The ticket goes to the grid where the place lies; who reported it still lives where they spoke."""
    gu = play.person("顾阿姨")
    gu.starts()
    await play.until_quiet()
    gu.says("20栋楼道灯坏了")
    await gu.sees("〔1001〕")
    assert (await play.ticket()).grid == "d.s1.c1.g2"
    gu.tells("井盖没了，快来修")
    await gu.reads("〔1002〕")
    assert (await play.ticket(1002)).grid == "d.s1.c1.g1"


async def done(play: Play, *, started: bool = True) -> None:
    """The light has been reported and is said to be mended."""
    gu, tu = play.people("顾阿姨", "tu")
    if started:
        gu.starts()
        await play.until_quiet()
    gu.says("3栋楼道灯坏了")
    await tu.taps(await tu.asked_to("take", CARD), "take")
    tu.tells("/done 1001 换好了")
    await gu.sees(CARD, "换好了")
    await play.until_quiet()


async def test_not_fixed_said_in_bare_words(play: Play) -> None:
    """Just told that it is done, she says in private that it is not: work goes on, and the worker reads her words."""
    gu, tu = play.people("顾阿姨", "tu")
    await done(play)
    gu.tells("没修好，还是黑的")
    await gu.reads("马上接着办")
    await tu.reads(CARD, "没修好，还是黑的")
    await play.until_quiet()
    ticket = await play.ticket()
    assert (ticket.status, ticket.reopened) == ("handling", 1)
    assert await play.no_ticket(1002)


async def test_not_fixed_said_as_a_reply(play: Play) -> None:
    """A reply to the group's card counts when it is hers, not when it is a neighbour's."""
    gu, neighbour = play.people("顾阿姨", "林小满")
    await done(play, started=False)
    card = await gu.sees(CARD, "换好了")
    neighbour.says("还是不行", reply_to=card)
    await play.until_quiet()
    assert (await play.ticket()).status == "fed_back"
    gu.says("谢谢", reply_to=card)
    await play.until_quiet()
    assert (await play.ticket()).status == "fed_back"
    gu.says("still broken", reply_to=card)
    await play.until_quiet()
    assert (await play.ticket()).status == "handling"


async def test_solved_said_as_a_reply(play: Play) -> None:
    """A yes in words is the yes of the button; after that it is too late for neither."""
    gu, wang = play.people("顾阿姨", "wang")
    await done(play)
    gu.tells("修好了谢谢", reply_to=await gu.asked_to("confirm", CARD))
    await gu.reads("网格长看过就办结")
    await wang.taps(await wang.asked_to("approve", CARD), "approve")
    await play.until_quiet()
    assert (await play.ticket()).status == "closed"
    await play.later(days=2)
    gu.says("又坏了，还是黑的", reply_to=await gu.sees(CARD))
    await play.until_quiet()
    assert (await play.ticket()).status == "handling"


async def test_too_late_to_say_that_it_is_broken(play: Play) -> None:
    """When the time to open it again is over, the words are heard like any others."""
    gu, wang = play.people("顾阿姨", "wang")
    await done(play)
    gu.tells("修好了", reply_to=await gu.asked_to("confirm", CARD))
    await wang.taps(await wang.asked_to("approve", CARD), "approve")
    card = await gu.sees(CARD)
    await play.later(days=8)
    gu.says("3栋楼道灯又坏了", reply_to=card)
    await gu.sees("〔1002〕")
    assert (await play.ticket()).status == "closed"
    assert (await play.ticket(1002)).filed_at - (await play.ticket()).filed_at > timedelta(days=7)
