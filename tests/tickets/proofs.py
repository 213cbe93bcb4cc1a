"""What `make prove` shows of routing and of working time at full size."""

import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import seed as seeded
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.tickets.city import GRIDS, POSTS, city, milliseconds
from tests.tickets.minutes import compared
from tests.tickets.rosters import asking, refused_by_all, somebody_is_there, wrong
from tests.tickets.test_lane_walks import live
from tests.tickets.test_machine import RULES, Life
from tests.tickets.watched import DONE

CASES = 100_000
PLANS = 250
LIVES, WALKS = 250, 2_500
"""Lives of a ticket that are played from one seed, and of a whistled one that are played at all."""


@dataclass(frozen=True)
class Shown:
    """One row: what was tried, what was wanted, what was found."""

    name: str
    wanted: str
    found: str
    held: bool


def prove_routing(seed: int, say: Callable[[str], None]) -> Shown:
    """Rank for random requests in random districts; every twentieth is refused by everybody in turn."""
    bad, alone, refused = 0, 0, 0
    for number in range(CASES):
        case = asking(seed + number)
        told = wrong(case)
        if number % 20 == 0:
            refused += 1
            told += refused_by_all(case)
        alone += not somebody_is_there(case)
        bad += bool(told)
        if told:
            say(f"  seed {seed + number}: {told[:3]}")
        if number % 20_000 == 0:
            say(f"  {number} cases")
    found = f"{bad} of {CASES} cases wrong; in {alone} nobody could be asked at all; {refused} refused to the end"
    wanted = (
        "nobody unreachable, away, without right or in conflict chosen; off duty only for life, or for urgent when "
        "nobody is on duty; somebody asked wherever anybody is; reasons complete"
    )
    return Shown(f"{CASES} requests over random rosters", wanted, f"{found}; seed {seed}", not bad)


def prove_time(seed: int, say: Callable[[str], None]) -> Shown:
    """Compare working time with the slow reference."""
    each = CASES // PLANS
    bad = compared(seed, PLANS, each)
    for one in bad[:5]:
        say(f"  {one}")
    found = f"{len(bad)} of {PLANS * each} cases differ, over {PLANS} plans; seed {seed}"
    wanted = "equal to counting seconds over five years with China's holidays"
    return Shown(f"{PLANS * each} cases of working time", wanted, found, not bad)


def prove_city(seed: int, say: Callable[[str], None]) -> Shown:
    """Rank in a city, and in one with a tenth of everything, by turns."""
    places = {"city": city(), "tenth": city(10)}
    found = {name: milliseconds(place, seed, 5000)[4950] for name, place in places.items()}
    ratio = found["city"] / found["tenth"]
    say(f"  p99 {found}")
    shown = f"p99 {found['city']:.2f} ms, {ratio:.2f} × that of a tenth ({found['tenth']:.2f} ms)"
    held = found["city"] <= 5 and ratio <= 1.3
    return Shown(f"ranking for one ticket, {GRIDS} grids, {POSTS} posts", "p99 ≤ 5 ms and ≤ 1.3 × a tenth", shown, held)


def prove_machine(seed: int, say: Callable[[str], None]) -> Shown:
    """Let random people do random things to tickets, with clocks that jump, until enough has happened."""
    DONE.clear()
    found, lives = "0 violations", 0
    rules = settings(RULES, max_examples=LIVES, deadline=None)
    try:
        while DONE["steps"] < CASES:
            run_state_machine_as_test(seeded(seed + lives)(type("Life", (Life,), {})), settings=rules)
            lives += LIVES
            say(f"  {lives} lives, {DONE['steps']} steps")
    except Exception as error:  # whatever a life broke on
        found = f"violated from seed {seed + lives} on: {type(error).__name__} {error}"
        say("".join(traceback.format_exception(error)))
    shown = (
        f"seed {seed}: {lives} lives, {DONE['steps']} steps, {DONE['commands']} commands, of these "
        f"{DONE['carried out']} carried out, {found}"
    )
    wanted = "100,000 steps, 0 violations: replay, nothing open without a next step, nothing closed with one"
    return Shown("random lives of a ticket", wanted, shown, found == "0 violations")


def prove_lanes(seed: int, say: Callable[[str], None]) -> Shown:
    """Random lives of whistled tickets: every rule of lanes and clocks after every step."""
    done: Counter[str] = Counter()
    try:
        for begin in range(0, WALKS, LIVES):
            done += live(seed + begin, LIVES)
            say(f"  {begin + LIVES} lives, {done.total()} commands")
        accepted = sum(count for name, count in done.items() if "refused" not in name)
        found = f"seed {seed}: {WALKS} lives, {done.total()} commands, of these {accepted} carried out, 0 violations"
        held = done.total() >= CASES
    except AssertionError as error:
        found, held = str(error), False
    wanted = "100,000 steps, 0 violations: replay, clocks, nothing finished while a department is at it"
    return Shown("random lives of whistled tickets", wanted, found, held)
