"""Learning from corrections: what is accepted, what is kept, what a service takes up at night without waiting."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from bot import relearn
from bot.cli import main
from bot.nightly import Nightly
from bot.relearn import (
    TRIED,
    Judge,
    in_use,
    judge_of,
    learn_from,
    printed,
    relearned,
    taught,
    version_with,
    write_model,
)
from bot.settings import load_settings
from handlers.deps import Deps, Learned
from parsing import load_catalogue
from parsing.learned import Models
from parsing.lessons import Lesson, learn, lessons
from storage import IN_USE, Example, Store
from tests.bot.processes import SAMPLE
from tests.storage.samples import GRID, keep

NOW = datetime(2026, 5, 11, 9, tzinfo=UTC)
FEW = ("streetlight", "garbage", "noise", "fire")
LOCAL = [
    f"{place}的{what}"
    for place in ("东头", "西头", "南院", "北院")
    for what in ("独眼龙罢工了", "独眼龙瞎了", "独眼龙又睡了")
]
"""What people of one district call their lamps: nobody else could know."""

TALK = [f"{who}今天又来{what}" for who in ("老哥们", "姐妹们", "大伙") for what in ("打毛毛", "玩毛毛", "唱毛毛")]


@pytest.fixture(scope="module")
def few() -> list[Lesson]:
    chosen = [one for one in lessons() if one.subject in FEW or one.subject.startswith("chatter j")]
    return chosen[::2]


@pytest.fixture(scope="module")
def base(few: list[Lesson]) -> Models:
    """Models of a few services: seconds, not minutes."""
    return learn(few)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def untrained(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where only the comparison matters, the new model is the old one by another version."""

    def made(examples: Sequence[Example], base: Models, _: Sequence[Lesson]) -> Models:
        return replace(base, linear=replace(base.linear, version=version_with(base.version, examples)))

    monkeypatch.setattr(relearn, "_made", made)


def examples() -> list[Example]:
    """What a district has taught."""
    said = [(text, "streetlight") for text in LOCAL] + [(text, None) for text in TALK]
    said += [("独眼龙又要钱了吧哈哈", None), ("独眼龙是谁起的名", None), ("独眼龙挂歪了", "streetlight")]
    return [Example(at, text, label, GRID, NOW + timedelta(hours=at)) for at, (text, label) in enumerate(said, 1)]


JUDGE = judge_of(load_catalogue())


def test_what_a_district_teaches_is_accepted(base: Models, few: list[Lesson]) -> None:
    found = relearned(examples(), base, JUDGE, built_in=few)
    assert found.examples == 24
    assert found.after > found.before
    assert found.made is not None
    assert found.made.version == version_with(base.version, examples())
    assert JUDGE(found.made, LOCAL[0], None)[0] == "streetlight"
    again = Models.from_bytes(found.made.to_bytes())
    assert again.version == found.made.version


def says(**services: str | None) -> Judge:
    """A judge by the model's version: `new` for one of the district, `old` for the built-in one, `own` for `own`."""

    def judge(models: Models, text: str, grid: str | None) -> tuple[str | None, bool]:
        name = "new" if "-" in models.version else "own" if models.version == "own" else "old"
        known = next((one.service for one in examples() if one.text == text), "gas_leak")
        asked = services[name]
        return (known if asked == "right" else asked), asked == "right"

    return judge


DANGER = [Lesson(f"楼上着火了{at}", "fire", True, "fire") for at in range(300)]
LESSONS = [*DANGER, Lesson("路灯坏了", "streetlight"), Lesson("声音太大", "noise")]


@pytest.mark.usefixtures("untrained")
@pytest.mark.parametrize(
    ("old", "new", "accepted"), [("?", "right", True), ("right", "right", True), ("right", "?", False)]
)
def test_no_worse_is_accepted(base: Models, old: str, new: str, accepted: bool) -> None:
    found = relearned(examples(), base, says(old=old, new=new), built_in=LESSONS)
    assert (found.before, found.after) == (24 * (old == "right"), 24 * (new == "right"))
    assert (found.made is not None) is accepted
    assert ("accepted" in printed(found, "v")) is accepted


@pytest.mark.usefixtures("untrained")
def test_a_model_that_overlooks_danger_is_not_accepted(base: Models) -> None:
    def blind(models: Models, text: str, grid: str | None) -> tuple[str | None, bool]:
        service, _ = says(old="?", new="right")(models, text, grid)
        return service, models is base or text not in {one.text for one in DANGER[: 2 if grid is None else 0]}

    found = relearned(examples(), base, blind, built_in=LESSONS)
    assert (found.after, found.overlooked, found.made) == (24, 2, None)
    assert "dangers overlooked 2" in printed(found, "v")


@pytest.mark.usefixtures("untrained")
def test_the_present_model_is_no_witness_of_what_it_has_read(base: Models) -> None:
    own = replace(base, linear=replace(base.linear, version="own"))
    judge = says(old="?", own="right", new="?")
    known = relearned(examples(), base, judge, built_in=LESSONS, present=(own, NOW + timedelta(days=9)))
    assert (known.before, known.made is not None) == (0, True)
    unread = relearned(examples(), base, judge, built_in=LESSONS, present=(own, NOW))
    assert (unread.before, unread.made) == (24, None)


def test_examples_have_weight_and_take_the_place_of_an_utterance(few: list[Lesson]) -> None:
    same = replace(examples()[0], text=few[0].text, service=None)
    found = [one for one in taught([same, *examples()[1:]], few) if one.text == few[0].text]
    assert found == [Lesson(few[0].text, None, False, "chatter district")] * 5
    many = [replace(same, ticket=at, text=f"{at}") for at in range(800)]
    assert sum(one.text == "7" for one in taught(many, few)) == 1


@pytest.mark.usefixtures("untrained")
async def test_the_store_knows_which_model_is_in_use(
    store: Store, base: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relearn, "lessons", lambda: LESSONS)
    monkeypatch.setattr(relearn, "judge_of", lambda _: says(old="?", own="?", new="right"))
    services = load_catalogue()
    assert await learn_from(store, base, services, lambda _: None) is None
    for one in examples():
        ticket = await keep(store)
        async with store.unit() as unit:
            await unit.examples.keep(replace(one, ticket=ticket.id))
            await unit.commit()
    assert await in_use(store, base) is base
    outcome = await learn_from(store, base, services, lambda _: None)
    assert outcome is not None
    assert outcome.made is not None
    assert (await in_use(store, base)).version == outcome.made.version
    newer = replace(base, linear=replace(base.linear, version="newer"))
    assert await in_use(store, newer) is newer, "it was made on top of other utterances"
    async with store.look() as unit:
        assert await unit.marks.get(TRIED) == outcome.made.version
        assert (await unit.marks.get(IN_USE) or "").startswith(outcome.made.version)
    relearn.file_of(outcome.made.version).unlink()
    assert await in_use(store, base) is base


async def test_the_night(store: Store, base: Models, tmp_path: Path) -> None:
    """Once a night, only with something new, in a process of its own; taken up when that is over."""
    night = datetime(2026, 5, 12, 3, 11, tzinfo=ZoneInfo("Asia/Shanghai"))
    clock = SimpleNamespace(now=night)
    learned = Learned(base)
    deps = cast("Deps", SimpleNamespace(store=store, now=lambda: clock.now, learned=learned))
    settings = load_settings({}, district=SAMPLE, database_url="sqlite+aiosqlite:///x.db")
    shown = tmp_path / "shown"
    script = f"import os; open({str(shown)!r}, 'w').write(os.environ['GRIDBOT_DATABASE_URL'])"
    nightly = Nightly(deps, settings, (sys.executable, "-c", script))

    async def began() -> bool:
        await nightly.look()
        return nightly._process is not None

    assert not await began(), "nothing to learn from"
    taught = []
    for one in examples():
        ticket = await keep(store)
        async with store.unit() as unit:
            await unit.examples.keep(replace(one, ticket=ticket.id))
            await unit.commit()
        taught.append(ticket.id)
    for hour in (2, 9):
        clock.now = night.replace(hour=hour)
        assert not await began()
    clock.now = night
    assert await began()
    process: Any = nightly._process
    assert await process.wait() == 0
    assert shown.read_text() == "sqlite+aiosqlite:///x.db"
    own = replace(base, linear=replace(base.linear, version=version_with(base.version, examples())))
    write_model(own)
    async with store.unit() as unit:  # as the process would have left it
        await unit.marks.set(TRIED, version_with(base.version, await unit.examples.all()))
        await unit.marks.set(IN_USE, f"{own.version} {NOW.isoformat()}")
        await unit.commit()
    assert not await began(), "once a night"
    assert learned.models is not None
    assert learned.models.version == own.version
    clock.now = night + timedelta(days=1)
    assert not await began(), "nothing new"
    async with store.unit() as unit:
        await unit.examples.forget(taught[:1])
        await unit.commit()
    assert await began()
    assert learned.models is base, "it had read the words of somebody who wished to be forgotten"
    await nightly.stop()
    await Nightly(cast("Deps", SimpleNamespace(learned=Learned())), settings).look()


def test_learn_with_too_little(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GRIDBOT_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'grid.db'}")
    monkeypatch.setenv("GRIDBOT_DISTRICT", str(SAMPLE))
    assert main(["migrate"]) == 0
    assert main(["learn"]) == 0
    assert "fewer than 20 corrections" in capsys.readouterr().out
