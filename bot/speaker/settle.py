"""Messages that may have arrived: looked for, adopted or sent again, before their chat hears anything else."""

import structlog
from telegram.error import TelegramError

from bot.logs import where
from bot.speaker.deliver import Hands, give_up, handle, makes_new
from bot.speaker.errors import Course, judge
from bot.speaker.present import Dropped
from bot.speaker.reconcile import Answer, Finding, Outcome, Try, look_for, suspects
from bot.speaker.seen import Seen
from messages import Rendered
from messages.fit import CAPTIONED
from storage import Outgoing, StorageTrouble

log = structlog.get_logger(__name__)

MOST_UNPROVED = 4
MOST_EPHEMERAL = 2
"""Times a row is sent when nothing can be proved: each kill or time-out may cost one message too many, for a lost one
is worse; an endless row of them is no kill. An ephemeral message is never the only record, so it is tried twice."""

LONGEST_WAIT = 1.5
"""Seconds to wait for room between two tries; in a full minute the search goes on later, and others may speak."""

TRY_AGAIN = 2.0
"""Seconds until a search that was interrupted by trouble begins again."""


class SearchError(Exception):
    """The search could not be finished; it begins again after `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"again in {seconds:.1f} s")
        self.seconds = seconds


async def settle(hands: Hands, seen: Seen, row: Outgoing) -> None:
    """Find out what became of a row that was being sent, and write it down.

    Raises SearchError when Telegram or the store is in trouble, TokenError, StoreSilentError.
    """
    if not makes_new(row):
        await hands.ledger.retry(row, 0.0, "interrupted; harmless to repeat")
        hands.lost.pop(row.id, None)
        return
    outcome = await _search(hands, seen, row)
    if outcome is None:
        return
    match outcome.finding:
        case Finding.ARRIVED:
            hands.counts.adopted += 1
            log.info("lost_message_found", row=row.id, chat=row.chat, message=outcome.message)
            await hands.ledger.sent(row, outcome.message)
        case Finding.NEVER_ARRIVED:
            assert row.floor is not None
            hands.reborn[row.id] = row.floor
            await hands.ledger.retry(row, 0.0, "never arrived")
        case Finding.UNPROVED:
            hands.counts.unproved += 1
            if row.attempts >= (MOST_UNPROVED if row.ephemeral_to is None else MOST_EPHEMERAL):
                await give_up(hands, row, "sent as often as is right; whether it arrived cannot be proved")
            else:
                await hands.ledger.retry(row, 0.0, "whether it arrived cannot be proved")
    hands.lost.pop(row.id, None)
    hands.tried.pop(row.id, None)


async def remove_twin(hands: Hands, seen: Seen, row: Outgoing) -> None:
    """After a lost row was sent again as `row.message_id`: if the lost message did arrive late, delete it."""
    floor = hands.reborn.pop(row.id, None)
    if floor is None or row.message_id is None:
        return
    try:
        words = await _words(hands, row)
        if words is None:
            return
        outcome = await look_for(
            suspects(seen, row.chat, floor, below=row.message_id),
            lambda number: hands.ledger.known(row.chat, number),
            _editing(hands, row, words),
        )
        if outcome.message is not None and await hands.voice.delete(row.chat, outcome.message):
            hands.counts.removed_twins += 1
    except (TelegramError, StorageTrouble, SearchError) as trouble:
        log.warning("twin_not_looked_for", row=row.id, chat=row.chat, trouble=str(trouble))


async def _search(hands: Hands, seen: Seen, row: Outgoing) -> Outcome | None:
    """Return what is proved; None when another course was taken (the chat moved, cannot be written to …)."""
    if row.ephemeral_to is not None or row.floor is None:
        return Outcome(Finding.UNPROVED)
    words = await _words(hands, row)
    if words is None:
        await hands.ledger.dropped(row, "its matter is gone")
        hands.lost.pop(row.id, None)
        return None
    if words.force_reply is not None or any(one.kind not in CAPTIONED for one in words.media):
        # A message with an input field, or a file without words, cannot be edited, so it cannot be looked for.
        return Outcome(Finding.UNPROVED)
    tried = hands.tried.setdefault(row.id, set())
    ours = _editing(hands, row, words)

    async def known(number: int) -> bool:
        return number in tried or await hands.ledger.known(row.chat, number)

    async def attempt(number: int) -> Answer:
        answer = await ours(number)
        if answer is Answer.NOT_OURS:
            tried.add(number)
        return answer

    try:
        return await look_for(suspects(seen, row.chat, row.floor), known, attempt)
    except StorageTrouble as trouble:
        raise SearchError(TRY_AGAIN) from trouble
    except TelegramError as error:
        verdict = judge(error)
        if verdict.course is Course.FLOOD:
            hands.counts.flood_waits += 1
            raise SearchError(verdict.after or TRY_AGAIN) from error
        if verdict.course in (Course.RETRY, Course.UNKNOWN):
            raise SearchError(TRY_AGAIN) from error
        await handle(hands, row, verdict)
        hands.lost.pop(row.id, None)
        return None


async def _words(hands: Hands, row: Outgoing) -> Rendered | None:
    try:
        words = await hands.presenter.present(row, hands.clock.now(), anyway=True)
    except StorageTrouble as trouble:
        raise SearchError(TRY_AGAIN) from trouble
    except Exception as mistake:
        log.error("row_cannot_be_worded", row=row.id, template=row.template, at=where(mistake))
        return None
    return None if isinstance(words, Dropped) else words


def _editing(hands: Hands, row: Outgoing, words: Rendered) -> Try:
    """Return the test of one number: only a message of ours can be edited."""

    async def attempt(number: int) -> Answer:
        wait = hands.windows.room(row.chat, hands.clock.monotonic())
        if wait > LONGEST_WAIT:
            raise SearchError(wait)
        try:
            await hands.voice.edit(row.chat, number, words)
        except TelegramError as error:
            if judge(error).course is Course.GONE:
                return Answer.NOT_OURS
            raise
        return Answer.OURS

    return attempt
