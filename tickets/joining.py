"""A neighbour with the same matter: counted by household, told when it is over, never asked in the reporter's place."""

from tickets.commands import Join
from tickets.drafting import Drafting
from tickets.events import NeighbourJoined
from tickets.model import Joined
from tickets.notices import NoticeKind, Priority
from tickets.service import DeadlineClass


def join(draft: Drafting, command: Join) -> None:
    """Note it; the cards show the count. Nobody is rung for it: thirty neighbours are one matter."""
    draft.record(NeighbourJoined(Joined(command.by, command.home, command.said, command.language), command.places))
    words = command.said.text.strip()
    if words and draft.ticket.deadline_class is DeadlineClass.OPEN:  # somebody has what another needs
        draft.tell(NoticeKind.ADDED, [draft.ticket.handler], data={"words": words})


def tell_joined(draft: Drafting) -> None:
    """Tell everybody who joined how it ended; of a matter that became private, nobody."""
    if draft.ticket.private:
        return
    draft.tell(NoticeKind.JOINED_CLOSED, draft.ticket.neighbours, priority=Priority.NOTICE)
