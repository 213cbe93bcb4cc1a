"""Reading the parameters of a call, however they were sent."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import BodyPartReader, web

from rehearsal.errors import ApiError, bad_request
from rehearsal.files import UPLOAD_BYTES
from rehearsal.model import JsonDict

BODY_BYTES = UPLOAD_BYTES + 5 * 1024 * 1024
_TRUE = frozenset({"true", "yes", "1"})
_FALSE = frozenset({"false", "no", "0", ""})


@dataclass(frozen=True)
class Upload:
    """A file inside a request."""

    name: str
    mime_type: str
    data: bytes

    def __repr__(self) -> str:
        return f"<{len(self.data)} bytes of {self.name!r}>"


class Params:
    """The parameters of one call: text from forms, real types from JSON, files from multipart."""

    def __init__(self, values: JsonDict, uploads: dict[str, Upload] | None = None) -> None:
        self.values = values
        self.uploads = uploads or {}

    def has(self, name: str) -> bool:
        """Whether the parameter was sent at all (an empty text counts as not sent)."""
        return name in self.uploads or self.values.get(name) not in (None, "")

    def text(self, name: str, default: str = "") -> str:
        """Read a string."""
        value = self.values.get(name)
        if value is None:
            return default
        if isinstance(value, str):
            return value
        if isinstance(value, bool | int | float):
            return json.dumps(value)
        raise bad_request(f'parameter "{name}" must be of type String')

    def integer(self, name: str, default: int | None = None) -> int | None:
        """Read a whole number; 400 for anything else."""
        value = self.values.get(name)
        if value is None or value == "":
            return default
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, str):
            try:
                return int(value.strip())
            except ValueError:
                pass
        raise bad_request(f'parameter "{name}" must be of type Integer')

    def need_integer(self, name: str) -> int:
        """Read a required whole number."""
        value = self.integer(name)
        if value is None:
            raise bad_request(f'parameter "{name}" is required')
        return value

    def number(self, name: str) -> float:
        """Read a required decimal number."""
        value = self.values.get(name)
        if value is None or value == "":
            raise bad_request(f'parameter "{name}" is required')
        try:
            if isinstance(value, bool):
                raise ValueError
            return float(value)
        except (TypeError, ValueError):
            raise bad_request(f'parameter "{name}" must be of type Float') from None

    def boolean(self, name: str, default: bool = False) -> bool:
        """Read a truth value."""
        value = self.values.get(name)
        if value is None:
            return default
        if isinstance(value, bool):
            return value
        word = str(value).lower()
        if word in _TRUE:
            return True
        if word in _FALSE:
            return False
        raise bad_request(f'parameter "{name}" must be of type Boolean')

    def structure(self, name: str) -> Any:
        """Read a nested value: JSON text in forms, the value itself in JSON bodies; None when not sent."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {_WORDS.get(name, name)} JSON object") from None

    def mapping(self, name: str) -> JsonDict | None:
        """Read a nested object."""
        value = self.structure(name)
        if value is None or isinstance(value, dict):
            return value
        raise bad_request(f"object expected as {_WORDS.get(name, name)}")

    def sequence(self, name: str) -> list[Any] | None:
        """Read a nested list."""
        value = self.structure(name)
        if value is None or isinstance(value, list):
            return value
        raise bad_request(f'parameter "{name}" must be of type Array')

    def check(self, signature: Mapping[str, str]) -> tuple[str, ...]:
        """Refuse plain values of the wrong type; return the names that are no parameters of the method."""
        unknown = []
        for name, value in self.values.items():
            kind = signature.get(name)
            if kind == "i":
                self.integer(name)
            elif kind == "b":
                self.boolean(name)
            elif kind == "s":
                self.text(name)
            elif kind is None and f"attach://{name}" not in self.values.values():
                unknown.append(name)
            elif kind == "f" and value != "":
                self.number(name)
        return tuple(unknown)

    def logged(self) -> JsonDict:
        """Return what the record of calls shows: nested JSON decoded, whole numbers as numbers."""
        shown: JsonDict = {}
        for name, value in self.values.items():
            shown[name] = _decoded(name, value)
        shown.update(self.uploads)
        return shown


_WORDS = {
    "reply_markup": "reply markup",
    "reply_parameters": "reply parameters",
    "ephemeral_message_parameters": "ephemeral message parameters",
}
_PLAIN = frozenset({"text", "caption", "parse_mode", "title", "name", "description", "callback_query_id", "file_id"})


def _decoded(name: str, value: Any) -> Any:
    if not isinstance(value, str) or name in _PLAIN:
        return value
    if value[:1] in {"{", "["}:
        try:
            return json.loads(value)
        except ValueError:
            return value
    if value.lstrip("-").isdigit():
        return int(value)
    return {"true": True, "false": False}.get(value.lower(), value)


async def read_params(request: web.Request) -> Params:
    """Read the query and the body: urlencoded, JSON or multipart. ApiError 413 if it is too large."""
    values: JsonDict = dict(request.query)
    uploads: dict[str, Upload] = {}
    if request.method != "POST" or not request.can_read_body:
        return Params(values, uploads)
    kind = request.content_type
    try:
        if kind == "application/json":
            body = await request.json()
            if not isinstance(body, dict):
                raise bad_request("object expected as the request body")
            values |= body
        elif kind.startswith("multipart/"):
            await _read_multipart(request, values, uploads)
        elif kind == "application/x-www-form-urlencoded":
            values |= dict((await request.post()).items())
    except ValueError:
        raise bad_request("can't parse the request body") from None
    except web.HTTPRequestEntityTooLarge:
        raise ApiError(413) from None
    return Params(values, uploads)


async def _read_multipart(request: web.Request, values: JsonDict, uploads: dict[str, Upload]) -> None:
    total = 0
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:  # pragma: no cover - never nested
            continue
        data = bytes(await part.read(decode=True))
        total += len(data)
        if total > BODY_BYTES:
            raise ApiError(413)
        if part.filename is not None:
            mime = part.headers.get("Content-Type", "application/octet-stream")
            uploads[part.name] = Upload(part.filename, mime, data)
        else:
            values[part.name] = data.decode()
