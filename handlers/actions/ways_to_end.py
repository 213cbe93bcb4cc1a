"""The ways a matter can end, as buttons and commands name them."""

from typing import NamedTuple

from handlers.deps import Deps
from tickets.commands import Finish
from tickets.deadlines import deadline
from tickets.model import Ending, Photo
from tickets.roster import PersonId
from tickets.worktime import HoursError, Span

AGAIN = "again"
"""Done, and looked at again after a while."""

DUPLICATE = Ending.DUPLICATE.value
WITH_SPAN = frozenset({Ending.SHELVED.value, AGAIN})
WITH_WORDS = frozenset({Ending.EXPLAINED.value, Ending.HANDED_OVER.value, *WITH_SPAN})


class How(NamedTuple):
    """An ending as a button or a command says it: `shelved|30d` is `shelved` and the span."""

    ending: str
    rest: str = ""

    @classmethod
    def read(cls, text: str) -> "How":
        """Read what a choice carries."""
        ending, _, rest = text.partition("|")
        return cls(ending, rest)


def finish(deps: Deps, by: PersonId, text: str, media: tuple[Photo, ...], extra: str) -> Finish:
    """Return the command that ends a matter as `extra` says; empty = as its class suggests."""
    how, now = How.read(extra), deps.now()
    span = _span(how.rest)
    if how.ending == AGAIN:
        return Finish(by, text, media, check_after=span)
    if how.ending == Ending.SHELVED:
        until = deps.policy.hours.next_start(deadline(span, now, deps.policy.hours)) if span is not None else None
        return Finish(by, text, media, Ending.SHELVED, until)
    return Finish(by, text, media, Ending(how.ending) if how.ending in WITH_WORDS else None)


def _span(text: str) -> Span | None:
    try:
        return Span.parse(text)
    except HoursError:
        return None
