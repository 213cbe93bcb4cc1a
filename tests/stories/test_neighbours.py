"""S4, S5, S7: food stalls again and again, a neighbour who speaks for others, clothes that find a child."""

from dataclasses import dataclass

from tests.stories.theatre import Play

HOME = -777
"""A family's own group, in which no bot is."""


@dataclass(frozen=True)
class Lines:
    """What people say, in two languages."""

    stalls: tuple[str, ...]
    often: str
    done: str
    behalf: str
    both: str
    clothes: str
    offer: str
    matched: str


LINES = {
    "zh": Lines(
        stalls=(
            "湘河菜场门口的排档半夜吵得睡不着，太扰民了",
            "湘河菜场门口排档又吵到一点，没法睡",
            "湘河菜场门口的排档喇叭声太吵了，天天扰民",
            "湘河菜场门口排档还是吵，噪音扰民没人管吗",
        ),
        often="老出问题",
        done="和摊主说好了，十点半收摊",
        behalf="湘河菜场后面的水管漏水，楼下都泡了，来人看看",
        both="您也说过这件事",
        clothes="刚搬来的，家里孩子三岁，谁家有不穿的小孩衣服能送我几件",
        offer="我家有一包干净的小衣服，可以送",
        matched="徐大妈那边有一包，今晚在东门给您",
    ),
    "en": Lines(
        stalls=(
            "The food stalls at 湘河菜场 are terribly noisy every night, nobody can sleep",
            "Loud noise from the food stalls at 湘河菜场 again, nobody can sleep",
            "Loud noise from the stalls at 湘河菜场 at night, nobody can sleep",
            "Loud noise from the food stalls at 湘河菜场, nobody can sleep",
        ),
        often="keeps failing",
        done="The stalls agreed to close at half past ten",
        behalf="The water pipe behind 湘河菜场 is leaking, please send somebody to repair it",
        both="You spoke of it too",
        clothes="Does anybody have children's clothes to give away? We are new here",
        offer="We have a bag of clean clothes, you can have them",
        matched="A neighbour has a bag of them, tonight at the east gate",
    ),
}


async def test_a_street_of_stalls_again_and_again(spoken: Play) -> None:
    """S4: three times the same spot was quiet for a while; the fourth is a standing matter, and the leader is told."""
    play, lines = spoken, LINES[spoken.language]
    gu, tu, wang = play.people("顾阿姨", "tu", "wang")
    gu.starts()
    await play.until_quiet()
    for number, words in enumerate(lines.stalls[:3], start=1001):
        gu.says(words)
        tu_card = await tu.asked_to("take", f"〔{number}〕")
        await tu.taps(tu_card, "take")
        tu.tells(f"/done {number} {lines.done}")
        await wang.taps(await wang.asked_to("approve", f"〔{number}〕"), "approve")
        await gu.taps(await gu.asked_to("confirm", f"〔{number}〕"), "confirm")
        await play.later(minutes=20)
    gu.says(lines.stalls[3])
    await wang.reads("〔1004〕", "〔1003〕〔1002〕〔1001〕")
    await tu.asked_to("take", "〔1004〕", lines.often)
    await play.until_quiet()
    ticket = await play.ticket(1004)
    assert (ticket.service, ticket.standing, ticket.earlier) == ("noise", True, (1003, 1002, 1001))


async def test_a_neighbour_speaks_for_those_who_do_not_write(spoken: Play) -> None:
    """S5: a trusted neighbour passes on what another wrote to her; she is asked, and both are told how it ended."""
    play, lines = spoken, LINES[spoken.language]
    gu, pan, tu, wang = play.people("顾阿姨", "潘大伯", "tu", "wang")
    for one in (gu, pan):
        one.starts()
    await play.until_quiet()
    gu.says("/my")  # who has spoken in the group is known to live there
    play.world.add_group(HOME, "Family", [gu.telegram, pan.telegram], {}, type="group")
    wrote = pan.says(lines.behalf, chat=HOME)
    gu.says("大家早" if play.language == "zh" else "good morning")
    await play.until_quiet()
    play.world.forward(gu.telegram, play.bot, HOME, wrote)
    await tu.taps(await tu.asked_to("take", "〔1001〕", pan.name), "take")
    await play.until_quiet()
    ticket = await play.ticket()
    assert (ticket.reporter, ticket.households) == (f"tg{gu.telegram}", 1), "one household, whoever writes for it"
    tu.tells(f"/done 1001 {lines.done}")
    await wang.taps(await wang.asked_to("approve", "〔1001〕"), "approve")
    await gu.taps(await gu.asked_to("confirm", "〔1001〕", lines.done), "confirm")
    await pan.reads("〔1001〕", lines.done, lines.both)


async def test_clothes_find_a_child(spoken: Play) -> None:
    """S7: no deadline and no clock: somebody asks, a neighbour has some, the worker brings them together."""
    play, lines = spoken, LINES[spoken.language]
    gu, lin, tu = play.people("顾阿姨", "林小满", "tu")
    gu.starts()
    await play.until_quiet()
    gu.says(lines.clothes)
    await tu.taps(await tu.asked_to("take", "〔1001〕"), "take")
    await play.until_quiet()
    ticket = await play.ticket()
    assert (ticket.service, ticket.deadline_class) == ("mutual_help", "open")
    assert (ticket.take_by, ticket.done_by) == (None, None)
    lin.says(lines.offer, reply_to=await gu.sees("〔1001〕"))
    await tu.reads("〔1001〕", lines.offer)
    await play.later(days=5)
    assert (await play.ticket()).households == 1, "an offer is no second household in need"
    assert (await play.ticket()).next_due is not None, "it is looked at again, whatever happens"
    tu.tells(f"/done 1001 {lines.matched}")
    await gu.taps(await gu.asked_to("confirm", "〔1001〕", lines.matched), "confirm")
    await play.until_quiet()
    ticket = await play.ticket()
    assert (ticket.status, ticket.ending, ticket.reviewed_by) == ("closed", "solved", None)
    await play.until_quiet()
    assert not lin.received(), "who never opened the private chat reads it on the card"
