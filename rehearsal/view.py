"""A message as the chat page shows it to one person."""

from .model import Chat, JsonDict, Message, User

_SERVICE_WORDS = {
    "pinned_message": "置顶了一条消息",
    "new_chat_members": "加入了群",
    "left_chat_member": "离开了群",
    "migrate_to_chat_id": "群已升级",
    "migrate_from_chat_id": "群已升级",
    "forum_topic_created": "新建了话题",
}


def message_view(chat: Chat, message: Message, viewer: int) -> JsonDict:
    """Return one message for /api/chat."""
    return {
        "key": message.key,
        "message_id": message.id,
        "ephemeral": message.ephemeral_id is not None,
        "from": {
            "id": message.sender_id,
            "name": message.sender.name,
            "is_bot": message.sender.is_bot,
        },
        "date": message.date.isoformat(),
        "edited": message.edit_date is not None,
        "html": message.html,
        "photos": [f"/file/local/{message.photo}"] if message.photo else [],
        "voice": "voice" in message.media,
        "location": _location(message),
        "file": _file_name(message),
        "album": message.media_group_id,
        "service": next((words for name, words in _SERVICE_WORDS.items() if name in message.service), None),
        "reply_to": _quoted(chat, message),
        "buttons": [
            [
                {"text": button.text, "kind": button.kind, **({"url": button.url} if button.url else {})}
                for button in row
            ]
            for row in message.buttons
        ],
        "reactions": [{"emoji": emoji, "count": len(people)} for emoji, people in message.reactions.items()],
        "pinned": message.pinned,
        "mine": message.sender_id == viewer,
    }


def _location(message: Message) -> JsonDict | None:
    place = message.media.get("location")
    return {"lat": place["latitude"], "lon": place["longitude"]} if place else None


def _file_name(message: Message) -> str | None:
    for kind in ("document", "video", "audio"):
        if kind in message.media:
            return str(message.media[kind].get("file_name", kind))
    return None


def _quoted(chat: Chat, message: Message) -> JsonDict | None:
    if message.reply_to is None:
        return None
    answered = chat.messages.get(message.reply_to)
    if answered is None:
        return None
    sender: User = answered.sender
    return {"message_id": answered.id, "name": sender.name, "text": answered.text}
