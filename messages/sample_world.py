"""The invented district, people, tickets and day that the sample messages are about."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tickets.digest import Digest, GridLine, Late, Oldest
from tickets.lacks import Lack
from tickets.lane_figures import Slow
from tickets.model import (
    Candidate,
    Ending,
    Hold,
    Joined,
    PassedOver,
    Photo,
    Place,
    Reason,
    ReasonCode,
    Route,
    Said,
    Status,
    Ticket,
)
from tickets.parts import Question, Remark, Result
from tickets.policy import Reviewer
from tickets.roster import Area, Department, District, Person, Post, Role
from tickets.service import Danger, DeadlineClass, Service, Services

NOW = datetime(2026, 6, 3, 14, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
"""A Wednesday afternoon."""

_FILED = NOW.replace(hour=10, minute=5)
_HOUR = timedelta(hours=1)


def _square(west: float) -> tuple[tuple[float, float], ...]:
    return (west, 30.76), (west + 0.006, 30.76), (west + 0.006, 30.766), (west, 30.766)


def district() -> District:
    """A district of one community with two grids."""
    areas = (
        Area("d", "示例区", "district"),
        Area("d.s1", "湘河街道", "street", "d"),
        Area("d.s1.c1", "湘河社区", "community", "d.s1"),
        Area("d.s1.c1.g1", "湘河社区第一网格", "grid", "d.s1.c1", boundary=_square(120.750)),
        Area("d.s1.c1.g2", "湘河社区第二网格", "grid", "d.s1.c1", boundary=_square(120.756)),
    )
    people = (
        Person("tu", "屠甲", 1001),
        Person("wang", "汪乙", 1002),
        Person("fei", "费丙", 1003),
        Person("li", "李丁", 1004),
        Person("zhao", "赵戊", 1005, "en"),
        Person("ouyang", "欧阳己", 1006),
        Person("qin", "秦庚", 1007),
        Person("xu", "许辛", 1008),
    )
    grid, other = "d.s1.c1.g1", "d.s1.c1.g2"
    posts = (
        Post("tu", grid, Role.WORKER),
        Post("xu", grid, Role.WORKER, duty="part_time"),
        Post("wang", grid, Role.LEADER),
        Post("fei", grid, Role.SPECIALIST, "doctor"),
        Post("qin", grid, Role.SPECIALIST, "police"),
        Post("ouyang", other, Role.SPECIALIST, "lawyer"),
        Post("li", "d.s1.c1", Role.SUPERVISOR),
        Post("zhao", None, Role.OFFICER, department="works"),
    )
    return District(
        name="示例区",
        timezone="Asia/Shanghai",
        language="zh",
        areas={area.code: area for area in areas},
        departments={"works": Department("works", "公共事业中心")},
        people={person.id: person for person in people},
        posts=posts,
    )


def services() -> Services:
    """The services the samples are about."""
    found = (
        ("streetlight", "路灯、楼道照明", "Street and staircase lights", DeadlineClass.ORDINARY, False),
        ("medical_advice", "用药、看病咨询", "Medicines and seeing a doctor", DeadlineClass.ADVICE, True),
        ("hukou", "户口、身份证", "Household registration, identity cards", DeadlineClass.ERRAND, False),
        ("suspicious", "可疑人员", "Suspicious people", DeadlineClass.ORDINARY, True),
        ("gas_leak", "燃气泄漏、管道脱落", "Gas leaks", DeadlineClass.LIFE, False),
    )
    made = {code: Service(code, "sample", zh, en, (("worker",),), kind, (), own) for code, zh, en, kind, own in found}
    return Services({**made, "suspicious": replace(made["suspicious"], caution="follow")})


def joined(ticket: Ticket) -> Ticket:
    """The same matter with three more households, one of which says more than that."""
    said = ("", "", "我们楼梯间也是黑的")
    neighbours = [
        Joined(f"tg1003{at}", f"tg1003{at}", Said(text, _FILED + timedelta(minutes=at), -1001, 90 + at), "zh")
        for at, text in enumerate(said, start=1)
    ]
    return replace(ticket, joined=tuple(neighbours))


def light() -> Ticket:
    """The broken light, just filed and offered to a worker."""
    why = (
        Reason(ReasonCode.OWNS_PLACE, "3栋"),
        Reason(ReasonCode.ROLE, "worker"),
        Reason(ReasonCode.ON_DUTY),
        Reason(ReasonCode.LOAD, "2"),
    )
    return Ticket(
        id=1024,
        version=3,
        status=Status.FILED,
        grid="d.s1.c1.g1",
        service="streetlight",
        deadline_class=DeadlineClass.ORDINARY,
        private=False,
        reporter="tg10021",
        reporter_name="阿芳",
        reporter_language="zh",
        summary="3栋楼道灯坏了",
        said=(Said("3栋楼道灯坏了，老人昨天摔了一跤", _FILED, -1001, 71, (Photo("photo"),)),),
        filed_at=_FILED,
        review=Reviewer.LEADER,
        places=(Place("3栋", "d.s1.c1.g1"),),
        people=("old",),
        route=Route(
            candidates=(Candidate("tu", "worker", "d.s1.c1.g1", 0, why),),
            passed_over=(PassedOver("xu", "worker", Reason(ReasonCode.ON_LEAVE)),),
            leaders=("wang",),
            above=(("li",),),
        ),
        offered=("tu",),
        take_by=NOW + _HOUR,
        done_by=NOW.replace(hour=18, minute=0),
    )


def taken() -> Ticket:
    """The light, taken."""
    return replace(light(), status=Status.HANDLING, handler="tu", taken_at=_FILED + _HOUR, take_by=None, version=5)


def fed_back() -> Ticket:
    """The light, said to be done; the leader reviews."""
    done = Result("tu", "2单元三楼灯泡换好了", NOW - timedelta(minutes=10))
    return replace(taken(), status=Status.FED_BACK, results=(done,), reviewers=("wang",), ending=Ending.SOLVED)


def pills() -> Ticket:
    """A private question about medicine, offered to the doctor and the worker at once."""
    why = (Reason(ReasonCode.SKILL, "doctor"), Reason(ReasonCode.ON_DUTY), Reason(ReasonCode.LOAD, "0"))
    return replace(
        light(),
        id=1031,
        service="medical_advice",
        deadline_class=DeadlineClass.ADVICE,
        private=True,
        reporter_name="庄老伯",
        summary="换了降压药，头晕",
        said=(Said("医生给我换了降压药，头晕，还要不要吃？", _FILED, 55, 8),),
        review=Reviewer.RESIDENT,
        places=(),
        route=replace(light().route, candidates=(Candidate("fei", "doctor", "d.s1.c1.g1", 0, why),)),
        offered=("fei", "tu"),
        done_by=NOW.replace(day=4, hour=18, minute=0),
    )


def gas() -> Ticket:
    """The gas pipe that fell off, at night."""
    night = NOW.replace(hour=23, minute=12)
    return replace(
        light(),
        id=1040,
        service="gas_leak",
        deadline_class=DeadlineClass.LIFE,
        danger=Danger.GAS,
        summary="墙边天然气管道掉下来一截",
        said=(Said("我家翻盖，墙边天然气管道掉下来一截，会不会漏气！", night, -1001, 90),),
        places=(),
        people=(),
        filed_at=night,
        route=replace(
            light().route,
            candidates=(
                Candidate(
                    "qin",
                    "police",
                    "d.s1.c1.g1",
                    0,
                    (Reason(ReasonCode.SKILL, "police"), Reason(ReasonCode.CALLED_OFF_DUTY, "life")),
                ),
            ),
        ),
        offered=("tu", "wang", "qin"),
        take_by=night + timedelta(minutes=5),
        done_by=night + 2 * _HOUR,
    )


def asked(answer: str | None = None) -> Ticket:
    """The light, with a question to the resident."""
    question = Question("tu", "是几单元？", NOW - timedelta(minutes=40), answer)
    status = Status.WAITING if answer is None else Status.HANDLING
    hold = Hold("question", question.at, NOW + 20 * _HOUR) if answer is None else None
    return replace(taken(), status=status, questions=(question,), hold=hold)


def told(media: tuple[Photo, ...] = (), *, aloud: bool = False) -> Ticket:
    """The light, and words for the resident while it is handled."""
    words = "" if media else "灯泡到货了，下午 3 点来换"
    return replace(taken(), told=(Remark("tu", words, NOW - timedelta(minutes=20), media, aloud),))


def figures() -> Digest:
    """A community's day."""
    late, other = timedelta(hours=1, minutes=20), "d.s1.c1.g2"
    return Digest(
        area="d.s1.c1",
        day=NOW.date(),
        filed=12,
        closed=9,
        filed_before=9,
        closed_before=10,
        open=14,
        open_before=11,
        mean=timedelta(hours=2, minutes=10),
        late=(
            Late(1019, "井盖松动", False, "tu", late),
            Late(1017, "不外露的一句话", True, None, timedelta(minutes=25)),
        ),
        oldest=Oldest(988, "东门积水", False, "tu", NOW - timedelta(days=5, hours=3)),
        untaken=1,
        waiting=2,
        on_hold=1,
        reviewing=3,
        unreachable=("xu", "ouyang"),
        whistled=2,
        slow=(Slow("works", 1, 0, True),),
        grids=(GridLine("d.s1.c1.g1", 8, 6, 9, 2), GridLine("d.s1.c1.g2", 4, 3, 5, 0)),
        lacks=(Lack(("worker",), (other,)), Lack(("judge", "prosecutor", "lawyer"), ("d.s1.c1.g1", other))),
    )
