"""Pictures, voices and files on their way: by file id, never downloaded, never forwarded (decision 0005)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from handlers.deps import Deps
from messages import is_caption
from storage import OutStatus, Unit, card_key
from tickets.media import packed
from tickets.model import Photo, Said, Ticket
from tickets.notices import CARDS, Notice, NoticeKind, Priority
from tickets.roster import PersonId

TEMPLATE = "media"
ALBUM_WAITS = 1.0
"""Real seconds for the rest of an album: its parts are separate updates without an end mark."""

IN_GROUP_FOR = timedelta(hours=1)
"""A picture for the group that had to wait longer than this stays away."""


def worded(notice: Notice) -> dict[str, str]:
    """Return the data of a notice's row: its words, and the one file that they can stand under."""
    data = dict(notice.data)
    if notice.media and is_caption(data.get("words", ""), notice.media):
        data["media"] = packed(notice.media)
    return data


def apart(notice: Notice) -> tuple[Photo, ...]:
    """Return the files of a notice that come behind its words: albums, long words, kinds without a caption."""
    return () if is_caption(notice.data.get("words", ""), notice.media) else notice.media


async def behind(
    unit: Unit,
    ticket: Ticket,
    notice: Notice,
    chat: int,
    language: str,
    files: tuple[Photo, ...],
    *,
    waiting: bool = False,
) -> None:
    """Leave the files that come behind the words of a notice."""
    await unit.outbox.post(
        key=f"{notice.cause}:media",
        chat=chat,
        template=TEMPLATE,
        language=language,
        ticket=ticket.id,
        reader=notice.reader,
        data={"media": packed(files), "silent": "1"},
        priority=notice.priority,
        not_before=notice.not_before,
        waiting=waiting,
    )


async def picture_in_group(deps: Deps, unit: Unit, ticket: Ticket, notice: Notice, chat: int, now: datetime) -> None:
    """Leave the first picture for a reporter without a private chat: one silent reply to the card, after everything."""
    pictures = [one for one in notice.media if one.kind in ("photo", "picture", "video")]
    if not pictures:
        return
    await unit.outbox.post(
        key=f"{notice.cause}:media",
        chat=chat,
        template=TEMPLATE,
        language=deps.district.language,
        ticket=ticket.id,
        data={"media": packed(pictures[:1]), "person": notice.data["person"]},
        priority=Priority.REMINDER,
        expires_at=now + IN_GROUP_FOR,
    )


async def share(deps: Deps, unit: Unit, ticket: Ticket, notices: Iterable[Notice]) -> None:
    """Show what the resident sent to everybody it concerns, behind the card that each of them has.

    What was shown before is not shown again: one message for each of the resident's messages (or albums) and person.
    """
    if not any(said.media for said in ticket.said):
        return
    rung = {one.reader for one in notices if one.kind not in CARDS or one.loud}
    for person in ticket.concerned:
        telegram = deps.telegram_of(person)
        if telegram is None:
            continue
        card = await unit.outbox.by_key(card_key(ticket.id, telegram, NoticeKind.STAFF_CARD))
        if card is None or card.status is OutStatus.FAILED:
            continue
        silent = person in rung or person != ticket.handler
        begins = None if card.message_id else card.not_before
        for parcel in ticket.parcels:
            await _share(deps, unit, ticket, person, telegram, parcel, begins, silent=silent)


async def _share(
    deps: Deps,
    unit: Unit,
    ticket: Ticket,
    person: PersonId,
    chat: int,
    parcel: tuple[Said, ...],
    begins: datetime | None,
    *,
    silent: bool,
) -> None:
    files = [(said.message, file) for said in parcel for file in said.media]
    while files:
        taken = await unit.outbox.share(
            key=f"media:{ticket.id}:{chat}:{files[0][0]}:{person}",
            media=[packed([file]) for _, file in files],
            hold=ALBUM_WAITS if parcel[0].album else 0.0,
            chat=chat,
            template=TEMPLATE,
            language=deps.language_of(person),
            ticket=ticket.id,
            reader=person,
            data={"silent": "1"} if silent else {},
            priority=Priority.CARD,
            not_before=begins,
        )
        files = files[taken:]
