import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest
import telegram.error
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    PassportDecryptionError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.speaker.errors import TABLE, Course, judge
from bot.speaker.request import AiohttpRequest

CASES = [
    (RetryAfter(4), Course.FLOOD),
    (ChatMigrated(-1005), Course.MOVED),
    (InvalidToken(), Course.STOP),
    (Conflict("terminated by other getUpdates request"), Course.RETRY),
    (EndPointNotFound("no such method"), Course.REFUSED),
    (PassportDecryptionError("?"), Course.REFUSED),
    (Forbidden("Forbidden: bot was blocked by the user"), Course.UNREACHABLE),
    (Forbidden("Forbidden: user is deactivated"), Course.UNREACHABLE),
    (Forbidden("Forbidden: bot was kicked from the supergroup chat"), Course.UNREACHABLE),
    (Forbidden("Forbidden: bot can't initiate conversation with a user"), Course.NOT_STARTED),
    (BadRequest("Bad Request: message is not modified: specified new message content"), Course.SAME),
    (BadRequest("Bad Request: message to delete not found"), Course.SAME),
    (BadRequest("Bad Request: message can't be deleted"), Course.UNDELETABLE),
    (BadRequest("Bad Request: message to edit not found"), Course.GONE),
    (BadRequest("Bad Request: message can't be edited"), Course.GONE),
    (BadRequest("Bad Request: MESSAGE_ID_INVALID"), Course.GONE),
    (BadRequest("Bad Request: there is no text in the message to edit"), Course.GONE),
    (BadRequest("Bad Request: there is no caption in the message to edit"), Course.GONE),
    (BadRequest("Bad Request: wrong file identifier/HTTP URL specified"), Course.NO_FILE),
    (BadRequest("Bad Request: wrong remote file identifier specified: Wrong character in the string"), Course.NO_FILE),
    (BadRequest("Bad Request: can't use file of type Video as Photo"), Course.NO_FILE),
    (BadRequest("Bad Request: FILE_REFERENCE_EXPIRED"), Course.NO_FILE),
    (BadRequest("Bad Request: file is too big"), Course.NO_FILE),
    (BadRequest("Bad Request: IMAGE_PROCESS_FAILED"), Course.NO_FILE),
    (BadRequest("Bad Request: message thread not found"), Course.NO_TOPIC),
    (BadRequest("Bad Request: TOPIC_CLOSED"), Course.NO_TOPIC),
    (BadRequest("Bad Request: chat not found"), Course.UNREACHABLE),
    (BadRequest("Bad Request: not enough rights to send text messages to the chat"), Course.UNREACHABLE),
    (BadRequest("Bad Request: can't parse entities: Unclosed start tag at byte offset 0"), Course.REFUSED),
    (BadRequest("Bad Request: message is too long"), Course.REFUSED),
    (TimedOut("No connection in time"), Course.RETRY),
    (TimedOut(), Course.UNKNOWN),
    (NetworkError("aiohttp.ClientConnectorError"), Course.RETRY),
    (NetworkError("aiohttp.ServerDisconnectedError"), Course.UNKNOWN),
    (NetworkError("Internal Server Error"), Course.UNKNOWN),
    (NetworkError("Bad Gateway"), Course.UNKNOWN),
    (TelegramError("Invalid server response"), Course.UNKNOWN),
]


@pytest.mark.parametrize(("error", "course"), CASES, ids=lambda one: repr(one)[:60])
def test_each_error_has_its_course(error: TelegramError, course: Course) -> None:
    assert judge(error).course is course


def test_every_error_of_the_library_has_its_own_line_and_its_case() -> None:
    every = {one for one in vars(telegram.error).values() if isinstance(one, type) and issubclass(one, TelegramError)}
    assert {RetryAfter, TimedOut} < every
    assert every == {kind for kind, _, _ in TABLE}
    assert every == {type(error) for error, _ in CASES}


def test_each_line_of_the_table_decides_something() -> None:
    """A line below a wider one would never be read."""
    for number, (kind, text, _) in enumerate(TABLE):
        wider = [above for above, words, _ in TABLE[:number] if not words and issubclass(kind, above)]
        assert not wider, f"{kind.__name__} {text!r} stands below {wider}"


def test_what_a_verdict_carries() -> None:
    assert judge(RetryAfter(4)).after == 4.0
    assert judge(ChatMigrated(-1005)).moved_to == -1005
    assert "123:secret" not in judge(InvalidToken("The token `123:secret` was rejected by the server.")).why


@asynccontextmanager
async def odd_server(
    answer: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[str]:
    """A server that treats every connection as `answer` does; its address."""
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


async def judged(url: str, *, read: float = 5.0) -> Course:
    """Return the course of what one call to `url` raises."""
    request = AiohttpRequest(connections=1, connect=5.0, write=5.0, read=read)
    await request.initialize()
    try:
        with pytest.raises(TelegramError) as raised:
            await request.do_request(url, "POST", read_timeout=read)
    finally:
        await request.shutdown()
    assert url not in str(raised.value)
    return judge(raised.value).course


async def test_a_connection_that_never_stood_is_not_a_lost_message() -> None:
    async with odd_server(lambda _, writer: asyncio.sleep(0)) as url:
        pass
    assert await judged(url) is Course.RETRY
    assert await judged("no address") is Course.RETRY


async def test_a_call_that_went_out_may_have_arrived() -> None:
    over = asyncio.Event()

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await over.wait()
        writer.close()

    async with odd_server(hang_up) as url:
        assert await judged(url) is Course.UNKNOWN
    async with odd_server(say_nothing) as url:
        assert await judged(url, read=0.05) is Course.UNKNOWN
        over.set()


async def test_no_room_among_the_connections_in_time_sent_nothing() -> None:
    over = asyncio.Event()

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await over.wait()
        writer.close()

    async with odd_server(hold) as url:
        request = AiohttpRequest(connections=1, connect=0.05, write=5.0, read=5.0)
        await request.initialize()
        async with asyncio.TaskGroup() as group:
            first = group.create_task(_silently(request, url))
            await asyncio.sleep(0)
            with pytest.raises(TimedOut) as raised:
                await request.do_request(url, "POST", pool_timeout=0.05)
            over.set()
            await first
        await request.shutdown()
    assert judge(raised.value).course is Course.RETRY


async def _silently(request: AiohttpRequest, url: str) -> None:
    with suppress(NetworkError):
        await request.do_request(url, "POST")
