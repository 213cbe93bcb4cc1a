"""What every use case may rely on, built once by `bot/assemble.py`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from handlers.directory import Directory
from handlers.talk import Talk
from parsing import KnownPlace
from storage import Store
from tickets.policy import Policy, rules_for
from tickets.roster import AreaCode, District, PersonId
from tickets.service import Services

if TYPE_CHECKING:
    from parsing.learned import Models
    from parsing.matter_model import MatterModel


@dataclass
class Learned:
    """What was learned, as it is at this moment: from the catalogue, and from the district's own corrections.

    Where there is none, the rules judge alone.
    """

    built_in: "Models | None" = None
    own: "Models | None" = None

    @property
    def models(self) -> "Models | None":
        """What judges messages now."""
        return self.own or self.built_in


@dataclass(frozen=True)
class Deps:
    """The house seen from a use case. `now` gives the district's time, `wall` real seconds since 1970."""

    store: Store
    now: Callable[[], datetime]
    wall: Callable[[], float]
    directory: Directory
    services: Services
    policy: Policy
    places: tuple[KnownPlace, ...]
    bot_id: int
    bot_username: str
    hears_all: bool = False
    """Privacy mode is off: the bot hears groups also as a plain member."""
    talk: Talk = field(default_factory=Talk)

    learned: Learned = field(default_factory=Learned)
    matters: "MatterModel | None" = None
    """Tells which messages make one matter; without it the rules do."""

    @property
    def district(self) -> District:
        """The district as it is at this moment; keep it for one use case, not for longer."""
        return self.directory.district

    @property
    def models(self) -> "Models | None":
        """What judges messages at this moment."""
        return self.learned.models

    def policy_for(self, area: AreaCode, service: str) -> Policy:
        """Return the rules for one matter: those of its area and of its service over the district's."""
        chain = (here.code for here in self.district.chain(area))
        return rules_for(self.policy, self.services[service], chain)

    def person_of(self, telegram: int) -> PersonId:
        """Return the id of somebody on Telegram: the staff id where there is one, else `tg…`."""
        member = self.district.by_telegram(telegram)
        return member.id if member else f"tg{telegram}"

    def telegram_of(self, person: PersonId) -> int | None:
        """Return the Telegram user id of a person, None for staff who have not joined."""
        member = self.district.people.get(person)
        if member is not None:
            return member.telegram
        number = person.removeprefix("tg")
        return int(number) if number != person and number.isdecimal() else None

    def language_of(self, person: PersonId, otherwise: str | None = None) -> str:
        """Return the language somebody chose, else that of a member of staff, else `otherwise`, else the district's."""
        telegram = self.telegram_of(person)
        chosen = self.directory.languages.get(telegram) if telegram is not None else None
        member = self.district.people.get(person)
        own = member.language if member else None
        return chosen or own or otherwise or self.district.language
