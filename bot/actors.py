"""People in a rehearsal who speak, read and tap: the cast of the demo's scene and of the acceptance stories."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from rehearsal import Message, World

PATIENCE = 15.0
"""Real seconds for which somebody waits for a message."""


@dataclass(frozen=True)
class Actor:
    """Somebody in the rehearsal. `group` is the grid's group the person lives or works in, `bot` the bot's user id."""

    world: World
    bot: int
    group: int
    telegram: int
    name: str

    patience: ClassVar[float] = PATIENCE

    def says(self, text: str, *, chat: int | None = None, reply_to: Message | int | None = None) -> int:
        """Write in the group (or `chat`); return the message id."""
        where = self.group if chat is None else chat
        return int(self.world.say(self.telegram, where, text, reply_to=reply_to)["message_id"])

    def tells(self, text: str, *, reply_to: Message | int | None = None) -> int:
        """Write to the bot in private."""
        return self.says(text, chat=self.bot, reply_to=reply_to)

    def starts(self, payload: str | None = None) -> None:
        """Press Start in the private chat."""
        self.world.start(self.telegram, self.bot, payload)

    async def sees(self, *fragments: str, chat: int | None = None, without: tuple[str, ...] = ()) -> Message:
        """Wait until a message of the bot holds all fragments and none of `without`; return the newest such."""
        where = self.group if chat is None else chat

        def right(message: Message) -> bool:
            return not any(part in message.text for part in without)

        place = "in private" if where == self.bot else f"in {where}"
        return await self.finds(fragments, right, where, f"{self.name} to read {fragments} {place}")

    async def finds(
        self, fragments: tuple[str, ...], right: Callable[[Message], bool], chat: int, what: str
    ) -> Message:
        """Wait for a message of the bot that holds all fragments and is `right`; return the newest such."""

        def found() -> Message | None:
            for message in reversed(self.world.messages(chat, as_user=self.telegram)):
                ours = message.sender_id == self.bot and all(part in message.text for part in fragments)
                if ours and right(message):
                    return message
            return None

        seen: Message = await self.world.until(found, timeout=self.patience, what=what)
        return seen

    async def reads(self, *fragments: str, without: tuple[str, ...] = ()) -> Message:
        """Wait for a private message of the bot."""
        return await self.sees(*fragments, chat=self.bot, without=without)

    async def taps(self, message: Message, button: str) -> str:
        """Press a button; return what the bot answers to the tap."""
        where = message.chat_id if message.chat_id < 0 else self.bot
        tap = self.world.tap(self.telegram, where, message.key, button)
        return str((await tap.answer(timeout=self.patience))["text"] or "")
