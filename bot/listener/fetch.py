"""getUpdates as raw JSON. aiogram's own call validates a whole batch at once: one odd update would block all others."""

from typing import Any

from aiogram.methods import TelegramMethod

ALLOWED = [
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
]
LIMIT = 100
WAIT = 25
"""Seconds of one long poll; Telegram allows 50."""


class GetRawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """The updates as they come, each to be validated alone."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int = LIMIT
    timeout: int = WAIT
    allowed_updates: list[str] = ALLOWED
