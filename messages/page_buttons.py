"""The buttons under pages: a ticket's number, an area, a day, a person."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

from messages.callbacks import choose
from messages.filters import person_name
from messages.phrases import named, phrase
from messages.scene import Button, Rows, Scene
from messages.text import cut
from messages.times import stretch
from tickets.absence import News, Sheet
from tickets.board import Board
from tickets.bundle import Bundle
from tickets.duty import Rota
from tickets.home import short_name
from tickets.model import Ticket
from tickets.morning import Morning

_ROW = 4
MOST_NUMBERS = 24
"""More tickets than this nobody looks for among buttons."""

MOST_AREAS = 20
MOST_SHIFTS = 6


def _numbers(tickets: Iterable[Ticket], what: str, area: str | None = None) -> Rows:
    """One button a ticket, with its number: to its card, or to its place on the board of `area`."""
    found = []
    for ticket in tickets:
        data = choose(what, str(ticket.id)) if area is None else choose(what, area, str(ticket.id))
        if data is not None:
            found.append(Button(str(ticket.id), data))
    return tuple(tuple(found[start : start + _ROW]) for start in range(0, min(len(found), MOST_NUMBERS), _ROW))


def _tickets(_: str, scene: Scene) -> Rows:
    return _numbers(scene.tickets, "card")


def _morning(_: str, scene: Scene) -> Rows:
    return _numbers(scene.page.all, "card") if isinstance(scene.page, Morning) else ()


def _bundle(_: str, scene: Scene) -> Rows:
    if not isinstance(scene.page, Bundle):
        return ()
    lines = scene.page.lines
    work = _numbers((one.ticket for one in lines if not one.own), "card")
    reported = (one.ticket for one in lines if one.own and one.ticket.reporter == scene.reader)
    return (*work, *_numbers(reported, "mine"))[:MOST_NUMBERS]


def _board(language: str, scene: Scene) -> Rows:
    page = scene.page
    if not isinstance(page, Board):
        return ()
    if page.ticket is not None:
        pairs = (
            ("button.open_card", choose("card", str(page.ticket.id))),
            ("button.back", choose("board", page.area)),
        )
        return (_row(pairs, language),)
    rows: list[tuple[Button, ...]] = []
    for one in page.below[:MOST_AREAS]:
        data = choose("board", one.area)
        if data is not None:
            late = str(one.late) if one.late else ""
            figures = phrase("note.open_late", language, open=str(one.open), late=late)
            name = cut(scene.district.areas[one.area].name, 22)
            rows.append((Button(cut(f"{name} · {figures}", 40), data),))
    if not page.below:
        rows += _numbers(page.tickets, "board", page.area)
    pairs = (
        ("button.back", choose("board", page.up) if page.up is not None else None),
        ("button.look_again", choose("board", page.area)),
    )
    return (*rows, _row(pairs, language))


def _row(pairs: Iterable[tuple[str, str | None]], language: str) -> tuple[Button, ...]:
    return tuple(Button(phrase(key, language), data) for key, data in pairs if data is not None)


def _leave(language: str, scene: Scene) -> Rows:
    page = scene.page
    if not isinstance(page, Sheet):
        return ()
    if page.chosen is None:
        return (*_endings(language, scene, page), *_days(language, page))
    rows: list[tuple[Button, ...]] = []
    number = page.chosen.id
    people = [
        Button(cut(person_name(scene, one, language), 40), data)
        for one in page.candidates
        if (data := choose("leave", page.person, f"s{number}|{one}")) is not None
    ]
    rows += [tuple(people[start : start + 2]) for start in range(0, len(people), 2)]
    if people:
        rows.append(_row((("button.no_substitute", choose("leave", page.person, f"s{number}|")),), language))
    if page.held and not people and page.soon:
        rows.append(_hand(language, page.person, page.chosen.leave.substitute))
    rows.append(_row((("button.leave_back", choose("leave", page.person, f"e{number}")),), language))
    return tuple(row for row in rows if row)


def _endings(language: str, scene: Scene, page: Sheet) -> list[tuple[Button, ...]]:
    """A button for each entry that can be ended here; what the district file says is ended there."""
    found: list[tuple[Button, ...]] = []
    for one in page.entries:
        data = choose("leave", page.person, f"e{one.id}") if one.id else None
        if data is not None:
            days = stretch(one.leave.first, one.leave.last, scene.now, language)
            found.append((Button(cut(phrase("button.leave_end", language, days=days), 40), data),))
    return found


def _days(language: str, page: Sheet) -> Rows:
    today = page.today
    sunday = today + timedelta(days=6 - today.weekday())
    choices = [("today", today, 1), ("tomorrow", today + timedelta(days=1), 1)]
    if sunday > today + timedelta(days=1):
        choices.append(("this_week", today, (sunday - today).days + 1))
    pairs = (
        (f"button.leave_{name}", choose("leave", page.person, f"d{first:%y%m%d}{length}"))
        for name, first, length in choices
    )
    return (_row(pairs, language),)


def _leave_told(language: str, scene: Scene) -> Rows:
    page = scene.page
    if not isinstance(page, News) or not page.held or scene.reader == page.leave.substitute:
        return ()
    if not page.soon:
        return ()
    return (_hand(language, page.person, page.leave.substitute),)


def _hand(language: str, person: str, substitute: str | None) -> tuple[Button, ...]:
    key = "button.hand_all" if substitute else "button.hand_next"
    return _row(((key, choose("hand", person, substitute or "")),), language)


def _shifts(language: str, scene: Scene) -> Rows:
    """One button for each shift that the reader may take now, or for the end of the one he has."""
    page = scene.page
    if not isinstance(page, Rota):
        return ()
    if page.mine is not None:
        return (_row((("button.shift_end", choose("shift", page.mine.area, "e")),), language),)
    rows: list[tuple[Button, ...]] = []
    several = len({one.area for one in page.offers}) > 1
    for one in page.offers[:MOST_SHIFTS]:
        data = choose("shift", one.area, f"t{one.key}|{one.instead_of or ''}")
        if data is None:
            continue
        what = named(named(one.key, "role", language), "skill", language)
        if one.instead_of is not None:
            words = phrase("button.shift_for", language, name=person_name(scene, one.instead_of, language))
        else:
            words = phrase("button.shift_take", language, what=what if language == "zh" else what.lower())
        place = f" · {short_name(scene.district, scene.district.areas[one.area])}" if several else ""
        rows.append((Button(cut(f"{words}{place}", 40), data),))
    return tuple(rows)


PAGE_ROWS: Mapping[str, Callable[[str, Scene], Rows]] = {
    "staff_tickets": _tickets,
    "morning": _morning,
    "board": _board,
    "duty": _shifts,
    "bundle": _bundle,
    "leave": _leave,
    "leave_told": _leave_told,
}
