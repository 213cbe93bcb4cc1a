"""What to do about a message, a tap, a tick or a call from outside."""
