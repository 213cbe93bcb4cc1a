"""What nobody understood is not lost: the worker sees wordless pictures and voices, and files what was missed."""

from dataclasses import replace

import pytest

from rehearsal import Message
from tests.stories.conftest import Staging
from tests.stories.test_media import JPEG, files, in_group, started
from tests.stories.theatre import GRID1, GRID2, Play, wednesday
from tickets.model import Status

CARD = "〔1001〕"


@pytest.fixture
def database(sqlite_url: str) -> str:
    """One database: what these stories ask of it is tested on both in tests/storage."""
    return sqlite_url


async def leads(play: Play, name: str = "tu") -> list[Message]:
    """Let the time of quick follow-ups pass; return the notes about unfiled pictures and voices that somebody has."""
    await play.later(minutes=4)
    worker = play.person(name)
    return [one for kind in ("photo", "voice") for one in files(worker, kind) if "没写是什么事" in one.text]


async def test_a_picture_without_words_is_filed_by_one_tap(play: Play) -> None:
    """The worker on duty sees it quietly and alone; one tap makes it the resident's ticket."""
    lin, tu = play.people("林小满", "tu")
    picture = play.world.send_photo(lin.telegram, GRID1, JPEG)
    [note] = await leads(play)
    assert (note.silent, note.reply_to, lin.name in note.text) == (True, None, True)
    assert await leads(play, "wang") == []
    assert play.group_heard() == []
    assert await play.no_ticket()
    assert "〔1001〕" in await tu.taps(note, "choice.file")
    card = await lin.sees(CARD, "照片")
    assert card.reply_to == picture["message_id"]
    ticket = await play.ticket()
    assert (ticket.reporter, ticket.reporter_name, ticket.service) == (f"tg{lin.telegram}", lin.name, "other")
    assert await tu.taps(note, "choice.file") in ("这个按钮旧了，请看最新的那张卡片", "这条已经立过，是〔1001〕")
    await play.until_quiet()
    assert await play.no_ticket(1002)
    assert play.most_live_cards(CARD) == 1


async def test_a_voice_is_filed_by_a_reply(play: Play) -> None:
    """A voice comes as it is; `/file` with a line under it gives the ticket its title. Other grids' workers may not."""
    pan, tu = play.people("潘大伯", "tu")
    voice = play.world.send_voice(pan.telegram, GRID1)
    [note] = await leads(play)
    assert "voice" in note.media
    tu.tells("知道了", reply_to=note)
    await tu.reads("这条还没立案")
    tu.tells("/file 3栋楼道灯坏了", reply_to=note)
    await tu.reads("立了〔1001〕")
    card = await pan.sees(CARD, "楼道灯坏了")
    assert card.reply_to == voice["message_id"]
    await play.until_quiet()
    ticket = await play.ticket()
    assert (ticket.service, ticket.reporter) == ("streetlight", f"tg{pan.telegram}")
    assert len(files(tu, "voice")) == 2, "the note, and behind the card"
    pan.says("就是3栋的", reply_to=card)
    await play.until_quiet()
    assert (await play.ticket()).status is Status.FILED


async def test_words_after_the_picture_are_one_request(play: Play) -> None:
    """Two pictures, then what they are about: one ticket with both, and no note for the worker."""
    gu, tu = play.people("顾阿姨", "tu")
    for _ in range(2):
        play.world.send_photo(gu.telegram, GRID1, JPEG)
    gu.says("3栋楼道灯坏了")
    await tu.asked_to("take", CARD)
    await play.until_quiet()
    assert [one for one in files(tu) if "没写" in one.text] == []
    ticket = await play.ticket()
    assert sum(len(said.media) for said in ticket.said) == 2
    assert len(files(tu)) == 2
    assert await leads(play) == []
    play.world.send_photo(gu.telegram, play.bot, JPEG)
    second = await tu.asked_to("take", "〔1002〕")
    assert "照片" in second.text
    gu.tells("7栋的井盖没了")
    await play.until_quiet()
    assert "井盖" in (await play.ticket(1002)).summary
    assert await play.no_ticket(1003)


async def test_many_pictures_are_few_notes(play: Play) -> None:
    """A flood of pictures is one note a person, and no more than a few an hour; talk among neighbours is none."""
    gu, pan, tu = play.people("顾阿姨", "潘大伯", "tu")
    for number in range(8):
        album = "a" if number < 4 else None
        play.world.send_photo(gu.telegram, GRID1, JPEG + bytes([number]), media_group_id=album)
    hello = pan.says("大家早")
    play.world.send_photo(gu.telegram, GRID1, JPEG, reply_to=hello)
    play.world.forward(pan.telegram, GRID1, GRID1, play.world.send_photo(tu.telegram, GRID1, JPEG)["message_id"])
    [head] = await leads(play)
    notes = files(tu)
    assert (len(notes), notes[0], head.buttons) == (8, head, [])
    assert len({one.media_group_id for one in notes}) == 1
    tu.tells("/file 这里要打扫", reply_to=notes[3])
    await tu.reads("立了〔1001〕")
    await play.until_quiet()
    assert sum(len(said.media) for said in (await play.ticket()).said) == 8
    for _ in range(9):
        play.world.send_voice(pan.telegram, GRID1)
    assert sum("voice" in one.media for one in await leads(play)) == 5, "six notes an hour, the album was one"
    assert in_group(play) == []


async def test_at_night_nobody_is_told_of_pictures(staging: Staging) -> None:
    """What comes at night waits until the worker is on duty."""
    async with staging(start=wednesday(23)) as play:
        lin, tu = play.people("林小满", "tu")
        play.world.send_photo(lin.telegram, GRID1, JPEG)
        assert await leads(play) == []
        await play.at(wednesday(8, 31, days=1))
        [note] = files(tu)
        assert "昨天" in note.text or "昨晚" in note.text


async def test_what_was_missed_is_filed_in_the_group(play: Play) -> None:
    """`/file` under a resident's words: the resident reports, the card answers. Every other one is explained."""
    lin, tu = play.people("林小满", "tu")
    await started(play, "林小满")
    missed = lin.says("你们看看楼下那个东西怎么还在")
    await play.until_quiet()
    assert await play.no_ticket()
    lin.says("/file", reply_to=missed)
    await lin.reads("这个命令是给网格员用的")
    tu.says("/file 3栋门口堆了旧沙发", reply_to=missed)
    card = await lin.sees(CARD, "旧沙发")
    assert card.reply_to == missed
    await tu.reads("替林小满立了〔1001〕")
    ticket = await play.ticket()
    assert ticket.reporter == f"tg{lin.telegram}"
    assert ticket.said[0].text == "你们看看楼下那个东西怎么还在"
    tu.says("/file", reply_to=missed)
    await tu.reads("这条已经立过，是〔1001〕")
    tu.says("/file", reply_to=card)
    tu.says("/file")
    await tu.reads("立哪一件")
    tu.tells("/file 7栋井盖没了")
    await tu.reads("立了〔1002〕")
    assert (await play.ticket(1002)).reporter == "tu"
    await play.until_quiet()
    assert await play.no_ticket(1003)
    other = lin.says("那边也是", chat=GRID2)
    play.world.join(tu.telegram, GRID2)
    tu.says("/file", chat=GRID2, reply_to=other)
    await tu.reads("网格员立案，请转告他们")
    assert await play.no_ticket(1003)


async def test_a_forwarded_message_is_filed_for_its_author(play: Play) -> None:
    """The worker forwards what a resident wrote elsewhere: one tap, and the resident has reported it."""
    gu, tu = play.people("顾阿姨", "tu")
    gu.says("大家早")
    said = gu.says("楼下那个东西怎么还在")
    play.world.forward(tu.telegram, play.bot, GRID1, said)
    offer = await tu.asked_to("choice.file", "顾阿姨说的")
    await tu.taps(offer, "choice.file")
    await tu.asked_to("take", CARD, "楼下那个东西")
    ticket = await play.ticket()
    assert (ticket.reporter, ticket.reporter_name) == (f"tg{gu.telegram}", "顾阿姨")
    play.world.forward(tu.telegram, play.bot, GRID1, gu.says("7栋水管爆了", chat=GRID1), hidden=True)
    await play.until_quiet()
    card = await tu.reads(CARD)
    play.world.forward(tu.telegram, play.bot, play.bot, card)
    await tu.reads("请直接回复那张卡片")
    play.world.forward(gu.telegram, GRID1, GRID1, await gu.sees("〔1002〕"))
    await play.until_quiet()
    assert await play.no_ticket(1004)
    hidden = await play.ticket(1003)
    assert hidden.reporter == "tu", "Telegram hides the author, so the worker reports"


async def test_forwards_in_the_group_are_news(play: Play) -> None:
    """Somebody else's words passed on open nothing: their sender alone is asked. A danger at a place of ours is one."""
    lin, tu = play.people("林小满", "tu")
    await started(play, "林小满")
    elsewhere = play.world.say(lin.telegram, play.bot, "谢谢")["message_id"]
    chat = play.rehearsal.state.privates[play.bot, lin.telegram]

    def passed_on(text: str) -> None:
        chat.messages[elsewhere] = replace(chat.messages[elsewhere], text=text, entities=[])
        play.world.forward(lin.telegram, GRID1, play.bot, elsewhere)

    passed_on("3栋楼道灯坏了三天没人修")
    doubt = await lin.asked_to("choice.yes", "楼道灯坏了")
    assert await play.no_ticket()
    passed_on("某小区燃气爆炸，大家当心")
    await play.until_quiet()
    assert await play.no_ticket()
    await lin.taps(doubt, "choice.yes")
    await tu.asked_to("take", CARD)
    passed_on("7栋着火了，快来人")
    await tu.asked_to("take", "〔1002〕")
    assert (await play.ticket(1002)).deadline_class == "life"
