"""Lines of group talk that say by themselves whether something is asked for: what a request is told from in a group.

The utterances of the catalogue were written one by one; what stands between requests is best learned from talk.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from parsing.threads import Line, Thread

SHORT, SHORT_PIECE, SHORT_ECHO = 5, 14, 8
"""Characters below which the first words of a ticket may say little; where the rest of the sentence follows; and what a
neighbour says who has it too."""

FOLLOWS = timedelta(minutes=1)
"""So soon after its beginning the rest of a sentence comes."""


def overheard(talk: Iterable[Thread]) -> Iterator[tuple[str, bool, str]]:
    """Yield each line that speaks for itself, whether it asks for something, and whose thread it is from.

    The first line of a ticket asks, where it is no mere piece, and so does a neighbour's own account of the trouble.
    What belongs to no ticket asks for nothing. How the first one goes on says by itself neither.
    """
    for thread in talk:
        for number, line in enumerate(thread.lines):
            asks = _asks(thread, number, line)
            if asks is not None and line.text.strip():
                yield line.text, asks, thread.source


def _asks(thread: Thread, number: int, line: Line) -> bool | None:
    ticket = thread.ticket_of(number)
    if ticket is None:
        return False
    first, *later = sorted(thread.tickets[ticket])
    if first != number:
        echo = line.by != thread.lines[first].by and not line.over
        return True if echo and len(line.text) >= SHORT_ECHO else None
    rest = (thread.lines[at] for at in later)
    piece = any(one.by == line.by and one.at - line.at <= FOLLOWS for one in rest)
    return True if len(line.text) >= (SHORT_PIECE if piece else SHORT) else None
