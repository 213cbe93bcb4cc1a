"""Short plain texts: labels, toasts, refusals, names of codes. One file a language, one table a subject."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Formatter

from messages.scene import LANGUAGES
from messages.text import cut, tidy

HERE = Path(__file__).parent
_BARE = ("toast", "refusal", "note", "setup", "own", "bulletin")
"""Tables whose keys may be asked for without the table's name."""

_LONGEST_FACT = 60
_CODES = {
    "status": "status",
    "allowed": "action",
    "action": "action",
    "skill": "skill",
    "ending": "ending",
    "role": "role",
    "class": "class",
    "points": "point",
}
"""Facts that may be given as codes: fact -> table with the codes' names."""


def tongue(language: str | None) -> str:
    """Return the language of ours that is nearest to a language tag: `en-GB` -> `en`, anything unknown -> `zh`."""
    short = (language or "").replace("_", "-").partition("-")[0].lower()
    return short if short in LANGUAGES else LANGUAGES[0]


@cache
def phrases(language: str) -> Mapping[str, tuple[str, ...]]:
    """Return all phrases of one language, `table.key` -> its alternatives, the one that says most first."""
    tables = tomllib.loads((HERE / language / "phrases.toml").read_text(encoding="utf-8"))
    return {
        f"{table}.{key}": (text,) if isinstance(text, str) else tuple(text)
        for table, entries in tables.items()
        for key, text in entries.items()
    }


def phrase(key: str, language: str, **facts: str) -> str:
    """Return a short plain text (no HTML) with its facts filled in.

    `key` is `table.key` (`button.take`), or a toast's or refusal's bare name (`taken_by`). Facts may be codes where
    the table of names is known: `status="filed"`, `allowed="take,pass_on"`. Of several alternatives the first one is
    taken whose facts are all given and not empty. KeyError: unknown key, or no alternative can do with these facts.
    """
    spoken = tongue(language)
    known = phrases(spoken)
    given = {fact: _worded(fact, value, spoken) for fact, value in facts.items() if value.strip()}
    for name in (key, *(f"{table}.{key}" for table in _BARE)):
        for text in known.get(name, ()):
            if wanted(text) <= given.keys():
                return text.format_map(given)
    raise KeyError(f"no phrase {key!r} in messages/{spoken}/phrases.toml that can do with {sorted(given)}")


@cache
def wanted(text: str) -> frozenset[str]:
    """Return the names of the facts that a phrase needs."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)


Own = Mapping[str, Mapping[str, str]]
"""A district's own words: language -> `table.key` -> text."""


def named(code: str, table: str, language: str, own: Own | None = None) -> str:
    """Return the name of a code, or the code itself where it is nobody's code but somebody's words."""
    spoken, key = tongue(language), f"{table}.{code}"
    here = (own or {}).get(spoken, {}).get(key)
    return here or phrases(spoken).get(key, (code,))[0]


def named_post(key: str, language: str, own: Own | None = None) -> str:
    """Return the name of a role or a skill."""
    if f"role.{key}" in phrases(tongue(language)):
        return named(key, "role", language, own)
    return named(key, "skill", language, own)


def codes(table: str, language: str) -> tuple[str, ...]:
    """Return the keys of a table, in the order of the file."""
    return tuple(key.partition(".")[2] for key in phrases(tongue(language)) if key.startswith(f"{table}."))


def named_facts(facts: Mapping[str, str], language: str, own: Own) -> dict[str, str]:
    """Return facts with their codes named as a district names them."""
    spoken = tongue(language)
    return {fact: _worded(fact, value, spoken, own) for fact, value in facts.items()}


def _worded(fact: str, value: str, language: str, own: Own | None = None) -> str:
    table = _CODES.get(fact)
    if table:
        value = ("、" if language == "zh" else ", ").join(
            named(part.strip(), table, language, own) for part in value.split(",") if part.strip()
        )
    return cut(" ".join(tidy(value).split()), _LONGEST_FACT)
