"""What the rehearsal is made of: people, bots, chats, messages, and the record of what happened."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from .html import to_html
from .text import Entity
from .updates import UpdateQueue

JsonDict = dict[str, Any]

PRESENT = frozenset({"creator", "administrator", "member", "restricted"})
RULING = frozenset({"creator", "administrator"})


@dataclass
class User:
    """A person, or the face of a bot."""

    id: int
    first_name: str
    last_name: str = ""
    username: str | None = None
    language_code: str | None = None
    label: str = ""
    is_bot: bool = False
    deactivated: bool = False

    @property
    def name(self) -> str:
        """The name as chats show it."""
        return f"{self.first_name} {self.last_name}".strip()

    def wire(self) -> JsonDict:
        """Return the Bot API User."""
        user: JsonDict = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        for name in ("last_name", "username", "language_code"):
            value = getattr(self, name)
            if value:
                user[name] = value
        return user


@dataclass
class Bot:
    """A bot account: its face, its token, its queue, and what it told about itself."""

    token: str
    user: User
    can_read_all_group_messages: bool
    queue: UpdateQueue
    commands: dict[tuple[str, str], list[JsonDict]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    menu_buttons: dict[int, JsonDict] = field(default_factory=dict)
    next_message_id: int = 1

    @property
    def id(self) -> int:
        """The bot's user id."""
        return self.user.id

    def number(self) -> int:
        """Take the next message id of all private chats and basic groups of this bot."""
        number = self.next_message_id
        self.next_message_id += 1
        return number


@dataclass(frozen=True)
class Button:
    """One inline button. `data` for callbacks, `url` for links, `copy` for text to copy."""

    text: str
    data: str | None = None
    url: str | None = None
    copy: str | None = None
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def kind(self) -> str:
        """callback, url, copy or other."""
        if self.data is not None:
            return "callback"
        if self.url is not None:
            return "url"
        return "copy" if self.copy is not None else "other"


@dataclass(frozen=True)
class Message:
    """A message as it stands at one moment. A change makes a new one, so a kept one is a snapshot.

    `chat_id` is the Bot API's (in a private chat the person's id; the bot is `bot_id`). `text` is also the
    caption of media. Times are aware. `reactions` maps an emoji to those who set it. `ephemeral_for` is the one
    who sees it; such a message has id 0 and an `ephemeral_id`.
    """

    id: int
    chat_id: int
    sender_id: int
    sender: User
    date: datetime
    seq: int
    text: str = ""
    entities: list[Entity] = field(default_factory=list)
    markup: JsonDict | None = None
    reply_to: int | None = None
    media: JsonDict = field(default_factory=dict)
    service: JsonDict = field(default_factory=dict)
    edit_date: datetime | None = None
    bot_id: int | None = None
    ephemeral_for: int | None = None
    ephemeral_id: int | None = None
    replaces: int | None = None
    media_group_id: str | None = None
    thread: int | None = None
    forward_origin: JsonDict | None = None
    quote: str | None = None
    silent: bool = False
    reactions: dict[str, tuple[int, ...]] = field(default_factory=dict)
    pinned: bool = False
    deleted: bool = False

    @cached_property
    def html(self) -> str:
        """Telegram HTML rebuilt from the entities; safe to show."""
        return to_html(self.text, self.entities)

    @cached_property
    def buttons(self) -> list[list[Button]]:
        """The inline keyboard, row by row; empty without one."""
        rows = (self.markup or {}).get("inline_keyboard", [])
        return [[_button(raw) for raw in row] for row in rows]

    @property
    def photo(self) -> str | None:
        """File id of the largest size of the photo."""
        sizes = self.media.get("photo")
        return str(sizes[-1]["file_id"]) if sizes else None

    @property
    def key(self) -> str:
        """Unique inside its chat, also among ephemeral messages."""
        return f"e{self.ephemeral_id}" if self.ephemeral_id is not None else f"m{self.id}"

    def button(self, wanted: "str | tuple[int, int]") -> Button:
        """Find a button by text, callback data or (row, column). LookupError with all buttons named if none."""
        if isinstance(wanted, tuple):
            row, column = wanted
            if 0 <= row < len(self.buttons) and 0 <= column < len(self.buttons[row]):
                return self.buttons[row][column]
        else:
            every = [button for line in self.buttons for button in line]
            for button in every:
                if button.text == wanted:
                    return button
            for button in every:
                if button.data == wanted:
                    return button
        shown = " / ".join(" | ".join(button.text for button in line) for line in self.buttons)
        raise LookupError(f"no button {wanted!r} on message {self.key} ({self.text!r}); it has: {shown or 'none'}")


def _button(raw: JsonDict) -> Button:
    copied = raw.get("copy_text")
    return Button(
        text=raw["text"],
        data=raw.get("callback_data"),
        url=raw.get("url"),
        copy=copied.get("text") if isinstance(copied, dict) else None,
        raw=raw,
    )


GROUP_ANONYMOUS_BOT = User(1087968824, "Group", username="GroupAnonymousBot", is_bot=True)
"""Whom bots see when an administrator writes as the group."""


@dataclass
class Member:
    """Somebody's place in a group."""

    user: User
    status: str
    rights: JsonDict = field(default_factory=dict)


@dataclass
class Chat:
    """A group, or the private chat of one person with one bot. `id` is the Bot API's chat id."""

    id: int
    type: str
    title: str = ""
    is_forum: bool = False
    members: dict[int, Member] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    ephemeral: dict[int, Message] = field(default_factory=dict)
    topics: dict[int, str] = field(default_factory=dict)
    next_message_id: int = 1
    next_ephemeral_id: int = 1
    migrated_to: int | None = None
    last_speaker: int | None = None
    last_seq: int = 0
    user: User | None = None
    bot: Bot | None = None
    blocked: bool = False

    @property
    def is_private(self) -> bool:
        """Whether this is the chat of one person with one bot."""
        return self.type == "private"

    @property
    def page_id(self) -> int:
        """The id by which a person opens this chat: a private chat is named by its bot."""
        return self.bot.id if self.bot is not None else self.id

    def wire(self) -> JsonDict:
        """Return the Bot API Chat."""
        if self.user is not None:
            user = self.user.wire()
            return {
                "id": self.id,
                "type": "private",
                **{name: user[name] for name in ("first_name", "last_name", "username") if name in user},
            }
        chat: JsonDict = {"id": self.id, "type": self.type, "title": self.title}
        if self.is_forum:
            chat["is_forum"] = True
        return chat

    def status(self, user_id: int) -> str:
        """Return the member status; "left" for strangers."""
        member = self.members.get(user_id)
        return member.status if member else "left"

    def has_right(self, user_id: int, right: str) -> bool:
        """Tell whether somebody is owner, or administrator with this right."""
        member = self.members.get(user_id)
        if member is None or member.status not in RULING:
            return False
        return member.status == "creator" or bool(member.rights.get(right, True))


@dataclass(frozen=True)
class StoredFile:
    """Bytes that somebody sent."""

    id: str
    unique_id: str
    data: bytes
    kind: str
    mime_type: str
    name: str
    width: int = 0
    height: int = 0

    @property
    def path(self) -> str:
        """The `file_path` of getFile."""
        return f"{self.kind}s/{self.unique_id}_{self.name}"


@dataclass(frozen=True)
class Event:
    """One change of state. `kind`: sent, edited, markup, deleted, reacted, pinned, unpinned, replied (a tap was
    answered), tapped, member, migrated. `message` is the snapshot after it (a deleted one as it last was)."""

    seq: int
    at_monotonic: float
    at: datetime
    kind: str
    chat_id: int | None
    by: int | None
    message: Message | None = None
    detail: JsonDict = field(default_factory=dict)


@dataclass
class Call:
    """One request of a bot. `ok` is None while it runs; `lost` when the answer never reached the bot.

    `unknown` names parameters that the Bot API does not have: Telegram ignores them in silence.
    """

    at_monotonic: float
    at: datetime
    token: str
    method: str
    params: JsonDict
    ok: bool | None = None
    error_code: int | None = None
    description: str | None = None
    result: Any = None
    lost: bool = False
    unknown: tuple[str, ...] = ()


class Tap:
    """A press of a button. `answer()` waits for what the bot shows; links need no bot and are answered at once."""

    def __init__(self, query_id: str, user_id: int, message: Message, button: Button, at_monotonic: float) -> None:
        self.id = query_id
        self.user_id = user_id
        self.message = message
        self.button = button
        self.at_monotonic = at_monotonic
        self.answered: JsonDict | None = None
        self.window_used = False
        self._answered = asyncio.Event()

    @property
    def url(self) -> str | None:
        """The link of the button, if it is one."""
        return self.button.url

    def resolve(self, text: str | None, show_alert: bool, url: str | None = None) -> None:
        """Record the bot's answer."""
        self.answered = {"text": text, "show_alert": show_alert}
        if url:
            self.answered["url"] = url
        self._answered.set()

    async def answer(self, timeout: float = 5) -> JsonDict:
        """Wait for {"text", "show_alert"}. TimeoutError names the button if the bot stays silent."""
        try:
            async with asyncio.timeout(timeout):
                await self._answered.wait()
        except TimeoutError:
            raise TimeoutError(f"the bot did not answer the tap on {self.button.text!r} within {timeout} s") from None
        assert self.answered is not None
        return self.answered
