"""Files by their id: captions, albums, limits, and messages that may have arrived."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime

import pytest

from bot.speaker import Seen
from bot.speaker.choose import choose
from bot.speaker.present import Dropped
from messages import Rendered
from storage import Outgoing, OutKind, OutStatus, Store
from tests.rehearsal.conftest import PNG
from tests.speaker.conftest import BOT, GROUP, LI, TU, Stage, Words, heard, staged
from tickets.media import packed, unpacked
from tickets.model import Photo

JPEG = b"\xff\xd8\xff\xd9"
PLACE = Photo("30.765,120.755", "location")


class Files(Words):
    """Words with the files of the row."""

    async def present(self, row: Outgoing, now: datetime, *, anyway: bool = False) -> Rendered | Dropped:
        made = await super().present(row, now, anyway=anyway)
        assert isinstance(made, Rendered)
        media = unpacked(row.data.get("media", ""))
        return replace(made, media=media) if media else made


@pytest.fixture
async def gallery(sqlite_store: Store) -> AsyncIterator[Stage]:
    """A stage whose rows carry files."""
    async with staged(sqlite_store) as made:
        made.words = Files()
        yield made


def kept(stage: Stage, kind: str = "photo", data: bytes = JPEG) -> Photo:
    """Return a file that Telegram has."""
    return Photo(stage.rehearsal.state.files.keep(data, kind).id, kind)


def test_a_line_of_files_comes_back() -> None:
    files = (Photo("AgAC-x_y"), Photo("AwAC", "voice"), PLACE)
    assert unpacked(packed(files)) == files
    assert unpacked("") == unpacked("photo: rubbish") == ()


@pytest.mark.parametrize("kind", ["photo", "voice", "video", "document", "audio"])
async def test_each_kind_goes_by_its_id_with_words_under_it(gallery: Stage, kind: str) -> None:
    file = kept(gallery, kind, JPEG if kind == "photo" else b"bytes")
    await gallery.post("〔1〕", data={"media": packed([file])})
    async with gallery.speaking():
        await gallery.quiet(sent=1)
    (call,) = gallery.calls(f"send{kind}")
    assert (call.params[kind], call.params["caption"]) == (file.file_id, "〔1〕")
    (message,) = gallery.world.messages(GROUP)
    assert kind in message.media
    assert message.buttons[0][0].text == "接单"


async def test_a_place_has_no_words(gallery: Stage) -> None:
    await gallery.post("〔1〕", data={"media": packed([PLACE])})
    async with gallery.speaking():
        await gallery.quiet(sent=1)
    (message,) = gallery.world.messages(GROUP)
    assert message.media["location"] == {"latitude": 30.765, "longitude": 120.755}


async def test_an_album_counts_its_files_and_every_part_belongs_to_the_ticket(gallery: Stage) -> None:
    files = [kept(gallery, "photo", JPEG + bytes([number])) for number in range(3)]
    await gallery.post("〔7〕", ticket=7, data={"media": packed(files)})
    async with gallery.speaking() as speaker:
        await gallery.quiet(sent=1)
    album = gallery.world.messages(GROUP)
    assert [one.text for one in album] == ["〔7〕", "", ""]
    async with gallery.store.look() as unit:
        assert [await unit.sources.ticket_of(GROUP, one.id) for one in album] == [7, 7, 7]
        assert [weight for _, _, weight in await unit.outbox.recent(0)] == [3]
    full = speaker.manners.pace.group_calls
    at = speaker._clock.monotonic()
    assert speaker.windows.room(GROUP, at, full - 3) == 0
    assert speaker.windows.room(GROUP, at, full - 2) > 0


def test_an_album_waits_for_room_for_all_of_it() -> None:
    row = Outgoing(
        1, OutKind.MESSAGE, "k", GROUP, None, None, "media", "zh", {"media": "photo:a photo:b"}, 1, None, None, 1,
        OutStatus.PENDING, 0, None, None, None, False, False, False, None, 0.0, 0.0, None, "",
    )  # fmt: skip
    asked: list[int] = []

    def room(_: int, weight: int) -> float:
        asked.append(weight)
        return 0.0

    now = datetime.fromisoformat("2026-06-03T10:00:00+08:00")
    assert choose([row], now, 0.0, (), (), room, 4).send == (row,)
    assert asked == [2]


async def test_a_file_that_vanished_costs_the_file_and_not_the_words(gallery: Stage) -> None:
    await gallery.post("换好了", template="result", key="words", data={"media": "photo:gone"})
    await gallery.post("〔1〕", template="media", key="file", data={"media": "photo:gone"})
    async with gallery.speaking():
        await gallery.quiet(sent=1, failed=1)
    assert gallery.texts() == ["换好了"]
    assert [key for key, _ in gallery.failed] == ["words", "file"]
    assert "wrong file identifier" in gallery.failed[0][1].lower()


LOST = ["timeout", "timeout_after_delivery", "drop", "drop_after_delivery"]


@pytest.mark.parametrize("kind", LOST)
@pytest.mark.parametrize("chat", [GROUP, TU])
async def test_a_lost_picture_is_found_by_its_words(gallery: Stage, kind: str, chat: int) -> None:
    seen = Seen()
    gallery.world.start(TU, BOT)
    seen.note(TU, "private", 1)
    heard(gallery.world, seen, LI, GROUP, "在吗")
    gallery.world.faults.add(method="sendPhoto", kind=kind)
    await gallery.post("〔1〕 换好了", chat=chat, data={"media": packed([kept(gallery)])})
    async with gallery.speaking(seen=seen) as speaker:
        await gallery.quiet(sent=1)
    assert gallery.texts(BOT if chat == TU else chat, TU) == ["〔1〕 换好了"]
    assert speaker.counts.adopted == (1 if kind.endswith("after_delivery") else 0)
    assert speaker.counts.unproved == 0


async def test_a_lost_place_cannot_be_proved_and_comes_at_most_twice(gallery: Stage) -> None:
    gallery.world.faults.add(method="sendLocation", kind="timeout_after_delivery")
    seen = Seen()
    heard(gallery.world, seen, LI, GROUP, "在吗")
    await gallery.post("〔1〕", data={"media": packed([PLACE])})
    async with gallery.speaking(seen=seen) as speaker:
        await gallery.quiet(sent=1)
    places = [one for one in gallery.world.messages(GROUP) if one.media]
    assert len(places) == 2
    assert speaker.counts.unproved == 1


async def test_a_lost_card_is_looked_for_among_pictures_too(gallery: Stage) -> None:
    """A number of ours that turns out to be a picture is not the card: no caption of it is changed, nothing fails."""
    seen = Seen()
    heard(gallery.world, seen, LI, GROUP, "在吗")
    gallery.world.faults.add(method="sendPhoto", kind="timeout_after_delivery", times=1)
    gallery.world.faults.add(method="sendMessage", kind="drop")
    await gallery.post("〔1〕", data={"media": packed([kept(gallery)])}, priority=1)
    await gallery.card(2, text="card")
    async with gallery.speaking(seen=seen):
        await gallery.quiet(sent=2)
    assert sorted(gallery.texts()) == ["card", "〔1〕"]


async def test_what_makes_no_album_together_comes_one_after_the_other(gallery: Stage) -> None:
    """A picture sent as a file is a photo now, the list beside it still a file; the words stand once."""
    picture, paper = kept(gallery, "document", PNG), kept(gallery, "document", b"%PDF")
    files = (replace(picture, kind="picture"), replace(picture, kind="picture"), paper)
    await gallery.post("〔1〕", data={"media": packed(files)})
    async with gallery.speaking():
        await gallery.quiet(sent=1)
    assert [len(gallery.calls(method)) for method in ("sendmediagroup", "senddocument")] == [1, 1]
    messages = gallery.world.messages(GROUP)
    assert [next(iter(one.media)) for one in messages] == ["photo", "photo", "document"]
    assert [one.text for one in messages] == ["〔1〕", "", ""]
