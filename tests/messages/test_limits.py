"""Whatever people write or are called, the message stays legal and within Telegram's limits."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messages import KINDS, LANGUAGES, render
from messages.fit import fitted, plain
from messages.samples import NOW, Sample, asked, fed_back, figures, light, samples, scene, taken
from tests.messages.telegram_html import check
from tickets.digest import Digest, GridLine, Late
from tickets.model import Place, Said, Status, Ticket
from tickets.parts import Consult, Question, Result
from tickets.roster import Person

ONE_EACH = {sample.kind: sample for sample in samples()}
NASTY = "<b>\"&amp;'</b><script>&lt;{{ x }}{% raw %}\u202e\x00\ud83d"
TICKET_KINDS = sorted(kind for kind, sample in ONE_EACH.items() if sample.scene.ticket is not None)

texts = st.text(max_size=4200) | st.text("<>&\"'/b #;x\n", max_size=600) | st.just("灯" * 4096) | st.just("😀" * 4096)


def spoiled(ticket: Ticket, text: str, times: int = 1) -> Ticket:
    """The ticket with `text` wherever somebody's words or names stand."""
    return replace(
        ticket,
        summary=text,
        reporter_name=text,
        said=tuple(Said(text, NOW, 1, number) for number in range(times)),
        places=(Place(text, None),) * min(times, 3),
        people=(text, "old"),
        questions=(*(Question("tu", text, NOW, text) for _ in range(times)), Question("tu", text, NOW)),
        consults=tuple(Consult("fei", "tu", text, NOW, text) for _ in range(times)),
        results=tuple(Result("tu", text, NOW) for _ in range(times)),
        sent_back=text,
    )


@settings(max_examples=60, deadline=None)
@given(text=texts, kind=st.sampled_from(TICKET_KINDS), language=st.sampled_from(LANGUAGES))
def test_any_words_stay_legal_and_within_the_limit(text: str, kind: str, language: str) -> None:
    sample = ONE_EACH[kind]
    assert sample.scene.ticket is not None
    made = render(kind, language, replace(sample.scene, ticket=spoiled(sample.scene.ticket, text)))
    check(made.html)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_nasty_words_everywhere(kind: str, language: str) -> None:
    sample = ONE_EACH[kind]
    nasty = sample.scene
    if nasty.ticket is not None:
        nasty = replace(nasty, ticket=spoiled(nasty.ticket, NASTY * 300, times=40))
    free = dict.fromkeys(("text", "words", "reason", "grid", "name", "posts", "update", "found", "chat"), NASTY * 300)
    home = replace(
        nasty.district, people={k: Person(k, NASTY * 20, p.telegram) for k, p in nasty.district.people.items()}
    )
    some = tuple(spoiled(replace(one, id=number), NASTY * 50) for number in range(300) for one in nasty.tickets[:1])
    made = render(kind, language, replace(nasty, data={**nasty.data, **free}, district=home, tickets=some))
    check(made.html)
    for row in made.buttons:
        for button in row:
            assert 0 < len(button.text) <= 64
            assert len((button.data or "").encode()) <= 64


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_of_4096_characters_reaches_the_worker_nearly_whole(language: str) -> None:
    ticket = replace(light(), said=(Said("灯" * 4096, NOW, 1, 1),))
    made = render("staff_card", language, scene(ticket, "tu"))
    check(made.html)
    assert plain(made.html).count("灯") > 3400
    assert "…" in made.html


@pytest.mark.parametrize("text", ["", "   ", "😀😀", "\u200b"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_picture_or_emoji_alone_still_makes_a_card(text: str, language: str) -> None:
    ticket = replace(light(), said=(Said(text, NOW, 1, 1),), reporter_name=text)
    check(render("staff_card", language, scene(ticket, "tu")).html)
    done = replace(fed_back(), results=(Result("tu", "", NOW),))
    check(render("result", language, scene(done, "tg10021")).html)


def crowded() -> Digest:
    late = tuple(Late(number, "井盖松动" * 9, False, "tu", timedelta(hours=3)) for number in range(400))
    return replace(figures(), late=late, grids=tuple(GridLine("d.s1.c1.g1", 1, 1, 1, 1) for _ in range(605)))


def test_a_digest_is_cut_at_an_items_border() -> None:
    made = render("digest", "zh", replace(scene(None, "li"), digest=crowded()))
    check(made.html)
    text = plain(made.html)
    assert "还有 390 件" in text
    assert "个网格" in text
    assert text.count("〔") == 11
    assert all(line.endswith("已过 3 小时") for line in text.split("\n") if line.startswith("〔"))


def test_a_long_list_says_how_many_more() -> None:
    many = tuple(replace(taken(), id=number, summary="楼道灯坏了" * 20) for number in range(500))
    text = plain(render("open_list", "zh", replace(scene(None, "li"), tickets=many)).html)
    shown = text.count("〔")
    assert f"还有 {500 - shown} 件" in text


def test_private_words_stay_out_of_lists_others_read() -> None:
    secret = replace(light(), private=True, summary="不外露的一句话")
    for kind in ("late_list", "open_list"):
        for language in LANGUAGES:
            assert "不外露" not in render(kind, language, replace(scene(None, "li"), tickets=(secret,))).html
    assert "不外露" not in render("digest", "zh", replace(scene(None, "li"), digest=figures())).html


def test_an_area_code_too_long_for_a_button_costs_only_the_button() -> None:
    digest = replace(figures(), area="d." + "x" * 60)
    assert render("digest", "zh", replace(scene(None, "li"), digest=digest)).buttons == ()


def test_a_template_that_cannot_fit_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="4096"):
        fitted(lambda room: "x" * 5000)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="no message"):
        render("../secrets", "zh", scene())


def test_a_waiting_ticket_without_a_question_still_has_a_card() -> None:
    odd = replace(asked(), questions=(), status=Status.WAITING)
    for language in LANGUAGES:
        check(render("group_card", language, scene(odd)).html)
        check(render("question", language, scene(odd, "tg10021")).html)


def test_samples_know_what_they_are_about() -> None:
    assert all(isinstance(sample, Sample) for sample in ONE_EACH.values())
