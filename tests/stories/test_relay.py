"""Staff and residents talk through the bot, both ways, in words, pictures and voices; nobody learns an account."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from rehearsal import Message
from tests.stories.conftest import Staging
from tests.stories.test_media import JPEG, files, in_group, started
from tests.stories.theatre import GRID1, Person, Play, changed

CARD = "〔1001〕"
SENTENCE = "3栋楼道灯坏了"
MEDICINE = "降压药能和感冒药一起吃吗？"


async def taken(play: Play, sentence: str = SENTENCE, by: str = "tu") -> Message:
    """The resident, who reads private messages, has reported it and somebody has it; return the worker's card."""
    gu, worker = play.person("顾阿姨"), play.person(by)
    users = play.rehearsal.state.users
    for one in (gu, worker):
        users[one.telegram] = replace(users[one.telegram], username=f"account_{one.telegram}")
    await started(play, "顾阿姨")
    gu.says("大家早")
    await play.until_quiet()
    gu.tells(sentence)
    await worker.taps(await worker.asked_to("take", CARD), "take")
    await play.until_quiet()
    return await worker.reads(CARD, sentence)


async def passes_on(worker: Person) -> str:
    """The worker says that what was just replied is for the resident."""
    await worker.play.until_quiet()
    return await worker.taps(await worker.asked_to("choice.tell", CARD), "choice.tell")


def in_plain(value: object) -> str:
    """Return a value as text in which a Chinese name can be found."""
    return json.dumps(value, default=str, ensure_ascii=False)


def everything_to(play: Play, telegram: int) -> Iterator[str]:
    """Return every call whose message one person receives, and every such message as it stands on the wire."""
    for call in play.world.calls:
        if str(call.params.get("chat_id")) == str(telegram):
            yield json.dumps(
                {key: value for key, value in call.params.items() if key != "chat_id"}, default=str, ensure_ascii=False
            )
    for event in play.world.history:
        if event.message is not None and event.chat_id == telegram and event.by == play.bot:
            assert event.message.forward_origin is None
            yield in_plain([event.message.text, event.message.media, event.message.markup])


def leaks(play: Play, reader: int, other: int, *, name: bool) -> list[str]:
    """Return what of somebody's account stands in anything that `reader` received."""
    user = play.rehearsal.state.users[other]
    told = [str(other), user.username or "", (user.first_name if name else "")]
    return [text for text in everything_to(play, reader) for part in told if part and part in text]


async def talk(play: Play, worker: Person, called: str, card: Message) -> None:
    """Words, a picture and a voice go to the resident; words, a picture, a voice and a place come back."""
    gu, world = play.person("顾阿姨"), play.world
    worker.tells("下午 3 点在家吗", reply_to=card)
    assert await passes_on(worker) == "转给住户了"
    told = await gu.reads(CARD, f"{called}：", "下午 3 点在家吗")
    gu.tells("在的，几个人来", reply_to=told)
    await worker.reads(CARD, "住户又说：在的，几个人来")
    world.send_photo(worker.telegram, play.bot, JPEG, caption="是这种吗", reply_to=card)
    await passes_on(worker)
    picture = await gu.reads(CARD, "是这种吗")
    assert "photo" in picture.media
    world.send_photo(gu.telegram, play.bot, JPEG + b"2", reply_to=picture)
    await play.until_quiet()
    assert files(worker)[-1].media["photo"][-1]["file_id"] != picture.media["photo"][-1]["file_id"]
    world.send_voice(worker.telegram, play.bot, reply_to=card)
    await passes_on(worker)
    await play.until_quiet()
    [voice] = files(gu, "voice")
    world.send_voice(gu.telegram, play.bot, b"OggS2", reply_to=voice)
    await play.until_quiet()
    [heard] = files(worker, "voice")
    assert not heard.silent, "a voice alone is what there is to hear"
    world.send_location(gu.telegram, play.bot, 30.765, 120.755, reply_to=voice)
    await play.until_quiet()
    [place] = files(worker, "location")
    assert place.media["location"]["latitude"] == 30.765
    gu.tells("到了打单元门铃")
    await worker.reads(CARD, "到了打单元门铃")
    assert await play.no_ticket(1002)
    assert in_group(play) == []


async def test_the_worker_and_the_resident(staging: Staging, tmp_path: Path) -> None:
    """Neither side receives the other's account; the worker reads the name the resident goes by, nothing else."""
    district = changed(tmp_path, {"telegram: 1001}": "telegram: 910001}"})  # no number that a ticket may have
    async with staging(district=district) as play:
        gu, tu = play.people("顾阿姨", "tu")
        await talk(play, tu, "屠师傅", await taken(play))
        assert leaks(play, gu.telegram, tu.telegram, name=True) == []
        assert leaks(play, tu.telegram, gu.telegram, name=False) == []
        assert [one for one in everything_to(play, tu.telegram) if gu.name in one]


async def test_the_specialist_and_the_resident(play: Play) -> None:
    """The doctor has the matter: the same, and the doctor goes by the trade."""
    gu, fei = play.people("顾阿姨", "fei")
    await talk(play, fei, "费医生", await taken(play, MEDICINE, "fei"))
    assert leaks(play, gu.telegram, fei.telegram, name=True) == []
    assert leaks(play, fei.telegram, gu.telegram, name=False) == []


async def test_a_consulted_doctor_speaks_too(play: Play) -> None:
    """After the advice for the handler, a reply can go to the resident; what comes back is heard by both."""
    gu, tu, fei = play.people("顾阿姨", "tu", "fei")
    await taken(play)
    tu.tells("/consult 1001 医生 摔了要不要去医院")
    card = await fei.reads(CARD, "摔了要不要去医院")
    fei.tells("不疼不肿就先观察", reply_to=card)
    await tu.reads(CARD, "费医生：", "先观察")
    fei.tells("先冰敷二十分钟", reply_to=card)
    await passes_on(fei)
    told = await gu.reads(CARD, "费医生：先冰敷二十分钟")
    gu.tells("好多了", reply_to=told)
    await fei.reads(CARD, "住户又说：好多了")
    await tu.reads(CARD, "住户又说：好多了")
    assert leaks(play, fei.telegram, gu.telegram, name=True) == []
    assert leaks(play, gu.telegram, fei.telegram, name=True) == []


async def test_somebody_who_blocked_the_bot(play: Play) -> None:
    """The worker learns that the words did not arrive."""
    gu, tu = play.people("顾阿姨", "tu")
    card = await taken(play)
    play.world.block(gu.telegram, play.bot)
    tu.tells("下午来", reply_to=card)
    await passes_on(tu)
    await tu.reads(CARD, "消息发不到住户那里")
    await play.until_quiet()
    assert (await play.ticket()).status == "handling"
    assert (await play.ticket()).told[-1].words == "下午来"


async def test_without_a_private_chat_the_card_says_it(play: Play) -> None:
    """A reporter whom the bot cannot write to reads it on the card, and answers by replying to it."""
    gu, lin, tu = play.people("顾阿姨", "林小满", "tu")
    gu.says(SENTENCE)
    card = await tu.asked_to("take", CARD)
    play.world.send_photo(tu.telegram, play.bot, JPEG, caption="下午 3 点来换", reply_to=card)
    assert "群里的卡片" in await passes_on(tu)
    shown = await gu.sees(CARD, "屠师傅说：下午 3 点来换")
    await play.until_quiet()
    [picture] = in_group(play)
    assert picture.reply_to == shown.id
    lin.says("我家也来看看", reply_to=shown)
    gu.says("我在家的", reply_to=shown)
    await tu.reads(CARD, "住户又说：我在家的")
    await play.until_quiet()
    assert not [text for text in tu.received() if "我家也来" in text]
    assert play.most_live_cards(CARD) == 1
    tu.tells("/done 1001 换好了")
    await gu.sees(CARD, "换好了", without=("下午 3 点",))


async def test_a_talk_is_not_for_the_group(play: Play) -> None:
    """A public matter, but the reporter reads private messages: what is said between them stays between them."""
    gu, tu = play.people("顾阿姨", "tu")
    await started(play, "顾阿姨")
    gu.says(SENTENCE)
    card = await tu.asked_to("take", CARD)
    tu.tells("您家门禁密码方便说吗", reply_to=card)
    await passes_on(tu)
    await gu.reads(CARD, "门禁密码")
    gu.tells("到了我下来开")
    await tu.reads(CARD, "到了我下来开")
    await play.until_quiet()
    assert not [text for text in play.group_heard() if "密码" in text or "下来开" in text]
    assert [text for text in play.group_heard(GRID1) if CARD in text]


async def test_two_matters_are_kept_apart(play: Play) -> None:
    """With two talks under way a reply says which is meant; a request is a new matter all the same."""
    gu, tu = play.people("顾阿姨", "tu")
    first = await taken(play)
    gu.tells("7栋水管爆了")
    second = await tu.asked_to("take", "〔1002〕")
    for card, number, words in ((first, CARD, "灯下午换"), (second, "〔1002〕", "水管马上来")):
        tu.tells(words, reply_to=card)
        await tu.taps(await tu.asked_to("choice.tell", number, words), "choice.tell")
    light, water = await gu.reads(CARD, "灯下午换"), await gu.reads("〔1002〕", "水管马上来")
    gu.tells("水停了，谢谢", reply_to=water)
    await tu.reads("〔1002〕", "住户又说：水停了")
    gu.tells("要不要我等着", reply_to=light)
    await tu.reads(CARD, "住户又说：要不要我等着")
    gu.tells("菜场门口垃圾堆了两天了")
    await gu.reads("〔1003〕")
    assert len((await play.ticket()).said) == 2
    assert len((await play.ticket(1002)).said) == 2
