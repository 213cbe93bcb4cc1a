"""How well talk is cut into matters, on threads that nobody tuned on: `python -m tests.threads [--wrong]`.

A thread is right when it makes exactly the tickets that it should, each of exactly the messages that belong to it.
"""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.model import models
from parsing import Action, Context, load_catalogue, understand
from parsing.bits import Bit, together
from parsing.learned import Models
from parsing.matter import OWN_DAY, Kind, Matter, Spoken, Windows, decide, is_aside, spot
from parsing.never_mind import is_over
from tests.evaluation import CORPUS, Tally

START = datetime(2026, 6, 3, 10, 0, tzinfo=UTC)
WORKER = "W"
WINDOWS = Windows()
BACK = 40
"""Messages of the talk that are remembered."""

Members = tuple[frozenset[int], ...]


@dataclass(frozen=True)
class Line:
    """One message of a thread. `reply_to` is the place of another message in it."""

    by: str
    at: datetime
    text: str
    photo: bool = False
    reply_to: int | None = None
    private: bool = False


@dataclass(frozen=True)
class Thread:
    """A piece of talk, and the messages of each ticket that it should make."""

    about: str
    lines: tuple[Line, ...]
    tickets: Members


@dataclass
class Figures:
    """What came out: whole threads, and the number of tickets alone."""

    right: Tally = field(default_factory=Tally)
    number: Tally = field(default_factory=Tally)
    wrong: list[str] = field(default_factory=list)


@cache
def threads(file: Path = CORPUS / "threads.yaml") -> tuple[Thread, ...]:
    """Return the threads of a file."""
    entries: list[dict[str, Any]] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return tuple(
        Thread(
            one["about"],
            tuple(
                Line(
                    line["by"],
                    START + timedelta(seconds=line["at"]),
                    line["text"],
                    line.get("photo", False),
                    line.get("reply_to"),
                    line.get("chat") == "private",
                )
                for line in one["messages"]
            ),
            tuple(frozenset(ticket) for ticket in one["tickets"]),
        )
        for one in entries
    )


@dataclass
class Talk:
    """One group as the bot hears it: the decision of every message, on a small simulation of the open matters."""

    context: Context
    matters: list[Matter] = field(default_factory=list)
    members: list[set[int]] = field(default_factory=list)
    chats: list[bool] = field(default_factory=list)
    """Of each matter: whether it was said in private."""

    heard: list[tuple[int, Line, float, bool]] = field(default_factory=list)
    """Number, message, probability of a request, and whether it belongs to a matter."""

    def hear(self, number: int, line: Line) -> None:
        """Take in one message."""
        replied = next((at for at, one in enumerate(self.members) if line.reply_to in one), None)
        own = [one for one in self.matters if one.reporter == line.by]
        if self._taken_back(number, line, own, replied):
            return
        context = replace(
            self.context,
            from_staff=line.by == WORKER,
            addressed=line.private,
            reply_to_card=replied is not None,
            open_tickets=len(own),
            since_last=min((line.at - one.own for one in own), default=None),
        )
        meant = understand(line.text, context)
        bits = () if line.by == WORKER else self._bits(line)
        meant, belong = together(line.text, meant, bits, context)
        if line.photo and not line.text and line.private:
            meant = replace(meant, action=Action.FILE, service="other")
        said = Spoken(
            line.text,
            line.by,
            line.at,
            meant,
            media=line.photo,
            staff=line.by == WORKER,
            replied=replied,
            talk=line.reply_to is not None and replied is None,
            alone=self._alone(line),
            answers=self._answers(line),
            aside=max((one.at for _, one, _, _ in self.heard if is_aside(one.text)), default=None),
        )
        near = [one for one in self.matters if self._open(one) and self._seen(one, line)]
        found = decide(said, near, WINDOWS)
        if found.kind is Kind.NEW:
            self._file(number, line, said, belong, like=found.number)
        elif found.kind is not Kind.NOTHING and found.number is not None:
            self.members[found.number] |= {number, *(bit.message for bit in belong)}
            self._spoke(found.number, said)
        self.heard.append((number, line, meant.confidence, found.kind is not Kind.NOTHING))

    def _file(self, number: int, line: Line, said: Spoken, belong: Sequence[Bit], like: int | None) -> None:
        meant = said.meant
        service = meant.service or (self.matters[like].service if like is not None else "other")
        self.matters.append(
            Matter(
                len(self.matters),
                service,
                line.by,
                spot(meant),
                line.at,
                line.at,
                private=meant.private or line.private,
                danger=meant.danger is not None,
                worded=bool(line.text.strip()),
            )
        )
        self.members.append({number, *(bit.message for bit in belong)})
        self.chats.append(line.private)

    def _spoke(self, number: int, said: Spoken) -> None:
        old = self.matters[number]
        mine = old.reporter == said.by
        where = spot(said.meant)
        self.matters[number] = replace(
            old,
            last=said.at,
            own=said.at if mine else old.own,
            joined=old.joined if mine else old.joined | {said.by},
            spot=replace(
                old.spot,
                buildings=old.spot.buildings | where.buildings,
                landmarks=old.spot.landmarks | where.landmarks,
            ),
            worded=old.worded or bool(said.text.strip()),
            service=said.meant.service or old.service if not old.worded and said.text.strip() else old.service,
        )

    def _taken_back(self, number: int, line: Line, own: list[Matter], replied: int | None) -> bool:
        mine = [one for one in own if self._open(one) and replied in (None, one.number)]
        if len(mine) != 1 or line.photo or line.at - mine[0].last > OWN_DAY or not is_over(line.text):
            return False
        self.members[mine[0].number].add(number)
        self.matters[mine[0].number] = replace(mine[0], reporter="")
        return True

    def _seen(self, matter: Matter, line: Line) -> bool:
        """One's own of the same chat, and what the group can read."""
        here = self.chats[matter.number] is line.private
        return here if matter.reporter == line.by else not self.chats[matter.number]

    @staticmethod
    def _open(matter: Matter) -> bool:
        return bool(matter.reporter)

    def _bits(self, line: Line) -> tuple[Bit, ...]:
        return tuple(
            Bit(number, one.text, hint)
            for number, one, hint, taken in self.heard[-BACK:]
            if one.by == line.by
            and one.private is line.private
            and not taken
            and line.at - one.at <= WINDOWS.follow_up
            and one.reply_to is None
        )

    def _answers(self, line: Line) -> bool:
        others = [one for _, one, _, _ in self.heard if one.by != line.by]
        return bool(others) and others[-1].by == WORKER

    def _alone(self, line: Line) -> bool:
        return bool(self.heard) and self.heard[-1][1].by == line.by


def played(thread: Thread, context: Context) -> Members:
    """Return the tickets that a thread makes."""
    talk = Talk(context)
    for number, line in enumerate(thread.lines):
        talk.hear(number, line)
    return tuple(frozenset(one) for one in talk.members)


def judge(corpus: Sequence[Thread], learned: Models | None = None) -> Figures:
    """Play every thread and compare."""
    found = Figures()
    context = Context(services=load_catalogue(), models=learned)
    for thread in corpus:
        made = played(thread, context)
        right = set(made) == set(thread.tickets) and len(made) == len(thread.tickets)
        found.right.count(right)
        found.number.count(len(made) == len(thread.tickets))
        if not right:
            found.wrong.append(f"{thread.about}: wanted {_shown(thread.tickets)}, got {_shown(made)}")
    return found


def _shown(tickets: Members) -> list[list[int]]:
    return [sorted(one) for one in tickets]


def table(rules: Figures, learned: Figures) -> Iterable[str]:
    """Yield the figures of the rules and of what was learned."""
    yield f"{'field':<32} {'rules':>7}  {'learned':>7}  {'wanted':>7}  of"
    for name, attribute, wanted in (("threads: right members", "right", "0.800"), ("threads: number", "number", "")):
        one: Tally = getattr(rules, attribute)
        other: Tally = getattr(learned, attribute)
        yield f"{name:<32} {one.share:7.3f}  {other.share:7.3f}  {wanted:>7}  {other.of}"


def main() -> int:
    """Print the figures; with `--wrong` also what each wrong thread is about and the tickets it made."""
    corpus = threads()
    rules, learned = judge(corpus), judge(corpus, models())
    told = list(table(rules, learned))
    if "--wrong" in sys.argv:
        told += ["", *learned.wrong]
    sys.stdout.write("\n".join(told) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
