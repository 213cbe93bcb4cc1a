"""Telegram's menus of commands: what each should show is compared with what was set, and what differs is set."""

import asyncio
import hashlib
import json
from collections.abc import Collection, Mapping
from itertools import islice

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramRetryAfter
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeUnion,
)

from bot.rights import PASSING
from handlers.actions.people import MENU
from handlers.deps import Deps
from messages import LANGUAGES
from messages.menu import Kind, menu
from storage import Store
from tickets.roster import District

AT_ONCE = 10
"""Menus a look: a city's staff take their turn, and nothing else has to wait for them."""

CHUNK = 500
NOBODYS = "none"
"""The sign of a menu that was taken away, because its owner is no member of staff any more."""

UNSET = "!"
"""What stands before the sign of a menu that Telegram would not set: nobody is there. /start tries again."""

log = structlog.get_logger(__name__)

Wanted = Mapping[str, tuple[tuple[str, str], ...]]
"""Language code (empty = all others) -> commands and what they do."""

NONE: Wanted = {}
"""The menu of somebody who is no member of staff: everybody's."""


class Menus:
    """One look sets a few menus. What was set is a mark in the database, so that a restart sets nothing again."""

    def __init__(self, bot: Bot, deps: Deps) -> None:
        self._bot = bot
        self._deps = deps
        self._district: District | None = None
        self._wanted: dict[str, Wanted] = {}
        self._todo: dict[str, Wanted] = {}
        self._not_before = 0.0
        self._looking = asyncio.Lock()

    async def look(self) -> int:
        """Set what differs, at most `AT_ONCE` menus; return how many were set."""
        if self._looking.locked() or self._deps.wall() < self._not_before:
            return 0
        async with self._looking:
            return await self._look()

    async def _look(self) -> int:
        await self._compare()
        done = 0
        for owner, wanted in list(islice(self._todo.items(), AT_ONCE)):
            try:
                await self._set(owner, wanted)
                sign = sign_of(wanted)
            except TelegramRetryAfter as error:
                self._not_before = self._deps.wall() + error.retry_after
                return done
            except PASSING as error:
                log.warning("menus_wait", error=type(error).__name__)
                return done
            except TelegramAPIError:
                sign = UNSET + sign_of(wanted)
            async with self._deps.store.unit() as unit:
                await unit.marks.set(MENU + owner, sign)
                await unit.commit()
            self._todo.pop(owner, None)
            done += 1
        return done

    async def _compare(self) -> None:
        """Find what differs: of everybody when the district has changed, else of who has just pressed Start."""
        district = self._deps.district
        everybody = district is not self._district
        async with self._deps.store.look() as unit:
            known = await unit.marks.under(MENU, None if everybody else "")
        if not everybody and not known:
            return
        if everybody:
            self._wanted = menus_of(district, self._deps.directory.languages) | general(district.language)
            new = [int(owner) for owner in self._wanted if owner.isdecimal() and owner not in known]
            known |= dict.fromkeys(await _started(self._deps.store, new), "")
            known |= {owner: known.get(owner, "") for owner in general(district.language)}
            self._todo.clear()
        self._district = district
        signs: dict[int, str] = {}  # thousands share a few menus
        for owner, sign in known.items():
            should = self._wanted.get(owner, NONE)
            if id(should) not in signs:
                signs[id(should)] = sign_of(should)
            if sign.removeprefix(UNSET) != signs[id(should)]:
                self._todo[owner] = should

    async def _set(self, owner: str, wanted: Wanted) -> None:
        scope = _scope(owner)
        for code in ("", *LANGUAGES):
            commands = [BotCommand(command=name, description=text) for name, text in wanted.get(code, ())]
            if commands:
                await self._bot.set_my_commands(commands, scope=scope, language_code=code or None)
            elif owner.isdecimal():
                await self._bot.delete_my_commands(scope=scope, language_code=code or None)


def menus_of(district: District, chosen: Mapping[int, str]) -> dict[str, Wanted]:
    """Return the menu of every member of staff, and of whoever chose a language, by Telegram user id.

    In their own language where they have chosen one, else in that of the app, else in the district's: as answers are.
    """
    kinds: dict[str, set[Kind]] = {}
    for post in district.posts:
        kinds.setdefault(post.person, set()).add(Kind(post.role.value))
    made: dict[tuple[frozenset[Kind], str | None], Wanted] = {}
    found = {}
    for person in district.people.values():
        if person.telegram is not None and person.id in kinds:
            key = (frozenset(kinds[person.id]), chosen.get(person.telegram, person.language))
            if key not in made:
                made[key] = _in_languages(*key, district.language)
            found[str(person.telegram)] = made[key]
    for telegram, own in chosen.items():
        found.setdefault(str(telegram), _in_languages({Kind.RESIDENT}, own, district.language))
    return found


def general(language: str) -> dict[str, Wanted]:
    """Return the menus of everybody: in private, and in groups."""
    return {
        "private": _in_languages({Kind.RESIDENT}, None, language),
        "groups": _in_languages({Kind.GROUP}, None, language),
    }


def _in_languages(kinds: Collection[Kind], own: str | None, otherwise: str) -> Wanted:
    return {"": menu(kinds, own or otherwise)} | {code: menu(kinds, own or code) for code in LANGUAGES}


def sign_of(wanted: Wanted) -> str:
    """Return the sign by which a menu is known again."""
    if not wanted:
        return NOBODYS
    return hashlib.sha256(json.dumps(wanted, sort_keys=True).encode()).hexdigest()[:16]


async def _started(store: Store, telegrams: list[int]) -> list[str]:
    """Return those of `telegrams` whose private chat with the bot is open."""
    found = []
    for start in range(0, len(telegrams), CHUNK):
        async with store.look() as unit:
            known = await unit.contacts.all_staff(telegrams[start : start + CHUNK])
        found += [str(one.telegram) for one in known.values() if one.reachable]
    return found


def _scope(owner: str) -> BotCommandScopeUnion:
    if owner == "private":
        return BotCommandScopeAllPrivateChats()
    if owner == "groups":
        return BotCommandScopeAllGroupChats()
    return BotCommandScopeChat(chat_id=int(owner))
