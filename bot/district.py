"""Reads the district file: everything wrong with it is told at once, with line and remedy.

`python -m bot.district` prints the JSON Schema of the file.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from bot.district_checks import Checks, Names, entries, unique
from bot.district_days import calendar_of, with_calendar
from bot.district_file import (
    AreaForm,
    ClassForm,
    DepartmentForm,
    DistrictFile,
    HeadForm,
    PersonForm,
    PolicyForm,
    PostForm,
    WhistleForm,
    checked,
    days,
    percent,
    trades,
)
from bot.district_places import expand_places
from bot.district_source import Book, DistrictError, Source, nearest, read_source, read_text
from bot.district_words import check_titles, district_words
from tickets.policy import ClassRule, DigestRule, Ladder, Policy, Rung, WhistleRule, default_policy
from tickets.roster import Area, Department, District, Leave, Person, Post, Role
from tickets.service import DeadlineClass, Services
from tickets.worktime import Quiet, Span, WeeklyHours, minutes

__all__ = ["DistrictError", "Loaded", "expand_places", "load_district", "schema"]


@dataclass(frozen=True)
class Loaded:
    """A district file as the rest of gridbot wants it; `warnings` reads `file:line: what is odd; what helps`.

    `grave`: those of the warnings for which somebody would wait in vain. `profile`: the rules it starts from.
    """

    district: District
    policy: Policy
    services: Services
    warnings: tuple[str, ...] = ()
    grave: frozenset[str] = frozenset()
    profile: str | None = None


# --- policy ----------------------------------------------------------------------------------------------------


def _ladder(old: Ladder, new: Mapping[Any, str | None]) -> Ladder:
    merged = {**old, **{Rung(rung): percent(share) for rung, share in new.items() if share is not None}}
    return {rung: share for rung, share in merged.items() if new.get(rung.value, share) is not None}


def _all_days(texts: Sequence[str]) -> frozenset[date]:
    return frozenset(day for text in texts for day in days(text))


_SPANS = ["review_within", "confirm_within", "reopen_within", "hold_at_most", "open_review", "repeat_life", "follow_up"]
_SPANS += ["same_matter", "standing_within"]


def _class(old: ClassRule | None, rule: ClassForm) -> ClassRule:
    """Return a class's rule with what a section says of it; an explicit `null` takes a deadline away."""
    old, given = old or ClassRule(None, None), rule.model_fields_set
    return ClassRule(
        take=(Span.parse(rule.take) if rule.take else None) if "take" in given else old.take,
        done=(Span.parse(rule.done) if rule.done else None) if "done" in given else old.done,
        always=old.always if rule.always is None else rule.always,
        parallel=old.parallel if rule.parallel is None else rule.parallel,
    )


def _areas(policy: Policy, form: PolicyForm, parents: Mapping[str, str | None]) -> Policy:
    """Lay the rules of areas over those of the district, from the top down: what an area says holds below it too."""

    def depth(code: str) -> int:
        above, seen = parents.get(code), {code}
        while above is not None and above not in seen:
            seen.add(above)
            above = parents.get(above)
        return len(seen)

    def inherited(code: str | None, found: Mapping[str, Mapping[DeadlineClass, ClassRule]]) -> Mapping[Any, ClassRule]:
        while code is not None and code not in found:
            code = parents.get(code)
        return policy.classes if code is None else found[code]

    found: dict[str, Mapping[DeadlineClass, ClassRule]] = {}
    for code in sorted((code for code in form.areas if code in parents), key=depth):
        above = inherited(parents[code], found)
        rules = form.areas[code].classes.items()
        found[code] = {**above, **{kind: _class(above.get(kind), rule) for kind, rule in rules}}
    return replace(policy, areas=found)


def apply_policy(policy: Policy, form: PolicyForm) -> Policy:
    """Lay the rules of a `policy:` section over `policy`; what the section leaves out stays."""
    hours = WeeklyHours.parse(form.hours) if form.hours else policy.hours
    free, worked = _all_days(form.holidays or ()), _all_days([*(form.workdays or ()), *(form.makeup or ())])
    classes = {
        **policy.classes,
        **{kind: _class(policy.classes.get(kind), rule) for kind, rule in form.classes.items()},
    }
    spans: dict[str, Any] = {name: Span.parse(text) for name in _SPANS if (text := getattr(form, name)) is not None}
    digests = policy.digests
    if form.digests is not None:
        digests = tuple(DigestRule(digest.level, minutes(digest.at), digest.every) for digest in form.digests)
    return replace(
        policy,
        hours=replace(
            hours,
            holidays=policy.hours.holidays - worked | free,
            makeup=policy.hours.makeup - free | worked,
        ),
        quiet=Quiet.parse(form.quiet) if form.quiet else policy.quiet,
        classes=classes,
        review={**policy.review, **form.review},
        take_ladder=_ladder(policy.take_ladder, form.ladder.take),
        done_ladder=_ladder(policy.done_ladder, form.ladder.done),
        level_waits=policy.level_waits if form.ladder.levels is None else tuple(map(Span.parse, form.ladder.levels)),
        digests=digests,
        whistle=_whistle(policy.whistle, form.whistle),
        standing_after=form.standing_after or policy.standing_after,
        required=policy.required if form.required is None else tuple(trades(text) for text in form.required),
        **spans,
    )


def _whistle(old: WhistleRule, form: WhistleForm) -> WhistleRule:
    given = form.model_fields_set
    return WhistleRule(
        to=old.to if form.to is None else tuple(map(tuple, form.to)),
        classes={**old.classes, **{kind: tuple(map(tuple, rounds)) for kind, rounds in form.classes.items()}},
        names=old.names if form.names is None else tuple(form.names),
        straight=form.straight or old.straight,
        report_in=Span.parse(form.report_in) if form.report_in else old.report_in,
        done=(Span.parse(form.done) if form.done else None) if "done" in given else old.done,
        upgrade=form.upgrade if "upgrade" in given else old.upgrade,
    )


def profiles() -> list[str]:
    """Return the names of the rules a district may start from."""
    folder = resources.files("bot") / "profiles"
    return sorted(entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml"))


def profile_policy(name: str) -> Policy:
    """Return the product's defaults with the rules of a profile laid over them."""
    entry = resources.files("bot") / "profiles" / f"{name}.yaml"
    book = Book(Path(entry.name))
    source = read_text(entry.read_text(encoding="utf-8"), book)
    form = checked(PolicyForm, source.data.get("policy"), source, ("policy",), book) if source else None
    book.stop_if_wrong()
    return apply_policy(default_policy(), form or PolicyForm())


# --- the whole file --------------------------------------------------------------------------------------------


def _zone_known(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # a wrong name may also be a folder or a forbidden path
        return False
    return True


def _profile(source: Source) -> str | None:
    name = source.data.get("profile")
    return name if isinstance(name, str) and name in profiles() else None


def _refer_whistle(raw: Any, checks: Checks) -> None:
    """Levels that a whistle names must be levels of this district."""
    whistle = raw.get("whistle") if isinstance(raw, dict) else None
    if not isinstance(whistle, dict):
        return
    rounds, names = whistle.get("to"), whistle.get("names")
    named: list[tuple[tuple[str | int, ...], Any]] = []
    for place, one in enumerate(rounds if isinstance(rounds, list) else []):
        named += [(("to", place, at), level) for at, level in enumerate(one if isinstance(one, list) else [])]
    named += [(("names", place), level) for place, level in enumerate(names if isinstance(names, list) else [])]
    for steps, level in named:
        if isinstance(level, str):
            checks.refer("level", level, "policy", "whistle", *steps)


def _policy(source: Source, checks: Checks, skills: frozenset[str], parents: Mapping[str, str | None]) -> Policy:
    book, name = checks.book, source.data.get("profile")
    if isinstance(name, str) and name and not _profile(source):
        en, zh = nearest(name, profiles())
        book.wrong(source.line("profile"), f"no profile {name!r}; {en}", f"没有 profile {name!r}；{zh}")
    policy = profile_policy(name) if name in profiles() else default_policy()
    raw = source.data.get("policy") or {}
    zone = source.data.get("timezone") or HeadForm.model_fields["timezone"].default
    chosen = raw.get("calendar") if isinstance(raw, dict) else None
    policy = with_calendar(policy, calendar_of(str(zone), chosen))
    digests = raw.get("digests") if isinstance(raw, dict) else None
    for index, digest in enumerate(digests if isinstance(digests, list) else []):
        if isinstance(digest, dict) and isinstance(digest.get("level"), str):
            checks.refer("level", digest["level"], "policy", "digests", index, "level")
    _refer_whistle(raw, checks)
    form = checked(PolicyForm, raw, source, ("policy",), book)
    if form is None:
        return policy
    both = sorted(_all_days(form.holidays or ()) & _all_days([*(form.workdays or ()), *(form.makeup or ())]))
    for code in form.areas:
        checks.refer("area", code, "policy", "areas", code)
    policy = _areas(apply_policy(policy, form), form, parents)
    if both:
        some = ", ".join(map(str, both[:3]))
        en, zh = f"{some} is both a holiday and a workday; keep one", f"{some} 又是假日又是补班；请只留一个"
        book.wrong(source.line("policy", "makeup" if form.makeup else "workdays"), en, zh)
    for index, text in enumerate(form.required or ()):
        for skill in trades(text):
            checks.skill(skill, skills, "policy", "required", index)
    return policy


def _person(form: PersonForm) -> Person:
    return Person(**form.model_dump(exclude={"quiet"}), quiet=Quiet.parse(form.quiet) if form.quiet else None)


Hours = dict[tuple[str | None, bool], WeeklyHours | None]
"""Thousands of posts have the same hours: each text of the file is read once."""


def _hours(form: PostForm, policy: Policy, known: Hours) -> WeeklyHours | None:
    key = form.hours, form.on_holidays
    if key not in known:
        hours = WeeklyHours.parse(form.hours) if form.hours else policy.hours if form.on_holidays else None
        if hours is not None:
            free = frozenset[date]() if form.on_holidays else policy.hours.holidays
            hours = replace(hours, holidays=free, makeup=policy.hours.makeup)
        known[key] = hours
    return known[key]


def _post(form: PostForm, policy: Policy, known: Hours) -> Post:
    hours = _hours(form, policy, known)
    leave = tuple(Leave(leave.first, leave.last, leave.substitute) for leave in form.leave)
    return Post(**form.model_dump(exclude={"on_holidays", "hours", "leave"}), hours=hours, leave=leave)


def load_district(path: Path | str, services: Services) -> Loaded:
    """Read a district file over the catalogue `services`; raise `DistrictError` with all its mistakes at once."""
    book = Book(Path(path))
    source = read_source(book)
    if source is not None and not isinstance(source.data, dict):
        en, zh = "the file must hold keys such as `name:` and `areas:`", "文件里应是 name:、areas: 这样的键"
        book.wrong(1, f"{en}; see bot/samples/nanhu.yaml", f"{zh}；请参照 bot/samples/nanhu.yaml")
    if source is None or not isinstance(source.data, dict):
        raise DistrictError(book.told(book.mistakes), book.language)
    top = {key: value for key, value in source.data.items() if key not in _SECTIONS}
    head = checked(HeadForm, top, source, (), book)
    zone = source.data.get("timezone")
    if isinstance(zone, str) and zone and not _zone_known(zone):
        en, zh = nearest(zone, available_timezones())
        book.wrong(source.line("timezone"), f"no time zone {zone!r}; {en}", f"没有时区 {zone!r}；{zh}")
    areas = entries(source, "areas", AreaForm, book)
    departments = entries(source, "departments", DepartmentForm, book)
    people = entries(source, "people", PersonForm, book)
    posts = entries(source, "posts", PostForm, book)
    if not source.data.get("areas"):
        book.wrong(source.line("areas"), "`areas` is missing; list the district's tree", "缺少 areas；请列出各级区域")
    for section, key in (("areas", "code"), ("departments", "code"), ("people", "id"), ("people", "telegram")):
        unique(source, book, key, section)
    unique(source, book, "chat", "areas", "departments")

    asked = frozenset(word for service in services for stage in service.route for word in stage)
    skills = (asked | frozenset(post.skill for _, post in posts if post.skill)) - frozenset(Role)
    checks = Checks(source, book, Names.of(source))
    checks.areas(areas)
    checks.boundaries(areas)
    checks.people(people)
    own = checks.services(services, skills | frozenset(role.value for role in Role))
    wanted = frozenset(word for service in own for stage in service.route for word in stage) - frozenset(Role)
    policy = _policy(source, checks, skills, {form.code: form.parent for _, form in areas})
    required = frozenset(skill for group in policy.required for skill in group)
    checks.posts(posts, (wanted if own.by_code else skills) | required)
    checks.grids(areas, posts)
    words = district_words(source, _profile(source), book)
    check_titles(words, posts, source, book)
    book.stop_if_wrong()
    assert head is not None
    hours: Hours = {}
    district = District(
        name=head.name,
        timezone=head.timezone,
        language=head.language,
        words=words,
        areas={form.code: Area(**form.model_dump(), line=source.line(*at)) for at, form in areas},
        departments={form.code: Department(**form.model_dump()) for _, form in departments},
        people={form.id: _person(form) for _, form in people},
        posts=tuple(_post(form, policy, hours) for _, form in posts),
    )
    grave = frozenset(book.told(note for note in book.warnings if note.grave))
    return Loaded(district, policy, own, book.told(book.warnings), grave, head.profile)


_SECTIONS = DistrictFile.model_fields.keys() - HeadForm.model_fields.keys()


def schema() -> str:
    """Return the JSON Schema of the district file, as it stands in docs/district.schema.json."""
    described = {"$schema": "https://json-schema.org/draft/2020-12/schema", **DistrictFile.model_json_schema()}
    return json.dumps(described, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema())
