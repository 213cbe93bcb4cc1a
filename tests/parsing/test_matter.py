"""What belongs to a matter that is open: threads to work with, and the plainest ways of saying "me too"."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.matters import matters
from bot.model import models
from parsing.catalogue import load_catalogue, load_reach
from parsing.facts import spot_of
from parsing.linear import ModelError
from parsing.matter_lessons import learn_matters
from parsing.matter_model import MatterModel
from parsing.me_too import Same, me_too
from parsing.never_mind import is_over
from parsing.threads import START, Line, Thread
from parsing.threads import threads as lessons
from tests.threads import judge, threads

HERE = Path(__file__).parent

CORPUS_FLOOR = 0.64


def test_threads_come_out_as_they_should() -> None:
    """By the rules alone, where nothing was learned; the floor is what they do today."""
    found = judge(threads(HERE / "threads.yaml"))
    assert found.right.right >= 26, found.wrong
    assert found.number.right >= 28, found.wrong


def test_what_was_learned_from_threads_holds_its_floor() -> None:
    """The figures of the service, a little below those of docs/understanding.md; these threads nobody learned from."""
    learned = models()
    found = judge(threads(HERE / "threads.yaml"), learned, matters(learned))
    assert found.right.share >= 0.8, found.wrong
    corpus = judge(threads(), learned, matters(learned))
    assert corpus.right.share >= CORPUS_FLOOR
    assert corpus.number.share >= 0.82


def test_what_is_plainly_something_else_is_not_swallowed() -> None:
    """One building, several troubles of several people at once: as many tickets."""
    troubles = ("楼道灯坏了", "门口井盖松了", "门口垃圾没人收", "水管漏水", "电梯坏了")
    lines = [Line(str(number), START + timedelta(seconds=number), f"4栋{one}") for number, one in enumerate(troubles)]
    wanted = tuple(frozenset({number}) for number in range(len(lines)))
    learned = models()
    thread = Thread("one building", tuple(lines), wanted)
    found = judge([thread], learned, matters(learned))
    assert found.right.right == 1, found.wrong


def test_the_model_of_matters_is_read_back_and_refuses_foreign_bytes() -> None:
    made = matters(models())
    assert MatterModel.from_bytes(made.to_bytes()).to_bytes() == made.to_bytes()
    for content in (b"", b"nonsense" * 100, made.to_bytes()[:5000]):
        with pytest.raises(ModelError):
            MatterModel.from_bytes(content)


def test_threads_to_learn_from_are_written_well() -> None:
    assert len(lessons()) >= 1000
    for one in lessons():
        numbers = set(range(len(one.lines)))
        assert all(ticket <= numbers for ticket in one.tickets), one.about
        assert len(set().union(*one.tickets)) == sum(map(len, one.tickets)), one.about
        assert sorted(line.at for line in one.lines) == [line.at for line in one.lines], one.about


def test_a_small_model_from_a_few_threads_is_the_same_each_time() -> None:
    few, services = lessons()[:30], load_catalogue()
    made = learn_matters(models(), services, few)
    assert made.to_bytes() == learn_matters(models(), services, few).to_bytes()
    assert judge(few, models(), made).right.share > judge(few, models()).right.share


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("我家也是", Same.BARE),
        ("+1", Same.BARE),
        ("俺也一样！！", Same.BARE),
        ("me too", Same.BARE),
        ("6栋也是", Same.ALSO),
        ("7栋2单元也没水了", Same.ALSO),
        ("we have no water either", Same.ALSO),
        ("我们楼没信号", Same.OURS),
        ("我也想买", Same.NO),
        ("你家也是吗？", Same.NO),
        ("好的", Same.NO),
        ("", Same.NO),
        ("也" * 4000, Same.NO),
        ("我家也" * 19, Same.OURS),
    ],
)
def test_me_too(text: str, same: Same) -> None:
    assert me_too(text) is same


@pytest.mark.parametrize(
    ("text", "over"),
    [
        ("没事了好了", True),
        ("来电了", True),
        ("物业来弄好了，不用来了", True),
        ("never mind, found him", True),
        ("谢谢", False),
        ("好的", False),
        ("修好了吗", False),
        ("修好了又坏了", False),
        ("什么时候能来电", False),
    ],
)
def test_it_is_over(text: str, over: bool) -> None:
    assert is_over(text) is over


def test_spots() -> None:
    assert spot_of(("3栋2单元",)).meets(spot_of(("三号楼",)))
    assert spot_of(("3栋",)).apart(spot_of(("4栋",)))
    assert spot_of(("东门",)).apart(spot_of(("西门",)))
    assert not spot_of(("东门",)).apart(spot_of(()))


@pytest.mark.parametrize(
    ("one", "other", "rooms", "apart"),
    [
        ("3栋1单元", "3栋2单元", False, True),
        ("3栋1单元", "3栋2单元", True, True),
        ("3栋1单元501", "3栋1单元502", True, True),
        ("3栋1单元501", "3栋1单元502", False, False),
        ("3栋501", "3栋1单元501", True, False),
        ("3栋", "3栋1单元501", True, False),
        ("3栋1单元", "4栋2单元", True, False),
        ("3栋1单元501", "东门", True, False),
    ],
)
def test_next_door_is_another_home_of_the_same_building(one: str, other: str, rooms: bool, apart: bool) -> None:
    here, there = spot_of((one,)), spot_of((other,))
    assert here.next_door(there, rooms=rooms) is there.next_door(here, rooms=rooms) is apart


def test_the_same_leak_behind_another_door_is_a_matter_of_its_own() -> None:
    homes = ("1幢1单元101室", "1幢2单元101室", "1幢2单元102室")
    lines = [
        Line(str(number), START + timedelta(seconds=number), f"{one}厨房水管漏水") for number, one in enumerate(homes)
    ]
    thread = Thread("three homes", tuple(lines), tuple(frozenset({number}) for number in range(len(lines))))
    learned = models()
    assert judge([thread], learned, matters(learned)).wrong == []


def test_reach_names_services_of_the_catalogue() -> None:
    services = load_catalogue()
    assert set(load_reach().values()) == {"grid", "spot"}
    assert all(code in services and not services[code].private for code in load_reach())
