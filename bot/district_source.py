"""Reads the YAML of a district file with the line of every value, and collects what is wrong with it."""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import yaml
from yaml.composer import Composer
from yaml.constructor import SafeConstructor
from yaml.resolver import Resolver

Step = str | int
Steps = tuple[Step, ...]
"""The way to a value in the file: keys and list positions."""


@dataclass(frozen=True)
class Note:
    """Something to say about a line of the file (0: about the file itself), as `what is wrong; what helps`."""

    line: int
    en: str
    zh: str
    grave: bool = False
    """It works, yet somebody will wait for help in vain: `gridbot check` counts it as a problem."""


@dataclass(frozen=True)
class Source:
    """The plain contents of a file, and the line of each value."""

    data: Any
    lines: Mapping[Steps, int]

    def line(self, *steps: Step) -> int:
        """Return the line of a value, or of the nearest thing around it."""
        while steps and steps not in self.lines:
            steps = steps[:-1]
        return self.lines.get(steps, 1)

    def entries(self, section: str) -> list[Any]:
        """Return what a section lists, right or wrong."""
        raw = self.data.get(section)
        return raw if isinstance(raw, list) else []


class DistrictError(Exception):
    """A district file that cannot be used; `lines` holds every mistake as `file:line: what is wrong; what helps`.

    `language`: that of the file (`zh`, `en`), as far as it could be read.
    """

    def __init__(self, lines: Iterable[str], language: str = "en") -> None:
        self.lines = tuple(lines)
        self.language = language
        super().__init__("\n".join(self.lines))


@dataclass
class Book:
    """Collects what is wrong with one file, so that everything is told at once."""

    path: Path
    language: str = "en"
    mistakes: list[Note] = field(default_factory=list)
    warnings: list[Note] = field(default_factory=list)

    def wrong(self, line: int, en: str, zh: str) -> None:
        """Note a mistake."""
        self.mistakes.append(Note(line, en, zh))

    def doubt(self, line: int, en: str, zh: str, *, grave: bool = False) -> None:
        """Note something that works but is probably not meant."""
        self.warnings.append(Note(line, en, zh, grave))

    def told(self, notes: Iterable[Note]) -> tuple[str, ...]:
        """Return the notes in the order of the file, in the district's language."""
        return tuple(
            f"{self.path}{f':{note.line}' if note.line else ''}: {note.zh if self.language == 'zh' else note.en}"
            for note in sorted(notes, key=lambda note: note.line)
        )

    def stop_if_wrong(self) -> None:
        """Raise `DistrictError` if any mistake was noted."""
        if self.mistakes:
            raise DistrictError(self.told(self.mistakes), self.language)


def nearest(word: object, names: Iterable[str]) -> tuple[str, str]:
    """Return what helps against a wrong name, in English and Chinese: the nearest known one, or all of them."""
    known = sorted(set(names))
    close = difflib.get_close_matches(str(word), known, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?", f"是不是 {close[0]!r}？"
    shown = ", ".join(known[:20]) + (" …" if len(known) > 20 else "")
    return (f"known: {shown}", f"可用的有：{shown}") if known else ("add it first", "请先添加")


def shown(value: object) -> str:
    """Return a value as it may be quoted in a message: short, on one line."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


# --- reading ---------------------------------------------------------------------------------------------------


class _Loader(yaml.SafeLoader):
    """Reads scalars as YAML 1.2 does, so that an unquoted 18:00 or `no` stays text; dates are for the forms."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}  # type: ignore[misc]


_TAG = "tag:yaml.org,2002:"
_Loader.add_implicit_resolver(f"{_TAG}bool", re.compile(r"^(?:[Tt]rue|[Ff]alse)$"), list("tTfF"))
_Loader.add_implicit_resolver(f"{_TAG}null", re.compile(r"^(?:~|null|Null|NULL)?$"), ["~", "n", "N", ""])
_Loader.add_implicit_resolver(f"{_TAG}int", re.compile(r"^-?(?:0|[1-9][0-9]{0,17})$"), list("-0123456789"))
_Loader.add_implicit_resolver(f"{_TAG}float", re.compile(r"^-?[0-9]{1,18}\.[0-9]{1,18}$"), list("-0123456789"))

_LOADERS: list[Callable[[str], Any]] = [_Loader]

if yaml.__with_libyaml__:
    from yaml._yaml import CParser

    class _FastLoader(Composer, CParser, SafeConstructor, Resolver):
        """The same with libyaml's parser, several times faster.

        The tree is made in Python all the same: libyaml's own maker of trees crashes on deep nesting.
        """

        yaml_implicit_resolvers: ClassVar[dict[str, Any]] = _Loader.yaml_implicit_resolvers  # type: ignore[misc]

        def __init__(self, text: str) -> None:
            CParser.__init__(self, text)
            Composer.__init__(self)
            SafeConstructor.__init__(self)
            Resolver.__init__(self)

    _LOADERS.insert(0, _FastLoader)


def _composed(text: str) -> tuple[SafeConstructor, yaml.Node | None]:
    # What the fast one cannot read the plain one reads again, so that mistakes are worded alike on every machine.
    for kind in _LOADERS[:-1]:
        with suppress(yaml.YAMLError):
            loader = kind(text)
            return loader, loader.get_single_node()
    loader = _LOADERS[-1](text)
    return loader, loader.get_single_node()


def read_source(book: Book) -> Source | None:
    """Read the file of `book`; None if it cannot be read at all, with the mistakes in the book."""
    try:
        raw = book.path.read_bytes()
    except OSError as error:
        why = error.strerror or str(error)
        en = f"cannot be read ({why}); name the district file in GRIDBOT_DISTRICT, or copy bot/samples/nanhu.yaml"
        book.wrong(0, en, f"读不到这个文件（{why}）；请在 GRIDBOT_DISTRICT 里写对路径，或复制 bot/samples/nanhu.yaml")
        return None
    # The language is looked for before anything is read, so that even a syntax error is told in it.
    book.language = "en" if re.search(rb"^language:\s*[\"']?en\b", raw, re.MULTILINE) else "zh"
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        book.wrong(line, "this is not UTF-8; save the file as UTF-8", "编码不是 UTF-8；请把文件另存为 UTF-8")
        return None
    return read_text(text, book)


def read_text(text: str, book: Book) -> Source | None:
    """Read YAML text; None after a syntax error, which is in the book with its line."""
    lines: dict[Steps, int] = {}
    try:
        loader, node = _composed(text)
        if node is None or (isinstance(node, yaml.ScalarNode) and not node.value):
            book.wrong(0, "is empty; start from bot/samples/nanhu.yaml", "是空文件；请从 bot/samples/nanhu.yaml 改起")
            return None
        data = _plain(loader, node, (), lines, book, ())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = " ".join(filter(None, (error.context, error.problem)))
        en = f"YAML cannot be read here ({what}); check indentation (spaces, no tabs), colons, brackets and quotes"
        zh = f"YAML 在这里读不下去（{what}）；请检查缩进（用空格，不用制表符）、冒号、括号和引号"
        book.wrong(mark.line + 1 if mark else 0, en, zh)
        return None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, int(error.position)) + 1
        book.wrong(line, "a control character stands here; delete it", "这里有控制字符；请删掉")
        return None
    except RecursionError:
        book.wrong(0, "is nested too deeply; see bot/samples/nanhu.yaml", "嵌套太深；请参照 bot/samples/nanhu.yaml")
        return None
    return Source(data, lines)


def _plain(
    loader: SafeConstructor,
    node: yaml.Node,
    at: Steps,
    lines: dict[Steps, int],
    book: Book,
    around: tuple[yaml.Node, ...],
) -> Any:
    line = node.start_mark.line + 1
    lines.setdefault(at, line)
    if node in around:
        book.wrong(line, "an alias contains itself; write the value out", "引用了自己；请直接写出内容")
        return None
    around = (*around, node)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(loader, item, (*at, index), lines, book, around) for index, item in enumerate(node.value)]
    if not isinstance(node, yaml.MappingNode):
        return loader.construct_object(node)
    data: dict[str, Any] = {}
    first: dict[str, int] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        here = key_node.start_mark.line + 1
        if key in data:
            en = f"`{key}` stands twice (first in line {first[key]}); keep one of them"
            book.wrong(here, en, f"{key} 写了两次（前一次在第 {first[key]} 行）；请只留一个")
            continue
        first[key] = here
        lines[(*at, key)] = here
        data[key] = _plain(loader, value_node, (*at, key), lines, book, around)
    return data
