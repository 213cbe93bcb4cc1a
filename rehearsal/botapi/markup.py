"""Keyboards under messages, checked as Telegram checks them."""

import re
from typing import Any

from rehearsal.errors import ApiError, bad_request
from rehearsal.model import JsonDict

from .params import Params

DATA_BYTES = 64
COPY_LIMIT = 256
MAX_BUTTONS = 100
_TYPES = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
    "disabled",
)
_STYLES = frozenset({"danger", "success", "primary"})
_URL = re.compile(r"(?:https?://|tg://)?[^\s/.:]+(?:[.:][^\s/]+)*(?:[/?].*)?$", re.IGNORECASE)


def read_markup(params: Params, *, inline_only: bool = False) -> JsonDict | None:
    """Read `reply_markup`; None when there is none (or an empty inline keyboard)."""
    markup = params.mapping("reply_markup")
    if not markup:
        return None
    if "inline_keyboard" in markup:
        rows = _rows(markup["inline_keyboard"], "inline keyboard")
        checked = [[_inline_button(button) for button in row] for row in rows]
        checked = [row for row in checked if row]
        if sum(len(row) for row in checked) > MAX_BUTTONS:
            raise bad_request("reply markup is too long")
        return {"inline_keyboard": checked} if checked else None
    if inline_only:
        raise bad_request("inline keyboard expected")
    if "keyboard" in markup:
        rows = _rows(markup["keyboard"], "keyboard")
        for row in rows:
            for button in row:
                text = button.get("text") if isinstance(button, dict) else button
                if not isinstance(text, str) or not text:
                    raise bad_request("can't parse keyboard button: Can't find field \"text\"")
        return markup
    if markup.get("remove_keyboard") is True or markup.get("force_reply") is True:
        return markup
    raise bad_request("can't parse reply markup: no keyboard, remove_keyboard or force_reply in it")


def _rows(value: Any, what: str) -> list[list[Any]]:
    if not isinstance(value, list):
        raise bad_request(f'field "{what.replace(" ", "_")}" of the ReplyMarkup must be of type Array')
    for row in value:
        if not isinstance(row, list):
            raise bad_request(f'field "{what.replace(" ", "_")}" must be an Array of Arrays')
    return value


def _refuse(words: str) -> ApiError:
    return bad_request(f"can't parse inline keyboard button: {words}")


def _inline_button(button: Any) -> JsonDict:
    if not isinstance(button, dict):
        raise _refuse("InlineKeyboardButton must be an Object")
    text = button.get("text")
    if text is None:
        raise _refuse('Can\'t find field "text"')
    if not isinstance(text, str):
        raise _refuse('Field "text" must be of type String')
    if not text.strip():
        raise bad_request("inline keyboard button text must be non-empty")
    present = [name for name in _TYPES if button.get(name) is not None]
    if not present:
        raise _refuse("Text buttons are unallowed in the inline keyboard")
    if len(present) > 1:
        raise _refuse(f"Only one type of a button can be specified, found {', '.join(present)}")
    style = button.get("style")
    if style is not None and style not in _STYLES:
        raise _refuse("Invalid button style specified")
    _check_content(present[0], button[present[0]])
    return dict(button)


def _check_content(kind: str, value: Any) -> None:
    if kind == "callback_data":
        if not isinstance(value, str):
            raise _refuse('Field "callback_data" must be of type String')
        if not 1 <= len(value.encode()) <= DATA_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    elif kind == "url":
        if not isinstance(value, str) or not _URL.match(value) or ("." not in value and ":" not in value):
            raise bad_request(f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL")
    elif kind == "copy_text":
        text = value.get("text") if isinstance(value, dict) else None
        if not isinstance(text, str) or not 1 <= len(text) <= COPY_LIMIT:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
