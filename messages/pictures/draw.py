"""Draws a map as a PNG for a phone: calm colours, the own grid dark, names that stay inside and off one another."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from math import cos, sin

from PIL import Image, ImageDraw

from messages.pictures.letters import letters, missing
from messages.pictures.plan import Plan, Shape
from tickets.geometry import Point, box, depths, edges, inside, middle

WIDTH = 1080
TALLEST, LOWEST = 1080, 320
"""Pixels of the map itself: a long village does not become a strip, nor a wall."""

MARGIN, TITLE = 44, 116
FINER = 3
"""Outlines are drawn so many times larger and brought down, which makes their edges smooth."""

PAPER, INK, LINE = (247, 245, 240), (34, 45, 57), (255, 255, 255)
OWN, OWN_EDGE, OWN_INK = (38, 98, 150), (18, 52, 82), (255, 255, 255)
TINTS = ((245, 232, 190), (211, 231, 212), (228, 197, 183), (198, 190, 222), (196, 219, 233))
"""Told apart by their light as well as by their hue, and always by the white line between them."""

SIZES = (52, 46, 40, 34)
"""Of the names on the map: a phone shows the picture at about a third, and 34 is what can still be read there."""

NUMBER, RADIUS, LEGEND = 36, 30, 36
GAP = 8


@dataclass(frozen=True)
class Label:
    """A name (`lines`) or a number on the map; `at` is the middle of its box.

    `anchor`: the place on the map that a number stands for which had to move aside.
    """

    lines: tuple[str, ...]
    size: int
    at: Point
    own: bool
    number: bool = False
    anchor: Point | None = None

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        if self.number:
            return self.at[0] - RADIUS, self.at[1] - RADIUS, self.at[0] + RADIUS, self.at[1] + RADIUS
        wide, high = measured(self.lines, self.size)
        return self.at[0] - wide / 2, self.at[1] - high / 2, self.at[0] + wide / 2, self.at[1] + high / 2


@dataclass(frozen=True)
class Layout:
    """Where everything stands, in pixels from the upper left corner. `legend`: names beside their numbers."""

    size: tuple[int, int]
    rings: tuple[tuple[Point, ...], ...]
    labels: tuple[Label, ...]
    legend: tuple[tuple[str, Point], ...]


@lru_cache(maxsize=8)
def draw(plan: Plan) -> bytes:
    """Return the picture of a plan as PNG; the same plan gives the same bytes."""
    found = layout(plan)
    picture = _shapes(plan, found)
    pen = ImageDraw.Draw(picture)
    if not missing(plan.title):
        pen.text((MARGIN, TITLE / 2), _cut(plan.title, 56, WIDTH - 2 * MARGIN), INK, letters(56), anchor="lm")
    for label in found.labels:
        _write(pen, label)
    for text, at in found.legend:
        pen.text(at, text, INK, letters(LEGEND), anchor="lm")
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def layout(plan: Plan) -> Layout:
    """Return where the outlines and the names of a plan stand."""
    rings, bottom = _fitted(plan.shapes)
    labels = _labels(plan.shapes, rings)
    lines = [
        f"{number}  {shape.name}"
        for number, (shape, label) in enumerate(zip(plan.shapes, labels, strict=True), 1)
        if label.number and not missing(shape.name)
    ]
    columns = 2 if len(lines) > 4 else 1
    wide = (WIDTH - 2 * MARGIN) // columns
    step = LEGEND + 18
    legend = tuple(
        (_cut(text, LEGEND, wide - MARGIN), (MARGIN + index % columns * wide, bottom + (index // columns + 0.5) * step))
        for index, text in enumerate(lines)
    )
    height = bottom + -(-len(lines) // columns) * step + (MARGIN if lines else 0)
    return Layout((WIDTH, int(height)), rings, labels, legend)


def _fitted(shapes: Sequence[Shape]) -> tuple[tuple[tuple[Point, ...], ...], float]:
    """Return the outlines in pixels, north up, and where the map ends."""
    west, south, east, north = box([corner for shape in shapes for corner in shape.ring])
    room = WIDTH - 2 * MARGIN
    scale = min(room / max(1.0, east - west), TALLEST / max(1.0, north - south))
    high = max(LOWEST, (north - south) * scale)
    left = (WIDTH - (east - west) * scale) / 2
    top = TITLE + (high - (north - south) * scale) / 2
    rings = tuple(
        tuple((left + (x - west) * scale, top + (north - y) * scale) for x, y in shape.ring) for shape in shapes
    )
    return rings, TITLE + high + MARGIN


def _shapes(plan: Plan, found: Layout) -> Image.Image:
    fine = Image.new("RGB", (found.size[0] * FINER, found.size[1] * FINER), PAPER)
    pen = ImageDraw.Draw(fine)
    order = sorted(zip(plan.shapes, found.rings, strict=True), key=lambda pair: pair[0].own)
    large = [(shape, [(x * FINER, y * FINER) for x, y in ring]) for shape, ring in order]
    for shape, ring in large:
        pen.polygon(ring, fill=OWN if shape.own else TINTS[shape.tint])
    for shape, ring in large:
        closed = [*ring, *ring[:2]]
        pen.line(closed, OWN_EDGE if shape.own else LINE, (8 if shape.own else 5) * FINER, joint="curve")
    for label in found.labels:
        if label.number:
            _ring(pen, label)
    return fine.resize(found.size, Image.Resampling.LANCZOS)


def _ring(pen: ImageDraw.ImageDraw, label: Label) -> None:
    """Draw the circle behind a number."""
    if label.anchor is not None:
        pen.line([(x * FINER, y * FINER) for x, y in (label.anchor, label.at)], INK, 3 * FINER)
    left, top, right, bottom = (side * FINER for side in label.box)
    pen.ellipse((left, top, right, bottom), OWN if label.own else PAPER, INK, 3 * FINER)


def _write(pen: ImageDraw.ImageDraw, label: Label) -> None:
    ink = OWN_INK if label.own else INK
    font, step = letters(label.size), _step(label.size)
    first = label.at[1] - step * (len(label.lines) - 1) / 2
    for index, line in enumerate(label.lines):
        at = (label.at[0], first + index * step)
        pen.text(at, line, ink, font, anchor="mm", stroke_width=1 if label.own else 0)


def _step(size: int) -> float:
    return size * 1.2


def measured(lines: Sequence[str], size: int) -> tuple[float, float]:
    """Return the width and the height that lines of text take."""
    return max(letters(size).getlength(line) for line in lines), _step(size) * len(lines)


def _cut(text: str, size: int, room: float) -> str:
    """Shorten a text to what there is room for."""
    font = letters(size)
    while len(text) > 1 and font.getlength(text) > room:
        text = f"{text[:-2]}…"
    return text


# --- names -----------------------------------------------------------------------------------------------------


def _labels(shapes: Sequence[Shape], rings: Sequence[tuple[Point, ...]]) -> tuple[Label, ...]:
    """Return a label for each shape: its name where that fits inside, else its number."""
    found: dict[int, Label] = {}
    for number in sorted(range(len(shapes)), key=lambda one: not shapes[one].own):
        taken = [label.box for label in found.values()]
        label = _name(shapes[number], rings[number], taken)
        if label is not None:
            found[number] = label
    for number, shape in enumerate(shapes):
        if number not in found:
            taken = [label.box for label in found.values()]
            found[number] = _number(number + 1, shape, rings[number], taken)
    return tuple(found[number] for number in range(len(shapes)))


def _name(shape: Shape, ring: tuple[Point, ...], taken: Sequence[tuple[float, ...]]) -> Label | None:
    if missing(shape.name):
        return None
    places = [at for _, at in depths(ring, 20)[:60]]
    for size in SIZES:
        for lines in _broken(shape.name):
            for at in places:
                label = Label(lines, size, at, shape.own)
                if _within(label.box, ring) and not any(_cross(label.box, other) for other in taken):
                    return label
    return None


def _broken(name: str) -> Iterator[tuple[str, ...]]:
    """Yield the name in one line, then in two and three of about the same length."""
    yield (name,)
    if " " in name:
        yield from (tuple(textwrap.wrap(name, -(-len(name) // parts) + 2)) for parts in (2, 3))
        return
    for parts in (2, 3):
        if len(name) >= parts * 2:
            size = -(-len(name) // parts)
            yield tuple(name[start : start + size] for start in range(0, len(name), size))


def _number(number: int, shape: Shape, ring: tuple[Point, ...], taken: Sequence[tuple[float, ...]]) -> Label:
    """Return the number of a shape, moved aside (with a line to it) as far as others are in the way."""
    home = middle(ring)
    for step in range(80):
        far, angle = step * 9.0, step * 2.4
        at = (home[0] + far * cos(angle), home[1] + far * sin(angle))
        at = (min(WIDTH - RADIUS - 4, max(RADIUS + 4, at[0])), max(TITLE + RADIUS, at[1]))
        label = Label((str(number),), NUMBER, at, shape.own, number=True, anchor=None if step == 0 else home)
        if not any(_cross(label.box, other) for other in taken):
            break
    return label


def _within(area: tuple[float, float, float, float], ring: tuple[Point, ...]) -> bool:
    """Whether a box with some air around it lies inside a ring."""
    left, top, right, bottom = area[0] - GAP * 2, area[1] - GAP, area[2] + GAP * 2, area[3] + GAP
    shares = [index / 8 for index in range(9)]
    rim = [(left + (right - left) * share, y) for share in shares for y in (top, bottom)]
    rim += [(x, top + (bottom - top) * share) for share in shares for x in (left, right)]
    if not all(inside(point, ring) for point in rim):
        return False
    return not any(left < x < right and top < y < bottom for edge in edges(ring) for x, y in edge)


def _cross(one: Sequence[float], other: Sequence[float]) -> bool:
    apart = one[2] + GAP <= other[0] or other[2] + GAP <= one[0]
    return not (apart or one[3] + GAP <= other[1] or other[3] + GAP <= one[1])
