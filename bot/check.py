"""`gridbot check`: whatever may be wrong with a set-up, each problem with its remedy, before residents feel it."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from bot import check_live, staffing
from bot.clock import ClockError, PracticeClock, SystemClock
from bot.district import DistrictError, Loaded, load_district
from bot.district_days import unannounced
from bot.district_source import Note
from bot.settings import Settings, SettingsError, load_settings
from handlers.directory import Directory
from parsing import load_catalogue
from storage import Contact, RevisionError, StorageError, StorageTrouble, open_store
from storage.migrations import HEAD


@dataclass
class Report:
    """Prints line by line, readable without colour, and counts. `problems` decide the exit code, `notes` do not."""

    language: str
    problems: int = 0
    notes: int = 0

    def heading(self, en: str, zh: str) -> None:
        """Begin a part."""
        print(f"\n{self._said(en, zh)}")

    def fact(self, en: str, zh: str) -> None:
        """Say how it is."""
        print(f"  {self._said(en, zh)}")

    def problem(self, en: str, zh: str) -> None:
        """Say what must be mended, and how."""
        self.problems += 1
        print(f"  {self._said('Problem:', '问题：')}{self._said(' ' + en, zh)}")

    def note(self, en: str, zh: str) -> None:
        """Say what may stay, and what helps."""
        self.notes += 1
        print(f"  {self._said('Note:', '提醒：')}{self._said(' ' + en, zh)}")

    def told(self, notes: Iterable[Note], path: Path) -> None:
        """Say several, each with its line in the district file where it has one."""
        for one in notes:
            at = f"{path}:{one.line}: " if one.line else ""
            (self.problem if one.grave else self.note)(at + one.en, at + one.zh)

    def end(self) -> int:
        """Say how it stands; return the exit code."""
        print()
        if self.problems:
            en = f"{self.problems} to mend, {self.notes} to know. Mend them and run gridbot check again."
            print(self._said(en, f"{self.problems} 处要改，{self.notes} 处留意。改好后再运行 gridbot check。"))
            return 1
        if self.notes:
            print(self._said(f"Nothing to mend, {self.notes} to know.", f"没有要改的，{self.notes} 处留意。"))
        else:
            print(self._said("All is well.", "一切正常。"))
        return 0

    def _said(self, en: str, zh: str) -> str:
        return zh if self.language == "zh" else en


async def check(environ: Mapping[str, str] | None = None) -> int:
    """Look at everything and print it; return 0 if nothing must be mended, else 1. Nothing is changed.

    `environ`: instead of the process's own environment and `.env`.
    """
    settings, wrong = _settings(environ)
    path = settings.district if settings else Path((environ or os.environ).get("GRIDBOT_DISTRICT") or "district.yaml")
    try:
        loaded, mistakes = load_district(path, load_catalogue()), None
        language = loaded.district.language
    except DistrictError as error:
        loaded, mistakes, language = None, error.lines, error.language
    report = Report(language)
    _tell_settings(report, settings, wrong)
    _tell_district(report, path, loaded, mistakes)
    contacts = None
    if settings is not None:
        contacts, loaded = await _tell_database(report, settings, loaded)
    username = await _tell_telegram(report, settings, loaded, path) if settings else None
    if loaded is not None:
        _tell_people(report, path, loaded, contacts, username)
    return report.end()


def _settings(environ: Mapping[str, str] | None) -> tuple[Settings | None, tuple[str, ...]]:
    try:
        return load_settings(environ), ()
    except SettingsError as error:
        return None, tuple(map(str, error.problems))


def _tell_settings(report: Report, settings: Settings | None, wrong: tuple[str, ...]) -> None:
    report.heading("Settings", "设置")
    for line in wrong:
        report.problem(line, line)
    if settings is None:
        report.fact(
            "Database and Telegram are looked at once the settings are right.", "设置改好之后才查数据库和 Telegram。"
        )
        return
    shown = settings.masked()
    width = max(map(len, shown))
    for name, value in shown.items():
        report.fact(f"{name:<{width}}  {value or '-'}", f"{name:<{width}}  {value or '-'}")


def _tell_district(report: Report, path: Path, loaded: Loaded | None, mistakes: tuple[str, ...] | None) -> None:
    report.heading(f"District file {path}", f"区域文件 {path}")
    for line in mistakes or ():
        report.problem(line, line)
    if loaded is None:
        return
    district = loaded.district
    grids, people, departments = len(district.grids), len(district.people), len(district.departments)
    services = len(loaded.services.by_code)
    report.fact(
        f"{district.name}: {grids} grids, {people} people, {departments} departments, {services} services",
        f"{district.name}：{grids} 个网格，{people} 人，{departments} 个部门，{services} 个事项",
    )
    for line in loaded.warnings:
        (report.problem if line in loaded.grave else report.note)(line, line)
    today = SystemClock(ZoneInfo(district.timezone)).now().date()
    report.told(filter(None, [unannounced(loaded.policy, district.timezone, today)]), path)


_UNBOUND = (
    "this grid has no group yet; add the bot to the group and write /bind there",
    "这个网格还没有群；请把机器人拉进群，在群里发 /bind",
)


Contacts = dict[int, Contact]


async def _tell_database(
    report: Report, settings: Settings, loaded: Loaded | None
) -> tuple[Contacts | None, Loaded | None]:
    """Look beside a running process.

    Return what is known of the staff (None if nothing can be known), and the district with the groups bound and the
    people joined since its file was written.
    """
    report.heading("Database", "数据库")
    file = _file(settings.database_url)
    if file is not None and not file.exists() and file.parent.is_dir():
        report.note(
            f"{file} is not there yet; the first gridbot run makes it", f"还没有 {file}；第一次 gridbot run 会建好"
        )
        return None, loaded
    try:
        store = await open_store(settings.database_url, outdated=True, reading=True)
        try:
            if store.revision is None:
                report.note("no tables yet; the first gridbot run makes them", "还没有表；第一次 gridbot run 会建好")
                return None, loaded
            if store.revision != HEAD:
                en = f"at revision {store.revision}, this program wants {HEAD}; make a backup, then run gridbot migrate"
                zh = f"版本是 {store.revision}，程序要 {HEAD}；请先备份，再运行 gridbot migrate"
                report.problem(en, zh)
                return None, loaded
            report.fact(f"revision {store.revision}, as wanted", f"版本 {store.revision}，正合适")
            if loaded is not None:
                directory = Directory(loaded.district)
                await directory.refresh(store)
                loaded = replace(loaded, district=directory.district)
            staff = [one.telegram for one in loaded.district.people.values() if one.telegram] if loaded else []
            async with store.look() as unit:
                return await unit.contacts.all_staff(staff), loaded
        finally:
            await store.close()
    except RevisionError as error:
        zh = "数据库是更新的程序建的；请用更新的程序，或恢复之前的备份"
        report.problem(str(error), f"{zh}（{error}）")
    except StorageTrouble as error:
        en = f"{error}; look at GRIDBOT_DATABASE_URL, and whether what it names is there and whole"
        report.problem(en, f"读不了（{error}）；请看 GRIDBOT_DATABASE_URL 写得对不对，它指的数据库是否完好")
    except StorageError as error:
        report.problem(str(error), f"打不开；请改正 GRIDBOT_DATABASE_URL（{error}）")
    return None, loaded


def _file(url: str) -> Path | None:
    scheme, _, rest = url.partition(":///")
    return Path(rest.partition("?")[0]) if scheme.startswith("sqlite") else None


async def _tell_telegram(report: Report, settings: Settings, loaded: Loaded | None, path: Path) -> str | None:
    """Ask Telegram; return the bot's user name where it is known."""
    report.heading("Telegram", "Telegram")
    if settings.clock_url is not None and loaded is not None:
        try:
            await PracticeClock(settings.clock_url, ZoneInfo(loaded.district.timezone)).start()
        except ClockError as error:
            zh = f"练习时钟 {settings.clock_url} 没有回应；请先启动演练服务，或去掉 GRIDBOT_CLOCK_URL"
            report.problem(str(error), zh)
    if settings.token is None:
        en = "there is no token, so the bot and its groups are not looked at; put GRIDBOT_TOKEN in when you have it"
        report.note(en, "没有 token，机器人和各个群先不查；拿到后写进 GRIDBOT_TOKEN")
        return None
    if loaded is None:
        report.fact("The groups are looked at once the district file is right.", "区域文件改好之后才查各个群。")
        return None
    found = await check_live.look(settings, loaded.district)
    if found.me is not None:
        hears_all = bool(found.me.can_read_all_group_messages)
        report.fact(
            f"@{found.me.username} ({found.me.id}), privacy mode {'off' if hears_all else 'on'}, "
            f"{found.rooms} groups looked at",
            f"@{found.me.username}（{found.me.id}），隐私模式{'关' if hears_all else '开'}着，查了 {found.rooms} 个群",
        )
    report.told(found.notes, path)
    return found.me.username if found.me else None


def _tell_people(
    report: Report, path: Path, loaded: Loaded, contacts: Mapping[int, Contact] | None, username: str | None
) -> None:
    report.heading("People and groups", "人员和群")
    before = report.problems + report.notes
    for grid in loaded.district.grids:
        if grid.chat is None:
            report.told([Note(grid.line, *_UNBOUND)], path)
    report.told(staffing.unreachable(loaded.district, contacts, username), path)
    report.told(staffing.missing_specialists(loaded.district, loaded.policy.required), path)
    report.told(staffing.unserved(loaded.district, loaded.services), path)
    if report.problems + report.notes == before:
        report.fact("everybody is there", "人都齐了")
