"""Whatever no other router wants: nothing is left without a defined end, and nothing is written."""

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from handlers.chat.taps import reply_to_tap
from handlers.chat.translate import speaker
from handlers.deps import Deps
from handlers.heard import Answer


def build() -> Router:
    """Return the router; it must be the last."""
    router = Router(name="last_resort")
    router.callback_query.register(unknown_tap)
    router.message.register(unheard)
    router.edited_message.register(unheard)
    return router


async def unknown_tap(query: CallbackQuery, deps: Deps) -> None:
    """Answer a tap without data, so that nobody watches a spinner."""
    await reply_to_tap(query, deps, speaker(query.from_user), Answer.of("unknown_button"))


async def unheard(message: Message) -> None:
    """Let channel posts and service messages pass."""
