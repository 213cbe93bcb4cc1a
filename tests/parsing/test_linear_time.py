"""No pattern of understanding takes more than linear time, whatever anybody writes."""

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator

import pytest

import parsing
from parsing import Context, mask, understand, veil

SIZE = 2048
"""The first of three lengths; the third is twice Telegram's longest message."""

WORTH_MEASURING = 0.002
"""Seconds for the third length, below which nothing can be quadratic: that would be 8192² steps of a machine."""

SLOWEST = 4
"""Pieces of each pattern that are measured: one that takes more than linear time is far ahead of all others."""

DOUBLED = 3.0
"""Twice the length may take this many times as long; linear is 2, quadratic 4."""

PIECES = (
    *(
        "a",
        "A",
        "0",
        "1",
        "一",
        "十",
        "我",
        "的",
        "栋",
        "号",
        "，",
        "。",
        " ",
        "\n",
        "-",
        "(",
        "）",
        "\u200b",
        "😂",
        "\u202e",
    ),
    *(
        "1-",
        "3栋",
        "12号楼",
        "a ",
        "I ",
        "一十",
        "第1",
        "电话",
        "A1",
        "浙F",
        "我有",
        "0 ",
        "1,",
        "他得",
        "三单元",
        "a1-",
        "ab'",
    ),
)


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Return every compiled pattern of the package, also those in its tables."""
    for module in pkgutil.iter_modules(parsing.__path__, "parsing."):
        for name, value in vars(importlib.import_module(module.name)).items():
            for number, found in enumerate(_in(value)):
                yield f"{module.name}.{name}{number or ''}", found


def _in(value: object) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        for one in (*value.keys(), *value.values()):
            yield from _in(one)
    elif isinstance(value, tuple | list | frozenset | set):
        for one in value:
            yield from _in(one)


def seconds(pattern: re.Pattern[str], text: str, times: int = 1) -> float:
    """Return the least processor time of so many runs over a text."""
    least = float("inf")
    for _ in range(times):
        began = time.process_time()
        for _ in pattern.finditer(text):
            pass
        least = min(least, time.process_time() - began)
    return least


ALL = dict(patterns())


def test_the_patterns_are_found() -> None:
    assert {"parsing.sensitive._PLATE", "parsing.details._ILLNESS"} <= set(ALL)
    assert len(ALL) > 20


@pytest.mark.parametrize("name", sorted(ALL))
def test_every_pattern_is_linear(name: str) -> None:
    """Nearly all are too quick to be measured; the others are measured at three lengths, the best of several runs."""
    pattern = ALL[name]
    own = [one for one in dict.fromkeys(re.sub(r"\\.|[\[\](){}|?*+.^$:=!<>,-]", " ", pattern.pattern)) if one.strip()]
    took = {piece: seconds(pattern, (piece * 4 * SIZE)[: 4 * SIZE]) for piece in (*PIECES, *own[:24])}
    slowest = sorted(took, key=took.__getitem__, reverse=True)[:SLOWEST]
    suspects = [piece for piece in slowest if took[piece] > WORTH_MEASURING]
    for piece in suspects:
        one, two, four = (seconds(pattern, (piece * 4 * SIZE)[: times * SIZE], 5) for times in (1, 2, 4))
        assert two < DOUBLED * one + 0.001, (piece, one, two, four)
        assert four < DOUBLED * two + 0.001, (piece, one, two, four)


def test_a_quadratic_pattern_would_be_noticed() -> None:
    bad = re.compile(r"\d+x")
    one, two = (seconds(bad, "1" * times * SIZE, 3) for times in (1, 2))
    assert seconds(bad, "1" * 4 * SIZE) > WORTH_MEASURING
    assert two > DOUBLED * one


@pytest.mark.parametrize(
    "text",
    [
        "a" * 4096,
        "灯" * 4096,
        "😂🔥💡" * 300,
        "\u200b\u200d\ufeff" * 1000,
        "3栋\u200b楼\u200d道\ufeff灯\u2060坏了",
        "\u202e了坏灯道楼栋3\u202c",
        "3棟樓道燈壞了，电梯也壞咗",
        "Il lampione davanti al palazzo 3 è rotto",
        "الضوء في الدرج معطل",
        "подъезд 3, не горит свет",
        "\x00\x01\x02",
        "ﷺ" * 100,
        "I̸̢̛" * 500,
    ],
)
def test_odd_words_are_read_without_a_fuss(text: str, context: Context) -> None:
    found = understand(text, context)
    assert 0 <= found.confidence <= 1
    assert found.danger is None
    assert mask(text) == veil(text) == text


def test_invisible_characters_and_old_writing_change_nothing(context: Context) -> None:
    plain = understand("3栋楼道灯坏了", context)
    for text in (
        "3\u200b栋楼\u200d道灯\ufeff坏\u2060了",
        "3棟樓道燈壞了",
        "３栋楼道灯坏了",
        "\u202a3栋楼道灯坏了\u202c",
    ):
        found = understand(text, context)
        assert (found.action, found.service) == (plain.action, plain.service), text
