"""N4: an enforcement officer of three grids finds a blind spot in a back street; it is his; what stays goes up.

N5: a grid without a lawyer or a doctor is named by the digests, and on the board.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.stories.theatre import GRID2, Play, changed, in_english, playing, wednesday

OFFICER = "  - {{id: luo,   name: 罗亥, telegram: 1031, language: {language}}}\n"
POSTS = "".join(
    f"  - {{person: luo, area: d.s1.c1.g{grid}, role: specialist, skill: enforcement}}\n" for grid in (1, 2, 3)
)
CARD = "〔1001〕"


@dataclass(frozen=True)
class Lines:
    """What the officer writes, and what he and those above him read."""

    nowhere: str
    where: str
    found: str
    filed: str
    his: str
    asked: str
    done: str
    title: str


LINES = {
    "zh": Lines(
        nowhere="/file 后街夹道成了卫生死角，垃圾堆了一人高",
        where="您管几个网格：湘河社区第一网格",
        found="/file 20幢后面的夹道成了卫生死角，垃圾堆了一人高",
        filed="立了〔1001〕",
        his="是您自己发现的",
        asked="办了什么",
        done="环卫清了三车，装了挡板",
        title="罗执法员",
    ),
    "en": Lines(
        nowhere="/file The back lane is full of garbage, nobody ever cleans there",
        where="You serve several grids: 湘河社区第一网格",
        found="/file The lane behind building 20 is full of garbage, nobody ever cleans there",
        filed="〔1001〕",
        his="You found it yourself",
        asked="What was done?",
        done="Three loads taken away, and a fence put up",
        title="Enforcement officer Luo",
    ),
}


def patrolled(folder: Path, language: str) -> Path:
    """The sample district with an officer who serves all three grids."""
    first = "  - {id: shi,   name: 施未, telegram: 1024}\n"
    posts = "  # The school, a dedicated grid.\n"
    file = changed(folder, {first: first + OFFICER.format(language=language), posts: POSTS + posts})
    return in_english(folder, file) if language == "en" else file


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_what_the_officer_finds_is_his_and_goes_up_when_it_stays(
    sqlite_url: str, tmp_path: Path, language: str
) -> None:
    """He reports from his own phone; nobody else is asked; late it goes to the leader, then up; the leader reviews."""
    lines = LINES[language]
    async with playing(sqlite_url, district=patrolled(tmp_path, language)) as play:
        luo, feng, li = play.people("luo", "feng", "li")
        luo.tells(lines.nowhere)
        await luo.reads(lines.where)
        assert await play.no_ticket()
        luo.tells(lines.found)
        await luo.reads(lines.filed)
        card = await luo.asked_to("finish", CARD, lines.his)
        await play.until_quiet()
        ticket = await play.ticket()
        assert (ticket.grid, ticket.handler, ticket.reporter) == ("d.s1.c1.g2", "luo", "luo")
        assert ticket.offered == ("luo",)
        await only(play, "luo")
        await play.at(wednesday(18, 5))
        late = await feng.reads(CARD, lines.title)
        assert late.text.startswith(CARD)
        assert not [text for text in li.received() if text.startswith(CARD)]
        await play.at(wednesday(14, 0, days=1))
        assert [text for text in li.received() if text.startswith(CARD) and lines.title in text]
        await luo.taps(card, "finish")
        await play.until_quiet()
        luo.tells(lines.done, reply_to=await luo.reads(CARD, lines.asked))
        review = await feng.asked_to("approve", CARD, lines.done)
        assert review.key != late.key
        await feng.taps(review, "approve")
        await play.until_quiet()
        ticket = await play.ticket()
        assert (ticket.status, ticket.ending, ticket.reviewed_by) == ("closed", "solved", "feng")
        assert play.group_heard(GRID2) == []


async def only(play: Play, *asked: str) -> None:
    """Nobody else of the staff has a card so far."""
    holders = {
        event.chat_id
        for event in play.world.history
        if event.kind == "sent" and event.message and (event.chat_id or 0) > 0 and CARD in event.message.text
    }
    assert holders == {person.telegram for person in play.people(*asked)}


@pytest.mark.parametrize(
    ("language", "every", "here"),
    [
        (
            "zh",
            "还缺：法官/检察官/律师（第一网格和第三网格）；老师（第一网格、第二网格和第三网格）；医生（第三网格）",
            "还缺：法官",
        ),
        ("en", "Still lacking: judge/prosecutor/lawyer (第一网格 and 第三网格); teacher (", "Still lacking: judge/"),
    ],
)
async def test_whom_the_grids_lack_is_named(
    sqlite_url: str, tmp_path: Path, language: str, every: str, here: str
) -> None:
    """The district's digest names each trade and where it is missing; the leader's board says what his grid lacks."""
    leader = "telegram: 1012}"
    file = changed(tmp_path, {leader: leader.replace("}", f", language: {language}}}")})
    async with playing(sqlite_url, district=in_english(tmp_path, file) if language == "en" else file) as play:
        jiang, chu = play.people("jiang", "chu")
        chu.tells("/board")
        board = await chu.reads(here)
        assert "网格）" not in board.text.partition(here)[2], "of one's own grid the name goes without saying"
        await play.at(wednesday(18, 25))
        digest = await jiang.reads(every)
        assert digest.text.startswith("示例区")
