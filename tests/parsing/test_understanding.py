"""The sentences of the stories, and what the circumstances of a message change."""

from dataclasses import replace
from datetime import timedelta

import pytest

from parsing import Action, Context, Reason, Thresholds, explain, load_catalogue, to_json, understand
from tickets.service import Danger, DeadlineClass, Services


def test_a_fall_of_yesterday_is_no_emergency(context: Context) -> None:
    found = understand("3栋楼道灯坏了，老人昨天摔了一跤", context)
    assert (found.action, found.service) == (Action.FILE, "streetlight")
    assert (found.deadline_class, found.danger) == (DeadlineClass.ORDINARY, None)
    assert [place.span for place in found.places] == ["3栋"]
    assert found.people == ("old",)
    assert found.summary == "3栋楼道灯坏了"


def test_a_question_about_medicine_is_private_advice(context: Context) -> None:
    found = understand("医生给我换了降压药，头晕，还要不要吃？", context)
    assert (found.action, found.service, found.private) == (Action.FILE, "medical_advice", True)
    assert found.deadline_class is DeadlineClass.ADVICE


def test_a_fallen_gas_pipe_endangers_life(context: Context) -> None:
    found = understand("我家翻盖，墙边天然气管道掉下来一截，会不会漏气！", context)
    assert (found.action, found.service) == (Action.FILE, "gas_leak")
    assert (found.deadline_class, found.danger) == (DeadlineClass.LIFE, Danger.GAS)
    assert found.summary == "墙边天然气管道掉下来一截"


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("想把孩子户口迁回来要啥材料？", "hukou"),
        ("河边垃圾又烧又臭，环保说归城管，城管说归村里", "smoke_dust"),
        ("房东不退押金，能告他吗", "legal_advice"),
        ("电动车昨晚被偷了", "theft"),
        ("龙头一滴水都没有", "water_supply"),
        ("我家是哪个网格？找谁？", "enquiry"),
    ],
)
def test_the_sentences_of_the_stories(text: str, service: str, context: Context) -> None:
    found = understand(text, context)
    assert (found.action, found.service, found.danger) == (Action.FILE, service, None)


@pytest.mark.parametrize(
    ("text", "service", "danger"),
    [
        ("喝多了胸口疼喘不上气", "medical_emergency", Danger.MEDICAL),
        ("3号楼电梯里困了人", "elevator", Danger.TRAPPED),
        ("昨晚喝多了，现在胸口疼喘不上气", "medical_emergency", Danger.MEDICAL),
        ("老人摔倒了起不来", "medical_emergency", Danger.MEDICAL),
        ("我不想活了", "suicide_risk", Danger.SUICIDE),
    ],
)
def test_danger_now(text: str, service: str, danger: Danger, context: Context) -> None:
    found = understand(text, context)
    assert (found.action, found.service, found.danger) == (Action.FILE, service, danger)
    assert found.deadline_class is DeadlineClass.LIFE


@pytest.mark.parametrize(
    "text",
    [
        "没着火，是我家炒菜",
        "上次电梯坏了现在好了",
        "气死我了",
        "笑死我了",
        "谢谢屠师傅",
        "好的收到",
        "接龙 12号 鸡蛋两板",
    ],
)
def test_what_asks_for_nothing_is_left_alone(text: str, context: Context) -> None:
    found = understand(text, context)
    assert (found.action, found.service, found.danger) == (Action.SILENT, None, None)


def test_mended_and_broken_again_is_a_request(context: Context) -> None:
    assert understand("楼道灯修好了又坏了", context).action is Action.FILE
    assert understand("电梯什么时候能修好", context).action is Action.FILE
    assert understand("电梯还没修好", context).action is Action.FILE


def test_a_known_word_in_other_writing_is_the_same_word(context: Context) -> None:
    for text in ("樓道燈壞了", "楼\u200b道\u200b灯坏了", "楼道登坏了"):
        assert understand(text, context).service == "streetlight", text


def test_staff_chat_needs_more_to_become_a_ticket(context: Context) -> None:
    staff = replace(context, from_staff=True)
    assert understand("垃圾桶满了", context).action is Action.FILE
    assert understand("垃圾桶满了", staff).action is not Action.FILE
    assert understand("3栋垃圾桶满了，麻烦尽快来清理一下", staff).action is Action.FILE


def test_words_to_the_bot_itself_are_taken_up(context: Context) -> None:
    text = "昨天那个事怎么说"
    assert understand(text, context).action is Action.SILENT
    found = understand(text, replace(context, addressed=True))
    assert (found.action, found.service) == (Action.ASK, "other")


@pytest.mark.parametrize("text", ["谢谢", "好的收到", "早上好", "👍"])
def test_manners_are_no_request_even_in_private(text: str, context: Context) -> None:
    assert understand(text, replace(context, addressed=True, reply_to_card=True)).action is Action.SILENT


def test_a_reply_to_a_card_and_a_follow_up_weigh_more(context: Context) -> None:
    text = "大门那边怎么样"
    plain = understand(text, context).confidence
    assert understand(text, replace(context, reply_to_card=True)).confidence > plain
    soon = replace(context, open_tickets=1, since_last=timedelta(minutes=1))
    assert understand(text, soon).confidence > plain
    assert understand(text, replace(soon, since_last=timedelta(hours=1))).confidence == plain


def test_thresholds_decide_between_filing_asking_and_silence(context: Context) -> None:
    text = "垃圾桶满了"
    strict = replace(context, thresholds=Thresholds(silent_below=0.5, ask_below=0.999))
    assert understand(text, strict).action is Action.ASK
    deaf = replace(context, thresholds=Thresholds(silent_below=0.999, ask_below=0.999))
    assert understand(text, deaf).action is Action.SILENT
    with pytest.raises(ValueError, match="thresholds"):
        Thresholds(silent_below=0.8, ask_below=0.2)


def test_a_switched_off_service_is_never_answered(context: Context) -> None:
    fewer = Services({service.code: service for service in context.services if service.code != "streetlight"})
    assert understand("3栋楼道灯坏了", replace(context, services=fewer)).service != "streetlight"


def test_reasons_are_words_a_worker_understands(context: Context) -> None:
    found = understand("3栋灯坏了", context)
    assert explain(found.reasons[0], "zh").endswith("说的是路灯、楼道照明")
    assert "灯坏" in found.reasons[0].value
    assert explain(Reason("keyword", "灯坏", "streetlight"), "zh") == "“灯坏”说的是路灯、楼道照明"
    assert "Street" in explain(found.reasons[0], "en")


def test_every_reason_has_words_in_both_languages(context: Context) -> None:
    texts = [
        "",
        "3栋灯坏了",
        "没着火",
        "上次着火",
        "如果着火",
        "哈哈",
        "谢谢",
        "接龙",
        "秒杀",
        "温馨提示",
        "做梦着火",
        "电梯修好了",
    ]
    circumstances = replace(context, addressed=True, reply_to_card=True, from_staff=True)
    reasons = [reason for text in texts for reason in understand(text, circumstances).reasons]
    assert {"keyword", "place", "negated", "past", "joke", "thanks", "chain"} <= {reason.code for reason in reasons}
    for reason in reasons:
        for language in ("zh", "en"):
            assert reason.value in explain(reason, language)
            assert "{" not in explain(reason, language)


def test_json_has_the_fields_that_others_rely_on(context: Context) -> None:
    found = to_json(understand("3号楼电梯里困了人", context), "zh")
    assert list(found) == [
        "action", "request", "confidence", "service", "second", "class", "private", "places", "reasons",
    ]  # fmt: skip
    assert (found["action"], found["request"], found["class"], found["places"]) == ("file", True, "life", ["3号楼"])
    silent = to_json(understand("哈哈", context), "en")
    assert (silent["request"], silent["service"], silent["class"]) == (False, None, None)


def test_the_title_is_cut_at_a_border_and_shows_no_private_number(context: Context) -> None:
    found = understand("你好，我的电话13800138000楼道灯坏了请派人来看看因为老人晚上下楼看不见已经三天了没人管", context)
    assert "13800138000" not in found.summary
    assert 0 < len(found.summary) <= 40
    long = understand(
        "the light in the stairwell of building five is broken since last monday and nobody came", context
    )
    assert len(long.summary) <= 60


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("楼上独居老人没人照顾", ("old", "alone")),
        ("电梯坏了，孕妇爬不动楼", ("pregnant",)),
        ("坐轮椅的下不去，坡道坏了", ("disabled",)),
        ("井盖没了小孩容易掉下去", ("child",)),
    ],
)
def test_people_who_need_care(text: str, people: tuple[str, ...], context: Context) -> None:
    assert understand(text, context).people == people


@pytest.mark.parametrize(
    "piece",
    ["", " ", "\n", "火", "a", "😂", "\u200b", "\u202e", "3栋", "1-", "灯坏", "好了", "昨天着火。", "،", "\ud83d"],
)
def test_odd_input_is_read_in_time_that_grows_with_its_length(piece: str, context: Context) -> None:
    for size in (1, 4096, 20_000):
        found = understand((piece * size)[:size], context)
        assert 0 <= found.confidence <= 1
        assert len(found.summary) <= 60


def test_the_catalogue_is_loaded_once() -> None:
    assert load_catalogue() is load_catalogue()
