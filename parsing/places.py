"""Where: buildings with unit and room in every common spelling, landmarks, and the district's own places."""

import re
from collections.abc import Set
from dataclasses import dataclass

from parsing.model import KnownPlace, Place
from parsing.normalise import Normalised, normalise

_NUMBER = r"(?:[0-9]{1,4}[a-z]?|[a-z][0-9]{0,3}|[一二三四五六七八九十百]{1,4})"
_BUILDING_WORD = (
    r"(?:号楼|栋楼(?![道梯顶下上里层栋])|栋|幢楼(?![道梯顶下上里层])|幢|(?<=[0-9a-z])座|号院|弄|#楼|#"
    r"|楼(?=[0-9一二三四五六七八九十]{1,2}单元))"
)
_UNIT = rf" ?(?:(?P<unit>{_NUMBER}) ?(?:单元|门洞|梯))"
_FLOOR = r" ?(?:(?P<floor>[0-9]{1,2}|[一二三四五六七八九十]{1,3}) ?(?:楼|层)(?!道))"
_ROOM = r" ?-?(?:(?P<room>[0-9]{3,4}) ?(?:室|号房|号|房)?(?![0-9]))"
_LONG = re.compile(rf"(?<![0-9a-z])(?P<building>{_NUMBER}) ?{_BUILDING_WORD}(?:{_UNIT})?(?:{_FLOOR})?(?:{_ROOM})?")
_DASHED = re.compile(
    r"(?<![0-9a-z.:/-])(?P<building>[0-9]{1,3}|[a-z][0-9]?)-(?:(?P<unit>[0-9]{1,2})-)?(?P<room>[0-9]{3,4})(?![0-9:/-])"
)
_UNIT_ONLY = re.compile(rf"(?<![0-9a-z])(?P<unit>{_NUMBER}) ?单元(?:{_FLOOR})?(?:{_ROOM})?")
_ENGLISH = re.compile(
    r"(?<![a-z])(?:building|block|bldg|tower) ?(?:no\.? ?)?(?P<building>[0-9]{1,4}[a-z]?|[a-z](?![a-z]))"
    r"(?:,? ?unit (?P<unit>[0-9]{1,2}))?(?:,? ?(?:room|apartment|apt|flat) ?(?P<room>[0-9]{3,4}))?"
)
_ROOM_ONLY = re.compile(r"(?<![0-9a-z.])(?P<room>[0-9]{3,4}) ?(?:室|房间|号房|住户|那户)")
_LANE = re.compile(r"(?<![0-9a-z])(?:[0-9]{1,4}) ?号(?:门口|院子|门面|商铺|店)")

_SIDE = r"(?:大门口|门口|对面|旁边|边上|后面|前面|附近|路口|拐角|里面|外面|上|里|东侧|西侧|南侧|北侧)?"
_LANDMARK = re.compile(
    r"(?P<name>"
    r"(?:小区|学校|公园|菜场|市场|广场)?(?:东|西|南|北|正|后|侧|东南|西南|东北|西北)(?:大)?门(?:口)?"
    r"|[\u4e00-\u9fff]{2,4}(?:路|街|大道|巷)[0-9]{1,4}号"
    r"|(?:村|桥|河|巷|弄|路|街)(?:口|头|边)(?!音)"
    r"|(?:东|西|南|北|中)(?:区|边|侧|面)(?!域)"
    r"|地下车库|地下室|停车场|农贸市场|菜市场|菜场|幼儿园|小学|中学|卫生站|卫生院|健身广场|小广场|广场(?!舞)|公园|凉亭"
    r"|篮球场|水塘|池塘|水库|工地|公交站|公交站台|垃圾房|垃圾站|快递柜|门卫室|岗亭|活动室|居委会|社区门口|小区门口"
    rf"){_SIDE}"
)
_LANDMARK_ENGLISH = re.compile(
    r"(?<![a-z])(?:(?:east|west|south|north|main|back|front) (?:gate|entrance|door)|underground garage|car park"
    r"|parking lot|playground|wet market|bus stop)(?![a-z])"
)
_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_RANGE = re.compile(rf"(?P<first>[0-9]{{1,4}})(?:[-~至到](?P<last>[0-9]{{1,4}}))? ?{_BUILDING_WORD}")
_LISTED = re.compile(r"[0-9]{1,4}(?:[、,，][0-9]{1,4}){1,60} ?(?:号楼|栋|幢|座)")


def number(written: str) -> str:
    """Return a number as digits: `三` is 3, `十二` is 12; letters and digits stay."""
    if not written or written[0] not in "一二三四五六七八九十百两":
        return written
    total, current = 0, 0
    for character in written:
        if character == "百":
            total += (current or 1) * 100
            current = 0
        elif character == "十":
            total += (current or 1) * 10
            current = 0
        else:
            current = _DIGITS[character]
    return str(total + current)


class _Known:
    """The places of a district, found by what a text says and not by going through all of them."""

    def __init__(self, places: tuple[KnownPlace, ...]) -> None:
        self.places = places
        self.buildings: dict[int, set[str]] = {}
        """Number of a building -> the areas that have one."""

        self.names: dict[str, set[str]] = {}
        """Name -> the areas that have such a place, in the order of the file."""

        for place in places:
            name = normalise(place.name).text
            numbers = _numbers(name)
            for one in numbers:
                self.buildings.setdefault(one, set()).add(place.area)
            if not numbers and len(name) > 1:
                self.names.setdefault(name, set()).add(place.area)
        order = {name: (-len(name), at) for at, name in enumerate(self.names)}
        self._beginning: dict[str, list[tuple[tuple[int, int], str]]] = {}
        for name, rank in order.items():
            self._beginning.setdefault(name[:2], []).append((rank, name))

    def named(self, text: str) -> list[tuple[int, str]]:
        """Return where names stand, longer names first: 湘河中学东门 is more exact than 东门."""
        found = [
            (rank, at, name)
            for at in range(len(text) - 1)
            for rank, name in self._beginning.get(text[at : at + 2], ())
            if text.startswith(name, at)
        ]
        return [(at, name) for _, at, name in sorted(found)]


def _numbers(name: str) -> frozenset[int]:
    if _LISTED.fullmatch(name):
        return frozenset(int(piece) for piece in re.findall(r"[0-9]+", name))
    ranged = _RANGE.fullmatch(name)
    if not ranged:
        return frozenset()
    first = int(ranged["first"])
    return frozenset(range(first, min(int(ranged["last"] or first), first + 999) + 1))


_LATEST: list[_Known] = []
"""The districts asked about last, the latest first: to compare their places one by one would take longer than to use
them."""


def _known(places: tuple[KnownPlace, ...]) -> _Known:
    for known in _LATEST:
        if known.places is places:
            return known
    known = _Known(places)
    _LATEST.insert(0, known)
    del _LATEST[4:]
    return known


def _owner(areas: Set[str], grid: str | None) -> str | None:
    """Several grids have a building 3: the group's own counts first."""
    if grid is not None:
        if grid in areas:
            return grid
        inside = [area for area in areas if area.startswith(f"{grid}.")]
        if inside:
            return inside[0] if len(inside) == 1 else grid
    return next(iter(areas)) if len(areas) == 1 else None


def areas_of_places(text: Normalised, places: tuple[KnownPlace, ...]) -> frozenset[str]:
    """Return every area that has a place which the text names; a building 3 may stand in many."""
    known = _known(places)
    numbers = {
        int(found["building"])
        for pattern in (_LONG, _ENGLISH, _DASHED)
        for found in pattern.finditer(text.text)
        if (found["building"] or "").isdigit()
    }
    numbers |= {int(written) for found in _LONG.finditer(text.text) if (written := number(found["building"])).isdigit()}
    named = (known.names[name] for _, name in known.named(text.text))
    return frozenset().union(*named, *(known.buildings.get(one, ()) for one in numbers))


_WRITTEN = (
    (_LONG, "号栋幢座弄#楼"),
    (_ENGLISH, "bt"),
    (_DASHED, "-"),
    (_UNIT_ONLY, "单"),
    (_ROOM_ONLY, "室房户"),
    (_LANE, "号"),
)
"""How places with numbers are written, and characters of which such a place has at least one."""


def find_places(text: Normalised, places: tuple[KnownPlace, ...], grid: str | None) -> tuple[Place, ...]:
    """Return the places named in a text in their order, none overlapping another."""
    known = _known(places)
    found = _Found(len(text.text))
    for pattern, needed in _WRITTEN:
        if any(character in text.text for character in needed):
            for match in pattern.finditer(text.text):
                found.add(match.start(), match.end(), match)
    for at, name in known.named(text.text):
        found.add(at, at + len(name), None, known.names[name])
    for pattern in (_LANDMARK, _LANDMARK_ENGLISH):
        for match in pattern.finditer(text.text):
            found.add(match.start(), match.end(), None)
    return tuple(_place(text, item, known, grid) for item in sorted(found.items, key=lambda item: item.start))


@dataclass
class _Item:
    start: int
    end: int
    match: re.Match[str] | None
    areas: Set[str] = frozenset()


class _Found:
    """Places found so far; what comes later gives way to what covers its characters already."""

    def __init__(self, size: int) -> None:
        self.items: list[_Item] = []
        self._taken: list[_Item | None] = [None] * size

    def add(self, start: int, end: int, match: re.Match[str] | None, areas: Set[str] = frozenset()) -> None:
        earlier = next((item for item in self._taken[start:end] if item is not None), None)
        if earlier is None:
            item = _Item(start, end, match, areas)
            self.items.append(item)
            self._taken[start:end] = [item] * (end - start)
        elif areas and (earlier.start, earlier.end) == (start, end):
            earlier.areas = earlier.areas | areas


def _place(
    text: Normalised,
    item: _Item,
    known: _Known,
    grid: str | None,
) -> Place:
    start, end, match, areas = item.start, item.end, item.match, item.areas
    while text.text[end - 1] == " ":
        end -= 1
    groups = match.groupdict() if match is not None else {}
    building, unit, room = (number(groups[name]) if groups.get(name) else None for name in ("building", "unit", "room"))
    if building is not None and building.isdigit():
        areas = known.buildings.get(int(building), frozenset())
    first, last = text.original(start, end)
    return Place(text.source[first:last], first, last, building, unit, room, _owner(areas, grid))
