"""Trouble on order: refusals, dropped connections, answers that never arrive."""

import random
from dataclasses import dataclass

from .errors import ApiError, flood

DESCRIPTIONS = {
    400: "chat not found",
    401: "",
    403: "bot was blocked by the user",
    404: "",
    500: "",
    502: "",
    504: "",
}
SILENT_KINDS = ("drop", "timeout", "drop_after_delivery", "timeout_after_delivery", "lost", "slow")
DEFAULT_RETRY_AFTER = 3


@dataclass
class Fault:
    """One ordered trouble. `times` None means for ever; `hits` counts how often it struck."""

    method: str
    kind: str
    times: int | None = 1
    chat: int | None = None
    retry_after: int = DEFAULT_RETRY_AFTER
    probability: float = 1.0
    description: str | None = None
    seconds: float = 1.0
    hits: int = 0

    def refusal(self) -> ApiError | None:
        """Return the refusal of a numeric kind; None for the silent kinds."""
        if not self.kind.isdigit():
            return None
        code = int(self.kind)
        if code == 429:
            return flood(self.retry_after)
        text = self.description if self.description is not None else DESCRIPTIONS.get(code, "")
        return ApiError(code, text)


class Faults:
    """The ordered troubles, in the order in which they were ordered."""

    def __init__(self) -> None:
        self._active: list[tuple[Fault, random.Random]] = []

    def add(
        self,
        method: str = "*",
        kind: str = "500",
        times: int | None = 1,
        chat: int | None = None,
        retry_after: int = DEFAULT_RETRY_AFTER,
        probability: float = 1.0,
        seed: int | None = None,
        description: str | None = None,
        seconds: float = 1.0,
    ) -> Fault:
        """Order trouble for the next matching calls; `method` "*" matches all but getUpdates and getMe.

        kind: an HTTP status ("429", "500", "502", "400", "403" …) answers so, nothing is delivered;
        "drop": the connection breaks, nothing is delivered; "timeout": silence, nothing is delivered;
        "timeout_after_delivery": delivered, then silence until the client gives up;
        "drop_after_delivery": delivered, then the connection breaks;
        "slow": delivered, answered after `seconds`;
        "lost": answered as if delivered, but nobody sees it (ephemeral messages only).
        """
        if not kind.isdigit() and kind not in SILENT_KINDS:
            raise ValueError(f"kind {kind!r} is none of an HTTP status, {', '.join(SILENT_KINDS)}")
        fault = Fault(method, kind, times, chat, retry_after, probability, description, seconds)
        self._active.append((fault, random.Random(seed if seed is not None else 0)))  # noqa: S311
        return fault

    def clear(self) -> None:
        """Call off all trouble."""
        self._active.clear()

    def strike(self, method: str, chat: int | None) -> Fault | None:
        """Return the fault that hits this call, if any, and count it."""
        name = method.lower()
        for entry in self._active:
            fault, dice = entry
            if fault.method == "*":
                if name in {"getupdates", "getme"}:
                    continue
            elif fault.method.lower() != name:
                continue
            if fault.chat is not None and fault.chat != chat:
                continue
            if fault.probability < 1.0 and dice.random() >= fault.probability:
                continue
            fault.hits += 1
            if fault.times is not None and fault.hits >= fault.times:
                self._active.remove(entry)
            return fault
        return None
