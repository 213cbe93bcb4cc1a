"""Every command and every button, by every kind of person, in every kind of chat: answered, and nobody reads on."""

from dataclasses import replace
from pathlib import Path

import pytest

from messages.callbacks import Choose, Draft, Pick, Press, View
from storage import Absence
from tests.stories.every_command import (
    GROUPS,
    KINDS,
    OTHER,
    OWN,
    PAGE,
    PRIVATE,
    Counter,
    counter,
    every_command,
    page,
    silence,
)
from tickets.actions import Action

PUBLIC_WORD, PRIVATE_WORD = "锁匠铺", "青石巷"
OUTSIDERS = ("unknown", "other grid's worker", "officer")
"""Who has no business in the first grid at all."""

LOOKERS = ("instructor", "admin")
"""Who may look at what is not private there, and at nothing that is."""

INSIDERS = ("worker", "specialist", "leader", "supervisor", "resident")
GRID, COMMUNITY = "d.s1.c1.g1", "d.s1.c1"


@pytest.fixture
def file(sqlite_url: str) -> Path:
    """A fresh migrated database file."""
    return Path(sqlite_url.partition(":///")[2])


async def test_every_command_is_answered_for_the_asker_alone(file: Path) -> None:
    async with counter(file) as at:
        found = await every_command(at)
    unexplained = [cell for cell, reply in found.items() if not reply.told and silence(*cell) is None]
    assert unexplained == []
    # What is given a reason is silent indeed.
    spoken = [cell for cell, reply in found.items() if reply.told and silence(*cell) not in (None, "once an hour")]
    assert spoken == []
    once = [cell for cell, reply in found.items() if reply.told and silence(*cell) == "once an hour"]
    assert len(once) == len(GROUPS)
    for (command, kind, place), reply in found.items():
        if kind == "anonymous admin":
            continue
        for row in reply.rows:
            own = row.chat == KINDS[kind] or row.ephemeral_to == KINDS[kind]
            assert own or row.template == "bound", (command, kind, place, row)
            assert place in PRIVATE or row.chat in (KINDS[kind], GROUPS[place]), (command, kind, place, row)
    assert PAGE.read_text(encoding="utf-8") == page(found), "python -m tests.stories.every_command"


def buttons(public: int, private: int) -> list[str]:
    """Return the data of every kind of button, about a public and a private matter of the first grid, and rubbish."""
    found = [
        Press(ticket=number, action=action, version=99).pack()
        for number in (public, private)
        for action in (*Action, "dance")
    ]
    found += [Press(ticket=999, action="take", version=1).pack(), Press(ticket=public, action="take", version=1).pack()]
    for number in (public, private):
        for action, choice in (
            ("pass_on", "too_busy"),
            ("pass_on", "other"),
            ("pass_on", "sun"),
            ("hold", "material"),
            ("hold", "material|3d"),
            ("consult", "doctor"),
            ("consult", "wu"),
            ("take", "x"),
            ("finish", "explained"),
            ("finish", "shelved"),
            ("finish", "shelved|30d"),
            ("finish", "duplicate"),
            ("finish", "duplicate|1001"),
            ("finish", "x"),
        ):
            found.append(Pick(ticket=number, action=action, choice=choice).pack())
        found += [Choose(what=what, ref=str(number)).pack() for what in ("end", "hide")]
        found += [Choose(what="card", ref=str(number)).pack(), Choose(what="board", ref=GRID, arg=str(number)).pack()]
    found += [Draft(draft=1, choice=choice).pack() for choice in ("yes", "no", "finish", "drop")]
    found += [View(what=what, ref=ref).pack() for what in ("late", "all", "x") for ref in (GRID, COMMUNITY, "nowhere")]
    for what, ref, arg in (
        ("board", GRID, ""),
        ("board", COMMUNITY, ""),
        ("board", "~", ""),
        ("board", "nowhere", ""),
        ("board", GRID, "x"),
        ("card", "x", ""),
        ("card", "9" * 30, ""),
        ("leave", "tu", "d2606051"),
        ("leave", "tu", "d9999999999"),
        ("leave", "tu", "s1|xu"),
        ("leave", "tu", "e1"),
        ("leave", "tu", "e77"),
        ("leave", "tu", "x"),
        ("leave", "nobody", "e1"),
        ("hand", "tu", "sun"),
        ("hand", "tu", "nobody"),
        ("hand", "nobody", ""),
        ("bind", GRID, str(OTHER)),
        ("bind", "nowhere", "x"),
        ("join", "no-such-token", "yes"),
        ("notice", "1", "send"),
        ("notice", "1", "t=d"),
        ("notice", "x", "send"),
        ("seen", "1", ""),
        ("seen", "x", ""),
        ("house", "leave", ""),
        ("doors", "1", GRID),
        ("doors", "x", "nowhere"),
        ("dance", "", ""),
    ):
        found.append(Choose(what=what, ref=ref, arg=arg).pack())
    return [*found, "", "t0:1:take:1", "t1:x:take:1", "junk"]


async def _matters(at: Counter) -> tuple[int, int]:
    """File a public and a private matter in the first grid; return their numbers."""
    resident = KINDS["resident"]
    await at.says(resident, OWN, f"3栋楼道灯坏了，就在{PUBLIC_WORD}旁边")
    await at.says(resident, resident, f"我是{PRIVATE_WORD}的，医生给我换了降压药，吃了头晕，还要不要吃？")
    async with at.service.deps.store.look() as unit:
        public, private = await unit.tickets.get(1001), await unit.tickets.get(1002)
    assert public is not None
    assert private is not None
    assert (public.private, private.private) == (False, True)
    return public.id, private.id


async def _absences(at: Counter) -> list[Absence]:
    async with at.service.deps.store.look() as unit:
        return await unit.absences.all()


async def test_every_button_is_answered_and_nobody_reads_others_matters(file: Path) -> None:
    """Outsiders first, then those who may look, then those whose matter it is."""
    async with counter(file) as at:
        public, private = await _matters(at)
        async with at.service.deps.store.look() as unit:
            before = [await unit.tickets.get(number) for number in (public, private)]
        silent = []
        for kind in (*OUTSIDERS, *LOOKERS):
            if kind == "admin":  # who may enter leave, as whoever leads may
                assert await _absences(at) == []
            for data in buttons(public, private):
                if not (await at.taps(KINDS[kind], data)).answers:
                    silent.append((kind, data))
            for number in (public, private, 999):
                for words in (
                    "take {}",
                    "done {} x",
                    "ask {} x",
                    "pass {} x",
                    "consult {} 医生 x",
                    "hold {} x",
                    "end {} 说明 x",
                ):
                    for chat in (OWN, KINDS[kind]):
                        reply = await at.says(KINDS[kind], chat, f"/{words.format(number)}")
                        assert reply.told, (kind, words, number, chat)
        lookers = {at.service.deps.person_of(KINDS[kind]) for kind in LOOKERS}
        for one in before:
            assert one is not None
            async with at.service.deps.store.look() as unit:
                after, journal = await unit.tickets.get(one.id), await unit.tickets.journal(one.id)
            looks = journal[one.version :]  # who may look is written down, and nothing else has happened
            assert {(entry.by in lookers, entry.event.kind) for entry in looks} <= {(True, "looked")}
            assert after == replace(one, version=one.version + len(looks))
        for kind in INSIDERS:
            for data in buttons(public, private):
                if not (await at.taps(KINDS[kind], data)).answers:
                    silent.append((kind, data))
        assert silent == []
        told = at.told
    outside = {KINDS[kind] for kind in OUTSIDERS}
    looking = {KINDS[kind] for kind in LOOKERS}
    read: dict[str, set[int]] = {PUBLIC_WORD: set(), PRIVATE_WORD: set()}
    for word, readers in read.items():
        readers |= {reader for reader, text in told if word in text}
    assert not read[PUBLIC_WORD] & outside
    assert not read[PRIVATE_WORD] & (outside | looking)
    assert not [chat for chat in read[PRIVATE_WORD] if chat < 0]
    assert {chat for chat in read[PUBLIC_WORD] if chat < 0} <= {OWN}
    # It is no empty promise: those whose matter it is have read it.
    assert KINDS["worker"] in read[PUBLIC_WORD] & read[PRIVATE_WORD]
    assert looking <= read[PUBLIC_WORD]
