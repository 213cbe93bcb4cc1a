"""Answers to taps, and the "typing…" line."""

import time

from rehearsal.errors import QUERY_TOO_OLD, bad_request
from rehearsal.state import TAP_SECONDS

from .context import Context

ANSWER_LIMIT = 200
ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


def answer_callback_query(ctx: Context) -> bool:
    """answerCallbackQuery: once for each tap, within 150 s."""
    query_id = ctx.params.text("callback_query_id")
    text = ctx.params.text("text")
    if len(text) > ANSWER_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    tap = ctx.live_tap(query_id)
    if tap is None or tap.answered is not None or time.monotonic() - tap.at_monotonic > TAP_SECONDS:
        raise bad_request(QUERY_TOO_OLD)
    alert = ctx.params.boolean("show_alert")
    tap.resolve(text or None, alert, ctx.params.text("url") or None)
    if text:
        ctx.state.feed.toast(tap.user_id, text, alert)
    ctx.state.record("replied", None, ctx.bot.id, query=tap.id, text=text or None, alert=alert, user=tap.user_id)
    return True


def send_chat_action(ctx: Context) -> bool:
    """sendChatAction."""
    ctx.chat()
    if ctx.params.text("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    return True
