"""What the cards say, to whom, and which buttons stand under them."""

import unicodedata
from dataclasses import replace
from datetime import timedelta

import pytest

from messages import LANGUAGES, Rendered, render
from messages.callbacks import Choose, decode
from messages.fit import plain
from messages.sample_lanes import called, offices
from messages.samples import NOW, asked, fed_back, gas, light, pills, samples, scene, shown, taken
from tickets.actions import Action
from tickets.model import Ending, Reason, ReasonCode, Status, Ticket
from tickets.notices import NoticeKind
from tickets.parts import Consult, Refusal, Result
from tickets.service import Danger


def card(ticket: Ticket, reader: str | None = None, kind: str = "group_card", language: str = "zh") -> Rendered:
    return render(kind, language, scene(ticket, reader))


def lines(made: Rendered) -> list[str]:
    return plain(made.html).split("\n")


def labels(made: Rendered) -> list[str]:
    return [button.text for row in made.buttons for button in row]


def test_the_group_card_over_its_life() -> None:
    assert lines(card(light())) == ["〔1024〕3栋楼道灯坏了", "已转给屠师傅，今天 15:30 前有人接"]
    assert lines(card(taken())) == ["〔1024〕3栋楼道灯坏了", "屠师傅已接，今天 18:00 前处理"]
    done = card(fed_back())
    assert lines(done) == ["〔1024〕3栋楼道灯坏了", "✓ 14:20 屠师傅：2单元三楼灯泡换好了"]
    assert labels(done) == ["已解决", "没解决"]
    assert not labels(card(taken()))


def test_the_group_card_shows_a_question_to_be_answered() -> None:
    assert "屠师傅问：是几单元？" in lines(card(asked()))
    assert "请反映的人直接回复这条" in lines(card(asked()))


def test_a_private_matter_has_no_card_in_the_group() -> None:
    with pytest.raises(ValueError, match="private"):
        card(pills())


@pytest.mark.parametrize("number", ["13812345678", "110101199003071234", "6222020200112233445"])
def test_no_long_numbers_in_the_group(number: str) -> None:
    done = Result("tu", f"电话 {number}，热线 12345", NOW)
    ticket = replace(fed_back(), results=(done,))
    assert number not in card(ticket).html
    assert "12345" in card(ticket).html
    assert number in card(ticket, "tu", "staff_card").html


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        (Ending.SOLVED, "已解决"),
        (Ending.EXPLAINED, "说清楚了"),
        (Ending.HANDED_OVER, "已移交"),
        (Ending.SHELVED, "眼下办不了"),
        (Ending.WITHDRAWN, "不用办了"),
        (Ending.DUPLICATE, "同一件事"),
        (Ending.NOT_A_REQUEST, "不用办"),
    ],
)
def test_each_honest_ending(ending: Ending, words: str) -> None:
    closed = replace(fed_back(), status=Status.CLOSED, ending=ending, closed_at=NOW)
    assert words in lines(card(closed))[-1]


def test_who_never_answered_can_still_object_and_who_said_yes_is_left_alone() -> None:
    closed = replace(fed_back(), status=Status.CLOSED, ending=Ending.SOLVED, closed_at=NOW)
    assert labels(card(closed)) == ["满意", "一般", "不满意"]
    assert labels(card(replace(closed, unanswered=True))) == ["没解决"]
    assert "没解决可以再说一声" in card(replace(closed, unanswered=True), "tg10021", "closed").html


def test_the_receipt_names_number_what_who_when_and_how() -> None:
    closed = replace(fed_back(), status=Status.CLOSED, ending=Ending.SOLVED, closed_at=NOW)
    text = plain(card(closed, "tg10021", "closed").html)
    for part in ("1024", "3栋楼道灯坏了", "屠师傅", "今天 14:30", "已解决", "2单元三楼灯泡换好了"):
        assert part in text


def test_the_workers_card_says_what_where_who_and_why() -> None:
    made = card(light(), "tu", "staff_card")
    assert lines(made) == [
        "〔1024〕路灯、楼道照明 · 今天 18:00 前",
        "请在今天 15:30 前接单",
        "3栋楼道灯坏了，老人昨天摔了一跤",
        "3栋 · 湘河社区第一网格 · 有老人 · 有照片或语音",
        "反映人：阿芳",
        "找您：3栋归您管，您是这里的网格员，您在班上，手上 2 件",
    ]
    assert labels(made)[:3] == ["接单", "问住户", "不接…"]


def test_buttons_are_those_the_reader_may_press_now() -> None:
    made = render("staff_card", "zh", replace(scene(light(), "tu"), actions=frozenset()))
    assert made.buttons == ()
    for button in (button for row in card(taken(), "tu", "staff_card").buttons for button in row):
        found = decode(button.data or "")
        if isinstance(found, Choose):
            assert (found.what, Action.FINISH in scene(taken(), "tu").actions) == ("end", True)
            continue
        assert found is not None
        assert found.action in scene(taken(), "tu").actions  # type: ignore[union-attr]
        assert found.version == taken().version  # type: ignore[union-attr]


def test_a_handler_does_not_advise_himself() -> None:
    assert "给建议" not in labels(card(taken(), "tu", "staff_card"))


def test_who_was_not_needed_reads_one_line() -> None:
    other = replace(taken(), offered=("xu", "tu"))
    made = card(other, "xu", "staff_card")
    assert lines(made) == ["〔1024〕3栋楼道灯坏了 · 屠师傅已接，您不用管了"]
    assert made.buttons == ()
    refused = replace(light(), refusals=(Refusal("tu", "off_duty"),))
    assert "您已转出" in card(refused, "tu", "staff_card").html


def test_the_leader_goes_on_seeing_everything() -> None:
    offered = replace(taken(), offered=("tu", "wang"))
    assert len(lines(card(offered, "wang", "staff_card"))) > 3


def test_a_consulted_specialist_does_not_read_who_or_which_house() -> None:
    consult = Consult("fei", "tu", "药要不要停？", NOW)
    mine = replace(pills(), status=Status.HANDLING, handler="tu", places=light().places, consults=(consult,))
    text = plain(card(mine, "fei", "staff_card").html)
    assert "药要不要停" in text
    assert "庄老伯" not in text
    assert "3栋" not in text
    assert "私密" in text


def test_an_advice_is_answered_not_finished() -> None:
    assert "回答住户" in labels(card(replace(pills(), status=Status.HANDLING, handler="fei"), "fei", "staff_card"))


@pytest.mark.parametrize(
    ("danger", "first", "number"),
    [
        (Danger.GAS, "先离开", "119"),
        (Danger.FIRE, "先往外跑", "119"),
        (Danger.MEDICAL, "先打 120", "120"),
        (Danger.TRAPPED, "先打 119", "119"),
        (Danger.WATER, "离水远", "119"),
        (Danger.VIOLENCE, "先走开", "110"),
        (Danger.SUICIDE, "请一直陪着", "12356"),
        (Danger.MISSING, "现在就打 110", "110"),
        (Danger.ELECTRIC, "离远一点", "120"),
        (Danger.OTHER, "先到安全的地方", "119"),
    ],
)
def test_safety_first_says_what_to_do(danger: Danger, first: str, number: str) -> None:
    text = plain(card(replace(gas(), danger=danger), "tg10021", "safety").html)
    assert text.startswith(first)
    assert number in text
    assert "屠师傅、汪网格长和秦警官" in text


def test_safety_names_only_who_was_told() -> None:
    text = plain(card(replace(gas(), offered=()), "tg10021", "safety").html)
    assert "屠师傅" not in text
    assert "正在叫人" in text


def test_every_reason_is_worded_in_both_voices() -> None:
    values = {
        ReasonCode.NEXT_DUTY: "2026-06-04T08:30:00+08:00",
        ReasonCode.NEIGHBOUR: "d.s1.c1.g2",
        ReasonCode.LOAD: "2",
    }
    reasons = tuple(Reason(code, values.get(code, "doctor")) for code in ReasonCode)
    route = replace(light().route, candidates=(replace(light().route.candidates[0], reasons=reasons),))
    text = plain(card(replace(light(), route=route), "tu", "staff_card").html)
    for part in ("您明早 8:30 上班", "湘河社区第二网格", "手上 2 件", "这里没有医生", "您是医生"):
        assert part in text


def test_overdue_speaks_differently_to_each_level() -> None:
    over = replace(taken(), done_by=NOW - timedelta(minutes=80))
    kind = NoticeKind.OVERDUE.value
    assert "住户在等您" in card(over, "tu", kind).html
    assert "屠师傅在办，已过 1 小时 20 分，请您问一问" in card(over, "wang", kind).html


def test_whoever_leads_is_asked_to_name_somebody() -> None:
    made = card(light(), "wang", "not_taken")
    assert "没找许师傅：在休假" in lines(made)
    assert labels(made) == ["接单", "转给…"]


def _lines(text: str, columns: int = 40) -> int:
    """How many lines a phone needs; Chinese letters take two columns."""
    widths = (sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in line) for line in text.split("\n"))
    return sum(max(1, -(-width // columns)) for width in widths)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_workers_card_fits_a_phone(language: str) -> None:
    """With its buttons: what, where, who, and what may be done, without scrolling."""
    tall = {sample.about: _lines(shown(sample, language)) for sample in samples() if sample.kind == "staff_card"}
    assert max(tall.values()) <= 16, tall


@pytest.mark.parametrize("language", LANGUAGES)
def test_departments_read_no_number_no_name_and_no_advice(language: str) -> None:
    """Their rooms are read by many: a telephone number that a resident wrote is masked there, too."""
    said = (replace(light().said[0], text="3栋楼道灯坏了，打我电话 13812345678"),)
    consult = Consult("fei", "tu", "老伯头晕吗？", NOW, "先量血压")
    ticket = replace(called(), said=said, consults=(consult,), questions=asked("住 501，13812345678").questions)
    for kind, reader in (("lane_card", "dept:fire"), ("lane_card", "zhao"), ("whistle_card", "li")):
        text = plain(render(kind, language, replace(scene(ticket, "tu"), district=offices(), reader=reader)).html)
        assert "138…78" in text
        for hidden in ("13812345678", ticket.reporter_name, "先量血压", "老伯头晕"):
            assert hidden not in text, (kind, hidden)
