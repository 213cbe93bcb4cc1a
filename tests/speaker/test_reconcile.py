import pytest

from bot.speaker.reconcile import LOOK_AHEAD, MOST_TRIES, Answer, Finding, look_for, suspects
from bot.speaker.seen import KEPT, SHARED, Seen

SUPER, BASIC, PERSON = -1001000000001, -400001, 7


def test_a_supergroup_numbers_for_itself_and_all_the_rest_together() -> None:
    seen = Seen()
    assert seen.scope(SUPER) == SUPER
    assert seen.scope(BASIC) == seen.scope(PERSON) == SHARED
    seen.note(BASIC, "supergroup", 3)
    assert seen.scope(BASIC) == BASIC
    seen.note(PERSON, "private", 40)
    assert seen.top(8) == 40
    assert seen.top(SUPER) is None


def test_only_the_latest_ids_are_kept() -> None:
    seen = Seen()
    for number in range(1, KEPT + 2):
        seen.note(SUPER, None, number)
    assert not seen.knows(SUPER, 1)
    assert seen.knows(SUPER, KEPT + 1)


def test_suspects_are_the_unseen_numbers_since_the_floor() -> None:
    seen = Seen()
    for number in (10, 12, 13):
        seen.note(SUPER, "supergroup", number)
    assert suspects(seen, SUPER, 10) == (11, *range(14, 14 + LOOK_AHEAD))
    assert suspects(seen, SUPER, 10, below=13) == (11,)
    assert suspects(seen, SUPER, 13) == tuple(range(14, 14 + LOOK_AHEAD))


async def search(numbers: tuple[int, ...], ours: int | None, stored: set[int]) -> tuple[Finding, int | None, list[int]]:
    tried: list[int] = []

    async def known(number: int) -> bool:
        return number in stored

    async def attempt(number: int) -> Answer:
        tried.append(number)
        return Answer.OURS if number == ours else Answer.NOT_OURS

    outcome = await look_for(numbers, known, attempt)
    return outcome.finding, outcome.message, tried


@pytest.mark.parametrize(
    ("numbers", "ours", "stored", "found"),
    [
        ((11, 12, 13), 12, set(), (Finding.ARRIVED, 12, [11, 12])),
        ((11, 12, 13), None, set(), (Finding.NEVER_ARRIVED, None, [11, 12, 13])),
        ((11, 12, 13), 13, {11, 12}, (Finding.ARRIVED, 13, [13])),
        (tuple(range(MOST_TRIES + 1)), 3, set(), (Finding.UNPROVED, None, [])),
        ((), None, set(), (Finding.NEVER_ARRIVED, None, [])),
    ],
)
async def test_the_search(numbers: tuple[int, ...], ours: int | None, stored: set[int], found: object) -> None:
    assert await search(numbers, ours, stored) == found
