"""What is said in groups. In a residents' group it may be a request; in a staff room it is not."""

from aiogram import F, Router
from aiogram.types import Message, Update

from handlers.actions.ahead import GROUP_KINDS, Ahead
from handlers.actions.hear import hear_resident
from handlers.actions.lane_steps import in_room
from handlers.actions.people import area_of_group, moved
from handlers.chat.translate import heard
from handlers.chat.wording import answer_privately
from handlers.deps import Deps


def talk() -> Router:
    """Return the router that goes before all others: nearly everything is said in groups, and is no command."""
    router = Router(name="talk")
    router.message.register(in_group, is_talk)
    return router


async def is_talk(message: Message) -> bool:
    """Whether this is said in a group, and cannot be a command."""
    return message.chat.type in GROUP_KINDS and not (message.text or message.caption or "/").startswith("/")


def build() -> Router:
    """Return the router."""
    router = Router(name="group")
    router.message.register(moved_away, F.migrate_to_chat_id)
    router.message.register(moved_in, F.migrate_from_chat_id)
    router.message.register(in_group, F.chat.type.in_({"group", "supergroup"}))
    router.edited_message.register(in_group, F.chat.type.in_({"group", "supergroup"}))
    return router


async def in_group(message: Message, deps: Deps, event_update: Update, ahead: Ahead | None = None) -> None:
    """Hear a message of a residents' group."""
    said = heard(message, event_update, deps)
    area = await area_of_group(deps, message.chat.id)
    if said is not None and (area is None or area.level != "grid"):
        answer = await in_room(deps, said)
        if answer is not None:
            await answer_privately(deps, said, answer)
        return
    if said is None or area is None:
        return
    await hear_resident(deps, said, area.code, ahead)


async def moved_in(message: Message, deps: Deps, event_update: Update) -> None:
    """The first message of a supergroup names the group it was: whatever is said after it has its place already.

    The old group says the same, but in the order of its own chat, and that may be later.
    """
    if message.migrate_from_chat_id is not None:
        await moved(deps, event_update.update_id, message.migrate_from_chat_id, message.chat.id)


async def moved_away(message: Message, deps: Deps, event_update: Update) -> None:
    """Follow a group that became a supergroup."""
    if message.migrate_to_chat_id is not None:
        await moved(deps, event_update.update_id, message.chat.id, message.migrate_to_chat_id)
