"""The group's budget: a burst of reports at Telegram's limits. Everybody gets a sign at once, the group stays calm."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.assemble import Tuning
from bot.stage import Resident
from rehearsal import Event
from tests.stories.theatre import GRID1, Play, playing

MATTERS = ("楼道灯坏了", "门口井盖松了", "门口垃圾没人收", "水管漏水", "门口路面塌了", "电梯坏了")
MINUTE = 60.0


@dataclass(frozen=True)
class Figures:
    """What a burst cost. Seconds are real ones, from each report (`acknowledged`) or from the first one (`cards`)."""

    reports: int
    within: float
    """How long it took to say all of them."""

    busiest_minute: int
    """Sends and edits in the group in the busiest 60 s."""

    refused: int
    """Calls answered with 429, in any chat."""

    acknowledged: float
    """The longest anybody waited for a reaction or a card."""

    cards: float
    """When the last card was there."""


async def burst(database_url: str, reports: int) -> Figures:
    """Let so many residents report different matters in one group, and measure until every card is there."""
    names = tuple(Resident(4000 + number, f"住户{number}") for number in range(reports))
    async with playing(database_url, limits=True, tuning=Tuning(), residents=names) as play:
        said = {}
        for number in range(reports):
            words = f"{number // len(MATTERS) + 1}栋{MATTERS[number % len(MATTERS)]}"
            message = play.world.say(4000 + number, GRID1, words)["message_id"]
            said[message] = play.world.history[-1].at_monotonic
        begin = min(said.values())
        await play.world.until(lambda: len(_cards(play)) >= reports, timeout=280, what=f"{reports} cards")
        first: dict[int, float] = {}
        for event in play.world.history:
            message = _about(play, event)
            if message is not None and message in said:
                first.setdefault(message, event.at_monotonic)
        cards = _cards(play)
        assert set(cards) == set(said), "every report has its own card"
        return Figures(
            reports=reports,
            within=max(said.values()) - begin,
            busiest_minute=busiest(play),
            refused=sum(call.error_code == 429 for call in play.world.calls),
            acknowledged=max(first[message] - at for message, at in said.items()),
            cards=max(cards.values()) - begin,
        )


def busiest(play: Play) -> int:
    """Return the most sends and edits that went to the group in any 60 s."""
    times = [
        call.at_monotonic
        for call in play.world.calls
        if str(call.params.get("chat_id")) == str(GRID1) and call.method.lower().startswith(("send", "edit"))
    ]
    return max(sum(start <= other < start + MINUTE for other in times) for start in times)


def _cards(play: Play) -> dict[int, float]:
    """Return for each report the moment its card came."""
    return {
        event.message.reply_to: event.at_monotonic
        for event in play.world.history
        if event.kind == "sent"
        and event.chat_id == GRID1
        and event.by == play.bot
        and event.message is not None
        and event.message.reply_to is not None
    }


def _about(play: Play, event: Event) -> int | None:
    """Return the report that a reaction or a card of the bot answers."""
    if event.chat_id != GRID1 or event.by != play.bot or event.message is None:
        return None
    if event.kind == "reacted":
        return event.message.id
    return event.message.reply_to if event.kind == "sent" else None


def check(found: Figures) -> None:
    """The promises of the group's budget."""
    assert found.within <= MINUTE
    assert found.busiest_minute <= 20
    assert found.refused <= 1
    assert found.acknowledged <= 10.0
    assert found.cards <= 240.0


async def test_twenty_five_reports_at_once(sqlite_url: str) -> None:
    """More than one minute holds: two windows, and nobody waits for a sign."""
    found = await burst(sqlite_url, 25)
    check(found)
    assert found.cards > 30.0, "a burst that fits into one minute would prove nothing"


@pytest.mark.prove
@pytest.mark.timeout(300)
async def test_sixty_reports_at_once(tmp_path: Path) -> None:
    """The full size."""
    check(await burst(f"sqlite+aiosqlite:///{tmp_path}/budget.db", 60))
