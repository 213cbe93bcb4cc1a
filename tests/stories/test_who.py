"""“我家是哪个网格？找谁？”: a grid's people, its map as a picture, a shared place, a first word in private."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from messages.pictures import plan_of
from messages.pictures.draw import OWN, PAPER, draw, layout
from messages.pictures.letters import missing
from rehearsal import Message
from tests.stories.conftest import Staging
from tests.stories.theatre import GRID1, GRID2, SAMPLE, Person, Play
from tickets.home import token

IN_GRID_2 = (30.763, 120.7595)
IN_GRID_3 = (30.769, 120.757)
ON_THE_BORDER = (30.7645, 120.75577)
OUTSIDE_NEAR = (30.7575, 120.7540)
FAR_AWAY = (39.9, 116.4)


@pytest.fixture
def database(sqlite_url: str) -> str:
    """Nothing here is asked of SQL that is not asked elsewhere on both."""
    return sqlite_url


def picture(play: Play, message: Message) -> Image.Image:
    """The picture of a message, as the phone loads it."""
    found = Image.open(BytesIO(play.world.file(message.media["photo"][-1]["file_id"])))
    found.load()
    return found


def uploads(play: Play) -> list[bool]:
    """For every picture the bot has sent: whether its bytes went along."""
    return [not isinstance(call.params.get("photo"), str) for call in play.world.calls if call.method == "sendPhoto"]


async def no_words_for_others(play: Play) -> None:
    await play.until_quiet()
    assert play.group_heard() == []


async def test_n2_which_grid_is_mine_and_whom_do_i_turn_to(spoken: Play) -> None:
    """Said in the group, answered in private: the grid, its people by role, who is there now, who steps in, the map."""
    play = spoken
    gu = play.person("顾阿姨")
    gu.starts()
    await play.until_quiet()
    gu.says("我家是哪个网格？找谁？" if play.language == "zh" else "Which grid am I in? Who do I contact?")
    card = await gu.reads(
        "湘河社区第一网格", *(("屠师傅 · 在班",) if play.language == "zh" else ("Worker Tu · on duty now",))
    )
    if play.language == "zh":
        for line in ("孙师傅 · 今天 17:00 上班", "汪网格长 · 在班", "费医生 · 在班", "周警官 · 在班"):
            assert line in card.text
        assert "这里没有律师，由湘河社区第二网格的吴律师帮忙" in card.text
        assert "附近还没有" in card.text
        assert "图上深色的是" in card.text
    shown = picture(play, card)
    plan = plan_of(play.service.deps.district, "d.s1.c1.g1")
    assert plan is not None
    assert (shown.format, shown.size) == ("PNG", layout(plan).size)
    colours = {colour: count for count, colour in shown.getcolors(1 << 20) or []}
    whole = shown.width * shown.height
    assert colours[OWN] > 0.1 * whole
    assert colours[PAPER] > 0.1 * whole
    assert missing("".join(one.name for one in plan.shapes) + plan.title) == ""
    assert shown.tobytes() == Image.open(BytesIO(draw(plan))).tobytes()
    assert await play.no_ticket()
    await no_words_for_others(play)


async def test_nobodys_account_is_in_it_and_the_picture_is_uploaded_once(play: Play) -> None:
    """How to reach people: through the bot. The second reader gets the picture by its id, after a restart as well."""
    gu, pan = play.people("顾阿姨", "潘大伯")
    for one in (gu, pan):
        one.starts()
        await play.until_quiet()
        one.says("/who")
        await one.reads("湘河社区第一网格", "屠师傅", "说一声就行")
    await play.until_quiet()
    assert uploads(play) == [True, False]
    assert "1001" not in "".join((*gu.received(), *pan.received()))
    async with play.service.deps.store.unit() as unit:
        plan = plan_of(play.service.deps.district, "d.s1.c1.g1")
        assert plan is not None
        assert await unit.marks.get(f"picture:{plan.digest}")
        await unit.marks.set(f"picture:{plan.digest}", "of-another-bot")
        await unit.commit()
    play.service.speaker._hands.voice._gallery._known.clear()
    gu.tells("/who")
    await play.until_quiet()
    assert uploads(play) == [True, False, False, True]
    assert sum("屠师傅 · 在班" in text for text in gu.received()) == 2


async def test_in_the_group_it_is_for_the_sender_alone_and_the_map_behind_a_link(play: Play) -> None:
    """Who has not opened the private chat reads it in the group, alone; the link there brings the map and the home."""
    gu, pan = play.people("顾阿姨", "潘大伯")
    gu.says("有事找谁？")
    card = await gu.sees("湘河社区第一网格", "屠师傅 · 在班")
    assert card.ephemeral_for == gu.telegram
    assert not card.media
    assert [one.text for row in card.buttons for one in row] == ["看地图"]
    assert not any("屠师傅" in one.text for one in play.world.messages(GRID1, as_user=pan.telegram))
    play.world.tap(gu.telegram, GRID1, card.key, "看地图")
    mapped = await gu.reads("湘河社区第一网格", "记下了，您家在这里")
    assert picture(play, mapped).width == 1080
    await no_words_for_others(play)
    async with play.service.deps.store.look() as unit:
        contact = await unit.contacts.get(gu.telegram)
    assert contact is not None
    assert contact.grid == "d.s1.c1.g1"


async def test_a_plain_member_bot_rings_once_and_the_answer_waits(staging: Staging) -> None:
    """Without administrator's rights the group sees a doorbell with nothing on it; behind it are people and map."""
    async with staging(bot_status="member") as play:
        gu = play.person("顾阿姨")
        gu.says("/who@gridbot_rehearsal")
        bell = await gu.asked_to("open_chat", chat=GRID1)
        assert "屠" not in bell.text
        play.world.tap(gu.telegram, GRID1, bell.key, "去看看")
        assert picture(play, await gu.reads("屠师傅 · 在班")).format == "PNG"


async def home_of(play: Play, person: Person) -> str | None:
    async with play.service.deps.store.look() as unit:
        contact = await unit.contacts.get(person.telegram)
    return contact.grid if contact is not None else None


async def test_a_first_word_in_private_waits_until_the_home_is_known(play: Play) -> None:
    """Asked once where they live; what they said is not lost, and is not asked again."""
    gu = play.person("顾阿姨")
    gu.starts()
    first = gu.tells("楼道灯坏了，老人昨天摔了一跤")
    asked = await gu.reads("还不知道您住在哪个网格", "刚才说的我记着")
    assert [row[0].text for row in asked.buttons] == [f"湘河社区第{number}网格" for number in "一二三"]
    play.world.edit(gu.telegram, play.bot, first, "三楼楼道灯坏了，老人昨天摔了一跤，电话 13800001234")
    await play.until_quiet()
    gu.tells("就在单元门口那个")
    await gu.reads("没认出是哪里", "刚才说的我记着")
    gu.tells("20幢2单元")
    await gu.reads("〔1001〕", "楼道灯坏了")
    await gu.reads("记下了，您家在湘河社区第二网格")
    await play.until_quiet()
    ticket = await play.ticket()
    assert ticket.grid == "d.s1.c1.g2"
    assert "三楼楼道灯坏了，老人昨天摔了一跤" in ticket.said[0].text
    assert "13800001234" not in ticket.said[0].text
    assert "单元门口那个" in ticket.said[0].text
    assert any(place.span == "20幢2单元" for place in ticket.places)
    await play.person("zheng").asked_to("take", "〔1001〕")
    gu.tells("下水道堵了")
    await gu.reads("〔1002〕")
    assert (await play.ticket(1002)).grid == "d.s1.c1.g2"
    assert sum("还不知道您住在哪个网格" in text for text in gu.received()) == 1
    assert await home_of(play, gu) == "d.s1.c1.g2"


async def test_the_words_themselves_name_the_home(play: Play) -> None:
    """One place, one grid: nothing is asked. A question about the grid needs no ticket either."""
    gu, pan = play.people("顾阿姨", "潘大伯")
    gu.starts()
    gu.tells("40幢楼道灯坏了")
    await gu.reads("〔1001〕")
    assert (await play.ticket()).grid == "d.s1.c1.g3"
    pan.starts()
    pan.tells("我家是哪个网格？找谁？")
    asked = await pan.reads("还不知道您住在哪个网格", without=("刚才说的",))
    await pan.taps(asked, "湘河社区第三网格")
    card = await pan.reads("湘河社区第三网格", "记下了，您家在这里", "陈师傅 · 在班")
    assert "这里没有医生，由湘河社区第一网格的费医生帮忙" in card.text
    assert "这里没有律师，由湘河社区第二网格的吴律师帮忙" in card.text
    assert await play.no_ticket(1002)
    again = await pan.taps(card, "换网格")
    assert again == "请在下面选一个"
    moved = await pan.reads("您家现在在哪里")
    assert len(moved.buttons) == 3
    pan.tells("我住湘河公园旁边")
    await pan.reads("湘河社区第二网格", "记下了", "郑师傅")
    assert await home_of(play, pan) == "d.s1.c1.g2"


async def test_danger_does_not_wait_for_an_address(play: Play) -> None:
    """What to do first comes at once; the request goes out as soon as the place is known, here by a tap."""
    gu = play.person("顾阿姨")
    gu.starts()
    gu.tells("家里煤气味很大，头晕")
    asked = await gu.reads("先离开", "119", "刚才说的我记着")
    toast = await gu.taps(asked, "湘河社区第一网格")
    assert "1001" in toast
    await play.until_quiet()
    assert (await play.ticket()).danger is not None
    await play.person("tu").asked_to("take", "〔1001〕")
    assert await gu.taps(asked, "湘河社区第一网格") != toast
    await play.until_quiet()
    assert await play.no_ticket(1002)


async def test_a_place_that_was_shared_finds_its_grid(play: Play) -> None:
    """In a grid, on a border, outside of all, far away: each answered as it is, with what helps."""
    gu = play.person("顾阿姨")
    gu.starts()
    await play.until_quiet()

    def shares(place: tuple[float, float]) -> None:
        play.world.send_location(gu.telegram, play.bot, *place)

    shares(FAR_AWAY)
    await gu.reads("这个位置不在示例区的网格里", "写几幢")
    shares(OUTSIDE_NEAR)
    await gu.reads("离湘河社区第一网格最近，大约", "米")
    shares(ON_THE_BORDER)
    border = await gu.reads("正好在湘河社区第一网格和湘河社区第二网格的交界上")
    assert [row[0].text for row in border.buttons] == ["湘河社区第一网格", "湘河社区第二网格"]
    assert await home_of(play, gu) is None
    shares(IN_GRID_2)
    await gu.reads("湘河社区第二网格", "记下了，您家在这里", "郑师傅")
    shares(IN_GRID_3)
    await gu.reads("湘河社区第三网格", "您发的位置在这里", "陈师傅")
    assert await home_of(play, gu) == "d.s1.c1.g2"
    shares(OUTSIDE_NEAR)
    late = await gu.reads("离湘河社区第一网格最近", "写几幢")
    await play.until_quiet()
    assert await play.no_ticket()
    assert late.text


async def test_a_place_in_the_group_belongs_to_the_open_matter(play: Play) -> None:
    """With an open matter it joins it, with its grid; without one it is chatter."""
    gu, pan = play.people("顾阿姨", "潘大伯")
    play.world.send_location(pan.telegram, GRID1, *IN_GRID_2)
    gu.says("楼道灯坏了")
    await gu.sees("〔1001〕")
    await play.later(minutes=30)
    play.world.send_location(gu.telegram, GRID1, *IN_GRID_2)
    await play.until_quiet()
    ticket = await play.ticket()
    assert [(place.span, place.area) for place in ticket.places] == [("定位在第二网格", "d.s1.c1.g2")]
    assert any(one.kind == "location" for said in ticket.said for one in said.media)
    await play.person("tu").reads("〔1001〕", "定位在第二网格")
    assert await play.no_ticket(1002)
    assert len(play.live_cards("〔1001〕")) == 1


async def test_a_link_of_the_grid_opens_the_door(play: Play) -> None:
    """The link of a grid says where somebody lives, and lets out what they said before; a wrong one does no harm."""
    gu, pan = play.people("顾阿姨", "潘大伯")
    pan.starts("g_nonsense")
    await pan.reads("您好")
    assert await home_of(play, pan) is None
    gu.starts()
    gu.tells("电梯坏了")
    await gu.reads("还不知道您住在哪个网格")
    gu.starts(f"g_{token('d.s1.c1.g3')}")
    await gu.reads("〔1001〕", "电梯")
    await gu.reads("湘河社区第三网格", "陈师傅")
    assert (await play.ticket()).grid == "d.s1.c1.g3"
    welcome = await gu.reads("您好，这里是湘河社区第三网格的小帮手")
    assert "/who" in welcome.text


async def test_who_with_a_place_behind_it_and_for_staff(play: Play) -> None:
    """/who 20幢 asks about another grid and changes nothing; staff get their own grid."""
    gu, tu, li = play.people("顾阿姨", "tu", "li")
    gu.starts()
    gu.tells("/who 20幢")
    await gu.reads("湘河社区第二网格", "郑师傅")
    assert await home_of(play, gu) is None
    gu.tells("/who 月亮湾")
    await gu.reads("没认出“月亮湾”是哪里")
    gu.tells("/who 湘河社区")
    await gu.reads("“湘河社区”不止一个网格有")
    tu.tells("/who")
    await tu.reads("湘河社区第一网格", "汪网格长")
    li.tells("/who")
    await li.reads("还不知道您住在哪个网格")
    play.person("林小满").says("/who 20幢", chat=GRID2)
    await play.until_quiet()
    await no_words_for_others(play)


def unmapped(folder: Path) -> Path:
    """The sample district without boundaries, and with nobody in the third grid but the policeman of all three."""
    lines = SAMPLE.read_text(encoding="utf-8").splitlines()
    bare = [line for line in lines if not line.strip().startswith(("boundary:", "- {person: ch"))]
    file = folder / "bare.yaml"
    file.write_text("\n".join(bare) + "\n", encoding="utf-8")
    return file


async def test_without_boundaries_there_is_a_plain_list(staging: Staging, tmp_path: Path) -> None:
    """No map, no picture; a shared place is answered honestly; a grid without people says who gets its requests."""
    async with staging(district=unmapped(tmp_path)) as play:
        gu = play.person("顾阿姨")
        gu.starts()
        play.world.send_location(gu.telegram, play.bot, *IN_GRID_2)
        await gu.reads("还没有网格地图")
        gu.tells("湘河社区第三网格")
        card = await gu.reads("湘河社区第三网格", "还没有网格员和网格长", "李丁", "同社区的还有第一网格和第二网格")
        assert not card.media
        assert uploads(play) == []


@pytest.mark.parametrize("trouble", ["drawing", "telegram"])
async def test_the_words_come_without_the_picture_when_that_fails(
    play: Play, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A picture that cannot be drawn costs nobody the answer; a time-out while it goes up makes no second one."""
    gu = play.person("顾阿姨")
    gu.starts()
    await play.until_quiet()
    if trouble == "drawing":
        monkeypatch.setattr("bot.speaker.gallery._draw", lambda plan: 1 / 0)
    else:
        play.world.faults.add("sendPhoto", "drop_after_delivery", times=1, chat=gu.telegram)
    gu.tells("/who 3栋")
    card = await gu.reads("湘河社区第一网格", "屠师傅 · 在班")
    await play.until_quiet()
    assert bool(card.media) == (trouble == "telegram")
    assert sum("屠师傅 · 在班" in text for text in gu.received()) == 1
