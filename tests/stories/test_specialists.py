"""Specialists: the right trade first, next door where the grid has none, then the level above; and advice."""

from pathlib import Path

import pytest

from tests.stories.conftest import Staging
from tests.stories.theatre import GRID1, GRID2, Person, Play, changed

CARD = "〔1001〕"
LAWSUIT = "房东不退押金，合同里写了，我能告他吗？"
LAWYER = '  - {person: wu,    area: d.s1.c1.g2, role: specialist, skill: lawyer, hours: "Mon-Fri 09:00-17:30"}\n'
LAWYER_OF_THE_STREET = LAWYER.replace("d.s1.c1.g2", "d.s1")


async def asks(play: Play, words: str, chat: int = GRID1) -> Person:
    """A resident who reads private messages asks in the group."""
    gu = play.person("顾阿姨")
    gu.starts()
    await play.until_quiet()
    gu.says(words, chat=chat)
    return gu


async def nobody_else(play: Play, *asked: str) -> None:
    """Only these people hold a card."""
    await play.until_quiet()
    holders = {
        event.chat_id
        for event in play.world.history
        if event.kind == "sent" and event.message and (event.chat_id or 0) > 0 and CARD in event.message.text
    }
    residents = {2001, 2002, 2003, 2004}
    assert holders - residents == {person.telegram for person in play.people(*asked)}


async def test_a_legal_question_goes_next_door(play: Play) -> None:
    """The first grid has no lawyer: the neighbour's is asked, and reads why."""
    gu = await asks(play, LAWSUIT)
    wu = play.person("wu")
    card = await wu.asked_to("finish_advice", CARD, LAWSUIT, "您是律师", "隔壁湘河社区第二网格")
    await nobody_else(play, "wu")
    await wu.taps(card, "finish_advice")
    await play.until_quiet()
    wu.tells("可以。先发一份书面催告，十五天不退再起诉，我帮您看材料")
    await gu.taps(await gu.asked_to("confirm", "吴律师", "书面催告"), "confirm")
    await play.until_quiet()
    assert (await play.ticket()).ending == "explained"
    assert play.group_heard() == []


async def test_a_lawyer_in_the_grid_itself_is_asked_first(play: Play) -> None:
    """In the second grid its own lawyer is asked, and nothing is said of neighbours."""
    await asks(play, LAWSUIT, chat=GRID2)
    card = await play.person("wu").asked_to("take", CARD, LAWSUIT)
    assert "隔壁" not in card.text


async def test_no_lawyer_next_door_either(staging: Staging, tmp_path: Path) -> None:
    """Then the street's lawyer is asked."""
    district = changed(tmp_path, {LAWYER: LAWYER_OF_THE_STREET})
    async with staging(district=district) as play:
        await asks(play, LAWSUIT)
        await play.person("wu").asked_to("take", CARD, LAWSUIT, "湘河街道")
        await nobody_else(play, "wu")


async def test_no_lawyer_anywhere(staging: Staging, tmp_path: Path) -> None:
    """Then the worker is asked and reads that there is none."""
    async with staging(district=changed(tmp_path, {LAWYER: ""})) as play:
        await asks(play, LAWSUIT)
        await play.person("tu").asked_to("take", CARD, LAWSUIT, "这里没有律师")
        await nobody_else(play, "tu")


@pytest.mark.parametrize(
    ("words", "people"),
    [
        ("我的电瓶车昨晚在楼下被偷了", ("zhou",)),
        ("降压药能和感冒药一起吃吗？", ("fei", "tu")),
    ],
    ids=["theft", "medicine"],
)
async def test_the_right_trade(play: Play, words: str, people: tuple[str, ...]) -> None:
    """A theft goes to the police officer, a medicine question to the doctor and the worker."""
    await asks(play, words)
    for person in play.people(*people):
        await person.asked_to("take", CARD, words)
    await nobody_else(play, *people)


async def test_the_doctor_is_consulted_about_the_light(play: Play) -> None:
    """The worker asks the doctor without giving the matter away; the advice comes back to the worker alone."""
    gu = await asks(play, "3栋楼道灯坏了，老人昨天摔了一跤")
    tu, fei = play.people("tu", "fei")
    await tu.taps(await tu.asked_to("consult", CARD), "consult")
    who = await tu.asked_to("费医生", CARD)
    assert await tu.taps(who, "费医生") == "已请专家看"
    card = await fei.asked_to("advise", CARD, "屠师傅想听您的意见")
    await fei.taps(card, "advise")
    await fei.reads("您怎么看")
    fei.tells("八十岁摔过的，请家里人带来量一次血压")
    await tu.reads(CARD, "费医生：", "量一次血压", "怎么回住户由您定")
    await play.until_quiet()
    ticket = await play.ticket()
    assert ticket.handler == "tu"
    assert [consult.answer for consult in ticket.consults] == ["八十岁摔过的，请家里人带来量一次血压"]
    assert not [text for text in (*play.group_heard(), *gu.received()) if "血压" in text]


async def test_consulted_by_command_and_answered_by_a_reply(play: Play) -> None:
    """`/consult` with the trade and the question; the doctor replies to the card."""
    await asks(play, "3栋楼道灯坏了，老人昨天摔了一跤")
    tu, fei = play.people("tu", "fei")
    await tu.asked_to("take", CARD)
    tu.tells("/consult 1001 医生 摔了要不要去医院")
    card = await fei.reads(CARD, "摔了要不要去医院")
    fei.tells("不疼不肿就先观察", reply_to=card)
    await tu.reads(CARD, "费医生：", "先观察")
    tu.tells("/consult 1001 法官 这事能不能判")
    await tu.reads("附近没有法官可请")
    tu.tells("/consult 1001 想问律师谁来赔")
    await play.person("wu").reads(CARD, "想问律师谁来赔")
    tu.tells("/consult 1001 这事该问谁")
    await tu.asked_to("费医生", "请哪一位")
    assert (await play.ticket()).handler == "tu"
