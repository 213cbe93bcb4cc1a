"""Logging: console for people, JSON for machines. Events carry names and numbers, never texts, tokens or names."""

import logging
import re
import sys
import traceback
from pathlib import Path
from typing import Any

import structlog

TOKEN = re.compile(r"\d{5,}:[\w-]{30,}")


def set_up(level: str, form: str) -> None:
    """Send structlog's and the libraries' events the same way, to standard error, with tokens removed."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _without_tokens,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=shared))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in ("httpx", "httpcore", "apscheduler", "aiogram", "aiosqlite", "alembic", "telegram"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _without_tokens(_: Any, __: str, event: Any) -> Any:
    """Strike out anything that looks like a bot token, wherever a library may have put it."""
    for key, value in event.items():
        if isinstance(value, str) and TOKEN.search(value):
            event[key] = TOKEN.sub("***", value)
    return event


def where(error: BaseException) -> str:
    """Return where an error came from, innermost of our frames last. The error's own text may hold words of people."""
    ours = [
        f"{Path(frame.filename).parent.name}/{Path(frame.filename).name}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    return " > ".join(ours[-4:])
