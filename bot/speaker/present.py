"""What a row says at the moment it is sent: rendered from the present state, or dropped when it no longer matters."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from messages import LANGUAGES, Page, Rendered, Scene, render
from messages.pictures import Plan, plan_of
from messages.pictures.plan import mapped
from storage import Outgoing, Store, card_key
from tickets.actions import Action
from tickets.digest import Digest
from tickets.lane_figures import still_news
from tickets.media import unpacked
from tickets.model import Ending, Photo, Route, Status, Ticket
from tickets.notices import CARDS, WHISTLE_CARDS, NoticeKind
from tickets.roster import AreaCode, District, PersonId
from tickets.service import Services
from tickets.team import Team
from tickets.transitions import Relation, allowed_actions, relations
from tickets.visibility import EVERYTHING, Field, fields, files, seen

Circle = Callable[[Ticket, PersonId, datetime], Awaitable[tuple[Route, frozenset[PersonId]]]]
"""The fresh route (leaders, levels above), as far as it has to do with a reader, and the workers of the grid."""

Figures = Callable[[Outgoing, datetime], Awaitable[Digest]]
"""The figures of a digest row."""

Lists = Callable[[Outgoing, datetime], Awaitable[tuple[Ticket, ...]]]
"""The tickets of a list row, in the order to show them."""

Teams = Callable[[AreaCode, datetime], Team]
"""Who serves a grid at a moment."""

Pages = Callable[[Outgoing, datetime], Awaitable[Page | None]]
"""What a page row shows; None = there is nothing (any more) to show."""

Extra = Callable[[Outgoing, datetime], Awaitable[tuple[Mapping[str, Any], str | None]]]
"""Further fields of a scene for a row, and why it need not be said any more (None = it does)."""

DIGEST = "digest"
WHO = "who"
MEDIA = "media"
MADE_PRIVATE = "made_private"
OUT_OF_SIGHT = "out_of_sight"
"""In place of a card whose reader may not see any more what it is about."""

NOBODY: frozenset[Relation] = frozenset()
PAGES = frozenset({"board", "bundle", "duty", "duty_gaps", "leave", "leave_told", "morning"})
LISTS = frozenset({"late_list", "open_list", "my_tickets", "staff_tickets"})


@dataclass(frozen=True)
class Dropped:
    """Not to be said any more, and why."""

    why: str


K, S = NoticeKind, Status
_UNDER_WAY = frozenset({S.FILED, S.HANDLING, S.WAITING, S.ON_HOLD})
_OPEN = frozenset(S) - {S.CLOSED}

WHILE: Mapping[str, frozenset[Status]] = {
    K.REMIND_TAKE: frozenset({S.FILED}),
    K.REPEAT_LIFE: frozenset({S.FILED}),
    K.NOT_TAKEN: frozenset({S.FILED}),
    K.DECIDE: frozenset({S.FILED}),
    K.PASSED_ON: frozenset({S.FILED}),
    K.REMIND_DONE: frozenset({S.FILED, S.HANDLING}),
    K.OVERDUE: frozenset({S.FILED, S.HANDLING}),
    K.STILL_OPEN: _UNDER_WAY,
    K.HELD: frozenset({S.ON_HOLD}),
    K.RESUMED: _UNDER_WAY,
    K.SENT_BACK: _UNDER_WAY,
    K.LAPSED: _UNDER_WAY,
    K.REVIEW_WANTED: frozenset({S.FED_BACK, S.CONFIRMED}),
    K.EXTENSION_WANTED: frozenset({S.HANDLING}),
    K.EXTENDED: _UNDER_WAY,
    K.RELIEVED: _UNDER_WAY,
    K.RECOUNTED: _UNDER_WAY,
    K.RESULT: frozenset({S.FED_BACK, S.CONFIRMED, S.REVIEWED, S.RESTING, S.CLOSED}),
    K.CLOSED: frozenset({S.RESTING, S.CLOSED}),
    K.JOINED_CLOSED: frozenset({S.RESTING, S.CLOSED}),
    K.CHECK_WANTED: frozenset({S.RESTING}),
    K.LASTS: frozenset({S.RESTING}),
    K.STANDING: _OPEN,
    K.REOPENED: _OPEN,
    K.QUESTION: _OPEN,
    K.TOLD: _OPEN,
    K.NO_ANSWER: _OPEN,
    K.LIFE_ABOVE: _OPEN,
}
"""The states in which a notice still matters; one that is not listed always does."""


class Presenter:
    """Renders rows. What it asks for (`circle`, `figures`, `extras` by template …) is supplied by who wires it."""

    def __init__(
        self,
        store: Store,
        district: Callable[[], District],
        services: Services,
        circle: Circle,
        figures: Figures,
        lists: Lists,
        teams: Teams,
        pages: Pages | None = None,
        extras: Mapping[str, Extra] | None = None,
    ) -> None:
        self._store = store
        self._district = district
        self._services = services
        self._circle = circle
        self._figures = figures
        self._lists = lists
        self._teams = teams
        self._pages = pages
        self._extras = extras or {}
        self._zone = ZoneInfo(district().timezone)

    async def present(self, row: Outgoing, now: datetime, *, anyway: bool = False) -> Rendered | Dropped:
        """Return what `row` says now; `anyway` = even when it no longer matters (to find a lost message by)."""
        if not anyway and row.expires_at is not None and row.expires_at <= now:
            return Dropped("its time is over")
        ticket: Ticket | None = None
        async with self._store.look() as unit:
            if row.ticket is not None:
                ticket = await unit.tickets.get(row.ticket)
        if row.ticket is not None and ticket is None:
            return Dropped("there is no such ticket")
        if ticket is not None and not anyway and (why := irrelevant(row, ticket)):
            return Dropped(why)
        held, may = await self._standing(row, ticket, now.astimezone(self._zone)) if ticket else (NOBODY, EVERYTHING)
        bare = ticket is not None and Field.TITLE not in may and row.template != K.GROUP_CARD
        if bare and not row.message_id and not anyway:
            return Dropped("it is not for this reader")
        if row.template == WHO and row.data.get("grid") not in self._district().areas:
            return Dropped("there is no such grid")
        shown = seen(ticket, may) if ticket is not None else None
        scene = await self._scene(row, shown, held, now.astimezone(self._zone))
        if row.template in PAGES and scene.page is None:
            return Dropped("there is nothing to show")
        media = _allowed(unpacked(row.data.get("media", "")), ticket, may)
        if row.template == MEDIA and not media and not anyway:
            return Dropped("its files are not for this reader")
        if row.template in self._extras:
            more, why = await self._extras[row.template](row, scene.now)
            if why is not None and not anyway:
                return Dropped(why)
            scene = replace(scene, **more)
        made = render(
            OUT_OF_SIGHT if bare else MADE_PRIVATE if _left_group(row, ticket) else row.template,
            row.language if row.language in LANGUAGES else self._district().language,
            scene,
            caption=bool(media) or scene.picture is not None,
        )
        made = replace(made, thread=_topic(row, ticket), picture=scene.picture)
        if not media:
            return made
        return replace(made, media=media, reply_to=await self._card(row), instead=self._instead(row, shown, now))

    def _instead(self, row: Outgoing, ticket: Ticket | None, now: datetime) -> str:
        """Return what a reader is told whose file cannot be passed on."""
        if row.template != MEDIA or row.chat < 0:
            return ""
        scene = Scene(self._district(), self._services, now.astimezone(self._zone), ticket, row.reader)
        return render("lost_file", row.language, scene).html

    async def _card(self, row: Outgoing) -> int | None:
        """Return the message of the ticket's card in the same chat, which pictures answer."""
        if row.template != MEDIA or row.ticket is None:
            return None
        card = K.STAFF_CARD if row.chat > 0 else K.GROUP_CARD
        async with self._store.look() as unit:
            found = await unit.outbox.by_key(card_key(row.ticket, row.chat, card))
        return found.message_id if found is not None else None

    async def _asked_in_private(self, row: Outgoing) -> bool:
        """Whether the group need not be shown what its reporter is asked privately: how content he is."""
        if row.template != K.GROUP_CARD or row.ticket is None:
            return False
        async with self._store.look() as unit:
            ticket = await unit.tickets.get(row.ticket)
        if ticket is None:
            return False
        member, number = self._district().people.get(ticket.reporter), ticket.reporter.removeprefix("tg")
        telegram = member.telegram if member else int(number) if number.isdecimal() else None
        if telegram is None:
            return False
        async with self._store.look() as unit:
            contact = await unit.contacts.get(telegram)
        return contact is not None and contact.reachable

    async def _standing(
        self, row: Outgoing, ticket: Ticket, now: datetime
    ) -> tuple[frozenset[Relation], frozenset[Field]]:
        """Return what the reader is to a ticket, and what he may see of it."""
        if row.reader is None:  # a card of the group: its buttons are the reporter's
            return frozenset({Relation.REPORTER}), fields(ticket, None, self._district())
        held = relations(ticket, row.reader, *await self._circle(ticket, row.reader, now))
        return held, fields(ticket, row.reader, self._district(), held)

    async def _scene(self, row: Outgoing, ticket: Ticket | None, held: frozenset[Relation], now: datetime) -> Scene:
        """`ticket`: as its reader may see it."""
        actions: frozenset[Action] = frozenset()
        if ticket is not None:
            actions = allowed_actions(ticket, held)
            if Action.RATE in actions and await self._asked_in_private(row):
                actions -= {Action.RATE}
        if row.template == WHO:
            return await self._who(row, now)
        return Scene(
            district=self._district(),
            services=self._services,
            now=now,
            ticket=ticket,
            reader=row.reader,
            actions=actions,
            data=row.data,
            digest=await self._figures(row, now) if row.template == DIGEST else None,
            tickets=await self._lists(row, now) if row.template in LISTS else (),
            page=await self._pages(row, now) if self._pages and row.template in PAGES else None,
        )

    async def _who(self, row: Outgoing, now: datetime) -> Scene:
        """The people of a grid; the map comes along in private only, for in the group it would be everybody's."""
        district, grid = self._district(), row.data["grid"]
        there = {"group": "map" if mapped(district.areas[grid]) else "none"} if row.chat < 0 else {}
        return Scene(
            district=district,
            services=self._services,
            now=now,
            reader=row.reader,
            data={**row.data, **there},
            team=self._teams(grid, now),
            picture=None if there else await asyncio.to_thread(_planned, district, grid),
        )


def _planned(district: District, grid: AreaCode) -> Plan | None:
    """Return the map with everything that the font has to be asked for, which no loop should wait for."""
    plan = plan_of(district, grid)
    if plan is not None:
        plan.numbered  # noqa: B018 - reading it computes it
    return plan


def _left_group(row: Outgoing, ticket: Ticket | None) -> bool:
    """Whether this is the group's card of what has become private."""
    return row.template == K.GROUP_CARD and ticket is not None and ticket.private


def _allowed(media: tuple[Photo, ...], ticket: Ticket | None, may: frozenset[Field]) -> tuple[Photo, ...]:
    """Return the files that the reader may be shown; what staff sent is for whom they sent it to."""
    if ticket is None or may >= EVERYTHING:
        return media
    theirs = {file.file_id for parcel in ticket.parcels for said in parcel for file in said.media}
    return tuple(one for one in media if one.file_id not in theirs or files((one,), may))


def _topic(row: Outgoing, ticket: Ticket | None) -> int | None:
    """Return the topic of a forum group that a row belongs to: the one in which the matter was said."""
    if row.chat > 0:
        return None
    if ticket is not None and ticket.origin.chat == row.chat:
        return ticket.origin.thread
    return int(row.data["thread"]) if row.data.get("thread") else None


def irrelevant(row: Outgoing, ticket: Ticket) -> str | None:
    """Return why `row` no longer matters to its reader, or None when it does."""
    if row.template in CARDS:
        return None if row.message_id else _late_card(row, ticket)
    if ticket.status not in WHILE.get(row.template, frozenset(Status)):
        return f"the ticket is {ticket.status}"
    if row.template in (K.REMIND_TAKE, K.REPEAT_LIFE) and row.reader in {one.person for one in ticket.refusals}:
        return "the reader has passed it on"
    if row.template == K.REMIND_DONE and ticket.handler not in (None, row.reader):
        return "somebody else has it"
    if row.template == MEDIA and row.reader not in (None, ticket.reporter, *ticket.concerned):
        return "it is no matter of the reader any more"
    if row.template in (K.LANE_NEWS, K.WHISTLE_NEWS) and not still_news(ticket, row.data.get("what", ""), row.reader):
        return "the department has answered"
    if row.template == K.EXTENSION_WANTED and (ticket.extension is None or ticket.extension.given_by is not None):
        return "it has been decided"
    if row.template == K.QUESTION and ticket.question is None:
        return "the question was answered"
    return None


def _late_card(row: Outgoing, ticket: Ticket) -> str | None:
    """A card that never came is not needed when the matter went away before it could be sent."""
    if row.template == K.GROUP_CARD and ticket.private:
        return "it is a private matter now"
    if ticket.status is not Status.CLOSED:
        return None
    if row.template == K.STAFF_CARD or row.template in WHISTLE_CARDS:
        return "closed before the card was sent"
    gone = ticket.ending in (Ending.WITHDRAWN, Ending.NOT_A_REQUEST)
    return "taken back before the card was sent" if gone else None
