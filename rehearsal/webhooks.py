"""Delivery of updates to a webhook: in order per queue, queues side by side, patient retries."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import aiohttp

from .errors import bad_request
from .model import Bot, JsonDict
from .updates import Queued

FIRST_PAUSE = 2.0
LONGEST_PAUSES = (60.0, 120.0)
RETRY_AFTER_MAX = 3600.0
ANSWER_SECONDS = 60
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"

Reply = Callable[[Bot, JsonDict], Awaitable[None]]


@dataclass
class _Hook:
    bot: Bot
    url: str
    secret: str
    connections: asyncio.Semaphore
    limit: int
    task: asyncio.Task[None] | None = None
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    workers: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    last_error: tuple[float, str] | None = None


class Webhooks:
    """The webhooks of all bots. `reply` runs a method call that stands in the body of a 2xx answer."""

    def __init__(self, wall: Callable[[], float], *, first_pause: float = FIRST_PAUSE) -> None:
        self.reply: Reply | None = None
        self.first_pause = first_pause
        self._wall = wall
        self._hooks: dict[int, _Hook] = {}
        self._tasks: asyncio.TaskGroup | None = None
        self._session: aiohttp.ClientSession | None = None
        self._dice = random.Random(0)  # noqa: S311 - only spreads retries

    def open(self, tasks: asyncio.TaskGroup) -> None:
        """Give the group in which deliveries run."""
        self._tasks = tasks

    async def close(self) -> None:
        """Stop all deliveries."""
        for hook in list(self._hooks.values()):
            self.remove(hook.bot)
        if self._session is not None:
            await self._session.close()

    def url(self, bot_id: int) -> str:
        """Return the address; empty without a webhook."""
        hook = self._hooks.get(bot_id)
        return hook.url if hook else ""

    def info(self, bot_id: int) -> JsonDict:
        """Return the part of WebhookInfo that is known here."""
        hook = self._hooks.get(bot_id)
        if hook is None:
            return {"url": ""}
        info: JsonDict = {"url": hook.url, "max_connections": hook.limit}
        if hook.last_error:
            info["last_error_date"] = int(hook.last_error[0])
            info["last_error_message"] = hook.last_error[1]
        return info

    def set(self, bot: Bot, url: str, secret: str, connections: int) -> None:
        """Start delivering a bot's updates to `url`."""
        if self._tasks is None:
            raise bad_request("bad webhook: the rehearsal is closing")
        self.remove(bot)
        hook = _Hook(bot, url, secret, asyncio.Semaphore(connections), connections)
        self._hooks[bot.id] = hook
        bot.queue.on_push = hook.wake.set
        hook.wake.set()
        hook.task = self._tasks.create_task(self._run(hook))

    def remove(self, bot: Bot) -> None:
        """Stop delivering; what waits stays in the queue."""
        hook = self._hooks.pop(bot.id, None)
        bot.queue.on_push = None
        if hook is None:
            return
        for task in (hook.task, *hook.workers.values()):
            if task is not None:
                task.cancel()

    async def _run(self, hook: _Hook) -> None:
        assert self._tasks is not None
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS))
        while True:
            await hook.wake.wait()
            hook.wake.clear()
            for queued in hook.bot.queue.peek():
                if queued.queue_key not in hook.workers:
                    work = self._work(hook, queued.queue_key)
                    hook.workers[queued.queue_key] = self._tasks.create_task(work)

    async def _work(self, hook: _Hook, key: str) -> None:
        """Deliver one queue in order; a failing update holds up those behind it."""
        pause = self.first_pause
        try:
            while True:
                queued = next((one for one in hook.bot.queue.peek() if one.queue_key == key), None)
                if queued is None:
                    return
                async with hook.connections:
                    wait = await self._deliver(hook, queued)
                if wait is None:
                    hook.bot.queue.done(queued)
                    pause = self.first_pause
                    continue
                await asyncio.sleep(wait or pause)
                pause = min(pause * 2, self._dice.uniform(*LONGEST_PAUSES))
        finally:
            hook.workers.pop(key, None)

    async def _deliver(self, hook: _Hook, queued: Queued) -> float | None:
        """Return None when delivered, else how many seconds the receiver asked to wait (0: it did not say)."""
        headers = {SECRET_HEADER: hook.secret} if hook.secret else {}
        assert self._session is not None
        try:
            async with self._session.post(hook.url, json=queued.body, headers=headers, allow_redirects=False) as answer:
                if 200 <= answer.status < 300:
                    await self._read_reply(hook.bot, answer)
                    return None
                hook.last_error = (
                    self._wall(),
                    f"Wrong response from the webhook: {answer.status} {answer.reason}",
                )
                asked = answer.headers.get("Retry-After", "")
                return min(float(asked), RETRY_AFTER_MAX) if asked.isdigit() else 0.0
        except (aiohttp.ClientError, TimeoutError) as error:
            hook.last_error = (self._wall(), f"Connection failed: {type(error).__name__}")
            return 0.0

    async def _read_reply(self, bot: Bot, answer: aiohttp.ClientResponse) -> None:
        if answer.content_type != "application/json" or self.reply is None:
            return
        try:
            body = await answer.json()
        except ValueError:
            return
        if isinstance(body, dict) and isinstance(body.get("method"), str):
            await self.reply(bot, body)
