"""Somebody in private of whom nobody knows where they live: asked once; what they said waits and is not lost."""

from dataclasses import replace
from datetime import datetime, timedelta

from handlers.actions import file, people
from handlers.actions.hear import context
from handlers.actions.people import say, say_line
from handlers.actions.where import candidates, point, show_who, told, with_place
from handlers.deps import Deps
from handlers.heard import Answer, Heard, Speaker, Tap
from messages import phrase
from parsing import Action as Verdict
from parsing import Understanding, asks_who, mask, understand
from storage import Draft, Unit
from tickets import geometry
from tickets.home import ANEW, LINK, choices, grid_of_token, grids_below
from tickets.media import packed, unpacked
from tickets.roster import AreaCode, PersonId

KIND = "home"

WAITS = timedelta(days=7)
"""How long words wait for the place they are from."""

MOST_WORDS = 2000
"""Characters kept of somebody who goes on talking instead of saying where."""


async def grid_of(deps: Deps, telegram: int, member: PersonId | None) -> AreaCode | None:
    """Return the grid of somebody in private: where they live or spoke last, where they work, or the only one."""
    async with deps.store.look() as unit:
        contact = await unit.contacts.get(telegram)
    if contact is not None and contact.grid in deps.district.areas:
        return contact.grid
    posts = [post.area for post in deps.district.posts_of(member)] if member else []
    grids = [grid.code for grid in deps.district.grids]
    own = [area for area in posts if area in grids]
    if own:
        return own[0]
    return grids[0] if len(grids) == 1 else None


# --- asked by words or by a place ------------------------------------------------------------------------------


async def newcomer(deps: Deps, heard: Heard) -> AreaCode | None:
    """Take in what somebody says whose grid is not known.

    Returns the grid when the words themselves name it: they can be heard like anybody's. Otherwise everything has
    been done: asked where it is, or, where this was the answer, what had waited has been filed.
    """
    async with deps.store.look() as unit:
        draft = await _waiting(deps, unit, heard)
    shared = point(heard)
    there = geometry.whereabouts(deps.district, shared) if shared is not None else None
    grids = there.grids if there is not None else candidates(deps, heard.text)
    meant = understand(heard.text, context(deps, heard, grids[0] if grids else ""))
    if len(grids) == 1 and draft is None and _says_what(heard, meant):
        async with deps.store.unit() as unit:  # the message itself is heard next, in a transaction of its own
            await _remember(deps, unit, heard.cause, heard.speaker, grids[0])
            await unit.commit()
        return grids[0]
    async with deps.store.unit(heard.cause) as unit:
        if len(grids) == 1:
            await _settle(deps, unit, heard.cause, heard.speaker, grids[0], draft, heard)
        else:
            why = told(there) if there is not None else {}
            await _ask(deps, unit, heard, draft, grids, meant, why)
        await unit.commit()
    return None


def _says_what(heard: Heard, meant: Understanding) -> bool:
    """Whether a message is about a matter, and not only about where somebody lives."""
    if meant.action is Verdict.FILE or meant.danger is not None:
        return bool(heard.text.strip())
    named = any(place.area for place in meant.places)
    return meant.action is Verdict.ASK and meant.service != file.UNKNOWN_SERVICE and not named


async def _waiting(deps: Deps, unit: Unit, heard: Heard) -> Draft | None:
    draft = await unit.drafts.current(heard.speaker.telegram, heard.chat, deps.now())
    return draft if draft is not None and draft.kind == KIND else None


async def _ask(
    deps: Deps,
    unit: Unit,
    heard: Heard,
    draft: Draft | None,
    grids: tuple[AreaCode, ...],
    meant: Understanding,
    why: dict[str, str],
) -> None:
    """Keep the words and ask where they are from; of a few grids that it can be, by buttons."""
    kept = _kept(deps, heard, draft, meant)
    number = await unit.drafts.open(
        telegram=heard.speaker.telegram,
        chat=heard.chat,
        kind=KIND,
        data=kept,
        expires_at=deps.now() + WAITS,
    )
    everywhere = tuple(grid.code for grid in deps.district.grids)
    offered = choices(deps.district, grids or everywhere)
    data = {"draft": str(number), "areas": ",".join(offered), **why}
    if kept["text"] or kept["media"]:
        data["kept"] = "1"
    if grids and not why:
        data["why"] = "several"
    elif draft is not None and not why:
        data["why"] = "unclear"
    if meant.danger is not None:
        data["danger"] = meant.danger.value
    await say(deps, unit, heard.speaker, key=f"no_grid:{heard.cause}", template="no_grid", data=data)


def _kept(deps: Deps, heard: Heard, draft: Draft | None, meant: Understanding) -> dict[str, str]:
    """Return what waits: the words and files so far, with the place and time of the first of them."""
    who = asks_who(heard.text)
    plain = not heard.media and (meant.action is Verdict.SILENT or who)
    data = {"text": "", "media": "", "message": str(heard.message), "at": heard.at.isoformat(), "who": ""}
    if draft is not None:
        data |= draft.data
    if who:
        data["who"] = "1"
    if not plain and point(heard) is None:
        data["text"] = "\n".join(part for part in (data["text"], mask(heard.text)) if part.strip())[:MOST_WORDS]
        data["media"] = " ".join(part for part in (data["media"], packed(heard.media)) if part)
    return data


async def corrected(deps: Deps, heard: Heard) -> None:
    """Take an edit of the words that wait; once more has been said, the first words stay as they were."""
    async with deps.store.unit(heard.cause) as unit:
        draft = await _waiting(deps, unit, heard)
        if draft is None or draft.data["message"] != str(heard.message) or "\n" in draft.data["text"]:
            return
        await unit.drafts.change(draft.id, {**draft.data, "text": mask(heard.text)})
        await unit.commit()


# --- known at last ---------------------------------------------------------------------------------------------


async def _remember(deps: Deps, unit: Unit, cause: int, speaker: Speaker, grid: AreaCode) -> None:
    """Keep where somebody lives, and say so in one line."""
    await unit.contacts.see(speaker.telegram, speaker.name, speaker.language, grid)
    await say_line(deps, unit, speaker, f"home:{cause}", "home_known", grid=deps.district.areas[grid].name)


async def _settle(
    deps: Deps,
    unit: Unit,
    cause: int,
    speaker: Speaker,
    grid: AreaCode,
    draft: Draft | None,
    heard: Heard | None = None,
) -> int | None:
    """Keep where somebody lives and file what has waited for it; with nothing to file, show who is there.

    Returns the number of the ticket that was opened.
    """
    waiting = _earlier(draft, speaker, cause) if draft is not None else None
    if draft is not None:
        await unit.drafts.close(draft.id)
    if waiting is None or (not waiting.text.strip() and not waiting.media):
        await unit.contacts.see(speaker.telegram, speaker.name, speaker.language, grid)
        await show_who(deps, unit, speaker, cause, grid, found="home")
        return None
    await _remember(deps, unit, cause, speaker, grid)
    whole = with_place(heard, waiting) if heard is not None else waiting
    meant = understand(whole.text, context(deps, whole, grid))
    if not meant.summary.strip() and whole.media:
        meant = replace(meant, summary=phrase(f"media.{whole.media[0].kind}", deps.district.language))
    ticket = await file.open_within(deps, unit, whole, grid, meant)
    if draft is not None and draft.data.get("who"):
        await show_who(deps, unit, speaker, cause, grid, found="home")
    return ticket.id


def _earlier(draft: Draft, speaker: Speaker, cause: int) -> Heard:
    """Return the words that waited, as if they were said now."""
    return Heard(
        cause=cause,
        chat=draft.telegram,
        message=int(draft.data["message"]),
        speaker=speaker,
        text=draft.data["text"],
        at=datetime.fromisoformat(draft.data["at"]),
        media=unpacked(draft.data["media"]),
    )


# --- chosen by a button ----------------------------------------------------------------------------------------


async def chosen(deps: Deps, tap: Tap) -> Answer:
    """Take a grid, or look further below an area; no area = ask anew, for somebody who has moved."""
    area, number = tap.ref if tap.ref != ANEW else "", int(tap.arg) if tap.arg.isdecimal() else 0
    if area and area not in deps.district.areas:
        return Answer.of("aged_button")
    async with deps.store.unit(tap.cause) as unit:
        draft = await unit.drafts.current(tap.speaker.telegram, tap.speaker.telegram, deps.now())
        if draft is not None and (draft.kind != KIND or draft.id != number):
            draft = None
        below = grids_below(deps.district, area) if area else tuple(grid.code for grid in deps.district.grids)
        if not below:
            return Answer.of("aged_button")
        if below == (area,) or len(below) == 1:
            ticket = await _settle(deps, unit, tap.cause, tap.speaker, below[0], draft)
            await unit.commit()
            return Answer.of("unsure_filed", number=str(ticket)) if ticket is not None else Answer.of("shown_below")
        waits = draft.id if draft is not None else await _wait(deps, unit, tap)
        data = {"areas": ",".join(choices(deps.district, below)), "draft": str(waits)}
        data["why"] = "moved" if not area else "below"
        await say(deps, unit, tap.speaker, key=f"no_grid:{tap.cause}", template="no_grid", data=data)
        await unit.commit()
    return Answer.of("choose_below")


async def _wait(deps: Deps, unit: Unit, tap: Tap) -> int:
    """Take the next words as the answer to where somebody lives."""
    data = {"text": "", "media": "", "message": "0", "at": deps.now().isoformat(), "who": "1"}
    telegram = tap.speaker.telegram
    until = deps.now() + WAITS
    return await unit.drafts.open(telegram=telegram, chat=telegram, kind=KIND, data=data, expires_at=until)


async def moved(deps: Deps, heard: Heard) -> bool:
    """Take the answer of somebody who has a grid and was asked for another; False when nobody asked."""
    async with deps.store.look() as unit:
        draft = await _waiting(deps, unit, heard)
    if draft is None or heard.edited:
        return False
    shared = point(heard)
    grids = geometry.whereabouts(deps.district, shared).grids if shared else candidates(deps, heard.text)
    meant = understand(heard.text, context(deps, heard, grids[0] if grids else ""))
    if len(grids) != 1 or _says_what(heard, meant):  # they speak of something else
        return False
    async with deps.store.unit(heard.cause) as unit:
        await _settle(deps, unit, heard.cause, heard.speaker, grids[0], draft, heard)
        await unit.commit()
    return True


# --- by link, by command ---------------------------------------------------------------------------------------


async def arrived(deps: Deps, cause: int, speaker: Speaker, given: str) -> bool:
    """Open the private chat of somebody who followed a grid's link; False when it is no such link."""
    if not given.startswith(LINK):
        return False
    grid = grid_of_token(deps.district, given)
    if grid is None:
        await people.started(deps, cause, speaker)
        return True
    async with deps.store.unit(cause) as unit:
        await unit.contacts.see(speaker.telegram, speaker.name, speaker.language, grid)
        await people.started_within(deps, unit, cause, speaker)
        draft = await unit.drafts.current(speaker.telegram, speaker.telegram, deps.now())
        draft = draft if draft is not None and draft.kind == KIND else None
        if await _settle(deps, unit, cause, speaker, grid, draft) is not None:
            await show_who(deps, unit, speaker, cause, grid)
        await unit.commit()
    return True


async def who(deps: Deps, heard: Heard, arguments: str) -> Answer | None:
    """/who, plain or with a place behind it."""
    named = candidates(deps, arguments) if arguments else ()
    if arguments and len(named) != 1:
        return Answer.of("which_place" if named else "no_such_place", place=arguments)
    area = await people.area_of_group(deps, heard.chat) if not heard.private else None
    lives = area.code if area is not None and area.level == "grid" else None
    member = deps.district.by_telegram(heard.speaker.telegram)
    grid = named[0] if named else lives
    grid = grid or await grid_of(deps, heard.speaker.telegram, member.id if member else None)
    if grid is None and heard.private:
        await newcomer(deps, replace(heard, text=phrase("who_question", deps.district.language)))
        return None
    if grid is None:
        return Answer.of("no_grid")
    async with deps.store.unit(heard.cause) as unit:
        await unit.contacts.see(heard.speaker.telegram, heard.speaker.name, heard.speaker.language, lives)
        await show_who(deps, unit, heard.speaker, heard.cause, grid, heard=heard)
        await unit.commit()
    return None
