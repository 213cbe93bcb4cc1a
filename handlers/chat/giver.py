"""Who gives a command: an anonymous administrator has no name and no rights, and is told so."""

from aiogram.types import Message, Update

from handlers.actions.people import unmask
from handlers.chat.translate import heard
from handlers.deps import Deps
from handlers.heard import Heard


async def given(message: Message, update: Update, deps: Deps) -> Heard | None:
    """Return a command as plain data; None = nobody in particular gave it, which was answered where it helps."""
    said = heard(message, update, deps)
    if said is None or not said.speaker.anonymous:
        return said
    await unmask(deps, said)
    return None
