"""Who serves where: the card of a grid and its people, a place that was shared, a question about either."""

from dataclasses import replace

from handlers.actions.people import say
from handlers.deps import Deps
from handlers.heard import Heard, Speaker
from messages import phrase
from parsing import areas_of_places, asks_who, normalise
from storage import Unit
from tickets import geometry, home
from tickets.geometry import Point, Whereabouts
from tickets.model import Place
from tickets.roster import AreaCode

WHO = "who"


async def show_who(
    deps: Deps,
    unit: Unit,
    speaker: Speaker,
    cause: int,
    grid: AreaCode,
    *,
    heard: Heard | None = None,
    found: str = "",
) -> None:
    """Tell one person who serves a grid. `found`: why this grid (`place`: the shared place lies there).

    In a group the words are for that person alone, and the picture waits behind a link into the private chat.
    """
    data = {"grid": grid, "link": link(deps, grid)} | ({"found": found} if found else {})
    await say(
        deps,
        unit,
        speaker,
        key=f"{WHO}:{cause}:{grid}",
        template=WHO,
        data=data,
        heard_in=heard.chat if heard is not None else None,
        heard_message=heard.message if heard is not None else None,
        heard_thread=heard.thread if heard is not None else None,
    )


def link(deps: Deps, grid: AreaCode) -> str:
    """Return the link that opens the private chat of somebody who lives in a grid."""
    return f"https://t.me/{deps.bot_username}?start={home.LINK}{home.token(grid)}"


async def answer_question(deps: Deps, heard: Heard, grid: AreaCode) -> bool:
    """Answer “which grid is this, and whom do I turn to”; False when that is not what was said."""
    if heard.edited or heard.media or heard.speaker.anonymous or not asks_who(heard.text):
        return False
    named = candidates(deps, heard.text)
    async with deps.store.unit(heard.cause) as unit:
        lives = None if heard.private else grid
        await unit.contacts.see(heard.speaker.telegram, heard.speaker.name, heard.speaker.language, lives)
        about = named[0] if len(named) == 1 else grid
        await show_who(deps, unit, heard.speaker, heard.cause, about, heard=heard)
        await unit.commit()
    return True


async def answer_place(deps: Deps, heard: Heard) -> bool:
    """Say in private in which grid a shared place lies; False when no place alone was shared there."""
    shared = point(heard)
    if shared is None or not heard.private or heard.edited or heard.text.strip():
        return False
    there = geometry.whereabouts(deps.district, shared)
    async with deps.store.unit(heard.cause) as unit:
        if len(there.grids) == 1:
            await show_who(deps, unit, heard.speaker, heard.cause, there.grids[0], found="place")
        else:
            data = {**told(there), "known": "1"}
            await say(deps, unit, heard.speaker, key=f"no_grid:{heard.cause}", template="no_grid", data=data)
        await unit.commit()
    return True


def told(there: Whereabouts) -> dict[str, str]:
    """Return what a place without one grid is worded from."""
    if there.grids:
        return {"why": "border", "near": ",".join(there.grids)}
    if not there.mapped:
        return {"why": "unmapped"}
    if there.nearest is None:
        return {"why": "outside"}
    return {"why": "outside", "near": there.nearest, "metres": str(max(20, round(there.metres, -1)))}


def point(heard: Heard) -> Point | None:
    """Return the place that a message shares: longitude, latitude."""
    shared = next((one for one in heard.media if one.kind == "location"), None)
    if shared is None:
        return None
    latitude, _, longitude = shared.file_id.partition(",")
    return float(longitude), float(latitude)


def pinned(deps: Deps, heard: Heard) -> tuple[Place, ...]:
    """Return the grid of a shared place as a place of the matter it is about."""
    shared = point(heard)
    there = geometry.whereabouts(deps.district, shared) if shared is not None else Whereabouts()
    if len(there.grids) != 1:
        return ()
    code = there.grids[0]
    name = home.short_name(deps.district, deps.district.areas[code])
    return (Place(phrase("pinned", deps.district.language, grid=name), code),)


def candidates(deps: Deps, text: str) -> tuple[AreaCode, ...]:
    """Return the grids that a text may mean, by the places and the names in it, in the order of the file."""
    said = normalise(text)
    if not said.text.strip():
        return ()
    district = deps.district
    owners = {home.grid_of(district, area) for area in areas_of_places(said, deps.places)}
    by_place = [grid.code for grid in district.grids if grid.code in owners]
    by_name = home.grids_named(district, said.text, _folded)
    both = [code for code in by_name if code in by_place]
    return tuple(both or by_name or by_place)


def _folded(name: str) -> str:
    return normalise(name).text


def with_place(heard: Heard, earlier: Heard) -> Heard:
    """Return an earlier message with the words and files of the one that said where."""
    text = "\n".join(part for part in (earlier.text, heard.text) if part.strip())
    return replace(earlier, cause=heard.cause, text=text, media=(*earlier.media, *heard.media))
