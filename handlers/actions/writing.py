"""The rows that many use cases leave alike: something for one person, and the words or the card of a notice."""

from collections.abc import Mapping
from datetime import datetime

from handlers.actions.media import apart, behind, worded
from handlers.deps import Deps
from storage import Unit
from tickets.model import Ticket
from tickets.notices import Notice, Priority
from tickets.roster import PersonId


async def write_to(
    deps: Deps,
    unit: Unit,
    person: PersonId | None,
    *,
    key: str,
    template: str,
    data: Mapping[str, str] | None = None,
    priority: int = Priority.NOTICE,
    ticket: int | None = None,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
) -> bool:
    """Leave a message for one person in private; False = that person has not joined, or it was left before."""
    telegram = deps.telegram_of(person or "")
    if telegram is None or person is None:
        return False
    return await unit.outbox.post(
        key=key,
        chat=telegram,
        template=template,
        language=deps.language_of(person),
        ticket=ticket,
        reader=person,
        data=data,
        priority=priority,
        not_before=not_before,
        expires_at=expires_at,
    )


async def renew_card(
    unit: Unit, ticket: Ticket, notice: Notice, chat: int, language: str, *, reply_to: int | None = None
) -> None:
    """Leave it to be said that the card a notice is about has changed."""
    await unit.outbox.mark_card(
        ticket=ticket.id,
        chat=chat,
        template=notice.kind,
        reader=notice.reader,
        language=language,
        priority=notice.priority,
        loud=notice.loud,
        not_before=notice.not_before,
        reply_to=reply_to,
    )


async def post_words(
    unit: Unit, ticket: Ticket, notice: Notice, chat: int, language: str, *, reply_to: int | None = None
) -> None:
    """Leave the words of a notice."""
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
        reply_to=reply_to,
    )


async def post_all(unit: Unit, ticket: Ticket, notice: Notice, chat: int, language: str) -> None:
    """Leave the words of a notice, and the files that come behind them."""
    await post_words(unit, ticket, notice, chat, language)
    if files := apart(notice):
        await behind(unit, ticket, notice, chat, language, files)
