"""What gridbot keeps. The only package that knows SQL; it takes and gives frozen dataclasses."""

from storage.absences import Absence
from storage.bell import Bell
from storage.chats import ChatState
from storage.contacts import Contact
from storage.drafts import Draft
from storage.engine import Store, open_store
from storage.errors import AlreadyHandled, Conflict, RevisionError, StorageError, StorageTrouble, StoreBusy
from storage.examples import IN_USE, Example
from storage.invitations import Invitation
from storage.marks import DIRECTORY
from storage.outbox_write import card_key, page_key
from storage.outgoing import Outgoing, OutKind, OutStatus
from storage.unit_of_work import Unit
from storage.updates import Parked

__all__ = [
    "DIRECTORY",
    "IN_USE",
    "Absence",
    "AlreadyHandled",
    "Bell",
    "ChatState",
    "Conflict",
    "Contact",
    "Draft",
    "Example",
    "Invitation",
    "OutKind",
    "OutStatus",
    "Outgoing",
    "Parked",
    "RevisionError",
    "StorageError",
    "StorageTrouble",
    "Store",
    "StoreBusy",
    "Unit",
    "card_key",
    "open_store",
    "page_key",
]
