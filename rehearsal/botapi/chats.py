"""What a bot asks about chats and members, leaving, topics."""

from rehearsal.errors import bad_request
from rehearsal.model import PRESENT, RULING, Chat, JsonDict, Member
from rehearsal.wire import TOPIC_COLOR, full_chat_wire, member_wire

from .context import Context

TOPIC_NAME_LIMIT = 128


def get_chat(ctx: Context) -> JsonDict:
    """getChat."""
    return full_chat_wire(ctx.chat())


def get_chat_member(ctx: Context) -> JsonDict:
    """getChatMember; a stranger to the group has "left"."""
    chat = ctx.chat()
    user_id = ctx.params.need_integer("user_id")
    member = chat.members.get(user_id)
    if member is not None:
        return member_wire(member)
    user = ctx.state.users.get(user_id)
    if user is None or chat.is_private:
        raise bad_request("user not found")
    return member_wire(Member(user, "left"))


def _group(ctx: Context) -> Chat:
    chat = ctx.chat()
    if chat.is_private:
        raise bad_request("there are no administrators in the private chat")
    return chat


def get_chat_administrators(ctx: Context) -> list[JsonDict]:
    """getChatAdministrators; other bots only with `return_bots`."""
    chat = _group(ctx)
    bots = ctx.params.boolean("return_bots")
    return [
        member_wire(member)
        for member in chat.members.values()
        if member.status in RULING and (bots or not member.user.is_bot or member.user.id == ctx.bot.id)
    ]


def get_chat_member_count(ctx: Context) -> int:
    """getChatMemberCount."""
    return sum(member.status in PRESENT for member in ctx.chat().members.values())


def leave_chat(ctx: Context) -> bool:
    """leaveChat."""
    chat = ctx.chat()
    if chat.is_private:
        raise bad_request("chat member status can't be changed in private chats")
    old = member_wire(chat.members[ctx.bot.id])
    chat.members[ctx.bot.id] = Member(ctx.bot.user, "left")
    ctx.state.member_changed(chat, ctx.bot.user, old, member_wire(chat.members[ctx.bot.id]), ctx.bot.user)
    return True


def create_forum_topic(ctx: Context) -> JsonDict:
    """createForumTopic; its id is that of the service message."""
    chat = ctx.chat()
    name = ctx.params.text("name").strip()
    if not 1 <= len(name) <= TOPIC_NAME_LIMIT:
        raise bad_request("TOPIC_TITLE_EMPTY" if not name else "TOPIC_TITLE_TOO_LONG")
    if not chat.is_forum:
        raise bad_request("the chat is not a forum")
    if not ctx.may(chat, "can_manage_topics"):
        raise bad_request("not enough rights to create a topic")
    ctx.spend(chat)
    topic = {"name": name, "icon_color": ctx.params.integer("icon_color") or TOPIC_COLOR}
    note = ctx.state.new_message(chat, ctx.bot.user, service={"forum_topic_created": topic})
    chat.topics[note.id] = name
    ctx.state.tell(chat, note)
    return {"message_thread_id": note.id, **topic}
