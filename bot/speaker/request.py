"""How python-telegram-bot reaches Telegram: over aiohttp, which the listener uses as well.

The library's own way, httpx, takes as long for one call as everything else that is done for a message.
"""

import urllib.request
from typing import Any

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
    FormData,
    TCPConnector,
)
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

IDLE = 5.0
"""Seconds for which a connection is kept that nobody uses: Telegram, or what stands before it, closes it later."""

JSON = {"Content-Type": "application/json"}
"""Chinese words in a form are nine characters of percent signs each."""


_OF_A_MESSAGE = ("message_id", "date", "chat", "photo", "edit_date")


class AiohttpRequest(BaseRequest):
    """One pool of `connections`; times in seconds. Errors say by their text and cause whether a call went out."""

    def __init__(self, *, connections: int, connect: float, write: float, read: float) -> None:
        self._connections = connections
        self._connect, self._write, self._read = connect, write, read
        self._session: ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds for an answer."""
        return self._read

    async def initialize(self) -> None:
        """Open the pool; the connections are made when they are needed."""
        if self._session is None or self._session.closed:
            self._session = ClientSession(
                connector=TCPConnector(limit=self._connections, keepalive_timeout=IDLE),
                cookie_jar=DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                trust_env=bool(urllib.request.getproxies()),
            )

    async def shutdown(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """Read an answer; of a message that was sent only what the speaker wants to know.

        Telegram repeats the whole message with the one it answers, and the library would make objects of all of it.
        """
        answer = BaseRequest.parse_json_payload(payload)
        result: Any = answer.get("result")
        if isinstance(result, dict) and "message_id" in result:
            answer["result"] = {name: result[name] for name in _OF_A_MESSAGE if name in result}
        return answer

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make one call; return status and body. Raises `TimedOut` and `NetworkError`."""
        if self._session is None or self._session.closed:
            raise RuntimeError("This request is not initialized")
        connect, write = _given(connect_timeout, self._connect), _given(write_timeout, self._write)
        read = _given(read_timeout, self._read)
        data, headers = _body(request_data)
        timeout = ClientTimeout(
            total=_sum(connect, connect, write, read),
            connect=_sum(connect, _given(pool_timeout, self._read)),
            sock_connect=connect,
            sock_read=read,
        )
        try:
            async with self._session.request(
                method, url, data=data, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                return response.status, await response.read()
        except ConnectionTimeoutError as error:
            raise TimedOut("No connection in time") from error
        except TimeoutError as error:
            raise TimedOut from error
        except (ClientError, OSError, ValueError) as error:  # their texts may hold the address, and so the token
            kind = "ClientConnectorError" if isinstance(error, ClientConnectorError) else type(error).__name__
            raise NetworkError(f"aiohttp.{kind}") from error


def _body(request_data: RequestData | None) -> tuple[Any, dict[str, str] | None]:
    if request_data is None:
        return None, None
    if not request_data.contains_files:
        return request_data.json_payload, JSON
    form = FormData(request_data.json_parameters, quote_fields=False)
    for name, (filename, content, kind) in (request_data.multipart_data or {}).items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form, None


def _given(asked: Any, usual: float) -> float | None:
    return asked if asked is None or isinstance(asked, int | float) else usual


def _sum(*seconds: float | None) -> float | None:
    return None if None in seconds else sum(one for one in seconds if one is not None)
