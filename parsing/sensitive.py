"""Identity numbers, telephones, bank cards and plates: found by their check digits or their shape, and masked.

What is kept of a message is `mask`ed: nobody needs those numbers. A plate stays there, for whoever goes to have a car
moved must know which; what everybody reads is `veil`ed, which covers plates and private details of people as well.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from parsing.details import find_details

_SEPARATORS = frozenset(" -\u00a0\u3000)）")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


class Kind(StrEnum):
    """What kind of private matter it is."""

    IDENTITY = "identity"
    PHONE = "phone"
    CARD = "card"
    PLATE = "plate"
    HEALTH = "health"
    FAMILY = "family"


NUMBERS = frozenset({Kind.IDENTITY, Kind.PHONE, Kind.CARD})
"""What nobody but its owner needs; never kept."""


@dataclass(frozen=True)
class Sensitive:
    """Something private: `text[start:end]`, separators included."""

    kind: Kind
    start: int
    end: int


def is_identity(digits: str) -> bool:
    """Tell whether 18 characters are an identity number: a date inside, and the check digit right."""
    if len(digits) != 18 or not digits[:17].isdigit():
        return False
    if not ("1900" <= digits[6:10] <= "2099" and "01" <= digits[10:12] <= "12" and "01" <= digits[12:14] <= "31"):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits[:17], strict=True))
    return _CHECKS[total % 11] == digits[17].upper()


def is_card(digits: str) -> bool:
    """Tell whether 13 to 19 digits pass the Luhn check and begin as bank cards do."""
    if not (13 <= len(digits) <= 19 and digits.isdigit() and digits[0] in "3456" and len(set(digits)) > 2):
        return False
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + position % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_phone(digits: str) -> bool:
    """Tell whether these digits are a mainland mobile number, with or without the country code."""
    if len(digits) in (13, 15) and digits.startswith(("86", "0086")):
        digits = digits[-11:]
    return len(digits) == 11 and digits[0] == "1" and digits[1] in "3456789"


_CITIES = re.compile(r"0(?:10|2\d|[3-9]\d\d)[2-9]\d{6,7}")
_AT_HOME = re.compile(r"(?:座机|固话|电话|固定电话)(?:号码|号)?(?:是|[:：])?\s?([2-9]\d{6,7})(?![\d-])")
"""A number of seven or eight digits alone may be anything, unless it is called a telephone."""

_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][ ·•・.\-]?"
    r"[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳领][A-HJ-NP-Z0-9]?(?![A-Z0-9])",
    re.IGNORECASE | re.ASCII,
)
"""Five signs after the letter, or six on the green plates; I and O are never among them."""


def is_landline(digits: str) -> bool:
    """Tell whether these digits are an area code and a number there."""
    return _CITIES.fullmatch(digits) is not None


def find_sensitive(text: str) -> tuple[Sensitive, ...]:
    """Return everything private in a text in its order; the time grows with its length only."""
    found = [*_numbers(text), *_plates(text)]
    found += (Sensitive(Kind(kind), start, end) for kind, start, end in find_details(text))
    return tuple(sorted(found, key=lambda one: one.start))


def find_numbers(text: str) -> frozenset[Kind]:
    """Return of which kinds there are private numbers: the quick look that every message gets."""
    if len(_DIGIT.findall(text)) < SHORTEST:
        return frozenset()
    return frozenset(one.kind for one in _numbers(text))


_DIGIT = re.compile(r"\d")
SHORTEST = 7
"""Fewer digits are no number of this kind."""


def _plates(text: str) -> list[Sensitive]:
    found = (hit for hit in _PLATE.finditer(text) if any(sign.isdigit() for sign in hit[0]))
    return [Sensitive(Kind.PLATE, hit.start(), hit.end()) for hit in found]


def _numbers(text: str) -> list[Sensitive]:
    found: list[Sensitive] = []
    run: list[tuple[int, str]] = []
    pending = 0
    for at, character in enumerate(text):
        digit = unicodedata.digit(character, None)
        if digit is not None:
            run.append((at, str(digit)))
            pending = 0
        elif character in "xXＸｘ" and len(run) >= 17:
            run.append((at, "X"))
            found.extend(_judge(run))
            run, pending = [], 0
        elif run and (unicodedata.category(character) == "Cf" or (character in _SEPARATORS and pending == 0)):
            pending += character in _SEPARATORS
        elif run:
            found.extend(_judge(run))
            run, pending = [], 0
    found.extend(_judge(run))
    known = {(one.start, one.end) for one in found}
    homes = (hit.span(1) for hit in _AT_HOME.finditer(text))
    return [*found, *(Sensitive(Kind.PHONE, *span) for span in homes if span not in known)]


def _judge(run: list[tuple[int, str]]) -> list[Sensitive]:
    """Judge each unbroken piece of a run; only if none is private, what the pieces make together (138 0013 8000)."""
    pieces: list[list[tuple[int, str]]] = []
    for at, digit in run:
        if pieces and at == pieces[-1][-1][0] + 1:
            pieces[-1].append((at, digit))
        else:
            pieces.append([(at, digit)])
    alone = [found for piece in pieces if (found := _sensitive(piece)) is not None]
    if alone or len(pieces) < 2:
        return alone
    together: list[Sensitive] = []
    first = 0
    while first < len(pieces):
        # No private number has more than 19 digits, so no more groups than that.
        for last in range(min(len(pieces), first + 19), first, -1):
            found = _sensitive([entry for piece in pieces[first:last] for entry in piece])
            if found is not None:
                together.append(found)
                first = last - 1
                break
        first += 1
    return together


def _sensitive(digits: list[tuple[int, str]]) -> Sensitive | None:
    kind = _kind("".join(digit for _, digit in digits))
    return Sensitive(kind, digits[0][0], digits[-1][0] + 1) if kind is not None else None


def _kind(digits: str) -> Kind | None:
    if is_identity(digits):
        return Kind.IDENTITY
    if is_phone(digits) or is_landline(digits):
        return Kind.PHONE
    if is_card(digits):
        return Kind.CARD
    return None


_KEPT = {Kind.PHONE: (3, 2), Kind.CARD: (0, 4), Kind.PLATE: (2, 1)}


def mask(text: str) -> str:
    """Return the text with every private number covered by `*`; only the ends that tell two apart stay."""
    return _covered(text, _numbers(text))


def veil(text: str, *, apart: Iterable[Kind] = ()) -> str:
    """Return the text as everybody may read it: everything private covered, but for the kinds in `apart`."""
    kept = frozenset(apart)
    return _covered(text, (one for one in find_sensitive(text) if one.kind not in kept))


def _covered(text: str, found: Iterable[Sensitive]) -> str:
    characters = list(text)
    for item in found:
        places = [at for at in range(item.start, item.end) if text[at].isalnum()]
        before, after = _KEPT.get(item.kind, (0, 0))
        if len(places) < SHORTEST + 2:
            before = before if item.kind is Kind.PLATE else 0
        for at in places[before : len(places) - after]:
            characters[at] = "*"
    return "".join(characters)
