"""One update: understood or parked, handled once. Nothing is confirmed to Telegram before this returns."""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import structlog
from aiogram import Bot, Dispatcher
from aiogram.exceptions import AiogramError
from aiogram.methods import AnswerCallbackQuery
from aiogram.types import Update
from pydantic import ValidationError

from bot.logs import where
from bot.speaker.seen import Seen
from handlers.actions.ahead import Ahead, group_message, look_ahead, who
from handlers.actions.ticks import tell_operators
from handlers.deps import Deps
from messages import phrase
from storage import AlreadyHandled, Conflict, StorageTrouble

log = structlog.get_logger(__name__)

TRIES = 3
"""How often an update that makes a handler fail is tried before it is parked."""

ANSWER_SECONDS = 5
"""An answer to a tap that takes longer helps nobody, and the chat must not wait for it."""


class Handler:
    """Feeds single updates to the dispatcher, in whatever order the caller keeps.

    `seen` gives what the speaker knows about message ids at this moment.
    """

    def __init__(self, bot: Bot, dispatcher: Dispatcher, deps: Deps, seen: Callable[[], Seen]) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self._deps = deps
        self._seen = seen
        self.handled = 0
        self.parked = 0

    async def look_ahead(self, batch: list[dict[str, Any]]) -> Ahead:
        """Look at the store once for a whole batch. Raises `StorageTrouble`."""
        return await look_ahead(self._deps, batch)

    async def handle(self, raw: dict[str, Any], ahead: Ahead | None = None) -> None:
        """Handle one raw update. Returns when its effects are committed, or when it is parked.

        `ahead`: what is known of the batch it came in.
        Raises `StorageTrouble` when the store cannot be written: then nothing may be confirmed.
        """
        number = int(raw["update_id"])
        if ahead is None:
            async with self._deps.store.look() as unit:
                if await unit.updates.seen(number):
                    return
        elif number in ahead.handled:
            return
        elif group_message(raw) is None and (somebody := who(raw)) is not None:
            ahead.met.add(somebody)
        try:
            update = Update.model_validate(raw, context={"bot": self._bot})
        except ValidationError as error:
            await self._park(raw, f"invalid: {error.error_count()} fields")
            return
        self._note(update)
        for attempt in range(1, TRIES + 1):
            try:
                await self._dispatcher.feed_update(self._bot, update, ahead=ahead)
                self.handled += 1
                return
            except AlreadyHandled:
                if attempt > 1:  # the try before was kept, and failed before it had answered
                    await self._answer_tap(raw)
                return
            except StorageTrouble:
                raise
            except Exception as error:
                if ahead is not None and (somebody := who(raw)) is not None:  # a part may be kept: look again
                    ahead.met.add(somebody)
                log.error(
                    "update_failed", update_id=number, attempt=attempt, error=type(error).__name__, at=where(error)
                )
                if attempt == TRIES:
                    await self._park(raw, type(error).__name__)

    def _note(self, update: Update) -> None:
        """Remember the message id: lost messages of our own are looked for among the ids that nobody else has."""
        message = update.message or update.edited_message
        if message is not None:
            self._seen().note(message.chat.id, message.chat.type, message.message_id)

    async def _park(self, raw: dict[str, Any], why: str) -> None:
        """Put an update aside and tell the operators; it stops nothing."""
        number = int(raw["update_id"])
        self.parked += 1
        log.error("update_parked", update_id=number, why=why)
        try:
            # Without a cause: a handler may have kept a part before it failed, and would have left the cause there.
            async with self._deps.store.unit() as unit:
                await unit.updates.park(number, json.dumps(raw, ensure_ascii=False), why, self._deps.now())
                about = {"update": str(number), "why": why}
                await tell_operators(self._deps, unit, f"parked:{number}", "parked", about)
                await unit.commit()
        except Conflict as conflict:  # another process writes the same: look again, nothing is confirmed before
            raise StorageTrouble("Another process was writing about the same update") from conflict
        await self._answer_tap(raw)

    async def _answer_tap(self, raw: dict[str, Any]) -> None:
        """Answer the tap that an update may be, so that nobody watches a spinner."""
        query = raw.get("callback_query")
        if not isinstance(query, dict) or not isinstance(query.get("id"), str):
            return
        sender = query.get("from")
        telegram = sender.get("id") if isinstance(sender, dict) else None
        member = self._deps.district.by_telegram(telegram) if isinstance(telegram, int) else None
        language = (member and member.language) or self._deps.district.language
        answer = AnswerCallbackQuery(callback_query_id=query["id"], text=phrase("not_now", language))
        with suppress(AiogramError):
            await self._bot(answer, request_timeout=ANSWER_SECONDS)


def chat_key(raw: dict[str, Any]) -> int:
    """Return whose order counts: the chat an update belongs to, else its sender."""
    for kind in ("message", "edited_message", "my_chat_member", "callback_query"):
        found = raw.get(kind)
        if not isinstance(found, dict):
            continue
        holder = found.get("message") if kind == "callback_query" else found
        chat = holder.get("chat") if isinstance(holder, dict) else None
        if isinstance(chat, dict) and isinstance(chat.get("id"), int):
            return int(chat["id"])
        sender = found.get("from")
        if isinstance(sender, dict) and isinstance(sender.get("id"), int):
            return int(sender["id"])
    return 0
