"""The bot is added, removed, made an administrator; somebody blocks it or lets it in again."""

from aiogram import Bot, F, Router
from aiogram.types import ChatMemberAdministrator, ChatMemberUpdated, Update

from handlers.actions.mending import go_past
from handlers.actions.people import blocked, own_place
from handlers.deps import Deps


def build() -> Router:
    """Return the router."""
    router = Router(name="membership")
    router.my_chat_member.register(in_private, F.chat.type == "private")
    router.my_chat_member.register(in_group, F.chat.type.in_({"group", "supergroup"}))
    return router


async def in_private(event: ChatMemberUpdated, deps: Deps, event_update: Update) -> None:
    """Somebody blocked the bot, or opened the chat again."""
    gone = event.new_chat_member.status == "kicked"
    await blocked(deps, event_update.update_id, event.chat.id, now_blocked=gone)
    if gone:
        await go_past(deps, event.chat.id)


async def in_group(event: ChatMemberUpdated, deps: Deps, event_update: Update, bot: Bot) -> None:
    """The bot's place in a group changed."""
    member, before = event.new_chat_member, event.old_chat_member
    can_delete = isinstance(member, ChatMemberAdministrator) and bool(member.can_delete_messages)
    me = await bot.me()
    await own_place(
        deps,
        event_update.update_id,
        event.chat.id,
        _word(member.status),
        was=_word(before.status),
        can_delete=can_delete,
        hears_all=bool(me.can_read_all_group_messages),
    )


def _word(status: object) -> str:
    """Return Telegram's own word, whether the library gives it as an enum or not."""
    return str(getattr(status, "value", status))
