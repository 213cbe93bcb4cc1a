"""N1: an old man worries about a changed medicine. The doctor answers the same day, and the group learns nothing."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.stories.conftest import Staging
from tests.stories.theatre import GRID1, Person, Play, wednesday

CARD = "〔1001〕"


@dataclass(frozen=True)
class Lines:
    """What people say, and words that nobody but the reporter, the doctor and the worker may read."""

    worry: str
    secrets: tuple[str, ...]
    advice: str
    doctor: str
    chest: str
    call: str
    clear: str


LINES = {
    "zh": Lines(
        worry="医生给我换了降压药，头晕，还要不要吃？",
        secrets=("降压", "头晕", "药", "停"),
        advice="先别自己停药，今天下午三点来服务站，我给您量血压",
        doctor="费医生",
        chest="我爸胸口疼得厉害，喘不上气",
        call="先打 120",
        clear="说清楚了吗",
    ),
    "en": Lines(
        worry="The doctor changed my blood pressure pills and I feel dizzy, should I go on taking them?",
        secrets=("pressure", "dizzy", "pill", "stop"),
        advice="Please do not stop by yourself. Come to the health station at three and I will measure it",
        doctor="Dr Fei",
        chest="My father has chest pain and cannot breathe",
        call="Call 120",
        clear="Is that clear?",
    ),
}


async def answered_by_the_doctor(play: Play, lines: Lines) -> None:
    """Doctor and worker have read it in private; the doctor answers in the afternoon of the same day."""
    fei, tu = play.people("fei", "tu")
    await tu.asked_to("take", CARD, lines.worry)
    card = await fei.asked_to("finish_advice", CARD, lines.worry)
    await play.at(wednesday(14, 30))
    await fei.taps(card, "finish_advice")
    await play.until_quiet()
    fei.tells(lines.advice)
    await play.until_quiet()
    ticket = await play.ticket()
    assert ticket.handler == "fei"
    assert ticket.result is not None
    assert ticket.result.at.date() == ticket.filed_at.date()


def nothing_leaked(play: Play, lines: Lines) -> None:
    """No message that the whole group could ever read has anything of the matter."""
    for text in play.group_heard():
        assert CARD not in text
        assert not [secret for secret in lines.secrets if secret in text]


async def test_a_resident_who_has_started_the_bot(spoken: Play) -> None:
    """The group sees a mark under the message and nothing else; everything is said in private."""
    play, lines = spoken, LINES[spoken.language]
    old = play.person("潘大伯")
    old.starts()
    await play.until_quiet()
    said = old.says(lines.worry)
    await play.reacted(said)
    await old.reads(CARD)
    await play.until_quiet()
    before = old.received()
    assert not [text for text in before if lines.advice in text]
    await answered_by_the_doctor(play, lines)
    result = await old.asked_to("confirm", lines.doctor, lines.advice)
    await old.taps(result, "confirm")
    await play.until_quiet()
    assert (await play.ticket()).ending == "explained"
    assert play.group_heard() == []
    assert not [one for one in play.world.messages(GRID1, as_user=old.telegram) if one.ephemeral_for]


async def test_not_started_and_the_bot_is_administrator(spoken: Play) -> None:
    """The answer is shown in the group to him alone, and waits in the private chat as well."""
    play, lines = spoken, LINES[spoken.language]
    old, neighbour = play.people("潘大伯", "林小满")
    said = old.says(lines.worry)
    await play.reacted(said)
    await answered_by_the_doctor(play, lines)
    shown = await old.sees(lines.advice, chat=GRID1)
    assert shown.ephemeral_for == old.telegram
    assert not [one for one in play.world.messages(GRID1, as_user=neighbour.telegram) if one.sender_id == play.bot]
    assert old.received() == []
    old.starts()
    result = await old.asked_to("confirm", lines.doctor, lines.advice)
    await old.taps(result, "confirm")
    await play.until_quiet()
    assert (await play.ticket()).ending == "explained"
    assert play.group_heard() == []


async def test_not_started_answered_on_the_spot(play: Play) -> None:
    """He presses the button under what he alone sees in the group: that counts like the one in private."""
    lines, old = LINES["zh"], play.person("潘大伯")
    old.says(lines.worry)
    await answered_by_the_doctor(play, lines)
    await old.taps(await old.asked_to("confirm", lines.advice, chat=GRID1), "confirm")
    await play.until_quiet()
    assert (await play.ticket()).status == "closed"
    assert play.group_heard() == []


async def test_not_started_and_the_bot_is_a_plain_member(staging: Staging, district: dict[str, Any]) -> None:
    """One reply without content rings at his door; its button works once, and for him alone."""
    async with staging(bot_status="member", **district) as play:
        lines = LINES[play.language]
        old, neighbour = play.people("潘大伯", "林小满")
        said = old.says(lines.worry)
        await play.reacted(said)
        await answered_by_the_doctor(play, lines)
        [bell] = [one for one in play.world.messages(GRID1) if one.sender_id == play.bot]
        assert bell.reply_to == said
        nothing_leaked(play, lines)
        [[button]] = bell.buttons
        assert button.url is not None
        play.world.tap(neighbour.telegram, GRID1, bell.key, button.text)
        await play.until_quiet()
        assert not [text for text in neighbour.received() if lines.advice in text or CARD in text]
        play.world.tap(old.telegram, GRID1, bell.key, button.text)
        await old.reads(lines.doctor, lines.advice)
        await play.until_quiet()
        assert _results(old, lines) == 1
        play.world.tap(old.telegram, GRID1, bell.key, button.text)
        await play.until_quiet()
        assert _results(old, lines) == 1
        await old.taps(await old.asked_to("confirm", lines.advice), "confirm")
        await play.until_quiet()
        assert (await play.ticket()).status == "closed"
        nothing_leaked(play, lines)


def _results(person: Person, lines: Lines) -> int:
    """How often the answer itself came; the card that stands beside it has no question."""
    return len([text for text in person.received() if lines.advice in text and lines.clear in text])


@pytest.mark.parametrize("started", [True, False])
async def test_danger_signs(spoken: Play, started: bool) -> None:
    """Chest pain: the 120 text at once, everybody is called, the level above knows, the group learns no details."""
    play, lines = spoken, LINES[spoken.language]
    gu = play.person("顾阿姨")
    if started:
        gu.starts()
        await play.until_quiet()
    gu.says(lines.chest)
    told = await (gu.reads(lines.call) if started else gu.sees(lines.call))
    for helper in play.people("fei", "tu", "wang"):
        await helper.asked_to("take", CARD, lines.chest)
    await play.person("li").reads("〔1001〕", lines.chest)
    await play.until_quiet()
    assert (await play.ticket()).deadline_class == "life"
    assert told.ephemeral_for == (None if started else gu.telegram)
    assert play.group_heard() == []
