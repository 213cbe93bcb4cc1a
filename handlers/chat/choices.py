"""Which use case a choice by button belongs to. Each looks for itself who may press."""

from collections.abc import Awaitable, Callable, Mapping

from handlers.actions import (
    binding,
    board,
    bulletin_out,
    bulletins,
    endings,
    forgetting,
    hand_over,
    hiding,
    home,
    households,
    joining,
    lane_steps,
    language,
    leave,
    mine,
    shifts,
    summoning,
    whistles,
)
from handlers.deps import Deps
from handlers.heard import Answer, Tap

CHOICES: Mapping[str, Callable[[Deps, Tap], Awaitable[Answer]]] = {
    "bind": binding.chosen,
    "join": joining.answered,
    "home": home.chosen,
    "mine": mine.opened,
    "forget": forgetting.chosen,
    "language": language.chosen,
    "board": board.tapped_board,
    "card": board.open_card,
    "end": endings.show_endings,
    "hide": hiding.tapped,
    "leave": leave.tapped,
    "hand": hand_over.hand_over,
    "notice": bulletins.tapped,
    "seen": bulletin_out.seen,
    "shift": shifts.tapped,
    "house": households.left,
    "doors": households.doors,
    "blow": whistles.tapped,
    "summon": summoning.tapped,
    "lane": lane_steps.tapped,
}
