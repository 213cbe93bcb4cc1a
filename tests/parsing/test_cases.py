"""The corpus of everyday lines. It was read while the words were improved: a floor against regression, no figure."""

from collections.abc import Iterator
from importlib import resources
from typing import Any

import pytest
import yaml

from parsing import Action, Context, Understanding, load_catalogue, understand
from tickets.service import DeadlineClass

CASES: dict[str, Any] = yaml.safe_load(resources.files(__package__).joinpath("cases.yaml").read_text(encoding="utf-8"))


def requests(context: Context) -> Iterator[tuple[str, dict[str, str], Understanding]]:
    for service, lines in CASES["requests"].items():
        for line in lines:
            yield service, line, understand(line["say"], context)


def test_every_service_has_lines_in_both_languages() -> None:
    for service in load_catalogue():
        if service.code != "other":
            lines = [line["say"] for line in CASES["requests"][service.code]]
            assert len(lines) >= 4
            assert any(line.isascii() for line in lines), service.code


def test_every_line_says_why_it_is_here() -> None:
    lines = [line for group in (*CASES["requests"].values(), CASES["silent"], CASES["asked"]) for line in group]
    assert len({line["say"] for line in lines}) == len(lines)
    assert all(line["why"] for line in lines)


def test_nineteen_of_twenty_requests_reach_the_right_service(context: Context) -> None:
    wrong = [(line["say"], found.service) for service, line, found in requests(context) if found.service != service]
    assert len(wrong) <= 0.05 * sum(map(len, CASES["requests"].values())), wrong


def test_nineteen_of_twenty_requests_are_filed_without_asking(context: Context) -> None:
    asked = [line["say"] for _, line, found in requests(context) if found.action is not Action.FILE]
    assert len(asked) <= 0.05 * sum(map(len, CASES["requests"].values())), asked


def test_life_is_said_exactly_where_somebody_is_in_danger(context: Context) -> None:
    for _, line, found in requests(context):
        expected = line.get("class") == "life"
        assert (found.deadline_class is DeadlineClass.LIFE) is expected, line["say"]
        assert (found.danger is not None) is expected, line["say"]


def test_chatter_stays_silent(context: Context) -> None:
    heard = [line["say"] for line in CASES["silent"] if understand(line["say"], context).action is not Action.SILENT]
    assert len(CASES["silent"]) >= 120
    assert len(heard) <= 0.05 * len(CASES["silent"]), heard


@pytest.mark.parametrize("line", CASES["silent"], ids=lambda line: line["why"])
def test_chatter_never_alarms(line: dict[str, str], context: Context) -> None:
    found = understand(line["say"], context)
    assert found.danger is None
    assert found.deadline_class is not DeadlineClass.LIFE


def test_a_request_without_a_matter_is_asked_about(context: Context) -> None:
    for line in CASES["asked"]:
        assert understand(line["say"], context).action is Action.ASK
