"""From notices to outbox rows: who can be written to where. The wording comes later, when the row is sent."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from handlers.actions.lane_out import OF_WHISTLES, tell_beyond
from handlers.actions.media import apart, behind, picture_in_group, share, worded
from handlers.actions.writing import post_all, post_words, renew_card
from handlers.deps import Deps
from messages import RECEIVED_EMOJI
from storage import Unit
from tickets.model import Ticket
from tickets.notices import Notice, NoticeKind, Priority
from tickets.roster import PersonId

TO_REPORTER = frozenset(
    {
        NoticeKind.SAFETY,
        NoticeKind.QUESTION,
        NoticeKind.TOLD,
        NoticeKind.RESULT,
        NoticeKind.HELD,
        NoticeKind.EXTENDED,
        NoticeKind.CLOSED,
        NoticeKind.LASTS,
    }
)
SHOWN_ON_CARD = frozenset({NoticeKind.HELD, NoticeKind.EXTENDED, NoticeKind.CLOSED, NoticeKind.LASTS})
"""For these the edited group card is enough when the reporter cannot be written to privately."""

DOORBELL = "doorbell"
"""A reply in the group without content; its button opens the private chat, where the answer waits."""

KEEPS = timedelta(days=30)
"""How long an answer about a ticket waits for its reader's /start."""

KEEPS_DOUBT = timedelta(hours=12)
"""How long a doubt waits: as long as its draft."""

KEEPS_ANSWER = timedelta(minutes=10)
"""How long the answer to a command is worth reading."""


async def deliver(deps: Deps, unit: Unit, ticket: Ticket, notices: Sequence[Notice], now: datetime) -> None:
    """Write the outbox rows for the notices of one decision, in the same transaction."""
    for notice in notices:
        if notice.kind is NoticeKind.GROUP_CARD:
            await _group_card(deps, unit, ticket, notice)
        elif notice.kind is NoticeKind.STAFF_CARD:
            await _staff_card(deps, unit, ticket, notice)
        elif notice.kind is NoticeKind.REPORTER_CARD:
            await reporter_card(deps, unit, ticket, notice.priority)
        elif notice.kind is NoticeKind.RECEIVED:
            await _received(unit, ticket, notice)
        elif notice.kind is NoticeKind.JOINED_CLOSED:
            await _to_neighbour(deps, unit, ticket, notice)
        elif notice.kind in OF_WHISTLES:
            await tell_beyond(deps, unit, ticket, notice)
        elif notice.kind in TO_REPORTER:
            await _to_reporter(deps, unit, ticket, notice, now)
        else:
            await _to_staff(deps, unit, ticket, notice)
    await share(deps, unit, ticket, notices)


def in_group(ticket: Ticket) -> bool:
    """Whether the matter is shown in the residents' group: it was said there and is not private."""
    return ticket.origin.chat < 0 and not ticket.private


def language_for(deps: Deps, ticket: Ticket) -> str:
    """Return the language of the reporter: chosen, or that of the app when the ticket was filed."""
    return deps.language_of(ticket.reporter, ticket.reporter_language)


async def _group_card(deps: Deps, unit: Unit, ticket: Ticket, notice: Notice) -> None:
    if not in_group(ticket):
        await reporter_card(deps, unit, ticket, notice.priority)
        return
    chat, reply_to = await origin_now(unit, ticket)
    await renew_card(unit, ticket, notice, chat, deps.district.language, reply_to=reply_to)


async def origin_now(unit: Unit, ticket: Ticket) -> tuple[int, int | None]:
    """Return where a ticket was reported: the chat, and the message there.

    A group that became a supergroup has a new id, and its old messages cannot be answered any more.
    """
    chat = ticket.origin.chat
    state = await unit.chats.get(chat) if chat < 0 else None
    if state is not None and state.moved_to is not None:
        return state.moved_to, None
    return chat, ticket.origin.message


async def _staff_card(deps: Deps, unit: Unit, ticket: Ticket, notice: Notice) -> None:
    telegram = deps.telegram_of(notice.reader or "")
    if telegram is None or notice.reader is None:
        return
    await renew_card(unit, ticket, notice, telegram, deps.language_of(notice.reader))


async def reporter_card(deps: Deps, unit: Unit, ticket: Ticket, priority: int) -> None:
    """Renew the resident's own card in the private chat, where that has been opened."""
    telegram = deps.telegram_of(ticket.reporter)
    if telegram is None or ticket.own or not await can_write(unit, telegram):
        return
    await unit.outbox.mark_card(
        ticket=ticket.id,
        chat=telegram,
        template=NoticeKind.REPORTER_CARD,
        reader=ticket.reporter,
        language=language_for(deps, ticket),
        priority=priority,
        reply_to=ticket.origin.message if ticket.origin.chat == telegram else None,
    )


async def _received(unit: Unit, ticket: Ticket, notice: Notice) -> None:
    chat, message = await origin_now(unit, ticket)
    if chat < 0 and message is not None:
        await unit.outbox.react(
            key=notice.cause,
            chat=chat,
            message=message,
            emoji=RECEIVED_EMOJI,
            priority=notice.priority,
        )


async def _to_reporter(deps: Deps, unit: Unit, ticket: Ticket, notice: Notice, now: datetime) -> None:
    telegram = deps.telegram_of(ticket.reporter)
    if telegram is None:
        return
    chat, message = await origin_now(unit, ticket)
    if chat < 0 and not ticket.private and not await can_write(unit, telegram):
        if notice.kind is NoticeKind.SAFETY:
            await post_words(unit, ticket, notice, chat, language_for(deps, ticket), reply_to=message)
        elif notice.kind not in SHOWN_ON_CARD:
            loud = Notice(NoticeKind.GROUP_CARD, None, notice.cause, notice.priority, loud=True)
            await _group_card(deps, unit, ticket, loud)
            await picture_in_group(deps, unit, ticket, notice, chat, now)
        return
    await personal(
        deps,
        unit,
        telegram,
        key=notice.cause,
        template=notice.kind,
        language=language_for(deps, ticket),
        priority=notice.priority,
        now=now,
        ticket=ticket.id,
        reader=ticket.reporter,
        data=worded(notice),
        heard_in=chat,
        heard_message=message,
        bell=not ticket.hidden,
    )
    if files := apart(notice):
        open_ = ticket.origin.chat > 0 or await can_write(unit, telegram)
        await behind(unit, ticket, notice, telegram, language_for(deps, ticket), files, waiting=not open_)


async def _to_neighbour(deps: Deps, unit: Unit, ticket: Ticket, notice: Notice) -> None:
    """Tell somebody who joined how it ended, where the private chat is open; the group's card says it to all others."""
    telegram = deps.telegram_of(notice.reader or "")
    if telegram is None or notice.reader is None or not await can_write(unit, telegram):
        return
    spoken = next((one.language for one in ticket.joined if one.person == notice.reader and one.language), None)
    await post_words(unit, ticket, notice, telegram, deps.language_of(notice.reader, spoken))


async def _to_staff(deps: Deps, unit: Unit, ticket: Ticket, notice: Notice) -> None:
    telegram = deps.telegram_of(notice.reader or "")
    if telegram is None or notice.reader is None:
        return
    await post_all(unit, ticket, notice, telegram, deps.language_of(notice.reader))


async def can_write(unit: Unit, telegram: int) -> bool:
    """Whether the private chat with this person is open."""
    contact = await unit.contacts.get(telegram)
    return contact is not None and contact.started and not contact.blocked


async def personal(
    deps: Deps,
    unit: Unit,
    telegram: int,
    *,
    key: str,
    template: str,
    language: str,
    now: datetime,
    priority: int = Priority.TAP,
    ticket: int | None = None,
    reader: PersonId | None = None,
    data: dict[str, str] | None = None,
    heard_in: int | None = None,
    heard_message: int | None = None,
    heard_thread: int | None = None,
    bell: bool = True,
) -> None:
    """Tell one person something that the group need not read. Without `bell` nobody sees that there is something.

    In the private chat if it is open. Else, in the group where the person spoke: seen by that person alone if the bot
    is an administrator there; otherwise one reply without content and with a button that opens the private chat, in
    place of an earlier one. What is about a ticket waits in the private chat in both of these cases; anything else
    only behind the button, and not for long.
    """
    reader = reader or deps.person_of(telegram)
    common: dict[str, Any] = {
        "template": template,
        "language": language,
        "ticket": ticket,
        "reader": reader,
        "priority": priority,
    }
    if heard_in is None or heard_in > 0 or await can_write(unit, telegram):
        await unit.outbox.post(key=key, chat=telegram, data=data, **common)
        return
    state = await unit.chats.get(heard_in)
    alone = state is not None and state.status == "administrator"
    if ticket is not None or not alone:
        until = now + _keeps(template, ticket)
        await unit.outbox.post(key=f"{key}:waits", chat=telegram, data=data, waiting=True, expires_at=until, **common)
    topic = topic_of(heard_thread)
    if alone:
        await unit.outbox.post(key=key, chat=heard_in, data={**(data or {}), **topic}, ephemeral_to=telegram, **common)
        return
    if not bell:
        return
    token = await unit.tokens.issue(telegram, ticket or 0, now)
    urgent = {"life": "1"} if template == NoticeKind.SAFETY else {}
    if await unit.outbox.post(
        key=f"doorbell:{key}",
        chat=heard_in,
        template=DOORBELL,
        language=language,
        ticket=ticket,
        reader=reader,
        data={"url": f"https://t.me/{deps.bot_username}?start={token}", **urgent, **topic},
        priority=priority,
        reply_to=heard_message,
    ):
        await unit.outbox.take_back(keep=f"doorbell:{key}", chat=heard_in, template=DOORBELL, reader=reader)


def topic_of(thread: int | None) -> dict[str, str]:
    """Return what makes an answer stand in the topic of a forum group where it was asked for."""
    return {"thread": str(thread)} if thread is not None else {}


def _keeps(template: str, ticket: int | None) -> timedelta:
    if ticket is not None:
        return KEEPS
    return KEEPS_DOUBT if template == "unsure" else KEEPS_ANSWER
