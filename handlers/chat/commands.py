"""Commands, in private and in the group: by number, as a reply to a card, or about the only ticket in hand."""

import re
from collections.abc import Awaitable, Callable, Mapping

from aiogram import F, Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import Message, Update

from handlers.actions import (
    binding,
    board,
    bulletins,
    correcting,
    duty,
    endings,
    forgetting,
    home,
    households,
    joining,
    language,
    leave,
    mine,
    people,
    whistles,
)
from handlers.actions.dialogue import show_picker
from handlers.actions.which import which_ticket
from handlers.actions.work import Words, advisers, by_name, consult, work
from handlers.chat.giver import given
from handlers.chat.translate import heard
from handlers.chat.wording import answer_privately
from handlers.deps import Deps
from handlers.heard import Answer, Heard
from messages import LANGUAGES
from messages.phrases import codes, named
from tickets.actions import Action

WORK = {
    "take": Action.TAKE,
    "done": Action.FINISH,
    "ask": Action.ASK,
    "pass": Action.PASS_ON,
    "hold": Action.HOLD,
    "extend": Action.EXTEND,
    "consult": Action.CONSULT,
    "service": Action.CORRECT,
    "whistle": Action.WHISTLE,
}
Order = Callable[[Deps, Heard, str], Awaitable[Answer | None]]

ORDERS: Mapping[str, Order] = {
    "bind": binding.bind,
    "unbind": binding.unbind,
    "invite": joining.invite,
    "who": home.who,
    "my": mine.listed,
    "forget": forgetting.asked,
    "language": language.asked,
    "duty": duty.show_duty,
    "leave": leave.leave,
    "board": board.show_board,
    "digest": board.show_digest,
    "end": endings.end,
    "notice": bulletins.notice,
    "home": households.home,
    "homes": households.homes,
}
"""Commands that look for themselves who may give them, and where; None = they have answered already."""

PAGES = {
    "help": ("help_resident", "help_staff"),
    "tickets": (None, "staff_tickets"),
}
"""Command -> the page for residents and for staff; None = not for them."""

NUMBERED = re.compile(r"^[#〔\[]?(\d{1,12})[〕\]]?\s*")


def build() -> Router:
    """Return the router."""
    router = Router(name="commands")
    router.message.register(start, CommandStart())
    router.message.register(page, Command(*PAGES))
    router.message.register(do, Command(*WORK))
    router.message.register(order, Command(*ORDERS))
    router.message.register(unknown, F.text.startswith("/"), F.chat.type == "private")
    return router


async def start(message: Message, command: CommandObject, deps: Deps, event_update: Update) -> None:
    """/start, plain or with a one-use token behind it."""
    said = heard(message, event_update, deps)
    if said is None or not said.private:
        return
    token = joining.invited(command.args or "")
    if token is not None:
        await joining.offered(deps, said.cause, said.speaker, token)
    elif not await home.arrived(deps, said.cause, said.speaker, command.args or ""):
        await people.started(deps, said.cause, said.speaker, command.args or "")


async def page(message: Message, command: CommandObject, deps: Deps, event_update: Update) -> None:
    """/help, /tickets."""
    said = await given(message, event_update, deps)
    if said is None:
        return
    staff = deps.district.by_telegram(said.speaker.telegram) is not None
    template = PAGES[command.command][staff]
    if template is None:
        await answer_privately(deps, said, Answer.of("not_staff"))
        return
    await people.show(deps, said.cause, said.speaker, template, said.chat, said.message, said.thread)


async def order(message: Message, command: CommandObject, deps: Deps, event_update: Update) -> None:
    """A command of those who set up and lead."""
    said = await given(message, event_update, deps)
    if said is None:
        return
    answer = await ORDERS[command.command](deps, said, (command.args or "").strip())
    if answer is not None:
        await answer_privately(deps, said, answer)


async def do(message: Message, command: CommandObject, deps: Deps, event_update: Update) -> None:
    """A worker's command."""
    said = await given(message, event_update, deps)
    if said is None:
        return
    if deps.district.by_telegram(said.speaker.telegram) is None:
        answer = Answer.of("not_staff")
    else:
        answer = await _worked(deps, said, WORK[command.command], command.args or "")
    await answer_privately(deps, said, answer)


async def _worked(deps: Deps, said: Heard, action: Action, arguments: str) -> Answer:
    found = NUMBERED.match(arguments)
    text = arguments[found.end() :] if found else arguments
    number = int(found[1]) if found else await which_ticket(deps, said, action)
    if number is None:
        return Answer.of("which_ticket")
    if action is Action.CORRECT:
        return await correcting.by_name(deps, said.cause, said.speaker, number, text)
    if action is Action.WHISTLE:
        return await whistles.command(deps, said, number, text)
    if action is not Action.CONSULT:
        return await work(deps, said.cause, said.speaker, number, action, Words(text, said.media))
    whom, question = whom_to_ask(deps, text)
    if whom:
        return await consult(deps, said.cause, said.speaker, number, whom, Words(question))
    data = {"people": ",".join(await advisers(deps, number))}
    return await show_picker(deps, said.cause, said.speaker, number, action, "pick_person", data)


def whom_to_ask(deps: Deps, text: str) -> tuple[str, str]:
    """Return a skill's code (or a person's name) and the question; an empty first part when nobody is named.

    The trade or the name comes first (`医生 要不要去医院`), or is mentioned in the question (`想问医生什么`).
    """
    first, _, rest = text.partition(" ")
    trades = {named(code, "skill", one).lower(): code for one in LANGUAGES for code in codes("skill", one)}
    if first.lower() in trades:
        return trades[first.lower()], rest
    if first and by_name(deps, first) is not None:
        return first, rest
    return next((code for name, code in trades.items() if name in text.lower()), ""), text


async def unknown(message: Message, deps: Deps, event_update: Update) -> None:
    """A command that does not exist, in private: say what does."""
    said = heard(message, event_update, deps)
    if said is not None:
        await answer_privately(deps, said, Answer.of("unknown_command"))
