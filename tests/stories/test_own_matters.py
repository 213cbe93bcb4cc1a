"""A resident's own side: /my, taking back, one tap afterwards, speaking for a neighbour, one's own language."""

from messages.callbacks import Choose
from rehearsal import Message
from storage import Store
from tests.stories.test_rights import Forger
from tests.stories.test_setting_up import GROUP, GU, LEADER, NAMES, STRANGER, WORKER, empty_house
from tests.stories.theatre import GRID1, Person, Play, wednesday
from tickets.model import Ending, Status
from tickets.outcome import Mark


async def opened(person: Person, number: str) -> Message:
    """Ask for one's own matters and open one of them."""
    person.tells("/my")
    listed = await person.reads("点编号看那一件", number)
    await person.taps(listed, number)
    return await person.reads(number, without=("点编号看那一件", "回执"))


async def finished(play: Play, number: int, words: str, person: Person) -> None:
    """Take a matter, say what was done, have it approved and confirmed."""
    tu, wang = play.people("tu", "wang")
    await tu.taps(await tu.asked_to("take", f"〔{number}〕"), "take")
    tu.tells(f"/done {number} {words}")
    await wang.taps(await wang.asked_to("approve", f"〔{number}〕"), "approve")
    await person.taps(await person.asked_to("confirm", f"〔{number}〕", words, chat=GRID1), "confirm")
    await play.until_quiet()


async def test_own_matters_are_listed_opened_and_taken_back(play: Play) -> None:
    """A public matter too: by the button of its private card, which follows what happens in the group."""
    gu, pan, tu = play.people("顾阿姨", "潘大伯", "tu")
    gu.tells("/my")
    await gu.reads("您眼下没有在办的事")
    gu.starts()
    gu.says("3栋楼道灯坏了")
    await gu.sees("〔1001〕")
    gu.says("2栋门口的垃圾桶满了，臭得很")
    await gu.sees("〔1002〕")
    pan.says("东门井盖松了")
    await pan.sees("〔1003〕")
    gu.tells("/my")
    listed = await gu.reads("您反映的事", "〔1001〕", "〔1002〕", "已转给屠师傅", "今天")
    assert "〔1003〕" not in listed.text
    await gu.taps(listed, "〔1001〕")
    card = await gu.asked_to("withdraw", "〔1001〕")
    assert "只有您和经办的人看得到" not in card.text, "everybody in the group sees it"
    await tu.taps(await tu.asked_to("take", "〔1001〕"), "take")
    assert "屠师傅已接" in (await gu.reads("〔1001〕", "屠师傅已接")).text
    assert await gu.taps(await gu.asked_to("withdraw", "〔1001〕", "屠师傅已接"), "withdraw") == "好，这件不办了"
    await gu.sees("〔1001〕", "反映的人说不用办了")
    await tu.reads("〔1001〕", "住户说不用办了，您可以放下了")
    assert (await play.ticket()).ending is Ending.WITHDRAWN
    assert (await play.ticket(1002)).open, "the other matter goes on"
    # Opened again, the card is at the end of the chat, and there is one of it.
    await opened(gu, "〔1002〕")
    await opened(gu, "〔1002〕")
    await play.until_quiet()
    cards = [one for one in play.world.messages(gu.telegram) if one.text.startswith("〔1002〕")]
    assert len(cards) == 1
    # Nobody opens what is somebody else's, by whatever button.
    pan.starts()
    pan.tells("/my")
    await pan.reads("〔1003〕")
    Forger(play, pan).taps(Choose(what="mine", ref="1002").pack())
    Forger(play, pan).taps(Choose(what="mine", ref="9" * 40).pack())
    await play.until_quiet()
    assert not any("〔1002〕" in text for text in pan.received())


async def test_taken_back_in_words_as_a_reply_to_the_card(play: Play) -> None:
    gu, pan, tu = play.people("顾阿姨", "潘大伯", "tu")
    gu.says("3栋楼道灯坏了")
    card = await gu.sees("〔1001〕")
    pan.says("不用了", reply_to=card)
    gu.says("不用换整个灯，换灯泡就行", reply_to=card)
    await play.until_quiet()
    assert (await play.ticket()).open, "neither a neighbour's word nor anything longer takes it back"
    await tu.taps(await tu.asked_to("take", "〔1001〕"), "take")
    tu.tells("/ask 1001 明天上午要不要等您在家？")
    question = await gu.sees("〔1001〕", "要不要等您在家")
    gu.says("不用了", reply_to=question)
    await tu.reads("住户答", "不用了")
    ticket = await play.ticket()
    assert ticket.status is Status.HANDLING, "an answer is an answer"
    gu.says("没事了，自己好了，谢谢", reply_to=await gu.sees("〔1001〕"))
    await gu.sees("〔1001〕", "反映的人说不用办了")
    await tu.reads("〔1001〕", "住户说不用办了")
    assert (await play.ticket()).ending is Ending.WITHDRAWN


async def test_one_tap_afterwards(play: Play) -> None:
    """In private where that is open, else on the group's card; a quiet line for the worker, a rate for above."""
    gu, pan, tu, li = play.people("顾阿姨", "潘大伯", "tu", "li")
    gu.starts()
    for number, person, words in ((1001, gu, "3栋楼道灯坏了"), (1002, pan, "2栋楼道灯坏了")):
        person.says(words)
        await person.sees(f"〔{number}〕")
        await finished(play, number, f"{number} 换了灯泡", person)
    heard = len(tu.received())
    # She has a private chat: the group is not shown what she is asked there.
    assert not (await gu.sees("〔1001〕", "已解决")).buttons
    receipt = await gu.reads("回执", "〔1001〕", "办得怎么样")
    assert "谢谢您" in await gu.taps(receipt, "mark.good")
    assert "没好" in await gu.taps(receipt, "mark.poor")
    assert "谢谢您" in await gu.taps(receipt, "mark.good")
    await tu.reads("〔1001〕", "住户说：满意，谢谢")
    # He has none: three buttons on the card, for him alone, gone once he has pressed.
    card = await pan.sees("〔1002〕", "已解决")
    assert "潘大伯自己来点" in await gu.taps(card, "mark.poor")
    assert "潘大伯自己来点" in await tu.taps(card, "mark.good")
    assert "记下了" in await pan.taps(card, "mark.poor")
    await tu.reads("〔1002〕", "住户说：不满意")
    await play.until_quiet()
    card = await pan.sees("〔1002〕", "已解决")
    assert not card.buttons
    assert "满意" not in card.text, "the group does not read it"
    assert len(tu.received()) == heard, "a rating rings at nobody's"
    gu.tells("谢谢")
    await play.until_quiet()
    await play.at(wednesday(18))
    await li.reads("湘河社区", "满意率 50%", "评过的 2 件里，满意 1 件")
    await play.at(wednesday(18, days=8))
    assert "7 天以后就不改了" in await gu.taps(receipt, "mark.fair")
    rating = (await play.ticket()).rating
    assert rating is not None
    assert rating.mark is Mark.GOOD


async def test_a_neighbour_speaks_for_somebody_who_does_not_write(play: Play) -> None:
    lin, tu, wang = play.people("林小满", "tu", "wang")
    lin.starts()
    lin.says("帮我隔壁王奶奶报一下：她家水管漏了，电话13800138000")
    card = await lin.sees("〔1001〕")
    assert "替" not in card.text
    await tu.taps(await tu.reads("反映人：林小满（替隔壁王奶奶）"), "take")
    lin.tells("/my")
    await lin.reads("〔1001〕", "（替隔壁王奶奶）")
    tu.tells("/done 1001 换了一段水管")
    await lin.reads("换了一段水管", "也请您告诉隔壁王奶奶一声")
    await wang.taps(await wang.asked_to("approve", "〔1001〕"), "approve")
    ticket = await play.ticket()
    assert (ticket.reporter, ticket.on_behalf) == (f"tg{lin.telegram}", "隔壁王奶奶")
    assert "13800138000" not in play.transcript().replace("电话13800138000", "")


async def test_a_persons_own_language_wins(play: Play) -> None:
    """Over the language of the app, at once, for what is open as well; the next one can be chosen any time."""
    ana, tu = play.people("Ana", "tu")
    ana.starts()
    ana.says("The light in the stairs of building 3 is broken")
    await ana.sees("〔1001〕")
    ana.tells("/my")
    await ana.reads("What you reported", "〔1001〕")
    ana.tells("/language")
    page = await ana.reads("Which language")
    assert await ana.taps(page, "中文") == "好，以后和您说中文"
    ana.tells("/my")
    await ana.reads("您反映的事", "〔1001〕")
    await tu.taps(await tu.asked_to("take", "〔1001〕"), "take")
    tu.tells("/done 1001 换好了")
    await ana.reads("换好了", "好了没有")
    tu.tells("/language")
    assert await tu.taps(await tu.reads("Which language"), "English") == "All right, English from now on"
    tu.tells("/tickets")
    await tu.reads("in your hands")
    assert await ana.taps(page, "English") == "All right, English from now on"
    await play.until_quiet()
    assert play.service.deps.directory.languages == {ana.telegram: "en", tu.telegram: "en"}


async def reporter(store: Store, number: int) -> str:
    """Return who reported a ticket."""
    async with store.look() as unit:
        ticket = await unit.tickets.get(number)
    assert ticket is not None
    return ticket.reporter


async def test_whoever_joins_the_staff_keeps_what_he_reported_before(sqlite_url: str) -> None:
    async with empty_house(sqlite_url) as (play, tokens):
        he, gu, stranger = (play.person(NAMES[one]) for one in (LEADER, GU, STRANGER))
        shen = play.person(NAMES[WORKER])
        for person, key in ((he, "he"), (shen, "shen")):
            person.starts(tokens[key])
            await person.taps(await person.reads("这是给"), "choice.that_is_me")
        await play.until_quiet()
        he.says("/bind 第一网格", chat=GROUP)
        await gu.sees("这里是东湾社区第一网格的群", chat=GROUP)
        stranger.starts()
        stranger.says("3栋楼道灯坏了", chat=GROUP)
        await shen.taps(await shen.asked_to("take", "〔1001〕"), "take")
        # While it is in hand he joins, by another's invitation.
        stranger.starts(tokens["gao"])
        await stranger.taps(await stranger.reads("这是给"), "choice.that_is_me")
        await play.until_quiet()
        assert await reporter(play.service.deps.store, 1001) == "gao"
        shen.tells("/done 1001 换好了")
        result = await stranger.asked_to("confirm", "〔1001〕", "换好了")
        assert "谢谢" in await stranger.taps(result, "confirm")
        await play.until_quiet()
        stranger.tells("/my")
        await stranger.reads("〔1001〕")
        async with play.service.deps.store.look() as unit:
            ticket = await unit.tickets.get(1001)
        assert ticket is not None
        assert "gao" not in ticket.reviewers, "nobody reviews what he reported himself"
        assert ticket.confirmed_at is not None
