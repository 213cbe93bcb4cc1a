"""Refusals: those of the Bot API, and those of the control API."""

from typing import Any

MIGRATED = "group chat was upgraded to a supergroup chat"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"

_TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    413: "Request Entity Too Large",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    504: "Gateway Timeout",
}


class ApiError(Exception):
    """A refusal as the Bot API words it: HTTP status, description with its title, extra parameters."""

    def __init__(self, code: int, description: str = "", **parameters: int) -> None:
        title = _TITLES.get(code, "Error")
        self.code = code
        self.description = f"{title}: {description}" if description else title
        self.parameters = parameters
        super().__init__(self.description)

    def body(self) -> dict[str, Any]:
        """Return the JSON body of the answer."""
        answer: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


def bad_request(description: str, **parameters: int) -> ApiError:
    """Make a 400."""
    return ApiError(400, description, **parameters)


def forbidden(description: str) -> ApiError:
    """Make a 403."""
    return ApiError(403, description)


def flood(retry_after: int) -> ApiError:
    """Make a 429 that tells how many seconds to wait."""
    return ApiError(429, f"retry after {retry_after}", retry_after=retry_after)


class ControlError(Exception):
    """A person of the rehearsal asked for something impossible; says what and how to mend it."""
