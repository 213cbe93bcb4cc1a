"""Waiting for the world to change, without polling."""

import time
from collections.abc import Callable
from typing import Any

from .state import State

SHOWN_MESSAGES = 12
SHOWN_TEXT = 160


async def until(state: State, predicate: Callable[[], Any], timeout: float, what: str) -> Any:
    """Return the first true value of `predicate()`; TimeoutError shows what is there instead."""
    deadline = time.monotonic() + timeout
    while True:
        value = predicate()
        if value:
            return value
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError(
                f"waited {timeout} s for {what or 'a change'} in vain; the last messages:\n{last_messages(state)}"
            )
        await state.changed(left)


async def settled(state: State, quiet: float, timeout: float) -> None:
    """Return after `quiet` seconds without a call (getUpdates aside) or a change."""
    deadline = time.monotonic() + timeout
    while True:
        now = time.monotonic()
        # A listening bot that has not fetched its updates yet is about to act.
        busy = state.running_calls > 0 or any(bot.queue.is_polled and len(bot.queue) for bot in state.bots.values())
        left = quiet if busy else state.last_activity + quiet - now
        if left <= 0:
            return
        if now >= deadline:
            raise TimeoutError(f"no {quiet} s of quiet within {timeout} s; the last messages:\n{last_messages(state)}")
        await state.changed(min(left, deadline - now))


def last_messages(state: State) -> str:
    """Show the end of the record, one line a change."""
    lines = []
    for event in state.history[-SHOWN_MESSAGES:]:
        message = event.message
        text = ""
        if message is not None:
            private = f" for {message.ephemeral_for}" if message.ephemeral_for else ""
            text = f" {message.key}{private} {message.sender.name}: {message.text[:SHOWN_TEXT]!r}"
            rows = [button.text for row in message.buttons for button in row]
            text += f" {rows}" if rows else ""
        lines.append(f"  {event.at:%m-%d %H:%M:%S} {event.kind} in {event.chat_id}{text}")
    refusals = [call for call in state.calls[-50:] if call.ok is False]
    lines.extend(f"  refused {call.method}: {call.description}" for call in refusals[-5:])
    return "\n".join(lines) or "  (none at all)"
