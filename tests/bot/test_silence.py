"""Logs speak of events and numbers: no words of people, no names, no identity numbers, no token."""

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog

from bot import logs
from bot.stage import TOKEN
from tests.stories.theatre import GRID1, playing

IDENTITY = "330402195806152215"
PHONE = "13800138000"
SENTENCE = f"3栋楼道灯坏了，我妈摔了一跤，她身份证{IDENTITY}，电话{PHONE}"
QUESTION = "医生给我换了降压药，头晕，还要不要吃？"
SECRET = [
    TOKEN,
    TOKEN.partition(":")[2],
    IDENTITY,
    PHONE,
    "楼道灯",
    "摔了",
    "降压药",
    "头晕",
    "顾阿姨",
    "潘大伯",
    "屠甲",
]


Logging = Callable[[str, str], None]


@pytest.fixture
def logging_as(monkeypatch: pytest.MonkeyPatch) -> Iterator[Logging]:
    """Set logging up as the service does, whatever the theatre wants, and give it back as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: one.level for name, one in root.manager.loggerDict.items() if isinstance(one, logging.Logger)}

    def set_up(level: str, form: str) -> None:
        logs.set_up(level, form)
        monkeypatch.setattr(logs, "set_up", lambda *_: None)

    yield set_up
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, one in root.manager.loggerDict.items():
        if isinstance(one, logging.Logger):
            one.setLevel(levels.get(name, logging.NOTSET))
    structlog.reset_defaults()


@pytest.mark.parametrize("level", ["info", "debug"])
@pytest.mark.parametrize("form", ["console", "json"])
async def test_logs_carry_no_words_names_or_secrets(
    form: str, level: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], logging_as: Logging
) -> None:
    logging_as(level, form)
    async with playing(f"sqlite+aiosqlite:///{tmp_path}/story.db") as play:
        gu, pan = play.person("顾阿姨"), play.person("潘大伯")
        gu.starts()
        gu.says(SENTENCE)
        work = await play.person("tu").reads("楼道灯")
        await play.person("tu").taps(work, "接单")
        pan.says(QUESTION)
        # What goes wrong is logged most: an update of no shape, a refused message, a server that fails.
        play.world.inject_update(play.bot, {"message": {"text": SENTENCE, "from": {"first_name": "顾阿姨"}}})
        play.world.faults.add("sendMessage", "400", description="chat not found")
        play.world.faults.add("editMessageText", "502")
        gu.says(f"四楼的灯也坏了，{PHONE}")
        await play.until_quiet()
        structlog.get_logger("test").warning("trouble", url=f"https://api.telegram.org/bot{TOKEN}/getMe")
        logging.getLogger("test").error("failed: %s", f"/bot{TOKEN}/sendMessage")
        assert play.live_cards("〔1001〕", GRID1), "something happened"
    told = capsys.readouterr()
    lines = (told.err + told.out).splitlines()
    assert any("update_parked" in line for line in lines)
    assert any("/getMe" in line for line in lines)
    leaked = [line for line in lines if any(secret in line for secret in SECRET)]
    assert leaked == []
    if form == "json":
        assert all({"event", "level", "timestamp"} <= json.loads(line).keys() for line in lines)


@pytest.mark.parametrize("form", ["console", "json"])
async def test_an_error_that_quotes_somebody_is_logged_by_its_kind_alone(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, logging_as: Logging
) -> None:
    """A bug of ours whose text holds the message: it is parked, told, and the words stay where they are."""
    logging_as("debug", form)
    async with playing(f"sqlite+aiosqlite:///{tmp_path}/story.db") as play:

        async def fail(*_: object, **__: object) -> None:
            raise ValueError(SENTENCE)

        monkeypatch.setattr(play.service.handler._dispatcher, "feed_update", fail)
        play.person("顾阿姨").says(SENTENCE)
        await play.until_quiet()
    told = capsys.readouterr()
    lines = (told.err + told.out).splitlines()
    assert any("update_failed" in line and "ValueError" in line for line in lines)
    assert any("update_parked" in line for line in lines)
    assert [line for line in lines if any(secret in line for secret in SECRET)] == []
