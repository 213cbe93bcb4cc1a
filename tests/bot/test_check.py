"""`gridbot check`: whatever may be wrong with a set-up is told with its remedy, and only what must be mended fails."""

import re
import socket
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.check import check
from bot.district import load_district
from bot.stage import BOT_NAME, TOKEN, set_stage
from parsing import load_catalogue
from rehearsal import Rehearsal
from storage import Store, open_store
from storage.migrations import HEAD
from tests.bot.processes import SAMPLE
from tickets.roster import District

GRID1, GRID2, GRID3 = -1001000000001, -1001000000002, -1001000000003
BOT = int(TOKEN.partition(":")[0])


def sample() -> District:
    return load_district(SAMPLE, load_catalogue()).district


@pytest.fixture
async def rehearsal() -> AsyncIterator[Rehearsal]:
    """The sample district on stage, the departments' chats too."""
    district = sample()
    async with Rehearsal(page=False) as running:
        set_stage(running, district)
        for department in district.departments.values():
            if department.chat is not None:
                running.world.add_group(department.chat, department.name, [], {BOT: "member"})
        yield running


class Office:
    """An operator who runs the check and reads it."""

    def __init__(self, capsys: pytest.CaptureFixture[str], **settings: str) -> None:
        self.capsys = capsys
        self.settings = {"GRIDBOT_DISTRICT": str(SAMPLE)} | settings
        self.text = ""

    async def checks(self, **settings: str) -> int:
        """Run it; `settings` without their prefix. The text is kept."""
        environ = self.settings | {f"GRIDBOT_{name}": value for name, value in settings.items()}
        code = await check(environ)
        self.text = self.capsys.readouterr().out
        assert "\x1b" not in self.text, "readable without colour"
        return code

    def lines(self, begin: str) -> list[str]:
        return [line.strip() for line in self.text.splitlines() if line.strip().startswith(begin)]

    @property
    def problems(self) -> list[str]:
        return self.lines("问题：") + self.lines("Problem:")

    @property
    def notes(self) -> list[str]:
        return self.lines("提醒：") + self.lines("Note:")

    @property
    def last(self) -> str:
        return self.text.splitlines()[-1]


@pytest.fixture
async def staffed(sqlite_url: str) -> str:
    """The address of a database in which all staff have pressed Start."""
    store = await open_store(sqlite_url)
    await everybody_started(store)
    await store.close()
    return sqlite_url


async def everybody_started(store: Store) -> None:
    async with store.unit() as unit:
        for person in sample().people.values():
            assert person.telegram is not None
            await unit.contacts.see(person.telegram, person.name, "zh")
            await unit.contacts.set_started(person.telegram, True)
        await unit.commit()


@pytest.fixture
def office(capsys: pytest.CaptureFixture[str], staffed: str) -> Office:
    """A desk with the sample district and a database that is in order."""
    return Office(capsys, GRIDBOT_DATABASE_URL=staffed)


@pytest.fixture
def live(office: Office, rehearsal: Rehearsal) -> Office:
    """The same with a token that is accepted."""
    office.settings |= {"GRIDBOT_TOKEN": TOKEN, "GRIDBOT_TELEGRAM_URL": rehearsal.url}
    return office


def changed(folder: Path, change: Callable[[Any], object]) -> str:
    """Write the sample with one change made to its data; return the file's path."""
    data = yaml.safe_load(SAMPLE.read_text(encoding="utf-8"))
    change(data)
    file = folder / "district.yaml"
    file.write_text(yaml.safe_dump(data, allow_unicode=True, default_flow_style=None), encoding="utf-8")
    return str(file)


def without(gone: Callable[[dict[str, Any]], bool]) -> Callable[[Any], object]:
    """Return the change that takes posts away."""
    return lambda data: data.update(posts=[post for post in data["posts"] if not gone(post)])


async def test_a_sound_set_up_is_calm(live: Office) -> None:
    assert await live.checks() == 0
    assert live.problems == []
    assert f"@{BOT_NAME}（{BOT}），隐私模式关着，查了 8 个群" in live.text
    assert f"版本 {HEAD}，正合适" in live.text
    assert re.fullmatch(r"没有要改的，\d+ 处留意。", live.last)


async def test_secrets_are_masked(live: Office) -> None:
    await live.checks(WEBHOOK_URL="http://127.0.0.1:1/hook", WEBHOOK_SECRET="quiet-secret")
    assert f"GRIDBOT_TOKEN           {BOT}:***" in live.text
    assert TOKEN.partition(":")[2] not in live.text
    assert "quiet-secret" not in live.text


async def test_without_a_token_the_live_part_is_skipped_and_said(office: Office) -> None:
    assert await office.checks() == 0
    assert any("没有 token" in note for note in office.notes)


async def test_wrong_settings_and_a_wrong_district_are_told_together(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(SAMPLE.read_text(encoding="utf-8").replace("parent: d.s1.c1\n", "parent: d.s1.c9\n"))
    assert await office.checks(TOKN="1", LOG_LEVEL="loud", DISTRICT=str(file)) == 1
    told = office.problems
    assert "GRIDBOT_TOKN: is unknown; did you mean GRIDBOT_TOKEN?" in told[0]
    assert "GRIDBOT_LOG_LEVEL: cannot be used; write one of:" in told[1]
    assert [re.search(r"wrong\.yaml:(\d+):", line)[1] for line in told[2:]] == ["15", "22", "29"]  # type: ignore[index]
    assert "设置改好之后才查数据库和 Telegram" in office.text
    assert office.last == "5 处要改，0 处留意。改好后再运行 gridbot check。"


async def test_a_district_in_english_is_told_in_english(live: Office, tmp_path: Path) -> None:
    file = changed(tmp_path, lambda data: data.update(language="en"))
    assert await live.checks(DISTRICT=file) == 0
    assert "privacy mode off, 8 groups looked at" in live.text
    assert any("lacks: judge/prosecutor/lawyer, teacher" in note for note in live.notes)
    assert re.fullmatch(r"Nothing to mend, \d+ to know\.", live.last)
    assert await live.checks(DISTRICT=str(tmp_path / "nowhere.yaml")) == 1
    assert "Problem:" in live.text
    assert live.last == "1 to mend, 0 to know. Mend them and run gridbot check again."


@pytest.mark.parametrize(("role", "name"), [("worker", "网格员"), ("leader", "网格长")])
async def test_a_grid_without_worker_or_leader_must_be_mended(
    office: Office, tmp_path: Path, role: str, name: str
) -> None:
    file = changed(tmp_path, without(lambda post: (post.get("area"), post["role"]) == ("d.s1.c1.g3", role)))
    assert await office.checks(DISTRICT=file) == 1
    assert len(office.problems) == 1
    assert f"湘河社区第三网格没有{name}" in office.problems[0]
    assert "请在 posts 里补上" in office.problems[0]
    assert "district.yaml:" in office.problems[0]


async def test_missing_specialists_are_notes_that_say_who_steps_in(office: Office, tmp_path: Path) -> None:
    assert await office.checks() == 0
    third = next(note for note in office.notes if "第三网格" in note)
    assert "缺法官/检察官/律师、老师、医生；法官/检察官/律师、医生由邻近网格或上级的人顶上；老师没人顶" in third
    assert "nanhu.yaml:26: " in third
    file = changed(tmp_path, lambda data: data.update(profile="zhoushan"))
    assert await office.checks(DISTRICT=file) == 0
    assert not any("第三网格缺" in note for note in office.notes), "only what the profile asks for"


async def test_services_that_nobody_can_serve_are_told(office: Office, tmp_path: Path) -> None:
    file = changed(tmp_path, without(lambda post: post.get("skill") == "doctor"))
    assert await office.checks(DISTRICT=file) == 0
    told = next(note for note in office.notes if "全区没有医生" in note)
    assert "这些事项会找网格员或网格长，并注明没有这样的人：" in told
    assert "请在 posts 里补上" in told
    assert any("medical_insurance" in note and "请补上" in note for note in office.notes)
    assert any("既没有群也没有经办人：湘河消防站" in note for note in office.notes)


async def test_people_who_cannot_be_written_to_are_named(office: Office, staffed: str, tmp_path: Path) -> None:
    store = await open_store(staffed)
    async with store.unit() as unit:
        await unit.contacts.set_blocked(1011, True)
        await unit.contacts.set_started(1012, False)
        await unit.commit()
    # The check looks while this process has the database open, as beside a running service.
    away = changed(tmp_path, lambda data: data["people"][0].pop("telegram"))
    assert await office.checks(DISTRICT=away) == 1
    await store.close()
    assert any(note.startswith("提醒：还没加入：屠甲；") for note in office.notes)
    assert any(note.startswith("提醒：还没按过“开始”：褚丑；") for note in office.notes)
    assert any(note.startswith("提醒：停用了机器人：陈子；") for note in office.notes)
    assert len(office.problems) == 1, "worker and leader of the third grid are both away"
    assert "湘河社区第三网格的网格员和网格长一个都联系不上" in office.problems[0]


async def test_a_new_set_up_is_told_once_that_nobody_has_started(office: Office, tmp_path: Path) -> None:
    store = await open_store(f"sqlite+aiosqlite:///{tmp_path}/new.db")
    assert await office.checks(DATABASE_URL=f"sqlite+aiosqlite:///{tmp_path}/new.db") == 0
    assert any("还没有表" in note for note in office.notes)
    await store.migrate()
    await store.close()
    assert await office.checks(DATABASE_URL=f"sqlite+aiosqlite:///{tmp_path}/new.db") == 0
    assert sum("按一下“开始”" in note for note in office.notes) == 1
    assert await office.checks(DATABASE_URL=f"sqlite+aiosqlite:///{tmp_path}/other.db") == 0
    assert any("other.db；第一次 gridbot run 会建好" in note for note in office.notes)
    assert not (tmp_path / "other.db").exists(), "a check changes nothing"


async def test_databases_that_cannot_be_used_are_told(office: Office, tmp_path: Path, staffed: str) -> None:
    (tmp_path / "paper.db").write_text("no database, but long enough to be taken for the head of one" * 20)
    assert await office.checks(DATABASE_URL=f"sqlite+aiosqlite:///{tmp_path}/paper.db") == 1
    assert "not a database" in office.problems[0]
    assert await office.checks(DATABASE_URL=f"sqlite+aiosqlite:///{tmp_path}/nowhere/gridbot.db") == 1
    assert "请改正 GRIDBOT_DATABASE_URL" in office.problems[0]
    file = staffed.partition(":///")[2]
    with sqlite3.connect(file) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    assert await office.checks() == 1
    assert "数据库是更新的程序建的；请用更新的程序，或恢复之前的备份" in office.problems[0]


async def test_an_older_database_wants_a_backup_and_a_migration(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.check.HEAD", "9998")
    assert await office.checks() == 1
    assert office.problems == [f"问题：版本是 {HEAD}，程序要 9998；请先备份，再运行 gridbot migrate"]


async def test_a_token_that_telegram_refuses(live: Office) -> None:
    assert await live.checks(TOKEN="700000002:a-token-that-nobody-has-ever-given-out") == 1
    assert live.problems == ["问题：Telegram 不认这个 token；请从 @BotFather 重新复制到 GRIDBOT_TOKEN"]


async def test_a_server_that_is_away_or_something_else(live: Office, rehearsal: Rehearsal) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        away = f"http://127.0.0.1:{bound.getsockname()[1]}"
        assert await live.checks(TELEGRAM_URL=away, CLOCK_URL=f"{away}/clock") == 1
    assert len(live.problems) == 2
    assert f"练习时钟 {away}/clock 没有回应" in live.problems[0]
    assert f"{away} 没有回应" in live.problems[1]
    rehearsal.world.faults.add("getMe", "404")
    assert await live.checks() == 1
    assert "没有这个 token 的 Bot API" in live.problems[0]
    rehearsal.world.faults.add("getMe", "502")
    assert await live.checks() == 1
    assert "没有回应" in live.problems[0]


async def test_rights_in_each_group(live: Office, rehearsal: Rehearsal) -> None:
    world = rehearsal.world
    world.set_status(BOT, GRID1, "administrator", rights={"can_delete_messages": False})
    world.set_status(BOT, GRID2, "member")
    world.kick(BOT, GRID3)
    assert await live.checks() == 1
    assert len(live.problems) == 1
    assert f"机器人不在湘河社区第三网格 ({GRID3})的群里；请把它拉进群，或改正 chat" in live.problems[0]
    assert any("湘河社区第一网格" in note and "不能删消息" in note for note in live.notes)
    assert any("湘河社区第二网格" in note and "不是管理员" in note for note in live.notes)


async def test_privacy_mode_matters_where_the_bot_is_no_administrator(live: Office, rehearsal: Rehearsal) -> None:
    rehearsal.state.bots[BOT].can_read_all_group_messages = False
    assert await live.checks() == 0, "an administrator hears everything"
    assert "隐私模式开着" in live.text
    rehearsal.world.set_status(BOT, GRID2, "member")
    assert await live.checks() == 1
    assert "听不到湘河社区第二网格" in live.problems[0]
    assert "请设为管理员" in live.problems[0]


async def test_a_group_that_became_a_supergroup_is_told_with_its_new_number(
    live: Office, rehearsal: Rehearsal, tmp_path: Path
) -> None:
    rehearsal.world.add_group(-77, "湘河社区第一网格", [], {BOT: "administrator"}, type="group")
    new = rehearsal.world.migrate(-77)
    file = changed(tmp_path, lambda data: data["areas"][3].update(chat=-77))
    assert await live.checks(DISTRICT=file) == 1
    assert len(live.problems) == 1
    assert str(new) in live.problems[0]


async def test_a_grid_without_a_group_is_a_note(live: Office, tmp_path: Path) -> None:
    file = changed(tmp_path, lambda data: data["areas"][5].pop("chat"))
    assert await live.checks(DISTRICT=file) == 0
    assert any("这个网格还没有群；请把机器人拉进群" in note for note in live.notes)
