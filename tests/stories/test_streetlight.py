"""The main job: from a sentence in the group to a closed ticket, by buttons and by commands alone."""

from dataclasses import dataclass

from tests.stories.theatre import GRID1, Play


@dataclass(frozen=True)
class Lines:
    """What people say, and the words by which they are understood."""

    request: str
    summary: str
    worker: str
    question: str
    answer: str
    done: str
    closed: str
    not_staff: str


LINES = {
    "zh": Lines(
        request="3栋楼道灯坏了，老人昨天摔了一跤",
        summary="3栋楼道灯坏了",
        worker="屠师傅",
        question="是几单元几楼",
        answer="2单元三楼",
        done="2单元三楼灯泡换好了",
        closed="已解决，办结",
        not_staff="这个命令是给网格员用的",
    ),
    "en": Lines(
        request="The stairwell light in building 3 is broken, my mother fell yesterday",
        summary="The stairwell light in building 3 is broken",
        worker="Worker Tu",
        question="Which entrance and floor?",
        answer="Entrance 2, third floor",
        done="New bulb in entrance 2, third floor",
        closed="Solved, closed",
        not_staff="for grid workers",
    ),
}


async def test_by_buttons(spoken: Play) -> None:
    """A resident writes one sentence; worker, leader and resident close it by buttons."""
    play, lines = spoken, LINES[spoken.language]
    gu, tu, wang = play.people("顾阿姨", "tu", "wang")
    gu.starts()
    await play.until_quiet()
    said = gu.says(lines.request)
    card = await gu.sees("〔1001〕", lines.summary)
    assert card.reply_to == said
    _comes_within(play, said, 2.0)
    work = await tu.asked_to("take", "〔1001〕", lines.request)
    await tu.taps(work, "take")
    await gu.sees("〔1001〕", lines.worker)
    work = await tu.asked_to("finish", "〔1001〕", lines.request)
    await tu.taps(work, "finish")
    await play.until_quiet()
    tu.tells(lines.done)
    await gu.sees("〔1001〕", lines.done)
    await wang.taps(await wang.asked_to("approve", "〔1001〕", lines.done), "approve")
    await gu.taps(await gu.asked_to("confirm", lines.done), "confirm")
    closed = await gu.sees("〔1001〕", lines.closed)
    await play.until_quiet()
    assert closed.id == card.id
    assert (await play.ticket()).status == "closed"
    assert play.most_live_cards("〔1001〕") == 1


async def test_by_commands_alone(spoken: Play) -> None:
    """The same with nothing but commands: by number or as a reply to a card, in private and in the group."""
    play, lines = spoken, LINES[spoken.language]
    gu, tu, wang = play.people("顾阿姨", "tu", "wang")
    gu.starts()
    gu.says(lines.request)
    card = await gu.sees("〔1001〕", lines.summary)
    play.world.join(tu.telegram, GRID1)
    tu.says("/take", reply_to=card)
    await gu.sees("〔1001〕", lines.worker)
    tu.tells(f"/ask 1001 {lines.question}")
    await gu.reads(lines.question)
    gu.tells(lines.answer)
    await tu.reads("〔1001〕", lines.answer)
    gu.tells("/done 1001 x")
    await gu.reads(lines.not_staff)
    tu.tells(f"/done 1001 {lines.done}")
    await gu.sees("〔1001〕", lines.done)
    await wang.taps(await wang.asked_to("approve", "〔1001〕", lines.done), "approve")
    await gu.taps(await gu.asked_to("confirm", lines.done), "confirm")
    await gu.sees("〔1001〕", lines.closed)
    await play.until_quiet()
    assert (await play.ticket()).status == "closed"
    assert play.most_live_cards("〔1001〕") == 1


def _comes_within(play: Play, said: int, seconds: float) -> None:
    """The card is there so many real seconds after the message it answers."""
    spoken = next(one for one in play.world.history if one.message and one.chat_id == GRID1 and one.message.id == said)
    card = next(
        one
        for one in play.world.history
        if one.kind == "sent" and one.chat_id == GRID1 and one.by == play.bot and one.message
    )
    assert card.at_monotonic - spoken.at_monotonic < seconds
