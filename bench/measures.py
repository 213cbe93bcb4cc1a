"""What is measured, and the bounds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from bench import fill, world
from bench.runs import (
    Played,
    libraries,
    memory,
    memory_of_imports,
    playing,
    reading,
    say,
    seconds_to_first_poll,
    seconds_to_import,
)

GRIDS, CITY = 10, 2360


@dataclass(frozen=True)
class Sizes:
    """How much of everything."""

    rounds: int
    chatter: int
    tickets: int
    paced: int
    city: int
    few: int
    many: int


FULL = Sizes(rounds=3, chatter=8_000, tickets=500, paced=1_000, city=CITY, few=1_000, many=1_000_000)
TINY = Sizes(rounds=1, chatter=120, tickets=12, paced=20, city=20, few=20, many=60)


@dataclass(frozen=True)
class Figure:
    """One figure with its bound; `most`: the bound is an upper one. `aim` is better still."""

    name: str
    value: float
    bound: float
    most: bool
    unit: str = "×"
    aim: float | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Whether the bound is kept."""
        return self.value <= self.bound if self.most else self.value >= self.bound

    def __str__(self) -> str:
        sign = "≤" if self.most else "≥"
        return f"{self.name}: {self.value:.3g} {self.unit} (bound {sign} {self.bound:g}) {self.facts}"


def speed(sizes: Sizes, where: Path) -> Iterator[Figure]:
    """Chatter and tickets through gridbot against bare bots, round by round in turn; the middle round counts."""
    district = world.write_district(where / "speed.yaml", GRIDS)
    database = fill.fresh(where / "speed.db", GRIDS)
    with (
        playing("gridbot", district=district, database=database) as ours,
        playing("chatter") as empty,
        playing("echo") as echo,
    ):
        yield _against("chatter, messages a second", "chatter", sizes.chatter, sizes, (ours, 0), (empty, 0), 0.35, 0.6)
        yield _against(
            "tickets with two messages, a second", "request", sizes.tickets, sizes, (ours, 2), (echo, 1), 0.15, 0.25
        )


def _against(
    name: str,
    kind: str,
    count: int,
    sizes: Sizes,
    ours: tuple[Played, int],
    bare: tuple[Played, int],
    bound: float,
    aim: float,
) -> Figure:
    ratios: list[tuple[float, dict[str, Any]]] = []
    for turn in range(sizes.rounds):
        warm = count // 10 if turn == 0 else 0
        base = bare[0].load(kind, count * 2, said=bare[1], warm=warm)
        mine = ours[0].load(kind, count, said=ours[1], warm=warm)
        facts = {
            "gridbot_a_second": round(mine["count"] / mine["seconds"]),
            "bare_a_second": round(base["count"] / base["seconds"]),
            "gridbot_cpu_us": _each(mine),
            "bare_cpu_us": _each(base),
        }
        ratios.append((mine["count"] / mine["seconds"] / (base["count"] / base["seconds"]), facts))
        say(f"  {name}: {ratios[-1][0]:.2f} {facts}")
    ratios.sort(key=lambda one: one[0])
    value, facts = ratios[len(ratios) // 2]
    return Figure(name, value, bound, False, aim=aim, facts=facts)


def _each(result: dict[str, Any]) -> int:
    return round(float(result["cpu"]) / int(result["count"]) * 1e6)


def latency(sizes: Sizes, where: Path) -> Iterator[Figure]:
    """Fifty requests a second, each of which becomes a ticket: from the message to the card in the group."""
    district = world.write_district(where / "latency.yaml", GRIDS)
    database = fill.fresh(where / "latency.db", GRIDS)
    with playing("gridbot", district=district, database=database) as ours:
        ours.load("request", max(sizes.tickets // 10, 5), said=2)
        found = ours.load("request", sizes.paced, said=2, rate=50.0)
    waits = {part: round(seconds * 1000) for part, seconds in found["waits"].items()}
    facts = {"p50_ms": waits["50"], "p90_ms": waits["90"], "longest_ms": round(found["longest"] * 1000)}
    yield Figure("50 requests a second: message to first card, p99", waits["99"], 300, True, "ms", 150, facts)


def understanding(sizes: Sizes, where: Path) -> Iterator[Figure]:
    """Reading a message against all that a bare echo bot does with it, round by round; and what the models add."""
    pairs: list[tuple[float, dict[str, float]]] = []
    with playing("echo") as echo:
        for turn in range(sizes.rounds):
            base = echo.load("request", sizes.tickets * 2, said=1, warm=sizes.tickets // 5 if turn == 0 else 0)
            pairs.append((float(base["cpu"]) / int(base["count"]), reading(sizes.tickets * 2)))
            say(f"  reading: {pairs[-1]}")
    for kind in ("request", "chatter"):
        value = median(found[kind] / base for base, found in pairs)
        facts = {
            "reading_us": round(median(found[kind] for _, found in pairs) * 1e6),
            "echo_us": round(median(base for base, _ in pairs) * 1e6),
        }
        yield Figure(f"reading one message, {kind}", value, 1.0, True, aim=0.2, facts=facts)
    start, more = (median(found[what] for _, found in pairs) for what in ("start", "memory"))
    yield Figure("added by the models to the start (kept from before), libraries too", start, 1.5, True, "s", 0.2)
    yield Figure("added by the models to the memory, libraries too", more / 2**20, 120, True, "MB", 20)


def size(sizes: Sizes, where: Path) -> Iterator[Figure]:
    """Memory and start against a process that only imports the same libraries."""
    modules = libraries()
    small = world.write_district(where / "one.yaml", 1), fill.fresh(where / "one.db", 1)
    large = world.write_district(where / "city.yaml", sizes.city), fill.fresh(where / "city.db", sizes.city)
    for start in (small, large):  # the first start of all reads the district file
        say(f"  first start: {seconds_to_first_poll(*start):.2f} s")
    for name, start, bound in (("1 grid", small, 1.5), (f"{sizes.city:,} grids, file unchanged", large, 2.5)):
        took: list[tuple[float, float]] = []
        for _ in range(sizes.rounds):
            took.append((seconds_to_import(modules), seconds_to_first_poll(*start)))
        value = median(mine / base for base, mine in took)
        facts = {
            "imports_s": round(median(base for base, _ in took), 2),
            "first_poll_s": round(median(mine for _, mine in took), 2),
        }
        yield Figure(f"start to first poll, {name}", value, bound, True, facts=facts)
    with playing("gridbot", district=large[0], database=large[1], grids=sizes.city) as ours:
        mine = memory(ours.pid)
    base = memory_of_imports(modules)
    facts = {"imports_mb": round(base / 2**20), "gridbot_mb": round(mine / 2**20)}
    yield Figure(f"memory idle, {sizes.city:,} grids", mine / base, 1.4, True, facts=facts)


def growth(sizes: Sizes, where: Path) -> Iterator[Figure]:
    """Processor time of a message in a city against a village, and with the tickets of years against a week's."""
    village = world.write_district(where / "village.yaml", GRIDS)
    city = world.write_district(where / "grown.yaml", sizes.city)
    with (
        playing("gridbot", district=village, database=fill.fresh(where / "village.db", GRIDS)) as low,
        playing(
            "gridbot", district=city, database=fill.fresh(where / "grown.db", sizes.city), grids=sizes.city
        ) as high,
    ):
        yield from _grown(f"{sizes.city:,} grids against {GRIDS}", low, high, sizes)
    files = where / "few.db", where / "many.db"
    for file, tickets in zip(files, (sizes.few, sizes.many), strict=True):
        url = fill.fresh(file, GRIDS)
        with playing("gridbot", district=village, database=url) as one:
            one.load("request", 1, said=2)
        say(f"  making {tickets:,} tickets")
        fill.multiply(file, tickets, GRIDS)
    addresses = [f"sqlite+aiosqlite:///{file}" for file in files]
    with (
        playing("gridbot", district=village, database=addresses[0]) as low,
        playing("gridbot", district=village, database=addresses[1]) as high,
    ):
        low.first = high.first = 10  # the first update is handled already
        yield from _grown(f"{sizes.many:,} tickets kept against {sizes.few:,}", low, high, sizes)


def _grown(name: str, low: Played, high: Played, sizes: Sizes) -> Iterator[Figure]:
    for kind, count, said in (("chatter", sizes.chatter // 2, 0), ("request", sizes.tickets // 2, 2)):
        pairs: list[tuple[int, int]] = []
        for turn in range(sizes.rounds):
            warm = count // 5 if turn == 0 else 0
            pairs.append(
                (
                    _each(low.load(kind, count, said=said, warm=warm)),
                    _each(high.load(kind, count, said=said, warm=warm)),
                )
            )
            say(f"  {name}, {kind}: {pairs[-1]}")
        value = median(after / max(before, 1) for before, after in pairs)
        facts = {"before_us": median(one for one, _ in pairs), "after_us": median(one for _, one in pairs)}
        what = "a message" if kind == "chatter" else "a ticket"
        yield Figure(f"processor time of {what}, {name}", value, 1.15, True, facts=facts)


ALL: tuple[Callable[[Sizes, Path], Iterator[Figure]], ...] = (speed, latency, understanding, size, growth)
