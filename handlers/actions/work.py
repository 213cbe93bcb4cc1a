"""What staff do, by button, by command or by words after a prompt: all of it ends in one `act`."""

import re
from datetime import datetime
from typing import NamedTuple

from handlers.actions.act import NoTicket, act, act_on
from handlers.actions.circle import reachability
from handlers.actions.dialogue import ask_words
from handlers.deps import Deps
from handlers.heard import Answer, Speaker
from storage import Unit
from tickets import routing
from tickets.commands import (
    Action,
    Advise,
    Approve,
    Ask,
    Command,
    ConsultWith,
    Finish,
    PassOn,
    PutOnHold,
    Reject,
    Resume,
    SendBack,
    Take,
)
from tickets.deadlines import deadline
from tickets.decide import Decision, Refused, Why
from tickets.model import Photo, Status, Ticket
from tickets.roster import PersonId
from tickets.worktime import Span

DONE: dict[Action, str] = {
    Action.TAKE: "taken",
    Action.PASS_ON: "passed_on",
    Action.ASK: "asked",
    Action.CONSULT: "consulted",
    Action.ADVISE: "advised",
    Action.HOLD: "on_hold",
    Action.RESUME: "resumed",
    Action.FINISH: "finished",
    Action.APPROVE: "approved",
    Action.SEND_BACK: "sent_back",
    Action.REJECT: "rejected",
}
"""Action -> the phrase that tells the presser that it is done."""

NEEDS_WORDS = frozenset({Action.FINISH, Action.ASK, Action.SEND_BACK, Action.ADVISE})
HOLD_DEFAULT = Span.parse("3d")
MENTIONED = re.compile(r"^@(\S+)\s*")
UNITS = {
    "天": "d",
    "日": "d",
    "d": "d",
    "day": "d",
    "小时": "h",
    "h": "h",
    "hour": "h",
    "周": "w",
    "w": "w",
    "week": "w",
}
LENGTH = re.compile(r"^(\d{1,4})\s*个?(天|日|小时|周|days?|hours?|weeks?|d|h|w)(?![a-z])[\s,，:：]*", re.IGNORECASE)
"""How people write how long: a number and a unit, in either language."""


class Words(NamedTuple):
    """What follows a command or answers a prompt."""

    text: str = ""
    media: tuple[Photo, ...] = ()


async def work(
    deps: Deps, cause: int, speaker: Speaker, number: int, action: Action, words: Words, extra: str = ""
) -> Answer:
    """Carry out one staff action; where words are missing, ask for them in the private chat.

    `extra`: the person to consult or to pass on to, or the span of a hold.
    """
    by = deps.person_of(speaker.telegram)
    if action is Action.PASS_ON and (lost := await _cannot_reach(deps, words.text, extra)):
        return Answer.of("cannot_reach", alert=True, person=lost)
    if action in NEEDS_WORDS and not words.text.strip() and not words.media:
        return await ask_words(deps, cause, speaker, number, action, extra)
    try:
        decision = await act(deps, number, command_for(deps, by, action, words, extra), cause)
    except NoTicket as missing:
        return Answer.of("no_ticket", alert=True, number=str(missing.number))
    except Refused as refused:
        return refusal(deps, refused)
    return done(action, decision)


def done(action: Action, decision: Decision) -> Answer:
    """Return what the presser reads."""
    number = str(decision.ticket.id)
    if action is Action.FINISH and decision.ticket.status is Status.FED_BACK:
        return Answer.of("finished_reviewing", number=number)
    if not decision.entries:
        return Answer.of("nothing_changed")
    return Answer.of(DONE[action], number=number)


def refusal(deps: Deps, refused: Refused) -> Answer:
    """Return why it may not happen."""
    return Answer.of(refused.why, alert=True, **refused.facts)


def command_for(deps: Deps, by: PersonId, action: Action, words: Words, extra: str = "") -> Command:
    """Build the command; raise `Refused` where the words cannot be one."""
    text = words.text.strip()
    if action is Action.PASS_ON:
        return _pass_on(deps, by, text, extra)
    if action is Action.HOLD:
        return _hold(deps, by, text, extra)
    if action is Action.FINISH:
        return Finish(by, text, words.media)
    if action is Action.CONSULT:
        return ConsultWith(by, extra, text)
    simple: dict[Action, Command] = {
        Action.TAKE: Take(by),
        Action.ASK: Ask(by, text),
        Action.ADVISE: Advise(by, text),
        Action.APPROVE: Approve(by),
        Action.SEND_BACK: SendBack(by, text),
        Action.RESUME: Resume(by),
        Action.REJECT: Reject(by),
    }
    return simple[action]


def _pass_on(deps: Deps, by: PersonId, text: str, extra: str) -> PassOn:
    to = extra or None
    named = MENTIONED.match(text)
    if named is not None:
        found = by_name(deps, named[1])
        if found is None:
            raise Refused(Why.NEEDS_REASON)
        to, text = found, text[named.end() :]
    return PassOn(by, text, to)


async def _cannot_reach(deps: Deps, text: str, extra: str) -> PersonId | None:
    """Return the person named to pass a ticket on to, if the bot cannot write to that person."""
    named = MENTIONED.match(text.strip())
    person = extra or (by_name(deps, named[1]) if named is not None else None)
    if not person:
        return None
    async with deps.store.look() as unit:
        reach = await reachability(deps, unit)
    return person if person in reach.unreachable or deps.telegram_of(person) is None else None


def by_name(deps: Deps, name: str) -> PersonId | None:
    """Return the one member of staff called `name` (or with that id)."""
    found = [one.id for one in deps.district.people.values() if name in (one.id, one.name)]
    return found[0] if len(found) == 1 else None


def _hold(deps: Deps, by: PersonId, text: str, extra: str) -> PutOnHold:
    span, reason = (Span.parse(extra), text) if extra else _how_long(text)
    return PutOnHold(by, reason.strip(), until(deps, span))


def _how_long(text: str) -> tuple[Span, str]:
    """Read `3d parts`, `3 days parts`, `3天 等材料`; without a length of time it is the usual one."""
    found = LENGTH.match(text)
    if found is None:
        return HOLD_DEFAULT, text
    number, unit = int(found[1]), UNITS[found[2].lower().removesuffix("s")]
    if number == 0:
        return HOLD_DEFAULT, text[found.end() :]
    return Span.parse(f"{number * 7}d" if unit == "w" else f"{number}{unit}"), text[found.end() :]


def until(deps: Deps, span: Span) -> datetime:
    """Return when a hold of this length is over: never in the quiet hours."""
    return deps.policy.quiet.after(deadline(span, deps.now(), deps.policy.hours))


async def consult(deps: Deps, cause: int, speaker: Speaker, number: int, whom: str, words: Words) -> Answer:
    """Ask a specialist: `whom` is a skill (the nearest one is asked) or a person."""
    by = deps.person_of(speaker.telegram)
    try:
        async with deps.store.unit(cause) as unit:
            ticket = await unit.tickets.get(number)
            if ticket is None:
                raise NoTicket(number)
            found = await nearest(deps, unit, ticket, whom)
            person = found[0] if found else by_name(deps, whom)
            if person is None:
                return Answer.of("no_specialist", alert=True, skill=whom)
            decision = await act_on(deps, unit, ticket, ConsultWith(by, person, words.text.strip()), deps.now())
            await unit.commit()
    except NoTicket as missing:
        return Answer.of("no_ticket", alert=True, number=str(missing.number))
    except Refused as refused:
        return refusal(deps, refused)
    return done(Action.CONSULT, decision)


async def nearest(deps: Deps, unit: Unit, ticket: Ticket, skill: str) -> list[PersonId]:
    """Return the people with a skill, nearest and freest first, whoever can be reached."""
    reach = await reachability(deps, unit)
    return routing.specialists(
        skill, ticket, deps.services[ticket.service], deps.district, reach, deps.policy, deps.now()
    )


async def advisers(deps: Deps, number: int) -> list[PersonId]:
    """Return whom the handler of a ticket can consult: the nearest person of each trade there is."""
    skills = dict.fromkeys(post.skill for post in deps.district.posts if post.skill)
    async with deps.store.look() as unit:
        ticket = await unit.tickets.get(number)
        if ticket is None:
            return []
        found = [await nearest(deps, unit, ticket, skill) for skill in skills if skill]
    return list(dict.fromkeys(people[0] for people in found if people))
