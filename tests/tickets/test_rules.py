"""Deadline classes by area and by service; quiet hours of one's own."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.district import DistrictError, load_district
from parsing import load_catalogue
from tests.stories.theatre import SAMPLE, changed
from tests.tickets.world import DISTRICT, MONDAY, POLICY, Case, K, at, readers
from tickets.commands import Take
from tickets.policy import ClassRule, rules_for
from tickets.service import DeadlineClass
from tickets.worktime import Quiet, Span

C = DeadlineClass
SOONER = """policy:
  areas:
    d.s1: {classes: {ordinary: {take: 1wh}}}
    d.s1.c1.g1: {classes: {ordinary: {done: 4wh}, advice: {done: null}}}
"""
LIGHT = "\nservices:\n  streetlight: {done: 8h}\n"


def test_an_area_and_a_service_have_rules_of_their_own(tmp_path: Path) -> None:
    file = changed(tmp_path, {"policy:\n": SOONER})
    loaded = load_district(file, load_catalogue())
    light = replace(loaded.services["streetlight"], deadline_class=C.ORDINARY)

    def rule(area: str, **own: Span) -> ClassRule:
        chain = [here.code for here in loaded.district.chain(area)]
        return rules_for(loaded.policy, replace(light, **own), chain).classes[C.ORDINARY]  # type: ignore[arg-type]

    spans = {text: Span.parse(text) for text in ("1wh", "2wh", "4wh", "1wd", "8h")}
    assert rule("d") == ClassRule(spans["2wh"], spans["1wd"])
    assert rule("d.s1.c1.g2") == ClassRule(spans["1wh"], spans["1wd"]), "what a street says holds in its grids"
    assert rule("d.s1.c1.g1") == ClassRule(spans["1wh"], spans["4wh"]), "and a grid adds to it"
    assert rule("d.s1.c1.g1", done=spans["8h"]).done == spans["8h"], "a service knows best"
    grid = rules_for(loaded.policy, light, ["d.s1.c1.g1"])
    assert grid.classes[C.ADVICE].done is None
    assert rules_for(loaded.policy, light, ["d"]) is loaded.policy


def test_rules_of_an_area_that_does_not_exist_are_refused(tmp_path: Path) -> None:
    file = changed(tmp_path, {"policy:\n": "policy:\n  areas: {d.s1.c7: {classes: {life: {take: 1m}}}}\n"})
    with pytest.raises(DistrictError) as refused:
        load_district(file, load_catalogue())
    assert "d.s1.c7" in refused.value.lines[0]


def test_times_of_a_service_are_read(tmp_path: Path) -> None:
    text = SAMPLE.read_text(encoding="utf-8")
    assert "\nservices:" not in text
    file = tmp_path / "district.yaml"
    file.write_text(text + LIGHT, encoding="utf-8")
    assert load_district(file, load_catalogue()).services["streetlight"].done == Span.parse("8h")


def test_quiet_hours_of_ones_own_take_the_place_of_the_districts() -> None:
    early = replace(DISTRICT.people["tu"], quiet=Quiet.parse("09:00-11:00"))
    place = replace(DISTRICT, people={**DISTRICT.people, "tu": early})
    case = Case(MONDAY, place=place)
    [asked] = [one for one in case.told if one.reader == "tu" and one.loud]
    assert asked.not_before == at("2026-11-23 11:00"), "a new matter waits for him"
    told = [one for _, one in case.run("2026-11-23 10:01") if one.kind is K.REMIND_TAKE]
    assert [one.not_before for one in told] == [at("2026-11-23 11:00")]
    case.do(Take("tu"))
    assert readers(case.notices, K.STAFF_CARD) >= {"tu"}
    assert all(one.not_before is None for one in case.notices if one.reader == "tu"), "what he did himself does not"
    life = Case(MONDAY, place=place, kind=C.LIFE)
    assert all(one.not_before is None for one in life.told), "life goes through everything"
    night = Case(MONDAY.replace(hour=22), place=place, policy=replace(POLICY, hours=replace(POLICY.hours)))
    assert night.ticket.take_by is not None
    assert night.ticket.take_by - night.now > timedelta(hours=8)


def test_each_level_has_its_own_time() -> None:
    waits = tuple(map(Span.parse, ("2h", "4h", "8h")))
    case = Case(MONDAY, kind=C.URGENT, policy=replace(POLICY, level_waits=waits))
    told = [(now, one.reader) for now, one in case.run(MONDAY + timedelta(hours=9)) if one.data.get("level") == "above"]
    first = MONDAY + timedelta(minutes=60)
    expected = [(first, "boss"), (first + timedelta(hours=2), "chief"), (first + timedelta(hours=6), "top")]
    assert [one for one in told if one[1] in ("boss", "chief", "top")][:3] == expected
