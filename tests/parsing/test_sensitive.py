"""Private numbers. Every number here is made up; the check digits are computed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsing import Kind, find_sensitive, mask
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
    "text", ["3栋2单元501", "2024-05-01 12:30", "订单号20240501123456", "0573-82711234", "11111111111111111"]
)
def test_other_numbers_stay(text: str) -> None:
    assert mask(text) == text


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
