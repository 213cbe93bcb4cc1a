"""The side of the outbox that use cases write: what there is to say."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from storage.line import Line
from storage.outgoing import UNTOUCHED, OutKind, OutStatus
from storage.quick import Dialect, Quick, named, row_of
from storage.tables import OUTBOX

_IN_FLIGHT = (OutStatus.SENDING.value, OutStatus.UNKNOWN.value)
_DELETABLE = 48 * 3600.0
"""Seconds for which Telegram lets a bot delete its own message."""


def card_key(ticket: int, chat: int, template: str) -> str:
    """Return the key of the one card of this ticket and template in this chat."""
    return f"card:{ticket}:{chat}:{template}"


def page_key(chat: int, template: str) -> str:
    """Return the key of the one page of this template in this chat."""
    return f"page:{chat}:{template}"


class OutboxWrite:
    """Every method only leaves a row; the speaker says it after the commit."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def mark_card(
        self,
        *,
        ticket: int,
        chat: int,
        template: str,
        reader: str | None,
        priority: int,
        language: str,
        not_before: datetime | None = None,
        loud: bool = False,
        reply_to: int | None = None,
        data: Mapping[str, str] | None = None,
    ) -> None:
        """Say that a card is stale; it is rendered when it is sent, so many marks become one message.

        `loud`: the reader must notice, so a card that has a message already gets a new one instead of an edit.
        """
        await self._stale(
            card_key(ticket, chat, template),
            chat=chat,
            template=template,
            language=language,
            priority=priority,
            ticket=ticket,
            reader=reader,
            not_before=not_before,
            reply_to=reply_to,
            loud=loud,
            data=data,
        )

    async def mark_page(
        self,
        *,
        chat: int,
        template: str,
        reader: str | None,
        priority: int,
        language: str,
        data: Mapping[str, str],
        loud: bool = False,
    ) -> None:
        """Show something else on the one page of this template in this chat, by an edit; `loud`: by a new message."""
        await self._stale(
            page_key(chat, template),
            chat=chat,
            template=template,
            language=language,
            priority=priority,
            reader=reader,
            loud=loud,
            data=data,
        )

    async def _stale(
        self,
        key: str,
        *,
        chat: int,
        template: str,
        language: str,
        priority: int,
        reader: str | None,
        loud: bool,
        ticket: int | None = None,
        not_before: datetime | None = None,
        reply_to: int | None = None,
        data: Mapping[str, str] | None = None,
    ) -> None:
        """Mark the one living message with this key; what it shows (`data`) is as it was marked last."""
        await self._line.change(
            _MARKS[loud, data is not None],
            **_fresh(
                kind=OutKind.CARD,
                key=key,
                chat=chat,
                template=template,
                language=language,
                priority=priority,
                ticket=ticket,
                reader=reader,
                not_before=not_before,
                reply_to=reply_to,
                loud=loud,
                loud_at=1 if loud else 0,
                data=data,
            ),
        )
        self._line.spoke = True

    async def post(
        self,
        *,
        key: str,
        chat: int,
        template: str,
        language: str,
        priority: int,
        ticket: int | None = None,
        reader: str | None = None,
        data: Mapping[str, str] | None = None,
        not_before: datetime | None = None,
        reply_to: int | None = None,
        ephemeral_to: int | None = None,
        waiting: bool = False,
        expires_at: datetime | None = None,
    ) -> bool:
        """Leave a message to be said once; False when there is one with this key (made from its cause) already."""
        return await self._once(
            kind=OutKind.MESSAGE,
            key=key,
            chat=chat,
            template=template,
            language=language,
            priority=priority,
            ticket=ticket,
            reader=reader,
            data=data,
            not_before=not_before,
            reply_to=reply_to,
            ephemeral_to=ephemeral_to,
            expires_at=expires_at,
            status=OutStatus.WAITING if waiting else OutStatus.PENDING,
        )

    async def share(self, *, key: str, media: Sequence[str], hold: float, **facts: Any) -> int:
        """Leave files to be passed on in one message; further ones join it as long as it has not been sent.

        `media`: files as `kind:id`; `hold`: real seconds to wait for more of them; the other facts are those of `post`.
        Returns how many of the files this message has: the others want one of their own.
        """
        row = OUTBOX.c
        found = await self._line.first(
            sa.select(row.id, row.status, row.data).where(row.key == key).with_for_update(key_share=True)
        )
        if found is None:
            data = {**facts.pop("data", {}), "media": " ".join(media)}
            await self._once(kind=OutKind.MESSAGE, key=key, data=data, hold=hold, **facts)
            return len(media)
        has = len(found.data["media"].split())
        dropped = found.status == OutStatus.DROPPED.value  # it concerned nobody there any more; now it does again
        if not dropped and (has >= len(media) or found.status != OutStatus.PENDING.value):
            return has
        await self._line.write(
            sa.update(OUTBOX)
            .where(row.id == found.id)
            .values(
                data={**found.data, "media": " ".join(media)},
                status=OutStatus.PENDING.value,
                generation=row.generation + 1,
                retry_at=self._line.wall + hold,
                not_before=sa.literal(facts.get("not_before"), row.not_before.type),
                attempts=0,
            )
        )
        self._line.spoke = True
        return len(media)

    async def react(self, *, key: str, chat: int, message: int, emoji: str, priority: int) -> bool:
        """Leave a reaction to a message; False when there is one with this key already."""
        return await self._once(
            kind=OutKind.REACTION, key=key, chat=chat, priority=priority, reply_to=message, data={"emoji": emoji}
        )

    async def delete(self, *, key: str, chat: int, message: int, priority: int) -> bool:
        """Leave a message to be deleted; False when that was left already."""
        return await self._once(kind=OutKind.DELETE, key=key, chat=chat, priority=priority, reply_to=message)

    async def release(self, telegram: int, now: datetime | None = None) -> int:
        """Let go what waited for this person's /start; returns how many.

        What was worth reading only until `now` or before is dropped. Without `now` nothing is.
        """
        row = OUTBOX.c
        waits = sa.and_(row.chat == telegram, row.status == OutStatus.WAITING.value)
        if now is not None:
            await self._line.write(
                sa.update(OUTBOX)
                .where(waits, row.expires_at <= now)
                .values(status=OutStatus.DROPPED.value, error="its time is over")
            )
        count = await self._line.write(
            sa.update(OUTBOX).where(waits).values(status=OutStatus.PENDING.value, created_at=self._line.wall)
        )
        self._line.spoke = self._line.spoke or count > 0
        return count

    async def take_back(self, *, keep: str, chat: int, template: str, reader: str | None) -> None:
        """Take back earlier messages of a template to this reader in this chat, all but the one with the key `keep`.

        What is not said yet is dropped, what was said within the time in which it can be deleted is deleted. A call in
        flight is left alone.
        """
        row = OUTBOX.c
        earlier = sa.and_(
            row.chat == chat,
            row.template == template,
            row.reader.is_not_distinct_from(reader),
            row.kind == OutKind.MESSAGE.value,
            row.key != keep,
        )
        await self._line.write(
            sa.update(OUTBOX)
            .where(earlier, row.status.in_((OutStatus.PENDING.value, OutStatus.WAITING.value)))
            .values(status=OutStatus.DROPPED.value, error="a newer one took its place")
        )
        for said in await self._line.all(
            sa.select(row.message_id, row.priority).where(
                earlier,
                row.status == OutStatus.SENT.value,
                row.message_id.is_not(None),
                row.sent_at > self._line.wall - _DELETABLE,
            )
        ):
            await self.delete(
                key=f"delete:{chat}:{said.message_id}", chat=chat, message=said.message_id, priority=said.priority
            )

    async def withdraw(self, key: str) -> None:
        """Do not say what has not been said yet."""
        row = OUTBOX.c
        waits = row.status.in_((OutStatus.PENDING.value, OutStatus.WAITING.value))
        await self._line.write(
            sa.update(OUTBOX)
            .where(row.key == key, waits)
            .values(status=OutStatus.DROPPED.value, error="it is not wanted any more")
        )

    async def move(self, old: int, new: int) -> None:
        """A chat has a new id: what is not said yet is said there, and no message of the old one can be edited."""
        row = OUTBOX.c
        settled = (OutStatus.SENT.value, OutStatus.FAILED.value, OutStatus.DROPPED.value)
        moving = sa.or_(row.kind == OutKind.CARD.value, row.status.not_in(settled))
        for card in await self._line.all(
            sa.select(row.id, row.kind, row.key, row.ticket, row.template).where(row.chat == old, moving)
        ):
            own = card.kind == OutKind.CARD.value and card.ticket is not None
            key = card_key(card.ticket, new, card.template) if own else card.key
            taken = await self._line.first(sa.select(row.id).where(row.key == key, row.id != card.id))
            if taken is not None:
                await self._line.write(sa.delete(OUTBOX).where(row.id == card.id))
                continue
            await self._line.write(
                sa.update(OUTBOX)
                .where(row.id == card.id)
                .values(chat=new, key=key, message_id=None, reply_to=None, replace=False, floor=None, retry_at=0.0)
            )
        # What belongs to no ticket is no card that must be there: it was read in the old group, and is not said again.
        read = (row.kind == OutKind.CARD.value, row.ticket.is_(None), row.sent_at.is_not(None))
        await self._line.write(
            sa.update(OUTBOX)
            .where(row.chat == new, row.status == OutStatus.PENDING.value, row.message_id.is_(None), *read)
            .values(status=OutStatus.SENT.value)
        )
        # A reaction or a delete without its message is nothing.
        await self._line.write(
            sa.update(OUTBOX)
            .where(
                row.chat == new,
                row.kind.in_((OutKind.REACTION.value, OutKind.DELETE.value)),
                row.reply_to.is_(None),
                row.status.not_in(settled),
            )
            .values(status=OutStatus.DROPPED.value, error="the group moved")
        )
        self._line.spoke = True

    async def _once(self, *, kind: OutKind, key: str, status: OutStatus = OutStatus.PENDING, **facts: Any) -> bool:
        row = await self._line.change_back(_ONCE, **_fresh(kind=kind, key=key, status=status, **facts))
        self._line.spoke = self._line.spoke or row is not None
        return row is not None


def _insert(here: Dialect) -> Any:
    hold = named(OUTBOX.c.retry_at, "hold")
    times = {"created_at": here.wall, "retry_at": sa.case((hold > 0.0, here.wall + hold), else_=0.0)}
    return here.insert(OUTBOX).values(**(row_of(OUTBOX, "id", *times) | times))


def _once(here: Dialect) -> Any:
    return _insert(here).on_conflict_do_nothing(index_elements=[OUTBOX.c.key]).returning(OUTBOX.c.id)


def _mark(here: Dialect, *, loud: bool, shown: bool) -> Any:
    row = OUTBOX.c
    in_flight = row.status.in_([sa.literal_column(f"'{status}'") for status in _IN_FLIGHT])
    pending: sa.ColumnElement[str] = sa.literal_column(f"'{OutStatus.PENDING.value}'")
    stale_already = row.status == pending
    has_message = sa.or_(row.message_id.is_not(None), in_flight)
    when, urgency = named(row.not_before), named(row.priority)
    sooner = sa.case(
        (sa.or_(row.not_before.is_(None), when.is_(None)), sa.null()),
        (row.not_before < when, row.not_before),
        else_=when,
    )
    changes: dict[str, Any] = {
        "generation": row.generation + 1,
        "priority": sa.case(
            (sa.and_(sa.or_(stale_already, in_flight), row.priority < urgency), row.priority),
            else_=urgency,
        ),
        # A call in flight keeps its status: when its end is known, the newer generation makes it pending again.
        "status": sa.case((in_flight, row.status), else_=pending),
        "not_before": sa.case((stale_already, sooner), else_=when),
        "attempts": sa.case((sa.or_(stale_already, in_flight), row.attempts), else_=0),
        "retry_at": sa.case((stale_already, row.retry_at), else_=0.0),
        "created_at": sa.case((stale_already, row.created_at), else_=here.wall),
        "acked": sa.case((stale_already, row.acked), else_=sa.false()),
        "reader": named(row.reader),
        "language": named(row.language),
        "reply_to": sa.func.coalesce(named(row.reply_to), row.reply_to),
    }
    if shown:
        changes["data"] = named(row.data)
    if loud:
        changes |= {
            "loud": sa.true(),
            "loud_at": row.generation + 1,
            "replace": sa.or_(row.replace, has_message),
        }
    return _insert(here).on_conflict_do_update(index_elements=[row.key], set_=changes)


_ONCE = Quick(_once)
_MARKS = {
    (loud, shown): Quick(partial(_mark, loud=loud, shown=shown)) for loud in (False, True) for shown in (False, True)
}
"""By whether it is loud, and whether what it shows changes."""

_EMPTY: dict[str, Any] = {
    column.name: None for column in OUTBOX.columns if column.name not in ("id", "created_at", "retry_at")
} | {**UNTOUCHED, "hold": 0.0}


def _fresh(
    *,
    kind: OutKind,
    data: Mapping[str, str] | None = None,
    status: OutStatus = OutStatus.PENDING,
    template: str = "",
    language: str = "",
    **facts: Any,
) -> dict[str, Any]:
    return _EMPTY | {
        "kind": kind.value,
        "data": dict(data or {}),
        "status": status.value,
        "template": str(template),
        "language": language,
        **facts,
        "priority": int(facts["priority"]),
    }
