"""What must fit together in a district file: names that exist, trees without loops, posts that are served."""

import re
from collections import Counter
from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.district_file import AreaForm, Form, PersonForm, PostForm, ServiceForm, checked
from bot.district_places import MOST, same, singles
from bot.district_source import Book, Source, Step, Steps, nearest
from tickets.geometry import crossing, flat, in_line, overlaps, surface
from tickets.owners import DEDICATED
from tickets.roster import Role
from tickets.service import Service, Services, Terms
from tickets.worktime import Span

TERMS = frozenset({"proof_photo", "check_after", "sealed"})
"""What a district may change of how matters of a service end."""

F = TypeVar("F", bound=Form)
Entries = list[tuple[Steps, F]]


def entries(source: Source, key: str, form: type[F], book: Book) -> Entries[F]:
    """Return the entries of a section that are right, each with the way to it; the others are in the book."""
    if source.data.get(key) is not None and not isinstance(source.data[key], list):
        en = f"`{key}` must be a list; write each entry after `- `"
        book.wrong(source.line(key), en, f"{key} 要写成列表；每项前加 “- ”")
    places = (((key, index), raw) for index, raw in enumerate(source.entries(key)))
    pairs = ((at, checked(form, raw, source, at, book)) for at, raw in places)
    return [(at, entry) for at, entry in pairs if entry is not None]


def unique(source: Source, book: Book, key: str, *sections: str) -> None:
    """Note a mistake where `key` repeats; entries with other mistakes count too."""
    found = [
        (source.line(section, index, key), entry[key])
        for section in sections
        for index, entry in enumerate(source.entries(section))
        if isinstance(entry, dict) and isinstance(entry.get(key), str | int)
    ]
    first: dict[object, int] = {}
    for line, value in sorted(found, key=lambda pair: pair[0]):
        if value in first:
            en = f"`{key}` {value} stands twice (first in line {first[value]}); give each its own"
            book.wrong(line, en, f"{key} {value} 重复（前一个在第 {first[value]} 行）；请各用各的")
        first.setdefault(value, line)


@dataclass(frozen=True)
class Names:
    """Every name the file gives, also those of entries with other mistakes, so that one slip is told once."""

    area: frozenset[str]
    department: frozenset[str]
    person: frozenset[str]
    level: frozenset[str]

    @classmethod
    def of(cls, source: Source) -> "Names":
        def every(section: str, key: str) -> frozenset[str]:
            entries = (entry for entry in source.entries(section) if isinstance(entry, dict))
            return frozenset(str(entry[key]) for entry in entries if entry.get(key))

        return cls(every("areas", "code"), every("departments", "code"), every("people", "id"), every("areas", "level"))


PATROLS = frozenset({"enforcement"})
"""Trades that no service asks for: what they find on their rounds is theirs."""

SMALLEST = 100.0
"""Square metres: less is no grid but a slip of the pen."""

_ZH = {"area": "区域", "department": "部门", "person": "人员", "level": "层级"}


@dataclass(frozen=True)
class Checks:
    """The cross-checks of one file; each notes in the book what does not fit."""

    source: Source
    book: Book
    names: Names

    def refer(self, kind: str, value: str | None, *steps: Step) -> None:
        """Note a mistake if `value` names no area, department, person or level of the file."""
        known = getattr(self.names, kind)
        if value is not None and value not in known:
            en, zh = nearest(value, known)
            self.book.wrong(self.source.line(*steps), f"no {kind} {value!r}; {en}", f"没有{_ZH[kind]} {value!r}；{zh}")

    def areas(self, areas: Entries[AreaForm]) -> None:
        """Parents, places and departments of areas."""
        tops = [(at, area) for at, area in areas if area.parent is None]
        for at, area in tops[1:]:
            top, line = tops[0][1].code, self.source.line(*tops[0][0])
            en = f"`{area.code}` has no parent, and neither has `{top}` (line {line}); give one of them a parent"
            zh = f"{area.code} 没有 parent，{top}（第 {line} 行）也没有；请给其中一个写上 parent"
            self.book.wrong(self.source.line(*at), en, zh)
        for at, area in areas:
            self.refer("area", area.parent, *at, "parent")
            self.refer("department", area.department, *at, "department")
            for index, place in enumerate(area.places):
                if singles(place) == []:
                    en = f"{place!r} runs backwards or is longer than {MOST}; write 1-18幢"
                    zh = f"{place!r} 前大后小，或超过 {MOST} 个；请写成 1-18幢"
                    self.book.wrong(self.source.line(*at, "places", index), en, zh)
        self.loops({area.code: (at, area.parent) for at, area in areas})
        if areas and "grid" not in self.names.level:
            en = "no area has `level: grid`; residents are heard in grids, add one"
            self.book.wrong(self.source.line("areas"), en, "没有 level: grid 的区域；至少要有一个网格")

    def boundaries(self, areas: Entries[AreaForm]) -> None:
        """Outlines that cannot be drawn, and grids whose outlines overlap."""
        sound: list[tuple[Steps, AreaForm]] = []
        for at, area in areas:
            ring, line = area.boundary, self.source.line(*at, "boundary")
            if not ring:
                continue
            if not in_line(ring) and (pair := crossing(ring)) is not None:
                side_a, side_b = (f"{side + 1}-{(side + 1) % len(ring) + 1}" for side in pair)
                en = f"the boundary of {area.name} crosses itself between corners {side_a} and {side_b}; put them right"
                zh = f"{area.name}的边界自己相交（第 {side_a} 角和第 {side_b} 角之间）；请把各个角按顺序排好"
                self.book.wrong(line, en, zh)
            elif surface(flat(ring, ring[0])) < SMALLEST:
                en = f"the boundary of {area.name} encloses nothing; give three corners or more, not in one line"
                self.book.wrong(line, en, f"{area.name}的边界围不出一块地；至少要三个不在一条线上的角")
            elif area.level in ("grid", DEDICATED):
                sound.append((at, area))
        for first, second in overlaps([area.boundary for _, area in sound]):
            (_, one), (at, other) = sound[first], sound[second]
            if one.level != other.level:
                continue  # a dedicated grid lies over the others
            en = f"the boundaries of {one.name} and {other.name} overlap; a place there could be either: mend one"
            zh = f"{one.name}和{other.name}的边界重叠；落在那里的位置分不清归谁；请改一个"
            self.book.doubt(self.source.line(*at, "boundary"), en, zh)

    def loops(self, parents: Mapping[str, tuple[Steps, str | None]]) -> None:
        """Parents that lead back to where they came from; each loop is told once."""
        done: set[str] = set()
        for start in parents:
            path: dict[str, None] = {}
            code: str | None = start
            while code is not None and code in parents and code not in path and code not in done:
                path[code] = None
                code = parents[code][1]
            if code in path and code is not None:
                way = " → ".join([*list(path)[list(path).index(code) :], code])
                en, zh = f"the parents go in a circle: {way}; change one", f"上级绕成了圈：{way}；请改掉其中一个"
                self.book.wrong(self.source.line(*parents[code][0], "parent"), en, zh)
            done |= path.keys()

    def people(self, people: Entries[PersonForm]) -> None:
        """Names that gridbot gives to residents may not be taken."""
        for at, person in people:
            if re.fullmatch(r"tg\d+", person.id):
                en = f"`id` {person.id} looks like a resident's; choose another, such as a name"
                zh = f"id {person.id} 和居民的编号撞了；请换一个，比如姓名拼音"
                self.book.wrong(self.source.line(*at, "id"), en, zh)

    def skill(self, skill: str, known: frozenset[str], *steps: Step) -> None:
        """Note a doubt where no service asks for a skill."""
        if skill not in known and skill not in PATROLS:
            en, zh = nearest(skill, known)
            en, zh = f"no service asks for skill {skill!r}; {en}", f"没有事项会找 {skill!r}；{zh}"
            self.book.doubt(self.source.line(*steps), en, zh)

    def posts(self, posts: Entries[PostForm], skills: frozenset[str]) -> None:
        """Who serves where, as what."""
        first: dict[object, int] = {}
        for at, post in posts:
            line = self.source.line(*at)
            self.refer("person", post.person, *at, "person")
            self.refer("area", post.area, *at, "area")
            self.refer("department", post.department, *at, "department")
            need = "department" if post.role is Role.OFFICER else None if post.role is Role.ADMIN else "area"
            needs = [need] if need else []
            needs += ["skill"] if post.role is Role.SPECIALIST else []
            for key in needs:
                if getattr(post, key) is None:
                    en = f"role {post.role.value} needs `{key}`; add it"
                    self.book.wrong(line, en, f"{post.role.value} 岗位要写 {key}；请补上")
            if post.skill:
                self.skill(post.skill, skills, *at, "skill")
            for index, leave in enumerate(post.leave):
                where = (*at, "leave", index)
                self.refer("person", leave.substitute, *where, "substitute")
                if leave.last < leave.first:
                    en = "the leave ends before it begins; swap `from` and `to`"
                    self.book.wrong(self.source.line(*where), en, "请假的结束早于开始；请对调 from 和 to")
                if leave.substitute == post.person:
                    en = "nobody stands in for himself; name another `substitute`"
                    self.book.wrong(
                        self.source.line(*where, "substitute"), en, "不能自己顶自己的班；substitute 请写别人"
                    )
            same = (post.person, post.area, post.department, post.role, post.skill)
            if same in first:
                en = f"the same post stands in line {first[same]}; keep one of them"
                self.book.wrong(line, en, f"这个岗位在第 {first[same]} 行写过了；请只留一个")
            first.setdefault(same, line)

    def grids(self, areas: Entries[AreaForm], posts: Entries[PostForm]) -> None:
        """Grids that nobody serves, and places that two neighbouring grids claim."""
        serving = {(post.area, post.role) for _, post in posts}
        leaders = Counter(post.area for _, post in posts if post.role is Role.LEADER)
        claimed: dict[tuple[str | None, str], str] = {}
        for at, area in areas:
            if area.level == DEDICATED:
                self._dedicated(at, area, serving)
            if area.level != "grid":
                self._places(at, area, claimed)
                continue
            if leaders[area.code] > 1:
                en = f"{area.name} has {leaders[area.code]} leaders; each is asked to review and reminded: keep one"
                zh = f"{area.name}有 {leaders[area.code]} 个网格长，审核和催办会同时找他们；请只留一个"
                self.book.doubt(self.source.line(*at), en, zh)
            for role, zh_role in ((Role.WORKER, "网格员"), (Role.LEADER, "网格长")):
                if (area.code, role) not in serving:
                    en = f"{area.name} has no {role.value}; its tickets go up at once: add a post"
                    zh = f"{area.name}没有{zh_role}，事项会直接上交；请在 posts 里补上"
                    self.book.doubt(self.source.line(*at), en, zh, grave=True)
            self._places(at, area, claimed)

    def _places(self, at: Steps, area: AreaForm, claimed: dict[tuple[str | None, str], str]) -> None:
        """Places that two areas of one level beside each other claim."""
        shared: dict[str, list[str]] = {}
        beside = DEDICATED if area.level == DEDICATED else area.parent
        for place in (single for text in area.places for single in singles(text)):
            owner = claimed.setdefault((beside, same(place)), area.code)
            if owner != area.code:
                shared.setdefault(owner, []).append(place)
        for owner, places in shared.items():
            some = "、".join(places[:3]) + ("…" if len(places) > 3 else "")
            en = f"{some} ({len(places)}) also belongs to {owner}; leave each place to one grid"
            zh = f"{some}（{len(places)} 处）也写在 {owner} 里；每处请只归一个网格"
            self.book.doubt(self.source.line(*at, "places"), en, zh)

    def _dedicated(self, at: Steps, area: AreaForm, serving: Container[tuple[str | None, Role]]) -> None:
        """A dedicated grid is somebody's: a department's, or that of people of its own."""
        if area.department is None and not any((area.code, role) in serving for role in Role):
            en = f"{area.name} has neither a department nor anybody of its own, so its places change nothing"
            zh = f"{area.name}既没有责任部门也没有人，写了它的地点也没人多管"
            self.book.doubt(
                self.source.line(*at),
                f"{en}; add `department`, or posts",
                f"{zh}；请写上 department，或在 posts 里补人",
            )

    def services(self, services: Services, words: frozenset[str]) -> Services:
        """Return the catalogue with the district's own changes."""
        raw = self.source.data.get("services") or {}
        if not isinstance(raw, dict):
            en = "`services` must hold codes; write {garbage: {enabled: false}}"
            self.book.wrong(self.source.line("services"), en, "services 里要写代码；例如 {garbage: {enabled: false}}")
            return services
        merged = dict(services.by_code)
        for code, entry in raw.items():
            at = ("services", code)
            form = checked(ServiceForm, entry, self.source, at, self.book)
            if form is None:
                continue
            if not form.enabled:
                if code not in merged:
                    self._unknown_service(code, services)
                merged.pop(code, None)
                continue
            route = self._route(form.route, words, at) if form.route else None
            for index, department in enumerate(form.departments or ()):
                self.refer("department", department, *at, "departments", index)
            old = merged.get(code)
            named = re.fullmatch(r"[a-z][a-z0-9_]{0,31}", code)
            if old is None and named and form.zh and route and form.deadline_class:
                old = Service(code, "own", form.zh, form.en or form.zh, route, form.deadline_class)
            if old is None:
                self._unknown_service(code, services)
                continue
            spans = {key: Span.parse(text) for key in ("take", "done") if (text := getattr(form, key)) is not None}
            new = form.model_dump(exclude={"enabled", "route", *spans, *TERMS}, exclude_none=True) | spans
            new |= {"route": route} if route else {}
            merged[code] = replace(old, **new, terms=self._terms(old.terms, form, words, at))
        return Services(merged)

    def _terms(self, old: Terms, form: ServiceForm, words: frozenset[str], at: Steps) -> Terms:
        for index, word in enumerate(form.sealed or ()):
            if word not in words:
                en, zh = nearest(word, words)
                line = self.source.line(*at, "sealed", index)
                self.book.wrong(
                    line, f"nobody is called {word!r} in `sealed`; {en}", f"sealed 里的 {word!r} 没有人；{zh}"
                )
        photo = old.proof.photo if form.proof_photo is None else form.proof_photo
        return Terms(
            replace(old.proof, photo=photo),
            Span.parse(form.check_after) if form.check_after else old.check_after,
            old.sealed if form.sealed is None else form.sealed,
        )

    def _unknown_service(self, code: str, services: Services) -> None:
        en, zh = nearest(code, services.by_code)
        en = f"no service {code!r} in the catalogue; {en} One of your own needs a plain code, zh, route and class"
        zh = f"目录里没有事项 {code!r}；{zh} 自设事项的代码用小写字母，并写上 zh、route 和 class"
        self.book.wrong(self.source.line("services", code), en, zh)

    def _route(self, text: str, words: frozenset[str], at: Steps) -> tuple[tuple[str, ...], ...]:
        stages = [[word.strip() for word in stage.split("+")] for stage in text.replace("，", ",").split(",")]
        for word in (word for stage in stages for word in stage):
            if word not in words:
                en, zh = nearest(word, words)
                en = f"nobody is called {word!r} in a route; {en}"
                self.book.wrong(self.source.line(*at, "route"), en, f"route 里的 {word!r} 没有人；{zh}")
        return tuple(tuple(stage) for stage in stages)
