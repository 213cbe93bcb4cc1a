"""Pictures, voices and files: the worker sees what the resident sent, the resident sees what was done."""

import pytest

from rehearsal import Message
from tests.stories.conftest import Staging
from tests.stories.theatre import GRID1, Person, Play, wednesday

CARD = "〔1001〕"
SENTENCE = "3栋楼道灯坏了"
DONE = "2单元三楼灯泡换好了"
JPEG = b"\xff\xd8\xff\xd9"


def files(person: Person, kind: str = "photo") -> list[Message]:
    """Return the messages of the bot in somebody's private chat that carry a file of a kind."""
    chat = person.play.world.messages(person.play.bot, as_user=person.telegram)
    return [one for one in chat if one.sender_id == person.play.bot and kind in (one.media or {})]


def in_group(play: Play) -> list[Message]:
    """Return the bot's files in the residents' group."""
    return [one for one in play.world.messages(GRID1) if one.sender_id == play.bot and one.media]


def calls(play: Play, method: str) -> int:
    """Return how often the bot called a method."""
    return sum(call.method.lower() == method.lower() for call in play.world.calls)


async def started(play: Play, *names: str) -> None:
    """These residents have opened the private chat."""
    for person in play.people(*names):
        person.starts()
    await play.until_quiet()


async def test_the_worker_sees_the_picture_behind_the_card(play: Play) -> None:
    """A picture with words: the card, then the picture as a silent reply to it; for nobody else, not in the group."""
    gu, tu, wang = play.people("顾阿姨", "tu", "wang")
    play.world.send_photo(gu.telegram, GRID1, JPEG, caption=SENTENCE)
    card = await tu.asked_to("take", CARD, "有照片")
    await play.until_quiet()
    [picture] = files(tu)
    assert picture.reply_to == card.id
    assert picture.silent
    assert play.world.file(picture.media["photo"][-1]["file_id"]) == JPEG  # type: ignore[index]
    assert not files(wang)
    assert not in_group(play)
    tu.tells("明天来换", reply_to=picture)
    await tu.asked_to("choice.tell", CARD, "明天来换")


async def test_an_album_is_one_album(play: Play) -> None:
    """Three pictures are three updates and come as one album; a reply to any of them is about the matter."""
    gu, tu = play.people("顾阿姨", "tu")
    for number in range(3):
        play.world.send_photo(
            gu.telegram, GRID1, JPEG + bytes([number]), caption=SENTENCE if not number else None, media_group_id="a"
        )
    await tu.asked_to("take", CARD)
    await play.until_quiet()
    assert calls(play, "sendMediaGroup") == 1
    album = files(tu)
    assert len({one.media_group_id for one in album}) == 1
    assert [play.world.file(one.media["photo"][-1]["file_id"])[-1] for one in album] == [0, 1, 2]  # type: ignore[index]
    assert not [text for text in tu.received() if "又发来" in text]
    tu.tells("是这一盏吗", reply_to=album[2])
    await tu.asked_to("choice.ask", CARD, "是这一盏吗")


async def test_what_comes_later_comes_too(play: Play) -> None:
    """A further picture without words is heard by who has it, and is not shown to somebody who passed it on."""
    gu, tu = play.people("顾阿姨", "tu")
    await started(play, "顾阿姨")
    first = play.world.send_photo(gu.telegram, GRID1, JPEG, caption=SENTENCE)
    await tu.asked_to("take", CARD)
    await play.until_quiet()
    tu.tells("/pass 1001 不在班")
    await play.until_quiet()
    ticket = await play.ticket()
    [other] = ticket.concerned
    sun = play.person(other)
    assert len(files(tu)) == len(files(sun)) == 1
    await sun.taps(await sun.asked_to("take", CARD), "take")
    play.world.send_photo(gu.telegram, GRID1, JPEG, reply_to=await gu.sees(CARD))
    play.world.send_voice(gu.telegram, GRID1, reply_to=first["message_id"])
    await play.until_quiet()
    assert len(files(tu)) == 1
    assert [one.silent for one in files(sun)] == [True, False]
    assert len(files(sun, "voice")) == 1


async def test_the_resident_sees_what_was_done(play: Play) -> None:
    """A result with a picture is one message with its buttons; the reviewer sees the same; the group does not."""
    gu, tu, wang = play.people("顾阿姨", "tu", "wang")
    await started(play, "顾阿姨")
    gu.says(SENTENCE)
    await tu.taps(await tu.asked_to("finish", CARD), "finish")
    await tu.reads("办了什么")
    play.world.send_photo(tu.telegram, play.bot, JPEG, caption=DONE)
    result = await gu.asked_to("confirm", CARD, DONE)
    assert "photo" in (result.media or {})
    review = await wang.asked_to("approve", CARD, DONE)
    await play.until_quiet()
    assert len(files(gu)) == 1
    assert review.media or files(wang)
    assert not in_group(play)
    await gu.taps(result, "confirm")
    await play.until_quiet()
    assert (await play.ticket()).status == "confirmed"


async def test_long_words_first_and_the_picture_behind(play: Play) -> None:
    """What does not fit under a picture is said first."""
    gu, tu = play.people("顾阿姨", "tu")
    await started(play, "顾阿姨")
    gu.says(SENTENCE)
    await tu.taps(await tu.asked_to("finish", CARD), "finish")
    await tu.reads("办了什么")
    long = DONE + "，走廊也扫了" * 160
    play.world.send_photo(tu.telegram, play.bot, JPEG, caption=long[:1024])
    result = await gu.asked_to("confirm", CARD, long[:1000])
    assert not result.media
    await play.until_quiet()
    [picture] = files(gu)
    assert picture.id > result.id
    assert picture.text.startswith(CARD)


async def test_an_album_as_a_result_follows_itself(play: Play) -> None:
    """The first picture is the result, the others of its album come behind it; nobody is asked three times."""
    gu, tu = play.people("顾阿姨", "tu")
    await started(play, "顾阿姨")
    gu.says(SENTENCE)
    card = await tu.asked_to("finish", CARD)
    for number in range(3):
        caption = DONE if not number else None
        play.world.send_photo(tu.telegram, play.bot, JPEG, caption=caption, media_group_id="b", reply_to=card)
    choice = await tu.asked_to("choice.finish", CARD, DONE)
    await play.until_quiet()
    assert len([text for text in tu.received() if "这句话怎么用" in text]) == 1
    await tu.taps(choice, "choice.finish")
    await gu.asked_to("confirm", CARD, DONE)
    await play.until_quiet()
    assert len(files(gu)) == 3
    assert len((await play.ticket()).results[-1].media) == 3


async def test_an_album_after_the_prompt(play: Play) -> None:
    """Asked what was done, the worker sends two pictures at once: the second follows the first."""
    gu, tu = play.people("顾阿姨", "tu")
    await started(play, "顾阿姨")
    gu.says(SENTENCE)
    await tu.taps(await tu.asked_to("finish", CARD), "finish")
    await tu.reads("办了什么")
    for caption in (DONE, None):
        play.world.send_photo(tu.telegram, play.bot, JPEG, caption=caption, media_group_id="c")
    await gu.asked_to("confirm", CARD, DONE)
    await play.until_quiet()
    assert len(files(gu)) == 2
    assert await play.no_ticket(1002)


async def test_in_the_group_one_picture_answers_the_card(play: Play) -> None:
    """Who reads no private messages sees the first picture as a silent reply to the one card."""
    gu, tu = play.people("顾阿姨", "tu")
    gu.says(SENTENCE)
    await tu.taps(await tu.asked_to("finish", CARD), "finish")
    await tu.reads("办了什么")
    play.world.send_photo(tu.telegram, play.bot, JPEG, caption=DONE)
    card = await gu.asked_to("confirm", CARD, DONE, chat=GRID1)
    await play.until_quiet()
    [picture] = in_group(play)
    assert (picture.reply_to, picture.silent, CARD in picture.text) == (card.id, True, False)
    assert play.most_live_cards(CARD) == 1


@pytest.mark.parametrize("kind", ["照片", "语音"])
async def test_without_words(play: Play, kind: str) -> None:
    """A picture or voice alone is a request in private and as a reply to staff; in the group it is chatter."""
    gu, lin, tu = play.people("顾阿姨", "林小满", "tu")
    await started(play, "顾阿姨")

    def sends(who: Person, chat: int, reply_to: int | None = None) -> None:
        if kind == "照片":
            play.world.send_photo(who.telegram, chat, JPEG, reply_to=reply_to)
        else:
            play.world.send_voice(who.telegram, chat, reply_to=reply_to)

    gu.says("大家早")
    await play.until_quiet()
    sends(lin, GRID1)
    await play.until_quiet()
    assert await play.no_ticket()
    sends(gu, play.bot)
    await tu.asked_to("take", CARD)
    await gu.reads(CARD, kind)
    await play.until_quiet()
    assert (await play.ticket()).service == "other"
    assert len(files(tu, "photo" if kind == "照片" else "voice")) == 1
    assert play.group_heard() == []
    asked = tu.says("大家有事跟我说一声")
    sends(lin, GRID1, asked)
    await tu.asked_to("take", "〔1002〕")
    assert (await play.ticket(1002)).reporter == f"tg{lin.telegram}"


async def test_a_picture_of_a_private_matter_stays_private(play: Play) -> None:
    """A rash shown to the doctor: the group sees nothing, also when the answer is a picture."""
    gu, fei = play.people("顾阿姨", "fei")
    await started(play, "顾阿姨")
    play.world.send_photo(gu.telegram, GRID1, JPEG, caption="降压药能和感冒药一起吃吗？")
    await fei.taps(await fei.asked_to("finish_advice", CARD), "finish_advice")
    await fei.reads("怎么回答住户")
    await play.until_quiet()  # what comes along with a card may come after the next words
    assert len(files(fei)) == 1
    play.world.send_photo(fei.telegram, play.bot, JPEG, caption="照这张单子吃")
    await gu.asked_to("confirm", CARD, "照这张单子吃")
    await play.until_quiet()
    assert len(files(gu)) == 1
    assert in_group(play) == []
    assert play.group_heard() == []


async def test_a_picture_that_vanished(play: Play) -> None:
    """The words come without it, and the operators learn of it."""
    gu, tu, shen = play.people("顾阿姨", "tu", "shen")
    await started(play, "顾阿姨")
    gu.says(SENTENCE)
    await tu.taps(await tu.asked_to("finish", CARD), "finish")
    await tu.reads("办了什么")
    gone = "Bad Request: wrong file identifier/HTTP URL specified"
    play.world.faults.add(method="sendPhoto", kind="400", description=gone, chat=gu.telegram)
    play.world.send_photo(tu.telegram, play.bot, JPEG, caption=DONE)
    result = await gu.asked_to("confirm", CARD, DONE)
    assert not result.media
    await shen.reads("不收这一种消息")


async def test_large_files_go_by_their_id(play: Play) -> None:
    """A video of 50 MB, more than a bot can download: nothing is fetched, nothing is uploaded."""
    gu, tu = play.people("顾阿姨", "tu")
    for number, size in enumerate((10, 50)):
        caption = SENTENCE if not number else None
        play.world.send_video(gu.telegram, GRID1, bytes(size << 20), caption=caption, media_group_id="v")
    await tu.asked_to("take", CARD)
    await play.until_quiet()
    assert [len(play.world.file(one.media["video"]["file_id"])) >> 20 for one in files(tu, "video")] == [10, 50]  # type: ignore[index]
    assert calls(play, "getFile") == 0


async def test_at_night_the_picture_waits_with_the_card(staging: Staging) -> None:
    """What is sent at night does not wake the worker: the picture comes behind the card in the morning."""
    async with staging(start=wednesday(23)) as play:
        gu, tu = play.people("顾阿姨", "tu")
        play.world.send_photo(gu.telegram, GRID1, JPEG, caption=SENTENCE)
        await gu.sees(CARD)
        await play.until_quiet()
        assert not files(tu)
        await play.at(wednesday(8, 31, days=1))
        card = await tu.asked_to("take", CARD)
        await play.until_quiet()
        assert [one.reply_to for one in files(tu)] == [card.id]
