"""A group as the bot hears it, played from a written thread: what is learned from it, and what is measured by it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from parsing.bits import whole
from parsing.eye import Eye
from parsing.facts import Before, Found, Kind, Matter, Spoken, Spot, Windows, spot
from parsing.matter import OWN_DAY, is_aside
from parsing.matter_model import PIECES, MatterModel, Settled, asks_around, is_done, looks_back, meaning, settle
from parsing.model import Action, Context, Understanding
from parsing.threads import Line, Members, Thread
from parsing.understanding import understand

LINES = 24
"""Messages of the talk that are remembered."""

MATTER_LINES, MATTER_WORDS = 6, 6
"""Lines of a matter that are remembered, and letters from which on a neighbour's words are among them."""

Told = Callable[[int, Spoken, Sequence[Matter]], Found]
"""Says what is right: number of the message, the message, what is near."""

WINDOWS = Windows()


@dataclass
class Group:
    """`told`: who decides instead of the model; the simulation of the open matters is the same."""

    context: Context
    model: MatterModel | None = None
    told: Told | None = None
    eye: Eye | None = None
    matters: list[Matter] = field(default_factory=list)
    members: list[set[int]] = field(default_factory=list)
    private: list[bool] = field(default_factory=list)
    closed: set[int] = field(default_factory=set)
    talk: dict[str, list[Before]] = field(default_factory=dict)
    _alone: str = ""

    def __post_init__(self) -> None:
        """See with the model's eye, where there is one."""
        if self.eye is None and self.model is not None and self.context.models is not None:
            self.eye = self.model.eye(self.context.models)

    def hear(self, number: int, line: Line) -> None:
        """Take in one message."""
        said = self._said(line)
        if line.staff and is_done(line.text, self.eye):  # it stands for what they do with the card
            self.matters = [replace(one, over=True) for one in self.matters]
        near = self._near(line, said)
        if self.told is not None:
            found = self.told(number, said, near)
            settled = Settled(found, meaning(said, found))
        else:
            settled = settle(said, near, WINDOWS, self._context(line, said.replied), self.model)
            if self.model is None and (own := self._taken_back(line, said)) is not None:
                settled = Settled(Found(Kind.CONTINUES, own.number), said.meant)
        self._take_in(number, line, said, settled)

    def _take_in(self, number: int, line: Line, said: Spoken, settled: Settled) -> None:
        found = settled.found
        if found.kind is Kind.NEW:
            self._file(number, line, settled)
        elif found.agrees:
            self._file_together(number, line, found)
        elif found.number is not None and found.kind is not Kind.NOTHING:
            self.members[found.number] |= {number, *(bit.message for bit in found.pieces)}
            self._spoke(found.number, line, said.meant)
        taken = {bit.message for bit in (*found.pieces, *found.agrees)}
        known = [replace(one, taken=True) if one.message in taken else one for one in said.before]
        latest = Before(
            number,
            line.text,
            said.meant.confidence,
            line.by,
            line.at,
            staff=line.staff,
            taken=found.kind is not Kind.NOTHING,
            talk=said.talk,
            media=line.photo,
        )
        self.talk[self._chat(line)] = [*known, latest][-LINES:]

    def _file(self, number: int, line: Line, settled: Settled) -> None:
        meant, pieces = settled.meant, settled.found.pieces
        like = settled.found.number
        known = self.matters[like].service if like is not None else None
        text = "\n".join((*(bit.text for bit in pieces), line.text)).strip()
        asked = meant.action is not Action.SILENT
        self._open(
            Matter(
                len(self.matters),
                meant.service or known or "other",
                line.by,
                spot(meant),
                line.at,
                line.at,
                private=(asked and meant.private) or line.private,
                danger=meant.danger is not None,
                worded=bool(text),
                text=text,
            ),
            {number, *(bit.message for bit in pieces)},
            private=line.private,
        )

    def _file_together(self, number: int, line: Line, found: Found) -> None:
        """Somebody bears out what a neighbour has said: it is the neighbour's matter, and they join it."""
        first = found.agrees[-1]
        text = "\n".join(one.text for one in found.agrees)
        service = (self.eye.likeliest(text) if self.eye is not None else None) or "other"
        self._open(
            Matter(
                len(self.matters),
                service,
                first.by,
                Spot(),
                first.at,
                line.at,
                joined=frozenset({line.by}),
                text=f"{text}\n{line.text}",
            ),
            {number, *(one.message for one in (*found.agrees, *found.pieces))},
            private=False,
        )

    def _open(self, matter: Matter, members: set[int], *, private: bool) -> None:
        self.matters.append(matter)
        self.members.append(members)
        self.private.append(private)

    def _spoke(self, number: int, line: Line, meant: Understanding) -> None:
        old = self.matters[number]
        mine, where = old.reporter == line.by, spot(meant)
        done = mine and is_done(line.text, self.eye)
        first = not old.worded and bool(line.text.strip())
        told = line.text.strip() and (mine or len(line.text) >= MATTER_WORDS)
        self.matters[number] = replace(
            old,
            last=line.at,
            own=line.at if mine else old.own,
            joined=old.joined if mine else old.joined | {line.by},
            spot=old.spot.with_more(where),
            worded=old.worded or bool(line.text.strip()),
            text="\n".join(f"{old.text}\n{line.text}".strip().split("\n")[:MATTER_LINES]) if told else old.text,
            service=(meant.service or old.service) if first else old.service,
            over=old.over or done,
        )
        if done and not old.joined:  # withdrawn; where others have it too it stays open
            self.closed.add(number)

    def _said(self, line: Line) -> Spoken:
        replied = next((at for at, one in enumerate(self.members) if line.reply_to in one), None)
        context, before = self._context(line, replied), tuple(self.talk.get(self._chat(line), ()))
        meant = understand(line.text, context)
        if line.photo and not line.text and line.private:
            meant = replace(meant, action=Action.FILE, service="other")
        bits = () if line.staff else tuple(one for one in before if _is_bit(one, line))
        return Spoken(
            line.text,
            line.by,
            line.at,
            meant,
            media=line.photo,
            staff=line.staff,
            private=line.private,
            replied=replied,
            talk=line.reply_to is not None and replied is None,
            aside=max((one.at for one in before if not one.taken and is_aside(one.text)), default=None),
            before=before,
            bits=bits,
            whole=whole(line.text, meant, bits, context),
        )

    def _near(self, line: Line, said: Spoken) -> list[Matter]:
        """Return one's own, and what the group can read: as far as the service would look for it."""
        found, around = [], asks_around(said)
        for one in self.matters:
            private = self.private[one.number]
            if one.number in self.closed or (private and not line.private):
                continue
            if one.reporter == line.by:
                found.append(replace(one, elsewhere=private is not line.private))
            elif not private:
                fresh = line.at - one.last <= looks_back(said.meant, joined=line.by in one.joined)
                if around or fresh or said.replied == one.number:
                    found.append(one)
        return found

    def _taken_back(self, line: Line, said: Spoken) -> Matter | None:
        """Return the speaker's only open matter, if all that they say is that it is over: without a model."""
        own = [one for one in self.matters if one.reporter == line.by and one.number not in self.closed]
        if len(own) != 1 or line.photo or said.replied not in (None, own[0].number):
            return None
        return own[0] if line.at - own[0].last <= OWN_DAY and is_done(line.text, None) else None

    def _context(self, line: Line, replied: int | None) -> Context:
        own = [one for one in self.matters if one.reporter == line.by and one.number not in self.closed]
        return replace(
            self.context,
            from_staff=line.staff,
            addressed=line.private,
            reply_to_card=replied is not None,
            open_tickets=len(own),
            since_last=min((line.at - one.own for one in own), default=None),
        )

    def _chat(self, line: Line) -> str:
        """Everybody's private chat is one of its own; staff answer there to whoever spoke last."""
        if line.private and not line.staff:
            self._alone = line.by
        return self._alone if line.private else ""


def _is_bit(one: Before, line: Line) -> bool:
    return one.by == line.by and line.at - one.at <= PIECES and not one.taken and not one.talk


def played(
    thread: Thread, context: Context, model: MatterModel | None = None, told: Told | None = None, eye: Eye | None = None
) -> Members:
    """Return the tickets that a thread makes."""
    group = Group(context, model, told, eye)
    for number, line in enumerate(thread.lines):
        group.hear(number, line)
    return tuple(frozenset(one) for one in group.members)
