"""/notice: written in private or in a staff room, looked at, changed by buttons, and let go."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from handlers.actions.bulletin_out import begin, show_card, stop
from handlers.actions.deliver import can_write
from handlers.actions.people import say_line
from handlers.deps import Deps
from handlers.heard import Answer, Heard, Tap
from messages.fit import CAPTIONED
from parsing.when import moment
from storage import Draft, Unit
from tickets import bulletin as rules
from tickets.bulletin import Bulletin, Stage
from tickets.media import packed
from tickets.model import Photo
from tickets.roster import PersonId

KIND = "notice"
WHEN = "notice_when"
"""Kinds of drafts: the next private words are the notice, or the time for one."""

WAITS = timedelta(hours=1)
_COMMAND = re.compile(r"^/notice(?:@\w+)?\s*")

REST_WITHIN = timedelta(seconds=5)
"""Telegram's apps cut a long text into several messages: what follows a refused one so closely is the rest of it."""


async def notice(deps: Deps, heard: Heard, text: str) -> Answer | None:
    """/notice, with words or a file, as a reply to some, or with nothing: then it is asked for."""
    person = deps.person_of(heard.speaker.telegram)
    if not rules.voices(deps.district, person):
        return Answer.of("notice_not_yours")
    here = deps.district.by_chat(heard.chat)
    if here is not None and here.level == "grid":
        return Answer.of("notice_in_private")
    async with deps.store.unit(heard.cause) as unit:
        if not await can_write(unit, heard.speaker.telegram):
            return Answer.of("notice_open_first")
        if not rules.default_areas(deps.district, person):
            return Answer.of("notice_no_group")
        media = heard.media
        if not text and not media and heard.reply_from != deps.bot_id:
            text, media = heard.reply_text.strip(), heard.reply_media
        if not text and not media:
            await _ask(deps, unit, heard, "notice_ask", KIND, {})
        else:
            await _written(deps, unit, heard, person, text, media, {})
        await unit.commit()
    return None


async def heard_words(deps: Deps, heard: Heard) -> Answer | None:
    """Take private words for the notice, or the time, that was asked for; None = nobody asked."""
    person = deps.person_of(heard.speaker.telegram)
    if person not in deps.district.people:
        return None
    if heard.edited:
        return await _edited(deps, heard)
    async with deps.store.unit(heard.cause) as unit:
        draft = await unit.drafts.current(heard.speaker.telegram, heard.chat, deps.now())
        if draft is None or draft.kind not in (KIND, WHEN) or heard.reply_number is not None:
            return None
        if _is_rest(heard, draft):
            return Answer.of("shown")
        if draft.kind == WHEN:
            answer = await _timed(deps, unit, heard, draft, person)
        else:
            await _written(deps, unit, heard, person, heard.text.strip(), heard.media, draft.data)
            answer = None
        await unit.commit()
    return answer or Answer.of("shown")


async def _edited(deps: Deps, heard: Heard) -> Answer | None:
    """Take an edit of the words that a draft was made from; what has been sent stays as it was read."""
    async with deps.store.unit(heard.cause) as unit:
        one = await unit.bulletins.made_from(heard.chat, heard.message)
        if one is None:
            return None
        if one.stage is not Stage.DRAFT:
            return Answer.of("notice_sent")
        text = _COMMAND.sub("", heard.text).strip()
        over = rules.too_long(text, captioned=bool(one.media))
        if over:
            return Answer.of("notice_caption_too_long" if one.media else "notice_too_long", count=str(over))
        if not text and not one.media:
            return Answer.of("shown")
        await unit.bulletins.change(one.id, Stage.DRAFT, text=text)
        await show_card(deps, unit, one)
        await unit.commit()
    return Answer.of("shown")


def _is_rest(heard: Heard, draft: Draft) -> bool:
    """Whether this came along with what was taken or refused a moment ago: an album's next file, a text's next part."""
    if heard.album is not None and draft.data.get("album") == heard.album:
        return True
    until = draft.data.get("rest_until")
    return until is not None and heard.at <= datetime.fromisoformat(until)


async def _ask(
    deps: Deps, unit: Unit, heard: Heard | Tap, key: str, kind: str, data: dict[str, str], **facts: str
) -> None:
    """Ask privately; the next words there are the answer."""
    telegram = heard.speaker.telegram
    await unit.drafts.open(telegram=telegram, chat=telegram, kind=kind, data=data, expires_at=deps.now() + WAITS)
    await say_line(deps, unit, heard.speaker, f"ask:{heard.cause}", key, None, **facts)


async def _written(
    deps: Deps,
    unit: Unit,
    heard: Heard,
    person: PersonId,
    text: str,
    media: tuple[Photo, ...],
    before: dict[str, str],
) -> None:
    """Make the draft of a bulletin and show it to its author, or say why it cannot be one and wait for other words."""
    kept = {key: before[key] for key in ("bulletin",) if key in before}
    # A poster that was sent as a file stays that file: as a photo nobody could read it.
    file = tuple(replace(one, kind="document") if one.kind == "picture" else one for one in media[:1])
    if file and file[0].kind not in CAPTIONED:
        await _ask(deps, unit, heard, "notice_kind", KIND, kept)
        return
    over = rules.too_long(text, captioned=bool(file))
    if over:
        rest = {"rest_until": (heard.at + REST_WITHIN).isoformat()}
        key = "notice_caption_too_long" if file else "notice_too_long"
        await _ask(deps, unit, heard, key, KIND, {**kept, **rest}, count=str(over))
        return
    old = await unit.bulletins.get(int(kept["bulletin"])) if kept else None
    if old is not None and (old.author != person or old.stage is not Stage.DRAFT):
        old = None
    room = deps.district.by_chat(heard.chat)
    areas = old.areas if old else rules.default_areas(deps.district, person, room.code if room else None)
    now = deps.now()
    number = await unit.bulletins.add(
        author=person,
        chat=heard.speaker.telegram,
        area=rules.voice_for(deps.district, person, areas),
        text=text,
        media=packed(file),
        areas=areas,
        at=old.at if old else rules.default_time(now, deps.policy.quiet),
        now=now,
        pin=old.pin if old else False,
        button=old.button if old else True,
        note="album" if heard.album and file else "",
        source=heard.message if heard.private else None,
    )
    if old is not None:
        await unit.bulletins.change(old.id, Stage.DRAFT, note="replaced")
        await stop(deps, unit, old, now)
    fresh = await unit.bulletins.get(number)
    if fresh is not None:
        await show_card(deps, unit, fresh, loud=True)
    telegram = heard.speaker.telegram
    draft = await unit.drafts.current(telegram, telegram, now)
    if draft is not None and draft.kind in (KIND, WHEN):
        await unit.drafts.close(draft.id)
    if heard.album and heard.private:  # its other files come as messages of their own
        until = now + timedelta(minutes=1)
        album = {"album": heard.album, "rest_until": heard.at.isoformat()}
        await unit.drafts.open(telegram=telegram, chat=telegram, kind=KIND, data=album, expires_at=until)


async def _timed(deps: Deps, unit: Unit, heard: Heard, draft: Draft, person: PersonId) -> Answer | None:
    """Take words for the time of a bulletin; what is over or cannot be read is asked again."""
    one = await unit.bulletins.get(int(draft.data["bulletin"]))
    await unit.drafts.close(draft.id)
    if one is None or one.author != person or one.stage is not Stage.DRAFT:
        return Answer.of("notice_gone")
    now = deps.now()
    at = moment(heard.text, now)
    if at is None or at <= now:
        await _ask(deps, unit, heard, "notice_past" if at else "notice_when", WHEN, dict(draft.data))
        return None
    await unit.bulletins.change(one.id, Stage.DRAFT, at=at, view="", note="")
    await show_card(deps, unit, one, loud=True)
    return None


# --- by buttons ------------------------------------------------------------------------------------------------


async def tapped(deps: Deps, tap: Tap) -> Answer:
    """Carry out a button of the author's card; nobody else can press it, whatever data they send."""
    person = deps.person_of(tap.speaker.telegram)
    if not tap.ref.isdecimal() or len(tap.ref) > 15:
        return Answer.of("aged_button")
    async with deps.store.unit(tap.cause) as unit:
        one = await unit.bulletins.get(int(tap.ref))
        if one is None or one.author != person:
            return Answer.of("aged_button")
        answer = await _carry_out(deps, unit, tap, one)
        await unit.commit()
    return answer


async def _carry_out(deps: Deps, unit: Unit, tap: Tap, one: Bulletin) -> Answer:
    if tap.arg == "cancel":
        begun = one.stage is Stage.SENDING
        if not await stop(deps, unit, one, deps.now()):
            return await _too_late(deps, unit, one)
        return Answer.of("notice_stopped" if begun else "notice_cancelled")
    if one.stage is Stage.WAITING and tap.arg == "now":
        return await _begun(deps, unit, one)
    if one.stage is Stage.WAITING and tap.arg == "edit":
        await unit.bulletins.change(one.id, Stage.WAITING, stage=Stage.DRAFT.value)
        await show_card(deps, unit, one)
        return Answer.of("notice_changed")
    if one.stage is not Stage.DRAFT:
        return await _too_late(deps, unit, one)
    if tap.arg == "send":
        return await _send(deps, unit, one)
    if tap.arg == "change":
        await _ask(deps, unit, tap, "notice_ask", KIND, {"bulletin": str(one.id)})
        return Answer.of("notice_asked")
    if tap.arg == "at=ask":
        await _ask(deps, unit, tap, "notice_when", WHEN, {"bulletin": str(one.id)})
        return Answer.of("notice_asked")
    values = _changes(deps, one, tap.arg)
    if values is None:
        return Answer.of("aged_button")
    await unit.bulletins.change(one.id, Stage.DRAFT, **values)
    await show_card(deps, unit, one)
    return Answer.of("notice_past" if values.get("note") == "past" else "notice_changed")


async def _too_late(deps: Deps, unit: Unit, one: Bulletin) -> Answer:
    """The button is from before: draw the card anew, so that it goes."""
    await show_card(deps, unit, one)
    return Answer.of("notice_gone")


def _changes(deps: Deps, one: Bulletin, arg: str) -> dict[str, object] | None:
    """Return what a button changes in a draft; None = no button of ours."""
    what, _, rest = arg.partition("=")
    match what:
        case "pin":
            return {"pin": not one.pin}
        case "button":
            return {"button": not one.button}
        case "main":
            return {"view": "", "note": ""}
        case "where" | "when":
            return {"view": what, "note": ""}
        case "w":
            return {"view": f"where={rest}"}
        case "t" | "r":
            return _toggled(deps, one, what, rest)
        case "at":
            return _at(deps, rest)
    return None


def _toggled(deps: Deps, one: Bulletin, what: str, code: str) -> dict[str, object] | None:
    may = rules.allowed(deps.district, one.author)
    if code not in may:
        return None
    some = (rules.grids_in if what == "t" else rules.rooms_in)(deps.district, code)
    areas = rules.toggled(one.areas, some, deps.district)
    return {"areas": areas, "area": rules.voice_for(deps.district, one.author, areas) or one.area}


def _at(deps: Deps, choice: str) -> dict[str, object] | None:
    """Return the hour chosen; an evening that is over by now is asked again."""
    now = deps.now()
    match choice:
        case "now":
            return {"at": None, "view": "", "note": ""}
        case "morning":
            return {"at": rules.morning(now), "view": "", "note": ""}
        case "evening":
            at = rules.evening(now)
            return {"at": at, "view": "", "note": ""} if at else {"view": "when", "note": "past"}
    return None


async def _send(deps: Deps, unit: Unit, one: Bulletin) -> Answer:
    now = deps.now()
    may = rules.allowed(deps.district, one.author)
    if not rules.with_group(deps.district, [code for code in one.areas if code in may]):
        await unit.bulletins.change(one.id, Stage.DRAFT, view="where", note="")
        await show_card(deps, unit, one)
        return Answer.of("notice_nowhere")
    if one.at is None:
        return await _begun(deps, unit, one)
    if one.at <= now:
        await unit.bulletins.change(one.id, Stage.DRAFT, at=None, view="when", note="past")
        await show_card(deps, unit, one)
        return Answer.of("notice_past", alert=True)
    await unit.bulletins.change(one.id, Stage.DRAFT, stage=Stage.WAITING.value, view="", note="")
    await show_card(deps, unit, one)
    return Answer.of("notice_set")


async def _begun(deps: Deps, unit: Unit, one: Bulletin) -> Answer:
    if not await begin(deps, unit, one, deps.now()):
        return await _too_late(deps, unit, one)
    return Answer.of("notice_begun")
