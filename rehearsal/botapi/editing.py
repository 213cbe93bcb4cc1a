"""Changing and deleting messages, reactions and pins."""

from datetime import timedelta
from typing import Any

from rehearsal.errors import NOT_MODIFIED, bad_request
from rehearsal.model import Chat, JsonDict, Message
from rehearsal.reactions import FREE_REACTIONS, with_reaction
from rehearsal.wire import message_wire

from .attaching import read_media
from .context import CAPTION_LIMIT, TEXT_LIMIT, Context
from .markup import read_markup

DELETABLE = timedelta(hours=48)
MANY_MESSAGES = 100
MEDIA_KINDS = frozenset({"photo", "video", "document", "audio"})


def find_own(ctx: Context) -> tuple[Chat, Message]:
    """Return the chat and message to be edited, which must be the bot's own."""
    chat = ctx.chat()
    message = chat.messages.get(ctx.message_id())
    if message is None:
        raise bad_request("message to edit not found")
    if message.sender_id != ctx.bot.id or message.service or message.forward_origin:
        raise bad_request("message can't be edited")
    return chat, message


def apply_edit(ctx: Context, chat: Chat, message: Message, **changes: Any) -> Message:
    """Count the edit, refuse one that changes nothing, and put it in place."""
    ctx.spend(chat)
    if all(getattr(message, name) == value for name, value in changes.items()):
        raise bad_request(NOT_MODIFIED)
    if set(changes) == {"markup"}:
        return ctx.state.change(chat, message, ctx.bot.id, "markup", **changes)
    moment = ctx.state.clock.now().replace(microsecond=0)
    return ctx.state.change(chat, message, ctx.bot.id, "edited", edit_date=moment, **changes)


def text_changes(ctx: Context, message: Message) -> JsonDict:
    """Read the changes of editMessageText."""
    text, entities = ctx.formatted("text", entities_name="entities", limit=TEXT_LIMIT, kind="message")
    if not text:
        raise bad_request("message text is empty")
    if message.media:
        raise bad_request("there is no text in the message to edit")
    return {"text": text, "entities": entities, "markup": read_markup(ctx.params, inline_only=True)}


def caption_changes(ctx: Context, message: Message) -> JsonDict:
    """Read the changes of editMessageCaption."""
    text, entities = ctx.formatted(
        "caption", entities_name="caption_entities", limit=CAPTION_LIMIT, kind="message caption"
    )
    if not message.media or "location" in message.media:
        raise bad_request("there is no caption in the message to edit")
    return {"text": text, "entities": entities, "markup": read_markup(ctx.params, inline_only=True)}


def media_changes(ctx: Context, message: Message) -> JsonDict:
    """Read the changes of editMessageMedia."""
    item = ctx.params.mapping("media")
    if item is None:
        raise bad_request("input media is empty")
    kind = item.get("type")
    if kind not in MEDIA_KINDS:
        raise bad_request(f"can't parse InputMedia: unsupported type {kind!r}")
    if message.media_group_id and kind not in message.media:
        raise bad_request("message media in an album can't be edited to another type")
    text, entities = ctx.format_text(
        item.get("caption") or "",
        item.get("parse_mode") or "",
        item.get("caption_entities"),
        limit=CAPTION_LIMIT,
        kind="message caption",
    )
    return {
        "media": read_media(ctx, kind, item.get("media") or ""),
        "text": text,
        "entities": entities,
        "markup": read_markup(ctx.params, inline_only=True),
    }


def edit_message_text(ctx: Context) -> JsonDict:
    """editMessageText. Without reply_markup the keyboard goes away, as on Telegram."""
    chat, message = find_own(ctx)
    return message_wire(chat, apply_edit(ctx, chat, message, **text_changes(ctx, message)))


def edit_message_caption(ctx: Context) -> JsonDict:
    """editMessageCaption."""
    chat, message = find_own(ctx)
    return message_wire(chat, apply_edit(ctx, chat, message, **caption_changes(ctx, message)))


def edit_message_media(ctx: Context) -> JsonDict:
    """editMessageMedia."""
    chat, message = find_own(ctx)
    return message_wire(chat, apply_edit(ctx, chat, message, **media_changes(ctx, message)))


def edit_message_reply_markup(ctx: Context) -> JsonDict:
    """editMessageReplyMarkup."""
    chat, message = find_own(ctx)
    markup = read_markup(ctx.params, inline_only=True)
    return message_wire(chat, apply_edit(ctx, chat, message, markup=markup))


def _check_deletable(ctx: Context, chat: Chat, message: Message) -> None:
    old = ctx.state.clock.now() - message.date >= DELETABLE
    foreign = message.sender_id != ctx.bot.id
    if old or (foreign and not ctx.may(chat, "can_delete_messages")):
        raise bad_request("message can't be deleted")


def delete_message(ctx: Context) -> bool:
    """deleteMessage."""
    chat = ctx.chat()
    message = chat.messages.get(ctx.message_id())
    if message is None:
        raise bad_request("message to delete not found")
    _check_deletable(ctx, chat, message)
    ctx.state.delete(chat, message, ctx.bot.id)
    return True


def delete_messages(ctx: Context) -> bool:
    """deleteMessages; those not found are skipped."""
    chat = ctx.chat()
    ids = ctx.params.sequence("message_ids")
    if not ids or not all(isinstance(one, int) for one in ids):
        raise bad_request("message identifiers are not specified")
    if len(ids) > MANY_MESSAGES:
        raise bad_request("too many message identifiers specified")
    found = [chat.messages[one] for one in ids if one in chat.messages]
    for message in found:
        _check_deletable(ctx, chat, message)
    for message in found:
        ctx.state.delete(chat, message, ctx.bot.id)
    return True


def set_message_reaction(ctx: Context) -> bool:
    """setMessageReaction; a bot may set one."""
    chat = ctx.chat()
    message = chat.messages.get(ctx.message_id())
    if message is None:
        raise bad_request("message to react not found")
    given = ctx.params.sequence("reaction") or []
    if len(given) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    emoji: str | None = None
    for one in given:
        if not isinstance(one, dict) or one.get("type") != "emoji" or one.get("emoji") not in FREE_REACTIONS:
            raise bad_request("REACTION_INVALID")
        emoji = one["emoji"]
    reactions = with_reaction(message.reactions, ctx.bot.id, emoji)
    if reactions != message.reactions:
        ctx.state.change(chat, message, ctx.bot.id, "reacted", reactions=reactions)
    return True


def _pinning_chat(ctx: Context) -> Chat:
    chat = ctx.chat()
    if not ctx.may(chat, "can_pin_messages"):
        raise bad_request("not enough rights to manage pinned messages in the chat")
    return chat


def pin_chat_message(ctx: Context) -> bool:
    """pinChatMessage; a service message tells of it."""
    chat = _pinning_chat(ctx)
    message = chat.messages.get(ctx.message_id())
    if message is None:
        raise bad_request("message to pin not found")
    ctx.spend(chat)
    if message.pinned:
        return True
    pinned = ctx.state.change(chat, message, ctx.bot.id, "pinned", pinned=True)
    service = {"pinned_message": message_wire(chat, pinned, depth=1)}
    note = ctx.state.new_message(chat, ctx.bot.user, service=service, silent=ctx.params.boolean("disable_notification"))
    ctx.state.tell(chat, note)
    return True


def unpin_chat_message(ctx: Context) -> bool:
    """unpinChatMessage; without a message id the newest pinned one."""
    chat = _pinning_chat(ctx)
    pinned = [message for message in chat.messages.values() if message.pinned]
    wanted = ctx.params.integer("message_id")
    if wanted:
        pinned = [message for message in pinned if message.id == wanted]
    if not pinned:
        raise bad_request("message to unpin not found")
    ctx.state.change(chat, pinned[-1], ctx.bot.id, "unpinned", pinned=False)
    return True


def unpin_all_chat_messages(ctx: Context) -> bool:
    """unpinAllChatMessages."""
    chat = _pinning_chat(ctx)
    for message in [message for message in chat.messages.values() if message.pinned]:
        ctx.state.change(chat, message, ctx.bot.id, "unpinned", pinned=False)
    return True
