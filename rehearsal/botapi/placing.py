"""Where a new message goes: which chat, which topic, in answer to what, seen by whom."""

import time
from dataclasses import dataclass

from rehearsal.errors import bad_request
from rehearsal.model import PRESENT, Chat, JsonDict, Tap
from rehearsal.state import EPHEMERAL_SECONDS

from .context import Context


@dataclass
class Place:
    """The place of a message to be sent."""

    chat: Chat
    thread: int | None = None
    reply_to: int | None = None
    quote: str | None = None
    receiver: int | None = None
    replaces: int | None = None
    tap: Tap | None = None

    def content(self) -> JsonDict:
        """Return the fields of the message that come from its place."""
        return {
            "thread": self.thread,
            "reply_to": self.reply_to,
            "quote": self.quote,
            "receiver": self.receiver,
            "replaces": self.replaces,
        }


def read_place(ctx: Context, *, ephemeral: bool = True) -> Place:
    """Read chat, topic, reply and ephemeral parameters, refusing what Telegram refuses."""
    chat = ctx.chat()
    place = Place(chat, thread=_thread(ctx, chat))
    reply = ctx.params.mapping("reply_parameters")
    if reply is None:
        reply = _old_reply(ctx)
    parameters = ctx.params.mapping("ephemeral_message_parameters") if ephemeral else None
    if parameters is not None:
        _read_ephemeral(ctx, place, parameters, reply)
    elif reply is not None:
        _read_reply(ctx, place, reply)
    return place


def _thread(ctx: Context, chat: Chat) -> int | None:
    thread = ctx.params.integer("message_thread_id")
    if not thread:
        return None
    if thread not in chat.topics:
        raise bad_request("message thread not found")
    return thread


def _old_reply(ctx: Context) -> JsonDict | None:
    """The two parameters that `reply_parameters` replaced are still taken."""
    message_id = ctx.params.integer("reply_to_message_id")
    if not message_id:
        return None
    return {
        "message_id": message_id,
        "allow_sending_without_reply": ctx.params.boolean("allow_sending_without_reply"),
    }


def _read_reply(ctx: Context, place: Place, reply: JsonDict) -> None:
    if reply.get("ephemeral_message_id"):
        raise bad_request("a reply to an ephemeral message must itself be ephemeral")
    message_id = reply.get("message_id")
    if not isinstance(message_id, int) or isinstance(message_id, bool):
        raise bad_request("can't parse reply parameters: Can't find field \"message_id\"")
    other = reply.get("chat_id")
    if other is not None and str(other) != str(place.chat.id):
        ctx.state.chat_for_bot(ctx.bot, int(other) if str(other).lstrip("-").isdigit() else 0)
        return
    answered = place.chat.messages.get(message_id)
    if answered is None:
        if reply.get("allow_sending_without_reply") is True:
            return
        raise bad_request("message to be replied not found")
    quote = reply.get("quote")
    if quote:
        plain, _ = ctx.format_text(quote, reply.get("quote_parse_mode") or "", None, limit=1024, kind="message quote")
        if plain not in answered.text:
            raise bad_request("message quote not found")
        place.quote = plain
    place.reply_to = message_id
    if place.thread is None and answered.thread is not None:
        place.thread = answered.thread


def _read_ephemeral(ctx: Context, place: Place, parameters: JsonDict, reply: JsonDict | None) -> None:
    chat = place.chat
    if chat.is_private:
        raise bad_request("ephemeral messages can be sent only to groups and supergroups")
    receiver = parameters.get("receiver_user_id")
    if not isinstance(receiver, int) or isinstance(receiver, bool):
        raise bad_request("can't parse ephemeral message parameters: Can't find field \"receiver_user_id\"")
    if receiver in ctx.state.bots or chat.status(receiver) not in PRESENT:
        raise bad_request("user not found")
    place.receiver = receiver
    now = time.monotonic()
    allowed = ctx.is_admin(chat)
    query_id = parameters.get("callback_query_id")
    if query_id:
        tap = ctx.live_tap(str(query_id))
        if tap is None or tap.user_id != receiver or tap.message.chat_id != chat.id:
            raise bad_request("QUERY_ID_INVALID")
        if now - tap.at_monotonic <= EPHEMERAL_SECONDS:
            allowed = True
            place.tap = tap
        if parameters.get("replace_callback_query_message"):
            if tap.message.ephemeral_id is not None:
                raise bad_request("an ephemeral message must be edited instead of being replaced")
            place.replaces = tap.message.id
    elif parameters.get("replace_callback_query_message"):
        raise bad_request("callback query identifier is not specified")
    if reply is not None:
        allowed = _answers_ephemeral(ctx, place, reply) or allowed
    if not allowed:
        raise bad_request("not enough rights to send ephemeral messages to the chat")


def _answers_ephemeral(ctx: Context, place: Place, reply: JsonDict) -> bool:
    """Tell whether the reply is to an ephemeral message that came within the last seconds."""
    number = reply.get("ephemeral_message_id")
    if number is None:
        _read_reply(ctx, place, reply)
        return False
    answered = place.chat.ephemeral.get(number)
    if answered is None or answered.ephemeral_for != ctx.bot.id or answered.sender_id != place.receiver:
        raise bad_request("message to be replied not found")
    event = next(
        event
        for event in reversed(ctx.state.history)
        if event.message is not None and event.kind == "sent" and event.message.seq == answered.seq
    )
    if time.monotonic() - event.at_monotonic > EPHEMERAL_SECONDS:
        raise bad_request("message to be replied is too old")
    return True
