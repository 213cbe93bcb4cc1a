"""What somebody begins the working day with: what is late, due today, waiting for an answer, and the rest. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tickets.absence import is_away
from tickets.board import due_first, limit
from tickets.digest import overdue
from tickets.model import Status, Ticket
from tickets.roster import District, PersonId
from tickets.worktime import WeeklyHours, at_minute


@dataclass(frozen=True)
class Morning:
    """The tickets in somebody's hands, each in one group."""

    late: tuple[Ticket, ...]
    today: tuple[Ticket, ...]
    waiting: tuple[Ticket, ...]
    rest: tuple[Ticket, ...]

    @property
    def all(self) -> tuple[Ticket, ...]:
        """Everything, in the order to show it."""
        return (*self.late, *self.today, *self.waiting, *self.rest)


def morning(tickets: Iterable[Ticket], now: datetime) -> Morning:
    """Sort what somebody has in hand on the day of `now`."""
    late, today, waiting, rest = [], [], [], []
    for ticket in due_first(tickets, now):
        until = ticket.hold.until if ticket.status is Status.ON_HOLD and ticket.hold else limit(ticket)
        if overdue(ticket, now):
            late.append(ticket)
        elif until is not None and until.astimezone(now.tzinfo).date() <= now.date():
            today.append(ticket)
        elif ticket.status is Status.WAITING:
            waiting.append(ticket)
        else:
            rest.append(ticket)
    return Morning(tuple(late), tuple(today), tuple(waiting), tuple(rest))


def begins(district: District, person: PersonId, hours: WeeklyHours, now: datetime) -> datetime | None:
    """Return when somebody's working day begins today; None on a day off, on leave, or without a post.

    `hours`: of posts without their own. Whoever serves day and night begins with everybody else.
    """
    if is_away(district, person, now.date(), now.date()):
        return None
    starts = []
    for post in district.posts_of(person):
        own = post.hours or hours
        windows = own.windows(now.date())
        if windows and windows[0].start == 0:
            windows = hours.windows(now.date()) or windows
        if windows:
            starts.append(windows[0].start)
    return at_minute(now.date(), min(starts), now) if starts else None
