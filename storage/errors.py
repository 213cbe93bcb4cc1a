"""What can go wrong with the database, in the words of who has to act on it."""


class StorageError(Exception):
    """Anything the storage refuses; the text says why and what helps."""


class StoreBusy(StorageError):  # noqa: N818 - a state of affairs, named as people say it
    """Another process has this SQLite database open."""


class RevisionError(StorageError):
    """The tables are older or newer than this program."""


class StorageTrouble(StorageError):  # noqa: N818 - a state of affairs, named as people say it
    """The database does not answer now: locked, full, away. Nothing was kept; the same unit may be tried again."""


class Conflict(StorageError):  # noqa: N818 - a state of affairs, named as people say it
    """Somebody else changed the same thing first. Nothing was kept; read again and decide again."""


class AlreadyHandled(StorageError):  # noqa: N818 - a state of affairs, named as people say it
    """The update that caused this unit was handled before. Nothing was kept, and nothing is missing."""
