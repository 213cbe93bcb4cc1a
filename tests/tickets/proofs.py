"""What `make prove` shows of routing and of working time at full size."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.tickets.city import GRIDS, POSTS, city, milliseconds
from tests.tickets.minutes import compared
from tests.tickets.rosters import asking, refused_by_all, somebody_is_there, wrong

CASES = 100_000
PLANS = 250


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
