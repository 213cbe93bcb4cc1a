"""aiogram routers: one file for each kind of speaker. They translate, call one use case, and answer a tap."""

from aiogram import Dispatcher

from handlers.chat import commands, filing, group, last_resort, membership, private, taps
from handlers.chat.flat import gather
from handlers.deps import Deps

ROUTERS = (membership, taps, filing, commands, private, group, last_resort)
"""Each makes a router; the most particular comes first."""


def dispatcher(deps: Deps) -> Dispatcher:
    """Return the dispatcher with every router, the most particular first. `deps` is the one key handlers may take."""
    # A dialogue that waits for words is a row of the store: nothing of aiogram's own is kept.
    root = Dispatcher(deps=deps, disable_fsm=True)
    gather(root, (group.talk(), *(module.build() for module in ROUTERS)))
    return root
