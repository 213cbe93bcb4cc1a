"""What every method of the Bot API gets: the bot that asks, the state, and the parameters."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rehearsal.errors import bad_request
from rehearsal.faults import Fault
from rehearsal.html import HtmlError, parse_html
from rehearsal.model import RULING, Bot, Chat, Tap
from rehearsal.state import State
from rehearsal.text import Entity, add_found, entity_order, trim

from .params import Params

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024


@dataclass
class Context:
    """One call."""

    state: State
    bot: Bot
    params: Params
    fault: Fault | None = None

    def chat_id(self, name: str = "chat_id") -> int:
        """Read a chat id; @names of bots' chats do not exist here."""
        raw = self.params.values.get(name)
        if raw is None or raw == "":
            raise bad_request(f"{name} is empty")
        if isinstance(raw, str) and raw.startswith("@"):
            raise bad_request("chat not found")
        try:
            if isinstance(raw, bool):
                raise ValueError
            return int(raw)
        except (TypeError, ValueError):
            raise bad_request("chat not found") from None

    def chat(self, name: str = "chat_id") -> Chat:
        """Return the chat that is named, if the bot may act there."""
        return self.state.chat_for_bot(self.bot, self.chat_id(name))

    def spend(self, chat: Chat, weight: int = 1) -> None:
        """Count this call against the flood limits."""
        self.state.limits.spend(self.bot.id, chat, weight)

    def message_id(self, name: str = "message_id") -> int:
        """Read a message id."""
        value = self.params.integer(name)
        if not value:
            raise bad_request("message identifier is not specified")
        return value

    def is_admin(self, chat: Chat) -> bool:
        """Whether the bot rules this group (in a private chat: yes)."""
        return chat.is_private or chat.status(self.bot.id) in RULING

    def may(self, chat: Chat, right: str) -> bool:
        """Whether the bot has a right of administrators in this chat."""
        return chat.is_private or chat.has_right(self.bot.id, right)

    def formatted(self, name: str, *, entities_name: str, limit: int, kind: str) -> tuple[str, list[Entity]]:
        """Read a text with its markup; lengths are checked after parsing."""
        return self.format_text(
            self.params.text(name),
            self.params.text("parse_mode"),
            self.params.sequence(entities_name),
            limit=limit,
            kind=kind,
        )

    def format_text(
        self, source: str, mode: str, entities: list[Any] | None, *, limit: int, kind: str
    ) -> tuple[str, list[Entity]]:
        """Parse a text by `parse_mode` or explicit entities. `kind` is "message" or "message caption"."""
        given: list[Entity] = []
        if mode.lower() == "html":
            try:
                source, given = parse_html(source)
            except HtmlError as error:
                raise bad_request(f"can't parse entities: {error}") from None
        elif mode.lower() in {"markdown", "markdownv2"}:
            raise bad_request("the rehearsal reads HTML only, not Markdown")
        elif mode:
            raise bad_request("unsupported parse_mode")
        elif entities:
            given = [self._given_entity(one) for one in entities]
        text, given = trim(source, sorted(given, key=entity_order))
        if len(text) > limit:
            raise bad_request(f"{kind} is too long")
        return text, add_found(text, self._mentions(given))

    def _given_entity(self, one: Any) -> Entity:
        if not isinstance(one, dict):
            raise bad_request("can't parse entities: expected an Object")
        for name, kind in (("type", str), ("offset", int), ("length", int)):
            if not isinstance(one.get(name), kind):
                raise bad_request(f"can't parse entities: Can't find field \"{name}\"")
        if one["type"] == "text_mention":
            user = one.get("user")
            return {**one, "user_id": user.get("id") if isinstance(user, dict) else 0}
        return dict(one)

    def _mentions(self, entities: list[Entity]) -> list[Entity]:
        """A mention by id works for people the bot has met; others stay plain text."""
        kept = []
        for entity in entities:
            if "user_id" in entity:
                user = self.state.users.get(entity.pop("user_id"))
                if user is None:
                    continue
                entity["user"] = user.wire()
            kept.append(entity)
        return kept

    def live_tap(self, query_id: str) -> Tap | None:
        """Return an unexpired tap on one of this bot's messages."""
        tap = self.state.taps.get(query_id)
        return tap if tap is not None and tap.message.sender_id == self.bot.id else None


Method = Callable[[Context], Any]
