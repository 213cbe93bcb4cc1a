"""What is said to the bot alone: words it asked for, words about a card, or a new request."""

from aiogram import F, Router
from aiogram.types import Message, Update

from handlers.actions.bulletins import heard_words
from handlers.actions.private import hear_private
from handlers.chat.translate import heard
from handlers.chat.wording import answer_privately
from handlers.deps import Deps


def build() -> Router:
    """Return the router."""
    router = Router(name="private")
    router.message.register(in_private, F.chat.type == "private")
    router.edited_message.register(in_private, F.chat.type == "private")
    return router


async def in_private(message: Message, deps: Deps, event_update: Update) -> None:
    """Hear a private message."""
    said = heard(message, event_update, deps)
    if said is None:
        return
    answer = await heard_words(deps, said) or await hear_private(deps, said)
    if answer is not None and answer.key != "shown":
        await answer_privately(deps, said, answer)
