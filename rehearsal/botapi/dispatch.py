"""From a request to a method and back: tokens, faults, the record of calls, the answer."""

import asyncio
import contextlib
import inspect
import json
import time
from typing import Any

from aiohttp import web

from rehearsal.errors import ApiError
from rehearsal.faults import Fault
from rehearsal.model import Bot, Call, JsonDict
from rehearsal.state import State

from .context import Context, Method
from .methods import BY_LOWER_NAME
from .params import Params, read_params
from .signatures import SIGNATURES

NEVER_IN_REPLIES = frozenset({"setwebhook", "deletewebhook", "close", "logout"})
# An unreadable list of allowed updates keeps the old one instead of being refused.
LENIENT = frozenset({"getUpdates"})
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class SilenceError(Exception):
    """The answer never arrives: the connection is broken, or held until the client gives up."""

    def __init__(self, *, hold: bool) -> None:
        super().__init__()
        self.hold = hold


class BotApi:
    """Answers /bot<token>/<method> and /file/bot<token>/<path>."""

    def __init__(self, state: State) -> None:
        self._state = state

    def add_routes(self, app: web.Application) -> None:
        """Add the routes of the Bot API."""
        app.router.add_route("*", "/bot{token:[^/]+}/{method}", self._answer)
        app.router.add_get("/file/bot{token:[^/]+}/{path:.+}", self._file)

    def _bot(self, token: str) -> Bot:
        bot = self._state.tokens.get(token)
        if bot is None:
            head, _, secret = token.partition(":")
            raise ApiError(401) if head.isdigit() and secret else ApiError(404)
        return bot

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        try:
            bot = self._bot(request.match_info["token"])
            if request.method not in {"GET", "POST"}:
                raise ApiError(404)
            found = BY_LOWER_NAME.get(request.match_info["method"].lower())
            if found is None:
                raise ApiError(404)
            params = await read_params(request)
            result = await self._record(bot, *found, params)
        except ApiError as error:
            return _refusal(error)
        except SilenceError as silence:
            if silence.hold:
                # The handler is cancelled as soon as the client closes the connection.
                await self._state.over.wait()
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        return _json({"ok": True, "result": result}, 200)

    async def run_reply(self, bot: Bot, body: JsonDict) -> None:
        """Run the method call in the body of a webhook's answer; its result is never seen."""
        name = str(body["method"]).lower()
        found = BY_LOWER_NAME.get(name)
        if found is None or name in NEVER_IN_REPLIES or name.startswith("get"):
            return
        params = Params({key: value for key, value in body.items() if key != "method"})
        try:
            await self._record(bot, *found, params)
        except (ApiError, SilenceError):
            return

    async def _record(self, bot: Bot, name: str, method: Method, params: Params) -> Any:
        """Run one call and put it on record."""
        state = self._state
        call = Call(time.monotonic(), state.clock.now(), bot.token, name, params.logged())
        state.calls.append(call)
        # Listening is no activity, but whoever waits for a call may wait for this one.
        quiet = name == "getUpdates"
        if quiet:
            state.wake()
        else:
            state.running_calls += 1
            state.touch()
        fault: Fault | None = None
        try:
            fault = state.faults.strike(name, _chat_of(params))
            if fault is not None:
                await _before(fault)
            if name not in LENIENT:
                call.unknown = params.check(SIGNATURES[name])
            answer = method(Context(state, bot, params, fault))
            result = await answer if inspect.isawaitable(answer) else answer
            call.ok, call.result = True, result
            if fault is not None:
                await self._after(fault)
        except ApiError as error:
            call.ok, call.error_code, call.description = False, error.code, error.description
            raise
        except SilenceError:
            call.lost = True
            raise
        except Exception as error:
            # A fault of the rehearsal itself: on record, so that whoever waits in vain sees it.
            call.ok, call.description = False, f"the rehearsal failed: {error!r}"
            raise
        finally:
            if quiet:
                state.wake()
            else:
                state.running_calls -= 1
                state.touch()
        return result

    async def _after(self, fault: Fault) -> None:
        if fault.kind == "timeout_after_delivery":
            raise SilenceError(hold=True)
        if fault.kind == "drop_after_delivery":
            raise SilenceError(hold=False)
        if fault.kind == "slow":
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._state.over.wait(), fault.seconds)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        try:
            self._bot(request.match_info["token"])
            file = self._state.files.by_path(request.match_info["path"])
            if file is None:
                raise ApiError(404)
        except ApiError as error:
            return _refusal(error)
        return web.Response(body=file.data, content_type="application/octet-stream")


def _chat_of(params: Params) -> int | None:
    raw = params.values.get("chat_id")
    text = str(raw)
    return int(text) if text.lstrip("-").isdigit() else None


async def _before(fault: Fault) -> None:
    refusal = fault.refusal()
    if refusal is not None:
        raise refusal
    if fault.kind == "drop":
        raise SilenceError(hold=False)
    if fault.kind == "timeout":
        raise SilenceError(hold=True)


def _refusal(error: ApiError) -> web.Response:
    headers = {}
    if "retry_after" in error.parameters:
        headers["Retry-After"] = str(error.parameters["retry_after"])
    return _json(error.body(), error.code, headers)


def _json(body: JsonDict, status: int, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(body=_encode(body).encode(), status=status, content_type="application/json", headers=headers)
