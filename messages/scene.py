"""What a template is given, and what comes out of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from messages.pictures.plan import Plan
from tickets import bulletin
from tickets.absence import News, Sheet
from tickets.actions import Action
from tickets.board import Board
from tickets.bundle import Bundle
from tickets.digest import Digest
from tickets.duty import Rota
from tickets.gaps import Gaps
from tickets.household import Household
from tickets.model import Photo, Ticket
from tickets.morning import Morning
from tickets.roster import District, PersonId
from tickets.service import Services
from tickets.team import Team

LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Button:
    """One button: `data` (callback data, at most 64 bytes) or `url`, never both."""

    text: str
    data: str | None = None
    url: str | None = None


Page = Board | Rota | Gaps | Morning | Sheet | News | Bundle
"""What a page shows besides tickets and figures, read when it is sent."""

Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True)
class Rendered:
    """A message ready to be sent. `force_reply` is the placeholder of the input field; None = no field.

    With `media` the words are a caption. `reply_to`: the message that this answers, where the row could not know it.
    `picture`: drawn by whoever sends it; the words stand under it.
    """

    html: str
    buttons: Rows = ()
    force_reply: str | None = None
    media: tuple[Photo, ...] = ()
    reply_to: int | None = None
    thread: int | None = None
    """The topic of a forum group that it belongs to."""

    instead: str = ""
    """What is said when its file cannot be passed on and the words alone would mean nothing."""
    picture: Plan | None = None


@dataclass(frozen=True)
class Scene:
    """Everything one message may be made of.

    `now` is aware, in the district's zone. `actions` is what the reader may do now: a button is shown for nothing
    else. For the group card that is what the reporter may do. The keys of `data` are listed in `messages.samples`.
    """

    district: District
    services: Services
    now: datetime
    ticket: Ticket | None = None
    reader: PersonId | None = None
    actions: frozenset[Action] = frozenset()
    data: Mapping[str, str] = field(default_factory=dict)
    digest: Digest | None = None
    tickets: tuple[Ticket, ...] = ()
    team: Team | None = None
    picture: Plan | None = None
    page: Page | None = None
    sheet: bulletin.Sheet | None = None
    homes: tuple[Household, ...] = ()
