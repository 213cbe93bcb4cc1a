"""Taken is not done: what somebody took and never spoke of again goes back to the queue."""

from datetime import datetime

from tickets import escalation
from tickets.drafting import Drafting
from tickets.events import SILENT, PassedOn
from tickets.model import Status, Ticket
from tickets.notices import NoticeKind


def last_sign(ticket: Ticket) -> datetime | None:
    """Return when whoever has it did anything with it last; None = nobody has it."""
    who = ticket.handler
    if who is None or ticket.taken_at is None:
        return None
    said = (*ticket.questions, *ticket.told, *ticket.results, *ticket.consults, ticket.interim)
    called = (ticket.whistle, *ticket.lanes, *(words for lane in ticket.lanes for words in lane.said))
    return max((ticket.taken_at, *(one.at for one in (*said, *called) if one is not None and one.by == who)))


def lapse(draft: Drafting) -> None:
    """Take it from a handler who has not been heard of since it was due; the next person is asked, the leader reads it.

    Whoever asked, told, consulted, whistled or put it on hold since then keeps it (after a pause there is no such step:
    `escalation.resumed`): reminders and the levels above go on.
    """
    ticket, sign = draft.ticket, last_sign(draft.ticket)
    due = ticket.done_by
    if ticket.status is not Status.HANDLING or sign is None or due is None or sign >= due:
        return
    silent = ticket.handler or ""
    again = escalation.passed_on(ticket, draft.now, draft.policy)
    draft.record(PassedOn(silent, SILENT))
    draft.record(again)
    if draft.ticket.asked:
        draft.tell(NoticeKind.STAFF_CARD, draft.ticket.asked, loud=True)
    else:
        draft.offer_next()
    draft.tell(NoticeKind.LAPSED, [silent, *draft.seniors([silent])], data={"person": silent})
