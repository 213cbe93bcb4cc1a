"""/metrics: the figures are right, in Prometheus' own words, and tell nothing of people."""

import asyncio
import re
from datetime import timedelta

import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from bot.stage import TOKEN
from handlers.web.figures import Figures
from handlers.web.metrics import Metrics
from handlers.web.vitals import Role, Totals, Vitals
from tests.stories.theatre import GRID1, GRID2, PATIENCE
from tests.web.conftest import RESIDENT, House, Open

TOKEN_SECRET = TOKEN.partition(":")[2]
LABELS = {"status", "deadline_class", "kind", "end", "code", "part", "role"}


def families(page: str) -> dict[str, Metric]:
    return {one.name: one for one in text_string_to_metric_families(page)}


def value(page: str, name: str, **labels: str) -> float:
    """Return the value of the one sample with these labels."""
    found = [
        sample.value
        for family in families(page).values()
        for sample in family.samples
        if sample.name == name and sample.labels == labels
    ]
    assert len(found) == 1, (name, labels, found)
    return found[0]


async def scraped(home: House) -> str:
    home.service.front._reader._last = None  # what is kept for some seconds is forgotten
    status, page = await home.get("/metrics")
    assert status == 200
    return str(page)


async def aged(home: House, seconds: float) -> str:
    """Scrape until the service has followed a jump of the clock."""
    async with asyncio.timeout(PATIENCE):
        while True:
            page = await scraped(home)
            if value(page, "gridbot_oldest_open_ticket_age_seconds") >= seconds:
                return page


@pytest.mark.parametrize("webhook", [True, False], ids=["webhook", "polling"])
async def test_figures_follow_what_happens(house: Open, sqlite_url: str, webhook: bool) -> None:
    async with house(sqlite_url, webhook=webhook) as home:
        await home.until_readyz(200)
        page = await scraped(home)
        before = value(page, "gridbot_updates_total", end="handled")
        assert "gridbot_open_tickets{" not in page
        assert value(page, "gridbot_oldest_open_ticket_age_seconds") == 0
        assert value(page, "gridbot_ready") == 1
        home.said("3栋楼道灯坏了", GRID1)
        home.said("5栋电梯里困了人，快来", GRID2)
        await home.cards(1, GRID1)
        await home.cards(1, GRID2)
        await home.rehearsal.world.settled()
        home.rehearsal.clock.advance(timedelta(minutes=2))
        page = await aged(home, 120)
        assert value(page, "gridbot_updates_total", end="handled") == before + 2
        assert value(page, "gridbot_open_tickets", status="filed", deadline_class="ordinary") == 1
        assert value(page, "gridbot_open_tickets", status="filed", deadline_class="life") == 1
        assert value(page, "gridbot_speaker_calls_total", end="sent") >= 4
        assert value(page, "gridbot_outbox_rows", status="sent") >= 4
        assert value(page, "gridbot_role", part="speaker", role="working") == 1
        assert value(page, "gridbot_role", part="speaker", role="standing_by") == 0
        assert value(page, "gridbot_parked_updates") == 0
        assert value(page, "gridbot_waiting_updates") >= 0
        age = "update" if webhook else "fetch"
        assert value(page, f"gridbot_last_{age}_age_seconds") < PATIENCE
        assert value(page, "process_resident_memory_bytes") > 1e6


async def test_nothing_of_people_is_told(house: Open, sqlite_url: str) -> None:
    async with house(sqlite_url) as home:
        home.said("3栋楼道灯坏了，老人昨天摔了一跤")
        await home.cards(1)
        await home.deliver({"update_id": 5, "message": {"text": "坏的更新", "from": {"id": RESIDENT}}})
        page = await scraped(home)
        _, ready = await home.get("/readyz")
    assert value(page, "gridbot_updates_total", end="parked") == 1
    assert value(page, "gridbot_parked_updates") == 1
    everything = page + repr(ready)
    assert everything.isascii()
    for told in (str(RESIDENT), str(GRID1), "1001", TOKEN_SECRET):
        assert not re.search(rf"\b{re.escape(told)}\b", everything), told
    for family in families(page).values():
        for sample in family.samples:
            if sample.name.startswith("gridbot_"):
                assert set(sample.labels) <= LABELS
                assert all(re.fullmatch(r"[a-z_]+|[0-9]{3}", word) for word in sample.labels.values()), sample


async def test_an_unsaid_row_ages(house: Open, sqlite_url: str) -> None:
    async with house(sqlite_url) as home:
        home.rehearsal.world.faults.add("sendMessage", "502", times=None)
        home.said("3栋楼道灯坏了")
        counts = home.service.speaker.counts
        await home.rehearsal.world.until(
            lambda: counts.retried + counts.unknown >= 2, timeout=PATIENCE, what="tries that fail"
        )
        page = await scraped(home)
        first = value(page, "gridbot_speaking_lag_seconds")
        assert first > 0
        assert sum(value(page, "gridbot_speaker_calls_total", end=end) for end in ("retried", "unknown")) >= 2
        assert value(await scraped(home), "gridbot_speaking_lag_seconds") > first
        home.rehearsal.world.faults.clear()
        await home.cards(1)


async def test_figures_are_read_once_in_a_while(house: Open, sqlite_url: str) -> None:
    async with house(sqlite_url) as home:
        reader = home.service.front._reader
        first = await reader.figures()
        assert first is not None
        assert await reader.figures() is first
        reader._last = None
        assert await reader.figures() is not first


def test_without_the_database_the_rest_is_told() -> None:
    vitals = Vitals(lambda: 50.0, listener=Role.WORKING, telegram_at=45.0, totals=lambda: Totals({"handled": 3}))
    page = Metrics(vitals).page(None).decode()
    assert value(page, "gridbot_database_answers") == 0
    assert value(page, "gridbot_last_telegram_answer_age_seconds") == 5
    assert value(page, "gridbot_updates_total", end="handled") == 3
    assert not {"gridbot_open_tickets", "gridbot_outbox_rows", "gridbot_speaking_lag_seconds"} & set(families(page))
    assert not any(name.startswith("gridbot_last_fetch") for name in families(page)), "never yet is not zero"


def test_two_registries_do_not_meet() -> None:
    figures = Figures({"sent": 2}, 1.5, {("filed", "life"): 4}, 60.0, 0, {"late_step": 1})
    one, two = (Metrics(Vitals(lambda: 0.0)) for _ in range(2))
    assert value(one.page(figures).decode(), "gridbot_open_tickets", status="filed", deadline_class="life") == 4
    assert value(one.page(figures).decode(), "gridbot_audit_findings", kind="late_step") == 1
    assert "gridbot_outbox_rows" not in families(two.page(None).decode())
