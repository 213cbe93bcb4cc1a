"""The command line: how a message is read, one at a time and line by line, and how its mistakes are told."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

import bot.assemble
from bot import cli, logs
from bot.clock import ClockError
from bot.district import Loaded
from bot.settings import Settings
from bot.stage import TOKEN
from storage import StorageTrouble
from tests.bot.processes import SAMPLE, gridbot

SENTENCE = "3栋楼道灯坏了，老人昨天摔了一跤"
KEYS = ["action", "request", "confidence", "service", "second", "class", "private", "places", "reasons"]


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No `.env` and no district file are found by chance."""
    monkeypatch.chdir(tmp_path)


def test_a_message_is_explained_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["read", "3栋楼道灯坏了，", "老人昨天摔了一跤"]) == 0
    told = capsys.readouterr().out
    assert "service     streetlight\n" in told
    assert "  - “楼道灯坏了”说的是路灯、楼道照明\n" in told
    assert cli.main(["read", "--language", "en", SENTENCE]) == 0
    assert "  - “楼道灯坏了” is about: " in capsys.readouterr().out


async def test_lines_are_answered_in_order_and_broken_ones_are_told(tmp_path: Path) -> None:
    """Every line that can be read is answered, whatever stands between; the terminal's encoding does not matter."""
    lines = [
        json.dumps({"text": SENTENCE, "grid": "d.s1.c1.g1"}, ensure_ascii=False).encode(),
        b"no json",
        b'["a list"]',
        b'{"text": null}',
        b'{"words": "x"}',
        b'{"text": "x", "grid": 7}',
        b"",
        '{"text": "编码"}'.encode("gbk"),
        b"[" * 100_000,
        b'{"text": "half a pair \\ud83d"}',
        b'{"text": ""}',
        b'{"text": "\xe6\x97\xa9"}',
    ]
    found = await gridbot("read", "--jsonl", folder=tmp_path, said=b"\n".join(lines))
    assert found.code == 1
    answers = [json.loads(line) for line in found.out.splitlines()]
    assert [list(answer) for answer in answers] == [KEYS] * 4
    assert (answers[0]["service"], answers[0]["class"], answers[0]["places"]) == ("streetlight", "ordinary", ["3栋"])
    assert [answer["request"] for answer in answers] == [True, False, False, False]
    told = found.err.splitlines()
    assert [line.partition(":")[0] for line in told] == [f"line {number}" for number in (2, 3, 4, 5, 6, 8, 9)]
    assert all(line.endswith('write {"text": "…"}') for line in told)
    assert told[5].startswith("line 8: not in UTF-8")


async def test_good_lines_alone_end_well(tmp_path: Path) -> None:
    found = await gridbot("read", "--jsonl", folder=tmp_path, said='{"text": "有人晕倒了，快来人"}\n'.encode())
    assert (found.code, found.err) == (0, "")
    assert json.loads(found.out)["class"] == "life"


def test_the_districts_own_services_and_places_are_known(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = SAMPLE.read_text(encoding="utf-8") + "services:\n  streetlight: {zh: 亮灯}\n"
    (tmp_path / "own.yaml").write_text(own, encoding="utf-8")
    monkeypatch.setenv("GRIDBOT_DISTRICT", "own.yaml")
    assert cli.main(["read", SENTENCE]) == 0
    assert "说的是亮灯" in capsys.readouterr().out
    monkeypatch.setenv("GRIDBOT_DISTRICT", "nowhere.yaml")
    assert cli.main(["read", SENTENCE]) == 1
    assert "nowhere.yaml: cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["read"], ["read", "--jsonl", "早"]])
def test_nothing_to_read_is_said(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(arguments) == 1
    assert "gridbot read --jsonl" in capsys.readouterr().err


def test_whoever_stops_reading_ends_it_quietly(monkeypatch: pytest.MonkeyPatch) -> None:
    """`gridbot read --jsonl | head -1` is no crash."""
    reading, writing = os.pipe()
    os.close(reading)

    class Closed:
        encoding = "utf-8"

        def write(self, text: str) -> int:
            raise BrokenPipeError

        def flush(self) -> None:
            raise BrokenPipeError

        def fileno(self) -> int:
            return writing

    monkeypatch.setattr("sys.stdout", Closed())
    assert cli.main(["read", "早"]) == 1
    assert os.write(writing, b"x") == 1, "what is still buffered goes nowhere, without an error"
    os.close(writing)


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (StorageTrouble("no answer; look at it"), "no answer; look at it\n"),
        (
            ExceptionGroup("", [ClockError("no clock; start it"), ExceptionGroup("", [StorageTrouble("full; clear")])]),
            "no clock; start it\nfull; clear\n",
        ),
        (ExceptionGroup("", [StorageTrouble("full; clear"), StorageTrouble("full; clear")]), "full; clear\n"),
    ],
    ids=["one", "nested", "the same twice"],
)
def test_what_can_go_wrong_is_told_without_a_traceback(
    raised: Exception, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: object) -> int:
        raise raised

    monkeypatch.setattr(cli, "_migrate", fail)
    assert cli.main(["migrate"]) == 1
    assert capsys.readouterr().err == told


@pytest.mark.parametrize("raised", [ValueError("ours"), ExceptionGroup("", [ClockError("x"), ValueError("ours")])])
def test_a_mistake_of_ours_is_not_hidden(raised: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> int:
        raise raised

    monkeypatch.setattr(cli, "_migrate", fail)
    with pytest.raises(type(raised)):
        cli.main(["migrate"])


def test_ctrl_c_ends_as_shells_expect(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_migrate", interrupted)
    assert cli.main(["migrate"]) == 130


def test_a_start_that_waits_for_telegram_can_be_stopped(
    monkeypatch: pytest.MonkeyPatch, sqlite_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Told to stop before it listens, the process lets go of everything and ends well."""
    let_go = []

    @asynccontextmanager
    async def waiting(_: Settings, loaded: Loaded) -> AsyncIterator[None]:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.Event().wait()
            yield
        finally:
            let_go.append(True)

    monkeypatch.setattr(bot.assemble, "assemble", waiting)
    monkeypatch.setattr(logs, "set_up", lambda *_: None)
    for name, value in {"TOKEN": TOKEN, "DISTRICT": str(SAMPLE), "DATABASE_URL": sqlite_url}.items():
        monkeypatch.setenv(f"GRIDBOT_{name}", value)
    assert cli.main(["run"]) == 0
    assert let_go == [True]
    assert capsys.readouterr().err == ""


async def test_reading_needs_no_telegram_library(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """They take seconds to import, which nobody who asks about one message should wait for."""
    monkeypatch.setenv("PYTHONPROFILEIMPORTTIME", "1")
    found = await gridbot("read", SENTENCE, folder=tmp_path)
    assert found.code == 0
    imported = {line.rpartition("|")[2].strip() for line in found.err.splitlines()}
    assert "parsing.understanding" in imported
    assert not imported & {"aiogram", "telegram", "sqlalchemy"}
