"""Buttons. Rights are checked at the press; the tap is answered at once, it lives for seconds."""

import contextlib

from aiogram import F, Router
from aiogram.exceptions import TelegramAPIError
from aiogram.types import CallbackQuery, InaccessibleMessage, Update

from handlers.actions import endings
from handlers.actions.apart import NEW, chosen_matter
from handlers.actions.correcting import chosen_service, show_services
from handlers.actions.dialogue import ask_words, show_picker
from handlers.actions.filing import file_lead
from handlers.actions.private import chosen
from handlers.actions.resident import rates, resident_acts
from handlers.actions.taps import look_at, refresh, still_current
from handlers.actions.unsure import answer_doubt
from handlers.actions.which import leads, not_permitted
from handlers.actions.whistles import show_brief
from handlers.actions.work import DONE, Words, advisers, assign, consult, successors, work
from handlers.chat.choices import CHOICES
from handlers.chat.translate import said_at, speaker
from handlers.chat.wording import worded
from handlers.deps import Deps
from handlers.heard import Answer, Heard, Speaker, Tap
from messages.callbacks import Choose, Draft, Pick, Press, View, decode
from messages.phrases import codes, named
from tickets.actions import Action
from tickets.outcome import Mark

PICKS_FIRST = frozenset({Action.PASS_ON, Action.HOLD, Action.EXTEND, Action.CONSULT, Action.CORRECT})
"""Actions whose button opens a row of choices."""

RESIDENTS = frozenset({Action.CONFIRM, Action.DISPUTE, Action.WITHDRAW})
ANSWER_SECONDS = 5
"""An answer that takes longer helps nobody, and the chat must not wait for it."""

OTHER = "other"
"""The choice that wants words instead."""

NEXT = "next"
"""The choice of no person in particular: whoever the route names next."""


def build() -> Router:
    """Return the router."""
    router = Router(name="taps")
    router.callback_query.register(tapped, F.data)
    return router


async def tapped(query: CallbackQuery, deps: Deps, event_update: Update) -> None:
    """Carry out a tap and answer it."""
    who = speaker(query.from_user)
    found = decode(query.data or "")
    cause = event_update.update_id
    if isinstance(found, Press):
        answer = await pressed(deps, cause, who, found)
    elif isinstance(found, Pick):
        answer = await picked(deps, cause, who, found)
    elif isinstance(found, Draft):
        answer = await drafted(deps, cause, who, found, query)
    elif isinstance(found, View):
        answer = await look_at(deps, cause, who, found.what, found.ref)
    elif isinstance(found, Choose) and found.what in CHOICES:
        place = query.message
        at = (place.chat.id, place.message_id) if place is not None else (None, None)
        answer = await CHOICES[found.what](deps, Tap(cause, who, found.ref, found.arg, *at))
    else:
        answer = Answer.of("unknown_button")
        await _refresh_behind(deps, cause, query)
    await reply_to_tap(query, deps, who, answer)


async def reply_to_tap(query: CallbackQuery, deps: Deps, who: Speaker, answer: Answer) -> None:
    """Answer the tap. After 150 s Telegram has forgotten it: what was to be done is done all the same."""
    if query.bot is None:
        return
    call = query.answer(worded(deps, who, answer), show_alert=answer.alert)
    with contextlib.suppress(TelegramAPIError):
        await query.bot(call, request_timeout=ANSWER_SECONDS)


async def pressed(deps: Deps, cause: int, who: Speaker, press: Press) -> Answer:
    """Carry out a ticket's button."""
    action = _action(press.action)
    if action is None or (action not in DONE and action not in RESIDENTS):
        return Answer.of("unknown_button")
    refused = await not_permitted(deps, press.ticket, deps.person_of(who.telegram), action)
    if refused is not None and refused.key == "no_ticket":
        return refused
    if not await still_current(deps, press.ticket, action, press.version):
        await refresh(deps, cause, press.ticket)
        return Answer.of("aged_button")
    if refused is not None:
        return refused
    if action in RESIDENTS:
        return await resident_acts(deps, cause, who, press.ticket, action)
    if action is Action.WHISTLE:
        return await show_brief(deps, cause, who, press.ticket)
    if action in PICKS_FIRST:
        return await _offer_choice(deps, cause, who, press.ticket, action)
    return await work(deps, cause, who, press.ticket, action, Words())


async def _offer_choice(deps: Deps, cause: int, who: Speaker, number: int, action: Action) -> Answer:
    """Show whom or why; somebody who leads names who shall do it, everybody else says why not they."""
    by = deps.person_of(who.telegram)
    people = None
    if action is Action.CORRECT:
        return await show_services(deps, cause, who, number)
    if action is Action.EXTEND:
        return await show_picker(deps, cause, who, number, action, "pick_until", {})
    if action is Action.CONSULT:
        people = await advisers(deps, number)
    elif action is Action.PASS_ON and await leads(deps, number, by):
        people = await successors(deps, number, by)
    if people is None:
        return await show_picker(deps, cause, who, number, action, "pick_reason", {})
    return await show_picker(deps, cause, who, number, action, "pick_person", {"people": ",".join(people)})


async def picked(deps: Deps, cause: int, who: Speaker, pick: Pick) -> Answer:
    """Carry out a choice: a reason, a length of time, a person."""
    action, language = _action(pick.action), deps.language_of(deps.person_of(who.telegram), who.language)
    if action is Action.CONSULT and (pick.choice in deps.district.people or pick.choice in codes("skill", language)):
        return await consult(deps, cause, who, pick.ticket, pick.choice, Words())
    if action is Action.PASS_ON and pick.choice in codes("pass_reason", language):
        if pick.choice == OTHER:
            return await ask_words(deps, cause, who, pick.ticket, action)
        return await work(deps, cause, who, pick.ticket, action, Words(named(pick.choice, "pass_reason", language)))
    if action is Action.PASS_ON and (pick.choice == NEXT or pick.choice in deps.district.people):
        return await assign(deps, cause, who, pick.ticket, None if pick.choice == NEXT else pick.choice)
    if action is Action.CORRECT:
        return await chosen_service(deps, cause, who, pick.ticket, pick.choice)
    if action is Action.FINISH:
        return await endings.picked(deps, cause, who, pick.ticket, pick.choice)
    if action is Action.RATE and pick.choice in set(Mark):
        return await rates(deps, cause, who, pick.ticket, Mark(pick.choice))
    code, _, span = pick.choice.partition("|")
    if action is Action.HOLD and code in codes("hold_reason", language) and span in ("", *codes("span", language)):
        return await _put_on_hold(deps, cause, who, pick.ticket, code, span)
    if action is Action.EXTEND and span in codes("span", language):
        return await ask_words(deps, cause, who, pick.ticket, action, span)
    return Answer.of("unknown_button")


async def _put_on_hold(deps: Deps, cause: int, who: Speaker, number: int, code: str, span: str) -> Answer:
    if not span:
        return await show_picker(deps, cause, who, number, Action.HOLD, "pick_until", {"reason": code})
    if code == OTHER:
        return await ask_words(deps, cause, who, number, Action.HOLD, span)
    language = deps.language_of(deps.person_of(who.telegram), who.language)
    return await work(deps, cause, who, number, Action.HOLD, Words(named(code, "hold_reason", language)), span)


async def drafted(deps: Deps, cause: int, who: Speaker, found: Draft, query: CallbackQuery) -> Answer:
    """Carry out a choice about words that wait in a draft."""
    if found.choice == "file":
        return await file_lead(deps, cause, who, found.draft)
    if found.choice == NEW or (found.choice.isdecimal() and len(found.choice) < 16):
        return await chosen_matter(deps, cause, who, found.draft, found.choice)
    if found.choice in ("yes", "no"):
        return await answer_doubt(deps, cause, who, found.draft, wanted=found.choice == "yes")
    chat = query.message.chat.id if query.message else who.telegram
    number = query.message.message_id if query.message else 0
    moment = query.message.date if query.message and not isinstance(query.message, InaccessibleMessage) else deps.now()
    said = Heard(cause, chat, number, who, "", said_at(moment, deps))
    return await chosen(deps, cause, said, found.draft, found.choice)


def _action(name: str) -> Action | None:
    try:
        return Action(name)
    except ValueError:
        return None


async def _refresh_behind(deps: Deps, cause: int, query: CallbackQuery) -> None:
    if query.message is not None:
        await refresh(deps, cause, None, query.message.chat.id, query.message.message_id)
