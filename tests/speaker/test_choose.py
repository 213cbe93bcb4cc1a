from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.speaker.choose import Chosen, Lane, choose
from storage import Outgoing, OutKind, OutStatus
from tests.speaker.conftest import START
from tickets.notices import Priority

A, B, C = -1001, -1002, 7
ROW = Outgoing(
    id=1, kind=OutKind.CARD, key="k", chat=A, reader=None, ticket=1, template="group_card", language="zh", data={},
    priority=Priority.CARD, not_before=None, expires_at=None, generation=1, status=OutStatus.PENDING, attempts=0,
    message_id=None, reply_to=5, ephemeral_to=None, replace=False, loud=False, acked=False, floor=None, retry_at=0.0,
    created_at=0.0, sent_at=None, error="",
)  # fmt: skip


def row(number: int, chat: int = A, **facts: Any) -> Outgoing:
    return replace(ROW, id=number, key=f"k{number}", chat=chat, **facts)


def pick(*rows: Outgoing, rooms: dict[int, float] | None = None, **facts: Any) -> Chosen:
    rooms = rooms or {}
    asked: dict[str, Any] = {"busy": (), "unsettled": (), "slots": 9} | facts
    return choose(
        rows, START, 100.0, asked["busy"], asked["unsettled"],
        lambda chat, weight: rooms.get(chat, 0.0) if weight else 0.0, asked["slots"],
    )  # fmt: skip


def ids(rows: tuple[Outgoing, ...]) -> list[int]:
    return [one.id for one in rows]


def test_priority_first_then_age_one_for_each_chat() -> None:
    chosen = pick(
        row(1), row(2, priority=Priority.LIFE), row(3, B), row(4, B), row(5, C, priority=Priority.TAP), row(6, C)
    )
    assert ids(chosen.send) == [2, 5, 3]


def test_no_more_than_there_are_slots() -> None:
    assert ids(pick(row(1), row(2, B), row(3, C), slots=2).send) == [1, 2]


def test_a_chat_with_a_call_in_flight_or_a_lost_message_is_left_alone() -> None:
    assert ids(pick(row(1), row(2, B), busy={(A, Lane.WORDS)}).send) == [2]
    assert ids(pick(row(1), row(2, B), unsettled={A}).send) == [2]


def test_signs_have_a_lane_of_their_own() -> None:
    sign = row(2, kind=OutKind.REACTION, template="")
    assert ids(pick(row(1), sign, busy={(A, Lane.WORDS)}).send) == [2]
    assert ids(pick(row(1), sign, unsettled={A}, rooms={A: 9.0}).send) == [2]
    assert ids(pick(row(1), sign, busy={(A, Lane.SIGNS)}).send) == [1]


def test_rows_whose_time_has_not_come_are_passed_over() -> None:
    later = row(1, not_before=START + timedelta(minutes=1))
    waiting = row(2, status=OutStatus.WAITING)
    retry = row(3, retry_at=130.0)
    chosen = pick(later, waiting, retry, row(4))
    assert ids(chosen.send) == [4]
    assert chosen.wait == 30.0


def test_a_row_that_is_tried_again_soon_is_not_overtaken_but_by_what_is_more_urgent() -> None:
    retry = row(1, retry_at=103.0)
    chosen = pick(retry, row(2), row(3, B))
    assert ids(chosen.send) == [3]
    assert chosen.wait == 3.0
    assert ids(pick(retry, row(2, priority=Priority.LIFE)).send) == [2]


def test_a_full_minute_blocks_the_chat_in_order_and_acknowledges_each_reporter() -> None:
    chosen = pick(
        row(1), row(2), row(3, acked=True), row(4, message_id=77), row(5, reply_to=None), row(6, template="answer"),
        row(7, B), rooms={A: 30.0},
    )  # fmt: skip
    assert ids(chosen.send) == [7]
    assert chosen.wait == 30.0
    assert ids(chosen.acknowledge) == [1, 2]


def test_nobody_is_acknowledged_while_there_is_room() -> None:
    assert pick(row(1), row(2)).acknowledge == ()
    assert pick(row(1), row(2), rooms={A: 0.4}).acknowledge == ()


def test_the_last_calls_of_a_minute_are_for_life_and_taps() -> None:
    def room(chat: int, weight: int) -> float:
        return 20.0 if weight > 1 else 0.0

    def send(priority: Priority) -> list[int]:
        return ids(choose([row(1, priority=priority)], START, 100.0, (), (), room, 4).send)

    assert [send(one) for one in (Priority.LIFE, Priority.TAP)] == [[1], [1]]
    assert [send(one) for one in (Priority.CARD, Priority.REMINDER, Priority.DIGEST)] == [[], [], []]


@given(
    st.lists(
        st.builds(
            lambda number, chat, priority: row(number, chat, priority=priority),
            st.integers(1, 10_000),
            st.sampled_from([A, B, C]),
            st.sampled_from(list(Priority)),
        ),
        unique_by=lambda one: one.id,
    )
)
def test_what_is_sent_is_always_the_first_of_its_chat(rows: list[Outgoing]) -> None:
    chosen = pick(*rows)
    assert {one.chat for one in chosen.send} == {one.chat for one in rows}
    for one in chosen.send:
        mine = [other for other in rows if other.chat == one.chat]
        assert one == min(mine, key=lambda other: (other.priority, other.id))
