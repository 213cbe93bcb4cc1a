"""Which parameters each played method takes in Bot API 10.3, and of which plain type.

One text a method: `name:i` whole number, `:b` truth value, `:f` decimal, `:s` text, nothing for the rest.
`@` stands for what every sending method takes, `-name` for an exception to that.
"""

_SENDING = (
    "business_connection_id:s message_thread_id:i direct_messages_topic_id:i disable_notification:b "
    "protect_content:b allow_paid_broadcast:b message_effect_id:s suggested_post_parameters "
    "reply_parameters reply_markup ephemeral_message_parameters "
)
_TEXTS = {
    "getMe": "",
    "getUpdates": "offset:i limit:i timeout:i allowed_updates",
    "setWebhook": (
        "url:s certificate ip_address:s max_connections:i allowed_updates drop_pending_updates:b secret_token:s"
    ),
    "deleteWebhook": "drop_pending_updates:b",
    "getWebhookInfo": "",
    "getFile": "file_id:s",
    "logOut": "",
    "close": "",
    "sendMessage": "@ chat_id text:s parse_mode:s entities link_preview_options",
    "sendPhoto": ("@ chat_id photo caption:s parse_mode:s caption_entities show_caption_above_media:b has_spoiler:b"),
    "sendVoice": "@ chat_id voice caption:s parse_mode:s caption_entities duration:i",
    "sendDocument": (
        "@ chat_id document thumbnail caption:s parse_mode:s caption_entities disable_content_type_detection:b"
    ),
    "sendVideo": (
        "@ chat_id video duration:i width:i height:i thumbnail cover start_timestamp:i caption:s "
        "parse_mode:s caption_entities show_caption_above_media:b has_spoiler:b "
        "supports_streaming:b"
    ),
    "sendAudio": ("@ chat_id audio caption:s parse_mode:s caption_entities duration:i performer:s title:s thumbnail"),
    "sendLocation": (
        "@ chat_id latitude:f longitude:f horizontal_accuracy:f live_period:i heading:i proximity_alert_radius:i"
    ),
    "sendMediaGroup": "@ -suggested_post_parameters -reply_markup -ephemeral_message_parameters chat_id media",
    "copyMessage": (
        "@ -business_connection_id -ephemeral_message_parameters chat_id from_chat_id message_id:i "
        "video_start_timestamp:i caption:s parse_mode:s caption_entities show_caption_above_media:b"
    ),
    "copyMessages": (
        "chat_id message_thread_id:i direct_messages_topic_id:i from_chat_id message_ids "
        "disable_notification:b protect_content:b remove_caption:b"
    ),
    "forwardMessage": (
        "chat_id message_thread_id:i direct_messages_topic_id:i from_chat_id "
        "video_start_timestamp:i disable_notification:b protect_content:b message_effect_id:s "
        "suggested_post_parameters message_id:i"
    ),
    "forwardMessages": (
        "chat_id message_thread_id:i direct_messages_topic_id:i from_chat_id message_ids "
        "disable_notification:b protect_content:b"
    ),
    "editMessageText": (
        "business_connection_id:s chat_id message_id:i inline_message_id:s text:s parse_mode:s "
        "entities link_preview_options rich_message reply_markup"
    ),
    "editMessageCaption": (
        "business_connection_id:s chat_id message_id:i inline_message_id:s caption:s parse_mode:s "
        "caption_entities show_caption_above_media:b reply_markup"
    ),
    "editMessageMedia": "business_connection_id:s chat_id message_id:i inline_message_id:s media reply_markup",
    "editMessageReplyMarkup": "business_connection_id:s chat_id message_id:i inline_message_id:s reply_markup",
    "deleteMessage": "chat_id message_id:i",
    "deleteMessages": "chat_id message_ids",
    "setMessageReaction": "chat_id message_id:i reaction is_big:b",
    "pinChatMessage": "business_connection_id:s chat_id message_id:i disable_notification:b",
    "unpinChatMessage": "business_connection_id:s chat_id message_id:i",
    "unpinAllChatMessages": "chat_id",
    "editEphemeralMessageText": (
        "chat_id receiver_user_id:i ephemeral_message_id:i text:s parse_mode:s entities "
        "rich_message link_preview_options reply_markup"
    ),
    "editEphemeralMessageCaption": (
        "chat_id receiver_user_id:i ephemeral_message_id:i caption:s parse_mode:s caption_entities "
        "show_caption_above_media:b reply_markup"
    ),
    "editEphemeralMessageMedia": "chat_id receiver_user_id:i ephemeral_message_id:i media reply_markup",
    "editEphemeralMessageReplyMarkup": "chat_id receiver_user_id:i ephemeral_message_id:i reply_markup",
    "deleteEphemeralMessage": "chat_id receiver_user_id:i ephemeral_message_id:i",
    "answerCallbackQuery": "callback_query_id:s text:s show_alert:b url:s cache_time:i",
    "sendChatAction": "business_connection_id:s chat_id message_thread_id:i action:s",
    "getChat": "chat_id",
    "getChatMember": "chat_id user_id:i",
    "getChatAdministrators": "chat_id return_bots:b",
    "getChatMemberCount": "chat_id",
    "leaveChat": "chat_id",
    "createForumTopic": "chat_id name:s icon_color:i icon_custom_emoji_id:s",
    "setMyCommands": "commands scope language_code:s",
    "getMyCommands": "scope language_code:s",
    "deleteMyCommands": "scope language_code:s",
    "setMyName": "name:s language_code:s",
    "getMyName": "language_code:s",
    "setMyDescription": "description:s language_code:s",
    "getMyDescription": "language_code:s",
    "setMyShortDescription": "short_description:s language_code:s",
    "getMyShortDescription": "language_code:s",
    "setChatMenuButton": "chat_id:i menu_button",
    "getChatMenuButton": "chat_id:i",
}
# Old names that the server still understands.
_STILL_TAKEN = {"reply_to_message_id": "i", "allow_sending_without_reply": "b"}


def _signature(text: str) -> dict[str, str]:
    names: dict[str, str] = {}
    for word in text.split():
        if word == "@":
            names |= _signature(_SENDING) | _STILL_TAKEN
        elif word.startswith("-"):
            names.pop(word.removeprefix("-"))
        else:
            name, _, kind = word.partition(":")
            names[name] = kind
    return names


SIGNATURES = {method: _signature(text) for method, text in _TEXTS.items()}
