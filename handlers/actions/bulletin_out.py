"""Bulletins on their way: left in the outbox in one piece, followed to the end, stopped half-way, and seen."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from handlers.deps import Deps
from handlers.heard import Answer, Tap
from storage import Outgoing, OutKind, OutStatus, Unit
from tickets import bulletin as rules
from tickets.bulletin import Bulletin, Progress, Sheet, Stage
from tickets.notices import Priority
from tickets.roster import AreaCode

_ENDED = (OutStatus.FAILED, OutStatus.DROPPED)
_WHY = (
    ("muted", r"have no rights|not enough rights|chat_write_forbidden|restricted"),
    ("gone", r"kicked|not a member|deactivated|bot was blocked"),
    ("lost", r"chat not found|peer_id_invalid|chat_id_invalid"),
    ("unproved", r"cannot be proved"),
)
"""Telegram's own words for what went wrong -> the code of ours."""


async def begin(deps: Deps, unit: Unit, bulletin: Bulletin, now: datetime) -> bool:
    """Let a bulletin go out: one row a group, and a pin behind each; False when somebody else was first.

    Whether its author may still write there is asked again: it may have waited for days.
    """
    may = rules.allowed(deps.district, bulletin.author)
    reached = rules.with_group(deps.district, [code for code in bulletin.areas if code in may])
    skipped = tuple(code for code in bulletin.areas if code not in reached)
    if not await unit.bulletins.change(
        bulletin.id,
        Stage.DRAFT,
        Stage.WAITING,
        stage=Stage.SENDING.value,
        at=None,
        view="",
        note="",
        begun_at=now,
        skipped=skipped,
    ):
        return False
    media = {"media": bulletin.media} if bulletin.media else {}
    data = {"bulletin": str(bulletin.id), **media}
    common = {"language": deps.district.language, "priority": Priority.NOTICE}
    rows = [{"key": bulletin.key(code), "chat": chat, "data": {**data, "area": code}} for code, chat in reached.items()]
    await unit.outbox.spread(OutKind.CARD, rows, template="bulletin", **common)
    if bulletin.pin:
        pins = [
            {"key": bulletin.pin_key(code), "chat": chat, "data": {"of": bulletin.key(code)}}
            for code, chat in reached.items()
        ]
        await unit.outbox.spread(OutKind.PIN, pins, **common)
    await show_card(deps, unit, bulletin)
    return True


async def stop(deps: Deps, unit: Unit, bulletin: Bulletin, now: datetime) -> bool:
    """Stop a bulletin: what has not gone is dropped. False when it had ended before."""
    begun = bulletin.stage is Stage.SENDING
    stages = (Stage.SENDING,) if begun else (Stage.DRAFT, Stage.WAITING)
    ended = None if begun else now
    if not await unit.bulletins.change(bulletin.id, *stages, stage=Stage.CANCELLED.value, view="", ended_at=ended):
        return False
    if begun:
        keys = [key(code) for key in (bulletin.key, bulletin.pin_key) for code in bulletin.areas]
        await unit.outbox.drop(keys, "stopped by its author")
    await show_card(deps, unit, bulletin)
    return True


async def show_card(deps: Deps, unit: Unit, bulletin: Bulletin, *, loud: bool = False) -> None:
    """Renew the author's card."""
    await unit.outbox.mark_own(
        bulletin.card_key,
        chat=bulletin.chat,
        template="bulletin_card",
        reader=bulletin.author,
        language=deps.language_of(bulletin.author),
        priority=Priority.TAP,
        data={"bulletin": str(bulletin.id), **({"media": bulletin.media} if bulletin.media else {})},
        loud=loud,
    )


# --- the clock -------------------------------------------------------------------------------------------------


async def look_after(deps: Deps) -> int:
    """Send what is due, show how far what is under way has got, end what has ended; return how many changed."""
    now, changed = deps.now(), 0
    async with deps.store.look() as unit:
        due, under_way = await unit.bulletins.due(now), await unit.bulletins.under_way()
    for one in due:
        async with deps.store.unit() as unit:
            changed += await _come_due(deps, unit, one, now)
            await unit.commit()
    for one in under_way:
        async with deps.store.unit() as unit:
            changed += await _follow(deps, unit, one, now)
            await unit.commit()
    return changed


async def _come_due(deps: Deps, unit: Unit, one: Bulletin, now: datetime) -> bool:
    """Send it at its hour; long after it nobody may want it any more, so its author is asked."""
    if one.at is not None and now - one.at <= rules.LATE:
        return await begin(deps, unit, one, now)
    if not await unit.bulletins.change(one.id, Stage.WAITING, stage=Stage.DRAFT.value, at=None, view="", note="late"):
        return False
    await show_card(deps, unit, one, loud=True)
    return True


async def _follow(deps: Deps, unit: Unit, one: Bulletin, now: datetime) -> bool:
    done = await progress(unit, one)
    counted = done.total - done.left
    ended = done.settled
    if counted == one.said and not ended:
        return False
    values: dict[str, Any] = {"said": counted}
    if ended:
        values["ended_at"] = now
        if one.stage is Stage.SENDING:
            values["stage"] = Stage.DONE.value
    if not await unit.bulletins.change(one.id, one.stage, **values):
        return False
    await show_card(deps, unit, one, loud=ended and bool(done.failed))
    return True


async def progress(unit: Unit, bulletin: Bulletin) -> Progress:
    """Return how far a bulletin has got, by what became of its rows."""
    if bulletin.begun_at is None:
        return Progress()
    areas = [code for code in bulletin.areas if code not in bulletin.skipped]
    rows = await unit.outbox.by_keys([bulletin.key(code) for code in areas])
    pins = await unit.outbox.by_keys([bulletin.pin_key(code) for code in areas]) if bulletin.pin else {}
    said, failed, dropped, unpinned = 0, [], 0, []
    for code in areas:
        row = rows.get(bulletin.key(code))
        if row is None or (row.sent_at is None and row.status is OutStatus.DROPPED):
            dropped += 1
        elif row.sent_at is not None:
            said += 1
            pin = pins.get(bulletin.pin_key(code))
            if pin is not None and pin.status in _ENDED and bulletin.stage is not Stage.CANCELLED:
                unpinned.append(code)
        elif row.status is OutStatus.FAILED:
            failed.append((code, why(row)))
    pins_left = sum(pin.status not in (*_ENDED, OutStatus.SENT) for pin in pins.values())
    return Progress(len(areas), said, tuple(failed), dropped, tuple(unpinned), pins_left)


def why(row: Outgoing) -> str:
    """Return the code of what went wrong with a row."""
    return next((code for code, words in _WHY if re.search(words, row.error, re.IGNORECASE)), "refused")


# --- seen ------------------------------------------------------------------------------------------------------


async def seen(deps: Deps, tap: Tap) -> Answer:
    """Note that somebody has seen it. The counts in the group follow later: an edit a press would drown the group."""
    if not tap.ref.isdecimal() or len(tap.ref) > 15:
        return Answer.of("aged_button")
    now = deps.now()
    async with deps.store.unit(tap.cause) as unit:
        bulletin = await unit.bulletins.get(int(tap.ref))
        if bulletin is None or bulletin.begun_at is None:
            return Answer.of("aged_button")
        area = await _area_of(deps, unit, bulletin, tap.chat)
        if area is None:
            return Answer.of("seen_preview" if tap.chat == bulletin.chat else "aged_button")
        if not await unit.bulletins.saw(bulletin.id, tap.speaker.telegram, area, now):
            return Answer.of("seen_already")
        home = await unit.households.of(tap.speaker.telegram)
        for key in (bulletin.key(area), bulletin.card_key):
            await unit.outbox.touch(key, now + rules.SEEN_EVERY, Priority.DIGEST)
        await unit.commit()
    return Answer.of("seen_household" if home is not None else "seen_done")


async def _area_of(deps: Deps, unit: Unit, bulletin: Bulletin, chat: int | None) -> AreaCode | None:
    """Return the area whose group a press came from: by what it is bound to, or was when the bulletin went out."""
    area = deps.district.by_chat(chat) if chat is not None else None
    if area is not None and area.code in bulletin.areas:
        return area.code
    rows = await unit.outbox.by_keys([bulletin.key(code) for code in bulletin.areas])
    return next((row.data["area"] for row in rows.values() if row.chat == chat), None)


# --- what the messages are made of -----------------------------------------------------------------------------


async def fields(deps: Deps, row: Outgoing) -> tuple[Mapping[str, Any], str | None]:
    """Return the fields of the scene of a row about a bulletin, and why it need not be said any more."""
    card = row.template == "bulletin_card"
    async with deps.store.look() as unit:
        bulletin = await unit.bulletins.get(int(row.data["bulletin"]))
        if bulletin is None:
            raise LookupError("a row about a bulletin that is not there")
        tally = await unit.bulletins.tally(bulletin.id, row.data.get("area"))
        done = await progress(unit, bulletin) if card else Progress()
    stopped = not card and bulletin.stage is Stage.CANCELLED and row.message_id is None
    found = rules.sheet(deps.district, bulletin, tally, done) if card else Sheet(bulletin, tally)
    return {"sheet": found}, "stopped by its author" if stopped else None
