"""What the bot is and may do in each chat."""

from dataclasses import asdict, dataclass, replace

import sqlalchemy as sa

from storage.line import Line
from storage.marks import Marks
from storage.outbox import Outbox
from storage.quick import Quick, named
from storage.tables import CHAT

_GET = Quick(lambda _: sa.select(CHAT).where(CHAT.c.chat == named(CHAT.c.chat)))
_NAMES = tuple(column.name for column in CHAT.columns)


@dataclass(frozen=True)
class ChatState:
    """A chat the bot has met. `status` is Telegram's word for the bot's membership."""

    chat: int
    area: str | None
    status: str
    can_delete: bool = False
    moved_to: int | None = None


class Chats:
    """The one writer of chats."""

    def __init__(self, line: Line, outbox: Outbox) -> None:
        self._line = line
        self._outbox = outbox

    async def get(self, chat: int) -> ChatState | None:
        """Return what is known of a chat."""
        row = await self._line.row(_GET, chat=chat)
        return None if row is None else ChatState(**dict(zip(_NAMES, row, strict=True)))

    async def all(self) -> list[ChatState]:
        """Return every chat that was met and has not moved."""
        rows = await self._line.all(sa.select(CHAT).where(CHAT.c.moved_to.is_(None)).order_by(CHAT.c.chat))
        return [ChatState(**row._mapping) for row in rows]

    async def moves(self) -> dict[int, int]:
        """Return the groups that became supergroups: old chat id -> new."""
        rows = await self._line.all(sa.select(CHAT.c.chat, CHAT.c.moved_to).where(CHAT.c.moved_to.is_not(None)))
        return {row.chat: row.moved_to for row in rows}

    async def put(self, state: ChatState) -> None:
        """Keep what is known of a chat; the same again writes nothing."""
        values = {key: value for key, value in asdict(state).items() if key != "chat"}
        changed = sa.or_(*(CHAT.c[key].is_distinct_from(value) for key, value in values.items()))
        await self._line.write(
            self._line.insert(CHAT)
            .values(chat=state.chat, **values)
            .on_conflict_do_update(index_elements=[CHAT.c.chat], set_=values, where=changed)
        )

    async def move(self, old: int, new: int) -> None:
        """A group became a supergroup: what was to be said there is said in the new one, cards as new messages."""
        before = await self.get(old) or ChatState(old, None, "member")
        if before.moved_to == new:
            return
        await self.put(replace(before, moved_to=new))
        after = await self.get(new) or replace(before, chat=new)
        await self.put(replace(after, area=after.area or before.area, moved_to=None))
        await self._outbox.move(old, new)
        await Marks(self._line).directory_changed()
