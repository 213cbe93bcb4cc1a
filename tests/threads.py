"""How well talk is cut into matters, on threads that nobody tuned on: `python -m tests.threads [--wrong] [--apart]`.

A thread is right when it makes exactly the tickets that it should, each of exactly the messages that belong to it.
"""

import sys
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

from bot.matters import matters
from bot.model import models
from parsing import Context, load_catalogue
from parsing.hearing import played
from parsing.learned import Models
from parsing.lessons import lessons as utterances
from parsing.matter_lessons import learn_matters
from parsing.matter_model import MatterModel
from parsing.strangers import strangers
from parsing.threads import Members, Thread, read_threads
from parsing.threads import threads as lessons
from parsing.unread import Unread
from tests.evaluation import CORPUS, Tally


@dataclass
class Figures:
    """What came out: whole threads, and the number of tickets alone."""

    right: Tally = field(default_factory=Tally)
    number: Tally = field(default_factory=Tally)
    wrong: list[str] = field(default_factory=list)


@cache
def threads(file: Path = CORPUS / "threads.yaml") -> tuple[Thread, ...]:
    """Return the threads of a file."""
    return read_threads(file.read_bytes(), file.stem)


def judge(
    corpus: Sequence[Thread],
    learned: Models | None = None,
    model: MatterModel | None = None,
    found: Figures | None = None,
) -> Figures:
    """Play every thread and compare."""
    found = found or Figures()
    context = Context(services=load_catalogue(), models=learned)
    for thread in corpus:
        made = played(thread, context, model)
        right = set(made) == set(thread.tickets) and len(made) == len(thread.tickets)
        found.right.count(right)
        found.number.count(len(made) == len(thread.tickets))
        if not right:
            found.wrong.append(f"{thread.about}: wanted {_shown(thread.tickets)}, got {_shown(made)}")
    return found


def apart(learned: Models) -> Figures:
    """Judge the threads that are learned from, each writer's by models that have read nothing of theirs."""
    found, unread = Figures(), Unread(learned)
    for writer in sorted({one.source for one in lessons()}):
        own = [one for one in lessons() if one.source == writer]
        others = [*(one for one in lessons() if one.source != writer), *strangers(utterances())]
        without = partial(_without, unread, {line.text for one in own for line in one.lines})
        model = learn_matters(without(()), load_catalogue(), others, without=without)
        judge(own, without(()), model, found)
        sys.stdout.write(f"after {writer}: {found.right.right} of {found.right.of}\n")
    return found


def _without(unread: Unread, always: Collection[str], texts: Collection[str]) -> Models:
    return unread.without({*always, *texts})


def _shown(tickets: Members) -> list[list[int]]:
    return [sorted(one) for one in tickets]


def table(rules: Figures, learned: Figures) -> Iterable[str]:
    """Yield the figures of the rules and of what was learned."""
    yield f"{'field':<32} {'rules':>7}  {'learned':>7}  {'wanted':>7}  of"
    for name, attribute, wanted in (("threads: right members", "right", "0.800"), ("threads: number", "number", "")):
        one: Tally = getattr(rules, attribute)
        other: Tally = getattr(learned, attribute)
        yield f"{name:<32} {one.share:7.3f}  {other.share:7.3f}  {wanted:>7}  {other.of}"


def rows() -> Iterable[str]:
    """Yield the lines of these figures for the table of `make evaluate`."""
    rules, found = judge(threads(), models()), judge(threads(), models(), matters(models()))
    return list(table(rules, found))[1:]


def main() -> int:
    """Print the figures; `--wrong`: of each wrong thread what it made; `--apart`: of each writer learned from."""
    if "--apart" in sys.argv:
        found = apart(models())
        rules = judge(lessons(), models())
    else:
        rules, found = judge(threads(), models()), judge(threads(), models(), matters(models()))
    told = list(table(rules, found))
    if "--wrong" in sys.argv:
        told += ["", *found.wrong]
    sys.stdout.write("\n".join(told) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
