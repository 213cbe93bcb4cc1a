"""`gridbot`: the command line. Each command says what is wrong and what helps; exit 1 then.

The Telegram libraries take seconds to import: each command imports what it needs, once its settings are right.
"""

import argparse
import asyncio
import io
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.district import Loaded, load_district
from bot.district_places import known_places
from bot.settings import Settings, load_settings
from parsing import Context, KnownPlace, explain, load_catalogue, to_json, understand

KNOWN = (
    ("bot.settings", "SettingsError"),
    ("bot.district_source", "DistrictError"),
    ("storage.errors", "StorageError"),
    ("bot.clock", "ClockError"),
    ("bot.speaker.deliver", "TokenError"),
    ("bot.check_live", "SilentError"),
    ("bot.invite", "InviteError"),
    ("bot.learning", "DataError"),
    ("parsing.linear", "ModelError"),
)
"""What can be wrong with a set-up: module and error. Each error's text lists the mistakes with their remedies."""

PROGRESS_SECONDS = 2.0
"""How often long work says how far it is."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except BrokenPipeError:
        # Whoever read our lines has enough. What is still buffered has nowhere to go, and exit would complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        told = [error] if not isinstance(error, ExceptionGroup) else list(_single(error))
        if not all(isinstance(one, _known()) for one in told):
            raise
        for text in dict.fromkeys(map(str, told)):
            print(text, file=sys.stderr)
        return 1


def _known() -> tuple[type[Exception], ...]:
    # What was never imported cannot have been raised.
    return tuple(getattr(sys.modules[module], name) for module, name in KNOWN if module in sys.modules)


def _single(group: ExceptionGroup[Exception]) -> Iterator[Exception]:
    for one in group.exceptions:
        if isinstance(one, ExceptionGroup):
            yield from _single(one)
        else:
            yield one


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="gridbot", description="全科网格 · a Telegram bot for neighbourhood grids")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    one = commands.add_parser("demo", help="the main job on loopback, without Telegram or any account")
    one.add_argument("--once", action="store_true", help="play the scene, print the transcript, exit")
    one.add_argument("--port", type=int, default=8088, help="port of the chat page (default 8088; 0 = any)")
    one.add_argument("--profile", default="nanhu", help="the sample district to run (default nanhu)")
    one.set_defaults(run=_demo)

    one = commands.add_parser("run", help="the service: listens, speaks, ticks")
    one.set_defaults(run=_run)

    one = commands.add_parser(
        "check", help="settings, district file, database and groups; each problem with its remedy"
    )
    one.set_defaults(run=_check)

    one = commands.add_parser("invite", help="a link for everybody who has not joined yet; --sheet FILE for QR codes")
    one.add_argument("person", nargs="*", metavar="PERSON", help="names or ids; none = everybody who has not joined")
    one.add_argument("--sheet", type=Path, metavar="FILE", help="also write a page with QR codes to print (HTML)")
    one.set_defaults(run=_invite)

    one = commands.add_parser("migrate", help="bring the database to this program's revision")
    one.set_defaults(run=_migrate)

    one = commands.add_parser("backup", help="write everything that is kept to one new file, also while gridbot runs")
    one.add_argument("file", type=Path, metavar="FILE")
    one.set_defaults(run=_backup)

    one = commands.add_parser("restore", help="fill an empty database, of either kind, from a backup")
    one.add_argument("file", type=Path, metavar="FILE")
    one.add_argument(
        "--next-ticket",
        type=int,
        default=0,
        metavar="NUMBER",
        help="the next ticket gets this number or a higher one: for an old backup, so that no number is given twice",
    )
    one.set_defaults(run=_restore)

    one = commands.add_parser("read", help="how a message is understood, with reasons")
    one.add_argument("text", nargs="*", help="the message")
    one.add_argument("--jsonl", action="store_true", help='one {"text": …} a line in, one answer a line out')
    one.add_argument("--language", choices=("zh", "en"), default="zh")
    one.add_argument("--rules", action="store_true", help="judge by the rules alone, without what was learned")
    one.set_defaults(run=_read)

    one = commands.add_parser("train", help="a category model from a district's own history of text,label rows")
    one.add_argument("data", type=Path, metavar="DATA.csv")
    one.add_argument("--model", type=Path, required=True, metavar="FILE", help="the file to write")
    one.set_defaults(run=_train)

    one = commands.add_parser("learn", help="learn from what the district's staff have corrected; also done at night")
    one.add_argument("--gently", action="store_true", help="leave the processor to others")
    one.set_defaults(run=_learn)

    one = commands.add_parser("evaluate", help="how good a category model is on text,label rows")
    one.add_argument("data", type=Path, metavar="DATA.csv")
    one.add_argument("--model", type=Path, metavar="FILE", help="a trained model; without one the data judges itself")
    one.add_argument("--folds", type=int, default=5, metavar="K", help="parts of the cross-validation (default 5)")
    one.set_defaults(run=_evaluate)
    return parser


def _train(options: argparse.Namespace) -> int:
    from bot.learning import fitted, read_data, write_model

    data = read_data(options.data)
    if data.encoding != "utf-8":
        _told(f"{options.data} is in {data.encoding.upper()}, and is read as that")
    if data.skipped:
        _told(f"{data.skipped} rows without a text or a label were left out")
    model = fitted(data, _told)
    write_model(model, options.model)
    print(f"{options.model}: labels {len(model.labels)}, runs of characters {len(model.grams):,}, {model.version}")
    return 0


def _learn(options: argparse.Namespace) -> int:
    if options.gently:
        os.nice(10)
    settings = load_settings()
    from bot.district_cache import load_known
    from bot.model import models
    from bot.relearn import LEAST, learn_from, printed
    from storage import open_store

    services = load_known(settings).services

    async def learn() -> str:
        store = await open_store(settings.database_url)
        try:
            async with store.look() as unit:
                enough = await unit.examples.count() >= LEAST
            if not enough:  # the models are not even loaded
                return printed(None, "")
            base = models(_told)
            return printed(await learn_from(store, base, services, _told), base.version)
        finally:
            await store.close()

    print(asyncio.run(learn()))
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    from bot.learning import evaluate, printed, read_data, read_model

    if options.folds < 2:
        print("--folds needs 2 or more: a model is never judged on what it has read.", file=sys.stderr)
        return 1
    model = read_model(options.model) if options.model is not None else None
    print(printed(evaluate(read_data(options.data), model, options.folds, _told)))
    return 0


def _told(line: str) -> None:
    """Say what long work is at, beside what is printed."""
    print(line, file=sys.stderr, flush=True)


def _demo(options: argparse.Namespace) -> int:
    from bot.demo import demo

    return demo(once=options.once, port=options.port, profile=options.profile)


def _check(_: argparse.Namespace) -> int:
    from bot.check import check

    return asyncio.run(check())


def _run(_: argparse.Namespace) -> int:
    settings = load_settings()
    settings.bot_token  # noqa: B018 - asked for first: without it nothing is touched, not even the database
    from bot import logs, steady
    from bot.district_cache import load_known

    loaded = load_known(settings)
    logs.set_up(settings.log_level, settings.log_format)
    asyncio.run(_looked_at(settings, loaded.district.timezone))
    steady.run(_serve(settings, loaded))
    return 0


async def _looked_at(settings: Settings, zone: str) -> None:
    """Raise what the start would raise anyway, seconds earlier: before the Telegram libraries are imported."""
    from bot.clock import PracticeClock
    from storage import open_store

    if settings.clock_url is not None:
        await PracticeClock(settings.clock_url, ZoneInfo(zone)).start()
    store = await open_store(settings.database_url)
    await store.close()


async def _serve(settings: Settings, loaded: Loaded) -> None:
    from bot import steady
    from bot.assemble import assemble

    loop, starting = asyncio.get_running_loop(), asyncio.current_task()
    assert starting is not None
    told_to_stop = asyncio.Event()

    def give_up() -> None:
        told_to_stop.set()
        starting.cancel()

    # Starting may take long: Telegram is waited for.
    loop.add_signal_handler(signal.SIGTERM, give_up)
    try:
        async with assemble(settings, loaded=loaded) as service:
            steady.settle()
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, service.stop)
            await service.run()
    except asyncio.CancelledError:
        if not told_to_stop.is_set():
            raise


def _invite(options: argparse.Namespace) -> int:
    from bot.clock import SystemClock
    from bot.invite import invitations, listed, sheet

    settings = load_settings()
    settings.bot_token  # noqa: B018 - asked for first: without it nothing is touched, not even the database
    zone = load_district(settings.district, load_catalogue()).district.timezone
    now = SystemClock(ZoneInfo(zone)).now()
    district, links = asyncio.run(invitations(settings, tuple(options.person), now))
    print(listed(district, links))
    if options.sheet is not None and links:
        try:
            sheet(district, links, options.sheet)
        except OSError as error:
            print(f"{options.sheet} cannot be written ({error.strerror}); give another FILE", file=sys.stderr)
            return 1
        print(f"\n{options.sheet}")
    return 0


def _migrate(_: argparse.Namespace) -> int:
    from storage import open_store

    settings = load_settings()

    async def bring() -> None:
        store = await open_store(settings.database_url, outdated=True)
        try:
            await store.migrate()
        finally:
            await store.close()

    asyncio.run(bring())
    print("The database is at this program's revision.")
    return 0


def _backup(options: argparse.Namespace) -> int:
    from storage.backup import backup

    copied = asyncio.run(backup(load_settings().database_url, options.file, _progress("backup")))
    print(f"{options.file}: rows {copied.rows:,}, revision {copied.revision}. Keep it as private as the database.")
    return 0


def _restore(options: argparse.Namespace) -> int:
    from storage.backup import restore

    url = load_settings().database_url
    copied = asyncio.run(restore(url, options.file, _progress("restore"), next_ticket=options.next_ticket))
    print(f"Restored: rows {copied.rows:,}. The database is at this program's revision. Next: gridbot check")
    return 0


def _progress(what: str) -> Callable[[int, int], None]:
    """Return what tells standard error how far long work is; short work says nothing."""
    from bot.clock import SystemClock

    clock = SystemClock(ZoneInfo("UTC"))
    told = clock.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal told
        if clock.monotonic() - told >= PROGRESS_SECONDS:
            told = clock.monotonic()
            print(f"{what}: {done:,} of {total:,} rows", file=sys.stderr, flush=True)

    return tell


def _read(options: argparse.Namespace) -> int:
    if options.jsonl == bool(options.text):
        print(
            'Write the message after `gridbot read`, or pipe {"text": …} lines into `gridbot read --jsonl`.',
            file=sys.stderr,
        )
        return 1
    context = _context()
    if not options.rules:
        from bot.model import models

        context = replace(context, models=models(_told))
    if options.jsonl:
        return _read_lines(context, options.language)
    meant = understand(" ".join(options.text), context)
    for key, value in to_json(meant, options.language, context.services).items():
        if key != "reasons":
            print(f"{key:<11} {value}")
    for reason in meant.reasons:
        print(f"  - {explain(reason, options.language, context.services)}")
    return 0


def _context() -> Context:
    """Return what the district file tells about services and places; without one the catalogue alone."""
    settings, services = load_settings(), load_catalogue()
    if "district" not in settings.model_fields_set and not settings.district.exists():
        return Context(services=services)
    loaded = load_district(settings.district, services)
    places = (KnownPlace(name, area) for name, area in known_places(loaded.district.areas))
    return Context(services=loaded.services, places=tuple(places))


def _read_lines(context: Context, language: str) -> int:
    """Answer each line of standard input; a line that cannot be read is told and makes the exit code 1."""
    # The lines are UTF-8 whatever the terminal is; half a character pair goes out escaped, as JSON allows.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    failed = False
    for number, line in enumerate(sys.stdin.buffer, 1):
        if not line.strip():
            continue
        try:
            text, grid = _asked(line)
        except (ValueError, RecursionError) as error:
            what = "not in UTF-8" if isinstance(error, UnicodeError) else 'not a JSON object with "text"'
            print(f'line {number}: {what}; write {{"text": "…"}}', file=sys.stderr)
            failed = True
            continue
        meant = understand(text, replace(context, grid=grid))
        print(json.dumps(to_json(meant, language, context.services), ensure_ascii=False), flush=True)
    return int(failed)


def _asked(line: bytes) -> tuple[str, str | None]:
    """Return the text and the grid of one line; raise ValueError if they are not there or of another kind."""
    asked = json.loads(line)
    if not isinstance(asked, dict) or not isinstance(asked.get("text"), str):
        raise ValueError
    grid = asked.get("grid")
    if not isinstance(grid, str | None):
        raise ValueError
    return asked["text"], grid


if __name__ == "__main__":
    sys.exit(main())
