"""The bot stands still for hours while deadlines pass; what it does on return is looked at row by row."""

import functools
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.district import Loaded, load_district
from handlers.actions.act import act
from handlers.actions.bundling import fold
from handlers.actions.circle import around
from handlers.actions.deliver import deliver
from handlers.actions.hand_over import ask_on_the_eve
from handlers.actions.morning import post_mornings
from handlers.actions.pages import paged
from handlers.actions.ticks import climb_due, post_digests
from handlers.deps import Deps
from handlers.directory import Directory
from parsing import load_catalogue
from storage import Outgoing, OutKind, Store, open_store
from tests.stories.theatre import SAMPLE, SHANGHAI
from tickets.commands import Approve, Ask, Command, File, Finish, PutOnHold, Take
from tickets.decide import open_ticket
from tickets.drafting import Refused
from tickets.events import Climbed
from tickets.model import Said, Status, Ticket
from tickets.notices import Priority
from tickets.roster import PersonId
from tickets.service import DeadlineClass

MONDAY = datetime(2026, 6, 1, 8, 30, tzinfo=SHANGHAI)
GRIDS = ("d.s1.c1.g1", "d.s1.c1.g2")
RESIDENTS = range(6000, 6012)
KINDS = (*(DeadlineClass.ORDINARY,) * 4, *DeadlineClass)
MOST = 3
"""Messages that anybody may get when the bot is back, matters of life apart."""


@dataclass
class Account:
    """What happened on return."""

    hours: float
    due: int = 0
    """Steps that had fallen due."""
    again: int = 0
    """Steps that happened a second time."""
    disordered: int = 0
    left: int = 0
    """Tickets that are still due afterwards."""
    said: Counter[int] = field(default_factory=Counter)
    """New messages by private chat, life apart."""
    empty: int = 0
    """Bundles that had nothing to say."""
    after: int = 0
    """What a second look added."""

    @property
    def most(self) -> int:
        """Return how many messages whoever got most of them got."""
        return max(self.said.values(), default=0)

    @property
    def held(self) -> bool:
        """Whether all that is promised was kept."""
        return (
            self.due > 0
            and self.most <= MOST
            and not any((self.again, self.disordered, self.left, self.after, self.empty))
        )

    def __str__(self) -> str:
        return (
            f"{self.due} steps due after {self.hours:g} h; {self.again} twice, {self.disordered} out of order, "
            f"{self.left} left, {self.after} more at the second look; {sum(self.said.values())} messages to "
            f"{len(self.said)} people, {self.most} at most"
        )


@functools.cache
def _loaded() -> Loaded:
    return load_district(SAMPLE, load_catalogue())


def deps_on(store: Store, now: Callable[[], datetime]) -> Deps:
    """Return what use cases need over the sample district, at any time one likes."""
    loaded = _loaded()
    return Deps(
        store,
        now,
        lambda: now().timestamp(),
        Directory(loaded.district),
        loaded.services,
        loaded.policy,
        (),
        1,
        "gridbot",
    )


async def file(deps: Deps, kind: DeadlineClass, reporter: PersonId, grid: str, chat: int) -> Ticket:
    """File a matter of a class, as a request does it."""
    now, service = deps.now(), deps.services["other"]
    async with deps.store.unit() as unit:
        circle = await around(deps, unit, now, grid=grid, service=service.code, deadline_class=kind, reporter=reporter)
        number = await unit.tickets.reserve_number()
        said = Said("灯坏了", now, chat, number)
        command = File(number, reporter, "陈己", "zh", grid, service.code, kind, False, None, "灯坏了", said)
        made = open_ticket(command, now, deps.policy, circle)
        await unit.tickets.add(made.ticket, made.entries)
        await deliver(deps, unit, made.ticket, made.notices, now)
        await unit.commit()
    return made.ticket


async def everybody_started(deps: Deps) -> None:
    """Let the staff and the residents have pressed Start long ago."""
    staff = [one.telegram for one in deps.district.people.values() if one.telegram is not None]
    async with deps.store.unit() as unit:
        for telegram in (*staff, *RESIDENTS):
            await unit.contacts.see(telegram, "员", "zh")
            await unit.contacts.set_started(telegram, True)
        await unit.commit()


async def look(deps: Deps) -> None:
    """Do everything that the clock causes."""
    await climb_due(deps, _fail)
    await post_digests(deps)
    await post_mornings(deps)
    await ask_on_the_eve(deps)


def _fail(number: int, error: Exception) -> None:
    raise AssertionError(f"ticket {number} cannot be decided") from error


async def say(deps: Deps) -> list[Outgoing]:
    """Say everything that may be said now; return the rows as they were before."""
    said: list[Outgoing] = []
    while True:
        async with deps.store.unit() as unit:
            rows = await unit.outbox.ready(deps.now(), 4e9)
            for row in rows:
                new = row.message_id or 1000 + row.id
                await unit.outbox.claim(row.id, row.generation, None, 0.0)
                await unit.outbox.sent(row.id, row.generation, new, 0.0)
            await unit.commit()
        if not rows:
            return said
        said += rows


async def live(deps: Deps, dice: random.Random) -> None:
    """Let people do one thing with one open matter."""
    async with deps.store.look() as unit:
        open_ = await unit.tickets.open_in(None)
    ticket = dice.choice(open_)
    by = ticket.handler or next(iter(ticket.asked), "")
    wanted: list[Command] = [Take(by), Ask(by, "几单元？"), Finish(by, "好了")]
    wanted.append(PutOnHold(by, "等材料", deps.now() + timedelta(hours=dice.randint(2, 60))))
    if ticket.status is Status.FED_BACK and ticket.reviewers:
        wanted = [Approve(ticket.reviewers[0])]
    try:
        await act(deps, ticket.id, dice.choice(wanted))
    except Refused:
        return


async def stand_still(url: str, *, hours: float, matters: int, seed: int) -> Account:
    """Live two days with so many matters, stop, come back after `hours`, and give an account."""
    dice, clock, account = random.Random(seed), [MONDAY], Account(hours)
    store = await open_store(url)
    await store.migrate()
    deps = deps_on(store, lambda: clock[0])
    await everybody_started(deps)
    for number in range(matters):
        grid = dice.choice(GRIDS)
        await file(deps, dice.choice(KINDS), f"tg{dice.choice(RESIDENTS)}", grid, deps.district.areas[grid].chat or 0)
        if dice.random() < 0.6:
            await live(deps, dice)
        if number % max(1, matters // 48) == 0:
            clock[0] += timedelta(minutes=40 if number else 0)
            await look(deps)
            await say(deps)
    clock[0] += timedelta(minutes=dice.randint(1, 300))
    await look(deps)
    await say(deps)
    await store.close()
    clock[0] += timedelta(hours=hours)
    store = await open_store(url)
    deps = deps_on(store, lambda: clock[0])
    try:
        await _return(deps, account)
    finally:
        await store.close()
    return account


async def _return(deps: Deps, account: Account) -> None:
    async with deps.store.look() as unit:
        before = {one.id: one for one in await unit.tickets.open_in(None)}
    account.due = sum(step.due <= deps.now() for one in before.values() for step in one.steps)
    await fold(deps)
    await look(deps)
    for row in await say(deps):
        new = row.kind is OutKind.MESSAGE or (row.kind is OutKind.CARD and row.message_id is None)
        if row.chat > 0 and new and row.priority != Priority.LIFE:
            account.said[row.chat] += 1
        if row.template == "bundle":
            account.empty += await paged(deps, "bundle", row.reader, row.data, deps.now()) is None
    async with deps.store.look() as unit:
        account.left = len(await unit.tickets.due(deps.now()))
        for number in before:
            steps = [one.event.step for one in await unit.tickets.journal(number) if isinstance(one.event, Climbed)]
            account.again += len(steps) - len({step.id for step in steps})
            returned = [step.due for step in steps if step.id in {one.id for one in before[number].steps}]
            account.disordered += returned != sorted(returned)
    await look(deps)
    account.after = len(await say(deps))
