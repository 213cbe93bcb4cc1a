"""An independent judge of Telegram HTML: which tags there are, how they nest, what the parsed text is."""

import re
from html.parser import HTMLParser

ALLOWED = {"b", "i", "u", "s", "a", "code", "pre", "blockquote", "tg-spoiler"}
NAMED = {"lt", "gt", "amp", "quot"}


class _Judge(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.open: list[str] = []
        self.text = ""
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED:
            self.faults.append(f"unsupported start tag {tag!r}")
        if tag == "blockquote" and "blockquote" in self.open:
            self.faults.append("nested blockquote")
        if {"pre", "code"} & set(self.open):
            self.faults.append(f"{tag!r} inside code")
        if {name for name, _ in attrs} - ({"href"} if tag == "a" else {"expandable"} if tag == "blockquote" else set()):
            self.faults.append(f"attributes {attrs!r} of {tag!r}")
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"unmatched end tag {tag!r}")

    def handle_entityref(self, name: str) -> None:
        if name not in NAMED:
            self.faults.append(f"unknown entity {name!r}")
        self.text += "?"

    def handle_charref(self, name: str) -> None:
        self.text += "?"

    def handle_data(self, data: str) -> None:
        if "<" in data or ">" in data:
            self.faults.append(f"unescaped {data!r}")
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.faults.append("comment")

    def handle_decl(self, decl: str) -> None:
        self.faults.append("declaration")

    def handle_pi(self, data: str) -> None:
        self.faults.append("processing instruction")


def judge(html: str) -> tuple[list[str], str]:
    """Return the faults and the parsed text (every entity counts as one character)."""
    reader = _Judge()
    reader.feed(html)
    reader.close()
    faults = [*reader.faults, *(f"unclosed {tag!r}" for tag in reader.open)]
    faults += [f"stray {found!r}" for found in re.findall(r"&(?!#?\w+;)", html)]
    return faults, reader.text


def check(html: str) -> None:
    """Assert that Telegram would take it: legal, not empty, at most 4096 UTF-16 units."""
    faults, text = judge(html)
    assert not faults, f"{faults}\n{html}"
    assert text.strip()
    assert len(text.encode("utf-16-le", "surrogatepass")) // 2 <= 4096
