"""What belongs to a matter that is open: threads to work with, and the plainest ways of saying "me too"."""

from pathlib import Path

import pytest

from parsing.catalogue import load_catalogue, load_reach
from parsing.facts import spot_of
from parsing.me_too import Same, me_too
from parsing.never_mind import is_over
from tests.threads import judge, threads

HERE = Path(__file__).parent


def test_threads_come_out_as_they_should() -> None:
    """By the rules alone; the floor is what they do today."""
    found = judge(threads(HERE / "threads.yaml"))
    assert found.right.right >= 26, found.wrong
    assert found.number.right >= 28, found.wrong


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


def test_reach_names_services_of_the_catalogue() -> None:
    services = load_catalogue()
    assert set(load_reach().values()) == {"grid", "spot"}
    assert all(code in services and not services[code].private for code in load_reach())
