"""Who is there: bots, people and groups, and how they come, go and change."""

from collections.abc import Iterable, Mapping

from .errors import ControlError
from .model import PRESENT, Bot, Chat, JsonDict, Member, User
from .state import State
from .updates import UpdateQueue
from .wire import TOPIC_COLOR, member_wire

SUPERGROUP_BASE = -1_000_000_000_000


class Cast:
    """The cast of the world: a part of `World`, which adds what they do."""

    def __init__(self, state: State) -> None:
        self._state = state

    def add_bot(
        self,
        token: str,
        id: int | None = None,  # noqa: A002 - as Telegram calls it
        username: str = "grid_bot",
        first_name: str = "Bot",
        can_read_all_group_messages: bool = True,
    ) -> int:
        """Add a bot account and return its id; without `id` it is the part of the token before the colon."""
        head = token.partition(":")[0]
        if not head.isdigit() or ":" not in token:
            raise ControlError("a token looks like 700001:some-letters")
        bot_id = int(head) if id is None else id
        user = User(bot_id, first_name, username=username, is_bot=True)
        bot = Bot(token, user, can_read_all_group_messages, UpdateQueue(self._state.clock.now))
        self._state.users[bot_id] = user
        self._state.bots[bot_id] = bot
        self._state.tokens[token] = bot
        return bot_id

    def add_user(
        self,
        id: int,  # noqa: A002
        first_name: str,
        last_name: str = "",
        username: str | None = None,
        language_code: str = "zh-hans",
        label: str = "居民",
    ) -> int:
        """Add a person and return the id; `label` is for the page; somebody without one is not shown there."""
        self._state.users[id] = User(id, first_name, last_name, username, language_code, label)
        return id

    def open_topic(self, user: int, chat: int, name: str) -> int:
        """Open a topic in a forum group and return its thread id."""
        where = self._state.chat_for_person(user, chat)
        if not where.is_forum:
            raise ControlError("only a forum has topics; make the group one with is_forum=True")
        topic = {"name": name, "icon_color": TOPIC_COLOR}
        note = self._state.new_message(where, self._state.user(user), service={"forum_topic_created": topic})
        where.topics[note.id] = name
        self._state.tell(where, note)
        return note.id

    def delete_topic(self, user: int, chat: int, thread: int) -> None:
        """Delete a topic with everything in it."""
        where = self._state.chat_for_person(user, chat)
        if where.topics.pop(thread, None) is None:
            raise ControlError(f"{where.title!r} has no topic {thread}")
        for message in [one for one in where.messages.values() if thread in (one.thread, one.id)]:
            self._state.delete(where, message, user)

    def add_group(
        self,
        id: int,  # noqa: A002
        title: str,
        members: Iterable[int] = (),
        bots: Mapping[int, str] | None = None,
        type: str = "supergroup",  # noqa: A002
        is_forum: bool = False,
        admins: Iterable[int] = (),
        owner: int | None = None,
        announce: bool = False,
    ) -> int:
        """Add a group as if it had always been there; with `announce` bots hear that they were added."""
        if id >= 0:
            raise ControlError("a group's id is negative; a supergroup's starts with -100")
        if type not in {"group", "supergroup"}:
            raise ControlError(f"type is group or supergroup, not {type!r}")
        chat = Chat(id, type, title, is_forum)
        for user_id in members:
            chat.members[user_id] = Member(self._state.user(user_id), "member")
        for user_id in admins:
            chat.members[user_id] = Member(self._state.user(user_id), "administrator")
        if owner is not None:
            chat.members[owner] = Member(self._state.user(owner), "creator")
        for bot_id, status in (bots or {}).items():
            chat.members[bot_id] = Member(self._state.bot(bot_id).user, status)
        self._state.chats[id] = chat
        self._state.feed.chat_changed(id)
        if announce:
            for bot_id in bots or {}:
                self._announce(chat, self._state.bots[bot_id].user, "left", None)
        return id

    # Coming and going

    def block(self, user: int, bot: int) -> None:
        """Block a bot: its calls for this person are refused from now on."""
        self._set_blocked(user, bot, blocked=True)

    def unblock(self, user: int, bot: int) -> None:
        """Let a blocked bot write again."""
        self._set_blocked(user, bot, blocked=False)

    def deactivate(self, user: int) -> None:
        """Delete a person's account."""
        self._state.user(user).deactivated = True
        self._state.touch()

    def kick(self, bot: int, chat: int, by: int | None = None) -> None:
        """Throw a bot (or a person) out of a group."""
        self.set_status(bot, chat, "kicked", by=by)

    def readd(self, bot: int, chat: int, status: str = "administrator", by: int | None = None) -> None:
        """Take a bot (or a person) into a group again."""
        self.set_status(bot, chat, status, by=by)

    def join(self, user: int, chat: int) -> None:
        """A person joins a group; a service message says so."""
        self.set_status(user, chat, "member", by=user)
        where = self._state.group(chat)
        sender = self._state.user(user)
        message = self._state.new_message(where, sender, service={"new_chat_members": [sender.wire()]})
        self._state.tell(where, message)

    def leave(self, user: int, chat: int) -> None:
        """A person leaves a group; a service message says so."""
        where = self._state.group(chat)
        sender = self._state.user(user)
        message = self._state.new_message(where, sender, service={"left_chat_member": sender.wire()})
        self._state.tell(where, message)
        self.set_status(user, chat, "left", by=user)

    def set_status(
        self,
        who: int,
        chat: int,
        status: str,
        by: int | None = None,
        rights: JsonDict | None = None,
    ) -> None:
        """Change somebody's place in a group: creator, administrator, member, restricted, left or kicked."""
        where = self._state.group(chat)
        subject = self._state.user(who)
        old = where.members.get(who) or Member(subject, "left")
        where.members[who] = Member(subject, status, rights or {})
        self._announce(where, subject, old.status, by, old)

    def migrate(self, chat: int) -> int:
        """Turn a basic group into a supergroup and return its new id; both chats get their service message."""
        old = self._state.group(chat)
        if old.type != "group":
            raise ControlError(f"{old.title!r} is a supergroup already")
        new_id = SUPERGROUP_BASE + old.id
        while new_id in self._state.chats:
            new_id -= 1
        new = Chat(new_id, "supergroup", old.title, members=dict(old.members))
        self._state.chats[new_id] = new
        actor = self._actor(old)
        last = self._state.new_message(old, actor, service={"migrate_to_chat_id": new_id})
        first = self._state.new_message(new, actor, service={"migrate_from_chat_id": old.id})
        self._state.tell(old, last)
        self._state.tell(new, first)
        old.migrated_to = new_id
        self._state.record("migrated", old, actor.id, to=new_id)
        return new_id

    # Helpers

    def look_up(self, chat: int, user: int | None = None) -> Chat:
        """Return a group by id, or a private chat by its bot's id and the person (or by the person alone)."""
        if chat in self._state.bots:
            if user is None:
                raise ControlError("whose private chat? say as_user=…")
            return self._state.open_private(self._state.bots[chat], self._state.user(user))
        if chat in self._state.users:
            found = [private for (_, owner), private in self._state.privates.items() if owner == chat]
            if len(found) > 1:
                raise ControlError(f"{chat} has private chats with several bots; name the bot, with as_user")
            if found:
                return found[0]
            if len(self._state.bots) == 1:
                return Chat(chat, "private", self._state.users[chat].name)
        where = self._state.chats.get(chat)
        if where is None:
            raise ControlError(f"no chat has the id {chat}; groups: {sorted(self._state.chats)}")
        return where

    def groups_of(self, user: int) -> list[Chat]:
        """Return the groups a person is in."""
        return [
            chat for chat in self._state.chats.values() if chat.status(user) in PRESENT and chat.migrated_to is None
        ]

    def _actor(self, chat: Chat) -> User:
        """Return who did it when nobody is named: the owner, else the first person of the group."""
        people = [member for member in chat.members.values() if not member.user.is_bot]
        for member in people:
            if member.status == "creator":
                return member.user
        if people:
            return people[0].user
        return next(iter(chat.members.values())).user

    def _announce(self, chat: Chat, subject: User, old_status: str, by: int | None, old: Member | None = None) -> None:
        before = old or Member(subject, old_status)
        actor = self._state.user(by) if by is not None else self._actor(chat)
        self._state.member_changed(chat, subject, member_wire(before), member_wire(chat.members[subject.id]), actor)

    def _set_blocked(self, user: int, bot: int, *, blocked: bool) -> None:
        person, account = self._state.user(user), self._state.bot(bot)
        chat = self._state.open_private(account, person)
        if chat.blocked == blocked:
            return
        chat.blocked = blocked
        before, after = ("member", "kicked") if blocked else ("kicked", "member")
        self._state.member_changed(
            chat,
            account.user,
            member_wire(Member(account.user, before)),
            member_wire(Member(account.user, after)),
            person,
        )
