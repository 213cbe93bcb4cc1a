"""What cannot be handled is put aside, whatever it had done before it failed, and a tap is answered all the same."""

from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import Update

from messages import phrase
from tests.stories.theatre import Play, playing


class Faulty:
    """A dispatcher with a mistake: it keeps a part, and fails."""

    def __init__(self, play: Play, *, keeps: bool) -> None:
        self.play = play
        self.keeps = keeps
        self.seen: list[int] = []

    async def feed(self, _: Bot, update: Update, **data: Any) -> None:
        self.seen.append(update.update_id)
        if self.keeps and len(self.seen) == 1:
            async with self.play.service.store.unit(update.update_id) as unit:
                await unit.marks.set("half", "done")
                await unit.commit()
        raise LookupError("a mistake of ours")


async def test_an_update_that_was_kept_in_part_is_parked(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with playing(sqlite_url) as play:
        gu = play.person("顾阿姨")
        faulty = Faulty(play, keeps=True)
        with monkeypatch.context() as patch:
            patch.setattr(play.service.handler._dispatcher, "feed_update", faulty.feed)
            gu.says("3栋楼道灯坏了")
            await play.until_quiet()
        assert len(faulty.seen) == 3
        async with play.service.store.look() as unit:
            parked = await unit.updates.parked(play.service.deps.now().replace(hour=0))
        assert [one.update_id for one in parked] == faulty.seen[:1]
        gu.says("5栋门口井盖松了")
        await gu.sees("〔1001〕")


@pytest.mark.parametrize("keeps", [False, True])
async def test_a_tap_that_is_parked_is_answered(keeps: bool, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with playing(sqlite_url) as play:
        gu, tu = play.people("顾阿姨", "tu")
        gu.says("3栋楼道灯坏了")
        card = await tu.asked_to("take", "〔1001〕")
        await play.until_quiet()
        with monkeypatch.context() as patch:
            patch.setattr(play.service.handler._dispatcher, "feed_update", Faulty(play, keeps=keeps).feed)
            assert await tu.taps(card, "take") == phrase("not_now", tu.language)
        assert play.service.handler.parked == 1
        await play.until_quiet()
        assert (await play.ticket()).handler is None


async def test_a_tap_of_no_shape_is_answered(sqlite_url: str) -> None:
    async with playing(sqlite_url) as play:
        play.world.inject_update(play.bot, {"callback_query": {"id": "77", "from": {"id": "nobody"}}})
        await play.until_quiet()
        answers = [call.params for call in play.world.calls if call.method == "answerCallbackQuery"]
        assert [one["callback_query_id"] for one in answers] == ["77"]
        assert play.service.handler.parked == 1
