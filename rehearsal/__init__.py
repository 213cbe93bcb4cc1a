"""A Bot API server on loopback for rehearsals: strict like Telegram, with people who act and a clock that jumps.

It imports nothing of the bot and knows no bot, so that it can be a fair referee.
"""

from .model import Button, Call, Event, Message, Tap
from .server import Rehearsal
from .world import World

__all__ = ["Button", "Call", "Event", "Message", "Rehearsal", "Tap", "World"]
