"""Who is away: entered by oneself or by whoever leads, with a substitute or none, shown back, ended early."""

from datetime import date, datetime, timedelta

from handlers.actions.pages import turn_page
from handlers.actions.writing import write_to
from handlers.deps import Deps
from handlers.heard import Answer, Heard, Tap
from messages.people import staff
from parsing.days import Days, days_in
from storage import Absence, Unit
from tickets.absence import LONGEST, is_away, leaders_of, leaves_of, left_of, may_enter_for, substitutes
from tickets.roster import Leave, PersonId

ENDS = frozenset({"结束", "销假", "回来了", "取消", "end", "back", "cancel"})
NOBODY = frozenset({"无", "不用", "不用人代", "没人代", "none", "nobody", "-"})
TAILS = ("代班", "顶班", "代替", "代", "顶")
"""What people write behind a substitute's name: 许师傅代."""

TIME_TO_CHOOSE = timedelta(minutes=2)
"""The others are told when a substitute had time to be chosen; nobody is told twice."""


async def leave(deps: Deps, heard: Heard, wanted: str) -> Answer | None:
    """/leave, with days and a substitute, with somebody's name before them, or alone: ask by buttons."""
    by = deps.person_of(heard.speaker.telegram)
    if by not in deps.district.people:
        return Answer.of("not_staff")
    today = deps.now().date()
    meant = days_in(wanted, today)
    words = wanted.split()
    ends = bool(words) and words[-1].lower() in ENDS
    name = " ".join(words[:-1]) if ends else meant.before if meant is not None else wanted
    person = _called(deps, name, by) if name else by
    if person is None:
        return Answer.of("no_such_person" if not any(map(str.isdecimal, wanted)) else "leave_when", name=name)
    if not may_enter_for(deps.district, by, person):
        return Answer.of("leave_not_yours")
    if ends:
        return await _end_current(deps, heard, person)
    if meant is None:
        return await _show(deps, heard, {"person": person})
    first = max(meant.first, today) if meant.last >= today else meant.first
    refused = _wrong(first, meant.last, today)
    if refused is not None:
        return refused
    substitute, settled = _substitute(deps, meant, person, by)
    if substitute is not None:
        refused = _cannot_stand_in(deps, person, substitute, first, meant.last)
        if refused is not None:
            return refused
    elif meant.after and not settled:
        return Answer.of("no_such_person", name=meant.after)
    return await _entered(deps, heard, by, person, Leave(first, meant.last, substitute), settled=settled)


async def tapped(deps: Deps, tap: Tap) -> Answer:
    """A tap under `/leave`: `ref` is the person, the first letter of `arg` what to do.

    d = these days (`d26060403`: from 4 June 2026, 3 days), s = this substitute (`s17|xu`, nobody: `s17|`), e = end
    (`e17`).
    """
    by = deps.person_of(tap.speaker.telegram)
    person = tap.ref or by
    what, rest = tap.arg[:1], tap.arg[1:]
    if by not in deps.district.people or person not in deps.district.people:
        return Answer.of("not_staff", alert=True)
    if not may_enter_for(deps.district, by, person):
        return Answer.of("leave_not_yours", alert=True)
    today = deps.now().date()
    if what == "d":
        first, last = _unpacked(rest)
        if first is None or last is None or last < today:
            return Answer.of("aged_button")
        leave = Leave(max(first, today), last)
        async with deps.store.unit(tap.cause) as unit:
            entry = await _write(deps, unit, by, person, leave, settled=False)
            await turn_page(deps, unit, tap.speaker, "leave", _about(person, entry), heard_in=tap.chat, on=tap.message)
            await unit.commit()
        await deps.directory.refresh(deps.store)
        return Answer.of("leave_entered")
    number, _, substitute = rest.partition("|")
    if what not in ("s", "e") or not number.isdecimal() or len(number) > 18:
        return Answer.of("unknown_button")
    async with deps.store.unit(tap.cause) as unit:
        found = await unit.absences.get(int(number))
        if found is None or found.person != person or found.leave.last < today:
            return Answer.of("aged_button")
        if what == "e":
            answer = await _ended(deps, unit, found, by)
            await turn_page(deps, unit, tap.speaker, "leave", {"person": person}, heard_in=tap.chat, on=tap.message)
        else:
            answer = await _chosen(deps, unit, tap, by, found, substitute)
        await unit.commit()
    await deps.directory.refresh(deps.store)
    return answer


async def _chosen(deps: Deps, unit: Unit, tap: Tap, by: PersonId, found: Absence, substitute: str) -> Answer:
    """Put somebody in the place of whoever is away; an empty name = nobody."""
    leave = found.leave
    if substitute:
        refused = _cannot_stand_in(deps, found.person, substitute, leave.first, leave.last)
        if refused is not None:
            return refused
    number = found.id
    if substitute and substitute != leave.substitute:
        await unit.absences.strike(found.id)
        chosen = Leave(leave.first, leave.last, substitute)
        number = await _write(deps, unit, by, found.person, chosen, settled=True)
    await turn_page(
        deps, unit, tap.speaker, "leave", _about(found.person, number, settled=True), heard_in=tap.chat, on=tap.message
    )
    return Answer.of("leave_entered")


def _about(person: PersonId, number: int, *, settled: bool = False) -> dict[str, str]:
    return {"person": person, "chosen": str(number), "settled": "1" if settled else ""}


async def _show(deps: Deps, heard: Heard, data: dict[str, str]) -> Answer | None:
    async with deps.store.unit(heard.cause) as unit:
        if not await turn_page(deps, unit, heard.speaker, "leave", data, heard_in=heard.chat):
            return Answer.of("only_in_private")
        await unit.commit()
    return None if heard.private else Answer.of("shown_below")


async def _entered(
    deps: Deps, heard: Heard, by: PersonId, person: PersonId, leave: Leave, *, settled: bool
) -> Answer | None:
    async with deps.store.unit(heard.cause) as unit:
        number = await _write(deps, unit, by, person, leave, settled=settled)
        shown = await turn_page(
            deps, unit, heard.speaker, "leave", _about(person, number, settled=settled), heard_in=heard.chat
        )
        await unit.commit()
    await deps.directory.refresh(deps.store)
    if heard.private and shown:
        return None
    return Answer.of("leave_entered" if not shown else "shown_below")


async def _write(deps: Deps, unit: Unit, by: PersonId, person: PersonId, leave: Leave, *, settled: bool) -> int:
    """Keep a leave in place of what was entered for its days before, and tell whom it concerns."""
    now = deps.now()
    for old in await unit.absences.of(person, now.date()):
        if old.leave.first <= leave.last and leave.first <= old.leave.last:
            await unit.absences.strike(old.id)
            for rest in left_of(old.leave, leave):
                await unit.absences.enter(person, rest, old.by, now)
    number = await unit.absences.enter(person, leave, by, now)
    waits = not settled and bool(substitutes(deps.district, person, leave.first, leave.last))
    not_before = now + TIME_TO_CHOOSE if waits else None
    for reader in dict.fromkeys((*leaders_of(deps.district, person), person, leave.substitute)):
        if reader != by:
            await _tell(deps, unit, f"leave:{number}:{reader}", reader, person, leave, not_before)
    return number


async def _tell(
    deps: Deps,
    unit: Unit,
    key: str,
    reader: PersonId | None,
    person: PersonId,
    leave: Leave,
    not_before: datetime | None,
    template: str = "leave_told",
) -> None:
    data = {**packed(person, leave), "silent": "1"}
    await write_to(deps, unit, reader, key=key, template=template, data=data, not_before=not_before)


def packed(person: PersonId, leave: Leave) -> dict[str, str]:
    """Return a leave as the data of a message about it."""
    return {
        "person": person,
        "first": leave.first.isoformat(),
        "last": leave.last.isoformat(),
        "substitute": leave.substitute or "",
    }


async def _end_current(deps: Deps, heard: Heard, person: PersonId) -> Answer | None:
    today = deps.now().date()
    by = deps.person_of(heard.speaker.telegram)
    async with deps.store.unit(heard.cause) as unit:
        own = await unit.absences.of(person, today)
        if not own:
            written = leaves_of(deps.directory.file, person, today)
            return Answer.of("leave_in_file" if written else "leave_none")
        answer = await _ended(deps, unit, own[0], by)
        await unit.commit()
    await deps.directory.refresh(deps.store)
    return answer


async def _ended(deps: Deps, unit: Unit, found: Absence, by: PersonId) -> Answer:
    """Be back as of today: what lies before is kept; the person, and whoever was told, learn of the end."""
    now = deps.now()
    await unit.absences.strike(found.id)
    if found.leave.first < now.date():
        before = Leave(found.leave.first, now.date() - timedelta(days=1), found.leave.substitute)
        await unit.absences.enter(found.person, before, found.by, now)
    readers = (*leaders_of(deps.district, found.person), found.leave.substitute, found.person)
    for reader in dict.fromkeys(readers):
        if reader == by:
            continue
        told = await unit.outbox.by_key(f"leave:{found.id}:{reader}")
        if reader == found.person or (told is not None and told.sent_at is not None):
            key = f"leave_over:{found.id}:{reader}"
            await _tell(deps, unit, key, reader, found.person, found.leave, None, "leave_over")
    return Answer.of("leave_ended")


def _wrong(first: date, last: date, today: date) -> Answer | None:
    if last < first:
        return Answer.of("leave_reversed")
    if last < today:
        return Answer.of("leave_past")
    if last - first > LONGEST or first - today > LONGEST:
        return Answer.of("leave_too_long")
    return None


def _cannot_stand_in(deps: Deps, person: PersonId, substitute: PersonId, first: date, last: date) -> Answer | None:
    if substitute == person:
        return Answer.of("leave_oneself", alert=True)
    if substitute not in deps.district.people or deps.telegram_of(substitute) is None:
        return Answer.of("cannot_reach", alert=True, person=substitute)
    if is_away(deps.district, substitute, first, last):
        return Answer.of("leave_both", alert=True, person=substitute)
    return None


def _substitute(deps: Deps, meant: Days, person: PersonId, by: PersonId) -> tuple[PersonId | None, bool]:
    """Return the substitute named behind the days, and whether that question is settled."""
    name = meant.after
    if name.lower() in NOBODY:
        return None, True
    for tail in TAILS:
        name = name.removesuffix(tail)
    found = _called(deps, name.strip(), by) if name.strip() else None
    return found, found is not None


def _called(deps: Deps, name: str, near: PersonId) -> PersonId | None:
    """Return the one member of staff with this name or id, or called so by colleagues (许师傅)."""
    people = deps.district.people
    found = [one.id for one in people.values() if name in (one.id, one.name)]
    if not found:
        areas = {up.code for post in deps.district.posts_of(near) if post.area for up in deps.district.chain(post.area)}
        for code in areas:
            found += [
                post.person
                for post in deps.district.posts_in(code)
                if name in (staff(deps.district, post.person, "zh"), staff(deps.district, post.person, "en"))
            ]
    return found[0] if len(set(found)) == 1 else None


def _unpacked(text: str) -> tuple[date | None, date | None]:
    """Read `26060403`: 4 June 2026, three days."""
    try:
        first = datetime.strptime(text[:6], "%y%m%d").date()  # noqa: DTZ007 - a day has no zone
        return first, first + timedelta(days=int(text[6:]) - 1)
    except (ValueError, OverflowError):
        return None, None
