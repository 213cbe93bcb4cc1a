"""Lines of talk that teach what is a request, and models that have not read them."""

from datetime import timedelta

import numpy as np

from bot.matters import matters
from bot.model import models
from parsing import Context, load_catalogue
from parsing.hearing import played
from parsing.lessons import learn, lessons
from parsing.overheard import overheard
from parsing.threads import START, WORKER, Line, Thread
from parsing.unread import Unread


def said(*lines: tuple[str, str], every: int = 5) -> tuple[Line, ...]:
    return tuple(Line(by, START + timedelta(seconds=at * every), text) for at, (by, text) in enumerate(lines))


def test_what_speaks_for_itself_and_what_does_not() -> None:
    lines = said(
        ("A", "那盏灯"),
        ("A", "3栋楼道灯不亮了"),
        ("B", "吃了吗"),
        ("C", "我家门口那盏灯也一样黑"),
        ("D", "我也是"),
        ("E", "楼下单元门锁坏了进不去，有人吗"),
        ("A", ""),
    )
    thread = Thread("", lines, (frozenset({0, 1, 3, 4, 6}), frozenset({5})), "writer")
    assert list(overheard([thread])) == [
        ("吃了吗", False, "writer"),
        ("我家门口那盏灯也一样黑", True, "writer"),
        ("楼下单元门锁坏了进不去，有人吗", True, "writer"),
    ]


def test_who_has_not_read_a_line_is_another_judge_of_requests_and_of_nothing_else() -> None:
    few = ("streetlight", "garbage")
    taught = [one for one in lessons() if one.subject in few] + [one for one in lessons() if one.asks is False][:200]
    known, line = learn(taught), taught[-1].text
    other = Unread(known, taught).without({line}).linear
    assert np.array_equal(other.weights[:, 1:], known.linear.weights[:, 1:])
    assert not np.array_equal(other.weights[:, 0], known.linear.weights[:, 0])


def test_a_question_of_staff_is_never_filed() -> None:
    context, made = Context(services=load_catalogue(), models=models()), matters(models())
    asked, told = "谁家的车堵在3栋门口？", "3栋门口路灯不亮了，电线也断了"
    assert played(Thread("", said((WORKER, asked)), ()), context, made) == ()
    assert played(Thread("", said(("A", asked)), ()), context, made) != (), "of a resident it is a request"
    assert played(Thread("", said((WORKER, told)), ()), context, made) != (), "what staff report is filed"
