"""A group is bound to an area by a command in it, by somebody who leads that area or is above it."""

from handlers.actions.people import INSIDE, say, tell_deafness
from handlers.deps import Deps
from handlers.heard import Answer, Heard, Tap
from storage import ChatState, Unit
from tickets.notices import Priority
from tickets.overlay import areas_to_set_up, may_set_up
from tickets.roster import Area, PersonId

MOST = 12
"""More names than this nobody reads on buttons; any area can be named behind the command."""


async def bind(deps: Deps, heard: Heard, wanted: str) -> Answer | None:
    """/bind, with the name or code of an area or without: bind this group, or ask to which area."""
    person = deps.person_of(heard.speaker.telegram)
    if heard.private:
        return Answer.of("bind_in_group")
    mine = areas_to_set_up(deps.district, person)
    if not mine:
        return Answer.of("bind_not_yours")
    here = deps.district.by_chat(heard.chat)
    if here is not None:
        return _bound_already(here, person, deps)
    free = [area for area in mine if area.chat is None]
    if wanted:
        named = areas_named(deps, wanted)
        if len(named) == 1:
            return await _bind(deps, heard.cause, heard.chat, person, named[0])
        free = [area for area in free if area in named] or free
    if not free:
        return Answer.of("bind_nothing_left")
    if len(free) == 1 and not wanted:
        return await _bind(deps, heard.cause, heard.chat, person, free[0])
    grids_first = sorted(free, key=lambda area: area.level != "grid")
    async with deps.store.unit(heard.cause) as unit:
        await say(
            deps,
            unit,
            heard.speaker,
            key=f"bind:{heard.cause}",
            template="pick_area",
            data={
                "areas": ",".join(area.code for area in grids_first[:MOST]),
                "more": str(max(0, len(free) - MOST)),
                "chat": str(heard.chat),
                "unknown": wanted,
            },
            heard_in=heard.chat,
            heard_message=heard.message,
            heard_thread=heard.thread,
        )
        await unit.commit()
    return None


async def chosen(deps: Deps, tap: Tap) -> Answer:
    """Bind by button: `ref` is the area, `arg` the group."""
    area = deps.district.areas.get(tap.ref)
    if area is None or not tap.arg.lstrip("-").isdecimal():
        return Answer.of("aged_button")
    chat, person = int(tap.arg), deps.person_of(tap.speaker.telegram)
    here = deps.district.by_chat(chat)
    if here is not None and may_set_up(deps.district, person, tap.ref):
        return _bound_already(here, person, deps)
    return await _bind(deps, tap.cause, chat, person, area)


async def unbind(deps: Deps, heard: Heard, _: str) -> Answer | None:
    """/unbind: take this group off its area. Matters that are open go on, and their cards stay where they are."""
    if heard.private:
        return Answer.of("bind_in_group")
    area = deps.district.by_chat(heard.chat)
    if area is None:
        return Answer.of("bind_none")
    if not may_set_up(deps.district, deps.person_of(heard.speaker.telegram), area.code):
        return Answer.of("bind_not_yours")
    if deps.directory.file.areas[area.code].chat is not None:
        return Answer.of("bind_in_file", area=area.name)
    async with deps.store.unit(heard.cause) as unit:
        await unit.bindings.release(area.code)
        state = await unit.chats.get(heard.chat)
        if state is not None:
            await unit.chats.put(ChatState(heard.chat, None, state.status, state.can_delete))
        await unit.commit()
    await deps.directory.refresh(deps.store)
    return Answer.of("unbound", area=area.name)


def areas_named(deps: Deps, wanted: str) -> list[Area]:
    """Return the areas meant: by code, by whole name, else by a part of the name."""
    areas = deps.district.areas.values()
    for exactly in ((a for a in areas if wanted in (a.code, a.name)), (a for a in areas if wanted in a.name)):
        found = list(exactly)
        if found:
            return found
    return []


def _bound_already(here: Area, person: PersonId, deps: Deps) -> Answer:
    own = may_set_up(deps.district, person, here.code)
    return Answer.of("bind_already" if own else "bind_others_group", area=here.name)


async def _bind(deps: Deps, cause: int, chat: int, person: PersonId, area: Area) -> Answer:
    if not may_set_up(deps.district, person, area.code):
        return Answer.of("bind_not_yours")
    if area.chat is not None:
        return Answer.of("bind_has_group", area=area.name)
    async with deps.store.unit(cause) as unit:
        state = await unit.chats.get(chat)
        if state is not None and state.status not in INSIDE:
            return Answer.of("bind_not_inside")
        if not await unit.bindings.bind(area.code, chat, person, deps.now()):
            return Answer.of("bind_has_group", area=area.name)
        await unit.chats.put(
            ChatState(chat, area.code, state.status if state else "member", bool(state and state.can_delete))
        )
        await _welcome(deps, unit, chat, area)
        await unit.commit()
    await deps.directory.refresh(deps.store)
    return Answer.of("bind_done", area=area.name)


async def _welcome(deps: Deps, unit: Unit, chat: int, area: Area) -> None:
    """Say once what the group is now; a group where the bot is deaf is told that as well."""
    state = await unit.chats.get(chat)
    await unit.outbox.post(
        key=f"bound:{area.code}:{chat}",
        chat=chat,
        template="bound",
        language=deps.district.language,
        data={"area": area.code},
        priority=Priority.NOTICE,
    )
    if state is not None:
        await tell_deafness(deps, unit, area, chat, state.status, hears_all=deps.hears_all)
