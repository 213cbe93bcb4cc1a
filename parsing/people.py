"""Who needs more care: the old, children, the disabled, pregnant women, those who are alone."""

from parsing.urgency import Sentence

CODES = ("old", "child", "disabled", "pregnant", "alone")


def find_people(sentence: Sentence) -> tuple[str, ...]:
    """Return the codes of the people that a message speaks of, each once."""
    return tuple(code for code in CODES if sentence.marked(code))
