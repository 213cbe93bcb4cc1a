"""The Bot API as small as it can be, in a process of its own: what is measured is the bot, not the server.

`python -m bench.stub` prints its port, reads one line of JSON (`Load`) for each measurement from standard input, and
prints one line of JSON when that is over.
"""

import asyncio
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, cast
from urllib.parse import parse_qs

import uvloop

from bench import world

BOT = {"id": 700000001, "is_bot": True, "first_name": "b", "username": "bench_bot", "can_read_all_group_messages": True}
MEMBER = {
    "status": "administrator",
    "user": BOT,
    "can_be_edited": False,
    "is_anonymous": False,
    "can_manage_chat": True,
}
RIGHTS = ("can_delete_messages", "can_manage_video_chats", "can_restrict_members", "can_promote_members")
MORE_RIGHTS = ("can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories")
MEMBER |= dict.fromkeys((*RIGHTS, *MORE_RIGHTS), True)
HOOK = {"url": "", "has_custom_certificate": False, "pending_update_count": 0}
WAITED = 25.0


@dataclass
class Load:
    """One measurement: `count` messages of a `kind` after `warm` others; over when the bot has said `said` of each.

    `rate`: messages a second, 0 = as fast as the bot takes them. `pid`: the bot's process, whose CPU time is read.
    """

    kind: str
    count: int
    grids: int
    said: int
    pid: int
    warm: int = 0
    rate: float = 0.0
    first: int = 0


def cpu(pid: int) -> float:
    """Return the seconds of processor time a process has used; 0 where the operating system does not tell."""
    try:
        threads = [thread.read_text() for thread in Path(f"/proc/{pid}/task").glob("*/schedstat")]
    except OSError:
        return 0.0
    return sum(int(told.split()[0]) for told in threads) / 1e9


class Stub:
    """The state of the server: what waits to be fetched, and what was said."""

    def __init__(self) -> None:
        self.updates: list[bytes] = []
        self.ready = 0
        """How many of `updates` there are already, as far as the bot can know."""

        self.base = 0
        """The number of the first of `updates`."""

        self.fetched = 0
        self.confirmed = 0
        self.said = 0
        self.polls = 0
        self.others = 0
        """Calls that are neither about updates nor messages: a bot that starts looks around."""

        self.messages = 5_000_000
        self.first_said: dict[int, float] = {}
        self.changed = asyncio.Event()

    def answer(self, method: str, form: Callable[[], dict[str, str]]) -> bytes | None:
        """Return the result of a method as JSON; None = a long poll that found nothing."""
        if method == "getUpdates":
            return self.poll(form())
        if method == "sendMessage":
            return self.send(form())
        self.others += 1
        known: dict[str, Any] = {"getMe": BOT, "getChatMember": MEMBER, "getWebhookInfo": HOOK}
        return json.dumps(known.get(method, True)).encode()

    def poll(self, form: dict[str, str]) -> bytes | None:
        """Return up to a hundred updates from the offset on."""
        self.polls += 1
        self.changed.set()
        offset = int(form.get("offset") or 0) - world.FIRST_UPDATE
        if offset > self.confirmed:
            self.confirmed = offset
            self.changed.set()
        start = max(offset, self.base) - self.base
        if start >= self.ready:
            return None if int(form.get("timeout") or 0) else b"[]"
        found = self.updates[start : min(self.ready, start + int(form.get("limit") or 100))]
        self.fetched = max(self.fetched, self.base + start + len(found))
        return b"[" + b",".join(found) + b"]"

    def send(self, form: dict[str, str]) -> bytes:
        """Take a message; remember when the first about each heard one came."""
        self.messages += 1
        self.said += 1
        chat = int(form["chat_id"])
        about = form.get("reply_parameters")
        if about:
            self.first_said.setdefault(int(json.loads(about)["message_id"]), time.perf_counter())
        self.changed.set()
        kind = '"private","first_name":"x"' if chat > 0 else '"supergroup","title":"x"'
        text = json.dumps(form["text"])
        return (
            f'{{"message_id":{self.messages},"date":1780000000,"chat":{{"id":{chat},"type":{kind}}},'
            f'"from":{json.dumps(BOT)},"text":{text}}}'
        ).encode()

    def polled_since(self, before: int) -> bool:
        """Whether somebody has asked for updates since there were `before` polls."""
        return self.polls > before

    async def until(self, done: Callable[[], bool]) -> None:
        """Wait for what the bot does."""
        while not done():
            self.changed.clear()
            await self.changed.wait()

    def load(self, updates: list[bytes], first: int, *, ready: int) -> None:
        """Put updates there, the first with the number `first`; those before are forgotten."""
        self.base = first
        self.updates = updates
        self.ready = ready
        wake = list(Http.waiting)
        Http.waiting.clear()
        for connection in wake:
            connection.look_again()


STUB = Stub()


class Http(asyncio.Protocol):
    """Just enough of HTTP/1.1: one request at a time on each connection, kept alive."""

    waiting: ClassVar[list["Http"]] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.data = b""
        self.form: dict[str, str] = {}
        self.timer: asyncio.TimerHandle | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        if self in Http.waiting:
            Http.waiting.remove(self)

    def data_received(self, data: bytes) -> None:
        self.data += data
        head, found, rest = self.data.partition(b"\r\n\r\n")
        if not found:
            return
        low = head.lower()
        at = low.find(b"content-length:")
        size = int(low[at + 15 :].partition(b"\r\n")[0]) if at >= 0 else 0
        if len(rest) < size:
            return
        self.data = rest[size:]
        method = head.partition(b" HTTP")[0].rpartition(b"/")[2].decode()
        body = rest[:size]

        def form() -> dict[str, str]:
            if body[:1] == b"{":
                return {
                    key: value if isinstance(value, str) else json.dumps(value)
                    for key, value in json.loads(body).items()
                }
            self.form = {key: values[0] for key, values in parse_qs(body.decode()).items()}
            return self.form

        self.reply(STUB.answer(method, form))

    def look_again(self) -> None:
        """A long poll that waited: there is something now, or its time is over."""
        if self.timer is not None:
            self.timer.cancel()
        self.reply(STUB.poll({**self.form, "timeout": "0"}))

    def reply(self, result: bytes | None) -> None:
        """Answer, or wait."""
        if result is None:
            Http.waiting.append(self)
            self.timer = asyncio.get_running_loop().call_later(WAITED, self.expire)
            return
        body = b'{"ok":true,"result":' + result + b"}"
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        self.transport.write(head + body)

    def expire(self) -> None:
        """End an empty long poll."""
        if self in Http.waiting:
            Http.waiting.remove(self)
            self.look_again()


async def measure(load: Load) -> dict[str, Any]:
    """Play one load; return what it took."""
    make = world.chatter if load.kind == "chatter" else world.request
    number = load.first
    if load.warm:
        await play([make(number + one, load.grids) for one in range(load.warm)], number, load.said)
        await asyncio.sleep(0.5)
        number += load.warm
    updates = [make(number + one, load.grids) for one in range(load.count)]
    if load.rate:
        return await paced(updates, load, number)
    before, began = cpu(load.pid), time.perf_counter()
    await play(updates, number, load.said)
    took = time.perf_counter() - began
    await asyncio.sleep(0.2)
    return {"count": load.count, "seconds": took, "cpu": cpu(load.pid) - before}


async def play(updates: list[bytes], first: int, said: int) -> None:
    """Hand out updates as fast as they are fetched, and wait until all are confirmed and answered."""
    target, last = STUB.said + said * len(updates), first + len(updates)
    STUB.load(updates, first, ready=len(updates))
    await STUB.until(lambda: STUB.confirmed >= last and STUB.said >= target)


async def paced(updates: list[bytes], load: Load, first: int) -> dict[str, Any]:
    """Hand out one update after the other at a rate; return how long the first card took for each."""
    STUB.load(updates, first, ready=0)
    before, began = cpu(load.pid), time.perf_counter()
    sent: list[float] = []
    for number in range(len(updates)):
        await asyncio.sleep(max(0.0, began + number / load.rate - time.perf_counter()))
        sent.append(time.perf_counter())
        STUB.ready = number + 1
        wake, Http.waiting = Http.waiting, []
        for connection in wake:
            connection.look_again()
    ids = [world.FIRST_MESSAGE + first + number for number in range(len(updates))]
    async with asyncio.timeout(120):
        await STUB.until(lambda: all(one in STUB.first_said for one in ids))
    waits = sorted(STUB.first_said[one] - at for one, at in zip(ids, sent, strict=True))
    share = {str(part): waits[min(len(waits) - 1, len(waits) * part // 100)] for part in (50, 90, 99)}
    return {"count": load.count, "waits": share, "longest": waits[-1], "cpu": cpu(load.pid) - before}


async def settled() -> int:
    """Wait until the bot has asked for updates, and asks for nothing else any more."""
    before = -1
    while STUB.polls == 0 or STUB.others != before:
        before = STUB.others
        await asyncio.sleep(1.0)
    return STUB.polls


async def serve() -> None:
    """Serve until standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Http, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        asked = json.loads(line)
        if asked.get("kind") == "first_poll":
            began = time.perf_counter()
            await STUB.until(partial(STUB.polled_since, STUB.polls))
            print(json.dumps({"seconds": time.perf_counter() - began}), flush=True)
            continue
        if asked.get("kind") == "settled":
            print(json.dumps({"polls": await settled()}), flush=True)
            continue
        print(json.dumps(await measure(Load(**asked))), flush=True)


if __name__ == "__main__":
    uvloop.run(serve())
