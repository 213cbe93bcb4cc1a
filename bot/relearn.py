"""`gridbot learn`: what a district's staff have corrected, learned on top of the catalogue's utterances.

A model of the district's own takes over only if it is no worse on the district's examples than what judges now, each
example judged by a model that has not read it, and if it overlooks no danger that is seen without it.
"""

import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import structlog

from bot.model import cache_folder
from parsing import Action, Context, understand
from parsing.learned import Models
from parsing.lessons import Lesson, learn, lessons
from parsing.linear import ModelError
from parsing.training import fingerprint, folds
from storage import IN_USE, Example, Store
from tickets.service import Services

log = structlog.get_logger(__name__)

LEAST = 20
"""Fewer examples say more of the people who corrected than of the district."""

FOLDS = 4
WEIGHT, SHARE = 5, 1000
"""An example counts as so many utterances at most, and all of them together as about so many."""

OVERLOOKED = 0.005
"""The share of dangers, of those seen without it, that a district's model may miss: texts that stand on a border."""

TRIED = "model:tried"
"""The mark of the version that was tried last. That of the one in use also has the moment of the last example read."""

KEPT = 3
"""Models of a district in the cache."""

Told = Callable[[str], None]
Judge = Callable[[Models, str, str | None], tuple[str | None, bool]]
"""(models, text, grid) -> the service asked for (None = nothing), and whether somebody is in danger."""


@dataclass(frozen=True)
class Outcome:
    """What came of it. `before`, `after`: how many of the examples are judged rightly; `made` None = not accepted."""

    examples: int
    before: int
    after: int
    overlooked: int
    made: Models | None


def judge_of(services: Services) -> Judge:
    """Return how messages are judged in a district."""

    def judge(models: Models, text: str, grid: str | None) -> tuple[str | None, bool]:
        meant = understand(text, Context(services=services, grid=grid, models=models))
        asked = meant.service if meant.action is not Action.SILENT else None
        return asked, meant.danger is not None

    return judge


def version_with(base: str, examples: Sequence[Example]) -> str:
    """Return the version of what is learned from these examples on top of `base`."""
    told = [f"{one.service or ''} {one.danger}" for one in examples]
    return f"{base}-{fingerprint([one.text for one in examples], told)}"


def taught(examples: Sequence[Example], built_in: Sequence[Lesson]) -> list[Lesson]:
    """Return the lessons of a district: the catalogue's, and its own as often as gives them weight."""
    times = max(1, min(WEIGHT, SHARE // max(1, len(examples))))
    own = [Lesson(one.text, one.service, one.danger, one.service or "chatter district") for one in examples]
    known = {one.text for one in own}
    return [*(one for one in built_in if one.text not in known), *own * times]


def relearned(
    examples: Sequence[Example],
    base: Models,
    judge: Judge,
    told: Told = lambda _: None,
    *,
    built_in: Sequence[Lesson] | None = None,
    present: tuple[Models, datetime] | None = None,
) -> Outcome:
    """Train on the examples and compare. `present`: the district's model, and until when it has read examples."""
    built_in = lessons() if built_in is None else built_in
    services = {one.service for one in built_in}
    examples = [one for one in examples if one.service is None or one.service in services]

    def right(models: Models, one: Example) -> bool:
        service, danger = judge(models, one.text, one.grid)
        return service == one.service and (danger or not one.danger)

    before = [right(base, one) for one in examples]
    if present is not None:  # on what it has read it is no witness
        model, until = present
        before = [right(model, one) if one.at > until else was for one, was in zip(examples, before, strict=True)]
    after = [False] * len(examples)
    for number, (read, held) in enumerate(folds([one.service or "" for one in examples], FOLDS), 1):
        told(f"part {number} of {FOLDS}")
        made = _made([examples[at] for at in read], base, built_in)
        for at in held:
            after[at] = right(made, examples[at])
    told("the whole")
    made = _made(examples, base, built_in)
    dangers = [one.text for one in built_in if one.danger]
    seen = [text for text in dangers if judge(base, text, None)[1]]
    overlooked = sum(not judge(made, text, None)[1] for text in seen)
    accepted = sum(after) >= sum(before) and overlooked <= OVERLOOKED * len(seen)
    return Outcome(len(examples), sum(before), sum(after), overlooked, made if accepted else None)


def _made(examples: Sequence[Example], base: Models, built_in: Sequence[Lesson]) -> Models:
    linear = learn(taught(examples, built_in)).linear
    return replace(base, linear=replace(linear, version=version_with(base.version, examples)))


async def learn_from(store: Store, base: Models, services: Services, told: Told) -> Outcome | None:
    """Learn from what the store has, and keep the model if it is accepted; None = there is too little.

    The store is not held while the model is trained. Raises OSError where the model cannot be written.
    """
    async with store.look() as unit:
        examples = await unit.examples.all()
        mark = await unit.marks.get(IN_USE)
    if len(examples) < LEAST:
        return None
    read = _marked(mark, base)
    model = read_model(read[0]) if read is not None else None
    present = (model, read[1]) if read is not None and model is not None else None
    outcome = relearned(examples, base, judge_of(services), told, present=present)
    if outcome.made is not None:
        write_model(outcome.made)
    async with store.unit() as unit:
        await unit.marks.set(TRIED, version_with(base.version, examples))
        if outcome.made is not None:
            until = max(one.at for one in examples)
            await unit.marks.set(IN_USE, f"{outcome.made.version} {until.isoformat()}")
        await unit.commit()
    return outcome


async def in_use(store: Store, base: Models) -> Models:
    """Return the district's own model, or `base` where it has none that was made on top of that."""
    async with store.look() as unit:
        mark = await unit.marks.get(IN_USE)
    read = _marked(mark, base)
    if read is None:
        return base
    model = read_model(read[0])
    if model is None:
        log.warning("district_model_gone", model=read[0], remedy="run gridbot learn on this machine")
    return model or base


def _marked(mark: str | None, base: Models) -> tuple[str, datetime] | None:
    version, _, until = (mark or "").partition(" ")
    return (version, datetime.fromisoformat(until)) if version.startswith(f"{base.version}-") else None


def file_of(version: str) -> Path:
    """Return where the model of this version is kept."""
    return cache_folder() / f"district-{version}.model"


def read_model(version: str) -> Models | None:
    """Return a district's model; None = it is not here, or cannot be read."""
    try:
        return Models.from_bytes(file_of(version).read_bytes())
    except (OSError, ModelError):
        return None


def write_model(model: Models) -> None:
    """Write beside, then rename; older ones go. Raises OSError."""
    file = file_of(model.version)
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=".part-", delete=False) as part:
        part.write(model.to_bytes())
    Path(part.name).replace(file)
    known = sorted(file.parent.glob("district-*.model"), key=lambda one: one.stat().st_mtime, reverse=True)
    for old in known[KEPT:]:
        with suppress(OSError):
            old.unlink()


def printed(outcome: Outcome | None, version: str) -> str:
    """Return what came of it for a terminal."""
    if outcome is None:
        return f"There are fewer than {LEAST} corrections to learn from; nothing has changed."
    figures = f"examples {outcome.examples}, right before {outcome.before}, right after {outcome.after}"
    if outcome.made is not None:
        return f"{figures}: accepted, {outcome.made.version}. A running service takes it up within minutes."
    why = f", dangers overlooked {outcome.overlooked}" if outcome.overlooked else ""
    return f"{figures}{why}: not better, so {version} stays in use."
