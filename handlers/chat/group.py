"""What is said in groups. In a residents' group it may be a request; in a staff room it is not."""

from aiogram import F, Router
from aiogram.types import Message, Update

from handlers.actions.hear import hear_resident
from handlers.actions.people import area_of_group, moved
from handlers.chat.translate import heard
from handlers.deps import Deps


def build() -> Router:
    """Return the router."""
    router = Router(name="group")
    router.message.register(migrated, F.migrate_to_chat_id)
    router.message.register(in_group, F.chat.type.in_({"group", "supergroup"}))
    router.edited_message.register(in_group, F.chat.type.in_({"group", "supergroup"}))
    return router


async def in_group(message: Message, deps: Deps, event_update: Update) -> None:
    """Hear a message of a residents' group."""
    said = heard(message, event_update, deps)
    area = await area_of_group(deps, message.chat.id)
    if said is None or area is None or area.level != "grid":
        return
    await hear_resident(deps, said, area.code)


async def migrated(message: Message, deps: Deps, event_update: Update) -> None:
    """Follow a group that became a supergroup."""
    if message.migrate_to_chat_id is not None:
        await moved(deps, event_update.update_id, message.chat.id, message.migrate_to_chat_id)
