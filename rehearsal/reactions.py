"""The emoji that anybody may set as a reaction, as Telegram spells them.

Joined ones are taken with and without the variation selector: its own lists have both.
"""

from collections.abc import Mapping

FREE_REACTIONS = frozenset(
    {
        "👍",
        "👎",
        "❤",
        "🔥",
        "🥰",
        "👏",
        "😁",
        "🤔",
        "🤯",
        "😱",
        "🤬",
        "😢",
        "🎉",
        "🤩",
        "🤮",
        "💩",
        "🙏",
        "👌",
        "🕊",
        "🤡",
        "🥱",
        "🥴",
        "😍",
        "🐳",
        "❤\u200d🔥",
        "❤\ufe0f\u200d🔥",
        "🌚",
        "🌭",
        "💯",
        "🤣",
        "⚡",
        "🍌",
        "🏆",
        "💔",
        "🤨",
        "😐",
        "🍓",
        "🍾",
        "💋",
        "🖕",
        "😈",
        "😴",
        "😭",
        "🤓",
        "👻",
        "👨\u200d💻",
        "👀",
        "🎃",
        "🙈",
        "😇",
        "😨",
        "🤝",
        "✍",
        "🤗",
        "🫡",
        "🎅",
        "🎄",
        "☃",
        "💅",
        "🤪",
        "🗿",
        "🆒",
        "💘",
        "🙉",
        "🦄",
        "😘",
        "💊",
        "🙊",
        "😎",
        "👾",
        "🤷\u200d\u2642",
        "🤷\u200d\u2642\ufe0f",
        "🤷",
        "🤷\u200d\u2640",
        "🤷\u200d\u2640\ufe0f",
        "😡",
    }
)


def with_reaction(reactions: Mapping[str, tuple[int, ...]], who: int, emoji: str | None) -> dict[str, tuple[int, ...]]:
    """Return the reactions after somebody replaced his own by `emoji` (None: took it back)."""
    out = {}
    for mark, people in reactions.items():
        others = tuple(one for one in people if one != who)
        if others:
            out[mark] = others
    if emoji is not None:
        out[emoji] = (*out.get(emoji, ()), who)
    return out
