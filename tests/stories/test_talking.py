"""People talk the way people talk: several matters at once, second thoughts, quotes, topics, without a name."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from rehearsal import Message
from tests.rehearsal.conftest import PNG as PICTURE
from tests.stories.conftest import Staging
from tests.stories.test_media import JPEG, files, started
from tests.stories.test_relay import passes_on
from tests.stories.theatre import GRID1, Play, changed
from tickets.model import Status

CARD = "〔1001〕"
SECOND = "〔1002〕"
LIGHT, WATER = "3栋楼道灯坏了", "7栋水管爆了"


@pytest.fixture
def database(sqlite_url: str) -> str:
    """One database: what these stories ask of it is tested on both in tests/storage."""
    return sqlite_url


async def two_matters(play: Play) -> tuple[Message, Message]:
    """The resident has two matters in private and the worker has both; return the worker's cards."""
    gu, tu = play.people("顾阿姨", "tu")
    await started(play, "顾阿姨")
    gu.says("大家早")
    await play.until_quiet()
    gu.tells(LIGHT)
    await tu.taps(await tu.asked_to("take", CARD), "take")
    gu.tells(WATER)
    await tu.taps(await tu.asked_to("take", SECOND), "take")
    await play.until_quiet()
    return await tu.reads(CARD, LIGHT), await tu.reads(SECOND, WATER)


async def test_two_questions_are_kept_apart(play: Play) -> None:
    """Asked about both, the resident answers without a reply: a button says which; pictures likewise, an album once."""
    gu, lin, tu = play.people("顾阿姨", "林小满", "tu")
    cards = await two_matters(play)
    tu.tells("/ask 1001 几单元")
    tu.tells("/ask 1002 阀门关了吗")
    await gu.reads(SECOND, "阀门关了吗")
    gu.tells("谢谢")
    gu.tells("2单元")
    which = await gu.asked_to(f"{SECOND}{WATER}", "2单元", "说的是哪一件")
    assert [row[0].text for row in which.buttons] == [f"{CARD}{LIGHT}", f"{SECOND}{WATER}", "是另一件新事"]
    assert await gu.taps(which, f"{CARD}{LIGHT}") == "已转给经办人"
    await tu.reads(CARD, "住户答：2单元")
    assert [(await play.ticket(one)).status for one in (1001, 1002)] == [Status.HANDLING, Status.WAITING]
    assert "旧了" in await gu.taps(which, f"{SECOND}{WATER}")
    gu.tells("关了")
    await tu.reads(SECOND, "住户答：关了")
    for card, words in zip(cards, ("灯下午换", "水管马上来"), strict=True):
        tu.tells(words, reply_to=card)
        await tu.taps(await tu.asked_to("choice.tell", words), "choice.tell")
    await gu.reads(SECOND, "水管马上来")
    for number in range(3):
        play.world.send_photo(gu.telegram, play.bot, JPEG + bytes([number]), media_group_id="p")
    await play.until_quiet()
    which = await gu.asked_to(f"{SECOND}{WATER}", "说的是哪一件")
    assert "旧了" in await lin_taps(play, which)
    await gu.taps(which, f"{SECOND}{WATER}")
    await play.until_quiet()
    assert len(files(tu)) == 3
    gu.tells("还有一件事想麻烦你们")
    which = await gu.asked_to("choice.new", "还有一件事")
    await gu.taps(which, "choice.new")
    await gu.reads("〔1003〕")
    assert await play.no_ticket(1004)
    assert lin.telegram != gu.telegram


async def lin_taps(play: Play, message: Message) -> str:
    """Somebody else presses a button whose data they know."""
    lin = play.person("林小满")
    await started(play, "林小满")
    data = message.buttons[0][0].data
    play.world.inject_update(
        play.bot,
        {
            "callback_query": {
                "id": "77",
                "from": play.rehearsal.state.users[lin.telegram].wire(),
                "chat_instance": "1",
                "data": data,
            }
        },
    )
    await play.until_quiet()
    [call] = [one for one in play.world.calls if one.params.get("callback_query_id") == "77"]
    return str(call.params["text"])


async def test_second_thoughts(play: Play) -> None:
    """An edit of the request renews the card; staff's words can be mended until they are read."""
    gu, tu = play.people("顾阿姨", "tu")
    await started(play, "顾阿姨")
    said = gu.says(LIGHT)
    card = await tu.asked_to("take", CARD)
    play.world.edit(gu.telegram, GRID1, said, "3栋楼道灯和门禁都坏了")
    await gu.sees(CARD, "门禁都坏了")
    words = tu.tells("下午来", reply_to=card)
    choice = await tu.asked_to("choice.tell", "下午来")
    play.world.edit(tu.telegram, play.bot, words, "明天上午来")
    await tu.reads("用改过的这句")
    await tu.taps(choice, "choice.tell")
    await gu.reads(CARD, "明天上午来")
    play.world.edit(tu.telegram, play.bot, words, "3栋水管也爆了")
    await tu.reads("对方已经看到了")
    await play.later(minutes=5)
    faint = gu.says("暖气好像有点问题")
    doubt = await gu.asked_to("choice.yes", "暖气好像有点问题")
    play.world.edit(gu.telegram, GRID1, faint, "灯好像有点暗")
    await play.until_quiet()
    await gu.taps(doubt, "choice.yes")
    await tu.asked_to("take", SECOND, "\n灯好像有点暗")
    await play.later(minutes=5)
    picture = play.world.send_photo(gu.telegram, GRID1, JPEG)["message_id"]
    chatter = gu.says("今天天气真好")
    await play.later(minutes=15)
    play.world.edit(gu.telegram, GRID1, chatter, WATER)
    await play.until_quiet()
    assert await play.no_ticket(1003)
    play.world.edit(gu.telegram, GRID1, gu.says("大家好"), WATER)
    await tu.asked_to("take", "〔1003〕")
    play.world.edit(gu.telegram, GRID1, picture, "8栋门口堆了垃圾")
    await play.until_quiet()
    assert await play.no_ticket(1004), "ten minutes later it is too late"
    await play.later(minutes=5)
    picture = play.world.send_photo(gu.telegram, GRID1, JPEG)["message_id"]
    await play.until_quiet()
    play.world.edit(gu.telegram, GRID1, picture, "8栋门口堆了垃圾")
    await tu.asked_to("take", "〔1004〕")
    await play.later(minutes=4)
    assert [len(said.media) for said in (await play.ticket(1004)).said] == [1]
    assert len([one for one in files(tu) if "没写是什么事" in one.text]) == 1


async def test_a_quote_comes_along(play: Play) -> None:
    """What a resident quotes of a neighbour stands under the resident's own words."""
    gu, lin, tu = play.people("顾阿姨", "林小满", "tu")
    first = lin.says("物业说这周会来，还说要收二十块")
    play.world.say(gu.telegram, GRID1, LIGHT, reply_to=first, quote="还说要收二十块")
    await tu.asked_to("take", CARD, LIGHT, "「还说要收二十块」")
    assert (await play.ticket()).reporter == f"tg{gu.telegram}"


@pytest.mark.parametrize("status", ["administrator", "member"])
async def test_answers_stay_in_the_topic(staging: Staging, status: str) -> None:
    """In a forum group the card, the doubt and the picture stand where the matter was said."""
    async with staging(bot_status=status) as play:
        gu, lin, tu = play.people("顾阿姨", "林小满", "tu")
        group = play.rehearsal.state.chats[GRID1]
        group.is_forum = True
        topic = play.world.open_topic(tu.telegram, GRID1, "报修")
        said = play.world.say(gu.telegram, GRID1, LIGHT, thread=topic)["message_id"]
        card = await gu.sees(CARD)
        assert (card.thread, card.reply_to) == (topic, said)
        play.world.say(lin.telegram, GRID1, "门禁好像有点问题", thread=topic)
        await play.until_quiet()
        ours = [one for one in play.world.messages(GRID1, as_user=lin.telegram) if one.sender_id == play.bot]
        assert {one.thread for one in ours} == {topic}
        assert len(ours) == 2
        for command in ("/my", "/who", "/help", "/forget", "/language"):
            before = len(ours)
            play.world.say(lin.telegram, GRID1, command, thread=topic)
            await play.until_quiet()
            ours = [one for one in play.world.messages(GRID1, as_user=lin.telegram) if one.sender_id == play.bot]
            assert {one.thread for one in ours} == {topic}, command
            assert len(ours) > before or status == "member", "a later doorbell takes the place of an earlier one"
        await tu.taps(await tu.asked_to("finish", CARD), "finish")
        await tu.reads("办了什么")
        play.world.send_photo(tu.telegram, play.bot, JPEG, caption="换好了")
        await gu.asked_to("confirm", CARD, "换好了", chat=GRID1)
        await play.until_quiet()
        ours = [one for one in play.world.messages(GRID1) if one.sender_id == play.bot]
        assert {one.thread for one in ours} == {topic}
        second = play.world.say(gu.telegram, GRID1, WATER, thread=topic)["message_id"]
        await gu.sees(SECOND)
        await play.until_quiet()
        play.world.delete_topic(tu_as_owner(play), GRID1, topic)
        await tu.taps(await tu.asked_to("finish", SECOND), "finish")
        await tu.reads("办了什么", without=(CARD,))
        tu.tells("修好了")
        card = await gu.asked_to("confirm", SECOND, "修好了", chat=GRID1)
        assert card.thread is None
        assert second not in group.messages


def tu_as_owner(play: Play) -> int:
    """The worker is an owner of the group from now on."""
    tu = play.person("tu").telegram
    play.world.set_status(tu, GRID1, "creator")
    return tu


async def test_an_administrator_without_a_name(play: Play) -> None:
    """Who writes as the group may report something, has no rights, is told why, and is never taken for one person."""
    gu, wang, tu = play.people("顾阿姨", "wang", "tu")
    play.world.set_status(wang.telegram, GRID1, "administrator")

    def says(text: str, reply_to: int | None = None) -> int:
        sent = play.world.say(wang.telegram, GRID1, text, reply_to=reply_to, anonymous=True)
        return int(sent["message_id"])

    missed = gu.says("你们看看楼下那个东西怎么还在")
    for command in ("/file", "/done 1001 好了", "/my", "/take 1001"):
        says(command, missed)
        await play.until_quiet()
    lines = [one for one in play.world.messages(GRID1) if one.sender_id == play.bot]
    assert ["认不出是哪一位" in one.text for one in lines] == [True]
    assert await play.no_ticket()
    says("3栋楼道灯坏了，麻烦来修一下")
    await tu.asked_to("take", CARD, "群管理员")
    says("明天下午停水，大家早做准备")
    await play.until_quiet()
    assert len((await play.ticket()).said) == 1
    report = says("楼道还是黑的")
    tu.says("/file", reply_to=report)
    await tu.reads("这条看不出是谁说的")


async def test_a_picture_sent_as_a_file_does_not_tell_where_it_was_taken(play: Play) -> None:
    """It is sent anew as a photo, both ways; what is too large is asked for again. Other files go as they are."""
    gu, tu = play.people("顾阿姨", "tu")
    await started(play, "顾阿姨")
    world, picture = play.world, PICTURE
    world.send_document(gu.telegram, GRID1, picture, name="IMG_0001.png", caption=LIGHT)
    card = await tu.asked_to("take", CARD)
    await play.until_quiet()
    [shown] = files(tu)
    assert (shown.reply_to, world.file(shown.photo or "")) == (card.id, picture)
    world.send_document(tu.telegram, play.bot, picture, name="IMG_0002.png", caption="是这一盏吗", reply_to=card)
    await passes_on(tu)
    assert (await gu.reads(CARD, "是这一盏吗")).photo
    own = await gu.sees(CARD)
    world.send_document(gu.telegram, GRID1, picture + bytes(11 << 20), name="IMG_0003.png", reply_to=own)
    await tu.reads(CARD, "当照片再发一次")
    world.send_document(gu.telegram, GRID1, b"%PDF-1.7", name="报修单.pdf", reply_to=own)
    await play.until_quiet()
    assert len(files(tu, "document")) == 1
    sent = [call.params.get("document") for call in world.calls if call.method == "sendDocument"]
    assert len(sent) == 1
    assert not [one for one in files(gu, "document") + files(tu, "document") if "IMG" in str(one.media)]


async def test_nothing_of_an_account_reaches_the_other_side(staging: Staging, tmp_path: Path) -> None:
    """Every call that carried anything to a reader is searched for the other's id, names and username.

    Asked, told, answered, advised, shown, done and confirmed, in the group and in private, by words, picture and voice.
    """
    numbers = {"telegram: 1001}": "telegram: 910001}", "telegram: 1003}": "telegram: 910003}"}
    async with staging(district=changed(tmp_path, numbers)) as play:
        gu, tu, fei = play.people("顾阿姨", "tu", "fei")
        people = play.rehearsal.state.users
        for one, last in ((gu, "冷僻"), (tu, "隐去"), (fei, "不露")):
            face = replace(people[one.telegram], username=f"account_{one.telegram}", last_name=last)
            people[one.telegram] = face
        await started(play, "顾阿姨")
        gu.says(LIGHT)
        card = await tu.asked_to("take", CARD)
        await tu.taps(card, "take")
        tu.tells("/ask 1001 几单元")
        question = await gu.reads(CARD, "几单元")
        gu.tells("2单元", reply_to=question)
        await tu.reads(CARD, "2单元")
        tu.tells("/consult 1001 医生 摔了要不要去医院")
        asked = await fei.reads(CARD, "要不要去医院")
        fei.tells("先观察", reply_to=asked)
        await tu.reads(CARD, "先观察")
        fei.tells("冰敷二十分钟", reply_to=asked)
        await passes_on(fei)
        told = await gu.reads(CARD, "冰敷二十分钟")
        play.world.send_voice(gu.telegram, play.bot, reply_to=told)
        play.world.send_photo(gu.telegram, play.bot, JPEG, reply_to=told)
        play.world.send_location(gu.telegram, play.bot, 30.7651, 120.7551, reply_to=told)
        play.world.send_photo(tu.telegram, play.bot, JPEG, caption="是这种吗", reply_to=card)
        await passes_on(tu)
        play.world.send_location(tu.telegram, play.bot, 30.7652, 120.7552, reply_to=card)
        await passes_on(tu)
        await play.until_quiet()
        assert [one.media["location"]["longitude"] for one in files(gu, "location")] == [120.7552]
        assert [one.media["location"]["longitude"] for one in files(fei, "location")] == [120.7551]
        play.world.send_photo(gu.telegram, GRID1, JPEG)
        await play.later(minutes=4)
        tu.tells("/done 1001 换好了")
        await gu.taps(await gu.asked_to("confirm", CARD, "换好了"), "confirm")
        await play.until_quiet()
        assert found(play, gu.telegram, tu.telegram) == []
        assert found(play, gu.telegram, fei.telegram) == []
        assert found(play, fei.telegram, gu.telegram) == []
        assert found(play, tu.telegram, gu.telegram, named=False) == []
        assert found(play, tu.telegram, gu.telegram), "the search does find what is there"


def found(play: Play, reader: int, other: int, *, named: bool = True) -> list[str]:
    """Return what of an account stands in any call whose message or answer one person can see.

    Not `named`: whoever handles a matter reads the name that its reporter goes by, and nothing else.
    """
    account = play.rehearsal.state.users[other]
    wanted = [str(other), account.username, *((account.first_name, account.last_name) if named else ())]
    return [text for text in seen_by(play, reader) for part in wanted if part and part in text]


def seen_by(play: Play, reader: int) -> list[str]:
    """Return every call that one person sees something of: in private, in a group, alone in a group, at a tap."""
    taps = {str(one.detail["query"]) for one in play.world.history if one.kind == "tapped" and one.by == reader}
    groups = {str(chat) for chat, group in play.rehearsal.state.chats.items() if reader in group.members}
    seen = []
    for call in play.world.calls:
        params = dict(call.params)
        chat = str(params.pop("chat_id", ""))
        alone = params.pop("ephemeral_message_parameters", None)
        mine = chat == str(reader) or (chat in groups and (alone is None or str(reader) in str(alone)))
        if mine or str(params.get("callback_query_id")) in taps:
            seen.append(json.dumps(params, default=str, ensure_ascii=False))
    return seen
