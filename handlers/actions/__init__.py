"""Use cases: one function, one transaction each. They know neither Telegram library."""
