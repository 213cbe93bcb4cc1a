"""The wiring of one process: every piece made once, started in order, stopped in order."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramNotFound, TelegramRetryAfter, TelegramUnauthorizedError
from aiogram.types import User

from bot.clock import PracticeClock, SystemClock
from bot.district import DistrictError, Loaded
from bot.district_cache import load_known
from bot.district_places import known_places
from bot.http import Front
from bot.listener import Listener
from bot.listener.gap import Gap
from bot.listener.handle import Handler
from bot.listener.webhook import Hook, Webhook
from bot.matters import matters
from bot.menus import Menus
from bot.model import models
from bot.nightly import Nightly
from bot.rights import PASSING
from bot.scheduler import Ticks
from bot.service import Service
from bot.settings import TELEGRAM, Settings
from bot.speaker import Manners, Presenter, Speaker, TokenError
from bot.speaker.deliver import Failed, Unreachable
from bot.speaker.present import Extra
from bot.ticks import ticks
from handlers.actions import beyond, bulletin_out, households
from handlers.actions.act import act
from handlers.actions.bundling import fold
from handlers.actions.circle import around_ticket, workers
from handlers.actions.lists import listed
from handlers.actions.pages import paged
from handlers.actions.people import undelivered
from handlers.actions.ticks import figures, tell_operators
from handlers.chat import dispatcher
from handlers.deps import Deps, Learned
from handlers.directory import Directory
from messages import Page
from parsing import KnownPlace
from storage import Outgoing, Store, open_store
from tickets.commands import Miss
from tickets.decide import Refused
from tickets.digest import Digest
from tickets.model import Route, Ticket
from tickets.roster import AreaCode, District, PersonId
from tickets.routing import may_lead
from tickets.team import Team, team_of

log = structlog.get_logger(__name__)


FOR_OPERATORS = frozenset({"audit", "parked"})
TOLD_OTHERWISE = frozenset({"bulletin"})
"""Whoever sent a notice reads on its card which groups did not take it, and why."""


@dataclass(frozen=True)
class Tuning:
    """What tests and the demo set otherwise. `tick`: real seconds between two looks at what is due."""

    tick: float = 5.0
    manners: Manners = field(default_factory=Manners)


@asynccontextmanager
async def assemble(
    settings: Settings, tuning: Tuning | None = None, loaded: Loaded | None = None
) -> AsyncIterator[Service]:
    """Make the service. The database must be at our revision; Telegram must know the token.

    `loaded`: the district file, where it has been read already.
    Raises `SettingsError`, `DistrictError`, `StorageError`, `ClockError`, `TokenError`, each saying what helps.
    """
    tuning = tuning or Tuning()
    loaded = loaded or load_known(settings)
    for warning in loaded.warnings:
        log.warning("district", warning=warning)
    clock = await _clock(settings, loaded.district)
    store = await open_store(settings.database_url)
    try:
        await store.migrate()
        await _still_there(settings, loaded, store)
        async with Front(settings, clock, store, tuning.tick).open() as front, _hearing_bot(settings) as bot:
            front.watch(bot)
            hook = _hook(settings)
            me = await _introduced(bot, fetching=hook is None)
            deps = _deps(loaded, store, clock, me)
            await deps.directory.refresh(store)
            await fold(deps)
            nightly = Nightly(deps, settings)
            handler = Handler(bot, dispatcher(deps), deps, lambda: speaker.seen)
            heard = Gap(deps).heard
            listener = (
                Listener(bot, handler, heard) if hook is None else Webhook(bot, handler, store, hook, on_heard=heard)
            )
            speaker = Speaker(
                store,
                _presenter(deps),
                clock,
                settings.bot_token,
                on_unreachable=_unreachable(deps),
                on_failed=_unsayable(deps),
                url=None if settings.telegram_url == TELEGRAM else settings.telegram_url,
                caught_up=listener.caught_up,
                manners=tuning.manners,
            )
            menus = (tuning.tick, Menus(bot, deps).look)
            learning = (tuning.tick * 12, nightly.look)
            beats = Ticks({**ticks(deps, tuning.tick), "menus": menus, "learning": learning})
            front.show(listener, handler, speaker)
            try:
                yield Service(deps, listener, handler, speaker, beats, bot, store, clock, front)
            finally:
                await nightly.stop()
    finally:
        await store.close()


async def _still_there(settings: Settings, loaded: Loaded, store: Store) -> None:
    """Raise `DistrictError` where the file has lost what open tickets need: nobody would ever be asked again."""
    async with store.look() as unit:
        needed = await unit.tickets.needed()
    lost: dict[tuple[str, str], list[int]] = {}
    for number, area, service in needed:
        if area not in loaded.district.areas:
            lost.setdefault(("area", area), []).append(number)
        if service not in loaded.services:
            lost.setdefault(("service", service), []).append(number)
    if lost:
        language = loaded.district.language
        raise DistrictError(
            [_lost(settings.district, language, *what, sorted(numbers)) for what, numbers in sorted(lost.items())],
            language,
        )


def _lost(file: Path, language: str, kind: str, code: str, numbers: list[int]) -> str:
    some = ", ".join(map(str, numbers[:10])) + (" …" if len(numbers) > 10 else "")
    if language == "zh":
        what = "区域" if kind == "area" else "服务"
        return f"{file}: 没有{what} {code!r}，还没办结的工单却要用它：{some}；请把它加回来，等这些办结后再删"
    return (
        f"{file}: no {kind} {code!r}, which open tickets need: {some}; add it again, and remove it when they are closed"
    )


async def _clock(settings: Settings, district: District) -> SystemClock:
    zone = ZoneInfo(district.timezone)
    if settings.clock_url is None:
        return SystemClock(zone)
    clock = PracticeClock(settings.clock_url, zone)
    await clock.start()
    return clock


@asynccontextmanager
async def _hearing_bot(settings: Settings) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(settings.telegram_url))
    bot = Bot(settings.bot_token, session=session, default=DefaultBotProperties(parse_mode="HTML"))
    try:
        yield bot
    finally:
        # The session's own `close` sleeps on, for connections that aiohttp has already waited for.
        await (await session.create_session()).close()


def _hook(settings: Settings) -> Hook | None:
    if settings.webhook_url is None or settings.webhook_secret is None:
        return None
    return Hook(settings.webhook_url, settings.webhook_secret.get_secret_value())


async def _introduced(bot: Bot, *, fetching: bool) -> User:
    """Ask Telegram who we are; wait while it does not answer."""
    pause = 0.5
    while True:
        try:
            me = await bot.me()
            if fetching:  # which Telegram refuses while a webhook is set
                await bot.delete_webhook()
            return me
        except (TelegramUnauthorizedError, TelegramNotFound):
            raise TokenError from None
        except PASSING as error:
            wait = float(error.retry_after) if isinstance(error, TelegramRetryAfter) else pause
            log.warning("telegram_silent", error=type(error).__name__, again_in=wait)
            await asyncio.sleep(wait)
            pause = min(pause * 2, 15.0)


def _deps(loaded: Loaded, store: Store, clock: SystemClock, me: User) -> Deps:
    places = tuple(KnownPlace(name, area) for name, area in known_places(loaded.district.areas))
    learned = models(_learning)
    return Deps(
        store=store,
        now=clock.now,
        wall=clock.wall,
        directory=Directory(loaded.district),
        services=loaded.services,
        policy=loaded.policy,
        places=places,
        bot_id=me.id,
        bot_username=me.username or "",
        hears_all=bool(me.can_read_all_group_messages),
        learned=Learned(learned),
        matters=matters(learned, _learning),
    )


def _learning(step: str) -> None:
    log.info("understanding", step=step)


def _presenter(deps: Deps) -> Presenter:
    async def circle(ticket: Ticket, reader: PersonId, now: datetime) -> tuple[Route, frozenset[PersonId]]:
        if not may_lead(reader, ticket.grid, deps.district):
            return Route(), workers(deps, ticket.grid)
        async with deps.store.look() as unit:
            found = await around_ticket(deps, unit, ticket, now, ranked=False)
        return found.route, found.grid_staff

    async def digest_of(row: Outgoing, now: datetime) -> Digest:
        at = datetime.fromisoformat(row.data["at"]).astimezone(now.tzinfo)
        return (await figures(deps, row.data["area"], at, int(row.data.get("days", "1"))))[0]

    async def lists(row: Outgoing, now: datetime) -> tuple[Ticket, ...]:
        return await listed(deps, row.template, row.reader, row.chat, row.data, now)

    def teams(grid: AreaCode, now: datetime) -> Team:
        return team_of(deps.district, deps.services, deps.policy, grid, now)

    async def pages(row: Outgoing, now: datetime) -> Page | None:
        return await paged(deps, row.template, row.reader, row.data, now)

    def about(fields: Callable[[Deps, Outgoing], Awaitable[tuple[Mapping[str, Any], str | None]]]) -> Extra:
        async def extra(row: Outgoing, _: datetime) -> tuple[Mapping[str, Any], str | None]:
            return await fields(deps, row)

        return extra

    extras = {
        **dict.fromkeys(("bulletin", "bulletin_card"), about(bulletin_out.fields)),
        **dict.fromkeys(("household", "homes", "doors"), about(households.fields)),
        "whistle_card": about(beyond.card_fields),
    }
    return Presenter(
        deps.store, lambda: deps.district, deps.services, circle, digest_of, lists, teams, pages, extras=extras
    )


def _unreachable(deps: Deps) -> Unreachable:
    async def on_unreachable(telegram: int, ticket: int | None) -> None:
        """Telegram will not deliver to this person: whoever is next is asked, the leader learns of it."""
        log.warning("person_unreachable", ticket=ticket)
        member = deps.district.by_telegram(telegram)
        if ticket is None:
            return
        if member is None:
            await undelivered(deps, ticket)
            return
        try:
            await act(deps, ticket, Miss(member.id))
        except Refused:  # the matter is past the point where it would change anything
            return

    return on_unreachable


def _unsayable(deps: Deps) -> Failed:
    async def on_failed(row: Outgoing, why: str) -> None:
        """Telegram refuses a message for good: a mistake of ours, which the operators must see."""
        log.error("message_refused", row=row.id, template=row.template, why=why)
        if row.template in FOR_OPERATORS | TOLD_OTHERWISE:  # else telling them would cause the next refusal, and so on
            return
        key = f"refused:{row.template}:{deps.now():%Y-%m-%dT%H}"
        async with deps.store.unit() as unit:
            await tell_operators(deps, unit, key, "audit", {"found": f"refused:{row.template}"})
            await unit.commit()

    return on_failed
