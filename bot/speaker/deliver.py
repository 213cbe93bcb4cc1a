"""One row, from claim to record: what is sent for it, and what becomes of it when Telegram will not have it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from hashlib import blake2b

import structlog
from telegram.error import TelegramError

from bot.logs import where
from bot.speaker.clock import Clock
from bot.speaker.errors import Course, Verdict, judge
from bot.speaker.ledger import Ledger
from bot.speaker.limiter import Windows
from bot.speaker.present import MEDIA, Dropped, Presenter
from bot.speaker.voice import Voice
from messages import RECEIVED_EMOJI, Rendered
from storage import Outgoing, OutKind, OutStatus, StorageTrouble
from tickets.notices import Priority

log = structlog.get_logger(__name__)

LONGEST_BACKOFF = 60.0

Unreachable = Callable[[int, int | None], Awaitable[None]]
"""(Telegram user id, ticket or None): this person cannot be written to."""

Failed = Callable[[Outgoing, str], Awaitable[None]]
"""(row, Telegram's words): this will never be said; the operators should know."""


class TokenError(Exception):
    """Telegram does not accept the token."""

    def __init__(self) -> None:
        super().__init__(
            "Telegram does not accept the bot token; check GRIDBOT_TOKEN, and GRIDBOT_TELEGRAM_URL if it is set"
        )


@dataclass
class Counts:
    """What the speaker has done since it started."""

    sent: int = 0
    edited: int = 0
    signs: int = 0
    dropped: int = 0
    retried: int = 0
    unknown: int = 0
    adopted: int = 0
    unproved: int = 0
    removed_twins: int = 0
    flood_waits: int = 0
    failed: int = 0


@dataclass
class Hands:
    """What a delivery works with; one for the whole speaker."""

    voice: Voice
    ledger: Ledger
    presenter: Presenter
    windows: Windows
    clock: Clock
    counts: Counts
    on_unreachable: Unreachable
    on_failed: Failed
    lost: dict[int, Outgoing] = field(default_factory=dict)
    """Messages that may have arrived, by row id, with the `floor` of their claim. Their chats wait for them."""

    reborn: dict[int, int] = field(default_factory=dict)
    """Rows that are sent again because their message was not found, with the floor of the lost one."""

    tried: dict[int, set[int]] = field(default_factory=dict)
    """Numbers that are proved not to be a lost message, by row id: a search that is interrupted goes on there."""


def makes_new(row: Outgoing) -> bool:
    """Whether sending this row makes a message, so that sending it twice would make two."""
    return row.kind is OutKind.MESSAGE or (row.kind is OutKind.CARD and row.message_id is None)


async def deliver(hands: Hands, row: Outgoing) -> Outgoing | None:
    """Say a row that was claimed, and write down what became of it.

    Returns the row as it was sent when a new message was made of a row that was lost before (its twin may still
    turn up), else None. Raises TokenError, StoreSilentError.
    """
    try:
        words = Rendered("") if row.kind in _WORDLESS else await hands.presenter.present(row, hands.clock.now())
    except StorageTrouble as trouble:
        await hands.ledger.retry(row, 1.0, str(trouble))
        return None
    except Exception as mistake:
        log.error("row_cannot_be_worded", row=row.id, template=row.template, at=where(mistake))
        await give_up(hands, row, f"cannot be worded: {type(mistake).__name__}")
        return None
    if isinstance(words, Dropped):
        hands.counts.dropped += 1
        await hands.ledger.dropped(row, words.why)
        return None
    try:
        if row.replace and row.message_id is not None:
            row = await _clear_away(hands, row)
        try:
            return await _say(hands, row, words)
        except TelegramError as error:
            verdict = judge(error)
            if verdict.course is Course.NO_TOPIC and words.thread is not None:
                return await _say(hands, row, replace(words, thread=None))
            if verdict.course is not Course.NO_FILE or (row.template == MEDIA and not words.instead):
                raise
            # The operators hear of the picture that vanished; the reader must not miss the words because of it.
            await _tell(hands.on_failed(row, verdict.why))
            return await _say(hands, row, replace(words, media=(), html=words.instead or words.html))
    except TelegramError as error:
        await handle(hands, row, judge(error))
        return None


async def acknowledge(hands: Hands, row: Outgoing) -> None:
    """React to the message that a waiting group card answers; whatever goes wrong is left to the card."""
    try:
        if row.reply_to is not None:
            await hands.voice.react(row.chat, row.reply_to, RECEIVED_EMOJI)
            hands.counts.signs += 1
    except TelegramError as error:
        if judge(error).course is Course.FLOOD:
            hands.counts.flood_waits += 1
            return
    await hands.ledger.acked(row)


_SIGNS = frozenset({OutKind.REACTION, OutKind.DELETE})
_WORDLESS = _SIGNS | {OutKind.PIN}
"""Kinds without words of their own. What Telegram refuses of them is not worth telling the operators."""

ONCE = frozenset({"bulletin"})
"""Cards that are read once and edited in place only: if the message is gone, it is not sent another time."""

PIN_LATER = 1.0
"""Seconds until a pin looks again for the message that it belongs to."""


async def _say(hands: Hands, row: Outgoing, words: Rendered) -> Outgoing | None:
    if row.kind is OutKind.PIN:
        await _pin(hands, row)
        return None
    if row.kind in _SIGNS:
        await _sign(hands, row)
        hands.counts.signs += 1
        await hands.ledger.sent(row, None)
        return None
    if not makes_new(row):
        assert row.message_id is not None
        if row.shown != mark(words):  # Telegram refuses an edit that changes nothing, and counts it
            await hands.voice.edit(row.chat, row.message_id, words)
            hands.counts.edited += 1
        await hands.ledger.sent(row, row.message_id, shown=mark(words))
        return None
    message, *parts = await hands.voice.send(
        row.chat, words, silent=silent(row), reply_to=row.reply_to or words.reply_to, ephemeral_to=row.ephemeral_to
    )
    hands.counts.sent += 1
    await hands.ledger.sent(row, None if row.ephemeral_to is not None else message, parts, mark(words))
    return replace(row, message_id=message) if row.id in hands.reborn else None


def mark(words: Rendered) -> str:
    """Return a mark of what a message shows: its words and its buttons, which is all that an edit can change."""
    return blake2b(repr((words.html, words.buttons)).encode(), digest_size=8).hexdigest()


async def _sign(hands: Hands, row: Outgoing) -> None:
    if row.reply_to is None:
        return
    if row.kind is OutKind.REACTION:
        await hands.voice.react(row.chat, row.reply_to, row.data.get("emoji", RECEIVED_EMOJI))
    else:
        await hands.voice.delete(row.chat, row.reply_to)


async def _pin(hands: Hands, row: Outgoing) -> None:
    """Pin the message of another row, once it has been sent."""
    said = await hands.ledger.by_key(row.data["of"])
    if said is not None and said.message_id is not None:
        await hands.voice.pin(row.chat, said.message_id)
        hands.counts.signs += 1
        await hands.ledger.sent(row, None)
    elif said is None or said.sent_at is not None or said.status in (OutStatus.FAILED, OutStatus.DROPPED):
        hands.counts.dropped += 1
        await hands.ledger.dropped(row, "there is nothing to pin")
    else:
        await hands.ledger.retry(row, PIN_LATER, "its message is not sent yet")


async def _clear_away(hands: Hands, row: Outgoing) -> Outgoing:
    """Remove the old card before the new one is sent: there are never two live ones.

    That it is gone is written down before anything new is sent, so a row that still has its message has sent nothing.
    """
    assert row.message_id is not None
    if not await hands.voice.delete(row.chat, row.message_id):
        try:
            await hands.voice.edit(
                row.chat, row.message_id, Rendered("↓" if row.ticket is None else f"〔{row.ticket}〕↓")
            )
        except TelegramError as error:
            if judge(error).course is not Course.GONE:
                raise
    await hands.ledger.forget_message(row)
    return replace(row, message_id=None)


async def handle(hands: Hands, row: Outgoing, verdict: Verdict) -> None:
    """Write down what an error means for `row`. Raises TokenError."""
    match verdict.course:
        case Course.FLOOD:
            hands.counts.flood_waits += 1
            at = hands.clock.monotonic()
            await hands.ledger.retry(row, max(hands.windows.paused(row.chat, at), verdict.after or 0.0), verdict.why)
        case Course.UNKNOWN if makes_new(row):
            hands.counts.unknown += 1
            hands.lost[row.id] = row
            await hands.ledger.unknown(row, verdict.why)
        case Course.RETRY | Course.UNKNOWN:
            await _again(hands, row, verdict.why)
        case Course.GONE if row.template in ONCE:
            hands.counts.dropped += 1
            await hands.ledger.dropped(row, verdict.why)
        case Course.GONE if row.kind is OutKind.CARD:
            await hands.ledger.forget_message(row)
            await hands.ledger.retry(row, 0.0, verdict.why)
        case Course.MOVED:
            assert verdict.moved_to is not None
            log.info("chat_moved", old=row.chat, new=verdict.moved_to)
            read = row.template in ONCE and row.message_id is not None
            await hands.ledger.moved(row, verdict.moved_to, again=not read)
        case Course.SAME:
            await hands.ledger.sent(row, row.message_id)
        case Course.STOP:
            await hands.ledger.retry(row, 0.0, verdict.why)
            raise TokenError
        case _ if row.kind in _WORDLESS:
            hands.counts.dropped += 1
            await hands.ledger.dropped(row, verdict.why)
        case Course.UNREACHABLE | Course.NOT_STARTED if row.chat > 0:
            hands.counts.failed += 1
            await hands.ledger.unreachable(row, verdict.why, started=verdict.course is Course.UNREACHABLE)
            await _tell(hands.on_unreachable(row.chat, row.ticket))
        case _:
            await give_up(hands, row, verdict.why)


def silent(row: Outgoing) -> bool:
    """Whether the message comes without a sound: groups and cards are calm unless it is urgent."""
    if row.loud or row.priority == Priority.LIFE:
        return False
    return row.chat < 0 or row.kind is OutKind.CARD or "silent" in row.data


async def _again(hands: Hands, row: Outgoing, why: str) -> None:
    hands.counts.retried += 1
    seconds = min(LONGEST_BACKOFF, 0.5 * 2.0 ** min(row.attempts, 10))
    await hands.ledger.retry(row, seconds, why)


async def give_up(hands: Hands, row: Outgoing, why: str) -> None:
    """It will never be said: write that down and tell the operators."""
    hands.counts.failed += 1
    log.error("row_failed", row=row.id, template=row.template, chat=row.chat, why=why)
    await hands.ledger.failed(row, why)
    await _tell(hands.on_failed(row, why))


async def _tell(callback: Awaitable[None]) -> None:
    """Run a callback of others; their mistake must not silence us."""
    try:
        await callback
    except asyncio.CancelledError:
        raise
    except Exception as mistake:
        log.error("callback_failed", error=type(mistake).__name__, at=where(mistake))
