"""Invented tickets for the storage tests."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from storage import Store
from tickets.events import Entry, Filed, Offered
from tickets.model import Said, Ticket
from tickets.policy import Reviewer
from tickets.replay import apply
from tickets.service import DeadlineClass

NOW = datetime(2026, 5, 11, 9, 30, tzinfo=UTC)
WALL = 1_800_000_000.0
GRID = "d.s1.c1.g1"
GROUP = -1001000000001


def filed(number: int, at: datetime = NOW, **changes: Any) -> tuple[Ticket, list[Entry]]:
    """A ticket just filed, with its journal."""
    entry = Entry(
        at=at,
        by="tg10021",
        event=Filed(
            number=number,
            grid=GRID,
            service="lamp",
            deadline_class=DeadlineClass.ORDINARY,
            private=False,
            danger=None,
            reporter="tg10021",
            reporter_name="陈己",
            reporter_language="zh",
            summary="3栋楼道灯坏了",
            said=Said(text="3栋楼道灯坏了", at=at, chat=GROUP, message=number),
            places=(),
            people=(),
            review=Reviewer.LEADER,
        ),
    )
    offered = Entry(at=at, by="gridbot", event=Offered(people=("tu", "wang")))
    ticket = apply(apply(None, entry), offered)
    return replace(ticket, **changes), [entry, offered]


async def keep(store: Store, **changes: Any) -> Ticket:
    """File a ticket and return it as it was kept."""
    async with store.unit() as unit:
        number = await unit.tickets.reserve_number()
        ticket, entries = filed(number, **changes)
        await unit.tickets.add(ticket, entries)
        await unit.commit()
    return ticket


def later(**span: float) -> datetime:
    return NOW + timedelta(**span)
