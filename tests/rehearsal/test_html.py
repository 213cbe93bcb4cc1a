"""Telegram's HTML: its errors, its entities, and the way back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehearsal.html import HtmlError, parse_html, to_html
from rehearsal.text import find_entities, trim, utf16_slice
from tests.rehearsal.conftest import GROUP, ZHANG, Raw


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<b>未完", 'Can\'t find end tag corresponding to start tag "b"'),
        ("字<p>x</p>", 'Unsupported start tag "p" at byte offset 3'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<", "Unclosed start tag at byte offset 0"),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<a href>x</a>", 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'),
        ("<a =1>x</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=%>x</a>", "Unexpected end of name token at byte offset 8"),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "Blockquote can't be nested at byte offset 13"),
        ("<tg-emoji>x</tg-emoji>", "Invalid custom emoji identifier specified"),
    ],
)
def test_errors_in_telegrams_words(source: str, words: str) -> None:
    with pytest.raises(HtmlError) as error:
        parse_html(source)
    assert str(error.value) == words


@pytest.mark.parametrize(
    ("source", "plain", "entities"),
    [
        ("a &lt;&amp;&gt;&quot;&#33;&#x4e2d; &nbsp;", 'a <&>"!中 &nbsp;', []),
        ("😀<b>灯</b>", "😀灯", [{"type": "bold", "offset": 2, "length": 1}]),
        (
            '<a href="https://example.org/?a=1&amp;b=2">x</a>',
            "x",
            [{"type": "text_link", "offset": 0, "length": 1, "url": "https://example.org/?a=1&b=2"}],
        ),
        (
            '<pre><code class="language-python">x</code></pre>',
            "x",
            [{"type": "pre", "offset": 0, "length": 1, "language": "python"}],
        ),
        (
            "<blockquote expandable>x</blockquote>",
            "x",
            [{"type": "expandable_blockquote", "offset": 0, "length": 1}],
        ),
        ("<b></b>x", "x", []),
        (
            '<tg-time unix="1780452000" format="dT">今天</tg-time>',
            "今天",
            [
                {
                    "type": "date_time",
                    "offset": 0,
                    "length": 2,
                    "unix_time": 1780452000,
                    "date_time_format": "dT",
                }
            ],
        ),
    ],
)
def test_what_is_read(source: str, plain: str, entities: list[dict[str, object]]) -> None:
    assert parse_html(source) == (plain, entities)


MARKS = ["b", "i", "u", "s", "code", "tg-spoiler", "blockquote"]


@st.composite
def markup(draw: st.DrawFn, depth: int = 2) -> str:
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        word = draw(st.text(alphabet="ab<>&\"' 灯😀", max_size=4))
        parts.append(to_html(word, []))
        if depth:
            tag = draw(st.sampled_from(MARKS if depth == 2 else MARKS[:4]))
            parts.append(f"<{tag}>{draw(markup(depth=depth - 1))}</{tag}>")
    return "".join(parts)


@given(markup())
def test_writing_and_reading_again_changes_nothing(source: str) -> None:
    plain, entities = parse_html(source)
    assert parse_html(to_html(plain, entities)) == (plain, entities)


@given(st.text(max_size=30))
def test_any_text_survives_escaping(text: str) -> None:
    assert parse_html(to_html(text, [])) == (text, [])


def test_overlapping_entities_still_nest() -> None:
    entities = [{"type": "bold", "offset": 0, "length": 3}, {"type": "italic", "offset": 2, "length": 3}]
    assert to_html("abcde", entities) == "<b>ab<i>c</i></b><i>de</i>"


def test_trimming_moves_entities() -> None:
    assert trim("  灯 ", [{"type": "bold", "offset": 1, "length": 3}]) == (
        "灯",
        [{"type": "bold", "offset": 0, "length": 1}],
    )


def test_found_entities() -> None:
    text = "😀 /my@grid_bot 看 https://example.org/a?b=1。 #灯 @zhang_san a@example.org 1/2"
    found = [(one["type"], utf16_slice(text, one["offset"], one["length"])) for one in find_entities(text)]
    assert found == [
        ("bot_command", "/my@grid_bot"),
        ("url", "https://example.org/a?b=1"),
        ("hashtag", "#灯"),
        ("mention", "@zhang_san"),
        ("email", "a@example.org"),
    ]


async def test_limits_count_what_is_left_after_parsing(raw: Raw) -> None:
    long = "<b>" + "&lt;" * 4096 + "</b>"
    await raw.done("sendMessage", chat_id=GROUP, text=long, parse_mode="HTML")
    too_long = await raw.refused("sendMessage", chat_id=GROUP, text="字" * 4097)
    assert too_long == "Bad Request: message is too long"
    empty = await raw.refused("sendMessage", chat_id=GROUP, text="<b> </b>", parse_mode="HTML")
    assert empty == "Bad Request: message text is empty"
    broken = await raw.refused("sendMessage", chat_id=GROUP, text="<b>x", parse_mode="HTML")
    assert broken == "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\""
    assert await raw.refused("sendMessage", chat_id=GROUP, text="x", parse_mode="bbcode") == (
        "Bad Request: unsupported parse_mode"
    )


async def test_mentions_work_for_known_people_only(raw: Raw) -> None:
    known = f'<a href="tg://user?id={ZHANG}">张</a><a href="tg://user?id=99">某</a>'
    sent = await raw.done("sendMessage", chat_id=GROUP, text=known, parse_mode="HTML")
    assert [(entity["type"], entity["user"]["id"]) for entity in sent["entities"]] == [("text_mention", ZHANG)]
