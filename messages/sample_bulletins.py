"""Sample scenes of notices to groups and of household lists, with invented places."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from messages.sample_world import NOW
from messages.sample_world import district as plain_district
from tickets.bulletin import Bulletin, Progress, Sheet, Stage, Tally, sheet
from tickets.household import Address, Household
from tickets.roster import District

GRID, OTHER, ABOVE = "d.s1.c1.g1", "d.s1.c1.g2", "d.s1.c1"


def bulletin(**facts: Any) -> Bulletin:
    """A supervisor's notice to both grids, not sent yet."""
    plain = Bulletin(
        id=17,
        author="li",
        chat=1004,
        area=ABOVE,
        text="明天上午 9 点到 11 点停水，请提前接好水。\n恢复供水后先放一会儿再用。",
        media="",
        areas=(GRID, OTHER),
        pin=False,
        button=True,
        at=None,
        stage=Stage.DRAFT,
        view="",
        note="",
        made_at=NOW,
    )
    return replace(plain, **facts)


def district() -> District:
    """The sample district; one of its grids has a group, and so has the community's staff."""
    found = plain_district()
    chats = {GRID: -1001, ABOVE: -1009}
    return replace(found, areas={code: replace(area, chat=chats.get(code)) for code, area in found.areas.items()})


def homes(count: int) -> tuple[Household, ...]:
    """So many households; every third has been joined."""
    return tuple(
        Household(
            number,
            Address(GRID, str(number // 4 + 1), str(number % 4 + 1), f"{number % 6 + 1}01"),
            number % 3 == 0,
            True,
        )
        for number in range(count)
    )


def bulletins() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Kind, what it is about, and the fields of its scene."""
    place = district()

    def of(tally: Tally = Tally(), progress: Progress = Progress(), /, **facts: Any) -> dict[str, Any]:  # noqa: B008
        return {"district": place, "sheet": sheet(place, bulletin(**facts), tally, progress)}

    seen = Tally(128, 35)
    sent = {"stage": Stage.DONE, "begun_at": NOW, "ended_at": NOW}
    yield "bulletin", "", of()
    yield "bulletin", "seen", of(seen)
    yield "bulletin", "seen by one", of(Tally(0, 1), button=False)
    yield "bulletin", "a picture alone", of(text="", media="photo:AgAC")
    yield "bulletin_card", "draft", of()
    yield "bulletin_card", "nowhere yet", of(areas=())
    yield "bulletin_card", "draft for an hour", of(at=NOW.replace(hour=18, minute=0), pin=True, button=False)
    yield "bulletin_card", "one file of an album", of(note="album", text="", media="photo:AgAC")
    yield "bulletin_card", "its hour was missed", of(note="late")
    yield "bulletin_card", "where", of(view="where")
    yield "bulletin_card", "where, from the top", of(view="where=d=0", author="shen", areas=(ABOVE, GRID))
    yield "bulletin_card", "when", of(view="when")
    yield "bulletin_card", "when, in the past", of(view="when", note="past")
    yield "bulletin_card", "when, not understood", of(view="when", note="unclear")
    yield "bulletin_card", "waiting", of(stage=Stage.WAITING, at=NOW + timedelta(hours=18, minutes=30))
    yield "bulletin_card", "under way", of(Tally(), Progress(300, 42), stage=Stage.SENDING, begun_at=NOW)
    yield (
        "bulletin_card",
        "long under way",
        of(Tally(), Progress(2360, 42, ((GRID, "gone"),)), stage=Stage.SENDING, begun_at=NOW),
    )
    yield "bulletin_card", "all have it", of(seen, Progress(300, 300), **sent, author="wang")
    yield "bulletin_card", "nobody has seen it", of(Tally(), Progress(3, 3), **sent)
    failed = tuple((GRID, why) for why in ("gone", "muted", "lost", "unproved", "refused"))
    yield (
        "bulletin_card",
        "some failed",
        of(seen, Progress(300, 295, failed, unpinned=(OTHER,)), **sent, skipped=(OTHER,), pin=True),
    )
    yield (
        "bulletin_card",
        "stopped",
        of(Tally(), Progress(300, 42, dropped=258), stage=Stage.CANCELLED, begun_at=NOW, ended_at=NOW),
    )
    yield "bulletin_card", "never sent", of(stage=Stage.CANCELLED)
    yield "bulletin_card", "replaced", of(stage=Stage.CANCELLED, note="replaced")
    yield "household", "", {"homes": homes(1), "data": {"new": "1"}}
    yield "household", "none", {}
    yield "homes", "", {"homes": homes(12), "data": {"area": GRID, "added": "2", "struck": "1", "bulletin": "17"}}
    yield "homes", "many", {"homes": homes(200), "data": {"area": GRID, "unread": "我家"}}
    yield "doors", "", {**of(), "homes": homes(9), "data": {"area": GRID, "known": "12"}}
    yield "doors", "all seen", {**of(), "data": {"area": GRID, "known": "12"}}
    yield "doors", "nobody known", {**of(), "data": {"area": GRID, "known": "0"}}


__all__ = ["Sheet", "bulletin", "bulletins", "homes"]
