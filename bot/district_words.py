"""What a district calls things: the names of its profile, and its own laid over them."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path

from bot.district_checks import Entries
from bot.district_file import PostForm, WordsFile, WordsForm, checked
from bot.district_source import Book, Source, nearest, read_text

Words = Mapping[str, Mapping[str, str]]
"""Language -> `table.key` -> text."""


def district_words(source: Source, profile: str | None, book: Book) -> Words:
    """Return the words of a district file, over those of its profile."""
    form = checked(WordsFile, {"words": source.data.get("words") or {}}, source, (), book)
    return _over(profile_words(profile) if profile else {}, form)


@cache
def profile_words(name: str) -> Words:
    """Return what the districts of a profile call things; nothing for a profile that does not exist."""
    entry = resources.files("bot") / "profiles" / f"{name}.yaml"
    if not entry.is_file():
        return {}
    book = Book(Path(entry.name))
    source = read_text(entry.read_text(encoding="utf-8"), book)
    raw = source.data.get("words") or {} if source else {}
    form = checked(WordsFile, {"words": raw}, source, (), book) if source else None
    book.stop_if_wrong()
    return _over({}, form)


def check_titles(words: Words, posts: Entries[PostForm], source: Source, book: Book) -> None:
    """Note a mistake where a post has a title that nobody has worded."""
    known = {key.removeprefix("title.") for said in words.values() for key in said if key.startswith("title.")}
    for at, post in posts:
        if post.title and post.title not in known:
            en, zh = nearest(post.title, known)
            line = source.line(*at, "title")
            en = f"no title {post.title!r}; {en} Titles stand under words: {{zh: {{title: …}}}}"
            book.wrong(line, en, f"没有 title {post.title!r}；{zh} 称呼写在 words: {{zh: {{title: …}}}} 里")


def _over(words: Words, form: WordsFile | None) -> Words:
    laid = {language: dict(said) for language, said in words.items()}
    for language, tables in (form.words if form else {}).items():
        laid.setdefault(language, {}).update(_flat(tables))
    # A title worded in one language only is better than its key in the other.
    for one, other in (("zh", "en"), ("en", "zh")):
        for key, text in laid.get(other, {}).items():
            if key.startswith("title."):
                laid.setdefault(one, {}).setdefault(key, text)
    return laid


def _flat(form: WordsForm) -> dict[str, str]:
    tables = form.model_dump(by_alias=True, mode="json")
    return {f"{table}.{key}": text for table, entries in tables.items() for key, text in entries.items()}
