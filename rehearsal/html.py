"""Telegram's HTML: reading it as strictly as Telegram does, and writing it back from entities."""

import html as escapes
import re
from dataclasses import dataclass

from .text import Entity, entity_order, same_place, utf16_length

_KIND = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}
_REFERENCE = re.compile(r"&(?:#x(?P<hex>[0-9A-Fa-f]+)|#(?P<dec>[0-9]+)|(?P<name>[A-Za-z]+));?")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_NAME = re.compile(r"[^\s>]*")
_ATTRIBUTE_NAME = re.compile(r"[^\s=>]*")
_TOKEN = re.compile(r"[A-Za-z0-9.-]*")
_SPACE = re.compile(r"\s*")
_USER_LINK = re.compile(r"tg://user\?id=(\d+)$")
_ALLOWED_LINK = re.compile(r"(?:https?|tg|ton|tonsite|mailto|tel):", re.IGNORECASE)


class HtmlError(Exception):
    """The text cannot be read; the message is Telegram's own."""


@dataclass
class _Open:
    tag: str
    attributes: dict[str, str]
    offset: int
    piece: int


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.pieces: list[str] = []
        self.units = 0
        self.stack: list[_Open] = []
        self.entities: list[Entity] = []

    def bytes_before(self, position: int) -> int:
        return len(self.source[:position].encode())

    def read(self) -> tuple[str, list[Entity]]:
        source = self.source
        while self.at < len(source):
            following = source.find("<", self.at)
            end = len(source) if following < 0 else following
            self.add(_decode(source[self.at : end]))
            self.at = end
            if self.at < len(source):
                if source.startswith("</", self.at):
                    self.close_tag()
                else:
                    self.open_tag()
        if self.stack:
            raise HtmlError(f'Can\'t find end tag corresponding to start tag "{self.stack[-1].tag}"')
        plain = "".join(self.pieces)
        for entity in self.entities:
            entity.pop("_language", None)
        # Of two that cover the same text, the one closed later is the outer one.
        self.entities.reverse()
        return plain, sorted(self.entities, key=entity_order)

    def add(self, text: str) -> None:
        if text:
            self.pieces.append(text)
            self.units += utf16_length(text)

    def skip_space(self) -> None:
        found = _SPACE.match(self.source, self.at)
        assert found is not None
        self.at = found.end()

    def peek(self) -> str:
        return self.source[self.at : self.at + 1]

    def open_tag(self) -> None:
        begin = self.at
        where = f"at byte offset {self.bytes_before(begin)}"
        name = _NAME.match(self.source, begin + 1)
        assert name is not None
        self.at = name.end()
        if not self.peek():
            raise HtmlError(f"Unclosed start tag {where}")
        tag = name.group().lower()
        if tag not in _KIND:
            raise HtmlError(f'Unsupported start tag "{tag}" {where}')
        attributes = self.attributes(tag, where)
        self.at += 1
        self.check_place(tag, attributes, where)
        self.stack.append(_Open(tag, attributes, self.units, len(self.pieces)))

    def check_place(self, tag: str, attributes: dict[str, str], where: str) -> None:
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise HtmlError(f'Tag "span" must have class "tg-spoiler" {where}')
        if tag == "blockquote" and any(above.tag == "blockquote" for above in self.stack):
            raise HtmlError(f"Blockquote can't be nested {where}")

    def attributes(self, tag: str, where: str) -> dict[str, str]:
        found: dict[str, str] = {}
        while True:
            self.skip_space()
            if self.peek() == ">":
                return found
            name = _ATTRIBUTE_NAME.match(self.source, self.at)
            assert name is not None
            self.at = name.end()
            if not name.group():
                if not self.peek():
                    raise HtmlError(f"Unclosed start tag {where}")
                raise HtmlError(f'Empty attribute name in the tag "{tag}" {where}')
            self.skip_space()
            if self.peek() != "=":
                # `expandable` is the one attribute that Telegram takes without a value.
                if name.group() == "expandable" and self.peek():
                    found["expandable"] = ""
                    continue
                raise HtmlError(f'Expected equal sign in declaration of an attribute of the tag "{tag}" {where}')
            self.at += 1
            self.skip_space()
            if not self.peek():
                raise HtmlError(f'Unclosed start tag "{tag}" {where}')
            found[name.group()] = self.attribute_value(where)

    def attribute_value(self, where: str) -> str:
        quote = self.peek()
        if quote in {'"', "'"}:
            end = self.source.find(quote, self.at + 1)
            if end < 0 or end + 1 >= len(self.source):
                raise HtmlError(f"Unclosed start tag {where}")
            value = _decode(self.source[self.at + 1 : end])
            self.at = end + 1
            return value
        token = _TOKEN.match(self.source, self.at)
        assert token is not None
        start, self.at = self.at, token.end()
        if not (self.peek().isspace() or self.peek() == ">"):
            raise HtmlError(f"Unexpected end of name token at byte offset {self.bytes_before(start)}")
        return token.group().lower()

    def close_tag(self) -> None:
        begin = self.at
        where = f"at byte offset {self.bytes_before(begin)}"
        if not self.stack:
            raise HtmlError(f"Unexpected end tag {where}")
        name = _NAME.match(self.source, begin + 2)
        assert name is not None
        self.at = name.end()
        self.skip_space()
        if self.peek() != ">":
            raise HtmlError(f"Unclosed end tag {where}")
        self.at += 1
        tag = name.group().lower()
        opened = self.stack[-1]
        if tag and tag != opened.tag:
            raise HtmlError(f'Unmatched end tag {where}, expected "</{opened.tag}>", found "</{tag}>"')
        self.stack.pop()
        if self.units > opened.offset:
            self.finish(opened)

    def finish(self, opened: _Open) -> None:
        entity: Entity = {
            "type": _KIND[opened.tag],
            "offset": opened.offset,
            "length": self.units - opened.offset,
        }
        attributes = opened.attributes
        if opened.tag == "a":
            link = attributes.get("href") or "".join(self.pieces[opened.piece :])
            user = _USER_LINK.match(link)
            if user:
                entity |= {"type": "text_mention", "user_id": int(user.group(1))}
            elif _ALLOWED_LINK.match(link) or "." in link:
                entity["url"] = link if _ALLOWED_LINK.match(link) else f"http://{link}"
            else:
                return
        elif opened.tag == "blockquote" and "expandable" in attributes:
            entity["type"] = "expandable_blockquote"
        elif opened.tag == "tg-emoji":
            if not attributes.get("emoji-id", "").isdigit():
                raise HtmlError("Invalid custom emoji identifier specified")
            entity["custom_emoji_id"] = attributes["emoji-id"]
        elif opened.tag == "tg-time":
            if not attributes.get("unix", "").isdigit():
                raise HtmlError("Invalid date specified")
            entity |= {
                "unix_time": int(attributes["unix"]),
                "date_time_format": attributes.get("format", ""),
            }
        elif opened.tag in {"code", "pre"} and self.merge_code(opened, entity):
            return
        self.entities.append(entity)

    def merge_code(self, opened: _Open, entity: Entity) -> bool:
        """`<pre><code class="language-x">` is one entity with a language."""
        language = attributes_language(opened.attributes) if opened.tag == "code" else ""
        if language:
            entity["_language"] = language
        last = self.entities[-1] if self.entities else None
        if opened.tag == "pre" and last and last["type"] == "code" and same_place(last, entity):
            last["type"] = "pre"
            if last.get("_language"):
                last["language"] = last["_language"]
            return True
        return False


def attributes_language(attributes: dict[str, str]) -> str:
    """Read the language out of `class="language-x"`; empty when there is none."""
    name = attributes.get("class", "")
    return name.removeprefix("language-") if name.startswith("language-") else ""


def _decode(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        if match["name"]:
            return _NAMED.get(match["name"], match.group())
        code = int(match["hex"], 16) if match["hex"] else int(match["dec"])
        if code == 0 or code >= 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            return match.group()
        return chr(code)

    return _REFERENCE.sub(one, text) if "&" in text else text


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Return the plain text and its entities (UTF-16 units). HtmlError with Telegram's words if it is broken."""
    return _Reader(source).read()


def _tags(entity: Entity) -> tuple[str, str] | None:
    kind = entity["type"]
    if kind == "text_link":
        return f'<a href="{escapes.escape(entity["url"])}">', "</a>"
    if kind == "text_mention":
        return f'<a href="tg://user?id={entity["user"]["id"]}">', "</a>"
    if kind == "pre":
        if entity.get("language"):
            return f'<pre><code class="language-{escapes.escape(entity["language"])}">', "</code></pre>"
        return "<pre>", "</pre>"
    if kind == "expandable_blockquote":
        return "<blockquote expandable>", "</blockquote>"
    if kind == "date_time":
        shape = entity.get("date_time_format") or ""
        extra = f' format="{escapes.escape(shape)}"' if shape else ""
        return f'<tg-time unix="{entity["unix_time"]}"{extra}>', "</tg-time>"
    if kind == "custom_emoji":
        return f'<tg-emoji emoji-id="{entity["custom_emoji_id"]}">', "</tg-emoji>"
    plain = {
        "bold": "b",
        "italic": "i",
        "underline": "u",
        "strikethrough": "s",
        "spoiler": "tg-spoiler",
        "code": "code",
        "blockquote": "blockquote",
    }.get(kind)
    return (f"<{plain}>", f"</{plain}>") if plain else None


def to_html(text: str, entities: list[Entity]) -> str:
    """Write Telegram HTML that is safe to show: all text is escaped, only Telegram's tags appear."""
    opening: dict[int, list[tuple[int, str, str]]] = {}
    for entity in sorted(entities, key=entity_order):
        tags = _tags(entity)
        if tags:
            opening.setdefault(entity["offset"], []).append((entity["offset"] + entity["length"], *tags))
    if not opening:
        return escapes.escape(text, quote=False)
    out: list[str] = []
    stack: list[tuple[int, str, str]] = []
    position = 0
    for character in [*text, ""]:
        # An entity that overlaps its neighbour is closed and opened again, so that tags always nest.
        while any(end <= position for end, _, _ in stack):
            again: list[tuple[int, str, str]] = []
            while True:
                top = stack.pop()
                out.append(top[2])
                if top[0] <= position:
                    break
                again.append(top)
            for item in reversed(again):
                out.append(item[1])
                stack.append(item)
        for item in opening.get(position, []):
            out.append(item[1])
            stack.append(item)
        out.append(escapes.escape(character, quote=False))
        position += 2 if character > "\uffff" else 1
    return "".join(out)
