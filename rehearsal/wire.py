"""From the state of the rehearsal to the objects of the Bot API."""

from .model import GROUP_ANONYMOUS_BOT, Chat, JsonDict, Member, Message

TOPIC_COLOR = 7322096
ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_manage_topics",
    "can_manage_tags",
    "can_send_welcome_messages",
)
PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)
GIFTS = (
    "unlimited_gifts",
    "limited_gifts",
    "unique_gifts",
    "premium_subscription",
    "gifts_from_channels",
)


def message_wire(chat: Chat, message: Message, *, depth: int = 0) -> JsonDict:
    """Return the Bot API Message; at depth 1 (a quoted message) without its own quote."""
    out: JsonDict = {"message_id": message.id}
    if message.thread is not None:
        out |= {"message_thread_id": message.thread, "is_topic_message": True}
    out["from"] = message.sender.wire()
    if message.ephemeral_id is not None:
        out["ephemeral_message_id"] = message.ephemeral_id
        receiver = chat.members.get(message.ephemeral_for or 0)
        if receiver:
            out["receiver_user"] = receiver.user.wire()
    if message.sender is GROUP_ANONYMOUS_BOT:
        out["sender_chat"] = chat.wire()
    out |= {"chat": chat.wire(), "date": int(message.date.timestamp())}
    if message.edit_date is not None:
        out["edit_date"] = int(message.edit_date.timestamp())
    if message.forward_origin:
        out["forward_origin"] = message.forward_origin
    if message.media_group_id:
        out["media_group_id"] = message.media_group_id
    if message.reply_to is not None and depth == 0:
        answered = chat.messages.get(message.reply_to)
        if answered is not None:
            out["reply_to_message"] = message_wire(chat, answered, depth=1)
        if message.quote:
            out["quote"] = {"text": message.quote, "position": 0, "is_manual": True}
    elif message.thread is not None and depth == 0 and message.thread in chat.messages:
        # In a topic a message that answers nothing answers the line that opened the topic.
        out["reply_to_message"] = message_wire(chat, chat.messages[message.thread], depth=1)
    out |= message.media
    if message.text:
        name = "caption" if message.media else "text"
        out[name] = message.text
        if message.entities:
            out["caption_entities" if message.media else "entities"] = message.entities
    out |= message.service
    if message.markup and "inline_keyboard" in message.markup:
        out["reply_markup"] = message.markup
    return out


def member_wire(member: Member) -> JsonDict:
    """Return the Bot API ChatMember of the member's status."""
    out: JsonDict = {"status": member.status, "user": member.user.wire()}
    if member.status == "creator":
        out["is_anonymous"] = False
    elif member.status == "administrator":
        out |= {"can_be_edited": False, "is_anonymous": False}
        out |= {right: bool(member.rights.get(right, True)) for right in ADMIN_RIGHTS}
    elif member.status == "kicked":
        out["until_date"] = 0
    elif member.status == "restricted":
        out |= {"is_member": True, "until_date": 0}
        out |= {right: bool(member.rights.get(right, False)) for right in PERMISSIONS}
    return out


def full_chat_wire(chat: Chat) -> JsonDict:
    """Return the Bot API ChatFullInfo."""
    out = {
        **chat.wire(),
        "accent_color_id": abs(chat.id) % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(GIFTS, False),
    }
    if not chat.is_private:
        out["permissions"] = {
            right: right not in {"can_change_info", "can_pin_messages", "can_manage_topics"} for right in PERMISSIONS
        }
    pinned = [message for message in chat.messages.values() if message.pinned]
    if pinned:
        out["pinned_message"] = message_wire(chat, pinned[-1])
    return out
