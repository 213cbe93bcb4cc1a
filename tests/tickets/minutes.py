"""Working time once more, second by second over five years of China's calendar, to compare with."""

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from bot.district_days import public_days
from tests.tickets.world import ZONE
from tickets.deadlines import deadline, later_by, share
from tickets.worktime import Span, WeeklyHours, Window

FIRST = date(2022, 1, 1)
DAYS = 365 * 5 + 1 + 420
"""Five years, and what a deadline at their end may reach beyond."""

STARTS = (365 * 5 + 1) * 86400
SECOND = timedelta(seconds=1)
START = datetime(2022, 1, 1, tzinfo=ZONE)


def plan_of(seed: int) -> WeeklyHours:
    """Return random weekly hours over the real holidays, with some days of the district's own."""
    draw = random.Random(seed)
    free, worked = public_days(draw.choice(("china", "china", "china", "none")))
    own = frozenset(FIRST + timedelta(days=draw.randrange(DAYS)) for _ in range(draw.choice((0, 0, 20))))
    week: list[tuple[Window, ...]] = []
    usual = _windows(draw) or (Window(510, 720), Window(810, 1080))
    for day in range(7):
        week.append(usual if day < draw.choice((5, 5, 7)) and draw.random() < 0.8 else _windows(draw))
    if not any(week[:5]):
        week[0] = usual
    return WeeklyHours(tuple(week), free | own, worked - own)


def _windows(draw: random.Random) -> tuple[Window, ...]:
    edges = sorted(draw.sample(range(1441), draw.choice((0, 2, 2, 4, 4, 6))))
    return tuple(Window(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True))


@dataclass(frozen=True)
class Minutes:
    """Every minute of the years, worked or not; moments are seconds since the first of them."""

    worked: NDArray[np.bool_]
    before: NDArray[np.int64]
    """Worked minutes before each minute."""

    @classmethod
    def of(cls, plan: WeeklyHours) -> "Minutes":
        worked = np.zeros(DAYS * 1440, dtype=np.bool_)
        for offset in range(DAYS):
            day = FIRST + timedelta(days=offset)
            if day in plan.holidays:
                continue
            windows = plan.week[day.weekday()]
            if not windows and day in plan.makeup:
                windows = next(one for one in plan.week if one)
            for window in windows:
                for minute in range(window.start, window.end):
                    worked[offset * 1440 + minute] = True
        return cls(worked, np.concatenate(([0], np.cumsum(worked))))

    def until(self, second: int) -> int:
        """Return the worked seconds before a moment."""
        minute, rest = divmod(second, 60)
        return int(self.before[minute]) * 60 + (rest if self.worked[minute] else 0)

    def between(self, start: int, end: int) -> int:
        return max(self.until(end) - self.until(start), 0)

    def next(self, start: int) -> int:
        """Return the first moment from `start` on that is worked."""
        if self.worked[start // 60]:
            return start
        return (start // 60 + int(np.argmax(self.worked[start // 60 :]))) * 60

    def add(self, start: int, amount: int) -> int:
        """Return the first moment with `amount` worked seconds behind it since `start`."""
        if amount == 0:
            return self.next(start)
        wanted = self.until(start) + amount
        minute = int(np.searchsorted(self.before, -(-wanted // 60), side="left")) - 1
        return minute * 60 + wanted - int(self.before[minute]) * 60

    def end_of_days(self, start: int, count: int, take: int) -> int:
        """Return the end of the `count`th working day; that of `start` counts if `take` seconds still fit into it."""
        day = start // 86400
        while True:
            minutes = np.flatnonzero(self.worked[day * 1440 : day * 1440 + 1440])
            end = (day * 1440 + int(minutes[-1]) + 1) * 60 if len(minutes) else 0
            if end > start and (day > start // 86400 or self.between(start, end) >= take):
                count -= 1
            if count == 0:
                return end
            day += 1


def moment(second: int) -> datetime:
    return START + second * SECOND


def differs(plan: WeeklyHours, slow: Minutes, draw: random.Random) -> str:
    """Compare one random case; return what differs, nothing as it must be."""
    start = draw.randrange(STARTS)
    if draw.random() < 0.3:  # edges are where mistakes live
        start = slow.next(start) + draw.choice((-1, 0, 0, 1, 59, 60))
    start = max(start, 0)
    amount = draw.choice((0, 1, 60, 3600, draw.randrange(40 * 3600)))
    length = draw.choice((draw.randrange(86400), draw.randrange(20 * 86400)))
    take, days, percent = draw.randint(1, 8), draw.randint(1, 5), draw.randint(1, 250)
    due = slow.add(start, amount)
    goes_on = start + length
    allowed = draw.randint(1, 30) * 3600
    end = slow.add(start, allowed)
    worked = slow.between(start, end) * percent
    pairs = {
        "working": (plan.working(moment(start)), bool(slow.worked[start // 60])),
        "next": (plan.next_start(moment(start)), moment(slow.next(start))),
        "add": (plan.add(moment(start), amount * SECOND), moment(due)),
        "between": (plan.between(moment(start), moment(goes_on)), slow.between(start, goes_on) * SECOND),
        "hours": (deadline(Span.parse(f"{take}wh"), moment(start), plan), moment(slow.add(start, take * 3600))),
        "days": (
            deadline(Span.parse(f"{days}wd"), moment(start), plan, Span.parse(f"{take}wh")),
            moment(slow.end_of_days(start, days, take * 3600)),
        ),
        "pause": (
            later_by(moment(due), moment(start), moment(goes_on), plan, working=True),
            moment(slow.add(goes_on, slow.between(start, due))),
        ),
    }
    if worked % 100 == 0:
        beyond = slow.add(end, worked // 100 - allowed) if percent > 100 else slow.add(start, worked // 100)
        pairs["share"] = share(moment(start), moment(end), percent, plan, working=True), moment(beyond)
    wrong = [f"{what}: {found} is not {wanted}" for what, (found, wanted) in pairs.items() if found != wanted]
    return f"from {moment(start)}: {'; '.join(wrong)}" if wrong else ""


def compared(seed: int, plans: int, cases: int) -> list[str]:
    """Compare `cases` random cases on each of `plans` random plans; return what differs."""
    found = []
    for number in range(plans):
        plan, draw = plan_of(seed + number), random.Random(f"{seed} {number}")
        slow = Minutes.of(plan)
        found += [f"plan {seed + number}, {one}" for _ in range(cases) if (one := differs(plan, slow, draw))]
    return found
