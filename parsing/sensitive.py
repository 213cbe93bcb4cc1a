"""Identity numbers, mobile phones and bank cards: found by their own check digits, and masked."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

_SEPARATORS = frozenset(" -\u00a0\u3000")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


class Kind(StrEnum):
    """What kind of private number it is."""

    IDENTITY = "identity"
    PHONE = "phone"
    CARD = "card"


@dataclass(frozen=True)
class Sensitive:
    """A private number: `text[start:end]`, separators included."""

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


def find_sensitive(text: str) -> tuple[Sensitive, ...]:
    """Return the private numbers of a text in their order."""
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
    return tuple(found)


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
    if is_phone(digits):
        return Kind.PHONE
    if is_card(digits):
        return Kind.CARD
    return None


_KEPT = {Kind.IDENTITY: (0, 0), Kind.PHONE: (3, 2), Kind.CARD: (0, 4)}


def mask(text: str) -> str:
    """Return the text with every private number covered by `*`; only the ends that tell two apart stay."""
    characters = list(text)
    for item in find_sensitive(text):
        places = [at for at in range(item.start, item.end) if text[at].isalnum()]
        before, after = _KEPT[item.kind]
        for at in places[before : len(places) - after]:
            characters[at] = "*"
    return "".join(characters)
