"""Sample scenes of how matters end, and of reporters who stay unnamed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from messages.sample_world import NOW, district, fed_back, joined, light, taken
from tickets.model import Ending, Status, Ticket
from tickets.outcome import Origin, Rest, Source
from tickets.service import DeadlineClass, Point, Proof, Terms
from tickets.visibility import fields, seen

Told = tuple[str, str, Ticket | None, str | None, dict[str, str]]
"""Kind, what it is about, the ticket, the reader, and the data of the scene."""

LATER = NOW + timedelta(days=40)


def stages() -> Iterator[tuple[str, Ticket]]:
    """The light, ended in other ways than "done", or to be looked at again."""
    done = fed_back()
    said = replace(done.results[0], words="要等线路改造完才能装新灯", until=LATER)
    for ending in (Ending.EXPLAINED, Ending.HANDED_OVER, Ending.SHELVED):
        yield f"fed back, {ending}", replace(done, results=(said,), ending=ending)
    rest = Rest(NOW + timedelta(days=21))
    shelved = replace(done, status=Status.RESTING, ending=Ending.SHELVED, results=(said,))
    yield "shelved", replace(shelved, rest=Rest(LATER))
    yield "to be looked at again", replace(done, status=Status.RESTING, rest=rest)
    yield "looked at again now", replace(done, status=Status.RESTING, rest=replace(rest, asked=True))
    yield "the same as another", replace(taken(), status=Status.CLOSED, ending=Ending.DUPLICATE, same_as=1019)


def endings() -> Iterator[Told]:
    """Notices and choices about them."""
    for about, ticket in stages():
        yield "result", about, ticket, ticket.reporter, {}
        if not about.startswith("fed back"):
            yield "closed", about, ticket, ticket.reporter, {}
            yield "closed", f"{about}, no answer", replace(ticket, unanswered=True), ticket.reporter, {}
            yield "joined_closed", about, joined(ticket), "tg10031", {}
    again = replace(fed_back(), status=Status.RESTING, rest=Rest(NOW, asked=True))
    help_ = replace(joined(taken()), deadline_class=DeadlineClass.OPEN)
    yield "added", "by a neighbour who helps", help_, "tu", {"words": "我家有一包小衣服，可以送"}
    yield "joined_closed", "helped", replace(joined(fed_back()), deadline_class=DeadlineClass.OPEN), "tg10031", {}
    yield "check_wanted", "", again, "wang", {}
    yield "check_wanted", "above", again, "li", {"level": "above"}
    yield "lasts", "", again, again.reporter, {}
    yield "withdrawn", "the same as another", replace(taken(), same_as=1019), "tu", {}
    yield "out_of_sight", "", replace(taken(), summary="", private=True), "xu", {}
    yield "pick_ending", "", taken(), "tu", {}
    yield "pick_rest", "shelved", taken(), "tu", {"ending": "shelved"}
    yield "pick_rest", "again", taken(), "tu", {"ending": "again"}
    yield "pick_same", "", taken(), "tu", {"matters": "1019 3栋路灯不亮\n1020 楼道没灯"}
    proof = Terms(Proof(photo=True, points=(Point("on_site", ()), Point("signs", ()))))
    yield "prompt", "what must be shown", replace(taken(), terms=proof), "tu", {"action": "finish"}
    for extra in ("explained", "handed_over", "shelved|30d"):
        yield "prompt", extra, taken(), "tu", {"action": "finish", "extra": extra}
    source = Source(Origin.HOTLINE, "20260603-118", often=True)
    hotline = replace(light(), terms=proof, source=source, reporter="li")
    yield "staff_card", "from the hotline", hotline, "tu", {}
    yield "result", "for the hotline", replace(fed_back(), source=source, reporter="li"), "li", {}
    secret = replace(light(), private=True, hidden=True, service="suspicious")
    veiled = seen(secret, fields(secret, "tu", district()))
    yield "staff_card", "somebody stays unnamed", veiled, "tu", {}
    yield "reporter_card", "stays unnamed", secret, secret.reporter, {}
    yield "reporter_card", "may stay unnamed", replace(secret, hidden=False), secret.reporter, {}
