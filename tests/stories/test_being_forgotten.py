"""/forget: explained first, then done; afterwards no table holds the person's id, name or words."""

import re

from rehearsal import Message
from storage import Store
from storage.tables import METADATA
from tests.stories.theatre import GRID1, Person, Play, playing, wednesday

NAME = "林小满"
SECRETS = ("蓝屋顶", "顶楼水箱漏水", "夜里睡不着", "隔壁鲁奶奶", "file-of-hers")
"""What she says, and nobody else; the last stands in a parked update."""


async def everything(store: Store) -> dict[str, str]:
    """Return every row of every table as text, by table and row."""
    found: dict[str, str] = {}
    async with store.look() as unit:
        for name, table in METADATA.tables.items():
            for number, row in enumerate(await unit._line.all(table.select())):
                found[f"{name}[{number}]"] = str(dict(row._mapping))
    return found


async def traces(store: Store, person: Person, *words: str) -> list[str]:
    """Return where the person's id, name or words stand."""
    marks = [re.compile(rf"(?<!\d){person.telegram}(?!\d)"), *(re.compile(re.escape(word)) for word in words)]
    rows = (await everything(store)).items()
    return [f"{where}: {mark.pattern} in {row}" for where, row in rows for mark in marks if mark.search(row)]


async def lives_through(play: Play, lin: Person) -> None:
    """Two matters of hers to their end: one in the group, with everything said, and a private one."""
    tu, wang = play.people("tu", "wang")
    lin.starts()
    await lin.reads()
    lin.tells("/home 6幢1单元602")
    await lin.reads("您家：", "6幢1单元602")
    lin.says("帮我隔壁鲁奶奶报一下：蓝屋顶那间顶楼水箱漏水了")
    await tu.taps(await tu.asked_to("take", "〔1001〕", "蓝屋顶"), "take")
    tu.tells("/ask 1001 蓝屋顶是几栋？")
    question = await lin.reads("蓝屋顶是几栋")
    lin.tells("蓝屋顶是6栋，我夜里睡不着", reply_to=question)
    await tu.reads("夜里睡不着")
    tu.tells("/done 1001 蓝屋顶的水箱换了浮球")
    await wang.taps(await wang.asked_to("approve", "〔1001〕"), "approve")
    await lin.taps(await lin.asked_to("confirm", "〔1001〕", "浮球"), "confirm")
    await lin.taps(await lin.reads("回执", "〔1001〕"), "mark.fair")
    await play.until_quiet()
    play.world.send_voice(lin.telegram, GRID1, b"OggS", 3)
    await play.later(minutes=5)
    await tu.reads(NAME, "立案")


async def test_afterwards_nothing_of_hers_is_left(database_url: str) -> None:
    async with playing(database_url) as play:
        lin, pan, tu = play.people(NAME, "潘大伯", "tu")
        store = play.service.deps.store
        await lives_through(play, lin)
        pan.says("3栋楼道灯坏了")
        await pan.sees("〔1002〕")
        async with store.unit() as unit:
            raw = f'{{"message": {{"from": {{"id": {lin.telegram}}}, "photo": "file-of-hers"}}}}'
            await unit.updates.park(999_999_001, raw, "KeyError", play.service.deps.now())
            await unit.commit()
        await lin.taps(await _asked_for_language(lin), "中文")
        lin.tells("/my")
        await lin.reads("〔1001〕", "已解决")
        before = await traces(store, lin, NAME, *SECRETS)
        assert {word for word in SECRETS if any(word in line for line in before)} == set(SECRETS)
        lin.tells("/forget")
        page = await lin.reads("删掉我的信息", "办结的 1 件", "按规定留着的")
        assert "还没办完" not in page.text
        assert len(await traces(store, lin, NAME, *SECRETS)) >= len(before), "explaining deletes nothing"
        assert await lin.taps(page, "choice.forget_no") == "好，都留着"
        assert (await play.ticket()).reporter == f"tg{lin.telegram}"
        assert (await lin.taps(page, "choice.forget_yes")).startswith("删掉了")
        await play.until_quiet()
        assert await traces(store, lin, NAME, *SECRETS) == []
        # What is left is what the statistics want, and whoever sees the cards sees no words on them any more.
        ticket = await play.ticket()
        assert (ticket.handler, ticket.ending, ticket.reporter, ticket.summary) == ("tu", "solved", "gone", "")
        assert ticket.rating is not None
        async with store.look() as unit:
            assert len(await unit.tickets.journal(1001)) == ticket.version
        await lin.sees("〔1001〕内容已按本人的意思删去")
        await tu.reads("〔1001〕内容已按本人的意思删去")
        assert not any("蓝屋顶" in one.text for one in play.live_cards("〔1001〕"))
        # Others lose nothing; whoever comes again is somebody new, and pressing again is harmless.
        assert (await play.ticket(1002)).reporter == f"tg{pan.telegram}"
        assert (await lin.taps(page, "choice.forget_yes")).startswith("删掉了")
        await play.until_quiet()
        assert await traces(store, lin, NAME, *SECRETS) == []
        lin.says("6栋电梯坏了")
        await lin.sees("〔1003〕")


async def test_what_is_open_is_named_kept_and_deleted_when_it_is_over(sqlite_url: str) -> None:
    async with playing(sqlite_url) as play:
        lin, tu, wang = play.people(NAME, "tu", "wang")
        store = play.service.deps.store
        await lives_through(play, lin)
        lin.says("顶楼水箱漏水，漏了三天没人管")
        await tu.taps(await tu.asked_to("take", "〔1002〕"), "take")
        lin.tells("/forget")
        page = await lin.reads("删掉我的信息", "〔1002〕还没办完")
        assert "〔1002〕还没办完，办结以后自动删" in await lin.taps(page, "choice.forget_yes")
        await play.until_quiet()
        assert (await play.ticket(1001)).reporter == "gone"
        assert (await play.ticket(1002)).reporter == f"tg{lin.telegram}"
        left = await traces(store, lin, *SECRETS[2:])
        assert not any(word in line for word in SECRETS[2:] for line in left)
        # She still gets the result of what is open, privately, and it closes as usual.
        tu.tells("/done 1002 水箱换好了")
        result = await lin.asked_to("confirm", "〔1002〕", "水箱换好了")
        await lin.taps(result, "confirm")
        await wang.taps(await wang.asked_to("approve", "〔1002〕"), "approve")
        await lin.reads("回执", "〔1002〕")
        await play.at(wednesday(3, 30, days=1))
        await play.later(minutes=20)
        assert (await play.ticket(1002)).reporter == "gone"
        assert await traces(store, lin, NAME, *SECRETS) == []


async def test_staff_keep_their_work_and_lose_what_they_reported(sqlite_url: str) -> None:
    async with playing(sqlite_url) as play:
        gu, tu, fei = play.people("顾阿姨", "tu", "fei")
        store = play.service.deps.store
        gu.says("3栋楼道灯坏了")
        await tu.taps(await tu.asked_to("take", "〔1001〕"), "take")
        fei.says("我家在3栋，蓝屋顶那边下水道堵了，请派人来看看", chat=GRID1)
        await fei.sees("〔1002〕")
        fei.tells("不用了", reply_to=await _own_card(fei))
        await play.until_quiet()
        assert not (await play.ticket(1002)).open
        fei.tells("/forget")
        page = await fei.reads("您是工作人员", "办结的 1 件")
        await fei.taps(page, "choice.forget_yes")
        await play.until_quiet()
        assert not any("蓝屋顶" in row for row in (await everything(store)).values())
        assert play.service.deps.person_of(fei.telegram) == "fei"
        tu.tells("/forget")
        page = await tu.reads("您是工作人员")
        await tu.taps(page, "choice.forget_yes")
        tu.tells("/tickets")
        await tu.reads("您手上 1 件", "〔1001〕")
        async with store.look() as unit:
            contact = await unit.contacts.get(tu.telegram)
        assert contact is not None
        assert contact.reachable


async def _asked_for_language(person: Person) -> Message:
    person.tells("/language")
    return await person.reads("和您说哪种话", "Which language")


async def _own_card(person: Person) -> Message:
    person.tells("/my")
    listed = await person.reads("您反映的事", "〔1002〕")
    await person.taps(listed, "〔1002〕")
    return await person.asked_to("withdraw", "〔1002〕")


PEOPLE = {
    "absence": "staff only",
    "shift": "staff only",
    "binding": "staff only",
    "bulletin": "staff only",
    "bulletin_seen": "deleted",
    "call": "deleted",
    "chat": "groups only",
    "contact": "deleted, of staff kept",
    "counter": "nobody",
    "draft": "deleted",
    "example": "deleted, and the model that has read it put away",
    "household": "deleted with its last member, unless it is on the workers' list",
    "household_member": "deleted",
    "invitation": "the account is blanked",
    "joined": "staff only",
    "journal": "written anew",
    "mark": "a wish until it is fulfilled",
    "offer": "staff only",
    "outbox": "deleted, cards of others drawn anew",
    "parked": "deleted",
    "slot": "nobody",
    "source": "deleted",
    "ticket": "written anew",
    "token": "deleted",
    "update_seen": "nobody",
}


def test_it_is_decided_for_every_table_what_forget_does_there() -> None:
    """Whoever adds a table says here what becomes of a person in it, and does it in handlers/actions/forgetting.py."""
    assert set(METADATA.tables) == set(PEOPLE)
