"""What the bot is and may do in the groups of the district, read from Telegram at the start."""

import asyncio

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import ChatMemberAdministrator

from handlers.actions.people import tell_deafness
from handlers.deps import Deps
from storage.chats import ChatState

PASSING = (TelegramNetworkError, TelegramServerError, TelegramRetryAfter, ClientDecodeError)
"""Trouble that goes by: ask again."""

log = structlog.get_logger(__name__)


async def look_around(bot: Bot, deps: Deps) -> None:
    """Note the bot's membership in every chat of the district file; a group where it is deaf is told once."""
    hears_all = bool((await bot.me()).can_read_all_group_messages)
    for area in deps.district.areas.values():
        if area.chat is None:
            continue
        async with deps.store.look() as unit:
            before = await unit.chats.get(area.chat)
        chat = before.moved_to if before is not None and before.moved_to is not None else area.chat
        state = await _told(bot, deps, chat, area.code)
        async with deps.store.unit() as unit:
            if state.chat != chat:
                await unit.chats.move(chat, state.chat)
            await unit.chats.put(state)
            await tell_deafness(deps, unit, area, state.chat, state.status, hears_all=hears_all)
            await unit.commit()
        if state.status not in ("member", "administrator"):
            log.warning("not_in_group", area=area.code, status=state.status, remedy="add the bot to the group")
    await _look_into_rooms(bot, deps)


async def _look_into_rooms(bot: Bot, deps: Deps) -> None:
    """Note in which departments' chats the bot is: one that it is not in reads nothing, and counts as out of reach."""
    for department in deps.district.departments.values():
        if department.chat is None:
            continue
        state = await _told(bot, deps, department.chat, None)
        async with deps.store.unit() as unit:
            if state.chat == department.chat:
                await unit.chats.put(state)
                await unit.commit()


async def _told(bot: Bot, deps: Deps, chat: int, area: str | None) -> ChatState:
    """Ask until Telegram answers: trouble on the way says nothing about the bot's place in a group."""
    pause = 0.5
    while True:
        try:
            return await membership(bot, deps, chat, area)
        except PASSING as error:
            await asyncio.sleep(float(error.retry_after) if isinstance(error, TelegramRetryAfter) else pause)
            pause = min(pause * 2, 15.0)


async def membership(bot: Bot, deps: Deps, chat: int, area: str | None) -> ChatState:
    """Return what the bot is in one chat; a chat it cannot see counts as left. Raises `PASSING` trouble.

    A group that has become a supergroup is looked at under its new id, which the state then names.
    """
    try:
        member = await bot.get_chat_member(chat, deps.bot_id)
    except PASSING:
        raise
    except TelegramMigrateToChat as moved:
        return await membership(bot, deps, moved.migrate_to_chat_id, area)
    except TelegramAPIError:
        return ChatState(chat, area, "left")
    can_delete = isinstance(member, ChatMemberAdministrator) and bool(member.can_delete_messages)
    return ChatState(chat, area, str(member.status), can_delete=can_delete)
