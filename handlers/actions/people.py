"""Who can be written to: pressing /start, blocking, and the bot's own place in groups."""

from handlers.actions.deliver import personal, reporter_card, topic_of
from handlers.actions.writing import write_to
from handlers.deps import Deps
from handlers.heard import Heard, Speaker
from messages import phrase
from storage import ChatState, Unit
from tickets.notices import Priority
from tickets.roster import Area

MENU = "menu:"
"""Prefix of the marks that hold the sign of each menu of commands that was set; an empty one wants to be set."""

INSIDE = ("member", "administrator")
"""Telegram's words for a bot that is in a group."""


async def started(deps: Deps, cause: int, speaker: Speaker, token: str = "") -> None:
    """Open the private chat: greet, and let out what has been waiting for this person."""
    async with deps.store.unit(cause) as unit:
        await started_within(deps, unit, cause, speaker, token)
        await unit.commit()


async def started_within(deps: Deps, unit: Unit, cause: int, speaker: Speaker, token: str = "") -> None:
    """Open the private chat inside the caller's transaction."""
    await unit.contacts.see(speaker.telegram, speaker.name, speaker.language)
    await unit.contacts.set_started(speaker.telegram, True)
    await unit.contacts.set_blocked(speaker.telegram, False)
    if token:
        await unit.tokens.use(token, speaker.telegram)
    person = deps.person_of(speaker.telegram)
    member = deps.district.people.get(person)
    if member is not None:
        await unit.marks.set(f"{MENU}{speaker.telegram}", "")
    released = await unit.outbox.release(speaker.telegram, deps.now())
    if member is not None or not released:
        await _greet(deps, unit, cause, speaker, staff=member is not None)
    for ticket in await unit.tickets.open_of(person):
        if ticket.private or ticket.origin.chat > 0:
            await reporter_card(deps, unit, ticket, Priority.TAP)


async def _greet(deps: Deps, unit: Unit, cause: int, speaker: Speaker, *, staff: bool) -> None:
    contact = await unit.contacts.get(speaker.telegram)
    grid = deps.district.areas.get(contact.grid) if contact and contact.grid else None
    await say(
        deps,
        unit,
        speaker,
        key=f"welcome:{cause}",
        template="welcome_staff" if staff else "welcome_resident",
        data={"grid": grid.name if grid else ""},
    )


async def say(
    deps: Deps,
    unit: Unit,
    speaker: Speaker,
    *,
    key: str,
    template: str,
    data: dict[str, str] | None = None,
    heard_in: int | None = None,
    heard_message: int | None = None,
    heard_thread: int | None = None,
) -> None:
    """Tell the speaker something that belongs to no ticket."""
    person = deps.person_of(speaker.telegram)
    await personal(
        deps,
        unit,
        speaker.telegram,
        key=key,
        template=template,
        language=deps.language_of(person, speaker.language),
        now=deps.now(),
        data=data,
        heard_in=heard_in,
        heard_message=heard_message,
        heard_thread=heard_thread,
    )


async def say_line(
    deps: Deps, unit: Unit, speaker: Speaker, key: str, line: str, heard: Heard | None = None, **facts: str
) -> None:
    """Tell the speaker one of the short phrases; with `heard` where that was said, else in the private chat."""
    language = deps.language_of(deps.person_of(speaker.telegram), speaker.language)
    await say(
        deps,
        unit,
        speaker,
        key=key,
        template="answer",
        data={"text": phrase(line, language, **facts)},
        heard_in=heard.chat if heard else None,
        heard_message=heard.message if heard else None,
        heard_thread=heard.thread if heard else None,
    )


async def tell(deps: Deps, unit: Unit, heard: Heard, template: str, data: dict[str, str] | None = None) -> None:
    """Answer a command with one message of its own kind, inside the caller's transaction."""
    await say(
        deps,
        unit,
        heard.speaker,
        key=f"{template}:{heard.cause}",
        template=template,
        data=data,
        heard_in=heard.chat,
        heard_message=heard.message,
        heard_thread=heard.thread,
    )


async def reply(
    deps: Deps, cause: int, speaker: Speaker, text: str, chat: int, message: int, thread: int | None = None
) -> None:
    """Answer a command with one line, for the sender alone."""
    async with deps.store.unit() as unit:  # the update may have had its effects already: the key makes it once
        await say(
            deps,
            unit,
            speaker,
            key=f"answer:{cause}",
            template="answer",
            data={"text": text},
            heard_in=chat,
            heard_message=message,
            heard_thread=thread,
        )
        await unit.commit()


async def show(
    deps: Deps, cause: int, speaker: Speaker, template: str, chat: int, message: int, thread: int | None = None
) -> None:
    """Show a page of the speaker's own: help, own matters, own work."""
    async with deps.store.unit(cause) as unit:
        await say(
            deps,
            unit,
            speaker,
            key=f"{template}:{cause}",
            template=template,
            heard_in=chat,
            heard_message=message,
            heard_thread=thread,
        )
        await unit.commit()


async def unmask(deps: Deps, heard: Heard) -> None:
    """Say in the group, at most once an hour, why a command of an anonymous administrator cannot be followed."""
    now = deps.now()
    async with deps.store.unit(heard.cause) as unit:
        if await unit.slots.take("unmask", str(heard.chat), now.replace(minute=0, second=0, microsecond=0)):
            await unit.outbox.post(
                key=f"unmask:{heard.cause}",
                chat=heard.chat,
                template="answer",
                language=deps.district.language,
                data={"text": phrase("anonymous", deps.district.language), **topic_of(heard.thread)},
                priority=Priority.TAP,
                reply_to=heard.message,
            )
            await unit.commit()


async def blocked(deps: Deps, cause: int, telegram: int, *, now_blocked: bool) -> None:
    """Remember that somebody blocked the bot, or let it in again."""
    async with deps.store.unit(cause) as unit:
        await unit.contacts.set_blocked(telegram, now_blocked)
        await unit.commit()


async def area_of_group(deps: Deps, chat: int) -> Area | None:
    """Return the area a group belongs to: by the district file, or by what the group was called before it moved."""
    area = deps.district.by_chat(chat)
    if area is not None:
        return area
    async with deps.store.look() as unit:
        state = await unit.chats.get(chat)
    return deps.district.areas.get(state.area) if state is not None and state.area is not None else None


async def own_place(
    deps: Deps, cause: int, chat: int, status: str, *, was: str, can_delete: bool, hears_all: bool
) -> None:
    """Remember what the bot may do in a group, and say once what is missing there, with the remedy.

    `was`: its membership before. After a demotion it is said once more.
    """
    area = await area_of_group(deps, chat)
    async with deps.store.unit(cause) as unit:
        await unit.chats.put(ChatState(chat, area.code if area else None, status, can_delete))
        department = any(one.chat == chat for one in deps.district.departments.values())
        if area is None and status in INSIDE and not department:
            await _once(deps, unit, chat, "unbound_group")
        elif area is not None:
            again = f":{cause}" if was == "administrator" else ""
            await tell_deafness(deps, unit, area, chat, status, hears_all=hears_all, again=again)
        await unit.commit()


async def tell_deafness(
    deps: Deps, unit: Unit, area: Area, chat: int, status: str, *, hears_all: bool, again: str = ""
) -> None:
    """Tell the residents' group once (`again` makes it another time) that a plain member does not hear everything."""
    if area.level == "grid" and status == "member" and not hears_all:
        await _once(deps, unit, chat, "rights_missing", again)


async def _once(deps: Deps, unit: Unit, chat: int, template: str, again: str = "") -> None:
    await unit.outbox.post(
        key=f"{template}:{chat}{again}",
        chat=chat,
        template=template,
        language=deps.district.language,
        data={"chat": str(chat)},
        priority=Priority.NOTICE,
    )


async def moved(deps: Deps, cause: int, old: int, new: int) -> None:
    """A group became a supergroup: the same residents, a new chat id, new message ids."""
    area = deps.district.by_chat(old)
    async with deps.store.unit(cause) as unit:
        if area is not None and await unit.chats.get(old) is None:  # it moved before anybody had looked there
            await unit.chats.put(ChatState(old, area.code, "member"))
        await unit.chats.move(old, new)
        await unit.commit()
    await deps.directory.refresh(deps.store)


async def undelivered(deps: Deps, number: int) -> None:
    """Tell whoever spoke to the resident last that it did not arrive: Telegram will not deliver to the resident."""
    async with deps.store.unit() as unit:
        ticket = await unit.tickets.get(number)
        if ticket is None or not ticket.open:
            return
        last = ticket.told[-1].by if ticket.told else None
        for person in dict.fromkeys((ticket.handler, last)):
            await write_to(
                deps,
                unit,
                person,
                key=f"undelivered:{ticket.id}:{ticket.version}:{person}",
                template="undelivered",
                priority=Priority.TAP,
                ticket=ticket.id,
            )
        await unit.commit()
