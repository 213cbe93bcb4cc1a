"""Who has it: taking it, passing it on, and what happens when nobody wants it."""

from tickets import escalation, routing
from tickets.commands import Miss, PassOn, Relieve, Take
from tickets.drafting import Drafting, Refused, Why
from tickets.events import LEFT, Missed, Offered, PassedOn, Taken
from tickets.model import Candidate, Reason, ReasonCode, Status
from tickets.notices import NoticeKind
from tickets.roster import PersonId


def take(draft: Drafting, command: Take) -> None:
    """Have it; the clock of taking stops."""
    draft.record(Taken(command.by))
    draft.record(escalation.taken(draft.ticket, draft.now, draft.policy))


def keep(draft: Drafting) -> None:
    """Leave it with whoever found it himself: what he serves there as is known, he need not be asked."""
    found = Reason(ReasonCode.FOUND)
    draft.use_fresh_route([Candidate(draft.ticket.reporter, "found", draft.ticket.grid, 0, (found,))])
    draft.record(Offered((draft.ticket.reporter,)))
    take(draft, Take(draft.ticket.reporter))


def pass_on(draft: Drafting, command: PassOn) -> None:
    """Give it to somebody by name, or to whoever is next; refused twice, the level above decides."""
    reason, had_it = command.reason.strip(), draft.ticket.handler
    if not reason:
        raise Refused(Why.NEEDS_REASON)
    if command.to is not None and command.to == had_it:
        raise Refused(Why.TAKEN_BY, person=had_it)
    if had_it is None and command.to == command.by:
        take(draft, Take(command.by))
        return
    again = escalation.passed_on(draft.ticket, draft.now, draft.policy)
    draft.record(PassedOn(had_it or command.by, reason))
    if had_it is not None:
        draft.record(again)
    if command.to is not None:
        _give_to(draft, command.to, reason)
    elif sum(refusal.own for refusal in draft.ticket.refusals) >= 2 and _decided_above(draft, reason):
        pass
    elif draft.rule.parallel and draft.ticket.asked:  # everybody was called before; now once more
        draft.tell(NoticeKind.REPEAT_LIFE, (*draft.ticket.asked, *draft.leaders))
    elif not _replaced(draft, had_it or command.by):
        data = {"reason": reason, "person": command.by}
        draft.tell(NoticeKind.DECIDE, draft.seniors([command.by, had_it]), data=data)


def miss(draft: Drafting, command: Miss) -> None:
    """Go past somebody who cannot be written to: the next person is asked, the leader learns of it once."""
    person = command.person
    asked, handles = person in draft.ticket.asked, person == draft.ticket.handler
    if person in draft.ticket.missed or not (asked or handles):
        return
    draft.record(Missed(person))
    draft.tell(NoticeKind.MISSED, draft.seniors([person]), data={"person": person})
    if asked and draft.ticket.status is Status.FILED:
        _replaced(draft, person)


def relieve(draft: Drafting, command: Relieve) -> None:
    """Put back what was in the hands of somebody who is gone: the next person is asked, whoever leads learns of it."""
    person = command.person
    if person == draft.ticket.handler:
        again = escalation.passed_on(draft.ticket, draft.now, draft.policy)
        draft.record(PassedOn(person, LEFT))
        draft.record(again)
    elif person in draft.ticket.asked:
        draft.record(PassedOn(person, LEFT))
    else:
        return
    if draft.rule.parallel and draft.ticket.asked:
        draft.tell(NoticeKind.REPEAT_LIFE, (*draft.ticket.asked, *draft.leaders))
    elif not draft.ticket.asked:
        draft.offer_next()
    draft.tell(NoticeKind.RELIEVED, draft.seniors([person]))


def _give_to(draft: Drafting, person: PersonId, reason: str) -> None:
    """Ask a person by name; whoever names himself has it at once."""
    if person == draft.by:
        take(draft, Take(person))
        return
    chosen = draft.candidate(person, Reason(ReasonCode.PASSED_ON, draft.by))
    data = {"reason": reason, "person": draft.by}
    draft.tell(NoticeKind.PASSED_ON, [person], data=data, not_before=chosen.from_)
    draft.use_fresh_route([chosen])
    draft.offer([chosen])


def _decided_above(draft: Drafting, reason: str) -> bool:
    """Leave a ticket that bounced twice to the first level above that has not refused it itself."""
    apart = {draft.by, draft.ticket.reporter, *(refusal.person for refusal in draft.ticket.refusals)}
    levels = ([one for one in level if one not in apart] for level in draft.circle.route.above)
    bosses = next(filter(None, levels), [])
    if not bosses:
        return False
    draft.tell(NoticeKind.DECIDE, bosses, data={"reason": reason, "person": draft.by})
    chosen = [draft.candidate(boss, Reason(ReasonCode.PASSED_ON, draft.by)) for boss in bosses]
    draft.use_fresh_route(chosen)
    draft.offer(chosen)
    return True


def _replaced(draft: Drafting, person: PersonId) -> bool:
    """Ask the next candidate, unless somebody else still has the card of the same round in hand."""
    if not draft.ticket.asked:
        return draft.offer_next()
    keys = {one.person: one.key for one in draft.ticket.route.candidates}
    before = frozenset({*draft.ticket.offered, *(refusal.person for refusal in draft.ticket.refusals)})
    found = routing.next_asked(draft.circle.route, before)
    if found is not None and found.key == keys.get(person):  # doctor and worker were asked: a doctor for a doctor
        draft.offer_next()
    return True
