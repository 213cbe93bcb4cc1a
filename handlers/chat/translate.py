"""From aiogram's types to plain data. The only place that knows how Telegram spells things."""

import re
from dataclasses import replace
from datetime import datetime

from aiogram.types import Message, MessageOriginUser, Update, User

from handlers.deps import Deps
from handlers.heard import Heard, Speaker
from messages import phrase
from tickets.model import Photo

NUMBER = re.compile(r"〔(\d{1,12})〕")

ANONYMOUS_ADMIN = 1087968824
"""Telegram's stand-in for an administrator who writes as the group: never one person, never with rights."""


def speaker(user: User) -> Speaker:
    """Return who speaks or presses."""
    code = user.language_code or ""
    language = "zh" if code.startswith("zh") else "en" if code.startswith("en") else None
    return Speaker(user.id, user.full_name, language, anonymous=user.id == ANONYMOUS_ADMIN)


def heard(message: Message, update: Update, deps: Deps) -> Heard | None:
    """Return the message as plain data; None for what nobody in particular said (channels, the bot itself)."""
    user = message.from_user
    if user is None or (user.is_bot and user.id != ANONYMOUS_ADMIN):
        return None
    text = message.text or message.caption or ""
    reply = _answered(message)
    origin = message.forward_origin
    return Heard(
        cause=update.update_id,
        chat=message.chat.id,
        message=message.message_id,
        speaker=_speaker(message, user, deps),
        text=text,
        at=said_at(message.date, deps),
        media=media(message),
        album=message.media_group_id,
        reply_to=reply.message_id if reply is not None else None,
        reply_number=_number(reply, deps),
        reply_text=(reply.text or reply.caption or "") if reply is not None else "",
        reply_media=media(reply) if reply is not None else (),
        reply_from=reply.from_user.id if reply is not None and reply.from_user is not None else None,
        edited=update.edited_message is not None,
        addressed=f"@{deps.bot_username}".lower() in text.lower(),
        thread=message.message_thread_id if message.is_topic_message else None,
        quote=_quote(message, deps),
        forwarded=origin is not None,
        author=_author(message),
        ours=isinstance(origin, MessageOriginUser) and origin.sender_user.id == deps.bot_id,
    )


def _speaker(message: Message, user: User, deps: Deps) -> Speaker:
    """Return who speaks; an anonymous administrator goes by the title that the group gave, if any."""
    found = speaker(user)
    if not found.anonymous:
        return found
    return replace(found, name=message.author_signature or phrase("group_admin", deps.district.language))


def _answered(message: Message) -> Message | None:
    """Return the message that this one replies to.

    In a topic every message that is no reply is a reply to the line that opened the topic.
    """
    reply = message.reply_to_message
    if reply is not None and message.is_topic_message and reply.message_id == message.message_thread_id:
        return None
    return reply


def _author(message: Message) -> Speaker | None:
    """Return the person who wrote a forwarded message; None for bots, channels and people who hide it."""
    origin = message.forward_origin
    if not isinstance(origin, MessageOriginUser) or origin.sender_user.is_bot:
        return None
    return speaker(origin.sender_user)


def _quote(message: Message, deps: Deps) -> str:
    """Return the words of somebody else that the sender chose to quote; a reply to us needs none."""
    reply = message.reply_to_message
    if message.quote is None or (reply is not None and reply.from_user and reply.from_user.id == deps.bot_id):
        return ""
    return message.quote.text


def _number(reply: Message | None, deps: Deps) -> int | None:
    """Return the ticket that one of our own messages is about: its number at the head, and no other one in it.

    A list is about no ticket in particular, nor is a sentence that mentions one.
    """
    if reply is None or reply.from_user is None or reply.from_user.id != deps.bot_id:
        return None
    text = (reply.text or reply.caption or "").lstrip()
    head = NUMBER.match(text)
    return int(head[1]) if head is not None and len(set(NUMBER.findall(text))) == 1 else None


def said_at(moment: datetime, deps: Deps) -> datetime:
    """Return a moment in the district's zone."""
    return moment.astimezone(deps.now().tzinfo)


def media(message: Message) -> tuple[Photo, ...]:
    """Return what is not words: pictures, voice, video, files by Telegram's file id, a place by its degrees."""
    if message.photo:
        return (Photo(message.photo[-1].file_id, "photo"),)
    if message.location:
        return (Photo(f"{message.location.latitude},{message.location.longitude}", "location"),)
    for kind in ("voice", "video", "animation", "document", "audio", "video_note"):
        found = getattr(message, kind)
        if found is not None:
            # A picture sent as a file is passed on as a photo: as a file it would tell where it was taken.
            image = kind == "document" and (found.mime_type or "").startswith("image/")
            return (Photo(found.file_id, "picture" if image else kind),)
    return ()
