"""Taking a shift now, giving it back, and who learns of it."""

from handlers.actions.pages import duty_of
from handlers.actions.writing import write_to
from handlers.deps import Deps
from handlers.heard import Answer, Speaker, Tap
from messages.phrases import named
from messages.times import clock
from storage import Unit
from tickets.absence import leaders_of
from tickets.duty import Offer, offers
from tickets.roster import AreaCode, PersonId, Shift

TAKES = frozenset({"接班", "值班", "顶班", "我来", "上班", "take", "on"})
ENDS = frozenset({"交班", "下班", "结束", "end", "off", "back"})
TOLD = "shift_told"


async def tapped(deps: Deps, tap: Tap) -> Answer:
    """A tap under `/duty`: `ref` is the area, `arg` what to take (`tworker|tu`: the worker's, instead of Tu) or `e`."""
    by = deps.person_of(tap.speaker.telegram)
    if by not in deps.district.people:
        return Answer.of("not_staff", alert=True)
    what, rest = tap.arg[:1], tap.arg[1:]
    if what == "e":
        return await give_back(deps, tap.cause, tap.speaker)
    key, _, instead = rest.partition("|")
    if what != "t" or tap.ref not in deps.district.areas:
        return Answer.of("unknown_button")
    return await take(deps, tap.cause, tap.speaker, tap.ref, key, instead or None)


async def take(
    deps: Deps, cause: int, speaker: Speaker, area: AreaCode, key: str = "", instead: PersonId | None = None
) -> Answer:
    """Be on duty from now on; an empty `key` = the first shift of the area that there is to take."""
    by, now = deps.person_of(speaker.telegram), deps.now()
    await deps.directory.refresh(deps.store)
    async with deps.store.unit(cause) as unit:
        running = [one.shift for one in await unit.shifts.all() if one.shift.holds(now)]
        if any(one.person == by for one in running):
            return Answer.of("shift_has_one")
        possible = offers(await duty_of(deps, unit, area, now), deps.district, by, now)
        found = next((one for one in possible if not key or (one.key, one.instead_of) == (key, instead)), None)
        if found is None or (found.key, found.instead_of) in {
            (one.key, one.instead_of) for one in running if one.area == area
        }:
            return Answer.of("shift_gone", alert=True)
        shift = Shift(by, area, found.key, now, found.ends, found.instead_of)
        number = await unit.shifts.take(shift)
        await _tell(deps, unit, f"shift:{number}", shift, ended=False)
        await unit.commit()
    await deps.directory.refresh(deps.store)
    return _taken(deps, speaker, found)


def _taken(deps: Deps, speaker: Speaker, offer: Offer) -> Answer:
    language = deps.language_of(deps.person_of(speaker.telegram), speaker.language)
    what = named(named(offer.key, "role", language), "skill", language)
    return Answer.of("shift_taken", what=what, until=clock(offer.ends, deps.now(), language))


async def give_back(deps: Deps, cause: int, speaker: Speaker) -> Answer:
    """End the shift one has taken: whoever it belongs to is on duty again."""
    by, now = deps.person_of(speaker.telegram), deps.now()
    async with deps.store.unit(cause) as unit:
        own = await unit.shifts.of(by, now)
        if not own:
            return Answer.of("shift_none")
        for one in own:
            await unit.shifts.end(one.id, now)
            await _tell(deps, unit, f"shift_over:{one.id}", one.shift, ended=True)
        await unit.commit()
    await deps.directory.refresh(deps.store)
    return Answer.of("shift_ended")


async def _tell(deps: Deps, unit: Unit, key: str, shift: Shift, *, ended: bool) -> None:
    """Tell, quietly, whom it relieves, and whoever leads."""
    leaders = leaders_of(deps.district, shift.instead_of or shift.person)
    data = {
        "person": shift.person,
        "area": shift.area,
        "key": shift.key,
        "until": shift.ends.isoformat(),
        "instead": shift.instead_of or "",
        "ended": "1" if ended else "",
        "silent": "1",
    }
    for reader in dict.fromkeys((shift.instead_of, *leaders)):
        if reader != shift.person:
            await write_to(deps, unit, reader, key=f"{key}:{reader}", template=TOLD, data=data)
