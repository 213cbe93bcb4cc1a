"""The state of the rehearsal and every change of it: each change is recorded, announced and waited for here."""

import asyncio
import time
from dataclasses import replace
from datetime import datetime
from typing import Any

from .clock import Clock
from .errors import MIGRATED, ControlError, bad_request, forbidden
from .faults import Faults
from .feed import Feed
from .files import Files
from .limits import Limits
from .model import GROUP_ANONYMOUS_BOT, PRESENT, Bot, Call, Chat, Event, JsonDict, Member, Message, Tap, User
from .webhooks import Webhooks
from .wire import message_wire

TAP_SECONDS = 150.0
EPHEMERAL_SECONDS = 15.0


class State:
    """People, bots, chats, files and the record of all that happened."""

    def __init__(self, clock: Clock, *, limits: bool) -> None:
        self.clock = clock
        self.limits = Limits(limits)
        self.faults = Faults()
        self.files = Files()
        self.feed = Feed()
        self.users: dict[int, User] = {}
        self.bots: dict[int, Bot] = {}
        self.tokens: dict[str, Bot] = {}
        self.chats: dict[int, Chat] = {}
        self.privates: dict[tuple[int, int], Chat] = {}
        self.taps: dict[str, Tap] = {}
        self.history: list[Event] = []
        self.calls: list[Call] = []
        self.running_calls = 0
        self.last_activity = time.monotonic()
        self.webhooks: Webhooks
        self.over = asyncio.Event()
        self._seq = 0
        self._waiters: set[asyncio.Future[None]] = set()
        clock.on_jump(self._jumped)

    # Waiting

    def wake(self) -> None:
        """Let everybody who waits for a change look again."""
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)

    def touch(self) -> None:
        """Note that something happened just now, and wake the waiting."""
        self.last_activity = time.monotonic()
        self.wake()

    async def changed(self, timeout: float) -> None:
        """Return at the next change, or after `timeout` seconds."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            await asyncio.wait({waiter}, timeout=timeout)
        finally:
            self._waiters.discard(waiter)

    def close(self) -> None:
        """Let go of everybody who waits: the rehearsal is over."""
        self.over.set()
        for bot in self.bots.values():
            bot.queue.closing = True
            bot.queue.wake()
        self.clock.release()
        self.wake()

    def _jumped(self) -> None:
        self.feed.clock_jumped()
        self.touch()

    def record(
        self, kind: str, chat: Chat | None, by: int | None, message: Message | None = None, **detail: Any
    ) -> None:
        """Put one change on record and announce it."""
        self._seq += 1
        self.history.append(
            Event(
                self._seq,
                time.monotonic(),
                self.clock.now(),
                kind,
                chat.id if chat else None,
                by,
                message,
                detail,
            )
        )
        if chat is not None:
            self.feed.chat_changed(chat.page_id)
        self.touch()

    # Finding

    def user(self, user_id: int) -> User:
        """Return a person. ControlError if the world has no such person."""
        user = self.users.get(user_id)
        if user is None:
            raise ControlError(f"nobody has the id {user_id}; known: {sorted(self.users)}")
        return user

    def bot(self, bot_id: int) -> Bot:
        """Return a bot. ControlError if there is none."""
        bot = self.bots.get(bot_id)
        if bot is None:
            raise ControlError(f"no bot has the id {bot_id}; known: {sorted(self.bots)}")
        return bot

    def chat_for_person(self, user_id: int, chat_id: int) -> Chat:
        """Return the chat a person means: a group he is in, or his private chat with a bot (opened if new)."""
        if chat_id in self.bots:
            return self.open_private(self.bots[chat_id], self.user(user_id))
        chat = self.group(chat_id)
        if chat.status(user_id) not in PRESENT:
            raise ControlError(f"{self.user(user_id).name} is not in {chat.title!r}; use join first")
        return chat

    def group(self, chat_id: int) -> Chat:
        """Return a group. ControlError if there is none, or if it became a supergroup."""
        chat = self.chats.get(chat_id)
        if chat is None:
            raise ControlError(f"no group has the id {chat_id}; known: {sorted(self.chats)}")
        if chat.migrated_to is not None:
            raise ControlError(f"{chat.title!r} is a supergroup now; use {chat.migrated_to}")
        return chat

    def open_private(self, bot: Bot, user: User) -> Chat:
        """Return the private chat of a person with a bot, opening it if it is new."""
        chat = self.privates.get((bot.id, user.id))
        if chat is None:
            chat = Chat(user.id, "private", user.name, user=user, bot=bot)
            chat.members = {user.id: Member(user, "member"), bot.id: Member(bot.user, "member")}
            self.privates[bot.id, user.id] = chat
        return chat

    def chat_for_bot(self, bot: Bot, chat_id: int) -> Chat:
        """Return the chat a bot names in a call. ApiError in Telegram's words if it may not speak there."""
        user = self.users.get(chat_id)
        if user is not None:
            return self._private_for_bot(bot, user)
        chat = self.chats.get(chat_id)
        if chat is None:
            raise bad_request("chat not found")
        if chat.migrated_to is not None:
            raise bad_request(MIGRATED, migrate_to_chat_id=chat.migrated_to)
        status = chat.members[bot.id].status if bot.id in chat.members else None
        if status is None:
            raise bad_request("chat not found")
        kind = "supergroup" if chat.type == "supergroup" else "group"
        if status == "kicked":
            raise forbidden(f"bot was kicked from the {kind} chat")
        if status == "left":
            raise forbidden(f"bot is not a member of the {kind} chat")
        return chat

    def _private_for_bot(self, bot: Bot, user: User) -> Chat:
        chat = self.privates.get((bot.id, user.id))
        if user.deactivated:
            raise forbidden("user is deactivated")
        if chat is None:
            if any(user.id in group.members and group.status(bot.id) in PRESENT for group in self.chats.values()):
                raise forbidden("bot can't initiate conversation with a user")
            # A bot that never met a person cannot even name him.
            raise bad_request("chat not found")
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        return chat

    def bots_in(self, chat: Chat) -> list[Bot]:
        """Return the bots that take part in a chat."""
        if chat.bot is not None:
            return [] if chat.blocked else [chat.bot]
        return [
            self.bots[member_id]
            for member_id, member in chat.members.items()
            if member_id in self.bots and member.status in PRESENT
        ]

    # Changing messages

    def numbering(self, chat: Chat) -> int:
        """Take the next message id: per supergroup, or of all private chats and basic groups of one bot."""
        if chat.type == "supergroup":
            number = chat.next_message_id
            chat.next_message_id += 1
            return number
        if chat.bot is not None:
            return chat.bot.number()
        present = [member_id for member_id in chat.members if member_id in self.bots]
        if present:
            return self.bots[min(present)].number()
        number = chat.next_message_id
        chat.next_message_id += 1
        return number

    def new_message(self, chat: Chat, sender: User, *, receiver: int | None = None, **content: Any) -> Message:
        """Make a message in a chat; with `receiver` an ephemeral one. Bots are told by `tell`."""
        self._seq += 1
        base: JsonDict = {
            "chat_id": chat.id,
            "sender_id": sender.id,
            "sender": sender,
            "date": self.clock.now().replace(microsecond=0),
            "seq": self._seq,
            "bot_id": chat.bot.id if chat.bot else None,
        }
        if receiver is not None:
            ephemeral_id = chat.next_ephemeral_id
            chat.next_ephemeral_id += 1
            message = Message(id=0, ephemeral_for=receiver, ephemeral_id=ephemeral_id, **base, **content)
            chat.ephemeral[ephemeral_id] = message
        else:
            message = Message(id=self.numbering(chat), **base, **content)
            chat.messages[message.id] = message
            chat.last_speaker = sender.id
        chat.last_seq = self._seq
        self.record("sent", chat, sender.id, message)
        return message

    def change(self, chat: Chat, message: Message, by: int, kind: str, **changes: Any) -> Message:
        """Put a changed message in the place of the old one."""
        new = replace(message, **changes)
        if new.ephemeral_id is not None:
            chat.ephemeral[new.ephemeral_id] = new
        else:
            chat.messages[new.id] = new
        self.record(kind, chat, by, new)
        return new

    def delete(self, chat: Chat, message: Message, by: int) -> None:
        """Take a message away. Bots never learn of it."""
        gone = replace(message, deleted=True)
        if gone.ephemeral_id is not None:
            chat.ephemeral.pop(gone.ephemeral_id, None)
        else:
            chat.messages.pop(gone.id, None)
        self.record("deleted", chat, by, gone)

    # Telling bots

    def push(self, bot: Bot, kind: str, content: JsonDict, key: str, *, tap: bool = False) -> None:
        """Queue an update for a bot."""
        if bot.queue.push(kind, content, key, tap=tap):
            self.touch()

    def tell(self, chat: Chat, message: Message, kind: str = "message", *, but: int | None = None) -> None:
        """Queue a message for the bots that may see it; never for its own sender unless it is a service message."""
        wire: JsonDict | None = None
        for bot in self.bots_in(chat):
            own = message.sender.is_bot and message.sender is not GROUP_ANONYMOUS_BOT
            if bot.id == but or (own and not message.service):
                continue
            if not self.sees(bot, chat, message):
                continue
            if wire is None:
                wire = message_wire(chat, message)
            self.push(bot, kind, wire, f"chat {chat.id}")

    def sees(self, bot: Bot, chat: Chat, message: Message) -> bool:
        """Apply privacy mode: what a plain member bot is told of a group."""
        if message.ephemeral_id is not None:
            return message.ephemeral_for == bot.id
        if chat.is_private or message.service or bot.can_read_all_group_messages:
            return True
        if chat.status(bot.id) == "administrator":
            return True
        answered = chat.messages.get(message.reply_to) if message.reply_to is not None else None
        if answered is not None and answered.sender_id == bot.id:
            return True
        first = message.text.split(maxsplit=1)[0] if message.text.startswith("/") else ""
        if not first:
            return False
        _, _, name = first.partition("@")
        if name:
            return name.lower() == (bot.user.username or "").lower()
        return self._last_bot_speaker(chat, message) in {bot.id, None}

    def _last_bot_speaker(self, chat: Chat, before: Message) -> int | None:
        for message in reversed(chat.messages.values()):
            if message.id != before.id and message.sender.is_bot:
                return message.sender_id
        return None

    def member_changed(
        self, chat: Chat, subject: User, old: JsonDict, new: JsonDict, by: User, *, at: datetime | None = None
    ) -> None:
        """Tell bots of a change of membership: `my_chat_member` for themselves, `chat_member` for others."""
        content = {
            "chat": chat.wire(),
            "from": by.wire(),
            "date": int((at or self.clock.now()).timestamp()),
            "old_chat_member": old,
            "new_chat_member": new,
        }
        if subject.id in self.bots:
            self.push(self.bots[subject.id], "my_chat_member", content, f"member {chat.id}")
        else:
            for bot in self.bots_in(chat):
                if chat.status(bot.id) == "administrator":
                    self.push(bot, "chat_member", content, f"user {subject.id}")
        self.record("member", chat, by.id, user=subject.id, status=new["status"])
