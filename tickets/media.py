"""Files as one line of text: `photo:AgACx voice:AwACy`. File ids hold no spaces."""

from collections.abc import Iterable

from tickets.model import Photo


def packed(media: Iterable[Photo]) -> str:
    """Return the files as one line."""
    return " ".join(f"{one.kind}:{one.file_id}" for one in media)


def unpacked(line: str) -> tuple[Photo, ...]:
    """Read such a line back; what is no file is left out."""
    parts = (part.partition(":") for part in line.split())
    return tuple(Photo(file_id, kind) for kind, _, file_id in parts if kind and file_id)
