"""Z2: a child's household registration is to come back. The worker says what to bring and runs the errand."""

from dataclasses import dataclass

from tests.stories.theatre import Play, wednesday

CARD = "〔1001〕"


@dataclass(frozen=True)
class Lines:
    """What people say, and the words by which they are understood."""

    request: str
    promised: str
    bring: str
    agreed: str
    done: str
    receipt: str


LINES = {
    "zh": Lines(
        request="想把孩子户口迁回来要啥材料？",
        promised="后天 18:00 前办好",
        bring="请备好户口本、出生医学证明、父母身份证。明天上午十点我上门来取，方便吗",
        agreed="方便，我在家",
        done="户口已迁好，回执和户口本刚送到您家",
        receipt="回执",
    ),
    "en": Lines(
        request="What papers do I need to move my child's household registration back?",
        promised="to be done",
        bring="Household book, birth certificate, both parents' identity cards. May I fetch them tomorrow at ten?",
        agreed="Yes, I am at home",
        done="It is registered, the form and the book are at your door",
        receipt="Receipt",
    ),
}


async def test_the_worker_runs_the_errand(spoken: Play) -> None:
    """What to bring, a promised date, done with the form brought to the door, and a receipt."""
    play, lines = spoken, LINES[spoken.language]
    lin, tu, wang = play.people("林小满", "tu", "wang")
    lin.starts()
    await play.until_quiet()
    lin.says(lines.request)
    await tu.taps(await tu.asked_to("take", CARD, lines.request), "take")
    await lin.sees(CARD, lines.promised)
    await tu.taps(await tu.asked_to("ask", CARD), "ask")
    await play.until_quiet()
    tu.tells(lines.bring)
    question = await lin.reads(CARD, lines.bring)
    lin.tells(lines.agreed, reply_to=question)
    await tu.reads(CARD, lines.agreed)
    await play.at(wednesday(15, days=1))
    await tu.taps(await tu.asked_to("finish", CARD), "finish")
    await play.until_quiet()
    play.world.send_photo(tu.telegram, play.bot, b"\xff\xd8\xff\xd9", caption=lines.done)
    await lin.taps(await lin.asked_to("confirm", CARD, lines.done), "confirm")
    await lin.reads(lines.receipt, CARD, lines.done)
    await play.until_quiet()
    ticket = await play.ticket()
    assert (ticket.status, ticket.ending, ticket.deadline_class) == ("closed", "solved", "errand")
    assert ticket.result is not None
    assert len(ticket.result.media) == 1
    assert ticket.done_by is not None
    assert ticket.closed_at is not None
    assert ticket.closed_at < ticket.done_by
    assert not [text for text in wang.received() if CARD in text]
    assert play.most_live_cards(CARD) == 1
