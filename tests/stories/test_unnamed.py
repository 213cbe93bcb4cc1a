"""T5 and T6: what nobody else may know. A quarrel turns to blows, a truck unloads barrels, a matter for a few."""

from dataclasses import dataclass

from tests.stories.test_media import JPEG
from tests.stories.theatre import GRID1, Person, Play, wednesday

CARD = "〔1001〕"


@dataclass(frozen=True)
class Barrels:
    """T6, in two languages."""

    report: str
    kept: str
    nobody: str
    follow: str
    asked: str
    answer: str
    result: str


BARRELS = {
    "zh": Barrels(
        report="东门旁边的旧厂房有辆大货车在卸一桶桶的化学品，气味刺鼻，怕是偷着存危险品，别让人知道是我说的",
        kept="不告诉经办的人",
        nobody="反映的人不愿让人知道是谁",
        follow="不要跟着他们",
        asked="卸了多少桶，车牌看见没有",
        answer="大概四十桶，没敢看车牌",
        result="明早八点街道、应急、安监、派出所一起上门查",
    ),
    "en": Barrels(
        report="A truck is unloading barrels of chemicals in the empty plant next to 东门, they are storing "
        "dangerous chemicals there. Please don't tell anybody that it was me",
        kept="not told to those who handle it",
        nobody="stay unnamed",
        follow="Do not follow",
        asked="How many barrels, and did you see the number plate?",
        answer="About forty, I did not dare to look",
        result="Street, emergency, safety and police go there together at eight tomorrow",
    ),
}


def texts(play: Play, *people: Person) -> str:
    """Everything that these people could read of the bot at any moment, and what its buttons said."""
    return "\n".join(
        event.message.text
        for event in play.world.history
        if event.message is not None
        and event.kind in ("sent", "edited")
        and event.message.sender_id == play.bot
        and event.chat_id in {one.telegram for one in people}
    )


async def test_barrels_in_an_empty_plant(spoken: Play) -> None:
    """T6: what was seen goes on, who saw it stays hidden, the group hears nothing, and nobody is to follow them."""
    play, lines = spoken, BARRELS[spoken.language]
    lin, li = play.people("林小满", "li")
    lin.starts()
    await play.until_quiet()
    lin.tells(lines.report)
    await lin.reads(CARD, lines.follow, lines.kept)
    await play.until_quiet()
    ticket = await play.ticket()
    assert ticket.service == "hazmat"
    play.world.send_photo(lin.telegram, play.bot, JPEG, reply_to=await lin.reads(CARD))
    play.world.send_voice(lin.telegram, play.bot, b"voice", reply_to=await lin.reads(CARD))
    await play.until_quiet()
    assert (await play.ticket()).hidden
    handler = play.person((await play.ticket()).asked[0])
    card = await handler.asked_to("take", CARD, lines.nobody, lines.follow)
    await handler.taps(card, "take")
    handler.tells(f"/ask 1001 {lines.asked}")
    await lin.reads(lines.asked)
    lin.tells(lines.answer)
    await handler.reads(lines.answer)
    handler.tells(f"/done 1001 {lines.result}")
    await lin.reads(lines.result)
    await play.until_quiet()
    # Whoever handled it, was asked, leads or reviews knows what was seen; the name, the voice: the few above only.
    ticket = await play.ticket()
    few = {"li", "wei", "jiang"}
    for person in (one for one in play.service.deps.district.people if one not in few):
        assert lin.name not in texts(play, play.person(person)), person
        kinds = [kind for one in played(play, play.person(person)) for kind in one if kind == "voice"]
        assert kinds == [], "a voice is known by its sound"
    assert [one for one in played(play, handler) if "photo" in one], "a picture of what happens goes on"
    assert play.group_heard() == []
    assert not [one for one in play.world.messages(GRID1) if one.sender_id == play.bot]
    li.tells("/board")
    board = await li.reads("湘河社区")
    assert lin.name not in board.text
    reviewer = play.person(ticket.reviewers[0])
    await reviewer.taps(await reviewer.asked_to("approve", CARD), "approve")
    await lin.taps(await lin.asked_to("confirm", lines.result), "confirm")
    await play.until_quiet()
    assert (await play.ticket()).status == "closed"


def played(play: Play, person: Person) -> list[dict[str, object]]:
    """Return the files that the bot showed somebody."""
    return [
        dict(one.media)
        for one in play.world.messages(play.bot, as_user=person.telegram)
        if one.sender_id == play.bot and one.media
    ]


async def test_unnamed_from_the_first_word_in_the_group(play: Play) -> None:
    """Said in the group by mistake: no card, no mark, no bell; the answer is shown to the speaker alone."""
    gu = play.person("顾阿姨")
    said = gu.says("3栋202天天聚众赌博，我匿名举报，千万别说是我说的")
    await play.person("zhou").asked_to("take", CARD, "赌博", "不愿让人知道")
    await play.until_quiet()
    assert play.group_heard() == []
    assert play.reactions(said) == ()
    assert gu.name not in texts(play, play.person("zhou"))
    assert (await play.ticket()).reporter == f"tg{gu.telegram}", "whom the answer reaches is kept"
    # By the button, later: what was shown before is taken back from the cards.
    pan, zhou = play.people("潘大伯", "zhou")
    pan.starts()
    pan.says("菜场门口有人摆摊算命骗老人钱，像是诈骗")
    await zhou.asked_to("take", "〔1002〕", pan.name)
    await pan.taps(await pan.asked_to("hide", "〔1002〕"), "hide")
    await zhou.asked_to("take", "〔1002〕", "不愿让人知道")
    await play.until_quiet()
    assert not [one for one in play.world.messages(play.bot, as_user=zhou.telegram) if pan.name in one.text]


@dataclass(frozen=True)
class Quarrel:
    """T5, in two languages."""

    cry: str
    call: str
    doctor: str
    mediate: str
    secret: tuple[str, ...]


QUARREL = {
    "zh": Quarrel(
        cry="隔壁两家打起来了，老陈的亲家把王师傅打倒在地，肋骨断了，快来人",
        call="110",
        doctor="肋骨骨折，已经送医院了，人清醒",
        mediate="两家坐下来谈过，医药费赔了，道歉了，不再闹了",
        secret=("肋骨", "老陈", "医药费"),
    ),
    "en": Quarrel(
        cry="The two families next door are fighting, a man is lying on the ground with a broken rib, come quickly",
        call="110",
        doctor="A rib is broken, he is in hospital and awake",
        mediate="Both families have talked, the hospital bill is paid, they have apologised",
        secret=("rib", "hospital", "apologised"),
    ),
}


async def test_a_quarrel_turns_to_blows(spoken: Play) -> None:
    """T5: police at once, the doctor is asked, then the mediator brings both to one table; the group hears no word."""
    play, lines = spoken, QUARREL[spoken.language]
    gu, zhou, fei, lv, wang, li = play.people("顾阿姨", "zhou", "fei", "lv", "wang", "li")
    gu.starts()
    await play.until_quiet()
    gu.says(lines.cry)
    await gu.reads(lines.call)
    card = await zhou.asked_to("take", CARD, lines.cry)
    await li.reads(CARD)
    await zhou.taps(card, "take")
    await play.until_quiet()
    ticket = await play.ticket()
    assert (ticket.service, ticket.deadline_class, ticket.private) == ("violence", "life", True)
    zhou.tells("/consult 1001 医生 要不要送医院")
    fei.tells(lines.doctor, reply_to=await fei.reads(CARD, "要不要送医院"))
    await zhou.reads(lines.doctor)
    zhou.tells("/pass 1001 @吕午 人已经控制住，请您调解")
    await lv.taps(await lv.asked_to("take", CARD, lines.cry), "take")
    await play.at(wednesday(11, 50))  # two hours are given; whoever says nothing in them has it no longer
    lv.tells(f"/done 1001 {lines.mediate}")
    done = await gu.asked_to("confirm", CARD, lines.mediate)
    await wang.taps(await wang.asked_to("approve", CARD, lines.mediate), "approve")
    await gu.taps(done, "confirm")
    await play.until_quiet()
    ticket = await play.ticket()
    assert (ticket.status, ticket.handler, ticket.reviewed_by) == ("closed", "lv", "wang")
    for text in play.group_heard():
        assert not [word for word in (CARD, *lines.secret) if word in text]
    strangers = texts(play, *play.people("chen", "chu", "he", "shen", "潘大伯", "林小满"))
    assert CARD not in strangers


async def test_a_sealed_matter_does_not_exist_for_the_others(play: Play) -> None:
    """Violence at home: police, mediator and the level above know; for the others it is not there."""
    gu, zhou, wang, tu, li = play.people("顾阿姨", "zhou", "wang", "tu", "li")
    gu.starts()
    await play.until_quiet()
    gu.says("我老公又打我了，救命")
    await zhou.taps(await zhou.asked_to("take", CARD, "打我"), "take")
    await play.until_quiet()
    ticket = await play.ticket()
    assert ticket.service == "domestic_violence"
    assert ticket.terms.sealed
    for one, words in (
        (wang, "/board"),
        (tu, "/tickets"),
        (wang, "/digest"),
        (tu, "/take 1001"),
        (wang, "/done 1001 好"),
    ):
        one.tells(words)
        await play.until_quiet()
    for text in (texts(play, wang), texts(play, tu)):
        assert "打我" not in text
        assert "在办 1" not in text
    assert "没有找到" in texts(play, tu)
    assert "没有找到" in texts(play, wang)
    zhou.tells("/pass 1001 @屠甲 你去看看")
    await zhou.reads("只有指定的几种岗位能知道")
    assert (await play.ticket()).handler == "zhou"
    li.tells("/board")
    board = await li.reads("在办 1")
    assert "打我" not in board.text, "a board shows only that there is something private"
    zhou.tells("/done 1001 人已经分开，送她去了娘家")
    await li.taps(await li.asked_to("approve", CARD), "approve")
    await play.until_quiet()
    assert (await play.ticket()).reviewed_by == "li", "the leader is not among those who may know"


async def test_whoever_opens_a_ticket_is_in_its_journal(play: Play) -> None:
    """Every look of staff at what is not in their hands is written down, and changes nothing."""
    gu, wang, tu = play.people("顾阿姨", "wang", "tu")
    gu.says("3栋楼道灯坏了")
    await tu.taps(await tu.asked_to("take", CARD), "take")
    await play.until_quiet()
    wang.tells("/board")
    board = await wang.reads("在办 1")
    await wang.taps(board, board.buttons[0][0].text)
    await play.until_quiet()
    async with play.service.deps.store.look() as unit:
        journal = await unit.tickets.journal(1001)
    looks = [(entry.by, entry.event.kind) for entry in journal if entry.event.kind == "looked"]
    assert looks == [("wang", "looked")]
    assert (await play.ticket()).version == len(journal)
