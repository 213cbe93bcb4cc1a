import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.error import RetryAfter

from bot.speaker.limiter import Limiter, Pace, Window, Windows, weigh

GROUP, OTHER, THIRD, PERSON = -1001, -1002, -1003, 7


class Hand:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.at = 1000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds
        await asyncio.sleep(0)


@given(
    calls=st.integers(1, 6),
    seconds=st.floats(0.5, 60),
    asks=st.lists(st.tuples(st.floats(0, 30), st.integers(1, 3)), max_size=40),
)
def test_no_window_of_time_ever_holds_more_than_it_may(
    calls: int, seconds: float, asks: list[tuple[float, int]]
) -> None:
    window, at, made = Window(calls, seconds), 0.0, []
    for pause, weight in asks:
        at += pause
        weight = min(weight, calls)
        while (wait := window.wait(at, weight)) > 0:
            at += wait
        window.spend(at, weight)
        made.append((at, weight))
    for start, _ in made:
        assert sum(weight for when, weight in made if start <= when < start + seconds - 1e-6) <= calls


def test_a_call_under_way_counts_until_its_answer_and_a_minute_from_there() -> None:
    windows = Windows(Pace(group_calls=1, group_seconds=60))
    answered = windows.spend(GROUP)
    assert windows.room(GROUP, 1000.0) > 0
    assert windows.room(GROUP, 2000.0) > 0
    answered(2000.0)
    assert windows.room(GROUP, 2059.9) == pytest.approx(0.1)
    assert windows.room(GROUP, 2060.0) == 0


def test_groups_private_chats_and_the_whole_bot_have_their_own_windows() -> None:
    windows = Windows()
    for _ in range(20):
        windows.spend(GROUP)(0.0)
    assert windows.room(GROUP, 30.0) == pytest.approx(30.6)
    assert windows.room(OTHER, 30.0) == 0
    windows.spend(PERSON)(30.0)
    assert windows.room(PERSON, 30.5) == pytest.approx(0.52)
    for person in range(100, 128):
        windows.spend(person)(40.0)
    assert windows.room(999, 40.5) == pytest.approx(0.5)
    assert windows.room(999, 41.0) == 0


def test_a_pause_is_kept_as_long_as_told_and_is_not_for_others() -> None:
    windows = Windows()
    until = windows.flooded(GROUP, 100.0, 7)
    assert 107.0 < until < 107.5
    assert windows.room(GROUP, 106.9) > 0
    assert windows.paused(GROUP, until) == 0
    assert windows.room(OTHER, 100.0) == 0
    windows.pause(GROUP, 101.0)
    assert windows.paused(GROUP, 106.0) > 0


def test_several_flooded_chats_pause_everything() -> None:
    windows = Windows()
    for chat in (GROUP, OTHER):
        windows.flooded(chat, 100.0, 5)
    assert windows.room(PERSON, 100.0) == 0
    windows.flooded(THIRD, 101.0, 5)
    assert windows.room(PERSON, 105.9) > 0
    assert windows.room(PERSON, 106.5) == 0


def test_a_restart_remembers_what_was_said_before() -> None:
    windows = Windows()
    windows.load((GROUP, 950.0 + number, 1) for number in range(20))
    assert windows.room(GROUP, 1000.0) == pytest.approx(10.6)


def test_forgotten_chats_take_no_memory() -> None:
    windows = Windows()
    for person in range(1, 50):
        windows.spend(person)(0.0)
    windows.flooded(GROUP, 0.0, 1)
    windows.tidy(100.0)
    assert not windows._chats
    assert not windows._pauses


@pytest.mark.parametrize(
    ("endpoint", "data", "weight"),
    [
        ("sendMessage", {}, 1),
        ("editMessageText", {}, 1),
        ("copyMessages", {"message_ids": [1, 2, 3]}, 3),
        ("sendMediaGroup", {"media": ["a", "b"]}, 2),
        ("sendMediaGroup", {"media": '[{"type": "photo"}, {"type": "photo"}, {"type": "photo"}]'}, 3),
        ("pinChatMessage", {}, 1),
        ("deleteMessage", {}, 0),
        ("setMessageReaction", {}, 0),
        ("sendChatAction", {}, 0),
        ("getChatMember", {}, 0),
        ("answerCallbackQuery", {}, 0),
    ],
)
def test_only_what_makes_or_edits_messages_counts(endpoint: str, data: dict[str, Any], weight: int) -> None:
    assert weigh(endpoint, data) == weight


async def ask(limiter: Limiter, endpoint: str, chat: int | None, error: Exception | None = None) -> Any:
    async def call() -> bool:
        if error:
            raise error
        return True

    data = {} if chat is None else {"chat_id": chat}
    return await limiter.process_request(call, (), {}, endpoint, data, None)


async def test_the_free_lane_passes_a_full_minute_but_not_a_pause() -> None:
    hand = Hand()
    limiter = Limiter(Windows(Pace(group_calls=1)), hand.monotonic, hand.sleep)
    assert await ask(limiter, "sendMessage", GROUP)
    assert await ask(limiter, "setMessageReaction", GROUP)
    assert await ask(limiter, "deleteMessage", GROUP)
    assert hand.slept == []
    assert await ask(limiter, "sendMessage", GROUP)
    assert sum(hand.slept) == pytest.approx(60.6)
    hand.slept.clear()
    with pytest.raises(RetryAfter):
        await ask(limiter, "setMessageReaction", GROUP, RetryAfter(5))
    assert await ask(limiter, "answerCallbackQuery", None)
    assert hand.slept == []
    assert await ask(limiter, "setMessageReaction", GROUP)
    assert 5 < sum(hand.slept) < 5.5


async def test_a_refused_call_is_made_once_and_its_error_comes_out() -> None:
    hand = Hand()
    windows = Windows()
    limiter = Limiter(windows, hand.monotonic, hand.sleep)
    await limiter.initialize()
    with pytest.raises(RetryAfter):
        await ask(limiter, "sendMessage", GROUP, RetryAfter(3))
    assert windows.room(GROUP, hand.at + 3) > 0
    assert windows.room(GROUP, hand.at + 3.5) == 0
    await limiter.shutdown()
