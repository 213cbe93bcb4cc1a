"""Rows of bulletins: said once in each group, pinned behind that, edited in place, never said a second time."""

from typing import Any

import pytest

from storage import OutKind, OutStatus
from tests.speaker.conftest import BASIC, BOT, GROUP, OTHER_GROUP, Stage

GROUPS = (GROUP, OTHER_GROUP)


async def leave(stage: Stage, *chats: int, pin: bool = False) -> None:
    """Leave a bulletin for these groups."""
    common: dict[str, Any] = {"language": "zh", "priority": 4}
    rows = [{"key": f"b:{chat}", "chat": chat, "data": {"text": "停水"}} for chat in chats]
    pins = [{"key": f"p:{chat}", "chat": chat, "data": {"of": f"b:{chat}"}} for chat in chats]
    await stage.write(lambda unit: unit.outbox.spread(OutKind.CARD, rows, template="bulletin", **common))
    if pin:
        await stage.write(lambda unit: unit.outbox.spread(OutKind.PIN, pins, **common))


async def touch(stage: Stage, chat: int) -> None:
    """Say that the count under it is stale."""
    stage.words.text[0] = "停水 · 1"
    await stage.write(lambda unit: unit.outbox.touch(f"b:{chat}", stage.clock.now(), 5))


async def test_each_group_once_and_on_top(stage: Stage) -> None:
    await leave(stage, *GROUPS, pin=True)
    async with stage.speaking():
        await stage.quiet(sent=4)
    for chat in GROUPS:
        [shown] = [one for one in stage.world.messages(chat) if one.sender_id == BOT and one.text == "停水"]
        assert shown.pinned
        assert shown.silent
    assert len(stage.calls("pinChatMessage")) == 2
    assert all(call.params["disable_notification"] for call in stage.calls("pinChatMessage"))


async def test_a_pin_waits_for_its_message(stage: Stage) -> None:
    """A message that is told to wait is pinned when it has come; one that never comes costs only its pin."""
    stage.world.faults.add("sendMessage", "429", chat=GROUP, retry_after=1)
    stage.world.kick(BOT, OTHER_GROUP)
    await leave(stage, *GROUPS, pin=True)
    async with stage.speaking():
        await stage.quiet(sent=2, failed=1, dropped=1)
    assert [one.pinned for one in stage.world.messages(GROUP) if one.text == "停水"] == [True]
    assert (await stage.row(f"p:{OTHER_GROUP}")).status is OutStatus.DROPPED


async def test_a_pin_without_the_right_is_given_up_quietly(stage: Stage) -> None:
    stage.world.set_status(BOT, GROUP, "member")
    await leave(stage, GROUP, pin=True)
    async with stage.speaking():
        await stage.quiet(sent=1, dropped=1)
    assert "Not enough rights" in (await stage.row(f"p:{GROUP}")).error
    assert stage.failed == []


async def test_what_a_group_has_deleted_is_not_sent_again(stage: Stage) -> None:
    await leave(stage, GROUP)
    async with stage.speaking():
        await stage.quiet(sent=1)
        [shown] = [one for one in stage.world.messages(GROUP) if one.sender_id == BOT]
        stage.world.delete(BOT, GROUP, shown.id)
        await touch(stage, GROUP)
        await stage.quiet(dropped=1)
    assert len(stage.calls("sendMessage")) == 1
    assert stage.texts() == []


@pytest.mark.parametrize("told", [True, False])
async def test_a_group_that_moved_is_not_told_again(stage: Stage, told: bool) -> None:
    """`told`: the service knows of the move before it edits; otherwise the edit itself is refused."""
    await leave(stage, BASIC)
    async with stage.speaking():
        await stage.quiet(sent=1)
        new = stage.world.migrate(BASIC)
        if told:
            await touch(stage, BASIC)
            await stage.write(lambda unit: unit.chats.move(BASIC, new))
        else:
            await touch(stage, BASIC)
        await stage.quiet(sent=1)
    assert len(stage.calls("sendMessage")) == 1
    assert (await stage.row(f"b:{BASIC}")).chat == new


async def test_a_bulletin_interrupted_while_it_was_sent_is_found(stage: Stage) -> None:
    """A time-out hides a delivery: the message is looked for, not sent twice."""
    stage.world.say(12, GROUP, "早")
    await stage.post("〔1〕")
    async with stage.speaking():
        await stage.quiet(sent=1)
        stage.world.faults.add("sendMessage", "timeout_after_delivery", chat=GROUP)
        await leave(stage, GROUP, pin=True)
        await stage.quiet(sent=3)
    assert [one.text for one in stage.world.messages(GROUP) if one.sender_id == BOT and one.text].count("停水") == 1
