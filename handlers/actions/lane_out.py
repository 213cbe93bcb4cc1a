"""What the levels above and departments are told, in private or in their rooms."""

from handlers.actions.beyond import chat_of
from handlers.actions.media import apart, behind, worded
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
        await unit.outbox.mark_card(
            ticket=ticket.id,
            chat=chat,
            template=notice.kind,
            reader=notice.reader,
            language=language,
            priority=notice.priority,
            loud=notice.loud,
            not_before=notice.not_before,
        )
        return
    await unit.outbox.post(
        key=notice.cause,
        chat=chat,
        template=notice.kind,
        language=language,
        ticket=ticket.id,
        reader=notice.reader,
        data=worded(notice),
        priority=notice.priority,
        not_before=notice.not_before,
    )
    if files := apart(notice):
        await behind(unit, ticket, notice, chat, language, files)
