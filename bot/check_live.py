"""What Telegram says about the bot: who it is, and what it may do in each chat of the district file."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramUnauthorizedError,
)
from aiogram.types import ChatMemberAdministrator, ChatMemberRestricted, ResultChatMemberUnion, User

from bot.district_source import Note
from bot.settings import Settings
from tickets.roster import District

PATIENCE = 10.0
"""Seconds for which an answer of Telegram is waited."""

AT_ONCE = 8
"""Chats asked about side by side."""


@dataclass(frozen=True)
class Room:
    """A chat of the district file: a grid's group of residents, or a staff room."""

    chat: int
    name: str
    residents: bool
    line: int = 0


@dataclass(frozen=True)
class Live:
    """What was found. `me` is None when Telegram did not accept us."""

    me: User | None
    rooms: int
    notes: tuple[Note, ...]


def rooms(district: District) -> list[Room]:
    """Return every chat of the file."""
    found = [
        Room(area.chat, area.name, area.level == "grid", area.line)
        for area in district.areas.values()
        if area.chat is not None
    ]
    found += [Room(one.chat, one.name, False) for one in district.departments.values() if one.chat is not None]
    return found


class SilentError(Exception):
    """Telegram does not say who we are; the text says what helps."""


async def introduced(settings: Settings) -> User:
    """Ask Telegram who the bot is, once. Raises SilentError, and `SettingsError` without a token."""
    async with _asking(settings) as bot:
        try:
            return await bot.get_me()
        except AiogramError as error:
            raise SilentError(_silent(error, settings.telegram_url).en) from None


async def look(settings: Settings, district: District) -> Live:
    """Ask Telegram; whatever goes wrong is a note. Raises `SettingsError` without a token."""
    async with _asking(settings) as bot:
        try:
            me = await bot.get_me()
        except AiogramError as error:
            return Live(None, 0, (_silent(error, settings.telegram_url),))
        gate = asyncio.Semaphore(AT_ONCE)

        async def told(room: Room) -> Note | None:
            async with gate:
                return await _place_in(bot, me, room)

        notes = await asyncio.gather(*map(told, rooms(district)))
    return Live(me, len(notes), tuple(note for note in notes if note is not None))


@asynccontextmanager
async def _asking(settings: Settings) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(settings.telegram_url), timeout=PATIENCE)
    try:
        yield Bot(settings.bot_token, session=session)
    finally:
        await session.close()


def _silent(error: AiogramError, url: str) -> Note:
    if isinstance(error, TelegramUnauthorizedError):
        en = "Telegram does not accept the token; copy it again from @BotFather into GRIDBOT_TOKEN"
        return Note(0, en, "Telegram 不认这个 token；请从 @BotFather 重新复制到 GRIDBOT_TOKEN", grave=True)
    if isinstance(error, TelegramNotFound):
        en = f"no Bot API answers for this token at {url}; correct GRIDBOT_TELEGRAM_URL, or copy the token again"
        zh = f"{url} 上没有这个 token 的 Bot API；请改正 GRIDBOT_TELEGRAM_URL，或重新复制 token"
        return Note(0, en, zh, grave=True)
    why = "" if isinstance(error, TelegramNetworkError) else f" ({type(error).__name__})"
    en = f"{url} does not answer{why}; look at the network of this machine, or correct GRIDBOT_TELEGRAM_URL"
    return Note(0, en, f"{url} 没有回应{why}；请看看这台机器的网络，或改正 GRIDBOT_TELEGRAM_URL", grave=True)


async def _place_in(bot: Bot, me: User, room: Room) -> Note | None:
    where = f"{room.name} ({room.chat})"
    try:
        member = await bot.get_chat_member(room.chat, me.id)
    except TelegramMigrateToChat as moved:
        en = f"the group of {where} became a supergroup; write `chat: {moved.migrate_to_chat_id}`"
        return Note(room.line, en, f"{where}升级成了超级群；请改写 chat: {moved.migrate_to_chat_id}", grave=True)
    except (TelegramBadRequest, TelegramForbiddenError):
        return _outside(room, where)
    except AiogramError as error:
        why = type(error).__name__
        en = f"the place in the group of {where} could not be seen ({why}); run gridbot check again"
        return Note(room.line, en, f"没能看到机器人在{where}的位置（{why}）；请再运行一次 gridbot check", grave=True)
    return _rights(member, me, room, where)


def _outside(room: Room, where: str) -> Note:
    en = f"the bot is not in the group of {where}; add it there, or correct `chat`"
    return Note(room.line, en, f"机器人不在{where}的群里；请把它拉进群，或改正 chat", grave=True)


def _rights(member: ResultChatMemberUnion, me: User, room: Room, where: str) -> Note | None:
    if isinstance(member, ChatMemberRestricted) and member.is_member:
        if not member.can_send_messages:
            en = f"the bot may not write in the group of {where}; let it, or make it an administrator"
            return Note(room.line, en, f"机器人在{where}的群里被禁言；请解除，或设为管理员", grave=True)
    elif member.status not in ("member", "administrator", "creator"):
        return _outside(room, where)
    if not room.residents:
        return None
    if not isinstance(member, ChatMemberAdministrator):
        if not me.can_read_all_group_messages:
            en = (
                f"privacy mode is on and the bot is no administrator, so it hears nothing in the group of {where}; "
                "make it an administrator"
            )
            zh = f"机器人开着隐私模式又不是管理员，听不到{where}里的话；请设为管理员"
            return Note(room.line, en, zh, grave=True)
        en = f"the bot is no administrator in the group of {where}, so it cannot answer one member alone; make it one"
        return Note(room.line, en, f"机器人在{where}的群里不是管理员，没法只回复某一位；请设为管理员")
    if not member.can_delete_messages:
        en = (
            f"the bot may not delete messages in the group of {where}, so identity numbers posted there stay; "
            "give it that right"
        )
        return Note(room.line, en, f"机器人在{where}的群里不能删消息，有人发出证件号也撤不掉；请给它这个权限")
    return None
