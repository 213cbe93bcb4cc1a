"""Filters for what a district has its own names for: posts, trades and levels."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context

from messages import people
from messages.phrases import named_post
from messages.text import cut, listed
from tickets.roster import AreaCode, District, Post

NAME = 32
"""Longest name, in characters."""


@pass_context
def _post(context: Context, post: Post) -> str:
    """What a post is called here."""
    return cut(people.label(_district(context), post, context["language"]), NAME)


@pass_context
def _level(context: Context, code: AreaCode) -> str:
    """What the level of an area is called here; empty where the area's own name says as much."""
    district = _district(context)
    area = district.areas.get(code)
    name = district.word("level", area.level, context["language"]) if area else None
    return cut(name, NAME) if area and name and name not in area.name else ""


@pass_context
def _trades(context: Context, keys: Sequence[str]) -> str:
    names = [named_post(key, context["language"], _district(context).words) for key in keys]
    return listed(names if context["language"] == "zh" else [name.lower() for name in names], context["language"])


@pass_context
def _either(context: Context, keys: Sequence[str]) -> str:
    """Trades of which one is enough: 法官/检察官/律师."""
    language = context["language"]
    return "/".join(named_post(key, language, _district(context).words) for key in keys)


def _district(context: Context) -> District:
    district = context["scene"].district
    assert isinstance(district, District)
    return district


LOCAL_FILTERS: Mapping[str, Callable[..., Any]] = {"post": _post, "level": _level, "trades": _trades, "either": _either}
