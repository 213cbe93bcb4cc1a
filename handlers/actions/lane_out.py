"""What the levels above and departments are told, in private or in their rooms."""

from handlers.actions.beyond import chat_of
from handlers.actions.writing import post_all, renew_card
from handlers.deps import Deps
from storage import Unit
from tickets.model import Ticket
from tickets.notices import WHISTLE_CARDS, Notice, NoticeKind

OF_WHISTLES = WHISTLE_CARDS | {NoticeKind.WHISTLE_NEWS, NoticeKind.LANE_NEWS, NoticeKind.RATE_LANES}


async def tell_beyond(deps: Deps, unit: Unit, ticket: Ticket, notice: Notice) -> None:
    """Leave the row of one notice about a whistle."""
    chat, language = chat_of(deps, notice.reader or "")
    if chat is None or notice.reader is None:
        return
    if notice.kind in WHISTLE_CARDS:
        await renew_card(unit, ticket, notice, chat, language)
    else:
        await post_all(unit, ticket, notice, chat, language)
