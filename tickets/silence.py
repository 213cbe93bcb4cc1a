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
    asked = [one.at for one in ticket.questions if one.by == who]
    told = [one.at for one in ticket.told if one.by == who]
    told += [one.at for one in ticket.results if one.by == who]
    consulted = [one.at for one in ticket.consults if one.by == who]
    return max((ticket.taken_at, *asked, *told, *consulted))


def lapse(draft: Drafting) -> None:
    """Take it from a handler who has not been heard of since it was due; the next person is asked, the leader reads it.

    Whoever asked, told, consulted or put it on hold since then keeps it: reminders and the levels above go on.
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
