"""Editing and deleting ephemeral messages: those that one member of a group sees."""

from rehearsal.errors import bad_request
from rehearsal.model import Chat, Message

from .context import Context
from .editing import apply_edit, caption_changes, media_changes, text_changes
from .markup import read_markup


def _find(ctx: Context, verb: str) -> tuple[Chat, Message]:
    chat = ctx.chat()
    receiver = ctx.params.need_integer("receiver_user_id")
    number = ctx.params.need_integer("ephemeral_message_id")
    message = chat.ephemeral.get(number)
    if message is None or receiver not in {message.ephemeral_for, message.sender_id}:
        raise bad_request(f"message to {verb} not found")
    if message.sender_id != ctx.bot.id and verb == "edit":
        raise bad_request("message can't be edited")
    if ctx.bot.id not in {message.sender_id, message.ephemeral_for}:
        raise bad_request(f"message to {verb} not found")
    return chat, message


def edit_ephemeral_message_text(ctx: Context) -> bool:
    """editEphemeralMessageText."""
    chat, message = _find(ctx, "edit")
    apply_edit(ctx, chat, message, **text_changes(ctx, message))
    return True


def edit_ephemeral_message_caption(ctx: Context) -> bool:
    """editEphemeralMessageCaption."""
    chat, message = _find(ctx, "edit")
    apply_edit(ctx, chat, message, **caption_changes(ctx, message))
    return True


def edit_ephemeral_message_media(ctx: Context) -> bool:
    """editEphemeralMessageMedia."""
    chat, message = _find(ctx, "edit")
    apply_edit(ctx, chat, message, **media_changes(ctx, message))
    return True


def edit_ephemeral_message_reply_markup(ctx: Context) -> bool:
    """editEphemeralMessageReplyMarkup."""
    chat, message = _find(ctx, "edit")
    apply_edit(ctx, chat, message, markup=read_markup(ctx.params, inline_only=True))
    return True


def delete_ephemeral_message(ctx: Context) -> bool:
    """deleteEphemeralMessage."""
    chat, message = _find(ctx, "delete")
    ctx.state.delete(chat, message, ctx.bot.id)
    return True
