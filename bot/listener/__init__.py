"""Hears: the fetch loop, and what happens to an update that cannot be understood."""

from bot.listener.loop import Listener

__all__ = ["Listener"]
