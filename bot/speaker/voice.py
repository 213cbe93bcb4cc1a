"""The calls we make: a thin layer over ExtBot that says how a message of ours looks."""

import os
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from telegram import (
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaAudio,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    LinkPreviewOptions,
    ReactionTypeEmoji,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError
from telegram.ext import ExtBot

from bot.speaker.errors import Course, judge
from bot.speaker.gallery import Gallery
from bot.speaker.limiter import Limiter
from bot.speaker.pictures import fetched
from bot.speaker.request import AiohttpRequest
from messages import Button, Rendered
from messages.fit import CAPTIONED
from messages.pictures import Plan
from tickets.model import Photo

# The library's own switch: `retry_after` as a timedelta, which silences its deprecation warning on every 429.
os.environ.setdefault("PTB_TIMEDELTA", "true")

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
CONNECTIONS = 8
PICTURE = "map.png"
_Part = InputMediaPhoto | InputMediaVideo | InputMediaDocument | InputMediaAudio
_PARTS: dict[str, type[_Part]] = {
    "photo": InputMediaPhoto,
    "picture": InputMediaPhoto,
    "video": InputMediaVideo,
    "document": InputMediaDocument,
    "audio": InputMediaAudio,
}
_SEEN = frozenset({"photo", "picture", "video"})
TELEGRAM = "https://api.telegram.org"


@dataclass(frozen=True)
class Timeouts:
    """Seconds for a connection, for sending a request, for its answer."""

    connect: float = 10.0
    write: float = 10.0
    read: float = 10.0


def extbot(token: str, url: str | None, limiter: Limiter, timeouts: Timeouts) -> "ExtBot[int]":
    """Make the bot that speaks. `url` = base address of the Bot API, None = Telegram's own."""

    def request() -> AiohttpRequest:
        return AiohttpRequest(
            connections=CONNECTIONS, connect=timeouts.connect, write=timeouts.write, read=timeouts.read
        )

    base = url or TELEGRAM
    return ExtBot(
        token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=request(),
        get_updates_request=request(),
        rate_limiter=limiter,
    )


class Voice:
    """Sends, edits, deletes, reacts. Every method raises what the library raises, unless it says otherwise."""

    def __init__(self, bot: "ExtBot[int]", gallery: Gallery) -> None:
        self.bot = bot
        self._gallery = gallery

    async def send(
        self,
        chat: int,
        words: Rendered,
        *,
        silent: bool,
        reply_to: int | None = None,
        ephemeral_to: int | None = None,
    ) -> tuple[int, ...]:
        """Send a message; return its id, for an album the ids of its parts. `ephemeral_to`: one member sees it."""
        extra: dict[str, Any] = {}
        if ephemeral_to is not None:
            extra["ephemeral_message_parameters"] = {"receiver_user_id": ephemeral_to}
        if not words.media and words.picture is None:
            return (await self._send_words(chat, words, extra, silent=silent, reply_to=reply_to),)
        common: dict[str, Any] = {
            "disable_notification": silent,
            "reply_parameters": ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None,
            "api_kwargs": extra or None,
            "message_thread_id": words.thread,
        }
        if len(words.media) > 1:
            return await self._send_album(chat, words, common)
        markup = keyboard(words) or _field(chat, words)
        if words.media:
            return (await self._send_file(chat, words, reply_markup=markup, **common),)
        assert words.picture is not None
        sent = await self._send_picture(chat, words.html, words.picture, reply_markup=markup, **common)
        if sent is None:
            sent = await self._send_words(chat, words, extra, silent=silent, reply_to=reply_to)
        return (sent,)

    async def _send_words(
        self, chat: int, words: Rendered, extra: dict[str, Any], *, silent: bool, reply_to: int | None
    ) -> int:
        """Send a message without a file, the commonest call of all.

        What it carries besides words is written as Telegram reads it: the library would make an object of every button
        first, and then this of the objects.
        """
        extra = {**extra, "link_preview_options": {"is_disabled": True}}
        if words.buttons:
            extra["reply_markup"] = {"inline_keyboard": [[_button(one) for one in line] for line in words.buttons]}
        if reply_to:
            extra["reply_parameters"] = {"message_id": reply_to, "allow_sending_without_reply": True}
        message = await self.bot.send_message(
            chat,
            words.html,
            parse_mode=ParseMode.HTML,
            disable_notification=silent,
            message_thread_id=words.thread,
            reply_markup=None if words.buttons else _field(chat, words),
            api_kwargs=extra,
        )
        return message.message_id

    async def _send_album(self, chat: int, words: Rendered, common: dict[str, Any]) -> tuple[int, ...]:
        """Send several files; kinds that Telegram puts into no album together follow one another."""
        sent: list[int] = []
        for kind, group in groupby(words.media, key=_together):
            some = replace(words, media=tuple(group), html="" if sent else words.html)
            if len(some.media) == 1 or kind is None:
                sent += [await self._send_file(chat, replace(some, media=(one,)), **common) for one in some.media]
            else:
                parts = [await self._part(some, one) for one in some.media]
                album = await self.bot.send_media_group(chat, parts, **common)
                sent += [part.message_id for part in album]
        return tuple(sent)

    async def _part(self, words: Rendered, file: Photo) -> _Part:
        """Return one part of an album; the words stand under the first one, which makes them the whole album's."""
        first = words.html if file is words.media[0] else None
        media = await fetched(self.bot, file.file_id) if file.kind == "picture" else file.file_id
        return _PARTS[file.kind](media, caption=first or None, parse_mode=ParseMode.HTML)

    async def _send_file(self, chat: int, words: Rendered, **common: Any) -> int:
        """Send one file by its id, with its words under it where this kind has room for any."""
        file = words.media[0]
        if file.kind == "location":
            latitude, longitude = file.file_id.split(",")
            message = await self.bot.send_location(chat, float(latitude), float(longitude), **common)
        else:
            if file.kind in CAPTIONED and words.html:
                common |= {"caption": words.html, "parse_mode": ParseMode.HTML}
            if file.kind == "picture":
                message = await self.bot.send_photo(chat, await fetched(self.bot, file.file_id), **common)
            else:
                message = await getattr(self.bot, f"send_{file.kind}")(chat, file.file_id, **common)
        return int(message.message_id)

    async def _send_picture(self, chat: int, html: str, plan: Plan, **common: Any) -> int | None:
        """Send a picture of ours with its words; None when it cannot be drawn, and nothing was sent."""
        file = await self._gallery.photo(plan)
        if file is None:
            return None
        common |= {"caption": html, "parse_mode": ParseMode.HTML}
        try:
            message = await self.bot.send_photo(chat, file, filename=PICTURE, **common)
        except BadRequest as error:
            if isinstance(file, bytes) or judge(error).course is not Course.NO_FILE:
                raise
            # The id is another bot's, or Telegram has thrown the picture away.
            file = await self._gallery.drawn(plan)
            if file is None:
                return None
            message = await self.bot.send_photo(chat, file, filename=PICTURE, **common)
        if isinstance(file, bytes) and message.photo:
            await self._gallery.keep(plan, message.photo[-1].file_id)
        return int(message.message_id)

    async def edit(self, chat: int, message: int, words: Rendered) -> None:
        """Bring a message of ours up to date, or the words under its picture; "not modified" is success."""
        try:
            if words.media or words.picture is not None:
                await self.bot.edit_message_caption(
                    chat,
                    message,
                    caption=words.html,
                    parse_mode=ParseMode.HTML,
                    reply_markup=keyboard(words),
                )
                return
            await self.bot.edit_message_text(
                words.html,
                chat_id=chat,
                message_id=message,
                parse_mode=ParseMode.HTML,
                link_preview_options=NO_PREVIEW,
                reply_markup=keyboard(words),
            )
        except TelegramError as error:
            if judge(error).course is not Course.SAME:
                raise

    async def delete(self, chat: int, message: int) -> bool:
        """Delete a message; False when it is too old for that. One that is not there counts as deleted."""
        try:
            await self.bot.delete_message(chat, message)
        except TelegramError as error:
            course = judge(error).course
            if course is Course.UNDELETABLE:
                return False
            if course is not Course.SAME:
                raise
        return True

    async def pin(self, chat: int, message: int) -> None:
        """Put a message on top of its chat, without a sound; one that is there already stays."""
        await self.bot.pin_chat_message(chat, message, disable_notification=True)

    async def react(self, chat: int, message: int, emoji: str) -> None:
        """Put our one reaction on a message; an empty `emoji` takes it off."""
        await self.bot.set_message_reaction(chat, message, ReactionTypeEmoji(emoji) if emoji else [])


def _together(file: Photo) -> str | None:
    """Return with what a file shares an album; None = with nothing."""
    return "seen" if file.kind in _SEEN else file.kind if file.kind in _PARTS else None


def _field(chat: int, words: Rendered) -> ForceReply | None:
    """Return the input field, shown to the one who is replied to only; an empty placeholder is refused."""
    if words.force_reply is None:
        return None
    return ForceReply(selective=chat < 0, input_field_placeholder=words.force_reply or None)


def _button(one: Button) -> dict[str, str]:
    """Return a button as Telegram reads it."""
    press = {"url": one.url or ""} if one.data is None else {"callback_data": one.data}
    return {"text": one.text, **press}


def keyboard(words: Rendered) -> InlineKeyboardMarkup | None:
    """Return the buttons as Telegram wants them."""
    if not words.buttons:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(one.text, callback_data=one.data, url=one.url) for one in line]
            for line in words.buttons
        ]
    )
