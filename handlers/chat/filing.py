"""/file: a worker writes down what a resident said, as a reply to it or in own words."""

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message, Update

from handlers.actions.filing import file_command
from handlers.chat.giver import given
from handlers.chat.translate import heard
from handlers.chat.wording import answer_privately
from handlers.deps import Deps
from handlers.heard import Answer


def build() -> Router:
    """Return the router; its place is before the other commands."""
    router = Router(name="filing")
    router.message.register(file_it, Command("file"))
    return router


async def file_it(message: Message, command: CommandObject, deps: Deps, event_update: Update) -> None:
    """Carry out /file."""
    said = await given(message, event_update, deps)
    if said is None:
        return
    reply = message.reply_to_message if said.reply_to is not None else None
    target = heard(reply, event_update, deps) if reply is not None else None
    if deps.district.by_telegram(said.speaker.telegram) is None:
        answer = Answer.of("not_staff")
    else:
        answer = await file_command(deps, said, target, command.args or "")
    await answer_privately(deps, said, answer)
