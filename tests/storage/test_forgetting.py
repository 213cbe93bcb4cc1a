"""What the tables do for people who wish to be forgotten, on both databases."""

from dataclasses import replace

import pytest

from storage import Conflict, OutStatus, Store
from tests.storage.samples import GROUP, NOW, WALL, filed, keep, later
from tickets.forgetting import forgotten
from tickets.model import GONE, Ending, Status

HER, OTHER = 10021, 110021
"""The second number contains the first."""


async def test_a_rewritten_ticket_has_a_journal_of_its_own_and_nobody_writes_over_it(store: Store) -> None:
    open_ = await keep(store)
    closed = replace(open_, status=Status.CLOSED, ending=Ending.SOLVED, closed_at=NOW)
    emptied, entries = forgotten(filed(open_.id)[1], frozenset({"tg10021"}), later(days=1))
    async with store.unit() as unit:
        await unit.tickets.rewrite(open_, emptied, entries)
        await unit.commit()
    async with store.look() as unit:
        assert await unit.tickets.get(open_.id) == emptied
        assert await unit.tickets.journal(open_.id) == list(entries)
        assert await unit.tickets.all_of(["tg10021"]) == []
        assert [one.id for one in await unit.tickets.all_of([GONE, "tg10021"])] == [open_.id]
    async with store.unit() as unit:
        with pytest.raises(Conflict):
            await unit.tickets.save(open_, closed, [])
    async with store.unit() as unit:
        with pytest.raises(Conflict):
            await unit.tickets.rewrite(open_, emptied, entries)


async def test_a_person_is_forgotten_whole_or_but_for_the_open_chat(store: Store) -> None:
    async with store.unit() as unit:
        for one in (HER, OTHER):
            await unit.contacts.see(one, "阿芳", "zh", "d.s1.c1.g1")
            await unit.contacts.set_started(one, True)
            await unit.contacts.choose_language(one, "en")
            await unit.drafts.open(telegram=one, chat=one, kind="words", expires_at=later(hours=1))
            await unit.tokens.issue(one, 1001, NOW)
        assert await unit.contacts.chosen_languages() == {HER: "en", OTHER: "en"}
        known = await unit.marks.get("directory")
        assert await unit.contacts.forget(HER, reachable=True)
        assert await unit.marks.get("directory") != known, "her language is forgotten by every process"
        thin = await unit.contacts.get(HER)
        assert thin is not None
        assert (thin.name, thin.language, thin.grid, thin.reachable) == ("", None, None, True)
        assert await unit.contacts.chosen_languages() == {OTHER: "en"}
        assert await unit.contacts.forget(HER)
        assert not await unit.contacts.forget(HER)
        assert await unit.contacts.get(HER) is None
        assert (await unit.drafts.forget(HER), await unit.drafts.forget(HER)) == (1, 0)
        assert (await unit.tokens.forget(HER), await unit.tokens.forget(HER)) == (1, 0)
        assert await unit.drafts.current(OTHER, OTHER, NOW) is not None


async def test_what_was_parked_goes_for_whoever_is_in_it_alone(store: Store) -> None:
    async with store.unit() as unit:
        await unit.updates.park(1, f'{{"id": {HER}}}', "E", NOW)
        await unit.updates.park(2, f'{{"id": {OTHER}}}', "E", NOW)
        assert await unit.updates.forget(HER) == 1
        assert [one.update_id for one in await unit.updates.parked(NOW)] == [2]


async def test_a_used_link_stays_used_without_saying_by_whom(store: Store) -> None:
    async with store.unit() as unit:
        link = await unit.invitations.issue("tu", "wang", NOW, later(days=14))
        assert await unit.invitations.use(link.token, HER, NOW)
        assert await unit.invitations.forget(HER) == 1
        assert not await unit.invitations.use(link.token, OTHER, NOW)
        found = await unit.invitations.get(link.token)
        assert found is not None
        assert found.used_by == 0


async def test_marks_are_found_by_how_they_begin(store: Store) -> None:
    async with store.unit() as unit:
        for key in ("forget:1", "forget:2", "forgetting", "a%"):
            await unit.marks.set(key, "x")
        assert list(await unit.marks.under("forget:")) == ["1", "2"]
        assert list(await unit.marks.under("a%")) == [""]
        assert (await unit.marks.remove("forget:1"), await unit.marks.remove("forget:1")) == (True, False)


async def test_what_was_said_goes_and_cards_of_others_are_drawn_anew(store: Store) -> None:
    async with store.unit() as unit:
        box = unit.outbox
        common = {"template": "result", "language": "zh", "priority": 1}
        for ticket in (1001, 1002):
            await box.post(key=f"her:{ticket}", chat=HER, ticket=ticket, reader="tg10021", **common)
            await box.post(key=f"staff:{ticket}", chat=77, ticket=ticket, data={"words": "蓝"}, **common)
            for chat, template in ((GROUP, "group_card"), (HER, "reporter_card"), (77, "staff_card")):
                await box.mark_card(ticket=ticket, chat=chat, template=template, reader=None, priority=2, language="zh")
        await box.post(key="alone", chat=GROUP, ephemeral_to=HER, **common)
        await box.post(key="answer", chat=HER, **common)
        rows = await box.ready(NOW, WALL, 50)
        for row in rows:
            assert await box.claim(row.id, row.generation, None, WALL)
            if row.key != f"card:1001:{77}:staff_card":  # that call is in flight
                await box.sent(row.id, row.generation, row.id + 500, WALL)
        await unit.commit()
    async with store.unit() as unit:
        box = unit.outbox
        assert await box.forget_tickets([1001]) == 2
        assert await box.forget_cards_in(HER, [1001], "reporter_card") == 1
        assert await box.renew(1001, priority=5) == 2
        assert await box.forget_person(HER, "tg10021", keep=[1002]) == 2
        found = [await box.by_key(row.key) for row in rows if row.ticket is not None]
        left = {row.key: row.status for row in found if row is not None}
        await unit.commit()
    assert left == {
        f"card:1001:{GROUP}:group_card": OutStatus.PENDING,
        "card:1001:77:staff_card": OutStatus.SENDING,
        "her:1002": OutStatus.SENT,
        "staff:1002": OutStatus.SENT,
        f"card:1002:{GROUP}:group_card": OutStatus.SENT,
        f"card:1002:{HER}:reporter_card": OutStatus.SENT,
        "card:1002:77:staff_card": OutStatus.SENT,
    }
    async with store.look() as unit:
        assert all(chat != HER for chat, _, _ in await unit.outbox.recent(0.0))
        assert await unit.outbox.by_key("alone") is None
        assert await unit.outbox.by_key("answer") is None


async def test_one_card_is_renewed_where_there_is_one(store: Store) -> None:
    async with store.unit() as unit:
        box = unit.outbox
        assert await box.renew(1001, priority=2, chat=HER, template="reporter_card") == 0
        await box.mark_card(
            ticket=1001, chat=HER, template="reporter_card", reader="tg10021", priority=1, language="zh"
        )
        assert await box.renew(1001, priority=2, chat=HER, template="reporter_card") == 0, "it is on its way"
        (row,) = await box.ready(NOW, WALL, 5)
        assert await box.claim(row.id, row.generation, None, WALL)
        await box.sent(row.id, row.generation, 501, WALL)
        assert await box.renew(1001, priority=2, chat=HER, template="reporter_card") == 1
        (row,) = await box.ready(NOW, WALL, 5)
        assert (row.message_id, row.priority, row.generation) == (501, 2, 2)
        assert await box.readdress([1001], "tg10021", "tu") == 1
