"""For whom a bot's list of commands is meant."""

from collections.abc import Mapping
from typing import Any

SCOPES = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}


def scope_key(scope: Mapping[str, Any]) -> str:
    """Return one text for a BotCommandScope."""
    return " ".join([str(scope["type"]), *(str(scope[name]) for name in SCOPES[scope["type"]])])
