"""What a row says is decided when it is sent."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.speaker import Presenter
from bot.speaker.present import Dropped, irrelevant
from messages import Rendered
from messages.samples import NOW, asked, district, fed_back, figures, light, services, taken
from storage import Outgoing, Store
from tests.speaker.test_choose import ROW
from tickets.digest import Digest
from tickets.events import Entry, Routed
from tickets.model import Ending, Route, Status, Ticket
from tickets.notices import NoticeKind
from tickets.parts import Refusal
from tickets.policy import default_policy
from tickets.roster import AreaCode, PersonId
from tickets.team import Team, team_of


async def circle(ticket: Ticket, reader: PersonId, now: datetime) -> tuple[Route, frozenset[PersonId]]:
    return ticket.route, frozenset({"tu", "xu"})


async def day(row: Outgoing, now: datetime) -> Digest:
    assert row.data["area"] == "d.s1.c1"
    return figures()


async def listed(row: Outgoing, now: datetime) -> tuple[Ticket, ...]:
    return (taken(),)


def serving(grid: AreaCode, now: datetime) -> Team:
    return team_of(district(), services(), default_policy(), grid, now)


@pytest.fixture
def presenter(sqlite_store: Store) -> Presenter:
    return Presenter(sqlite_store, district, services(), circle, day, listed, serving)


async def keep(store: Store, ticket: Ticket) -> None:
    async with store.unit() as unit:
        await unit.tickets.add(ticket, [Entry(NOW, "tu", Routed(ticket.route))])
        await unit.commit()


def row(template: str, reader: str | None = None, **facts: Any) -> Outgoing:
    return replace(ROW, template=template, reader=reader, ticket=1024, reply_to=None, **facts)


async def labels(presenter: Presenter, one: Outgoing) -> set[str]:
    words = await presenter.present(one, NOW)
    assert isinstance(words, Rendered)
    return {button.text for line in words.buttons for button in line}


async def test_a_card_reads_the_present_state_and_offers_what_its_reader_may_do(
    presenter: Presenter, sqlite_store: Store
) -> None:
    await keep(sqlite_store, fed_back())
    group = await labels(presenter, row("group_card"))
    leader = await labels(presenter, row("staff_card", "wang", chat=1002))
    worker = await labels(presenter, row("staff_card", "tu", chat=1001))
    assert {"已解决", "没解决"} <= group
    assert {"通过", "退回"} <= leader
    assert not worker & {"通过", "退回", "已解决", "没解决"}
    assert not group & leader


async def test_the_language_is_the_row_s(presenter: Presenter, sqlite_store: Store) -> None:
    await keep(sqlite_store, taken())
    zh, en, odd = [await presenter.present(row("group_card", language=one), NOW) for one in ("zh", "en", "xx")]
    assert isinstance(zh, Rendered)
    assert isinstance(en, Rendered)
    assert zh == odd
    assert zh.html != en.html


async def test_figures_and_lists_are_fetched_when_they_are_said(presenter: Presenter) -> None:
    digest = replace(row("digest", "li", data={"area": "d.s1.c1"}), ticket=None)
    words = await presenter.present(digest, NOW)
    assert isinstance(words, Rendered)
    assert "12" in words.html
    late = await presenter.present(replace(row("late_list", "li"), ticket=None), NOW)
    assert isinstance(late, Rendered)
    assert "1024" in late.html


async def test_what_is_over_is_dropped_unless_it_must_be_found_again(presenter: Presenter, sqlite_store: Store) -> None:
    assert isinstance(await presenter.present(row("group_card"), NOW), Dropped)
    await keep(sqlite_store, taken())
    assert isinstance(await presenter.present(row("remind_take", "tu"), NOW), Dropped)
    expired = row("group_card", expires_at=NOW - timedelta(seconds=1))
    assert isinstance(await presenter.present(expired, NOW), Dropped)
    assert isinstance(await presenter.present(expired, NOW, anyway=True), Rendered)
    assert isinstance(await presenter.present(row("remind_take", "tu"), NOW, anyway=True), Rendered)


def closed(ending: Ending) -> Ticket:
    return replace(fed_back(), status=Status.CLOSED, ending=ending, closed_at=NOW)


REFUSED = replace(light(), refusals=(Refusal("tu", "busy"),))
RELEVANT: list[tuple[str, str | None, Callable[[], Ticket], bool]] = [
    ("remind_take", "tu", light, True),
    ("remind_take", "tu", taken, False),
    ("remind_take", "tu", lambda: REFUSED, False),
    ("repeat_life", "tu", lambda: REFUSED, False),
    ("not_taken", "wang", light, True),
    ("not_taken", "wang", taken, False),
    ("remind_done", "tu", taken, True),
    ("remind_done", "xu", taken, False),
    ("remind_done", "tu", fed_back, False),
    ("overdue", "wang", taken, True),
    ("overdue", "wang", asked, False),
    ("overdue", "wang", fed_back, False),
    ("question", None, asked, True),
    ("question", None, lambda: asked("2单元"), False),
    ("question", None, lambda: closed(Ending.WITHDRAWN), False),
    ("result", None, fed_back, True),
    ("result", None, taken, False),
    ("review_wanted", "wang", fed_back, True),
    ("review_wanted", "wang", taken, False),
    ("closed", None, lambda: closed(Ending.SOLVED), True),
    ("closed", None, taken, False),
    ("safety", None, lambda: closed(Ending.SOLVED), True),
    ("answered", "tu", taken, True),
    ("staff_card", "tu", light, True),
    ("staff_card", "tu", lambda: closed(Ending.SOLVED), False),
    ("group_card", None, lambda: closed(Ending.SOLVED), True),
    ("group_card", None, lambda: closed(Ending.WITHDRAWN), False),
]


@pytest.mark.parametrize(("template", "reader", "ticket", "matters"), RELEVANT)
def test_what_still_matters(template: str, reader: str | None, ticket: Callable[[], Ticket], matters: bool) -> None:
    assert (irrelevant(row(template, reader), ticket()) is None) is matters


def test_a_card_that_stands_there_is_always_brought_up_to_date() -> None:
    for kind in (NoticeKind.STAFF_CARD, NoticeKind.GROUP_CARD):
        assert irrelevant(row(kind, message_id=9), closed(Ending.WITHDRAWN)) is None
