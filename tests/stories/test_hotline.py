"""T1: the hotline asks about a rain grate "reported many times". The leader goes, shows it, the answer goes back."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from tests.stories.conftest import Staging
from tests.stories.test_media import JPEG
from tests.stories.theatre import SAMPLE, Play, changed, in_english

CARD = "〔1001〕"
ENGLISH = {f"telegram: {number}}}": f"telegram: {number}, language: en}}" for number in (1002, 1004, 1013)}
"""Those who write with the bot in private do so in their own language."""


@dataclass(frozen=True)
class Lines:
    """What the hotline wrote, and what the leader says."""

    sent: str
    often: str
    short: str
    result: str
    proof: str
    answer: str
    nowhere: str


LINES = {
    "zh": Lines(
        sent="12345热线工单编号20260603-118，接群众投诉：3栋门口的雨水篦子破损，多次反映一直没修，存在安全隐患",
        often="说是多次反映",
        short="到了，看过了",
        result="我到现场了，两名工人正在施工，四周围了警示标志",
        proof="照片",
        answer="12345 热线",
        nowhere="没看出在哪个网格",
    ),
    "en": Lines(
        sent="12345 hotline no. 20260603-118: the storm drain grate in front of building 3 is broken, "
        "reported many times, never mended",
        often="reported many times",
        short="I was there and saw it",
        result="I am there: two workers are repairing it, warning signs stand around",
        proof="photo",
        answer="12345 hotline",
        nowhere="which grid",
    ),
}


async def test_the_hotline_is_answered_within_minutes(staging: Staging, language: str, tmp_path: Path) -> None:
    """A supervisor passes on what the hotline sent; the leader of that grid goes, and words alone are not enough."""
    file = SAMPLE if language == "zh" else changed(tmp_path, ENGLISH, in_english(tmp_path))
    async with staging(district=file) as play:
        await _answered(play, LINES[language])


async def _answered(play: Play, lines: Lines) -> None:
    li, wang, tu = play.people("li", "wang", "tu")
    li.tells(f"/file {lines.sent}")
    card = await wang.asked_to("take", CARD, lines.often, "20260603-118")
    await play.until_quiet()
    ticket = await play.ticket()
    assert ticket.source is not None
    assert (ticket.service, ticket.reporter, ticket.source.often) == ("drain_manhole", "li", True)
    assert ticket.asked == ("wang",), "the leader is sent, not the worker"
    assert not [text for text in tu.received() if CARD in text]
    await wang.taps(card, "take")
    await play.later(minutes=15)
    await wang.taps(await wang.asked_to("finish", CARD, lines.often), "finish")
    await play.until_quiet()
    wang.tells(lines.short)
    await wang.reads(lines.proof)  # neither a picture nor who is at work there
    assert (await play.ticket()).status == "handling"
    play.world.send_photo(wang.telegram, play.bot, JPEG, caption=lines.result)
    done = await li.asked_to("confirm", CARD, lines.result, lines.answer)
    await play.until_quiet()
    ticket = await play.ticket()
    assert ticket.result is not None
    assert lines.short in ticket.result.words, "what came in pieces is one result"
    assert ticket.result.media
    assert ticket.result.at - ticket.filed_at < timedelta(minutes=20)
    # Li reported it, and never reviews; the leader did it, and never reviews either.
    assert ticket.reviewers == ("wei",)
    await play.person("wei").taps(await play.person("wei").asked_to("approve", CARD, lines.result), "approve")
    await li.taps(done, "confirm")
    await play.until_quiet()
    ticket = await play.ticket()
    assert (ticket.ending, ticket.reviewed_by) == ("solved", "wei")
    assert play.group_heard() == []


async def test_what_the_hotline_sent_is_forwarded(play: Play) -> None:
    """A forwarded message is filed by itself; without a place the sender is asked for one."""
    lines = LINES["zh"]
    wei, feng = play.people("wei", "feng")
    wei.tells("/file 12345热线：有居民投诉路灯不亮")
    await wei.reads(lines.nowhere)
    first = wei.tells("12345热线：20幢门口井盖松动，反复投诉")
    await play.until_quiet()
    play.world.forward(wei.telegram, play.bot, play.bot, first)
    await feng.asked_to("take", "井盖", lines.often)
    await play.until_quiet()
    assert (await play.ticket(await newest(play))).grid == "d.s1.c1.g2"


async def newest(play: Play) -> int:
    """Return the number of the newest ticket."""
    number = 1001
    while not await play.no_ticket(number + 1):
        number += 1
    return number
