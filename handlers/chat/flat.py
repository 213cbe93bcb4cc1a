"""All routers as one: what a message costs is mostly the way through the routers that do not want it.

Each router is a level of its own to aiogram, with its own chain of middlewares; and a filter written with `F` is a
plain function to it, which it takes to a thread and back. Ours only read a field.
"""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from aiogram import Dispatcher, Router
from aiogram.dispatcher.event.handler import FilterObject


def gather(root: Dispatcher, routers: Iterable[Router]) -> None:
    """Give `root` the handlers of `routers`, in their order; the routers must have no middlewares or filters."""
    for router in routers:
        for name, observer in router.observers.items():
            for handler in observer.handlers:
                handler.filters = [_awaitable(one) for one in handler.filters or ()]
                root.observers[name].handlers.append(handler)


def _awaitable(found: FilterObject) -> FilterObject:
    if found.magic is None:
        return found
    return FilterObject(_read(found.callback))


def _read(resolve: Callable[[Any], Any]) -> Callable[[Any], Awaitable[Any]]:
    async def passes(event: Any) -> Any:
        return resolve(event)

    return passes
