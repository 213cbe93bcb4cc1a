"""The outbox: what there is to say, and what became of it. The one writer of its tables."""

from storage.outbox_bulletin import OutboxBulletin
from storage.outbox_bundle import OutboxBundle
from storage.outbox_forget import OutboxForget
from storage.outbox_send import OutboxSend


class Outbox(OutboxBundle, OutboxBulletin, OutboxSend, OutboxForget):
    """All sides of it; use cases write, the speaker says, people are forgotten."""
