"""Files that people and bots sent, and what can be read from their first bytes."""

import hashlib
import secrets
import struct
from dataclasses import replace

from .model import JsonDict, StoredFile

PHOTO_BYTES = 10 * 1024 * 1024
UPLOAD_BYTES = 50 * 1024 * 1024
DOWNLOAD_BYTES = 20 * 1024 * 1024
PHOTO_SIDES = 10_000
PHOTO_RATIO = 20
SMALL_SIDE = 90
UNKNOWN_SIZE = (640, 480)


def image_size(data: bytes) -> tuple[str, int, int] | None:
    """Return (mime type, width, height) of a PNG, GIF, JPEG or WebP; None for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return "image/png", width, height
    if data[:6] in {b"GIF87a", b"GIF89a"} and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return "image/gif", width, height
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp", *UNKNOWN_SIZE
    if data.startswith(b"\xff\xd8"):
        return _jpeg_size(data)
    return None


def _jpeg_size(data: bytes) -> tuple[str, int, int] | None:
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        length = struct.unpack(">H", data[at + 2 : at + 4])[0]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return "image/jpeg", width, height
        at += 2 + length
    return None


class Files:
    """All files by id."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def get(self, file_id: str) -> StoredFile | None:
        """Return a file by its id."""
        return self._by_id.get(file_id)

    def by_path(self, path: str) -> StoredFile | None:
        """Return a file by the `file_path` that getFile gave."""
        return self._by_path.get(path)

    def keep(self, data: bytes, kind: str, name: str = "", mime_type: str = "") -> StoredFile:
        """Store bytes under a new id. `kind` is photo, voice, document or video."""
        image = image_size(data)
        width, height = (image[1], image[2]) if image else UNKNOWN_SIZE
        mime = mime_type or (image[0] if image else _MIME.get(kind, "application/octet-stream"))
        file = StoredFile(
            id=f"{kind[:2].upper()}{secrets.token_urlsafe(24)}",
            unique_id=hashlib.sha256(data).hexdigest()[:16],
            data=data,
            kind=kind,
            mime_type=mime,
            name=name or f"file{_SUFFIX.get(mime, '')}",
            width=width,
            height=height,
        )
        self._by_id[file.id] = file
        self._by_path[file.path] = file
        return file

    def media(self, file: StoredFile, *, duration: int = 0) -> JsonDict:
        """Return the part of a Bot API Message that carries this file."""
        base = {"file_id": file.id, "file_unique_id": file.unique_id, "file_size": len(file.data)}
        if file.kind == "photo":
            return {"photo": self._sizes(file)}
        if file.kind == "voice":
            return {"voice": {**base, "duration": duration, "mime_type": file.mime_type}}
        if file.kind == "video":
            shape = {"width": file.width, "height": file.height, "duration": duration}
            return {"video": {**base, **shape, "mime_type": file.mime_type, "file_name": file.name}}
        if file.kind == "audio":
            return {"audio": {**base, "duration": duration, "mime_type": file.mime_type, "file_name": file.name}}
        return {"document": {**base, "file_name": file.name, "mime_type": file.mime_type}}

    def _sizes(self, file: StoredFile) -> list[JsonDict]:
        """A photo comes in several sizes, the largest last; small ones carry the same bytes here."""
        large = {
            "file_id": file.id,
            "file_unique_id": file.unique_id,
            "file_size": len(file.data),
            "width": file.width,
            "height": file.height,
        }
        longest = max(file.width, file.height)
        if longest <= SMALL_SIDE:
            return [large]
        small = replace(file, id=f"{file.id}s", unique_id=f"{file.unique_id}s")
        self._by_id[small.id] = small
        self._by_path[small.path] = small
        factor = SMALL_SIDE / longest
        return [
            {
                "file_id": small.id,
                "file_unique_id": small.unique_id,
                "file_size": len(small.data),
                "width": max(1, round(file.width * factor)),
                "height": max(1, round(file.height * factor)),
            },
            large,
        ]


_MIME = {"photo": "image/jpeg", "voice": "audio/ogg", "video": "video/mp4", "audio": "audio/mpeg"}
_SUFFIX = {"image/jpeg": ".jpg", "image/png": ".png", "audio/ogg": ".oga", "video/mp4": ".mp4", "audio/mpeg": ".mp3"}
