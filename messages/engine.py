"""From a kind and a scene to a message: one Jinja environment, one template a kind and language."""

import re
from functools import lru_cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from messages import buttons
from messages.filters import FILTERS
from messages.fit import CAPTION, LONGEST, Room, fitted
from messages.page_buttons import PAGE_ROWS
from messages.phrases import HERE, phrase, tongue
from messages.scene import Rendered, Scene
from messages.text import tidy
from tickets.notices import NoticeKind
from tickets.service import DeadlineClass

RECEIVED_EMOJI = "✍"
"""`received` is no message but a reaction, so that the group sees nothing of a private matter."""

OTHER_KINDS = (
    "digest",
    "late_list",
    "open_list",
    "doorbell",
    "unsure",
    "welcome_resident",
    "welcome_staff",
    "help_resident",
    "help_staff",
    "my_tickets",
    "staff_tickets",
    "prompt",
    "pick_reason",
    "pick_until",
    "pick_person",
    "pick_service",
    "made_private",
    "out_of_sight",
    "pick_ending",
    "pick_rest",
    "pick_same",
    "choose_reply",
    "which_matter",
    "lead",
    "answer",
    "media",
    "lost_file",
    "undelivered",
    "unbound_group",
    "pick_area",
    "bound",
    "board",
    "duty",
    "duty_call",
    "duty_gaps",
    "shift_told",
    "leave",
    "leave_told",
    "leave_over",
    "morning",
    "invitations",
    "join",
    "joined",
    "no_grid",
    "who",
    "gap",
    "parked",
    "audit",
    "rights_missing",
    "exposed",
    "forget",
    "language",
    "bulletin",
    "bulletin_card",
    "bundle",
    "household",
    "homes",
    "doors",
    "whistle_brief",
    "summon",
    "spare_lane",
)
KINDS = (*(kind.value for kind in NoticeKind if kind is not NoticeKind.RECEIVED), *OTHER_KINDS)


def render(kind: str, language: str, scene: Scene, *, caption: bool = False) -> Rendered:
    """Return the message of `kind` in the nearest language of ours; `caption` = short enough to stand under a picture.

    ValueError: no such kind (`received` is a reaction), or a private matter asked for as a card of the group.
    """
    if kind not in KINDS:
        raise ValueError(f"there is no message of the kind {kind!r}")
    if kind == NoticeKind.GROUP_CARD and scene.ticket is not None and scene.ticket.private:
        raise ValueError("a private matter has no card in the group")
    spoken = tongue(language)
    template = environment().get_template(f"{spoken}/{kind}.html.j2")

    def draw(room: Room) -> str:
        return _even(
            template.render(
                scene=scene,
                language=spoken,
                limit=room.words,
                most=room.items,
                ticket=scene.ticket,
                reader=scene.reader,
                bystander=scene.ticket is not None and buttons.is_bystander(scene, scene.ticket),
                rateable=buttons.rateable(kind, scene),
                actions=frozenset(action.value for action in scene.actions),
                data=scene.data,
                now=scene.now,
                digest=scene.digest,
                tickets=scene.tickets,
                team=scene.team,
                picture=scene.picture,
                page=scene.page,
                sheet=scene.sheet,
                homes=scene.homes,
            )
        )

    html = fitted(draw, CAPTION if caption else LONGEST)
    found = PAGE_ROWS[kind](spoken, scene) if kind in PAGE_ROWS else buttons.rows(kind, spoken, scene)
    return Rendered(html, found, _reply_field(kind, spoken, scene))


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The one environment. Autoescape is literally on: by file name it would miss `.html.j2`."""
    made = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        finalize=_tidied,
    )
    made.filters.update(FILTERS)
    return made


def _tidied(value: Any) -> Any:
    return tidy(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _even(html: str) -> str:
    """Even out blank lines and the ends of lines, which blocks of templates leave behind."""
    lines = "\n".join(line.rstrip() for line in html.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def _reply_field(kind: str, language: str, scene: Scene) -> str | None:
    if kind == "prompt":
        action = scene.data.get("action", "note")
        advice = scene.ticket is not None and scene.ticket.deadline_class is DeadlineClass.ADVICE
        return phrase(
            "placeholder.finish_advice" if advice and action == "finish" else f"placeholder.{action}", language
        )
    return phrase("placeholder.answer", language) if kind == NoticeKind.QUESTION else None
