"""What may stand in a district file: its forms, and how their mistakes are told."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from bot.district_source import Book, Source, Steps, nearest, shown
from tickets.model import Ending, Status
from tickets.policy import Reviewer, Straight
from tickets.roster import Role
from tickets.service import DeadlineClass
from tickets.worktime import HoursError, Quiet, Span, WeeklyHours, minutes


def _read_by(parse: Callable[[str], object], zh: str) -> AfterValidator:
    def check(value: str) -> str:
        try:
            parse(value)
        except HoursError as error:
            told = {"en": str(error), "zh": f"看不懂 {shown(value)}；{zh}"}
            raise PydanticCustomError("unreadable", "{en}", told) from error
        return value

    return AfterValidator(check)


def days(text: str) -> tuple[date, ...]:
    """Read `2026-10-01`, or `2026-10-01..2026-10-07` with both ends; raise `HoursError` with the remedy."""
    first, dots, last = text.partition("..")
    try:
        start = date.fromisoformat(first.strip())
        end = date.fromisoformat(last.strip()) if dots else start
    except ValueError as error:
        raise HoursError(f"{text!r} is no day; write 2026-10-01 or 2026-10-01..2026-10-07") from error
    if not 0 <= (end - start).days < 366:
        raise HoursError(f"{text!r} ends before it begins or lasts over a year; write 2026-10-01..2026-10-07")
    return tuple(start + timedelta(days=offset) for offset in range((end - start).days + 1))


def percent(text: str) -> int:
    """Read `50%` (1 to 1000); raise `HoursError` with the remedy."""
    found = re.fullmatch(r"([0-9]{1,4})%", text)
    if not found or not 1 <= int(found[1]) <= 1000:
        raise HoursError(f"{text!r} is no share of the time allowed; write 50%")
    return int(found[1])


def trades(text: str) -> tuple[str, ...]:
    """Read `judge/prosecutor/lawyer`: one of them is enough."""
    return tuple(word.strip() for word in text.split("/"))


Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=48)]
Name = Annotated[str, Field(min_length=1, max_length=100)]
Word = Annotated[str, Field(min_length=1, max_length=40)]
Chat = Annotated[int, Field(strict=True, lt=0, gt=-(2**52))]
TelegramId = Annotated[int, Field(strict=True, gt=0, lt=2**52)]
Language = Literal["zh", "en"]
HoursText = Annotated[str, _read_by(WeeklyHours.parse, "请写成 Mon-Fri 08:30-12:00, 13:30-18:00；跨零点的分成两段")]
QuietText = Annotated[str, _read_by(Quiet.parse, "请写成 21:30-07:30")]
TimeText = Annotated[str, _read_by(minutes, "请写成 18:00")]
DaysText = Annotated[str, _read_by(days, "请写成 2026-10-01 或 2026-10-01..2026-10-07")]
SpanText = Annotated[str, _read_by(Span.parse, "请写成 30s、5m、2h、3d、2wh（工作小时）或 1wd（工作日）")]
PercentText = Annotated[str, _read_by(percent, "请写成 50%")]
TradesText = Annotated[str, Field(pattern=r"^[a-z_]+( ?/ ?[a-z_]+)*$", max_length=100)]
Corner = tuple[Annotated[float, Field(ge=-180, le=180)], Annotated[float, Field(ge=-90, le=90)]]


class Form(BaseModel):
    """A part of the file: unknown keys are refused, numbers may stand for text."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True, str_strip_whitespace=True)


class AreaForm(Form):
    """A node of the district tree; the one without `parent` is the root."""

    code: Code
    name: Name
    level: Name
    parent: Code | None = None
    chat: Chat | None = None
    places: tuple[Name, ...] = ()
    boundary: Annotated[tuple[Corner, ...], Field(min_length=3)] = ()
    department: Code | None = None


class DepartmentForm(Form):
    """A department that can be whistled for."""

    code: Code
    name: Name
    chat: Chat | None = None


class PersonForm(Form):
    """A member of staff; without `telegram` until he has joined, without `quiet` with the policy's quiet hours."""

    id: Code
    name: Name
    telegram: TelegramId | None = None
    language: Language | None = None
    quiet: QuietText | None = None


class LeaveForm(Form):
    """Days off, both ends counted."""

    first: Annotated[date, Field(alias="from")]
    last: Annotated[date, Field(alias="to")]
    substitute: Code | None = None


Duty = Literal["full_time", "part_time", "micro_grid"]


class PostForm(Form):
    """A person in an area or a department in a role; without `hours` he keeps the policy's."""

    person: Code
    role: Role
    area: Code | None = None
    department: Code | None = None
    skill: Code | None = None
    duty: Duty = "full_time"
    hours: HoursText | None = None
    on_holidays: bool = False
    leave: list[LeaveForm] = []
    title: Code | None = None
    """A key of `words: title`: what it is called here."""


class ClassForm(Form):
    """Deadlines of one class; an explicit `null` means that there is none."""

    take: SpanText | None = None
    done: SpanText | None = None
    always: bool | None = None
    parallel: bool | None = None


TakeRung = Literal["remind", "next", "leader", "above"]
DoneRung = Literal["remind", "still", "due", "leader", "above", "back"]


class LadderForm(Form):
    """What happens while a ticket is not taken, or not done, by share of the time; `null` drops a rung.

    `levels`: how long each level above has before the next one is told: `[2h, 4h, 8h]`.
    """

    take: dict[TakeRung, PercentText | None] = {}
    done: dict[DoneRung, PercentText | None] = {}
    levels: list[SpanText] | None = None


class AreaRulesForm(Form):
    """Rules of one area and everything below it."""

    classes: dict[DeadlineClass, ClassForm] = {}


class DigestForm(Form):
    """A digest for every area of one level."""

    level: Name
    at: TimeText
    every: Literal["day", "workday", "3d", "week"] = "day"


Round = Annotated[list[Name], Field(min_length=1)]


class WhistleForm(Form):
    """Who comes when somebody whistles: rounds of levels asked together (`[[community, street], [zone]]`).

    `names`: levels that may name departments; `straight`: who may call them without asking; `upgrade`: the class of an
    ordinary matter once departments are called.
    """

    to: list[Round] | None = None
    classes: dict[DeadlineClass, list[Round]] = {}
    names: list[Name] | None = None
    straight: Straight | None = None
    report_in: SpanText | None = None
    done: SpanText | None = None
    upgrade: DeadlineClass | None = None


class PolicyForm(Form):
    """Rules; what is left out keeps the profile's, and then the product's."""

    hours: HoursText | None = None
    quiet: QuietText | None = None
    calendar: Literal["china", "none"] | None = None
    holidays: list[DaysText] | None = None
    workdays: list[DaysText] | None = None
    makeup: list[DaysText] | None = None
    required: list[TradesText] | None = None
    classes: dict[DeadlineClass, ClassForm] = {}
    review: dict[DeadlineClass, Reviewer] = {}
    ladder: LadderForm = LadderForm()
    areas: dict[Code, AreaRulesForm] = {}
    digests: list[DigestForm] | None = None
    review_within: SpanText | None = None
    confirm_within: SpanText | None = None
    reopen_within: SpanText | None = None
    hold_at_most: SpanText | None = None
    open_review: SpanText | None = None
    repeat_life: SpanText | None = None
    follow_up: SpanText | None = None
    same_matter: SpanText | None = None
    standing_within: SpanText | None = None
    whistle: WhistleForm = WhistleForm()
    standing_after: Annotated[int, Field(ge=2, le=50)] | None = None


class ServiceForm(Form):
    """A change to an entry of the catalogue, or a service of the district's own (zh, route and class needed).

    `route` as in the catalogue: `,` = then, `+` = all at once.
    """

    enabled: bool = True
    zh: Name | None = None
    en: Name | None = None
    group: Code | None = None
    route: Name | None = None
    deadline_class: Annotated[DeadlineClass | None, Field(alias="class")] = None
    departments: tuple[Code, ...] | None = None
    private: bool | None = None
    take: SpanText | None = None
    done: SpanText | None = None
    proof_photo: bool | None = None
    """Whether a picture must be shown before it counts as solved."""

    check_after: SpanText | None = None
    """So long after the end somebody looks whether it has lasted."""

    sealed: tuple[Code, ...] | None = None
    """Roles and skills that alone may know of such a matter."""


class WordsForm(Form):
    """What things are called here, in one language.

    `title`: posts that have one. `duty`: workers by their duty. `call`: how people with a title, skill or role are
    addressed (behind a Chinese surname, before an English one).
    """

    title: dict[Code, Word] = {}
    role: dict[Role, Word] = {}
    skill: dict[Code, Word] = {}
    duty: dict[Duty, Word] = {}
    call: dict[Code, Word] = {}
    level: dict[Name, Word] = {}
    status: dict[Status, Word] = {}
    deadline_class: Annotated[dict[DeadlineClass, Word], Field(alias="class")] = {}
    ending: dict[Ending, Word] = {}


class HeadForm(Form):
    """The plain values at the top of the file."""

    name: Name
    timezone: Name = "Asia/Shanghai"
    language: Language = "zh"
    profile: Name | None = None


class WordsFile(Form):
    """The part of the file that says what things are called."""

    words: dict[Language, WordsForm] = {}


class DistrictFile(HeadForm, WordsFile):
    """The district file of gridbot."""

    areas: Annotated[list[AreaForm], Field(min_length=1)]
    departments: list[DepartmentForm] = []
    people: list[PersonForm] = []
    posts: list[PostForm] = []
    policy: PolicyForm = PolicyForm()
    services: dict[Code, ServiceForm] = {}


# --- checking --------------------------------------------------------------------------------------------------

F = TypeVar("F", bound=Form)


def checked(form: type[F], data: Any, source: Source, at: Steps, book: Book) -> F | None:
    """Return `data` as a form, or None with every mistake in the book."""
    try:
        return form.model_validate(data)
    except ValidationError as error:
        details = error.errors(include_url=False)
        for detail in details:
            # Entries that failed are not counted: a list is not too short if its mistakes are told anyway.
            inside = (other for other in details if other["loc"][: len(detail["loc"])] == detail["loc"])
            if detail["type"] == "too_short" and any(other is not detail for other in inside):
                continue
            book.wrong(source.line(*at, *detail["loc"]), *_words(form, detail, at))
        return None


def _inner(annotation: Any) -> type[Form] | None:
    if isinstance(annotation, type) and issubclass(annotation, Form):
        return annotation
    return next(filter(None, map(_inner, get_args(annotation))), None)


def _names(form: type[Form], steps: Steps) -> list[str]:
    """Return the keys that are known where `steps` leads."""
    here: type[Form] = form
    free = False
    for step in steps[:-1]:
        if isinstance(step, int) or free:
            free = False
            continue
        annotation = next((f.annotation for n, f in here.model_fields.items() if step in (n, f.alias)), None)
        here, free = _inner(annotation) or here, get_origin(annotation) is dict
    # The sections are checked one by one, yet their names are known at the top.
    fields = (DistrictFile if here in (HeadForm, WordsFile) else here).model_fields
    return [info.alias or name for name, info in fields.items()]


_TYPES = {
    "string": ("text", "文字"),
    "int": ("a whole number", "整数"),
    "float": ("a number", "数字"),
    "bool": ("true or false", "true 或 false"),
    "list": ("a list: [a, b]", "列表：[甲, 乙]"),
    "tuple": ("a list: [a, b]", "列表：[甲, 乙]"),
    "model": ("keys with values: {code: …, name: …}", "成对的键和值：{code: …, name: …}"),
    "dict": ("keys with values: {code: …, name: …}", "成对的键和值：{code: …, name: …}"),
    "date": ("a day: 2026-10-01", "日期：2026-10-01"),
}


def _words(form: type[Form], detail: ErrorDetails, at: Steps) -> tuple[str, str]:
    kind, steps, value, about = detail["type"], detail["loc"], detail["input"], detail.get("ctx", {})
    key = next((step for step in reversed((*at, *steps)) if isinstance(step, str) and step != "[key]"), "")
    if kind == "unreadable":
        return f"`{key}`: {about['en']}", f"{key}：{about['zh']}"
    if kind == "missing" and isinstance(steps[-1], int):
        return f"`{key}`: a corner has two numbers; write [lon, lat]", f"{key} 的每个点要两个数；请写 [经度, 纬度]"
    if kind == "missing":
        return f"`{key}` is missing; add it", f"缺少 {key}；请补上"
    if kind == "extra_forbidden":
        en, zh = nearest(key, _names(form, steps))
        return f"unknown key `{key}`; {en}", f"不认识的键 {key}；{zh}"
    if steps and steps[-1] == "[key]" and kind in ("enum", "literal_error"):
        en, zh = nearest(value, re.findall(r"'([^']+)'", str(about.get("expected", ""))))
        return f"unknown key `{value}`; {en}", f"不认识的键 {value}；{zh}"
    if kind in ("enum", "literal_error"):
        en, zh = nearest(value, re.findall(r"'([^']+)'", str(about.get("expected", ""))))
        return f"`{key}` cannot be {shown(value)}; {en}", f"{key} 不能是 {shown(value)}；{zh}"
    if kind in ("less_than", "greater_than") and key == "chat":
        en = f"`chat` {shown(value)} is no group; a group's id is negative, and /bind in the group tells it"
        return en, f"chat {shown(value)} 不是群号；群号是负数，在群里发 /bind 就能看到"
    if kind in ("less_than", "greater_than") and key == "telegram":
        en = f"`telegram` {shown(value)} is no person; a user id is a positive number"
        return en, f"telegram {shown(value)} 不是个人账号；个人账号是正数"
    if kind in ("less_than_equal", "greater_than_equal") and key == "boundary":
        return f"{shown(value)} is off the map; write [lon, lat]", f"{shown(value)} 超出范围；请写成 [经度, 纬度]"
    if kind == "too_short":
        return f"`{key}` has too few entries; add some", f"{key} 的内容太少；请补上"
    if kind == "string_too_short":
        return f"`{key}` is empty; write it", f"{key} 是空的；请填上"
    if kind == "string_too_long":
        en = f"`{key}` is too long; {about['max_length']} characters are allowed"
        return en, f"{key} 太长；最多 {about['max_length']} 个字"
    if kind == "string_pattern_mismatch":
        en = f"`{key}` cannot be {shown(value)}; use letters a-z, digits and . _ -"
        return en, f"{key} 不能是 {shown(value)}；请用英文字母、数字和 . _ -"
    wanted = _TYPES.get(kind.split("_")[0])
    if wanted:
        en = f"`{key}` cannot be {shown(value)}; write {wanted[0]}"
        return en, f"{key} 不能是 {shown(value)}；请写{wanted[1]}"
    en = f"`{key}`: {detail['msg']}; see docs/district.schema.json"
    return en, f"{key}：{shown(value)} 不合要求；请看 docs/district.schema.json"
