"""Sets a rehearsal up for a district: everybody of the file, their groups and chats, and some invented residents."""

from collections.abc import Sequence
from dataclasses import dataclass

from messages.people import label
from rehearsal import Rehearsal
from tickets.roster import District

TOKEN = "700000001:rehearsal-token-that-opens-nothing-at-all"
BOT_NAME = "gridbot_rehearsal"
FACE = "网格小帮手"


@dataclass(frozen=True)
class Resident:
    """An invented resident; `everywhere`: in every grid's group, else in the first grid's."""

    telegram: int
    name: str
    language: str = "zh-hans"
    everywhere: bool = True


RESIDENTS = (Resident(2001, "顾阿姨"), Resident(2002, "潘大伯"), Resident(2003, "林小满"), Resident(2004, "Ana", "en"))


def set_stage(
    rehearsal: Rehearsal,
    district: District,
    *,
    residents: tuple[Resident, ...] = RESIDENTS,
    bot_status: str = "administrator",
    chat_type: str = "supergroup",
    staff_start: bool = True,
    on_page: Sequence[str] | None = None,
) -> int:
    """Put everybody in place and return the bot's id. Residents are in the grids' groups, staff in their areas' chats.

    `staff_start`: the staff have opened their private chat with the bot, as they do when they join. `on_page`: whom
    the chat page shows, in this order (staff ids and residents' names); None = everybody.
    """
    world = rehearsal.world
    bot = world.add_bot(TOKEN, username=BOT_NAME, first_name=FACE)
    joined = [person for person in district.people.values() if person.telegram is not None]
    people = {one.name: (one.telegram, one.name, one.language, "居民") for one in residents} | {
        one.id: (one.telegram or 0, one.name, "zh-hans", _label(district, one.id)) for one in joined
    }
    shown = people if on_page is None else on_page
    for who in dict.fromkeys((*shown, *people)):
        telegram, name, language, label = people[who]
        world.add_user(telegram, name, language_code=language, label=label if who in shown else "")
    for area in district.areas.values():
        if area.chat is None:
            continue
        staff = {post.person for post in district.posts_in(area.code)}
        members = [person.telegram or 0 for person in joined if person.id in staff]
        if area.level == "grid":
            members += [one.telegram for one in residents if one.everywhere or area is district.grids[0]]
        world.add_group(area.chat, area.name, members, {bot: bot_status}, type=chat_type)
    if staff_start:
        for person in joined:
            world.start(person.telegram or 0, bot)
    return bot


def _label(district: District, person: str) -> str:
    post = next(iter(district.posts_of(person)), None)
    if post is None:
        return ""
    return label(district, post, district.language)
