"""The catalogue as data."""

import pytest

from parsing import load_catalogue
from parsing.catalogue import GROUPS, load_beaten, load_dangers, load_lexicon, load_spelling
from parsing.lexicon import Level, Lexicon, parse_pattern
from parsing.normalise import Variants, clauses, normalise
from tickets.service import DeadlineClass

STAGES = {"worker", "leader", "supervisor", "doctor", "lawyer", "police", "teacher", "mediator", "judge"}


def test_services_are_complete() -> None:
    services = list(load_catalogue())
    assert {service.group for service in services} == set(GROUPS)
    for service in services:
        assert service.zh
        assert service.en
        assert service.route
        assert {name for stage in service.route for name in stage} <= STAGES


@pytest.mark.parametrize(
    ("code", "route", "departments", "private"),
    [
        ("gas_leak", (("worker", "leader", "police"),), ("gas", "emergency"), False),
        ("labour_dispute", (("lawyer",), ("worker",)), ("labour",), False),
        ("certificate", (("worker",),), (), False),
        ("domestic_violence", (("police", "mediator"),), ("police", "women"), True),
        ("staff_complaint", (("supervisor",),), (), True),
    ],
)
def test_routes(code: str, route: tuple[tuple[str, ...], ...], departments: tuple[str, ...], private: bool) -> None:
    service = load_catalogue()[code]
    assert (service.route, service.departments, service.private) == (route, departments, private)


def test_what_endangers_life_says_how() -> None:
    dangers = load_dangers()
    lexicon = load_lexicon()
    assert all(service.code in dangers for service in load_catalogue() if service.deadline_class is DeadlineClass.LIFE)
    assert {pattern.service for pattern in lexicon.patterns if pattern.level is Level.LIFE} == set(dangers)


def test_relations_name_services() -> None:
    codes = set(load_catalogue().by_code)
    for service, beaten in load_beaten().items():
        assert beaten <= codes - {service}, service


def test_every_service_is_spoken_of_in_both_languages() -> None:
    spoken: dict[str, set[bool]] = {}
    for pattern in load_lexicon().patterns:
        for part in pattern.parts:
            spoken.setdefault(pattern.service, set()).update(word.isascii() for word in part)
    assert all(spoken[service.code] == {True, False} for service in load_catalogue())


def test_spelling_never_leads_back() -> None:
    spelling = load_spelling()
    assert not set(spelling) & set(spelling.values())


def matches(text: str, *lines: str) -> list[str]:
    patterns = [parse_pattern(str(number), Level.SURE, line, {"bad": ["坏/断"]}) for number, line in enumerate(lines)]
    lexicon = Lexicon(patterns, {"idiom": ["红绿灯"]})
    folded = normalise(text).text
    return [match.pattern.service for match in lexicon.match(folded, lexicon.scan(folded))]


def test_words_of_a_pattern_stand_near_each_other_in_any_order() -> None:
    assert matches("灯坏了", "灯 ~ @bad") == ["0"]
    assert matches("坏的是那个灯", "灯 ~ @bad") == ["0"]
    assert matches("灯很亮。" + "我们今天去公园玩了一整天" + "，腿断了", "灯 ~ @bad") == []


def test_a_word_inside_another_is_not_it() -> None:
    assert matches("红绿灯坏了", "灯 ~ @bad") == []
    assert matches("enlightened and broken", "light ~ broken") == []
    assert matches("lights broken", "light ~ broken") == ["0"]


def test_unwanted_words_spoil_a_pattern() -> None:
    assert matches("车灯坏了", "灯 ~ @bad ! 车灯") == []


def test_an_unknown_shared_list_is_refused() -> None:
    with pytest.raises(KeyError):
        parse_pattern("a", Level.SURE, "灯 ~ @nothing", {})


def test_folding_remembers_where_each_character_was() -> None:
    folded = normalise("Ａ\u200b樓⑫", {"楼1": "路"})
    assert folded.text == "a路2"
    assert folded.words(1, 2) == "樓⑫"
    assert folded.original(0, 1) == (0, 1)


def test_a_text_that_ends_within_a_misspelling_is_read() -> None:
    spelling = load_spelling()
    beginnings = {wrong[:size] for wrong in spelling for size in range(1, len(wrong))} - set(spelling)
    assert {len(beginning) for beginning in beginnings} >= {1, 2, 3}
    # With the second the text ends in something known, while something longer that begins like it does not fit.
    for known in (spelling, Variants({**spelling, **dict.fromkeys(beginnings, "〇")})):
        for text in (before + beginning for beginning in beginnings for before in ("", *spelling)):
            folded = normalise(text, known)
            assert len(folded.text) == len(folded.starts) == len(folded.ends), text
            assert folded.words(0, len(folded.text)) == text


def test_the_longest_misspelling_that_fits_is_mended() -> None:
    known = {"楼": "层", "楼倒": "楼道", "楼倒里": "楼道内"}
    for wrong, right in known.items():
        folded = normalise(f"在{wrong}", known)
        assert (folded.text, folded.words(1, len(folded.text))) == (f"在{right}", wrong)


def test_clauses_leave_numbers_whole() -> None:
    text = "3.5元 好。 12:30 停电"
    assert [text[start:end].strip() for start, end in clauses(text)] == ["3.5元", "好", "12:30", "停电"]
