"""The chat page: its files, read from disk at each request so that an edit shows at once."""

import mimetypes
from pathlib import Path

from aiohttp import web

_HEADERS = {
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob:",
}


class Page:
    """Serves `index.html` at / and the other files of a folder under /static/."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def add_routes(self, app: web.Application) -> None:
        """Add the routes of the page."""
        app.router.add_get("/", self._index)
        app.router.add_get("/static/{name:.+}", self._static)

    async def _index(self, request: web.Request) -> web.Response:
        return self._file("index.html")

    async def _static(self, request: web.Request) -> web.Response:
        return self._file(request.match_info["name"])

    def _file(self, name: str) -> web.Response:
        path = (self._folder / name).resolve()
        if not path.is_relative_to(self._folder) or not path.is_file():
            raise web.HTTPNotFound(text=f"there is no {name} in the page")
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        charset = "utf-8" if kind.startswith("text/") else None
        return web.Response(body=path.read_bytes(), content_type=kind, charset=charset, headers=_HEADERS)
