"""The page on which departments are called: chosen by taps, with a limit, an hour and required results, then sent."""

import re
from datetime import datetime

from handlers.actions.act import NoTicket, act
from handlers.actions.beyond import beyond_ticket
from handlers.actions.circle import around_ticket
from handlers.actions.dialogue import WAITS
from handlers.actions.lane_words import ask_lane_words, unknown_if_private
from handlers.actions.which import refusal
from handlers.deps import Deps
from handlers.heard import Answer, Speaker, Tap
from messages.lane_filters import read_calls
from parsing.when import moment
from storage import Draft, Unit
from tickets.deadlines import deadline
from tickets.decide import Refused
from tickets.lane import LaneRole
from tickets.lane_commands import Call, CallIn
from tickets.notices import Priority
from tickets.whistling import calls_straight, convenes, may_name
from tickets.worktime import Span

SUMMONS = "summons"
"""The draft behind the page."""

_PARTS = re.compile(r"[、，,;；/\n]+|\s+and\s+")
_SPACED = re.compile(r"(\d)\s+点")
_AFTER = {None: LaneRole.ASSIST, LaneRole.LEAD: LaneRole.ASSIST, LaneRole.ASSIST: LaneRole.INFORMED}
_LENGTHS = ("2h", "1d", "3d")


def named_in(deps: Deps, words: str) -> tuple[str, ...]:
    """Return the departments that are named in words, in their order."""
    found = [(words.find(one.name), one.code) for one in deps.district.departments.values() if one.name in words]
    return tuple(code for _, code in sorted(found))


async def open_summons(
    deps: Deps, cause: int, speaker: Speaker, number: int, chat: int, named: tuple[str, ...], words: str = ""
) -> Answer:
    """Open the page; what the service names, or what was named in words, is chosen already."""
    by = deps.person_of(speaker.telegram)
    room = chat if chat < 0 else None
    async with deps.store.unit(cause) as unit:
        ticket = await unit.tickets.get(number)
        if ticket is None:
            return refusal(NoTicket(number))
        if ticket.private:
            chat, room = speaker.telegram, None
        around = await beyond_ticket(deps, unit, ticket, by, room)
        leaders = (await around_ticket(deps, unit, ticket, deps.now(), ranked=False)).route.leaders
        area = convenes(ticket, around)
        if area is None and not calls_straight(ticket, by, leaders, deps.policy):
            return await unknown_if_private(deps, number, Answer.of("not_yours", alert=True, number=str(number)))
        if area is not None and not may_name(deps.policy, around, area):
            return Answer.of("only_higher", alert=True)
        busy = {lane.department for lane in ticket.lanes if lane.open}
        offices = [one.code for one in around.offices if one.code not in busy]
        offices.sort(key=lambda code: (code not in (*named, *around.asked), not _likely(deps, code)))
        chosen = [code for code in named or around.asked if code in offices]
        draft = await unit.drafts.open(
            telegram=speaker.telegram,
            kind=SUMMONS,
            cause=cause,
            ticket=number,
            data={
                "calls": ",".join(f"{code}={LaneRole.ASSIST if n else LaneRole.LEAD}" for n, code in enumerate(chosen)),
                "offices": ",".join(offices),
                "words": words,
                "chat": str(chat),
                "reader": by,
            },
            expires_at=deps.now() + WAITS,
        )
        made = await unit.drafts.get(draft)
        assert made is not None
        await _show(deps, unit, made, loud=True)
        await unit.commit()
    return Answer.of("shown_below")


def _likely(deps: Deps, code: str) -> bool:
    return (
        any(post.department == code for post in deps.district.posts) or deps.district.departments[code].chat is not None
    )


async def _show(deps: Deps, unit: Unit, draft: Draft, *, loud: bool = False, state: str = "") -> None:
    chat, reader = int(draft.data["chat"]), draft.data["reader"]
    await unit.outbox.mark_card(
        ticket=draft.ticket or 0,
        chat=chat,
        template="summon",
        reader=reader,
        language=deps.language_of(reader) if chat > 0 else deps.district.language,
        priority=Priority.TAP,
        loud=loud,
        data={**draft.data, "draft": str(draft.id), "state": state},
    )


async def tapped(deps: Deps, tap: Tap) -> Answer:
    """A tap on the page: `ref` is the draft, `arg` a department, a limit, what to ask for, or that it goes out."""
    if not tap.ref.isdecimal() or len(tap.ref) > 18:
        return Answer.of("unknown_button")
    room = tap.chat if tap.chat is not None and tap.chat < 0 else None
    async with deps.store.look() as look:
        draft = await look.drafts.get(int(tap.ref))
    if draft is None or draft.kind != SUMMONS or draft.ticket is None or draft.expires_at < deps.now():
        return Answer.of("aged_button")
    if draft.data["chat"] != str(room if room is not None else tap.speaker.telegram):
        return Answer.of("aged_button")
    if tap.arg in ("hour", "wanted"):
        return await ask_lane_words(deps, tap.cause, tap.speaker, draft.ticket, tap.arg, str(draft.id), room)
    if tap.arg == "send":
        return await _send(deps, tap, draft, room)
    data = dict(draft.data)
    if tap.arg.startswith("d") and tap.arg[1:].isdecimal():
        codes = list(deps.district.departments)
        place = int(tap.arg[1:])
        if place >= len(codes):
            return Answer.of("unknown_button")
        data["calls"] = _turned(data.get("calls", ""), codes[place])
    elif tap.arg[:1] == "l" and tap.arg[1:] in _LENGTHS:
        data["limit"] = deadline(Span.parse(tap.arg[1:]), deps.now(), deps.policy.hours).isoformat()
    elif tap.arg != "drop":
        return Answer.of("unknown_button")
    async with deps.store.unit(tap.cause) as unit:
        await change(deps, unit, draft, data, state="dropped" if tap.arg == "drop" else "")
        await unit.commit()
    return Answer.of("looked")


async def change(deps: Deps, unit: Unit, draft: Draft, data: dict[str, str], state: str = "") -> None:
    """Keep what was chosen, and show it; a `state` ends the page."""
    if state:
        await unit.drafts.close(draft.id)
    else:
        await unit.drafts.change(draft.id, data)
    made = Draft(draft.id, draft.telegram, draft.chat, draft.kind, draft.ticket, data, draft.expires_at)
    await _show(deps, unit, made, state=state)


def _turned(calls: str, code: str) -> str:
    """One press further: the first one leads, then it assists, is only told, is not called."""
    chosen = {one.department: one.role for one in read_calls(calls)}
    role = chosen.get(code)
    if role is LaneRole.INFORMED:
        del chosen[code]
    else:
        chosen[code] = LaneRole.LEAD if role is None and LaneRole.LEAD not in chosen.values() else _AFTER[role]
    return ",".join(f"{one}={role}" for one, role in chosen.items())


def required(text: str) -> tuple[str, ...]:
    """Read `井盖、清淤` or `cover, silt`."""
    return tuple(one.strip() for one in _PARTS.split(text) if one.strip())


async def with_words(deps: Deps, cause: int, what: str, draft_id: int, text: str) -> Answer:
    """Take in the hour or the required results that were asked for."""
    async with deps.store.unit(cause) as unit:
        draft = await unit.drafts.get(draft_id)
        if draft is None or draft.kind != SUMMONS:
            return Answer.of("aged_button")
        data = dict(draft.data)
        if what == "hour":
            hour = moment(_SPACED.sub(r"\1点", text), deps.now())
            if hour is None or hour <= deps.now():
                return Answer.of("lane_hour_unread")
            data["hour"] = hour.isoformat()
        else:
            data["wanted"] = "、".join(required(text))
        await change(deps, unit, draft, data)
        await unit.commit()
    return Answer.of("looked")


async def _send(deps: Deps, tap: Tap, draft: Draft, room: int | None) -> Answer:
    number, data = draft.ticket or 0, draft.data
    calls: tuple[Call, ...] = read_calls(data.get("calls", ""))
    now = deps.now()
    command = CallIn(
        deps.person_of(tap.speaker.telegram),
        calls,
        required(data.get("wanted", "")),
        _later(data.get("limit", ""), now),
        _later(data.get("hour", ""), now),
        data.get("words", ""),
    )
    try:
        await act(deps, number, command, tap.cause, room)
    except (NoTicket, Refused) as refused:
        return refusal(refused)
    async with deps.store.unit() as unit:
        await change(deps, unit, draft, dict(data), state="sent")
        await unit.commit()
    return Answer.of("called_in")


def _later(text: str, now: datetime) -> datetime | None:
    found = datetime.fromisoformat(text).astimezone(now.tzinfo) if text else None
    return found if found is not None and found > now else None
