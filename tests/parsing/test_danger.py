"""The signs of danger, and how they are weighed."""

import pytest

from parsing import load_catalogue
from parsing.candidates import rank
from parsing.danger import MARKS, found, log_odds, signs
from parsing.glance import glance
from parsing.training import weighed

NAMES = (
    "live", "past", "score", "length", "clauses", *MARKS, "unhurt", "asks", "brief", "creature", "thing", "person",
    "nobody",
)  # fmt: skip


def _found(text: str) -> dict[str, float]:
    seen = glance(text)
    assert seen is not None
    shown = found(seen, rank(seen.matches, load_catalogue()))
    return dict(zip(NAMES, shown, strict=True))


@pytest.mark.parametrize(
    ("text", "present", "absent"),
    [
        ("我家着火了快来人", {"live", "person"}, {"past", "unhurt", "asks", "laugh"}),
        ("没着火，是我家炒菜", {"past"}, {"live"}),
        ("水壶炸了，没烫着", {"unhurt"}, {"asks", "brief"}),
        ("着火了吗？", {"asks", "brief"}, {"unhurt"}),
        ("鸽子困在管道里", {"creature", "nobody"}, {"thing", "person"}),
        ("手机掉井里", {"thing", "nobody"}, {"creature", "person"}),
        ("猫抓伤了孩子", {"creature", "person"}, {"nobody"}),
        ("笑死我了哈哈", {"laugh"}, {"live"}),
    ],
)
def test_what_is_found(text: str, present: set[str], absent: set[str]) -> None:
    shown = _found(text)
    assert {name for name in present if not shown[name]} == set()
    assert {name for name in absent if shown[name]} == set()


def test_the_strongest_kinds_count_and_what_is_known_of_none() -> None:
    assert signs(0.5, [-1.0, 2.0, 1.0], 3.0, -0.5) == [0.5, 2.0, 1.0, 3.0, -0.5]
    assert signs(0.5, [2.0], 3.0, -0.5) == [0.5, 2.0, 2.0, 3.0, -0.5]
    assert signs(0.5, [], 3.0, -0.5) == [0.5, 0.5, 0.5, 3.0, -0.5]


def test_weights_are_learned_and_give_log_odds() -> None:
    rows = [[float(at % 2), 7.0] for at in range(40)]
    right = [at % 2 == 1 for at in range(40)]
    weights = weighed(rows, right)
    assert len(weights) == 3
    assert log_odds(weights, [1.0, 7.0]) > 2 > -2 > log_odds(weights, [0.0, 7.0])
