"""Small things that a ticket says of where it came from and how it went in the end."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tickets.parts import Mark as Mark


@dataclass(frozen=True)
class Rating:
    """What the resident thinks of it afterwards, and since when."""

    mark: Mark
    at: datetime


@dataclass(frozen=True)
class Rest:
    """Over as far as can be told, and looked at again: something shelved comes back, something done is checked."""

    until: datetime
    asked: bool = False
    """Its day has come: those who look again have been asked whether it has lasted."""


class Origin(StrEnum):
    """By which way a matter came, where it was not by its reporter's own words to the bot."""

    HOTLINE = "hotline"


@dataclass(frozen=True)
class Source:
    """Where a matter came from. `often`: it says of itself that it was reported many times."""

    origin: Origin
    number: str = ""
    often: bool = False
