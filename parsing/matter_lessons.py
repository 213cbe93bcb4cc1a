"""The model of matters, learned from the threads of the catalogue: what each message was, told by who wrote them."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from parsing.bits import LEAST
from parsing.eye import ANYWHERE, NOTHING_OPEN, OTHERS, OWN, Eye
from parsing.facts import NOTHING as SILENCE
from parsing.facts import Found, Kind, Matter, Spoken
from parsing.glance import glance
from parsing.growing import chosen, judged
from parsing.hearing import played
from parsing.learned import Models, version_of
from parsing.lessons import lessons
from parsing.linear import Linear
from parsing.matter_model import PIECES, UNFILED, MatterModel, is_listened_to, may_be, unfiled
from parsing.matter_signs import Choice, choices, of_piece
from parsing.model import Action, Context
from parsing.strangers import strangers
from parsing.threads import Thread, sources, threads
from parsing.training import train
from tickets.service import Services

PARTS = 5
"""Parts of the threads: what a line sounds like is told by models that have not read it."""

ROLE_STRENGTH = 0.3

SEEING = (
    "bits",
    "eye",
    "facts",
    "growing",
    "hearing",
    "matter",
    "matter_lessons",
    "matter_model",
    "matter_signs",
    "me_too",
    "never_mind",
    "strangers",
    "threads",
    "understanding",
    "unread",
)
"""Modules on which it depends what is learned from the same threads."""

Told = Callable[[str], None]
Without = Callable[[Collection[str]], Models]
Signs = Mapping[str, float]


@dataclass
class Taught:
    """Cases to learn from: what a message could be, and which of it was right; a piece, and whether it belonged."""

    choices: list[tuple[list[Signs], list[int]]] = field(default_factory=list)
    pieces: list[tuple[Signs, bool]] = field(default_factory=list)


@cache
def wanted_version(models: str) -> str:
    """Return the version of what these threads and this program make, with models of understanding of some version."""
    package = resources.files("parsing")
    program = ((package / f"{name}.py").read_bytes() for name in SEEING)
    return version_of(models.encode(), *(content for _, content in sources()), *program)


def learn_matters(
    models: Models,
    services: Services,
    taught: Sequence[Thread] | None = None,
    told: Told = lambda _: None,
    without: Without | None = None,
) -> MatterModel:
    """Train the model. Takes some seconds; the same threads give the same model.

    `without`: makes models like `models` that have not read some lines (`Unread`); without it they are believed even
    of what they have read.
    """
    taught = (*threads(), *strangers(lessons())) if taught is None else taught
    told(f"looking at {len(taught):,} threads")
    found = Taught()
    for part in range(PARTS):
        rest, own = [one for at, one in enumerate(taught) if at % PARTS != part], taught[part::PARTS]
        judging = models if without is None else without({line.text for one in own for line in one.lines})
        eye = Eye(judging, learn_roles(rest))
        for thread in own:
            _Teacher(thread, eye, found).play(Context(services=services, models=judging))
    told("learning which matter a message belongs to")
    names = tuple(sorted(found.pieces[0][0]))
    pieces = judged(
        names, [[signs[name] for name in names] for signs, _ in found.pieces], [yes for _, yes in found.pieces]
    )
    return MatterModel(learn_roles(taught), chosen(found.choices), pieces, wanted_version(models.version))


def learn_roles(taught: Sequence[Thread]) -> dict[str, Linear]:
    """Train the models of what a line sounds like: by itself, and where something is open."""
    shown = [
        (look.counts, role, where)
        for thread in taught
        for text, role, where in _roles(thread)
        if (look := glance(text))
    ]
    found = {}
    for where in (ANYWHERE, NOTHING_OPEN, OWN, OTHERS):
        mine = [(counts, role) for counts, role, place in shown if where in (ANYWHERE, place)]
        if len({role for _, role in mine}) > 1:
            counts, labels = [one for one, _ in mine], [one for _, one in mine]
            found[where] = train(counts, labels, strength=ROLE_STRENGTH, balanced=True)
    return found


def _roles(thread: Thread) -> Iterator[tuple[str, str, str]]:
    """Yield each line, what it is, and where it is said."""
    reporters: dict[int, str] = {}
    for number, line in enumerate(thread.lines):
        ticket = thread.ticket_of(number)
        known = reporters.values()
        where = OWN if line.by in known else OTHERS if reporters else NOTHING_OPEN
        if ticket is not None:
            reporters.setdefault(ticket, line.by)
        if line.staff and not line.over:
            continue
        if line.over:
            yield line.text, "over", where
        elif ticket is None:
            yield line.text, "nothing", where
        else:
            first = min(thread.tickets[ticket])
            mine = line.by == thread.lines[first].by
            yield line.text, "new" if number == first else "more" if mine else "join", where


@dataclass
class _Teacher:
    """Says of each message of a thread what is right, and keeps what the model would have seen."""

    thread: Thread
    eye: Eye
    taught: Taught
    known: dict[int, int] = field(default_factory=dict)
    """Ticket of the thread -> number of the matter in the play."""

    opened: int = 0

    def play(self, context: Context) -> None:
        """Play the thread as it should go."""
        played(self.thread, context, None, self, self.eye)

    def __call__(self, number: int, said: Spoken, near: Sequence[Matter]) -> Found:
        """Return what is right for a message."""
        ticket = self.thread.ticket_of(number)
        if said.staff:
            return SILENCE
        mine = tuple(bit for bit in said.bits if ticket is not None and bit.message in self.thread.tickets[ticket])
        near = [one for one in near if may_be(said, one)]
        others = unfiled(said, self.eye)
        right = self._right(number, ticket, said, near, others, asks=_asks(said, pieces=bool(mine)))
        if is_listened_to(said, near, others, self.eye) and right:
            found = choices(said, [*near, *others], self.eye)
            self.taught.choices.append(
                ([one.signs for one in found], [at for at, one in enumerate(found) if _key(one) in right])
            )
        if ticket is None or not right or (Kind.NOTHING, None) in right:
            return SILENCE
        kind, matter = next(iter(right))
        for bit in said.bits:
            self.taught.pieces.append((of_piece(said, bit, kind, self.eye), bit in mine))
        if kind is Kind.NEW or (matter is not None and matter < 0):
            self.known[ticket] = self.opened
            self.opened += 1
        if matter is not None and matter < 0:
            return Found(kind, None, mine, next(one for one in others if one.number == matter).pieces)
        return Found(kind, matter, mine)

    def _right(
        self,
        number: int,
        ticket: int | None,
        said: Spoken,
        near: Sequence[Matter],
        others: Sequence[Matter],
        *,
        asks: bool,
    ) -> set[tuple[Kind, int | None]]:
        """Return what would be right; empty where the play cannot go on as it should."""
        if ticket is None:
            return {(Kind.NOTHING, None)}
        if ticket in self.known:
            known = next((one for one in near if one.number == self.known[ticket]), None)
            mine = known is not None and known.reporter == said.by
            return set() if known is None else {(Kind.CONTINUES if mine else Kind.JOINS, known.number)}
        members = self.thread.tickets[ticket]
        borne_out = next((one for one in others if any(bit.message in members for bit in one.pieces)), None)
        if borne_out is not None:
            return {(Kind.JOINS, borne_out.number)}
        later = [self.thread.lines[at] for at in members if at > number]
        chat = self.thread.lines[number].private
        own = [one for one in later if one.by == said.by and one.private is chat and one.at - said.at <= PIECES]
        if own and not asks:  # the rest of the sentence comes
            return {(Kind.NOTHING, None)}
        agree = [one for one in later if one.by != said.by and one.at - said.at <= UNFILED]
        if agree and not asks and not chat and said.meant.confidence >= LEAST:  # or a neighbour who bears it out
            return {(Kind.NOTHING, None), (Kind.NEW, None)}
        return {(Kind.NEW, None)}


def _asks(said: Spoken, *, pieces: bool) -> bool:
    whole = said.whole if pieces else None
    return said.meant.action is not Action.SILENT or (whole is not None and whole.action is not Action.SILENT)


def _key(choice: Choice) -> tuple[Kind, int | None]:
    return choice.kind, choice.matter.number if choice.matter is not None else None
