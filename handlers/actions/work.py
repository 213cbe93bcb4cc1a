"""What staff do, by button, by command or by words after a prompt: all of it ends in one `act`."""

import re
from datetime import datetime
from typing import NamedTuple

from handlers.actions.act import NoTicket, act, act_on
from handlers.actions.circle import around_ticket, reachability, unreachable
from handlers.actions.deliver import can_write, in_group
from handlers.actions.dialogue import ask_words
from handlers.actions.ways_to_end import finish
from handlers.actions.which import not_permitted, permitted, refusal
from handlers.deps import Deps
from handlers.heard import Answer, Speaker
from messages import phrase
from storage import Unit
from tickets import routing
from tickets.actions import Action
from tickets.commands import (
    Advise,
    Approve,
    Ask,
    Command,
    ConsultWith,
    Deny,
    Extend,
    Grant,
    PassOn,
    PutOnHold,
    Reject,
    Resume,
    SendBack,
    Take,
    Tell,
)
from tickets.deadlines import deadline
from tickets.decide import Decision, Refused
from tickets.lane_commands import MakeDo
from tickets.model import Candidate, Photo, ReasonCode, Status, Ticket
from tickets.roster import PersonId
from tickets.worktime import Span

DONE: dict[Action, str] = {
    Action.TAKE: "taken",
    Action.PASS_ON: "passed_on",
    Action.ASK: "asked",
    Action.TELL: "told",
    Action.CONSULT: "consulted",
    Action.ADVISE: "advised",
    Action.HOLD: "on_hold",
    Action.RESUME: "resumed",
    Action.EXTEND: "extension_asked",
    Action.GRANT: "extension_given",
    Action.DENY: "extension_denied",
    Action.FINISH: "finished",
    Action.APPROVE: "approved",
    Action.SEND_BACK: "sent_back",
    Action.REJECT: "rejected",
    Action.CORRECT: "corrected",
    Action.WHISTLE: "whistled",
    Action.MAKE_DO: "made_do",
}
"""Action -> the phrase that tells the presser that it is done."""

NEEDS_WORDS = frozenset({Action.FINISH, Action.ASK, Action.SEND_BACK, Action.ADVISE, Action.MAKE_DO})
ALOUD = "aloud"
MOST_SUCCESSORS = 8
"""More names than this nobody reads on buttons; by command anybody can be named."""

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

    `extra`: the person to consult or to pass on to, the span of a hold or of more time, how it ends, or that words are
    told `aloud`.
    """
    by = deps.person_of(speaker.telegram)
    if action in NEEDS_WORDS and not words.text.strip() and not words.media:
        return await ask_words(deps, cause, speaker, number, action, extra)
    refused = await not_permitted(deps, number, by, action)
    if refused is None and action is Action.PASS_ON:
        refused = await _cannot_pass_to(deps, words.text, extra)
    if refused is not None:
        return refused
    if action is Action.TELL and await _must_be_aloud(deps, number):
        extra = ALOUD
    try:
        decision = await act(deps, number, command_for(deps, by, action, words, extra), cause)
    except (NoTicket, Refused) as why:
        return refusal(why)
    return done(action, decision)


def done(action: Action, decision: Decision) -> Answer:
    """Return what the presser reads."""
    number = str(decision.ticket.id)
    if action is Action.FINISH and decision.ticket.status is Status.FED_BACK:
        return Answer.of("finished_reviewing", number=number)
    if action is Action.TELL and decision.ticket.told[-1].aloud:
        return Answer.of("told_aloud")
    if action is Action.EXTEND and decision.ticket.extension and decision.ticket.extension.given_by is not None:
        return Answer.of("extension_given", number=number)
    if not decision.entries:
        return Answer.of("nothing_changed")
    return Answer.of(DONE[action], number=number)


def command_for(deps: Deps, by: PersonId, action: Action, words: Words, extra: str = "") -> Command:
    """Build the command. Whether whoever is named exists has been looked at before."""
    text = words.text.strip()
    if action is Action.PASS_ON:
        return _pass_on(deps, by, text, extra)
    if action is Action.HOLD:
        return _hold(deps, by, text, extra)
    if action is Action.EXTEND:
        span, reason = (Span.parse(extra), text) if extra else _how_long(text)
        return Extend(by, span, reason)
    if action is Action.FINISH:
        return finish(deps, by, text, words.media, extra)
    if action is Action.CONSULT:
        return ConsultWith(by, extra, text)
    if action is Action.TELL:
        return Tell(by, text, words.media, aloud=extra == ALOUD)
    simple: dict[Action, Command] = {
        Action.TAKE: Take(by),
        Action.MAKE_DO: MakeDo(by, text, words.media),
        Action.ASK: Ask(by, text, words.media),
        Action.ADVISE: Advise(by, text, words.media),
        Action.APPROVE: Approve(by),
        Action.SEND_BACK: SendBack(by, text),
        Action.RESUME: Resume(by),
        Action.GRANT: Grant(by),
        Action.DENY: Deny(by),
        Action.REJECT: Reject(by),
    }
    return simple[action]


def _pass_on(deps: Deps, by: PersonId, text: str, extra: str) -> PassOn:
    named = MENTIONED.match(text)
    if extra or named is None:
        return PassOn(by, text, extra or None)
    return PassOn(by, text[named.end() :], by_name(deps, named[1]))


async def _must_be_aloud(deps: Deps, number: int) -> bool:
    """Whether words for the reporter can only stand on the group card: there is no private chat to write to."""
    async with deps.store.look() as unit:
        ticket = await unit.tickets.get(number)
        telegram = deps.telegram_of(ticket.reporter) if ticket is not None else None
        return ticket is not None and in_group(ticket) and (telegram is None or not await can_write(unit, telegram))


async def _cannot_pass_to(deps: Deps, text: str, extra: str) -> Answer | None:
    """Return what is wrong with the person named to pass a ticket on to; None = nobody is named, or nothing."""
    named = MENTIONED.match(text.strip())
    person = extra or (by_name(deps, named[1]) if named is not None else None)
    if person is None and named is not None:
        return Answer.of("no_such_person", alert=True, name=named[1])
    if not person:
        return None
    async with deps.store.look() as unit:
        return await _cannot_reach(deps, unit, person)


async def _cannot_reach(deps: Deps, unit: Unit, person: PersonId) -> Answer | None:
    reach = await reachability(deps, unit)
    lost = person in reach.unreachable or deps.telegram_of(person) is None
    return Answer.of("cannot_reach", alert=True, person=person) if lost else None


def by_name(deps: Deps, name: str) -> PersonId | None:
    """Return the one member of staff called `name` (or with that id)."""
    found = [one.id for one in deps.district.people.values() if name in (one.id, one.name)]
    return found[0] if len(found) == 1 else None


def _hold(deps: Deps, by: PersonId, text: str, extra: str) -> PutOnHold:
    span, reason = (Span.parse(extra), text) if extra else _how_long(text)
    return PutOnHold(by, reason.strip(), until(deps, span))


def _how_long(text: str) -> tuple[Span, str]:
    """Without a length of time it is the usual one."""
    span, rest = read_length(text)
    return span or HOLD_DEFAULT, rest


def read_length(text: str) -> tuple[Span | None, str]:
    """Read `3d parts`, `3 days parts`, `2周 等材料`: how long (None = it does not say), and what follows."""
    found = LENGTH.match(text)
    if found is None:
        return None, text
    number, unit = int(found[1]), UNITS[found[2].lower().removesuffix("s")]
    days = f"{number * 7}d" if unit == "w" else f"{number}{unit}"
    return (Span.parse(days) if number else None), text[found.end() :]


def until(deps: Deps, span: Span) -> datetime:
    """Return when a hold of this length is over: never in the quiet hours."""
    return deps.policy.quiet.after(deadline(span, deps.now(), deps.policy.hours))


async def consult(deps: Deps, cause: int, speaker: Speaker, number: int, whom: str, words: Words) -> Answer:
    """Ask a specialist: `whom` is a skill (the nearest one is asked) or a person."""
    by = deps.person_of(speaker.telegram)
    try:
        async with deps.store.unit(cause) as unit:
            ticket, _ = await permitted(deps, unit, number, by, Action.CONSULT)
            found = await nearest(deps, unit, ticket, whom)
            person = found[0] if found else by_name(deps, whom)
            if person is None:
                return Answer.of("no_specialist", alert=True, skill=whom)
            if lost := await _cannot_reach(deps, unit, person):
                return lost
            decision = await act_on(deps, unit, ticket, ConsultWith(by, person, words.text.strip()), deps.now())
            await unit.commit()
    except (NoTicket, Refused) as refused:
        return refusal(refused)
    return done(Action.CONSULT, decision)


async def nearest(deps: Deps, unit: Unit, ticket: Ticket, skill: str) -> list[PersonId]:
    """Return the people with a skill, nearest and freest first, whoever can be reached."""
    reach = await reachability(deps, unit, ticket.grid)
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


async def successors(deps: Deps, number: int, by: PersonId) -> list[PersonId]:
    """Return whom somebody who leads can give a ticket to: the grid's workers, then whoever the route names next.

    The levels above come in only where there is nobody else; to climb is for the clock, or for "next".
    """
    async with deps.store.look() as unit:
        ticket = await unit.tickets.get(number)
        if ticket is None:
            return []
        circle = await around_ticket(deps, unit, ticket, deps.now())
        lost = await unreachable(deps, unit)
    workers = (post.person for post in deps.district.posts if post.person in circle.grid_staff)
    near = (one.person for one in circle.route.candidates if not _last_resort(one))
    apart = {by, ticket.handler, ticket.reporter, *lost}
    for named in (dict.fromkeys((*workers, *near)), dict.fromkeys(one.person for one in circle.route.candidates)):
        found = [one for one in named if one not in apart and deps.telegram_of(one) is not None]
        if found:
            return found[:MOST_SUCCESSORS]
    return []


def _last_resort(one: Candidate) -> bool:
    return any(reason.code is ReasonCode.LAST_RESORT for reason in one.reasons)


async def assign(deps: Deps, cause: int, speaker: Speaker, number: int, to: PersonId | None) -> Answer:
    """Give a ticket to somebody, or (None) to whoever the route names next, as whoever leads does by one tap.

    Where nobody is next it stays where it is: taken away and given to nobody, it would lie there.
    """
    by = deps.person_of(speaker.telegram)
    if to is None:
        refused = await not_permitted(deps, number, by, Action.PASS_ON)
        to = await _next_one(deps, number, by) if refused is None else None
        if to is None:
            return refused or Answer.of("nobody_next", alert=True)
    words = phrase("note.assigned", deps.language_of(by, speaker.language))
    return await work(deps, cause, speaker, number, Action.PASS_ON, Words(words), to or "")


async def _next_one(deps: Deps, number: int, by: PersonId) -> PersonId | None:
    async with deps.store.look() as unit:
        ticket = await unit.tickets.get(number)
        if ticket is None:
            return None
        circle = await around_ticket(deps, unit, ticket, deps.now())
    found = routing.next_asked(circle.route, frozenset({*ticket.offered, by, ticket.handler or by}))
    return found.person if found is not None else None
