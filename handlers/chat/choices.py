"""Which use case a choice by button belongs to. Each looks for itself who may press."""

from collections.abc import Awaitable, Callable, Mapping

from handlers.actions import binding, forgetting, home, joining, language, mine
from handlers.deps import Deps
from handlers.heard import Answer, Tap

CHOICES: Mapping[str, Callable[[Deps, Tap], Awaitable[Answer]]] = {
    "bind": binding.chosen,
    "join": joining.answered,
    "home": home.chosen,
    "mine": mine.opened,
    "forget": forgetting.chosen,
    "language": language.chosen,
}
