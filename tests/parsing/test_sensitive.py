"""Private numbers. Every number here is made up; the check digits are computed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsing import Kind, find_numbers, find_sensitive, mask, veil
from parsing.sensitive import is_card, is_identity


def identity(first_17: str) -> str:
    return first_17 + next(check for check in "0123456789X" if is_identity(first_17 + check))


def card(first: str) -> str:
    return first + next(check for check in "0123456789" if is_card(first + check))


IDENTITY = identity("11010519491231002")
CARD = card("622202123456789012")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"我身份证{IDENTITY}", Kind.IDENTITY),
        (f"身份证：{IDENTITY.lower()}。", Kind.IDENTITY),
        ("打我电话13800138000", Kind.PHONE),
        ("138 0013 8000", Kind.PHONE),
        ("138-0013-8000", Kind.PHONE),
        ("+8613800138000", Kind.PHONE),
        ("１３８００１３８０００", Kind.PHONE),
        ("138\u200b00138000", Kind.PHONE),
        (f"卡号{CARD}", Kind.CARD),
        ("0573-82711234", Kind.PHONE),
        ("家里010 8271 1234没人接", Kind.PHONE),
        ("（0573）82711234", Kind.PHONE),
        ("座机：82711234", Kind.PHONE),
        (f"{CARD[:4]} {CARD[4:8]} {CARD[8:12]} {CARD[12:16]} {CARD[16:]}", Kind.CARD),
    ],
)
def test_private_numbers_are_found_and_covered(text: str, kind: Kind) -> None:
    found = find_sensitive(text)
    assert [item.kind for item in found] == [kind]
    covered = mask(text)
    assert len(covered) == len(text)
    assert covered.count("*") >= 6
    assert not find_sensitive(covered)


def test_a_number_after_a_room_is_still_found() -> None:
    assert mask("3栋 501 13800138000") == "3栋 501 138******00"


@pytest.mark.parametrize(
    "text",
    [
        *("3栋2单元501", "2024-05-01 12:30", "订单号20240501123456", "400-820-8820", "11111111111111111"),
        *("打12345没人接", "快递单号82711234", "0-18:00", "宁A栋的灯坏了", "川菜馆A1234B"),
        *("社区有艾滋病宣传活动吗", "楼上精神病吧，半夜装修", "离婚证在哪办", "我们小区有癌症筛查吗", "怎么预防乙肝"),
    ],
)
def test_other_numbers_and_words_stay(text: str) -> None:
    assert mask(text) == veil(text) == text
    assert find_sensitive(text) == ()


@pytest.mark.parametrize(
    ("text", "seen", "kind"),
    [
        ("浙F12345挡住车库", "浙F****5挡住车库", Kind.PLATE),
        ("粤b·d12345占了充电位", "粤b·*****5占了充电位", Kind.PLATE),
        ("沪AD12345F 乱停", "沪AD12345F 乱停", None),
        ("京A1234警停在门口", "京A****警停在门口", Kind.PLATE),
        ("隔壁老王得了艾滋病，天天往楼道扔针头", "隔壁老王得了***，天天往楼道扔针头", Kind.HEALTH),
        ("我妈查出肺癌，想问问大病救助", "我妈查出**，想问问大病救助", Kind.HEALTH),
        ("我刚流产，楼上太吵睡不着", "我刚**，楼上太吵睡不着", Kind.HEALTH),
        ("his son is on lithium", "his son is on *******", Kind.HEALTH),
        ("我离婚了，户口怎么迁", "我**了，户口怎么迁", Kind.FAMILY),
        ("My wife and I divorced, who signs", "My wife and I ********, who signs", Kind.FAMILY),
    ],
)
def test_plates_and_details_are_veiled_but_kept(text: str, seen: str, kind: Kind | None) -> None:
    assert mask(text) == text
    assert veil(text) == seen
    assert [item.kind for item in find_sensitive(text)] == ([kind] if kind is not None else [])
    assert find_numbers(text) == frozenset()


def test_the_quick_look_finds_what_the_long_one_finds() -> None:
    said = f"我叫顾某，身份证{IDENTITY}，卡号{CARD}，电话0573-82711234"
    assert find_numbers(said) == {Kind.IDENTITY, Kind.CARD, Kind.PHONE}
    assert veil(said, apart=[Kind.CARD]).count(CARD) == 1


def test_a_wrong_check_digit_is_no_identity_number() -> None:
    wrong = IDENTITY[:-1] + ("1" if IDENTITY[-1] != "1" else "2")
    assert all(item.kind is not Kind.IDENTITY for item in find_sensitive(wrong))


@given(st.text(max_size=200))
def test_masking_keeps_length_and_everything_else(text: str) -> None:
    covered = mask(text)
    spans = find_sensitive(text)
    hidden = {at for item in spans for at in range(item.start, item.end)}
    assert len(covered) == len(text)
    assert all(covered[at] == text[at] for at in range(len(text)) if at not in hidden)


@given(
    st.integers(min_value=3, max_value=9), st.from_regex(r"\A[0-9]{9}\Z"), st.sampled_from(["电话", "a", "，", "\n"])
)
def test_every_mobile_number_is_covered(second: int, rest: str, border: str) -> None:
    phone = f"1{second}{rest}"
    assert phone not in mask(f"{border}{phone}{border}")
