"""Lengths as Telegram counts them, and the entities its servers find by themselves."""

import re
from typing import Any

Entity = dict[str, Any]

_AUTO = re.compile(
    r"(?P<email>[\w.+-]+@[\w-]+\.[\w.-]*\w)"
    r"|(?P<url>https?://[^\s<>\"]+[^\s<>\".,;:!?，。；：！？、）)])"
    r"|(?<![\w/])(?P<bot_command>/[A-Za-z0-9_]{1,32}(?:@\w+)?)"
    r"|(?<![\w@])(?P<mention>@[A-Za-z]\w{3,31})"
    r"|(?<![\w#])(?P<hashtag>#\w+)"
)


def utf16_length(text: str) -> int:
    """Count UTF-16 units: the unit of entity offsets."""
    return len(text) + sum(1 for character in text if character > "\uffff")


def utf16_slice(text: str, offset: int, length: int) -> str:
    """Cut by UTF-16 units."""
    units = text.encode("utf-16-le")
    return units[offset * 2 : (offset + length) * 2].decode("utf-16-le", "replace")


def entity_order(entity: Entity) -> tuple[int, int]:
    """Sort key: outer entities come before those inside them."""
    return entity["offset"], -entity["length"]


def find_entities(text: str) -> list[Entity]:
    """Find commands, mentions, links, e-mail addresses and hashtags."""
    found = []
    for match in _AUTO.finditer(text):
        kind = match.lastgroup
        offset = utf16_length(text[: match.start()])
        found.append({"type": kind, "offset": offset, "length": utf16_length(match.group())})
    return found


def add_found(text: str, entities: list[Entity]) -> list[Entity]:
    """Add what is found in `text` outside the given code, links and the like."""
    taken = [
        (entity["offset"], entity["offset"] + entity["length"])
        for entity in entities
        if entity["type"] in {"code", "pre", "text_link", "text_mention"}
    ]
    extra = [
        entity
        for entity in find_entities(text)
        if all(entity["offset"] >= end or entity["offset"] + entity["length"] <= start for start, end in taken)
        and not any(same_place(entity, other) and entity["type"] == other["type"] for other in entities)
    ]
    return sorted([*entities, *extra], key=entity_order)


def same_place(one: Entity, other: Entity) -> bool:
    """Tell whether two entities cover the same units."""
    return bool(one["offset"] == other["offset"] and one["length"] == other["length"])


def trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Drop white space around the text, as the servers do, and move the entities along."""
    left = len(text) - len(text.lstrip())
    cut = utf16_length(text[:left])
    trimmed = text.strip()
    end = utf16_length(trimmed)
    if not cut and len(trimmed) == len(text):
        return text, entities
    kept = []
    for entity in entities:
        start = max(entity["offset"] - cut, 0)
        stop = min(entity["offset"] - cut + entity["length"], end)
        if stop > start:
            kept.append({**entity, "offset": start, "length": stop - start})
    return trimmed, kept
