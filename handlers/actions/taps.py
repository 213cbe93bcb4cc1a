"""What a tap needs besides its action: is the card still the present one, and a look at lists."""

from handlers.actions.deliver import deliver
from handlers.actions.people import say
from handlers.deps import Deps
from handlers.heard import Answer, Speaker
from tickets.actions import Action
from tickets.notices import Notice, NoticeKind, Priority

JUDGING = frozenset({Action.CONFIRM, Action.DISPUTE, Action.APPROVE, Action.SEND_BACK})
"""These judge a result: a tap on a card that shows an earlier result must not be taken for the new one."""


async def still_current(deps: Deps, number: int, action: Action, version: int) -> bool:
    """Whether a tap on a card drawn at `version` means what its presser saw."""
    if action not in JUDGING:
        return True
    async with deps.store.look() as unit:
        ticket = await unit.tickets.get(number)
    return ticket is None or ticket.result is None or version >= ticket.result.version


async def refresh(deps: Deps, cause: int, number: int | None, chat: int = 0, message: int = 0) -> None:
    """Draw the cards of a ticket again, so that an aged button disappears."""
    async with deps.store.unit(cause) as unit:
        if number is None:
            number = await unit.sources.ticket_of(chat, message)
        ticket = await unit.tickets.get(number) if number is not None else None
        if ticket is None:
            return
        own = NoticeKind.REPORTER_CARD if ticket.private else NoticeKind.GROUP_CARD
        notices = [Notice(own, None, "refresh", Priority.CARD)]
        notices += [Notice(NoticeKind.STAFF_CARD, one, "refresh", Priority.CARD) for one in ticket.involved]
        await deliver(deps, unit, ticket, notices, deps.now())
        await unit.commit()


async def look_at(deps: Deps, cause: int, who: Speaker, what: str, ref: str) -> Answer:
    """Show a supervisor the tickets behind a figure. `what`: `late` or `all`, `ref`: the area."""
    person = deps.person_of(who.telegram)
    if ref not in deps.district.areas or what not in ("late", "all"):
        return Answer.of("unknown_button")
    over = {area.code for area in deps.district.chain(ref)}
    if not any(post.area in over for post in deps.district.posts_of(person)):
        return Answer.of("not_staff", alert=True)
    template = "late_list" if what == "late" else "open_list"
    async with deps.store.unit(cause) as unit:
        await say(
            deps,
            unit,
            who,
            key=f"{template}:{cause}",
            template=template,
            data={"area": ref, "at": deps.now().isoformat()},
        )
        await unit.commit()
    return Answer.of("shown_below")
