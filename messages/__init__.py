"""Every sentence the bot says: from a notice to Telegram HTML, in Chinese and English."""

from messages.engine import KINDS, RECEIVED_EMOJI, render
from messages.filters import person_name
from messages.fit import is_caption
from messages.phrases import phrase
from messages.scene import LANGUAGES, Button, Page, Rendered, Scene

__all__ = [
    "KINDS",
    "LANGUAGES",
    "RECEIVED_EMOJI",
    "Button",
    "Page",
    "Rendered",
    "Scene",
    "is_caption",
    "person_name",
    "phrase",
    "render",
]
