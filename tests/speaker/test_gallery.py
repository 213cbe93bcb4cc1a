"""Our own pictures: drawn beside the loop, uploaded once, known by Telegram's id; trouble costs nobody the words."""

import threading

import pytest

from bot.speaker.gallery import Gallery
from messages.pictures import Plan, Shape
from storage import StorageTrouble, Store

PLAN = Plan("湘河社区", (Shape("第一网格", ((0.0, 0.0), (300.0, 0.0), (300.0, 300.0)), own=True),))


async def test_it_is_drawn_in_a_thread_and_called_by_its_id_afterwards(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[int] = []

    def draw(plan: Plan) -> bytes:
        threads.append(threading.get_ident())
        return b"png"

    monkeypatch.setattr("bot.speaker.gallery._draw", draw)
    gallery = Gallery(sqlite_store)
    assert await gallery.photo(PLAN) == b"png"
    await gallery.keep(PLAN, "AgAC-1")
    assert await gallery.photo(PLAN) == "AgAC-1"
    assert await Gallery(sqlite_store).photo(PLAN) == "AgAC-1"
    assert len(threads) == 1
    assert threads[0] != threading.get_ident()


async def test_another_picture_is_another_id(sqlite_store: Store) -> None:
    gallery = Gallery(sqlite_store)
    await gallery.keep(PLAN, "AgAC-1")
    other = Plan("柳湾社区", PLAN.shapes)
    found = await gallery.photo(other)
    assert isinstance(found, bytes)
    assert found.startswith(b"\x89PNG")


async def test_trouble_with_the_store_is_no_trouble_with_the_picture(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: object) -> None:
        raise StorageTrouble("the database is away")

    gallery = Gallery(sqlite_store)
    monkeypatch.setattr(sqlite_store, "unit", away)
    monkeypatch.setattr(sqlite_store, "look", away)
    assert isinstance(await gallery.photo(PLAN), bytes)
    await gallery.keep(PLAN, "AgAC-1")
    assert await gallery.photo(PLAN) == "AgAC-1"


async def test_what_cannot_be_drawn_is_none(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(plan: Plan) -> bytes:
        raise OSError("no font")

    monkeypatch.setattr("bot.speaker.gallery._draw", broken)
    assert await Gallery(sqlite_store).photo(PLAN) is None
