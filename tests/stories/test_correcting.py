"""A worker says that it is another service: it goes to whoever sees to that, and the district learns from it."""

from tests.stories.theatre import GRID1, Play

CARD, SECOND, THIRD = "〔1001〕", "〔1002〕", "〔1003〕"
LIGHT = "3栋楼道灯坏了"
TALK = "大家周末去爬山吗"


async def taught(play: Play) -> list[tuple[int, str, str | None]]:
    async with play.service.deps.store.look() as unit:
        return [(one.ticket, one.text, one.service) for one in await unit.examples.all()]


async def test_a_correction_reroutes_and_teaches(play: Play) -> None:
    """By button to a section and a service, by command to one that is private; not a request; filed after all."""
    gu, lin, tu = play.people("顾阿姨", "林小满", "tu")
    gu.says(LIGHT)
    card = await tu.asked_to("correct", CARD)
    assert "请在下面选" in await tu.taps(card, "correct")
    sections = await tu.asked_to("环境卫生", CARD, "路灯、楼道照明")
    await tu.taps(sections, "环境卫生")
    services = await tu.asked_to("垃圾、保洁", CARD)
    assert "垃圾、保洁" in await tu.taps(services, "垃圾、保洁")
    await tu.asked_to("take", CARD, "垃圾、保洁")
    await play.until_quiet()
    ticket = await play.ticket()
    assert (ticket.service, ticket.private, ticket.asked) == ("garbage", False, ("tu",))
    assert await taught(play) == [(1001, LIGHT, "garbage")]

    tu.tells("/service 1001 法律咨询")
    await tu.reads("〔1001〕改为法律咨询")
    await play.until_quiet()
    ticket = await play.ticket()
    assert (ticket.service, ticket.private) == ("legal_advice", True)
    assert "tu" not in ticket.asked
    [live] = play.live_cards(CARD)
    assert "私下" in live.text
    assert LIGHT not in live.text
    assert not live.buttons
    assert await taught(play) == [(1001, LIGHT, "legal_advice")]

    lin.says("5栋楼道灯也坏了")
    await tu.taps(await tu.asked_to("reject", SECOND), "reject")
    said = lin.says(TALK)
    tu.says("/file", reply_to=next(one for one in play.world.messages(GRID1) if one.id == said))
    await tu.asked_to("take", THIRD, TALK)
    await play.until_quiet()
    assert (await taught(play))[1:] == [
        (1002, "5栋楼道灯也坏了", None),
        (1003, TALK, (await play.ticket(1003)).service),
    ]
    gu.tells("/service 1003 垃圾")
    await gu.reads("这个命令是给网格员用的")

    lin.tells("/forget")
    await lin.taps(await lin.asked_to("choice.forget_yes"), "choice.forget_yes")
    await play.until_quiet()
    assert [number for number, _, _ in await taught(play)] == [1001, 1003]


async def test_a_service_that_is_not_named_is_chosen(play: Play) -> None:
    """Without a name, or with one that is nobody's, the list is shown; a part of a name is enough, and may wake all."""
    gu, tu = play.people("顾阿姨", "tu")
    gu.says(LIGHT)
    await tu.asked_to("take", CARD)
    for words in ("", "没有这一类"):
        tu.tells(f"/service 1001 {words}")
        await play.until_quiet()
    assert sum("应该是哪一类" in text for text in tu.received()) == 2
    tu.tells("/service 1001 泄漏")
    await gu.sees("别开灯")
    assert (await play.ticket()).danger == "gas"
