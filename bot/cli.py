"""`gridbot`: the command line. Each command says what is wrong and what helps; exit 1 then."""

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from bot import logs
from bot.assemble import Service, assemble
from bot.clock import ClockError
from bot.district import load_district
from bot.district_file import DistrictError
from bot.settings import Settings, SettingsError, load_settings
from bot.speaker import TokenError
from parsing import Context, KnownPlace, explain, load_catalogue, to_json, understand
from storage import StorageError, open_store

KNOWN = (SettingsError, DistrictError, StorageError, ClockError, TokenError)
"""What can be wrong with a set-up; each error's text lists the mistakes with their remedies."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except KNOWN as error:
        print(f"{error}", file=sys.stderr)
        return 1
    except ExceptionGroup as group:
        known = group.subgroup(KNOWN)
        if known is None:
            raise
        for told in known.exceptions:
            print(f"{told}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="gridbot", description="全科网格 · a Telegram bot for neighbourhood grids")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    one = commands.add_parser("demo", help="the main job on loopback, without Telegram or any account")
    one.add_argument("--once", action="store_true", help="play the scene, print the transcript, exit")
    one.add_argument("--port", type=int, default=8088, help="port of the chat page (default 8088; 0 = any)")
    one.add_argument("--profile", default="nanhu", help="the sample district to run (default nanhu)")
    one.set_defaults(run=lambda options: demo(once=options.once, port=options.port, profile=options.profile))

    one = commands.add_parser("run", help="the service: listens, speaks, ticks")
    one.set_defaults(run=_run)

    one = commands.add_parser(
        "check", help="settings, district file, database and groups; each problem with its remedy"
    )
    one.set_defaults(run=lambda _: asyncio.run(check()))

    one = commands.add_parser("migrate", help="bring the database to this program's revision")
    one.set_defaults(run=_migrate)

    one = commands.add_parser("read", help="how a message is understood, with reasons")
    one.add_argument("text", nargs="*", help="the message")
    one.add_argument("--jsonl", action="store_true", help='one {"text": …} a line in, one answer a line out')
    one.add_argument("--language", choices=("zh", "en"), default="zh")
    one.set_defaults(run=_read)
    return parser


def _run(_: argparse.Namespace) -> int:
    settings = load_settings()
    logs.set_up(settings.log_level, settings.log_format)
    asyncio.run(_serve(settings))
    return 0


async def _serve(settings: Settings) -> None:
    async with assemble(settings) as service:
        _stop_on_signals(service)
        await service.run()


def _stop_on_signals(service: Service) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, service.stop)


def _migrate(_: argparse.Namespace) -> int:
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


def _read(options: argparse.Namespace) -> int:
    services = load_catalogue()
    places: tuple[KnownPlace, ...] = ()
    district = Path("district.yaml")
    if district.exists():
        loaded = load_district(district, services)
        services = loaded.services
        places = tuple(KnownPlace(name, area.code) for area in loaded.district.areas.values() for name in area.places)
    lines = sys.stdin if options.jsonl else [" ".join(options.text)]
    failed = False
    for number, line in enumerate(lines, 1):
        text, grid = line.rstrip("\n"), None
        if options.jsonl:
            if not text.strip():
                continue
            try:
                asked = json.loads(text)
                text, grid = str(asked["text"]), asked.get("grid")
            except (ValueError, KeyError, TypeError):
                print(f'line {number}: not a JSON object with "text"; write {{"text": "…"}}', file=sys.stderr)
                failed = True
                continue
        meant = understand(text, Context(services=services, places=places, grid=grid, addressed=False))
        if options.jsonl:
            print(json.dumps(to_json(meant, options.language), ensure_ascii=False), flush=True)
            continue
        answer = to_json(meant, options.language)
        for key, value in answer.items():
            if key != "reasons":
                print(f"{key:<11} {value}")
        for reason in meant.reasons:
            print(f"  - {explain(reason, options.language)}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
