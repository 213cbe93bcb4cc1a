"""send*, copy* and forward*: calls that make messages."""

import secrets
from typing import Any

from rehearsal.errors import bad_request
from rehearsal.model import Chat, JsonDict, Message
from rehearsal.text import Entity
from rehearsal.wire import message_wire

from .attaching import read_media
from .context import CAPTION_LIMIT, TEXT_LIMIT, Context
from .markup import read_markup
from .placing import Place, read_place

ALBUM_SIZES = range(2, 11)
ALBUM_KINDS = frozenset({"photo", "video", "document", "audio"})
MANY_MESSAGES = 100


def deliver(ctx: Context, place: Place, **content: Any) -> Message:
    """Make the message and tell the other bots; an ephemeral one may be lost on the way."""
    silent = ctx.params.boolean("disable_notification")
    message = ctx.state.new_message(place.chat, ctx.bot.user, **place.content(), silent=silent, **content)
    if message.ephemeral_id is not None and ctx.fault is not None and ctx.fault.kind == "lost":
        ctx.state.delete(place.chat, message, ctx.bot.id)
    ctx.state.tell(place.chat, message, but=ctx.bot.id)
    return message


def _caption(ctx: Context) -> tuple[str, list[Entity]]:
    return ctx.formatted("caption", entities_name="caption_entities", limit=CAPTION_LIMIT, kind="message caption")


def send_message(ctx: Context) -> JsonDict:
    """sendMessage."""
    place = read_place(ctx)
    text, entities = ctx.formatted("text", entities_name="entities", limit=TEXT_LIMIT, kind="message")
    if not text:
        raise bad_request("message text is empty")
    markup = read_markup(ctx.params)
    ctx.spend(place.chat)
    return message_wire(place.chat, deliver(ctx, place, text=text, entities=entities, markup=markup))


def _send_media(ctx: Context, kind: str) -> JsonDict:
    place = read_place(ctx)
    text, entities = _caption(ctx)
    markup = read_markup(ctx.params)
    media = read_media(ctx, kind, duration=ctx.params.integer("duration") or 0)
    ctx.spend(place.chat)
    message = deliver(ctx, place, text=text, entities=entities, markup=markup, media=media)
    return message_wire(place.chat, message)


def send_photo(ctx: Context) -> JsonDict:
    """sendPhoto."""
    return _send_media(ctx, "photo")


def send_voice(ctx: Context) -> JsonDict:
    """sendVoice."""
    return _send_media(ctx, "voice")


def send_document(ctx: Context) -> JsonDict:
    """sendDocument."""
    return _send_media(ctx, "document")


def send_video(ctx: Context) -> JsonDict:
    """sendVideo."""
    return _send_media(ctx, "video")


def send_audio(ctx: Context) -> JsonDict:
    """sendAudio."""
    return _send_media(ctx, "audio")


def send_location(ctx: Context) -> JsonDict:
    """sendLocation."""
    place = read_place(ctx)
    latitude, longitude = ctx.params.number("latitude"), ctx.params.number("longitude")
    if not -90 <= latitude <= 90 or not -180 <= longitude <= 180:
        raise bad_request("wrong latitude or longitude specified")
    markup = read_markup(ctx.params)
    ctx.spend(place.chat)
    media = {"location": {"latitude": latitude, "longitude": longitude}}
    return message_wire(place.chat, deliver(ctx, place, media=media, markup=markup))


def send_media_group(ctx: Context) -> list[JsonDict]:
    """sendMediaGroup."""
    place = read_place(ctx, ephemeral=False)
    items = ctx.params.sequence("media")
    if not items:
        raise bad_request("there are no messages to send")
    if len(items) not in ALBUM_SIZES:
        raise bad_request("album must contain from 2 to 10 items" if len(items) > 1 else "too few items in the album")
    ready = [_album_item(ctx, item) for item in items]
    kinds = {kind for kind, _ in ready}
    if len(kinds) > 1 and not kinds <= {"photo", "video"}:
        raise bad_request("can't mix documents or audio with other media in one album")
    ctx.spend(place.chat, len(ready))
    album = str(secrets.randbits(60))
    sent = [deliver(ctx, place, media_group_id=album, **content) for _, content in ready]
    return [message_wire(place.chat, message) for message in sent]


def _album_item(ctx: Context, item: Any) -> tuple[str, JsonDict]:
    if not isinstance(item, dict):
        raise bad_request("can't parse InputMedia: expected an Object")
    kind = item.get("type")
    if kind not in ALBUM_KINDS:
        raise bad_request(f"can't parse InputMedia: type {kind!r} is not allowed in an album")
    media = read_media(ctx, kind, item.get("media") or "", duration=item.get("duration") or 0)
    text, entities = ctx.format_text(
        item.get("caption") or "",
        item.get("parse_mode") or "",
        item.get("caption_entities"),
        limit=CAPTION_LIMIT,
        kind="message caption",
    )
    return kind, {"media": media, "text": text, "entities": entities}


def _source(ctx: Context, message_id: int, verb: str) -> tuple[Chat, Message]:
    chat = ctx.chat("from_chat_id")
    message = chat.messages.get(message_id)
    if message is None:
        raise bad_request(f"message to {verb} not found")
    if message.service:
        raise bad_request(f"the message can't be {'copied' if verb == 'copy' else 'forwarded'}")
    return chat, message


def _copied(message: Message) -> JsonDict:
    return {"text": message.text, "entities": message.entities, "media": message.media}


def copy_message(ctx: Context) -> JsonDict:
    """copyMessage."""
    place = read_place(ctx, ephemeral=False)
    _, message = _source(ctx, ctx.message_id(), "copy")
    content = _copied(message)
    if "caption" in ctx.params.values and message.media:
        text, entities = _caption(ctx)
        content |= {"text": text, "entities": entities}
    markup = read_markup(ctx.params)
    ctx.spend(place.chat)
    return {"message_id": deliver(ctx, place, markup=markup, **content).id}


def _origin(message: Message) -> JsonDict:
    if message.forward_origin:
        return message.forward_origin
    return {
        "type": "user",
        "date": int(message.date.timestamp()),
        "sender_user": message.sender.wire(),
    }


def forward_message(ctx: Context) -> JsonDict:
    """forwardMessage."""
    place = read_place(ctx, ephemeral=False)
    _, message = _source(ctx, ctx.message_id(), "forward")
    ctx.spend(place.chat)
    sent = deliver(ctx, place, forward_origin=_origin(message), **_copied(message))
    return message_wire(place.chat, sent)


def _many(ctx: Context, verb: str) -> tuple[Place, list[Message]]:
    place = read_place(ctx, ephemeral=False)
    ids = ctx.params.sequence("message_ids")
    if not ids or not all(isinstance(one, int) for one in ids):
        raise bad_request("message identifiers are not specified")
    if len(ids) > MANY_MESSAGES:
        raise bad_request("too many message identifiers specified")
    if ids != sorted(set(ids)):
        raise bad_request("message identifiers must be in a strictly increasing order")
    chat = ctx.chat("from_chat_id")
    found = [chat.messages[one] for one in ids if one in chat.messages and not chat.messages[one].service]
    if not found:
        raise bad_request(f"there are no messages to {verb}")
    ctx.spend(place.chat, len(found))
    return place, found


def copy_messages(ctx: Context) -> list[JsonDict]:
    """copyMessages."""
    place, found = _many(ctx, "copy")
    return [{"message_id": deliver(ctx, place, **_copied(message)).id} for message in found]


def forward_messages(ctx: Context) -> list[JsonDict]:
    """forwardMessages."""
    place, found = _many(ctx, "forward")
    return [
        {"message_id": deliver(ctx, place, forward_origin=_origin(message), **_copied(message)).id} for message in found
    ]
