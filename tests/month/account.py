"""The account of a month: what became of every matter, who got how many messages, and what must never happen."""

import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

import sqlalchemy as sa

from handlers.actions.ticks import audit
from handlers.deps import Deps
from rehearsal.model import Event
from storage.tables import OUTBOX
from tests.month.replay import Replay
from tickets.events import Climbed, Entry
from tickets.model import Ending, Status, Ticket
from tickets.policy import Reviewer, Rung
from tickets.roster import PersonId
from tickets.service import DeadlineClass

NUMBER = re.compile(r"^〔(\d+)")


@dataclass
class Told:
    """What the bot said, counted as it goes by."""

    bot: int
    sent: int = 0
    edited: int = 0
    by_day: Counter[tuple[int, date]] = field(default_factory=Counter)
    """Person and day -> new messages; edits make no sound."""

    by_minute: Counter[tuple[int, datetime]] = field(default_factory=Counter)
    live: dict[str, set[tuple[int, int]]] = field(default_factory=lambda: defaultdict(set))
    crowded: set[str] = field(default_factory=set)
    """Tickets that had more than one live card in their group at any moment."""

    def hear(self, event: Event) -> None:
        """Count one change."""
        message = event.message
        if message is None or event.by != self.bot or event.kind not in ("sent", "edited", "deleted"):
            return
        self.sent += event.kind == "sent"
        self.edited += event.kind == "edited"
        if event.kind == "sent" and (reader := message.ephemeral_for or message.chat_id) > 0:
            self.by_day[reader, event.at.date()] += 1
        if message.chat_id > 0 or message.ephemeral_for is not None:
            return
        if event.kind != "deleted":
            self.by_minute[message.chat_id, event.at.replace(second=0, microsecond=0)] += 1
        self._card(event.kind, message.text, (message.chat_id, message.id))

    def join(self, other: "Told") -> None:
        """Add what another bot said in its part of the town: its people are others, whatever their ids."""
        apart = 10**14 * (1 + max(who // 10**14 for who, _ in [*self.by_day, (0, date.min)]))
        self.sent += other.sent
        self.edited += other.edited
        self.by_day.update({(who + apart, day): count for (who, day), count in other.by_day.items()})
        self.by_minute.update({(chat - apart, at): count for (chat, at), count in other.by_minute.items()})

    def _card(self, kind: str, text: str, place: tuple[int, int]) -> None:
        found = NUMBER.match(text)
        if found is None:
            return
        cards = self.live[found[1]]
        if kind == "deleted" or text.endswith("↓"):
            cards.discard(place)
        else:
            cards.add(place)
        if len(cards) > 1:
            self.crowded.add(found[1])


@dataclass
class Account:
    """What was found at rest. `wrong` must be empty: one line for each thing that must never happen."""

    matters: int
    grids: int
    days: int
    seed: int
    tickets: list[Ticket]
    taken: dict[int, list[datetime]]
    """Ticket -> when it was taken, each time."""

    climbed: Counter[str]
    agreed: int
    joined: int
    talk: int
    told: Told
    staff: frozenset[int]
    world: Counter[str]
    """What happened in the world around: moves of the clock, acts of people, who blocked, who was away."""

    cpu: float
    seconds: float
    wrong: list[str]


def together(accounts: Sequence[Account]) -> Account:
    """Return the account of a town from those of its parts, each of which had a bot of its own."""
    whole, *others = accounts
    for number, one in enumerate(others, start=1):
        apart = number * 10**9
        whole.matters += one.matters
        whole.grids += one.grids
        whole.tickets += [replace(ticket, id=ticket.id + apart) for ticket in one.tickets]
        whole.taken |= {ticket + apart: taken for ticket, taken in one.taken.items()}
        whole.climbed += one.climbed
        whole.agreed += one.agreed
        whole.joined += one.joined
        whole.talk += one.talk
        whole.told.join(one.told)
        whole.staff |= {who + number * 10**14 for who in one.staff}
        whole.world += one.world
        whole.cpu += one.cpu
        whole.seconds = max(whole.seconds, one.seconds)
        whole.wrong += [f"part {number + 1}: {what}" for what in one.wrong]
    return whole


async def settle(
    world: Replay, told: Told, size: tuple[int, int, int], began: tuple[float, float], around: Counter[str]
) -> Account:
    """Look at everything once the month is over and some days have passed. `size`: matters, grids, days."""
    deps = world.play.service.deps
    async with deps.store.look() as unit:
        tickets = await unit.tickets.touched_since(datetime(2000, 1, 1, tzinfo=world.now.tzinfo))
        lost = await unit.contacts.unreachable(deps.district.joined.keys())
        ready = await unit.outbox.ready(world.now, deps.wall() + 600, 10)
        unsettled = await unit.outbox.unsettled()
        rows = await unit.outbox._line.all(
            sa.select(OUTBOX.c.template, OUTBOX.c.data, OUTBOX.c.error).where(
                sa.or_(OUTBOX.c.status == "failed", OUTBOX.c.template.in_(("audit", "parked")))
            )
        )
        journals = {one.id: await unit.tickets.journal(one.id) for one in tickets}
    unreachable = frozenset(deps.district.joined[telegram] for telegram in lost)
    wrong = [f"the auditor finds {one}" for one in await audit(deps)]
    wrong += [f"row {row.id} ({row.template}) is queued for ever" for row in (*ready, *unsettled)]
    wrong += [f"a message is refused: {row.template}, {row.error}" for row in rows if not _away(row.error or "blocked")]
    wrong += [f"the operators are told: {row.data}" for row in rows if row.template in ("audit", "parked")]
    wrong += [f"ticket {number}: more than one live card at a moment" for number in sorted(told.crowded)]
    for ticket in tickets:
        journal = journals[ticket.id]
        wrong += (f"ticket {ticket.id}: {what}" for what in _wrong(deps, world, ticket, journal, unreachable))
    origins = {(one.origin.chat, one.origin.message) for one in tickets}
    joined = {(one.said.chat, one.said.message) for ticket in tickets for one in ticket.joined}
    further = {(said.chat, said.message) for ticket in tickets for said in ticket.said[1:]}
    elsewhere = (joined | further) & set(world.said)
    talk = len(set(world.said) - origins - elsewhere)
    return Account(
        *size,
        world.seed,
        tickets,
        {number: [one.at for one in journal if one.event.kind == "taken"] for number, journal in journals.items()},
        Counter(level for journal in journals.values() if (level := _level(journal))),
        sum(not one.open and _agreed(one, journals[one.id]) for one in tickets),
        len(elsewhere),
        talk,
        told,
        frozenset(deps.district.joined),
        around + Counter({"moves of the clock": world.jumps, "acts": world.acts}),
        time.process_time() - began[0],
        time.perf_counter() - began[1],
        wrong,
    )


def _away(why: str) -> bool:
    """Whether a message failed because its reader blocked the bot, or never came to it."""
    return "blocked" in why or "initiate" in why


def _level(journal: Sequence[Entry]) -> str:
    """Return how high a ticket climbed; empty where it stayed with those who do the work."""
    steps = [entry.event.step for entry in journal if isinstance(entry.event, Climbed)]
    above = [step.level for step in steps if step.rung is Rung.ABOVE]
    if above:
        return f"{max(above) + 1} above the leader"
    return "the leader" if any(step.rung is Rung.LEADER for step in steps) else ""


def _wrong(
    deps: Deps, world: Replay, ticket: Ticket, journal: Sequence[Entry], unreachable: Iterable[PersonId]
) -> Iterable[str]:
    """Yield what is wrong with one ticket."""
    if not ticket.open:
        yield from _dishonest(ticket, journal)
        return
    if ticket.next_due is None:
        yield "open, and nothing will ever be due"
    elif ticket.next_due <= world.now:
        yield f"its step of {ticket.next_due:%m-%d %H:%M} is overdue"
    owners = _owners(ticket)
    if not [one for one in owners if deps.telegram_of(one) is not None and one not in unreachable]:
        yield f"{ticket.status}, and nobody who can be reached has it (of {', '.join(owners) or 'nobody'})"


def _owners(ticket: Ticket) -> tuple[PersonId, ...]:
    """Return whoever holds a ticket or is asked; once a result waits for the resident's word that is the resident."""
    if ticket.status is Status.REVIEWED or (ticket.status is Status.FED_BACK and ticket.review is Reviewer.RESIDENT):
        return (ticket.handler,) if ticket.handler else ()
    if ticket.status in (Status.FED_BACK, Status.CONFIRMED):
        return ticket.reviewers
    if ticket.status is Status.FILED:
        return (*ticket.asked, *ticket.route.leaders, *(boss for level in ticket.route.above for boss in level))
    if ticket.handler in ticket.missed:  # he has blocked the bot, and whoever leads was told that it is for them now
        return (ticket.handler, *ticket.route.leaders, *(boss for level in ticket.route.above for boss in level))
    return (ticket.handler,) if ticket.handler else ()


def _dishonest(ticket: Ticket, journal: Sequence[Entry]) -> Iterable[str]:
    """Yield what an ending says that is not so."""
    if ticket.ending is None:
        yield "closed without an ending"
    if ticket.steps:
        yield "closed, and a clock still runs"
    if ticket.ending in (Ending.SOLVED, Ending.EXPLAINED):
        if ticket.result is None:
            yield f"{ticket.ending}, and nobody said what was done"
        elif not ticket.unanswered and not _agreed(ticket, journal):
            yield f"{ticket.ending}, and the resident neither agreed nor was waited for"
    if ticket.ending is Ending.WITHDRAWN and _last(journal, "closed").by != ticket.reporter:
        yield "withdrawn, and not by its reporter"


def _last(journal: Sequence[Entry], kind: str) -> Entry:
    return next(entry for entry in reversed(journal) if entry.event.kind == kind)


def _agreed(ticket: Ticket, journal: Sequence[Entry]) -> bool:
    """Whether the reporter said yes to what was done last."""
    last = {entry.event.kind: entry for entry in journal}
    early = last.get("confirmed")
    if ticket.result is None or "closed" not in last:
        return False
    mine = last["closed"].by == ticket.reporter and ticket.ending is not Ending.WITHDRAWN
    return mine or (early is not None and early.at >= ticket.result.at)


# The table


def share(values: Sequence[float], part: float) -> float:
    """Return the value below which `part` of them are."""
    found = sorted(values)
    return found[min(len(found) - 1, int(len(found) * part))] if found else 0.0


def report(account: Account) -> str:
    """Return the account as a page."""
    tickets = account.tickets
    endings = Counter(str(one.ending) for one in tickets if not one.open)
    standing = Counter(str(one.status) for one in tickets if one.open)
    people = [count for (who, _), count in account.told.by_day.items() if who in account.staff]
    residents = [count for (who, _), count in account.told.by_day.items() if who not in account.staff]
    rows = [
        ("matters written", account.matters),
        ("tickets, with those that other words of theirs became", len(tickets)),
        ("matters joined to a neighbour's ticket, or added to one's own", account.joined),
        ("matters taken for talk, or asked back in vain: no ticket", account.talk),
        *((f"closed: {name}", count) for name, count in endings.most_common()),
        ("closed by the resident's own yes", account.agreed),
        ("closed because no answer came", sum(one.unanswered for one in tickets)),
        *((f"open: {name}", count) for name, count in standing.most_common()),
        ("said to be not fixed, once or more", sum(one.reopened > 0 for one in tickets)),
        ("refused by somebody, once or more", sum(any(no.own for no in one.refusals) for one in tickets)),
        ("refused twice or more", sum(sum(no.own for no in one.refusals) > 1 for one in tickets)),
        *((f"climbed to {name}", count) for name, count in sorted(account.climbed.items())),
        *sorted((name, count) for name, count in account.world.items() if name.startswith(("staff", "residents"))),
        ("messages sent", account.told.sent),
        ("messages edited", account.told.edited),
        ("messages a ticket", f"{account.told.sent / max(1, len(tickets)):.1f}"),
        ("to one of the staff a day: p50, p99, most", _spread(people)),
        ("to one resident a day: p50, p99, most", _spread(residents)),
        ("calls in a group's worst minute", max(account.told.by_minute.values(), default=0)),
        ("what people did, beside writing matters", account.world["acts"] - account.matters),
        ("moves of the clock", account.world["moves of the clock"]),
        ("processor time a matter (service, server and people)", f"{account.cpu / account.matters * 1000:.0f} ms"),
        ("run time", f"{account.seconds / 60:.0f} min"),
        ("violations", len(account.wrong)),
    ]  # fmt: skip
    lines = ["| what | how many |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows), ""]
    lines += ["| class | tickets | taken | hours until then p50, p90 | done in time | hours until then p50, p90 |"]
    lines += ["|---|---|---|---|---|---|", *(_class_row(kind, account) for kind in DeadlineClass)]
    return "\n".join(line for line in lines if line is not None) + "\n"


def _spread(counts: Sequence[int]) -> str:
    return f"{share(counts, 0.5):.0f}, {share(counts, 0.99):.0f}, {max(counts, default=0)}"


def _class_row(kind: DeadlineClass, account: Account) -> str | None:
    own = [one for one in account.tickets if one.deadline_class is kind]
    if not own:
        return None
    first = {one.id: taken[0] for one in own if (taken := account.taken[one.id])}
    done = [one for one in own if one.results]
    take = [(first[one.id] - one.filed_at).total_seconds() / 3600 for one in own if one.id in first]
    finish = [(one.results[0].at - one.filed_at).total_seconds() / 3600 for one in done]
    ready = sum(one.done_by is None or one.results[0].at <= one.done_by for one in done)
    return (
        f"| {kind} | {len(own)} | {len(take)} | {share(take, 0.5):.1f}, {share(take, 0.9):.1f} "
        f"| {_part(ready, len(done))} | {share(finish, 0.5):.1f}, {share(finish, 0.9):.1f} |"
    )


def _part(some: int, every: int) -> str:
    return f"{100 * some / every:.0f} % of {every}" if every else "–"
