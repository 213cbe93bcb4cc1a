"""The buttons under questions of the bot: what words are for, which matter, why, until when, who, which service."""

from collections.abc import Iterable

from messages.callbacks import Draft, Pick
from messages.filters import person_name
from messages.phrases import codes, named, phrase
from messages.scene import Button, Rows, Scene
from messages.text import cut
from tickets.actions import Action
from tickets.roster import PersonId

A = Action


def _want(language: str, scene: Scene) -> Rows:
    return (_choices(scene, ("yes", "no"), language),)


def _reply_choices(language: str, scene: Scene) -> Rows:
    """What plain words under a card may mean: `data["choices"]`, and of these what the reader may do now."""
    handles = scene.ticket is not None and scene.reader == scene.ticket.handler
    wanted = scene.data.get("choices", f"{A.FINISH},{A.ASK},{A.ADVISE}").split(",")
    able = [action for action in wanted if action in scene.actions and not (action == A.ADVISE and handles)]
    return tuple((button,) for button in _choices(scene, (*able, "drop"), language))


def _file(language: str, scene: Scene) -> Rows:
    """A note of something unfiled; under several pictures Telegram has no room for a button."""
    return () if " " in scene.data.get("media", "") else (_choices(scene, ("file",), language),)


def _matters(language: str, scene: Scene) -> Rows:
    """One row for each matter, and one for a new matter."""
    draft = int(scene.data.get("draft", "0"))
    found = [Button(cut(title, 40), Draft(draft=draft, choice=one).pack()) for one, title in _titles(scene)]
    return (*((button,) for button in found), _choices(scene, ("new",), language))


def _titles(scene: Scene) -> list[tuple[str, str]]:
    """Read `data["matters"]`, a number and a title on each line: the number, and what a button says."""
    lines = (line.partition(" ") for line in scene.data.get("matters", "").split("\n") if line)
    return [(number, f"〔{number}〕{title}") for number, _, title in lines]


def _reasons(language: str, scene: Scene) -> Rows:
    action = scene.data.get("action", A.PASS_ON.value)
    table = "hold_reason" if action == A.HOLD else "pass_reason"
    return picks([(code, phrase(f"{table}.{code}", language)) for code in codes(table, language)], action, scene)


def _spans(language: str, scene: Scene) -> Rows:
    """A choice carries the reason as well (`material|3d`): nothing has to be remembered between two taps."""
    given = scene.data.get("reason", "")
    reason = given if given in codes("hold_reason", language) else "other"
    action = scene.data.get("action", A.HOLD.value)
    table = "more_time" if action == A.EXTEND else "span"
    choices = [(f"{reason}|{code}", phrase(f"{table}.{code}", language)) for code in codes("span", language)]
    return picks(choices, action, scene)


def _endings(language: str, scene: Scene) -> Rows:
    choices = [(code, phrase(f"end.{code}", language)) for code in codes("end", language)]
    return picks([*choices, ("not_a_request", phrase("button.reject", language))], A.FINISH, scene)


def _rests(language: str, scene: Scene) -> Rows:
    ending = "again" if scene.data.get("ending") == "again" else "shelved"
    spans = [(f"{ending}|{code}", phrase(f"rest_span.{code}", language)) for code in codes("rest_span", language)]
    return picks(spans, A.FINISH, scene)


def _same(language: str, scene: Scene) -> Rows:
    """One row for each matter."""
    return picks([(f"duplicate|{one}", title) for one, title in _titles(scene)], A.FINISH, scene, width=1)


def _persons(language: str, scene: Scene) -> Rows:
    action = scene.data.get("action", A.CONSULT.value)
    named: list[tuple[str, str]] = [(one, person_name(scene, one, language)) for one in _people(scene)]
    if action == A.PASS_ON:
        named.append(("next", phrase("button.next_person", language)))
    return picks(named, action, scene, width=2)


def _people(scene: Scene) -> tuple[PersonId, ...]:
    """Return the people offered for choice: `data["people"]`, separated by commas."""
    return tuple(person for person in scene.data.get("people", "").split(",") if person)


def _services(language: str, scene: Scene) -> Rows:
    """What it may be instead: `data["services"]` and `data["sections"]`, codes with commas."""
    codes_ = (code for code in scene.data.get("services", "").split(",") if code in scene.services)
    found = [(code, scene.services[code].name(language)) for code in codes_]
    groups = [group for group in scene.data.get("sections", "").split(",") if group]
    sections = [(f"+{group}", named(group, "group", language)) for group in groups]
    action = A.CORRECT.value
    return (*picks(found, action, scene), *picks(sections, action, scene, width=3))


def _choices(scene: Scene, names: Iterable[str], language: str) -> tuple[Button, ...]:
    draft = int(scene.data.get("draft", "0"))
    return tuple(Button(phrase(f"choice.{name}", language), Draft(draft=draft, choice=name).pack()) for name in names)


def picks(choices: list[tuple[str, str]], action: str, scene: Scene, width: int = 2) -> Rows:
    """Return one button for each choice, a code and what it says, in rows of `width`."""
    number = scene.ticket.id if scene.ticket else 0
    found = [
        Button(cut(text, 40), Pick(ticket=number, action=action, choice=choice).pack()) for choice, text in choices
    ]
    return tuple(tuple(found[start : start + width]) for start in range(0, len(found), width))


OWN = {
    "lead": _file,
    "which_matter": _matters,
    "unsure": _want,
    "choose_reply": _reply_choices,
    "pick_reason": _reasons,
    "pick_until": _spans,
    "pick_person": _persons,
    "pick_service": _services,
    "pick_ending": _endings,
    "pick_rest": _rests,
    "pick_same": _same,
}
