"""Rights: what somebody may not do shows nothing either, and what no button of ours carries does nothing."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.actions.work import DONE
from handlers.chat.taps import RESIDENTS
from messages.callbacks import Pick, Press
from rehearsal import Message
from tests.stories.theatre import Person, Play
from tickets.actions import Action

CARD = "〔1001〕"
SENTENCE = "3栋楼道灯坏了"
SECRET = "降压药"
PRIVATE = "医生给我换了降压药，头晕，还要不要吃？"
ASKING = ("take", "done", "ask", "pass", "hold", "consult")


class Forger:
    """Somebody who writes callback data by hand, as any client can."""

    def __init__(self, play: Play, who: Person) -> None:
        self.play, self.who, self.sent = play, who, 0

    def taps(self, data: str, chat: int | None = None) -> None:
        """Send a tap with this data under an old message of the private chat, or of a group."""
        self.sent += 1
        who: dict[str, Any] = {"id": self.who.telegram, "is_bot": False, "first_name": self.who.name}
        own = {"id": self.who.telegram, "type": "private", "first_name": self.who.name}
        where = own if chat is None else {"id": chat, "type": "supergroup", "title": "room"}
        bot = {"id": self.play.bot, "is_bot": True, "first_name": "bot"}
        message = {"message_id": 1, "date": 1780000000, "chat": where, "from": bot, "text": "x"}
        query = {"id": f"q{self.sent}", "from": who, "chat_instance": "1", "data": data, "message": message}
        self.play.world.inject_update(self.play.bot, {"callback_query": query})

    def answers(self) -> list[str]:
        """Return what the taps were answered with."""
        calls = [one for one in self.play.world.calls if one.method.lower() == "answercallbackquery"]
        return [str(one.params.get("text")) for one in calls]


async def a_private_matter(play: Play) -> Person:
    """A resident of the first grid asks about medicine."""
    gu = play.person("顾阿姨")
    gu.starts()
    await play.until_quiet()
    gu.says(PRIVATE)
    await play.person("fei").asked_to("take", CARD, SECRET)
    await play.until_quiet()
    assert (await play.ticket()).private
    return gu


async def test_a_private_matter_is_no_matter_to_strangers(play: Play) -> None:
    """Whatever the worker next door tries with the number, the answer is that of a number which does not exist."""
    await a_private_matter(play)
    zheng = play.person("zheng")
    before = len(zheng.received())
    for command in ASKING:
        for words in ("", " 换好了"):
            zheng.tells(f"/{command} 1001{words}")
    await play.until_quiet()
    answers = zheng.received()[before:]
    assert len(answers) == 2 * len(ASKING)
    assert set(answers) == {"没有找到〔1001〕。看看号码对不对，或者直接回复那张卡片"}
    assert (await play.ticket()).status == "filed"
    assert (await play.ticket()).handler is None


async def test_a_private_matter_is_no_matter_to_forgers(play: Play) -> None:
    """Neither do taps written by hand show what it is about, from staff and residents alike."""
    await a_private_matter(play)
    presses = [Press(ticket=1001, action=action.value, version=0).pack() for action in Action]
    picks = [
        Pick(ticket=1001, action=action, choice=choice).pack()
        for action, choice in (
            ("pass_on", "other"),
            ("pass_on", "too_busy"),
            ("pass_on", "next"),
            ("pass_on", "zheng"),
            ("hold", "other|3d"),
            ("hold", "weather"),
            ("hold", "weather|1d"),
            ("consult", "fei"),
            ("consult", "wu"),
            ("rate", "good"),
        )
    ]
    for name in ("zheng", "潘大伯"):
        stranger = play.person(name)
        stranger.starts()
        await play.until_quiet()
        before, forger = len(stranger.received()), Forger(play, stranger)
        for data in (*presses, *picks):
            forger.taps(data)
        await play.until_quiet()
        assert stranger.received()[before:] == []
        answers = forger.answers()[-len(presses) - len(picks) :]
        assert {text[:4] for text in answers} == {"没有找到", "这个按钮"}
        assert sum(text.startswith("没有找到") for text in answers) == len({*DONE, *RESIDENTS}) + len(picks)
    assert play.service.handler.parked == 0
    ticket = await play.ticket()
    assert (ticket.status, ticket.handler, ticket.refusals) == ("filed", None, ())


async def test_no_prompt_for_what_would_be_refused(play: Play) -> None:
    """An open matter of another grid: the refusal comes before the question, not after the words."""
    gu, tu, chen = play.people("顾阿姨", "tu", "chen")
    gu.says(SENTENCE)
    await tu.asked_to("take", CARD)
    for command in ("done", "ask", "consult", "hold"):
        before = len(chen.received())
        chen.tells(f"/{command} 1001")
        await play.until_quiet()
        assert chen.received()[before:] == ["〔1001〕不在您手上。您能办的用 /tickets 看"]
    tu.tells("/done 1001 换好了")
    await gu.asked_to("confirm", CARD, chat=-1001000000001)
    before = len(tu.received())
    tu.tells("/ask 1001")
    await tu.reads("这一步做不了")
    await play.until_quiet()
    assert not [text for text in tu.received()[before:] if "想问住户什么" in text]


async def test_who_may_is_still_asked(play: Play) -> None:
    """The doctor and the leader of the grid go on as before with a private matter."""
    await a_private_matter(play)
    fei, wang = play.people("fei", "wang")
    fei.tells("/done 1001")
    await fei.reads(CARD, "怎么回答住户")
    wang.tells("/consult 1001")
    await wang.reads(CARD, "请哪一位")


ODD = "bogus late all ticket yes no drop finish other|zz weather|99999999d next nobody tu fei not_mine other weather"
WORDS = st.sampled_from([*Action, *ODD.split(), "weather|3d", "d.s1.c1", "nowhere", "天", "|", " ", ""])
NUMBERS = st.sampled_from([1001, 1002, 0, -1, 1, 2**31, 2**63 - 1, 2**63, 10**25]) | st.integers()
FORGED = (
    st.builds(lambda *parts: ":".join(map(str, parts)), st.just("t1"), NUMBERS, WORDS, NUMBERS)
    | st.builds(lambda *parts: ":".join(map(str, parts)), st.just("p1"), NUMBERS, WORDS, WORDS)
    | st.builds(lambda *parts: ":".join(map(str, parts)), st.just("d1"), NUMBERS, WORDS)
    | st.builds(lambda *parts: ":".join(map(str, parts)), st.just("v1"), WORDS, WORDS)
    | st.text(st.characters(codec="utf-8"), max_size=30)
).filter(bool)


def forgeries(count: int) -> list[str]:
    """Draw callback data, half of it nearly right."""
    found: list[str] = []

    @settings(max_examples=count, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=FORGED)
    def draw(data: str) -> None:
        found.append(data)

    draw()
    return found


async def test_no_callback_data_stops_the_bot(play: Play) -> None:
    """Random data from somebody without any right: every tap is answered, nothing is put aside, nothing changes."""
    await a_private_matter(play)
    pan = play.person("潘大伯")
    pan.starts()
    await play.until_quiet()
    before, forger, forged = len(pan.received()), Forger(play, pan), forgeries(150)
    version = (await play.ticket()).version
    assert len(forged) >= 100
    for data in forged:
        forger.taps(data)
    await play.until_quiet()
    assert play.service.handler.parked == 0
    assert len(forger.answers()) == len(forged)
    assert pan.received()[before:] == []
    assert (await play.ticket()).version == version


async def test_who_has_the_right_cannot_stop_the_bot_either(play: Play) -> None:
    """The same from the leader: what his buttons never carried is answered as unknown."""
    play.person("顾阿姨").says(SENTENCE)
    await play.person("tu").asked_to("take", CARD)
    forger = Forger(play, play.person("wang"))
    forged = (
        *("p1:1001:bogus:x", "p1:1001:hold:weather|zz", "p1:1001:hold:zz", "p1:1001:hold:weather|0d"),
        *("p1:1001:pass_on:nobody", "p1:1001:consult:nobody", "p1:1001:finish:x", "t1:1001:climb:1"),
        *("t1:1001:expire:1", "t1:1001:file:1", "t1:1001:answer:1", "t1:9223372036854775808:take:1"),
        *("d1:9223372036854775808:yes", "v1:ticket:1001"),
    )
    for data in forged:
        forger.taps(data)
    await play.until_quiet()
    assert forger.answers() == ["这个按钮认不出来了，请看最新的那张卡片"] * len(forged)
    assert play.service.handler.parked == 0
    assert (await play.ticket()).status == "filed"


def labels(message: Message) -> list[str]:
    """Return what the buttons of a message say."""
    return [button.text for row in message.buttons for button in row]


async def test_a_leader_says_by_button_who_shall_do_it(play: Play) -> None:
    """Whoever leads names a person and refuses nothing; whoever works says why not."""
    gu, tu, wang, sun = play.people("顾阿姨", "tu", "wang", "sun")
    gu.says(SENTENCE)
    card = await tu.asked_to("take", CARD)
    await tu.taps(card, "pass_on_new")
    assert "手上太忙" in labels(await tu.reads("为什么转"))
    boss = Forger(play, wang)
    boss.taps("t1:1001:pass_on:1")
    choice = await wang.reads("转给谁")
    assert labels(choice) == ["屠师傅", "孙师傅", "转给下一位"]
    assert await wang.taps(choice, "孙师傅") == "转出去了"
    await play.until_quiet()
    ticket = await play.ticket()
    assert "sun" in ticket.asked
    assert ticket.refusals == ()
    await play.at(ticket.filed_at.replace(hour=17, minute=1))
    await sun.asked_to("take", CARD, "汪网格长转给您：请您来办")


async def test_a_leader_leaves_it_to_whoever_is_next(play: Play) -> None:
    """ "The next person" brings it to somebody who has not been asked yet."""
    gu, tu, wang = play.people("顾阿姨", "tu", "wang")
    gu.says(SENTENCE)
    await tu.asked_to("take", CARD)
    Forger(play, wang).taps("t1:1001:pass_on:1")
    choice = await wang.asked_to("next_person", "转给谁")
    assert await wang.taps(choice, "next_person") == "转出去了"
    await play.until_quiet()
    assert set((await play.ticket()).asked) == {"tu", "sun"}


async def test_who_cannot_be_reached_is_not_offered(play: Play) -> None:
    """A worker who has blocked the bot stands on no button, and cannot be named by hand either."""
    gu, tu, wang, sun = play.people("顾阿姨", "tu", "wang", "sun")
    gu.says(SENTENCE)
    await tu.asked_to("take", CARD)
    play.world.block(sun.telegram, play.bot)
    await play.until_quiet()
    boss = Forger(play, wang)
    boss.taps("t1:1001:pass_on:1")
    assert labels(await wang.reads("转给谁")) == ["屠师傅", "转给下一位"]
    boss.taps("p1:1001:pass_on:sun")
    await play.until_quiet()
    assert boss.answers()[-1].startswith("消息发不到孙师傅那里")
    assert (await play.ticket()).asked == ("tu",)


async def test_where_nobody_is_next_it_stays_where_it_is(play: Play) -> None:
    """ "The next person", and there is none: it is taken from nobody, and the leader is told to name somebody."""
    gu, tu, wang = play.people("顾阿姨", "tu", "wang")
    gu.says(SENTENCE)
    await tu.taps(await tu.asked_to("take", CARD), "take")
    boss = Forger(play, wang)
    for name, one in play.service.deps.district.people.items():
        if one.telegram is not None and name not in ("tu", "wang"):
            play.world.block(one.telegram, play.bot)
    await play.until_quiet()
    boss.taps("t1:1001:pass_on:1")
    choice = await wang.asked_to("next_person", "转给谁")
    assert "还在原处" in await wang.taps(choice, "next_person")
    await play.until_quiet()
    ticket = await play.ticket()
    assert (ticket.status, ticket.handler, ticket.refusals) == ("handling", "tu", ())
