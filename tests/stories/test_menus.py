"""Telegram's menus: what each kind of person sees behind the button, in the language of their app."""

from pathlib import Path

from aiogram.filters import Command
from aiogram.types import BotCommand

from bot.district import load_district
from bot.menus import AT_ONCE, UNSET, Menus, general, menus_of, sign_of
from bot.stage import set_stage
from handlers.actions.people import MENU
from handlers.chat import ROUTERS
from messages import LANGUAGES, phrase
from messages.menu import COMMANDS, Kind, menu
from messages.phrases import codes
from messages.sample_world import district
from parsing import load_catalogue
from rehearsal import Rehearsal
from tests.stories.theatre import SAMPLE, Play, changed, playing
from tickets.roster import Role


def test_the_table_the_routes_and_the_wordings_name_the_same_commands() -> None:
    routed = {
        str(name)
        for module in ROUTERS
        for handler in module.build().message.handlers
        for one in handler.filters or ()
        if isinstance(one.callback, Command)
        for name in one.callback.commands
    } - {"start"}
    assert set(COMMANDS) == routed
    for language in LANGUAGES:
        assert set(codes("command", language)) == routed


def test_everybody_has_help_and_nobody_an_empty_menu() -> None:
    for kind in Kind:
        names = [name for name, _ in menu({kind}, "zh")]
        assert "help" in names
        assert len(names) <= 100
    for language in LANGUAGES:
        for kind in Kind:
            for name, text in menu({kind}, language):
                assert BotCommand(command=name, description=text)
                assert text == phrase(f"command.{name}", language)


def test_several_posts_make_one_menu_in_the_order_of_the_table() -> None:
    names = [name for name, _ in menu({Kind.ADMIN, Kind.WORKER}, "en")]
    assert names == [name for name in COMMANDS if name in names]
    assert {"bind", "take"} <= set(names)
    assert set(Kind) == {*map(str, Role), "resident", "group"}


def test_a_persons_own_language_wins_in_every_app() -> None:
    home = district()
    found = menus_of(home, {1008: "en", 2003: "en"})
    assert found["1005"]["zh"] == found["1005"][""] == menu({Kind.OFFICER}, "en")
    assert found["1001"]["en"] == menu({Kind.WORKER}, "en")
    assert found["1001"][""] == menu({Kind.WORKER}, "zh")
    assert sign_of(found["1001"]) != sign_of(found["1005"])
    assert found["1008"]["zh"] == menu({Kind.WORKER}, "en")  # his own choice
    assert found["2003"]["zh"] == menu({Kind.RESIDENT}, "en")
    assert sign_of(found["1001"]) == sign_of(menus_of(home, {})["1008"])


async def all_set(play: Play, menus: Menus | None = None) -> dict[tuple[str, str], list[str]]:
    """Have the menus looked at until nothing differs; return scope and language -> commands."""
    looking = menus or Menus(play.service.bot, play.service.deps)
    for _ in range(100):
        if await looking.look() == 0:
            break
    commands = play.rehearsal.state.bots[play.bot].commands
    return {key: [one["command"] for one in found] for key, found in commands.items()}


async def test_menus_by_kind_and_language(sqlite_url: str, tmp_path: Path) -> None:
    """Set once, renewed when somebody starts, changes the post, or leaves; a restart sets nothing again."""
    async with Rehearsal(start=None, limits=False, page=False) as rehearsal:
        set_stage(rehearsal, load_district(SAMPLE, load_catalogue()).district, staff_start=False)
        async with playing(sqlite_url, rehearsal=rehearsal, staged=True) as play:
            found = await all_set(play)
            assert found["all_private_chats", "zh"] == [name for name, _ in menu({Kind.RESIDENT}, "zh")]
            assert found["all_group_chats", "en"] == [name for name, _ in menu({Kind.GROUP}, "en")]
            assert not [key for key in found if key[0].startswith("chat ")]
            tu, zhao, gu = play.people("tu", "zhao", "顾阿姨")
            for person in (tu, zhao, gu):
                person.starts()
            await tu.reads("您在这里")
            await zhao.reads("Hello")
            await play.until_quiet()
            found = await all_set(play)
            assert "take" in found[f"chat {tu.telegram}", ""]
            assert "board" not in found[f"chat {tu.telegram}", ""]
            assert found[f"chat {zhao.telegram}", "zh"] == [name for name, _ in menu({Kind.OFFICER}, "zh")]
            told = rehearsal.state.bots[play.bot].commands[f"chat {zhao.telegram}", "zh"]
            assert told[0]["description"] == phrase(f"command.{told[0]['command']}", "en")
            assert not [key for key in found if key[0] == f"chat {gu.telegram}"]
            assert await Menus(play.service.bot, play.service.deps).look() == 0
        worker = "{person: tu,   area: d.s1.c1.g1, role: worker, duty: full_time}"
        leader = "{person: tu,   area: d.s1.c1.g1, role: leader}"
        officer = "  - {person: zhao, department: works,      role: officer}\n"
        file = changed(tmp_path, {worker: leader, officer: ""})
        async with playing(sqlite_url, rehearsal=rehearsal, staged=True, district=file) as play:
            found = await all_set(play)
            assert "board" in found[f"chat {tu.telegram}", "zh"]
            assert not [key for key in found if key[0] == f"chat {zhao.telegram}"]
            play.world.block(tu.telegram, play.bot)
            await play.until_quiet()
            async with play.service.deps.store.unit() as unit:
                await unit.marks.set(f"{MENU}{tu.telegram}", "")
                await unit.marks.set(f"{MENU}999", "odd")
                await unit.commit()
            await all_set(play)
            async with play.service.deps.store.look() as unit:
                sign = await unit.marks.get(f"{MENU}{tu.telegram}")
            assert sign is not None
            assert sign.startswith(UNSET)


def test_the_menus_of_a_city_take_their_turn() -> None:
    assert AT_ONCE * 4 <= 60
    assert set(general("zh")) == {"private", "groups"}
