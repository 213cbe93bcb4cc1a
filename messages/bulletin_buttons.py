"""The buttons under bulletins and household lists: choosing where and when, stopping, "seen"."""

from collections.abc import Iterable

from messages import times
from messages.callbacks import choose
from messages.phrases import phrase
from messages.scene import Button, Rows, Scene
from messages.text import cut
from tickets import bulletin
from tickets.bulletin import Bulletin, Stage
from tickets.household import keeps_list
from tickets.roster import Area

PAGE = 8
"""Areas on one page of the choice."""

_LONGEST = 40


def _group(language: str, scene: Scene) -> Rows:
    """Under the bulletin in a group: one button, or none."""
    if scene.sheet is None or not scene.sheet.bulletin.button:
        return ()
    return _one(_press(phrase("bulletin.seen", language), "seen", str(scene.sheet.bulletin.id)))


def _card(language: str, scene: Scene) -> Rows:
    """Under the author's own card, by where the bulletin stands and which page is shown."""
    if scene.sheet is None:
        return ()
    shown = scene.sheet.bulletin
    page, _, rest = shown.view.partition("=")
    match shown.stage, page:
        case Stage.DRAFT, "where":
            return _places(language, scene, shown, *_place_and_page(rest))
        case Stage.DRAFT, "when":
            return _hours(language, scene, shown)
        case Stage.DRAFT, _:
            return _draft(language, scene, shown)
        case Stage.WAITING, _:
            return _rows(shown, language, (("send_now_after_all", "now"),), (("edit", "edit"), ("cancel", "cancel")))
        case Stage.SENDING, _:
            return _rows(shown, language, (("stop", "cancel"),))
        case _:
            return _doors(language, scene, shown)


def _draft(language: str, scene: Scene, shown: Bulletin) -> Rows:
    when = times.moment(shown.at, scene.now, language) if shown.at else ""
    pin, seen = ("on" if shown.pin else "off"), ("on" if shown.button else "off")
    return (
        *_one(_press(phrase("bulletin.send", language, when=when), "notice", str(shown.id), "send")),
        *_rows(
            shown,
            language,
            (("where", "where"), ("when", "when")),
            ((f"pin_{pin}", "pin"), (f"seen_{seen}", "button")),
            (("change", "change"), ("cancel", "cancel")),
        ),
    )


def _place_and_page(rest: str) -> tuple[str, int]:
    place, _, page = rest.partition("=")
    return place, int(page) if page.isdecimal() else 0


def _places(language: str, scene: Scene, shown: Bulletin, place: str, page: int) -> Rows:
    """One level of the tree: all of it by one press, each grid by another, and the levels below behind their names."""
    district, number = scene.district, str(shown.id)
    tops = list(bulletin.voices(district, shown.author))
    here = district.areas.get(place)
    if here is None and len(tops) == 1:
        here = tops[0]
    below = [area for area in district.areas.values() if area.parent == here.code] if here else tops
    rows: list[tuple[Button | None, ...]] = []
    if here is not None and here.level == "grid":
        below = [here]
    elif here is not None:
        grids = bulletin.grids_in(district, here.code)
        if len(grids) > 1:
            rows.append((_mark(phrase("bulletin.whole", language, area=here.name), grids, shown, f"t={here.code}"),))
        rooms = bulletin.rooms_in(district, here.code)
        if rooms:
            rows.append((_mark(phrase("bulletin.rooms", language, area=here.name), rooms, shown, f"r={here.code}"),))
    worth = [area for area in below if area.level == "grid" or bulletin.grids_in(district, area.code)]
    for area in worth[page * PAGE : (page + 1) * PAGE]:
        rows.append((_place(area, scene, shown),))
    if len(worth) > (page + 1) * PAGE:
        code = here.code if here else ""
        rows.append((_press(phrase("bulletin.next_page", language), "notice", number, f"w={code}={page + 1}"),))
    up = here is not None and here not in tops
    back = _press(phrase("bulletin.up", language), "notice", number, f"w={here.parent}") if here and up else None
    rows.append((back, _press(phrase("bulletin.chosen", language), "notice", number, "main")))
    return _kept(rows)


def _place(area: Area, scene: Scene, shown: Bulletin) -> Button | None:
    if area.level == "grid":
        return _mark(area.name, (area.code,), shown, f"t={area.code}")
    inside = bulletin.grids_in(scene.district, area.code)
    chosen = len(set(inside) & set(shown.areas))
    sign = "✓ " if chosen == len(inside) else f"{chosen}/{len(inside)} " if chosen else ""
    return _press(f"{sign}{area.name} ›", "notice", str(shown.id), f"w={area.code}")


def _mark(text: str, areas: Iterable[str], shown: Bulletin, arg: str) -> Button | None:
    sign = "✓ " if set(areas) <= set(shown.areas) else ""
    return _press(f"{sign}{text}", "notice", str(shown.id), arg)


def _hours(language: str, scene: Scene, shown: Bulletin) -> Rows:
    number = str(shown.id)
    rows: list[tuple[Button | None, ...]] = [
        (_press(phrase("bulletin.at_once", language), "notice", number, "at=now"),)
    ]
    evening = bulletin.evening(scene.now)
    for name, at in (("evening", evening), ("morning", bulletin.morning(scene.now))):
        if at is not None:
            rows.append((_press(times.moment(at, scene.now, language), "notice", number, f"at={name}"),))
    rows.append((_press(phrase("bulletin.other_time", language), "notice", number, "at=ask"),))
    return _kept(rows)


def _doors(language: str, scene: Scene, shown: Bulletin) -> Rows:
    """The silent doors, one button for each grid whose list the author keeps."""
    if shown.stage is not Stage.DONE or not shown.button:
        return ()
    own = [code for code in shown.areas if keeps_list(scene.district, shown.author, code)]
    return _kept([(_press(phrase("bulletin.doors", language), "doors", str(shown.id), code),) for code in own[:3]])


def _homes(language: str, scene: Scene) -> Rows:
    """Under a worker's list: the silent doors of the newest bulletin there."""
    number, grid = scene.data.get("bulletin", ""), scene.data.get("area", "")
    return _one(_press(phrase("bulletin.doors_latest", language), "doors", number, grid)) if number else ()


def _household(language: str, scene: Scene) -> Rows:
    return _one(_press(phrase("bulletin.leave_home", language), "house", "leave")) if scene.homes else ()


def _rows(shown: Bulletin, language: str, *lines: tuple[tuple[str, str], ...]) -> Rows:
    number = str(shown.id)
    return _kept(
        [
            tuple(_press(phrase(f"bulletin.{name}", language), "notice", number, arg) for name, arg in line)
            for line in lines
        ]
    )


def _press(text: str, what: str, ref: str, arg: str = "") -> Button | None:
    data = choose(what, ref, arg)
    return Button(cut(text, _LONGEST), data) if data is not None else None


def _one(button: Button | None) -> Rows:
    return _kept([(button,)])


def _kept(rows: Iterable[tuple[Button | None, ...]]) -> Rows:
    """Leave out what does not fit on a button (an area's code may be too long), and rows without any."""
    found = (tuple(button for button in row if button is not None) for row in rows)
    return tuple(row for row in found if row)


OWN = {
    "bulletin": _group,
    "bulletin_card": _card,
    "homes": _homes,
    "household": _household,
}
