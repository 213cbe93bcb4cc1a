"""Files inside calls: uploaded in the field, attached under another name, or named by id."""

from typing import Any

from rehearsal.errors import bad_request
from rehearsal.files import PHOTO_BYTES, PHOTO_RATIO, PHOTO_SIDES, UPLOAD_BYTES, image_size
from rehearsal.model import JsonDict, StoredFile

from .context import Context
from .params import Upload

_ATTACH = "attach://"


def read_media(ctx: Context, kind: str, value: Any = None, *, name: str = "", duration: int = 0) -> JsonDict:
    """Return the media part of a message. `value` is a file id or attach:// address; without it the parameter
    `name` (by default `kind`) is read."""
    field = name or kind
    if value is None:
        value = ctx.params.uploads.get(field) or ctx.params.text(field)
    if not value:
        raise bad_request(f"there is no {kind} in the request")
    upload = _upload(ctx, value)
    file = _keep(ctx, kind, upload) if upload is not None else _known(ctx, kind, str(value))
    return ctx.state.files.media(file, duration=duration)


def _upload(ctx: Context, value: Any) -> Upload | None:
    if isinstance(value, Upload):
        return value
    if str(value).startswith(_ATTACH):
        found = ctx.params.uploads.get(str(value).removeprefix(_ATTACH))
        if found is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return found
    return None


def _keep(ctx: Context, kind: str, upload: Upload) -> StoredFile:
    size = len(upload.data)
    if not size:
        raise bad_request("file must be non-empty")
    if size > UPLOAD_BYTES:
        raise bad_request("file is too big")
    if kind == "photo":
        _check_photo(upload.data)
        return ctx.state.files.keep(upload.data, kind)
    return ctx.state.files.keep(upload.data, kind, upload.name, upload.mime_type)


def _check_photo(data: bytes) -> None:
    size = len(data)
    if size > PHOTO_BYTES:
        raise bad_request(f"file of size {size} bytes is too big for a photo; the maximum size is {PHOTO_BYTES} bytes")
    image = image_size(data)
    if image is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    _, width, height = image
    short, long = sorted((width, height))
    if not short or width + height > PHOTO_SIDES or long > PHOTO_RATIO * short:
        raise bad_request("PHOTO_INVALID_DIMENSIONS")


def _known(ctx: Context, kind: str, file_id: str) -> StoredFile:
    if "://" in file_id:
        raise bad_request("failed to get HTTP URL content")
    file = ctx.state.files.get(file_id)
    if file is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if file.kind != kind:
        raise bad_request(f"can't use file of type {file.kind.title()} as {kind.title()}")
    return file
