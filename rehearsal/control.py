"""The control API of the chat page: people of the world act over HTTP. JSON, loopback only."""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from aiohttp import BodyPartReader, web

from .errors import ControlError
from .model import PRESENT, Chat, JsonDict, Message
from .state import State
from .view import message_view
from .world import World

LONG_POLL_SECONDS = 25.0
CLOCK_POLL_MAX = 60.0
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Control:
    """Routes under /clock, /api and /file/local."""

    def __init__(self, state: State, world: World) -> None:
        self._state = state
        self._world = world

    def add_clock_routes(self, app: web.Application) -> None:
        """Add /clock."""
        app.router.add_get("/clock", _guard(self._get_clock))
        app.router.add_post("/clock", _guard(self._post_clock))

    def add_routes(self, app: web.Application) -> None:
        """Add /api and /file/local."""
        posts: dict[str, Handler] = {
            "say": self._say,
            "photo": self._photo,
            "tap": self._tap,
            "start": self._start,
            "edit": self._edit,
            "react": self._react,
            "location": self._location,
            "voice": self._voice,
            "fault": self._add_fault,
        }
        for name, handler in posts.items():
            app.router.add_post(f"/api/{name}", _guard(handler))
        app.router.add_delete("/api/fault", _guard(self._clear_faults))
        app.router.add_get("/api/world", _guard(self._get_world))
        app.router.add_get("/api/chat/{chat}", _guard(self._get_chat))
        app.router.add_get("/api/changes", _guard(self._get_changes))
        app.router.add_get("/file/local/{file_id}", _guard(self._get_file))

    # The clock

    def _clock(self) -> JsonDict:
        return {"now": self._state.clock.now().isoformat(), "revision": self._state.clock.revision}

    async def _get_clock(self, request: web.Request) -> web.StreamResponse:
        revision = request.query.get("revision")
        if revision is not None:
            wait = min(float(request.query.get("timeout", LONG_POLL_SECONDS)), CLOCK_POLL_MAX)
            await self._state.clock.wait_jump(int(revision), wait)
        return web.json_response(self._clock())

    async def _post_clock(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        clock = self._state.clock
        if "advance" in body:
            clock.advance(timedelta(seconds=float(body["advance"])))
        elif "to" in body:
            clock.set(clock.next_time(str(body["to"])))
        elif "now" in body:
            clock.set(datetime.fromisoformat(str(body["now"])))
        else:
            raise ControlError('send {"advance": seconds}, {"to": "18:00"}, {"to": "tomorrow"} or {"now": iso8601}')
        return web.json_response(self._clock())

    # Looking

    async def _get_world(self, request: web.Request) -> web.StreamResponse:
        state = self._state
        people = [
            {
                "id": user.id,
                "name": user.name,
                "label": user.label,
                "language_code": user.language_code,
                "chats": self._chats_of(user.id),
            }
            for user in state.users.values()
            if not user.is_bot and user.label
        ]
        bots = [{"id": bot.id, "name": bot.user.name, "username": bot.user.username} for bot in state.bots.values()]
        return web.json_response({"seq": state.feed.seq, "clock": self._clock(), "people": people, "bots": bots})

    def _chats_of(self, user: int) -> list[JsonDict]:
        chats = [_chat_line(chat, chat.title) for chat in self._world.groups_of(user)]
        for bot in self._state.bots.values():
            private = self._state.privates.get((bot.id, user))
            chats.append(
                {
                    "id": bot.id,
                    "title": bot.user.name,
                    "type": "private",
                    "unread_hint": private.last_seq if private else 0,
                }
            )
        return chats

    async def _get_chat(self, request: web.Request) -> web.StreamResponse:
        user = _whole(request.query.get("as"), "as")
        chat_id = _whole(request.match_info["chat"], "chat")
        self._state.user(user)
        chat: Chat | None
        if chat_id in self._state.bots:
            # Looking must not open the chat.
            chat = self._state.privates.get((chat_id, user))
            title, kind = self._state.bots[chat_id].user.name, "private"
        else:
            chat = self._world.look_up(chat_id)
            title, kind = chat.title, chat.type
            if chat.status(user) not in PRESENT:
                raise ControlError(f"{self._state.user(user).name} is not in {title!r}")
        messages = self._world.messages(chat_id, as_user=user) if chat is not None else []
        return web.json_response(
            {
                "seq": self._state.feed.seq,
                "chat": {"id": chat_id, "title": title, "type": kind},
                "messages": [message_view(chat, message, user) for message in messages if chat is not None],
            }
        )

    async def _get_changes(self, request: web.Request) -> web.StreamResponse:
        after = _whole(request.query.get("after", "0"), "after")
        loop = asyncio.get_running_loop()
        end = loop.time() + LONG_POLL_SECONDS
        # A page that remembers more than there is talks to a fresh server: it gets everything anew.
        if after > self._state.feed.seq:
            after = 0
        while self._state.feed.seq <= after and not self._state.over.is_set():
            left = end - loop.time()
            if left <= 0:
                break
            await self._state.changed(left)
        return web.json_response(self._state.feed.after(after))

    async def _get_file(self, request: web.Request) -> web.StreamResponse:
        file = self._state.files.get(request.match_info["file_id"])
        if file is None:
            raise web.HTTPNotFound
        return web.Response(body=file.data, content_type=file.mime_type)

    # Acting

    async def _say(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        user, chat = _number(body, "user"), _number(body, "chat")
        return _done(self._world.say(user, chat, _text(body, "text"), reply_to=_which(body, "reply_to")))

    async def _edit(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        user, chat = _number(body, "user"), _number(body, "chat")
        return _done(self._world.edit(user, chat, _need_which(body), _text(body, "text")))

    async def _react(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        emoji = body.get("emoji")
        self._world.react(
            _number(body, "user"), _number(body, "chat"), _need_which(body), str(emoji) if emoji else None
        )
        return _done(True)

    async def _start(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        payload = body.get("payload")
        return _done(self._world.start(_number(body, "user"), _number(body, "bot"), str(payload) if payload else None))

    async def _tap(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        where = (_number(body, "row"), _number(body, "column"))
        tap = self._world.tap(_number(body, "user"), _number(body, "chat"), _text(body, "key"), where)
        return web.json_response({"ok": True, "id": tap.id, "url": tap.url, "copy": tap.button.copy})

    async def _location(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        try:
            lat, lon = float(body["lat"]), float(body["lon"])
        except (KeyError, TypeError, ValueError):
            raise ControlError('"lat" and "lon" must be numbers, in degrees') from None
        return _done(self._world.send_location(_number(body, "user"), _number(body, "chat"), lat, lon))

    async def _photo(self, request: web.Request) -> web.StreamResponse:
        fields, files = await _form(request)
        if not files:
            raise ControlError("send at least one picture in the field file")
        user, chat = _number(fields, "user"), _number(fields, "chat")
        album = secrets.token_hex(8) if len(files) > 1 else None
        caption = fields.get("caption")
        reply_to = _which(fields, "reply_to")
        sent = []
        for index, data in enumerate(files):
            words = caption if index == 0 else None
            sent.append(self._world.send_photo(user, chat, data, words, album, reply_to=reply_to))
        return _done(sent)

    async def _voice(self, request: web.Request) -> web.StreamResponse:
        if request.content_type.startswith("multipart/"):
            fields, files = await _form(request)
        else:
            fields, files = await _body(request), []
        data = files[0] if files else b"OggS"
        return _done(self._world.send_voice(_number(fields, "user"), _number(fields, "chat"), data))

    async def _add_fault(self, request: web.Request) -> web.StreamResponse:
        try:
            self._world.faults.add(**await _body(request))
        except TypeError as error:
            raise ControlError(f"unknown field in the fault: {error}") from None
        return _done(True)

    async def _clear_faults(self, request: web.Request) -> web.StreamResponse:
        self._world.faults.clear()
        return _done(True)


def _chat_line(chat: Chat, title: str) -> JsonDict:
    return {"id": chat.page_id, "title": title, "type": chat.type, "unread_hint": chat.last_seq}


def _done(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _guard(handler: Handler) -> Handler:
    """Turn mistakes into 4xx answers that say how to mend them."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        # Another site that is open in the same browser must not move the people of the rehearsal.
        origin = request.headers.get("Origin")
        if origin is not None and origin != f"http://{request.host}":
            return web.json_response({"error": f"open the page at http://{request.host}"}, status=403)
        try:
            return await handler(request)
        except (ControlError, LookupError, ValueError) as error:
            return web.json_response({"error": str(error)}, status=400)

    return guarded


async def _body(request: web.Request) -> JsonDict:
    try:
        body = await request.json()
    except json.JSONDecodeError:
        raise ControlError("the body must be JSON") from None
    if not isinstance(body, dict):
        raise ControlError("the body must be a JSON object")
    return body


async def _form(request: web.Request) -> tuple[JsonDict, list[bytes]]:
    if not request.content_type.startswith("multipart/"):
        raise ControlError("send multipart/form-data")
    fields: JsonDict = {}
    files: list[bytes] = []
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:  # pragma: no cover - never nested
            continue
        data = bytes(await part.read(decode=True))
        if part.filename is not None:
            files.append(data)
        else:
            fields[part.name] = data.decode()
    return fields, files


def _whole(value: Any, name: str) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise ControlError(f'"{name}" must be a whole number') from None


def _number(body: JsonDict, name: str) -> int:
    return _whole(body.get(name), name)


def _text(body: JsonDict, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise ControlError(f'"{name}" must be a text')
    return value


def _which(body: JsonDict, name: str) -> int | str | None:
    value = body.get(name)
    if value is None or value == "":
        return None
    return int(value) if str(value).isdigit() else str(value)


def _need_which(body: JsonDict) -> int | str | Message:
    which = _which(body, "message_id") or _which(body, "key")
    if which is None:
        raise ControlError('"message_id" is missing')
    return which
