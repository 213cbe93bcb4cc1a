"""How people are called: 屠师傅, 费医生, 汪网格长; in English Worker Tu, Dr Fei, Grid leader Wang."""

from collections.abc import Iterator

from messages.phrases import named, named_post, tongue
from messages.surnames import COMPOUND, PINYIN
from messages.text import tidy
from tickets.roster import AreaCode, District, Person, PersonId, Post, Role

_LONGEST = 32

_ZH: dict[str, str] = {
    "worker": "师傅",
    "leader": "网格长",
    "instructor": "指导员",
    "doctor": "医生",
    "lawyer": "律师",
    "police": "警官",
    "teacher": "老师",
    "judge": "法官",
    "prosecutor": "检察官",
    "mediator": "调解员",
    "enforcement": "执法员",
}
_EN: dict[str, str] = {
    "worker": "Worker",
    "leader": "Grid leader",
    "instructor": "Instructor",
    "doctor": "Dr",
    "lawyer": "Lawyer",
    "police": "Police officer",
    "teacher": "Teacher",
    "judge": "Judge",
    "prosecutor": "Prosecutor",
    "mediator": "Mediator",
    "enforcement": "Enforcement officer",
    "supervisor": "Supervisor",
    "officer": "Officer",
    "admin": "Administrator",
}


def staff(district: District, person: PersonId, language: str, grid: AreaCode | None = None) -> str | None:
    """Return how a member of staff is called in matters of `grid`; None = nobody of the district file.

    Two people who would be called the same in one area get their whole names.
    """
    someone = district.people.get(person)
    if someone is None:
        return None
    post = _post(district, person, grid)
    if post is None:
        return _clean(someone.name)
    name = _called(district, someone, post, language, whole=False)
    twins = (other for other in _colleagues(district, post) if other.id != person)
    if any(_called(district, other, post, language, whole=False) == name for other in twins):
        return _called(district, someone, post, language, whole=True)
    return name


def posts(district: District, person: PersonId, language: str) -> str:
    """Return what somebody is here, in words: 湘河社区第一网格网格员; worker, Xianghe grid 1."""
    return ("、" if language == "zh" else "; ").join(
        _post_worded(district, post, language) for post in district.posts_of(person)
    )


def _post_worded(district: District, post: Post, language: str) -> str:
    what = label(district, post, language)
    area, department = district.areas.get(post.area or ""), district.departments.get(post.department or "")
    place = area.name if area else department.name if department else ""
    if language == "zh":
        return f"{place}的{what}" if place else what
    return f"{what}, {place}" if place else what


def serving(district: District, person: PersonId, key: str, area: AreaCode, language: str) -> str:
    """Return how somebody who serves an area is called, with what for where the name alone does not say it."""
    name = staff(district, person, language, area) or ""
    post, spoken = _post(district, person, area), tongue(language)
    what = served_as(district, person, key, area, language)
    if post is None or post.area != area or title(post) != key:
        return f"{name}（{what}）" if spoken == "zh" else f"{name} ({what.lower()})"
    if what.lower() in name.lower():
        return name
    if what != named_post(key, language):  # the district has its own name for it
        call = _call(district, post, spoken) or name
        if not what.lower().endswith(call.lower()):
            return f"{what}{name}" if spoken == "zh" else f"{name} ({what.lower()})"
        return f"{what}{_clean(district.people[person].name)}" if spoken == "zh" else what + name.removeprefix(call)
    if spoken == "zh":
        telling = key in _ZH or key in set(Role)
        return name if telling and key != Role.WORKER else f"{what}{name}"
    return name if key in _EN else f"{what} {name}"


def served_as(district: District, person: PersonId | None, key: str, area: AreaCode | None, language: str) -> str:
    """Return what somebody is called who serves an area as a role or a skill; nobody's own title for anybody else."""
    for post in district.posts_of(person or ""):
        if post.area == area and title(post) == key:
            return label(district, post, language)
    return named_post(key, language, district.words)


def label(district: District, post: Post, language: str) -> str:
    """Return what a post is called here: by its title, its skill, a worker's duty, or its role."""
    own = district.words
    if post.title:
        return named(post.title, "title", language, own)
    if post.role is Role.WORKER and (duty := district.word("duty", post.duty, tongue(language))):
        return duty
    return named_post(title(post), language, own)


def title(post: Post) -> str:
    """Return the key of what the post is: its skill for a specialist, else its role."""
    return post.skill if post.role is Role.SPECIALIST and post.skill else post.role.value


def _post(district: District, person: PersonId, grid: AreaCode | None) -> Post | None:
    posts = district.posts_of(person)
    if grid is not None and grid in district.areas:
        for area in district.chain(grid):
            for post in posts:
                if post.area == area.code:
                    return post
    return posts[0] if posts else None


def _colleagues(district: District, post: Post) -> Iterator[Person]:
    for other in district.posts if post.area is None else district.posts_in(post.area):
        if other.area == post.area and other.department == post.department and title(other) == title(post):
            someone = district.people.get(other.person)
            if someone is not None:
                yield someone


def _called(district: District, person: Person, post: Post, language: str, *, whole: bool) -> str:
    name = _clean(person.name)
    surname, call = _surname(name), _call(district, post, tongue(language))
    if language == "en":
        short = PINYIN.get(surname or "", "") if not whole else ""
        return f"{call} {short or name}" if call else short or name
    if call:
        if surname is None:
            return f"{name} {call}"
        return f"{name if whole else surname}{call}"
    department = district.departments.get(post.department or "")
    area = district.areas.get(post.area or "")
    place = department.name if department else area.name if area and post.role is Role.SUPERVISOR else ""
    return f"{place}{name}" if surname else f"{place} {name}".strip()


def _call(district: District, post: Post, language: str) -> str | None:
    """Return how the holder of a post is addressed: as the district does, else as everywhere."""
    keys = (post.title or "", title(post))
    here = next((word for key in keys if (word := district.word("call", key, language))), None)
    return here or (_ZH if language == "zh" else _EN).get(title(post))


def _surname(name: str) -> str | None:
    """The surname of a name in Chinese characters; None for any other name."""
    if not 2 <= len(name) <= 6 or not all("\u4e00" <= letter <= "\u9fff" for letter in name):
        return None
    return name[:2] if len(name) > 2 and name[:2] in COMPOUND else name[0]


def _clean(name: str) -> str:
    one_line = " ".join(tidy(name).split())
    return one_line if len(one_line) <= _LONGEST else f"{one_line[: _LONGEST - 1]}…"
