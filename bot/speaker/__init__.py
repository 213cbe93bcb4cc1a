"""Speaking: what the outbox holds is said to Telegram. The only folder that imports python-telegram-bot."""

from bot.speaker.clock import Clock
from bot.speaker.deliver import Counts, TokenError
from bot.speaker.limiter import Pace
from bot.speaker.loop import Manners, Speaker
from bot.speaker.present import Presenter
from bot.speaker.seen import Seen
from bot.speaker.voice import Timeouts

__all__ = ["Clock", "Counts", "Manners", "Pace", "Presenter", "Seen", "Speaker", "Timeouts", "TokenError"]
