"""Is the process alive, and is it of use? Whoever asks for the second is told why not."""

from typing import Any

from handlers.web.vitals import Role, Vitals

TELEGRAM_SILENT = 90.0
"""Seconds without any answer of Telegram; it is asked at least every 25."""

STORE_SILENT = 20.0
"""Seconds without an answer of the database; it is asked every 5, and a locked one refuses after 5."""

FETCH_SILENT = 180.0
"""Seconds in which a listener that polls has fetched nothing: a long poll lasts 25, a large batch takes its time."""


def unready(vitals: Vitals) -> list[str]:
    """Return why this process is of no use now; nothing = it is. Standing by is of use: somebody else works."""
    return [*_starting(vitals), *_telegram(vitals), *_store(vitals), *_listener(vitals)]


def report(vitals: Vitals) -> dict[str, Any]:
    """Return the body of /readyz."""
    reasons = unready(vitals)
    return {
        "ready": not reasons,
        "reasons": reasons,
        "mode": "webhook" if vitals.webhook else "polling",
        "listener": vitals.listener.value,
        "speaker": vitals.speaker.value,
    }


def _starting(vitals: Vitals) -> list[str]:
    if vitals.stopping:
        return ["stopping"]
    parts = {"listener": vitals.listener, "speaker": vitals.speaker}
    return [f"{part}: not started yet" for part, role in parts.items() if role is Role.STARTING]


def _telegram(vitals: Vitals) -> list[str]:
    age = vitals.age(vitals.telegram_at)
    if age is None:
        return ["telegram: has not answered yet"]
    return [f"telegram: has not answered for {age:.0f} s"] if age > TELEGRAM_SILENT else []


def _store(vitals: Vitals) -> list[str]:
    age = vitals.age(vitals.store_at)
    if vitals.store_refused:
        since = "" if age is None else f" for {age:.0f} s"
        return [f"database: locked, full or away{since}; the log has its own words"]
    if age is None:
        return ["database: has not answered yet"]
    return [f"database: has not answered for {age:.0f} s"] if age > STORE_SILENT else []


def _listener(vitals: Vitals) -> list[str]:
    if vitals.stuck():
        return ["listener: what was heard last could not be kept; Telegram delivers it again"]
    if vitals.webhook or vitals.listener is not Role.WORKING:
        return []
    age = vitals.age(max(vitals.listener_since, vitals.fetched_at or 0.0)) or 0.0
    return [f"listener: has fetched nothing for {age:.0f} s"] if age > FETCH_SILENT else []
