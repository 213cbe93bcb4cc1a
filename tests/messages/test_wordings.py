"""Every sentence: complete in both languages, legal, within limits, in our voice."""

import re
from pathlib import Path

import pytest
from jinja2 import meta

from messages import KINDS, LANGUAGES, RECEIVED_EMOJI, render
from messages.engine import environment
from messages.fit import plain
from messages.phrases import HERE, phrases, wanted
from messages.samples import Sample, main, samples, scene, shown, taken
from tests.messages.telegram_html import check, judge
from tickets.actions import Action
from tickets.drafting import Why
from tickets.model import Ending, ReasonCode, Status
from tickets.notices import NoticeKind
from tickets.roster import Role
from tickets.service import DeadlineClass

ALL = list(samples())
EACH = pytest.mark.parametrize("sample", ALL, ids=lambda one: f"{one.kind}-{one.about}")
SPEAKING = pytest.mark.parametrize("language", LANGUAGES)


@EACH
@SPEAKING
def test_every_sample_is_legal_and_says_something(sample: Sample, language: str) -> None:
    made = render(sample.kind, language, sample.scene)
    check(made.html)
    assert "\n\n\n" not in made.html
    for row in made.buttons:
        assert 0 < len(row) <= 4
        for button in row:
            assert 0 < len(button.text) <= 40
            assert (button.data is None) != (button.url is None)
            assert len((button.data or "").encode()) <= 64
    if made.force_reply is not None:
        assert 1 <= len(made.force_reply) <= 64


@EACH
@SPEAKING
def test_the_voice_is_calm(sample: Sample, language: str) -> None:
    said = shown(sample, language)
    for words in sample.scene.ticket.said if sample.scene.ticket else ():
        said = said.replace(words.text, "")
    assert not re.search("系统|工单|!|！|\\{|\\}|None|Undefined", said), said
    assert not re.search(" {2}| \n|，，|。。|，。|· ·|· $", said, re.MULTILINE), said


@EACH
def test_english_has_no_chinese_of_ours(sample: Sample) -> None:
    """What is Chinese in an English message is a name or somebody's own words, never a sentence of ours."""
    zh = {
        part for text in phrases("zh").values() for one in text for part in re.split(r"\{\w+\}", one) if len(part) > 4
    }
    own = {button.text for row in render(sample.kind, "en", sample.scene).buttons for button in row}
    assert not [part for part in zh for text in own if part in text]


def test_every_kind_has_a_sample_and_a_template() -> None:
    assert {sample.kind for sample in ALL} == set(KINDS)
    assert set(KINDS) >= {kind.value for kind in NoticeKind} - {NoticeKind.RECEIVED.value}
    for language in LANGUAGES:
        found = {path.name.removesuffix(".html.j2") for path in (HERE / language).glob("*.html.j2")}
        assert found == {*KINDS, "_lines", "_safety", "_lanes"}


def test_both_languages_have_the_same_files() -> None:
    zh, en = ({path.name for path in (HERE / language).iterdir()} for language in LANGUAGES)
    assert zh == en


def _source(path: Path) -> str:
    return re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.mark.parametrize("kind", [*KINDS, "_lines", "_lanes"])
def test_both_languages_use_the_same_variables(kind: str) -> None:
    """The same names, and the same fields of them: a forgotten `place` would show here."""
    seen = []
    for language in LANGUAGES:
        source = _source(HERE / language / f"{kind}.html.j2")
        names = meta.find_undeclared_variables(environment().parse(source))
        fields = set(re.findall(r"\b(?:ticket|digest|one|done|asked|data|line)\.\w+(?:\(\"\w+\")?", source))
        seen.append((names, fields))
    assert seen[0] == seen[1]


def test_both_languages_have_the_same_phrases() -> None:
    zh, en = phrases("zh"), phrases("en")
    assert list(zh) == list(en)
    for key in zh:
        assert [wanted(text) for text in zh[key]] == [wanted(text) for text in en[key]], key


@SPEAKING
def test_every_code_has_a_name(language: str) -> None:
    known = phrases(language)
    wanted_keys = {
        *(f"status.{one}" for one in Status),
        *(f"ending.{one}" for one in Ending),
        *(f"class.{one}" for one in DeadlineClass),
        *(f"action.{one}" for one in Action),
        *(f"role.{one}" for one in Role),
        *(f"why.{one}" for one in ReasonCode),
        *(f"why_you.{one}" for one in ReasonCode),
        *(f"refusal.{one}" for one in Why),
    }
    assert wanted_keys <= set(known)


@SPEAKING
def test_the_phrases_are_calm_and_short(language: str) -> None:
    for key, texts in phrases(language).items():
        for text in texts:
            assert text.strip() == text
            assert text
            assert not re.search("系统|!|！|<|>", text), key
            if key.startswith(("toast.", "refusal.")):
                assert len(re.sub(r"\{\w+\}", "x" * 60, text)) <= 200
            if key.startswith("command."):
                assert len(text) <= 256


def test_bare_keys_are_not_ambiguous() -> None:
    keys = [key.partition(".")[2] for key in phrases("zh") if key.split(".")[0] in ("toast", "refusal", "note")]
    assert len(keys) == len(set(keys))


def test_the_received_sign_is_a_reaction() -> None:
    assert RECEIVED_EMOJI == "✍"
    with pytest.raises(ValueError, match="received"):
        render("received", "zh", scene(taken()))


def test_all_samples_can_be_printed(capsys: pytest.CaptureFixture[str]) -> None:
    main()
    out = capsys.readouterr().out
    assert out.count("── ") == len(ALL) * len(LANGUAGES)


@pytest.mark.parametrize(
    "html",
    ["<b>x", "<b><i>x</b></i>", "a < b", "<p>x</p>", "x</b>", "a & b", "&nbsp;", "<!-- x -->", '<b class="x">y</b>'],
)
def test_the_judge_sees_faults(html: str) -> None:
    assert judge(html)[0]


def test_plain_gives_the_text_of_html() -> None:
    assert plain("<b>a</b> &lt;b&gt; &#39;") == "a <b> '"
