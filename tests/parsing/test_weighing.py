"""The signs of a request and of danger, and how they are weighed."""

import numpy as np
import pytest

from parsing import load_catalogue
from parsing.candidates import rank
from parsing.glance import glance
from parsing.growing import MESSAGES, judged
from parsing.training import weighed
from parsing.trees import Weighed, Weighing
from parsing.weighing import deadly, found, names, said


def _found(text: str) -> dict[str, float]:
    seen = glance(text)
    assert seen is not None
    shown = found(seen, rank(seen.matches, load_catalogue()))
    return dict(zip(names(())[-len(shown) :], shown, strict=True))


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


def test_the_strongest_kinds_and_the_likeliest_services_count() -> None:
    chances = np.array([0.1, 0.7, 0.2], dtype=np.float32)
    shown = said(0.5, [-1.0, 2.0, 1.0], 3.0, -0.5, chances, (0, 2))
    assert shown == pytest.approx([0.5, 2.0, 1.0, 3.0, -0.5, 0.7, 0.2, 0.3, -1.0, 2.0, 1.0])
    assert said(0.5, [2.0], 3.0, -0.5, chances, ())[:3] == [0.5, 2.0, 2.0]
    assert said(0.5, [], 3.0, -0.5, chances[:0], ()) == [0.5, 0.5, 0.5, 3.0, -0.5, 0.0, 0.0, 0.0]
    kinds = ("?danger fire", "?danger violence")
    seen = glance("着火了")
    assert seen is not None
    row = [*said(0.5, [1.0, 2.0], 3.0, -0.5, chances, ()), *found(seen, rank(seen.matches, load_catalogue()))]
    assert len(names(kinds)) == len(row)


def test_which_services_are_of_danger() -> None:
    assert deadly(("garbage", "fire", "unheard_of", "violence")) == (1, 3)


def test_what_counts_is_learned_and_gives_log_odds() -> None:
    rows = np.array([[float(at % 2), 7.0, float(at % 4 == 1)] for at in range(400)])
    right = [at % 4 == 1 for at in range(400)]
    weights = weighed(rows, right)
    assert len(weights) == 4
    begin = rows @ np.array(weights[:-1]) + weights[-1]
    made = Weighed(weights, judged(("a", "b", "c"), rows, right, MESSAGES, begin))
    assert made.score([1.0, 7.0, 1.0]) > 2 > -2 > made.score([1.0, 7.0, 0.0])
    kept = Weighing.from_bytes(Weighing(made, made).to_bytes())
    assert kept == Weighing(made, made)
