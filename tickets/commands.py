"""What people (and the clock) want to happen to a ticket. Each command names who wants it."""

from dataclasses import dataclass, field
from datetime import datetime

from tickets.actions import Action
from tickets.lane_commands import BlowWhistle, CallIn, GiveBack, MakeDo, StepInLane
from tickets.model import Ending, Photo, Place, Said
from tickets.outcome import Mark, Source
from tickets.roster import AreaCode, PersonId
from tickets.service import Danger, DeadlineClass, Terms
from tickets.worktime import Span, WeeklyHours

TIMER: PersonId = "timer"
"""Who acts when a step is due."""


@dataclass(frozen=True)
class File:
    """Open a ticket for what was said. `number` is the id the store has reserved."""

    number: int
    by: PersonId
    name: str
    language: str
    grid: AreaCode
    service: str
    deadline_class: DeadlineClass
    private: bool
    danger: Danger | None
    summary: str
    said: Said
    places: tuple[Place, ...] = ()
    people: tuple[str, ...] = ()
    filed_by: PersonId | None = None
    """Who wrote it down for the one who said it; `by` stays the reporter."""
    on_behalf: str = ""
    model: str = ""
    """The version of what was learned that understood it; empty = the rules alone."""
    earlier: tuple[int, ...] = ()
    """Tickets of the same spot and service before this one, newest first."""
    standing: bool = False
    """So many of them that the spot is a matter of its own."""
    own: bool = False
    """One of the people of the place found it himself: it is his to solve, and somebody else's to review."""
    terms: Terms = field(default_factory=Terms)
    hidden: bool = False
    source: Source | None = None


@dataclass(frozen=True)
class Take:
    """I take it."""

    by: PersonId
    action: Action = Action.TAKE


@dataclass(frozen=True)
class PassOn:
    """I do not take it, or give it on: to somebody, or (None) to whoever is next. Needs a reason."""

    by: PersonId
    reason: str
    to: PersonId | None = None
    action: Action = Action.PASS_ON


@dataclass(frozen=True)
class Ask:
    """A question to the resident."""

    by: PersonId
    words: str
    media: tuple[Photo, ...] = ()
    action: Action = Action.ASK


@dataclass(frozen=True)
class Tell:
    """Words or files for the resident, without finishing. `aloud` = on the group card, there is no private chat."""

    by: PersonId
    words: str
    media: tuple[Photo, ...] = ()
    aloud: bool = False
    action: Action = Action.TELL


@dataclass(frozen=True)
class Answer:
    """The resident's answer to the open question."""

    by: PersonId
    said: Said
    action: Action = Action.ANSWER


@dataclass(frozen=True)
class Add:
    """Further words or photos of the resident; `replaces` an earlier message when that was edited."""

    by: PersonId
    said: Said
    summary: str | None = None
    places: tuple[Place, ...] = ()
    action: Action = Action.ADD


@dataclass(frozen=True)
class Join:
    """A neighbour says: mine too. `home` is what counts as one: the household where it is known, else the person."""

    by: PersonId
    home: str
    said: Said
    places: tuple[Place, ...] = ()
    language: str = ""
    action: Action = Action.JOIN


@dataclass(frozen=True)
class ConsultWith:
    """Ask a specialist without giving the ticket away."""

    by: PersonId
    person: PersonId
    words: str
    action: Action = Action.CONSULT


@dataclass(frozen=True)
class Advise:
    """The specialist's advice."""

    by: PersonId
    words: str
    media: tuple[Photo, ...] = ()
    action: Action = Action.ADVISE


@dataclass(frozen=True)
class PutOnHold:
    """Pause with a reason until a moment."""

    by: PersonId
    reason: str
    until: datetime
    action: Action = Action.HOLD


@dataclass(frozen=True)
class Resume:
    """Go on before the pause is over."""

    by: PersonId
    action: Action = Action.RESUME


@dataclass(frozen=True)
class Extend:
    """Ask for more time, before it is over: so much behind the deadline, and why. Days are working days where the
    class counts those."""

    by: PersonId
    span: Span
    reason: str
    action: Action = Action.EXTEND


@dataclass(frozen=True)
class Grant:
    """Whoever leads gives the time that was asked for."""

    by: PersonId
    action: Action = Action.GRANT


@dataclass(frozen=True)
class Deny:
    """Whoever leads does not."""

    by: PersonId
    action: Action = Action.DENY


@dataclass(frozen=True)
class Finish:
    """What was done, or why it ends otherwise. `ending` None = as the class suggests.

    `until`: when something shelved comes back. `check_after`: so long after the end it shall be looked at again.
    """

    by: PersonId
    words: str
    media: tuple[Photo, ...] = ()
    ending: Ending | None = None
    until: datetime | None = None
    check_after: Span | None = None
    action: Action = Action.FINISH


@dataclass(frozen=True)
class Approve:
    """The reviewer says that it is good."""

    by: PersonId
    action: Action = Action.APPROVE


@dataclass(frozen=True)
class SendBack:
    """The reviewer says what is missing."""

    by: PersonId
    words: str
    action: Action = Action.SEND_BACK


@dataclass(frozen=True)
class Confirm:
    """The resident says that it is solved."""

    by: PersonId
    action: Action = Action.CONFIRM


@dataclass(frozen=True)
class Dispute:
    """The resident says that it is not."""

    by: PersonId
    words: str = ""
    action: Action = Action.DISPUTE


@dataclass(frozen=True)
class Withdraw:
    """The resident takes it back."""

    by: PersonId
    action: Action = Action.WITHDRAW


@dataclass(frozen=True)
class Reject:
    """Not a request at all."""

    by: PersonId
    action: Action = Action.REJECT


@dataclass(frozen=True)
class Merge:
    """The same matter as ticket `into`, which goes on for both."""

    by: PersonId
    into: int
    action: Action = Action.MERGE


@dataclass(frozen=True)
class Hide:
    """Nobody shall know who reported it."""

    by: PersonId
    action: Action = Action.HIDE


@dataclass(frozen=True)
class Correct:
    """It is a matter of another service, with what that service brings along."""

    by: PersonId
    service: str
    deadline_class: DeadlineClass
    private: bool = False
    danger: Danger | None = None
    """What threatens somebody where the service is one of life."""

    terms: Terms = field(default_factory=Terms)
    action: Action = Action.CORRECT


@dataclass(frozen=True)
class Rate:
    """How content the resident is, once it is over."""

    by: PersonId
    mark: Mark
    action: Action = Action.RATE


@dataclass(frozen=True)
class Miss:
    """Telegram will not deliver to somebody who holds this ticket's card: blocked, gone, never started."""

    person: PersonId
    by: PersonId = TIMER
    action: Action = Action.MISS


@dataclass(frozen=True)
class Relieve:
    """Somebody who has this ticket, or is asked to take it, is no longer among the district's people."""

    person: PersonId
    by: PersonId = TIMER
    action: Action = Action.RELIEVE


@dataclass(frozen=True)
class Recount:
    """What was counted is to be counted anew: the calendar was `before`, or (None) the clock had been wrong."""

    before: WeeklyHours | None = None
    calendar: str = ""
    """What the new calendar is known by."""

    by: PersonId = TIMER
    action: Action = Action.RECOUNT


@dataclass(frozen=True)
class Climb:
    """The clock: every step that is due."""

    by: PersonId = TIMER
    action: Action = Action.CLIMB


Command = (
    Take
    | PassOn
    | Ask
    | Tell
    | Answer
    | Add
    | Join
    | ConsultWith
    | Advise
    | PutOnHold
    | Resume
    | Extend
    | Grant
    | Deny
    | Finish
    | Approve
    | SendBack
    | Confirm
    | Dispute
    | Withdraw
    | Reject
    | Merge
    | Hide
    | Correct
    | Rate
    | BlowWhistle
    | CallIn
    | GiveBack
    | StepInLane
    | MakeDo
    | Miss
    | Relieve
    | Recount
    | Climb
)
