"""Honest endings: proof, shelved and back by itself, checked weeks later, handed over, the same as another."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from tests.stories.theatre import Play, changed, playing

CARD, OTHER = "〔1001〕", "〔1002〕"


@dataclass(frozen=True)
class Toilet:
    """T3, in two languages."""

    report: str
    handed: str
    result: str
    again: str
    broken: str


TOILET = {
    "zh": Toilet(
        report="湘河菜场旁边的公厕没人打扫，太脏了，麻烦派人管管",
        handed="学校和社区一起招了保洁员，工钱说好了，今天起每天打扫两次",
        result="24日再来看一回",
        again="现在还好吗",
        broken="原来的人病了，换了一位，排了班",
    ),
    "en": Toilet(
        report="Nobody cleans the public toilet next to 湘河菜场, it is filthy, please send somebody",
        handed="School and community have hired a cleaner together, the pay is settled, twice a day from today",
        result="looked at again: 24 Jun",
        again="Is it still all right",
        broken="The cleaner was ill, there are two of them now",
    ),
}


async def test_a_toilet_that_must_last(spoken: Play) -> None:
    """T3: it is done when it lasts. Three weeks later somebody who did not do it looks, and the resident is asked."""
    play, lines = spoken, TOILET[spoken.language]
    gu, tu, wang = play.people("顾阿姨", "tu", "wang")
    gu.starts()
    await play.until_quiet()
    gu.says(lines.report)
    await tu.taps(await tu.asked_to("take", CARD), "take")
    tu.tells(f"/done 1001 {lines.handed}")
    await wang.taps(await wang.asked_to("approve", CARD, lines.handed), "approve")
    await gu.taps(await gu.asked_to("confirm", CARD, lines.handed), "confirm")
    await gu.sees(CARD, lines.result)
    await play.until_quiet()
    ticket = await play.ticket()
    assert (ticket.service, ticket.status, ticket.ending) == ("public_toilet", "resting", "solved")
    assert ticket.rest is not None
    assert ticket.rest.until >= ticket.filed_at + timedelta(days=21)
    said = len(play.world.history)
    await play.later(days=20)
    assert [one.message.text for one in play.world.history[said:] if one.message and CARD in one.message.text] == []
    await play.later(days=1, hours=4)
    asked = await gu.asked_to("lasts", CARD, lines.again)
    assert not [text for text in tu.received() if lines.again in text], "who did it does not judge it"
    await wang.asked_to("lasts_not", CARD)
    await gu.taps(asked, "lasts_not")
    await tu.reads(CARD)
    await play.until_quiet()
    ticket = await play.ticket()
    assert (ticket.status, ticket.reopened, ticket.rest) == ("handling", 1, None)
    # Once more, and this time it lasts: the leader has looked.
    tu.tells(f"/done 1001 {lines.broken}")
    await wang.taps(await wang.asked_to("approve", CARD, lines.broken), "approve")
    await gu.taps(await gu.asked_to("confirm", CARD, lines.broken), "confirm")
    await play.until_quiet()
    await play.later(days=22)
    await wang.taps(await wang.asked_to("lasts", CARD, lines.broken), "lasts")
    await play.until_quiet()
    ticket = await play.ticket()
    assert (ticket.status, ticket.ending, ticket.steps) == ("closed", "solved", ())


async def test_shelved_and_back_by_itself(play: Play) -> None:
    """By buttons: why, until when; the resident is told honestly, and on that day it is in hand again."""
    gu, tu, wang = play.people("顾阿姨", "tu", "wang")
    gu.starts()
    await play.until_quiet()
    gu.says("3栋楼道灯坏了")
    await tu.taps(await tu.asked_to("take", CARD), "take")
    await tu.taps(await tu.asked_to("end", CARD), "end")
    await tu.taps(await tu.asked_to("end.shelved", CARD), "end.shelved")
    await tu.taps(await tu.asked_to("rest_span.30d", CARD), "rest_span.30d")
    await tu.reads("为什么眼下办不了")
    tu.tells("整条线路七月初要换，换完再装新灯")
    told = await gu.asked_to("agree", CARD, "整条线路七月初要换", "眼下办不了", "7月")
    await wang.taps(await wang.asked_to("approve", CARD), "approve")
    await gu.taps(told, "agree")
    await gu.reads("到那天会自己接着办")
    await play.until_quiet()
    ticket = await play.ticket()
    assert (ticket.status, ticket.ending) == ("resting", "shelved")
    await play.later(days=31)
    await tu.reads(CARD, "接着办")
    await play.until_quiet()
    ticket = await play.ticket()
    assert (ticket.status, ticket.ending, ticket.handler) == ("handling", None, "tu")
    assert ticket.done_by is not None
    assert ticket.done_by > ticket.filed_at + timedelta(days=28)
    # In words it is handed over: to whom is said, and the resident may disagree.
    tu.tells("/end 1001 移交 供电所装灯班，电话问社区，说好本周来")
    gone = await gu.asked_to("disagree", CARD, "供电所装灯班", "已移交")
    await gu.taps(gone, "disagree")
    await play.until_quiet()
    assert (await play.ticket()).status == "handling"
    assert "怎么结" in (await _answer(play, "tu", "/end 1001 随便"))
    tu.tells("/end 1001 暂缓 2周 等材料到")
    await gu.asked_to("disagree", CARD, "等材料到", "眼下办不了")
    result = (await play.ticket()).result
    assert result is not None
    assert result.until is not None
    assert timedelta(days=14) <= result.until - result.at <= timedelta(days=17), "two weeks, and then a working day"


async def _answer(play: Play, who: str, words: str) -> str:
    person = play.person(who)
    before = len(person.received())
    person.tells(words)
    await play.until_quiet()
    return "\n".join(person.received()[before:])


async def test_two_tickets_of_one_matter(play: Play) -> None:
    """Put together by a button: everybody is counted in the one that goes on, and told once when it is done."""
    gu, pan, lin, tu, wang = play.people("顾阿姨", "潘大伯", "林小满", "tu", "wang")
    for one in (gu, pan, lin):
        one.starts()
    await play.until_quiet()
    gu.says("3栋楼道灯坏了")
    await gu.sees(CARD)
    await play.later(hours=3)
    pan.says("4栋楼道灯坏了")
    await pan.sees(OTHER)
    await play.reacted(lin.says("我家也是", reply_to=await pan.sees(OTHER)))
    await tu.taps(await tu.asked_to("take", OTHER), "take")
    await tu.taps(await tu.asked_to("end", OTHER), "end")
    await tu.taps(await tu.asked_to("end.duplicate", OTHER), "end.duplicate")
    offered = await tu.reads("和哪一件是同一件")
    assert "〔1001〕" in (await tu.taps(offered, offered.buttons[0][0].text))
    await pan.reads(OTHER, "和〔1001〕是同一件事", "办好了告诉您")
    await play.until_quiet()
    closed, goes_on = await play.ticket(1002), await play.ticket(1001)
    assert (closed.ending, closed.same_as, closed.steps) == ("duplicate", 1001, ())
    assert goes_on.households == 3
    assert await _answer(play, "tu", "/end 1001 重复 1002") != "", "a closed one cannot go on for both"
    tu.tells("/done 1001 灯换好了")
    await wang.taps(await wang.asked_to("approve", CARD, "灯换好了"), "approve")
    await gu.taps(await gu.asked_to("confirm", CARD, "灯换好了"), "confirm")
    await play.until_quiet()
    for one in (pan, lin):
        assert sum("灯换好了" in text for text in one.received()) == 1, f"{one.name} is told once"


async def test_a_leader_who_did_it_is_reviewed_from_above_and_not_fixed_is_told_there(play: Play) -> None:
    """Reopening shortens the clock, and the level above hears of it."""
    gu, wang, li = play.people("顾阿姨", "wang", "li")
    gu.starts()
    await play.until_quiet()
    gu.says("3栋楼道灯坏了")
    await gu.sees(CARD)
    wang.tells("/take 1001")
    await play.until_quiet()
    first = (await play.ticket()).done_by
    wang.tells("/done 1001 换好了")
    await li.taps(await li.asked_to("approve", CARD, "换好了"), "approve")
    await gu.taps(await gu.asked_to("dispute", CARD, "换好了"), "dispute")
    await li.reads(CARD, "没解决")
    await play.until_quiet()
    ticket = await play.ticket()
    assert first is not None
    assert ticket.done_by is not None
    assert ticket.done_by < first
    assert (ticket.reopened, ticket.status) == (1, "handling")


async def test_a_place_decides_how_its_matters_end(sqlite_url: str, tmp_path: Path) -> None:
    """The district file asks for a picture and a check; a video counts, a voice does not."""
    rules = "\nservices:\n  streetlight: {proof_photo: true, check_after: 7d}\n\npolicy:\n"
    district = changed(tmp_path, {"\npolicy:\n": rules})
    async with playing(sqlite_url, district=district) as play:
        gu, tu = play.people("顾阿姨", "tu")
        gu.says("3栋楼道灯坏了")
        await tu.taps(await tu.asked_to("take", CARD), "take")
        assert "照片" in await _answer(play, "tu", "/done 1001 换好了")
        assert (await play.ticket()).status == "handling"
        tu.tells("/end 1001 说明 这盏灯归隔壁工地，他们月底拆")
        await play.until_quiet()
        assert (await play.ticket()).ending == "explained", "what is not called solved needs no picture"
