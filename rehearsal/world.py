"""What people do: they write, press, react, block and move, exactly as they would in the real chats."""

import re
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .cast import Cast
from .errors import ControlError
from .faults import Faults
from .model import GROUP_ANONYMOUS_BOT, RULING, Button, Call, Chat, Event, JsonDict, Message, Tap, User
from .reactions import FREE_REACTIONS, with_reaction
from .scopes import scope_key
from .state import State
from .text import find_entities, trim
from .waiting import settled, until
from .wire import message_wire

_DEEP_LINK = re.compile(
    r"(?:https?://t\.me/|tg://resolve\?domain=)(?P<name>\w+)(?:[?&]start=(?P<payload>[\w-]{0,64}))?$"
)
Wanted = str | tuple[int, int]
Which = int | str | Message


class World(Cast):
    """The people's side of the rehearsal. Ids are those of Telegram; a private chat is named by its bot's id."""

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self._albums: dict[str, str] = {}

    @property
    def calls(self) -> list[Call]:
        """Everything the bots asked for, in order."""
        return self._state.calls

    @property
    def history(self) -> list[Event]:
        """Every change of state, in order."""
        return self._state.history

    @property
    def faults(self) -> Faults:
        """Trouble on order."""
        return self._state.faults

    # Writing

    def say(
        self,
        user: int,
        chat: int,
        text: str,
        reply_to: Which | None = None,
        thread: int | None = None,
        quote: str | None = None,
        anonymous: bool = False,
    ) -> JsonDict:
        """Write a text and return the Bot API Message. A command registered as ephemeral is seen by the bot alone.

        `quote`: words of the answered message; `anonymous`: an administrator writes as the group.
        """
        plain, _ = trim(text, [])
        if not plain:
            raise ControlError("a message needs text")
        where = self._state.chat_for_person(user, chat)
        receiver = self._ephemeral_receiver(where, plain)
        if receiver is not None:
            return self._send(where, user, receiver=receiver, text=plain, entities=find_entities(plain), thread=thread)
        return self._send(
            where,
            user,
            text=plain,
            entities=find_entities(plain),
            reply_to=self._answered(where, user, reply_to),
            thread=thread,
            quote=quote,
            anonymous=anonymous,
        )

    def forward(self, user: int, chat: int, from_chat: int, message_id: Which, *, hidden: bool = False) -> JsonDict:
        """Pass a message on to another chat; `hidden`: its author lets nobody see the account behind a forward."""
        source = self.find(self._state.chat_for_person(user, from_chat), message_id, user)
        author, date = source.sender, int(source.date.timestamp())
        origin: JsonDict = {"type": "user", "sender_user": author.wire(), "date": date}
        if hidden:
            origin = {"type": "hidden_user", "sender_user_name": author.name, "date": date}
        return self._send(
            self._state.chat_for_person(user, chat),
            user,
            text=source.text,
            entities=source.entities,
            media=source.media,
            forward_origin=source.forward_origin or origin,
        )

    def send_photo(
        self,
        user: int,
        chat: int,
        data: bytes,
        caption: str | None = None,
        media_group_id: str | None = None,
        reply_to: Which | None = None,
    ) -> JsonDict:
        """Send a picture; pictures with one `media_group_id` make an album, each its own message."""
        return self._send_file(user, chat, data, "photo", caption, media_group_id, reply_to)

    def send_voice(
        self,
        user: int,
        chat: int,
        data: bytes = b"OggS",
        duration: int = 3,
        caption: str | None = None,
        reply_to: Which | None = None,
    ) -> JsonDict:
        """Send a voice message of `duration` seconds."""
        return self._send_file(user, chat, data, "voice", caption, None, reply_to, duration=duration)

    def send_video(
        self,
        user: int,
        chat: int,
        data: bytes,
        duration: int = 3,
        caption: str | None = None,
        media_group_id: str | None = None,
        reply_to: Which | None = None,
    ) -> JsonDict:
        """Send a video of `duration` seconds."""
        return self._send_file(user, chat, data, "video", caption, media_group_id, reply_to, duration=duration)

    def send_document(
        self,
        user: int,
        chat: int,
        data: bytes,
        name: str = "file.bin",
        caption: str | None = None,
        reply_to: Which | None = None,
    ) -> JsonDict:
        """Send a file under a name."""
        return self._send_file(user, chat, data, "document", caption, None, reply_to, name=name)

    def send_location(self, user: int, chat: int, lat: float, lon: float, reply_to: Which | None = None) -> JsonDict:
        """Send a place on the map, in degrees."""
        where = self._state.chat_for_person(user, chat)
        return self._send(
            where,
            user,
            media={"location": {"latitude": lat, "longitude": lon}},
            reply_to=self._answered(where, user, reply_to),
        )

    def edit(self, user: int, chat: int, message_id: Which, text: str) -> JsonDict:
        """Change the text (or caption) of one's own message."""
        where = self._state.chat_for_person(user, chat)
        message = self._own(where, user, message_id)
        plain, _ = trim(text, [])
        new = self._state.change(
            where,
            message,
            user,
            "edited",
            text=plain,
            entities=find_entities(plain),
            edit_date=self._state.clock.now().replace(microsecond=0),
        )
        self._state.tell(where, new, "edited_message")
        return message_wire(where, new)

    def delete(self, user: int, chat: int, message_id: Which) -> None:
        """Take a message away: one's own, or any as an administrator. Bots are never told."""
        where = self._state.chat_for_person(user, chat)
        message = self.find(where, message_id, user)
        if message.sender_id != user and not where.is_private and not where.has_right(user, "can_delete_messages"):
            raise ControlError("only one's own messages can be deleted; an administrator may delete any")
        self._state.delete(where, message, user)

    def react(self, user: int, chat: int, message_id: Which, emoji: str | None) -> None:
        """Set one's reaction to a message, or take it back with None."""
        if emoji is not None and emoji not in FREE_REACTIONS:
            raise ControlError(f"{emoji!r} is none of Telegram's free reactions, e.g. 👍")
        where = self._state.chat_for_person(user, chat)
        message = self.find(where, message_id, user)
        if message.ephemeral_id is not None:
            raise ControlError("an ephemeral message takes no reactions")
        old = [mark for mark, people in message.reactions.items() if user in people]
        self._state.change(where, message, user, "reacted", reactions=with_reaction(message.reactions, user, emoji))
        content = {
            "chat": where.wire(),
            "message_id": message.id,
            "user": self._state.user(user).wire(),
            "date": int(self._state.clock.now().timestamp()),
            "old_reaction": [{"type": "emoji", "emoji": mark} for mark in old],
            "new_reaction": [{"type": "emoji", "emoji": emoji}] if emoji else [],
        }
        for bot in self._state.bots_in(where):
            if where.is_private or where.status(bot.id) == "administrator":
                self._state.push(bot, "message_reaction", content, f"reaction {where.id}")

    def start(self, user: int, bot: int, payload: str | None = None) -> JsonDict:
        """Press Start in the private chat with a bot, with the payload of a deep link if any."""
        chat = self._state.open_private(self._state.bot(bot), self._state.user(user))
        if chat.blocked:
            self.unblock(user, bot)
        return self.say(user, bot, f"/start {payload}" if payload else "/start")

    # Pressing

    def tap(self, user: int, chat: int, message_id: Which, button: Wanted) -> Tap:
        """Press a button, named by its text, its callback data or (row, column).

        A link to a bot's start acts as `start`. LookupError with the buttons there are, if it is none of them.
        """
        where = self._state.chat_for_person(user, chat)
        message = self.find(where, message_id, user)
        pressed = message.button(button)
        if pressed.raw.get("disabled") is not None:
            raise ControlError(f"the button {pressed.text!r} is disabled")
        tap = Tap(str(secrets.randbits(62)), user, message, pressed, time.monotonic())
        if pressed.data is None:
            self._follow(user, pressed)
            tap.resolve(None, False)
            return tap
        self._state.taps[tap.id] = tap
        self._state.record("tapped", where, user, message, data=pressed.data, query=tap.id)
        owner = self._state.bots.get(message.sender_id)
        if owner is not None and owner in self._state.bots_in(where):
            content = {
                "id": tap.id,
                "from": self._state.user(user).wire(),
                "message": message_wire(where, message),
                "chat_instance": str(where.id),
                "data": pressed.data,
            }
            self._state.push(owner, "callback_query", content, f"tap {user}", tap=True)
        return tap

    def _follow(self, user: int, pressed: Button) -> None:
        link = _DEEP_LINK.match(pressed.url or "")
        if link is None:
            return
        for bot in self._state.bots.values():
            if (bot.user.username or "").lower() == link["name"].lower():
                self.start(user, bot.id, link["payload"])

    # Looking

    def messages(self, chat: int, as_user: int | None = None) -> list[Message]:
        """Return the live messages of a chat in order; `as_user` also sees the ephemeral ones meant for him."""
        where = self.look_up(chat, as_user)
        live = list(where.messages.values())
        if as_user is None or not where.ephemeral:
            return live
        own = [message for message in where.ephemeral.values() if as_user in (message.ephemeral_for, message.sender_id)]
        hidden = {message.replaces for message in own if message.replaces is not None}
        shown = [message for message in live if message.id not in hidden]
        return sorted([*shown, *own], key=lambda message: message.seq)

    def find(self, chat: Chat, which: Which, user: int | None = None) -> Message:
        """Return a live message by id, key ("m12", "e3") or an older snapshot of it. ControlError if it is gone."""
        if isinstance(which, Message):
            which = which.key
        found: Message | None = None
        if isinstance(which, int):
            found = chat.messages.get(which)
        elif which[:1] in {"m", "e"} and which[1:].isdigit():
            found = (chat.messages if which[0] == "m" else chat.ephemeral).get(int(which[1:]))
        if found is None or (found.ephemeral_for and user not in {None, found.ephemeral_for, found.sender_id}):
            raise ControlError(f"there is no message {which!r} in {chat.title!r} (any more)")
        return found

    def file(self, file_id: str) -> bytes:
        """Return the bytes of a file. ControlError if there is none."""
        file = self._state.files.get(file_id)
        if file is None:
            raise ControlError(f"no file has the id {file_id!r}")
        return file.data

    def commands(self, bot: int, scope: Mapping[str, Any] | None = None, language: str = "") -> list[JsonDict]:
        """Return the commands a bot registered for a scope and language."""
        return self._state.bot(bot).commands.get((scope_key(scope or {"type": "default"}), language), [])

    # Waiting

    async def until(self, predicate: Callable[[], Any], timeout: float = 10, what: str = "") -> Any:
        """Wait until `predicate()` is true and return its value; looked at again at every change.

        TimeoutError says what was waited for and shows the last messages.
        """
        return await until(self._state, predicate, timeout, what)

    async def settled(self, quiet: float = 0.3, timeout: float = 20) -> None:
        """Wait until for `quiet` seconds nobody asked for anything but getUpdates and nothing changed."""
        await settled(self._state, quiet, timeout)

    # Trouble

    def inject_update(self, bot_id: int, raw: JsonDict) -> None:
        """Queue any update, however odd, as it is; `update_id` is added when missing."""
        kinds = [name for name in raw if name != "update_id"]
        kind = kinds[0] if kinds else "unknown"
        self._state.bot(bot_id).queue.push_raw(dict(raw), kind, f"injected {kind}")
        self._state.touch()

    def duplicate_updates(self, bot_id: int, n: int) -> int:
        """Deliver the last `n` confirmed updates again under their old ids; return how many there were."""
        return self._state.bot(bot_id).queue.again(n)

    # Helpers

    def _own(self, chat: Chat, user: int, which: Which) -> Message:
        message = self.find(chat, which, user)
        if message.sender_id != user:
            raise ControlError("only one's own messages can be edited")
        return message

    def _answered(self, chat: Chat, user: int, which: Which | None) -> int | None:
        return None if which is None else self.find(chat, which, user).id

    def _ephemeral_receiver(self, chat: Chat, text: str) -> int | None:
        if chat.is_private or not text.startswith("/"):
            return None
        command, _, name = text.split(maxsplit=1)[0].removeprefix("/").partition("@")
        for bot in self._state.bots_in(chat):
            if name and name.lower() != (bot.user.username or "").lower():
                continue
            every: Iterable[list[JsonDict]] = bot.commands.values()
            if any(one["command"] == command and one.get("is_ephemeral") for rows in every for one in rows):
                return bot.id
        return None

    def _send_file(
        self,
        user: int,
        chat: int,
        data: bytes,
        kind: str,
        caption: str | None,
        media_group_id: str | None,
        reply_to: Which | None,
        *,
        duration: int = 0,
        name: str = "",
    ) -> JsonDict:
        where = self._state.chat_for_person(user, chat)
        plain, _ = trim(caption or "", [])
        if media_group_id is not None:
            # Telegram numbers albums itself; the caller's word only says which pictures belong together.
            known = self._albums.setdefault(media_group_id, str(secrets.randbits(60)))
            media_group_id = media_group_id if media_group_id.isdigit() else known
        return self._send(
            where,
            user,
            media=self._state.files.media(self._state.files.keep(data, kind, name), duration=duration),
            text=plain,
            entities=find_entities(plain),
            media_group_id=media_group_id,
            reply_to=self._answered(where, user, reply_to),
        )

    def _send(
        self, chat: Chat, user: int, *, receiver: int | None = None, anonymous: bool = False, **content: Any
    ) -> JsonDict:
        sender: User = self._state.user(user)
        if anonymous and chat.status(user) not in RULING:
            raise ControlError("only an administrator can write as the group")
        if sender.deactivated:
            raise ControlError(f"{sender.name} has deleted the account")
        if chat.blocked:
            raise ControlError(f"{sender.name} has blocked the bot; use unblock first")
        thread = content.get("thread")
        if thread is not None and thread not in chat.topics:
            raise ControlError(f"{chat.title!r} has no topic {thread}; open one first")
        face = GROUP_ANONYMOUS_BOT if anonymous else sender
        message = self._state.new_message(chat, face, receiver=receiver, **content)
        self._state.tell(chat, message)
        return message_wire(chat, message)
