"""Draws docs/states.md from the table of transitions: `python -m tests.tickets.diagram`."""

from pathlib import Path

from tickets.actions import Action
from tickets.lane import LANE_TABLE, LaneState
from tickets.model import Status
from tickets.transitions import ALLOWED, TAKES_FIRST, TRANSITIONS, who_may

PAGE = Path(__file__).resolve().parents[2] / "docs" / "states.md"

HEAD = """# The life of a ticket

Drawn from `tickets/transitions.py` by `python -m tests.tickets.diagram`; a test fails when the two differ. What is not
here is refused, with the reason.
"""


def page() -> str:
    """Return the whole page: the picture, the steps that keep the status, who may."""
    return "\n".join((HEAD, *_picture(), "", *_notes(), "", *_kept(), "", *_who(), "", *_lanes(), ""))


def _picture() -> list[str]:
    arrows: dict[tuple[Status, Status], list[Action]] = {}
    for (start, action), end in TRANSITIONS.items():
        if start is not end:
            arrows.setdefault((start, end), []).append(action)
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {Status.FILED}: {Action.FILE}"]
    lines += [f"    {start} --> {end}: {', '.join(actions)}" for (start, end), actions in arrows.items()]
    return [*lines, f"    {Status.CLOSED} --> [*]", "```"]


def _notes() -> list[str]:
    first = ", ".join(f"`{action}`" for action in sorted(TAKES_FIRST))
    return [
        f"* On a filed ticket {first} take it first: nobody presses twice. Who names himself in `pass_on` takes it.",
        "* Where the resident's own yes is the review, or nobody is left to review, `finish` goes on to `reviewed`.",
        "* `climb` is the clock: a pause that is over is a `resume`, an answer that never came an `expire`, and what",
        "  somebody took and never spoke of again a `lapse`.",
    ]


def _kept() -> list[str]:
    lines = ["| status | what changes something but not the status |", "|---|---|"]
    for status in Status:
        same = [f"`{action}`" for (start, action), end in TRANSITIONS.items() if start is status is end]
        lines.append(f"| {status} | {', '.join(same) or '–'} |")
    return lines


def _who() -> list[str]:
    lines = ["| action | who may | differs |", "|---|---|---|"]
    for action in Action:
        if action is Action.FILE:
            continue
        differs = []
        for status in Status:
            if (status, action) in TRANSITIONS and (less := ALLOWED[action] - who_may(action, status)):
                differs.append(f"{status}: not {', '.join(sorted(less))}")
        lines.append(f"| `{action}` | {', '.join(sorted(ALLOWED[action]))} | {'; '.join(differs) or '–'} |")
    return lines


def _lanes() -> list[str]:
    """The table of a department's lane in a whistled ticket."""
    lines = [
        "## A department's lane",
        "",
        "Drawn from `tickets/lane.py`. A ticket is finished only when no lane is called, coming or refused, and every",
        "required result is there; when it is closed otherwise, open lanes are excused and told. `contest` is what",
        "`insist` becomes where the level above has to decide.",
        "",
        "| state | what may happen |",
        "|---|---|",
    ]
    for state in LaneState:
        here = [(act, end) for (start, act), end in LANE_TABLE.items() if start is state]
        said = [f"`{act}`" + ("" if end is state else f" → {end}") for act, end in here]
        lines.append(f"| {state} | {', '.join(said) or '–'} |")
    return lines


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
