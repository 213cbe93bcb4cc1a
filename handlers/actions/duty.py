"""/duty: who is on duty now and until when, who comes next, and where nobody is."""

from handlers.actions.people import tell
from handlers.actions.shifts import ENDS, TAKES, give_back, take
from handlers.deps import Deps
from handlers.heard import Answer, Heard
from tickets.board import roots
from tickets.roster import AreaCode

MOST_AREAS = 12
"""More areas than this are no answer on a phone; a name behind the command picks one."""


async def show_duty(deps: Deps, heard: Heard, wanted: str) -> Answer | None:
    """/duty: the speaker's own areas; whoever leads sees everybody's hours, and below his area the grids.

    `/duty 接班` takes the shift of the speaker's area, `/duty 交班` gives it back.
    """
    person = deps.person_of(heard.speaker.telegram)
    if person not in deps.district.people:
        return Answer.of("not_staff")
    leads = roots(deps.district, person)
    own = dict.fromkeys(
        [post.area for post in deps.district.posts_of(person) if post.area is not None]
        + [grid for area in leads for grid in _grids(deps, area)]
    )
    if (word := wanted.strip().lower()) in ENDS:
        return await give_back(deps, heard.cause, heard.speaker)
    if word in TAKES:
        return await take(deps, heard.cause, heard.speaker, next(iter(own))) if own else Answer.of("duty_no_area")
    areas = [area for area in own if not wanted or wanted in (area, deps.district.areas[area].name)] or [
        area for area in own if wanted in deps.district.areas[area].name
    ]
    if not own:
        return Answer.of("duty_no_area")
    if not areas:
        return Answer.of("no_such_area", name=wanted)
    async with deps.store.unit(heard.cause) as unit:
        data = {
            "areas": ",".join(areas[:MOST_AREAS]),
            "more": str(max(0, len(areas) - MOST_AREAS)),
            "whole": "1" if leads else "",
        }
        await tell(deps, unit, heard, "duty", data)
        await unit.commit()
    return None


def _grids(deps: Deps, area: AreaCode) -> list[AreaCode]:
    inside = deps.district.within(area)
    return [grid.code for grid in deps.district.grids if grid.code in inside]
