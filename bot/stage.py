"""Sets a rehearsal up for a district: everybody of the file, their groups and chats, and some invented residents."""

from dataclasses import dataclass

from rehearsal import Rehearsal
from tickets.roster import District, Role

TOKEN = "700000001:rehearsal-token-that-opens-nothing-at-all"  # noqa: S105 - opens nothing but our own loopback
BOT_NAME = "gridbot_rehearsal"


@dataclass(frozen=True)
class Resident:
    """An invented resident."""

    telegram: int
    name: str
    language: str = "zh-hans"


RESIDENTS = (Resident(2001, "顾阿姨"), Resident(2002, "潘大伯"), Resident(2003, "林小满"), Resident(2004, "Ana", "en"))

LABELS = {
    Role.WORKER: "网格员",
    Role.LEADER: "网格长",
    Role.INSTRUCTOR: "指导员",
    Role.SUPERVISOR: "督导",
    Role.OFFICER: "部门",
    Role.ADMIN: "管理员",
}
SKILLS = {"doctor": "医生", "lawyer": "律师", "police": "民警", "teacher": "老师", "mediator": "调解员"}


def set_stage(
    rehearsal: Rehearsal,
    district: District,
    *,
    residents: tuple[Resident, ...] = RESIDENTS,
    bot_status: str = "administrator",
    chat_type: str = "supergroup",
    staff_start: bool = True,
) -> int:
    """Put everybody in place and return the bot's id. Residents are in every grid's group, staff in their areas' chats.

    `staff_start`: the staff have opened their private chat with the bot, as they do when they join.
    """
    world = rehearsal.world
    bot = world.add_bot(TOKEN, username=BOT_NAME, first_name=district.name)
    for resident in residents:
        world.add_user(resident.telegram, resident.name, language_code=resident.language)
    joined = [person for person in district.people.values() if person.telegram is not None]
    for person in joined:
        world.add_user(person.telegram or 0, person.name, label=_label(district, person.id))
    for area in district.areas.values():
        if area.chat is None:
            continue
        staff = {post.person for post in district.posts_in(area.code)}
        members = [person.telegram or 0 for person in joined if person.id in staff]
        if area.level == "grid":
            members += [resident.telegram for resident in residents]
        world.add_group(area.chat, area.name, members, {bot: bot_status}, type=chat_type)
    if staff_start:
        for person in joined:
            world.start(person.telegram or 0, bot)
    return bot


def _label(district: District, person: str) -> str:
    post = next(iter(district.posts_of(person)), None)
    if post is None:
        return ""
    return SKILLS.get(post.skill or "", LABELS.get(post.role, ""))
