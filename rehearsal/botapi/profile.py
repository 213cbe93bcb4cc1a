"""What a bot tells about itself: commands, name, descriptions, menu button."""

import re
from typing import Any

from rehearsal.errors import bad_request
from rehearsal.model import JsonDict
from rehearsal.scopes import SCOPES, scope_key

from .context import Context

MAX_COMMANDS = 100
DESCRIPTION_LIMIT = 256
_COMMAND = re.compile(r"[a-z0-9_]{1,32}$")
_LANGUAGE = re.compile(r"[a-z]{2}$")
_TEXT_LIMITS = {"name": 64, "description": 512, "short_description": 120}


def _scope(ctx: Context) -> str:
    scope = ctx.params.mapping("scope") or {"type": "default"}
    kind = scope.get("type")
    if kind not in SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type")
    for name in SCOPES[kind]:
        if scope.get(name) is None:
            raise bad_request(f"can't parse BotCommandScope: Can't find field \"{name}\"")
    if "chat_id" in SCOPES[kind]:
        chat_id = str(scope["chat_id"])
        if not chat_id.lstrip("-").isdigit():
            raise bad_request("chat not found")
        ctx.state.chat_for_bot(ctx.bot, int(chat_id))
    return scope_key(scope)


def _language(ctx: Context) -> str:
    code = ctx.params.text("language_code")
    if code and not _LANGUAGE.match(code):
        raise bad_request("invalid language code specified")
    return code


def _command(one: Any) -> JsonDict:
    if not isinstance(one, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    for name in ("command", "description"):
        if not isinstance(one.get(name), str):
            raise bad_request(f"can't parse BotCommand: Can't find field \"{name}\"")
    command = one["command"].removeprefix("/")
    if not _COMMAND.match(command):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(one["description"].strip()) <= DESCRIPTION_LIMIT:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    kept = {"command": command, "description": one["description"].strip()}
    if one.get("is_ephemeral"):
        kept["is_ephemeral"] = True
    return kept


def set_my_commands(ctx: Context) -> bool:
    """setMyCommands."""
    given = ctx.params.sequence("commands")
    if given is None:
        raise bad_request('parameter "commands" is required')
    if len(given) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    key = (_scope(ctx), _language(ctx))
    commands = [_command(one) for one in given]
    if commands:
        ctx.bot.commands[key] = commands
    else:
        ctx.bot.commands.pop(key, None)
    return True


def get_my_commands(ctx: Context) -> list[JsonDict]:
    """getMyCommands."""
    return ctx.bot.commands.get((_scope(ctx), _language(ctx)), [])


def delete_my_commands(ctx: Context) -> bool:
    """deleteMyCommands."""
    ctx.bot.commands.pop((_scope(ctx), _language(ctx)), None)
    return True


def _set_text(ctx: Context, what: str) -> bool:
    text = ctx.params.text(what)
    if len(text) > _TEXT_LIMITS[what]:
        raise bad_request(f"{what} is too long")
    ctx.bot.texts[what, _language(ctx)] = text
    return True


def _get_text(ctx: Context, what: str) -> JsonDict:
    texts = ctx.bot.texts
    default = ctx.bot.user.first_name if what == "name" else ""
    return {what: texts.get((what, _language(ctx))) or texts.get((what, "")) or default}


def set_my_name(ctx: Context) -> bool:
    """setMyName."""
    return _set_text(ctx, "name")


def set_my_description(ctx: Context) -> bool:
    """setMyDescription."""
    return _set_text(ctx, "description")


def set_my_short_description(ctx: Context) -> bool:
    """setMyShortDescription."""
    return _set_text(ctx, "short_description")


def get_my_name(ctx: Context) -> JsonDict:
    """getMyName."""
    return _get_text(ctx, "name")


def get_my_description(ctx: Context) -> JsonDict:
    """getMyDescription."""
    return _get_text(ctx, "description")


def get_my_short_description(ctx: Context) -> JsonDict:
    """getMyShortDescription."""
    return _get_text(ctx, "short_description")


def set_chat_menu_button(ctx: Context) -> bool:
    """setChatMenuButton."""
    chat_id = ctx.params.integer("chat_id") or 0
    if chat_id:
        ctx.state.chat_for_bot(ctx.bot, chat_id)
    ctx.bot.menu_buttons[chat_id] = ctx.params.mapping("menu_button") or {"type": "default"}
    return True


def get_chat_menu_button(ctx: Context) -> JsonDict:
    """getChatMenuButton."""
    buttons = ctx.bot.menu_buttons
    return buttons.get(ctx.params.integer("chat_id") or 0) or buttons.get(0) or {"type": "commands"}
