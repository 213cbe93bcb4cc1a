"""Other people's words, made fit to stand among ours. Plain text in, plain text out; escaping is the engine's."""

import re
from collections.abc import Sequence

_MOBILE, _LONG_NUMBER = 11, 15

_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
"""Control characters but tab and new line, writing directions, and halves of surrogate pairs."""


def tidy(text: str) -> str:
    """Take out what would disturb other people's lines: control characters and reversed writing directions."""
    return _STEERING.sub("", text)


def cut(text: str, most: int) -> str:
    """Shorten a value to `most` characters, the last one an ellipsis."""
    return text if len(text) <= most else f"{text[: max(0, most - 1)]}…"


def masked(text: str) -> str:
    """Hide mobile phone, identity and card numbers: runs of digits that long keep three and two of them."""
    out, run = [], ""
    for letter in f"{text}\n":
        if letter.isascii() and letter.isdigit():
            run += letter
            continue
        if run:
            long = len(run) >= _LONG_NUMBER or (len(run) == _MOBILE and run[0] == "1")
            out.append(f"{run[:3]}…{run[-2:]}" if long else run)
            run = ""
        out.append(letter)
    return "".join(out)[:-1]


def listed(words: Sequence[str], language: str) -> str:
    """Join as people say it: 甲、乙和丙; a, b and c."""
    if len(words) < 2:
        return "".join(words)
    comma, last = ("、", "和") if language == "zh" else (", ", " and ")
    return f"{comma.join(words[:-1])}{last}{words[-1]}"
