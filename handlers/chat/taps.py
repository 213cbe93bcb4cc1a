"""Buttons. Rights are checked at the press; the tap is answered at once, it lives for seconds."""

import contextlib

from aiogram import F, Router
from aiogram.exceptions import TelegramAPIError
from aiogram.types import CallbackQuery, InaccessibleMessage, Update

from handlers.actions.dialogue import ask_words, show_picker
from handlers.actions.private import chosen
from handlers.actions.resident import resident_acts
from handlers.actions.taps import look_at, refresh, still_current
from handlers.actions.unsure import answer_doubt
from handlers.actions.work import Words, advisers, consult, work
from handlers.chat.translate import said_at, speaker
from handlers.chat.wording import worded
from handlers.deps import Deps
from handlers.heard import Answer, Heard, Speaker
from messages.callbacks import Draft, Pick, Press, View, decode
from messages.phrases import named
from tickets.commands import Action

PICKS_FIRST = {Action.PASS_ON: "pick_reason", Action.HOLD: "pick_reason", Action.CONSULT: "pick_person"}
"""Actions whose button opens a row of choices, and the template that shows it."""

RESIDENTS = frozenset({Action.CONFIRM, Action.DISPUTE, Action.WITHDRAW})
ANSWER_SECONDS = 5
"""An answer that takes longer helps nobody, and the chat must not wait for it."""

OTHER = "other"
"""The choice that wants words instead."""


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
    try:
        action = Action(press.action)
    except ValueError:
        return Answer.of("unknown_button")
    if not await still_current(deps, press.ticket, action, press.version):
        await refresh(deps, cause, press.ticket)
        return Answer.of("aged_button")
    if action in RESIDENTS:
        return await resident_acts(deps, cause, who, press.ticket, action)
    if action in PICKS_FIRST:
        data = {"action": action.value}
        if action is Action.CONSULT:
            data["people"] = ",".join(await advisers(deps, press.ticket))
        return await show_picker(deps, cause, who, press.ticket, PICKS_FIRST[action], data)
    return await work(deps, cause, who, press.ticket, action, Words())


async def picked(deps: Deps, cause: int, who: Speaker, pick: Pick) -> Answer:
    """Carry out a choice: a reason, a length of time, a person."""
    action = Action(pick.action)
    if action is Action.CONSULT:
        return await consult(deps, cause, who, pick.ticket, pick.choice, Words())
    code, _, span = pick.choice.partition("|")
    if action is Action.HOLD and not span:
        return await show_picker(deps, cause, who, pick.ticket, "pick_until", {"action": action.value, "reason": code})
    if code == OTHER:
        return await ask_words(deps, cause, who, pick.ticket, action, span)
    language = deps.language_of(deps.person_of(who.telegram), who.language)
    reason = named(code, "hold_reason" if action is Action.HOLD else "pass_reason", language)
    return await work(deps, cause, who, pick.ticket, action, Words(reason), span)


async def drafted(deps: Deps, cause: int, who: Speaker, found: Draft, query: CallbackQuery) -> Answer:
    """Carry out a choice about words that wait in a draft."""
    if found.choice in ("yes", "no"):
        return await answer_doubt(deps, cause, who, found.draft, wanted=found.choice == "yes")
    chat = query.message.chat.id if query.message else who.telegram
    number = query.message.message_id if query.message else 0
    moment = query.message.date if query.message and not isinstance(query.message, InaccessibleMessage) else deps.now()
    said = Heard(cause, chat, number, who, "", said_at(moment, deps))
    return await chosen(deps, cause, said, found.draft, found.choice)


async def _refresh_behind(deps: Deps, cause: int, query: CallbackQuery) -> None:
    if query.message is not None:
        await refresh(deps, cause, None, query.message.chat.id, query.message.message_id)
