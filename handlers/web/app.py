"""The HTTP application: /healthz, /readyz, /metrics, and a door for the webhook."""

from collections.abc import Awaitable, Callable

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST
from yarl import URL

from handlers.web.figures import Reader
from handlers.web.health import report
from handlers.web.metrics import Metrics
from handlers.web.vitals import Vitals

BODY_BYTES = 1 << 20
"""An update of Telegram has 512 KiB at most."""

Receive = Callable[[web.Request], Awaitable[web.StreamResponse]]


def application(
    vitals: Vitals, reader: Reader, *, webhook_path: str | None = None, receive: Receive | None = None
) -> web.Application:
    """Return the application. `receive` answers POSTs to `webhook_path`."""
    app = web.Application(client_max_size=BODY_BYTES)
    pages = _Pages(vitals, reader)
    app.router.add_get("/healthz", pages.healthz)
    app.router.add_get("/readyz", pages.readyz)
    app.router.add_get("/metrics", pages.metrics)
    if webhook_path is not None and receive is not None:
        # Not add_post: braces in the path are no pattern here.
        door = web.PlainResource(URL(webhook_path).raw_path or "/")
        app.router.register_resource(door)
        door.add_route("POST", receive)
    return app


class _Pages:
    def __init__(self, vitals: Vitals, reader: Reader) -> None:
        self._vitals = vitals
        self._reader = reader
        self._metrics = Metrics(vitals)

    async def healthz(self, _: web.Request) -> web.Response:
        """The loop turns: whoever reads this knows it."""
        return _told(web.json_response({"alive": True}))

    async def readyz(self, _: web.Request) -> web.Response:
        """200 when of use or standing by, else 503 with the reasons."""
        body = report(self._vitals)
        return _told(web.json_response(body, status=200 if body["ready"] else 503))

    async def metrics(self, _: web.Request) -> web.Response:
        """Return the figures of this process and of the database."""
        page = self._metrics.page(await self._reader.figures())
        return _told(web.Response(body=page, headers={"Content-Type": CONTENT_TYPE_LATEST}))


def _told(answer: web.Response) -> web.Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer
