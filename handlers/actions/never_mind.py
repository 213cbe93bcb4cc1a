"""A resident takes a matter back in words: "不用了" as a reply to its card, "来水了" where it is the only one."""

from handlers.actions.act import act_on
from handlers.actions.people import say_line
from handlers.actions.settling import Settled, says_it_is_over
from handlers.deps import Deps
from handlers.heard import Heard
from parsing.matter import OWN_DAY
from parsing.never_mind import never_mind
from tickets.commands import Withdraw
from tickets.drafting import Refused
from tickets.model import Ticket
from tickets.roster import PersonId


async def taken_back(deps: Deps, heard: Heard, replied: Ticket | None, reporter: PersonId) -> bool:
    """Withdraw the ticket that is replied to, if that is all the reporter's words say; return whether it was.

    "No need" may be the answer to a question, and after a result it is the resident's word on that: not here.
    """
    return replied is not None and never_mind(heard.text) and await _take_back(deps, heard, replied, reporter)


async def over(deps: Deps, read: Settled, only: Ticket | None, reporter: PersonId) -> bool:
    """Withdraw the speaker's only open matter, if the words say that it is over; return whether it was.

    It must have been said in the same chat not long ago, and staff must not have said yet what they did.
    """
    heard = read.heard
    if only is None or (read.learned and not read.goes_on_with(only)):
        return False
    if heard.talk or only.result is not None or only.origin.chat != heard.chat or only.joined:
        return False  # where neighbours have it too, it is over when they say so too, or when staff do
    fresh = heard.at - only.last_said_at <= OWN_DAY
    return fresh and says_it_is_over(deps, heard.text) and await _take_back(deps, heard, only, reporter)


async def _take_back(deps: Deps, heard: Heard, replied: Ticket, reporter: PersonId) -> bool:
    mine = replied.reporter == reporter and replied.open and replied.question is None
    if not mine or heard.media:
        return False
    async with deps.store.unit(heard.cause) as unit:
        fresh = await unit.tickets.get(replied.id)
        if fresh is None:
            return False
        try:
            await act_on(deps, unit, fresh, Withdraw(reporter), deps.now())
        except Refused:  # it is done already: then these are words like any others
            return False
        await unit.sources.add(heard.chat, heard.message, fresh.id, heard.album, reporter, heard.pieces)
        if heard.private:
            await say_line(deps, unit, heard.speaker, f"answer:{heard.cause}", "withdrawn")
        await unit.commit()
    return True
