"""Calls led to another platform, over real sockets: what goes there, what comes back, who may ask."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import pytest
from pytest_django import Settings

from yiwang.kernel.extension.realtime import LiveRelay, LiveSessions
from yiwang.kernel.realtime import relay as subject
from yiwang.kernel.realtime.server import Switchboard

PATIENCE = 5.0
STREAM = "/there/feed/stream"


class There:
    """The other platform: remembers what it was asked, answers what it is told to."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.parts = [
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nSet-Cookie: own=1\r\nX-Inner: 1\r\n\r\n"
        ]
        self.more: asyncio.Queue[bytes] = asyncio.Queue()
        self.ended = asyncio.Event()
        self.port = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked.append((await reader.readuntil(b"\r\n\r\n")).decode())
        for part in self.parts:
            writer.write(part)
            await writer.drain()
        gone = asyncio.create_task(reader.read())
        while not gone.done():
            told = asyncio.create_task(self.more.get())
            await asyncio.wait({gone, told}, return_when=asyncio.FIRST_COMPLETED)
            if not told.done():
                told.cancel()
                break
            if not told.result():
                break
            writer.write(told.result())
        gone.cancel()
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        self.ended.set()


class Caller:
    """A program, or the script of a page."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def until(self, mark: bytes) -> str:
        return (await asyncio.wait_for(self.reader.readuntil(mark), PATIENCE)).decode()

    async def all(self) -> str:
        return (await asyncio.wait_for(self.reader.read(), PATIENCE)).decode()


class House:
    """Both platforms."""

    def __init__(self, port: int, there: There, board: Switchboard) -> None:
        self.port, self.there, self.board = port, there, board
        self.callers: list[Caller] = []

    async def ask(self, target: str = STREAM, method: str = "GET", **fields: str) -> Caller:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        given = {"Host": "localhost:8001"} | {name.replace("_", "-"): text for name, text in fields.items()}
        lines = "".join(f"{name}: {text}\r\n" for name, text in given.items())
        writer.write(f"{method} {target} HTTP/1.1\r\n{lines}\r\n".encode())
        self.callers.append(Caller(reader, writer))
        return self.callers[-1]

    async def close(self) -> None:
        """Everybody leaves, and both platforms notice."""
        for one in self.callers:
            one.writer.close()
            with contextlib.suppress(OSError):
                await one.writer.wait_closed()
        if self.there.asked:
            await asyncio.wait_for(self.there.ended.wait(), PATIENCE)


@contextlib.asynccontextmanager
async def houses(url: Callable[[There], str] | None = None) -> AsyncIterator[House]:
    there = There()
    other = await asyncio.start_server(there.answer, "127.0.0.1", 0)
    there.port = other.sockets[0].getsockname()[1]
    where = url or (lambda one: f"http://127.0.0.1:{one.port}")
    route = LiveRelay(
        "test.there",
        "那边",
        paths={"/there/feed": "/feed", STREAM: "/feed/stream"},
        url=lambda: where(there),
        sent=("Authorization", "Last-Event-ID"),
        returned=("Content-Type",),
    )
    sessions = LiveSessions("test", "测试", "cookie", "test.sessions", living=lambda cookies: {})
    board = Switchboard(sessions, [], [route])
    own = await asyncio.get_running_loop().create_server(board.hub.page, "127.0.0.1", 0)
    house = House(own.sockets[0].getsockname()[1], there, board)
    try:
        yield house
        await house.close()
    finally:
        board.close()
        own.close()
        other.close()


def run(story: Callable[[House], object], url: Callable[[There], str] | None = None) -> None:
    async def told() -> None:
        async with houses(url) as house:
            await story(house)  # type: ignore[misc]

    asyncio.run(told())


@pytest.fixture(autouse=True)
def hosts(settings: Settings) -> None:
    settings.ALLOWED_HOSTS, settings.TRUSTED_PROXIES = ["localhost"], 0


def test_a_stream_is_passed_on_as_it_comes() -> None:
    async def story(house: House) -> None:
        caller = await house.ask(
            f"{STREAM}?cursor=3", Authorization="Bearer t", Cookie="session=secret", Last_Event_ID="9"
        )
        head = await caller.until(b"\r\n\r\n")
        assert head.startswith("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n")
        assert "Set-Cookie" not in head and "X-Inner" not in head and "Cache-Control: no-store" in head
        for number in (1, 2):
            house.there.more.put_nowait(f"id: {number}\n\n".encode())
            assert await caller.until(b"\n\n") == f"id: {number}\n\n"
        (asked,) = house.there.asked
        assert asked.startswith("GET /feed/stream?cursor=3 HTTP/1.1\r\n")
        assert "Authorization: Bearer t" in asked and "Last-Event-ID: 9" in asked
        assert "secret" not in asked, "no cookie goes there"
        assert "X-Forwarded-For: 127.0.0.1" in asked
        caller.writer.close()
        await asyncio.wait_for(house.there.ended.wait(), PATIENCE)

    run(story)


def test_an_answer_in_pieces_and_its_end() -> None:
    async def story(house: House) -> None:
        house.there.parts = [b"HTTP/1.1 200 OK\r\nContent-Le", b"ngth: 2\r\n\r", b"\n{", b"}"]
        house.there.more.put_nowait(b"")
        answer = await (await house.ask("/there/feed")).all()
        head, _, body = answer.partition("\r\n\r\n")
        assert body == "{}" and "Content-Length: 2" in head

    run(story)


def test_a_page_of_this_platform_may_read_it_and_no_other() -> None:
    async def story(house: House) -> None:
        asked = await (await house.ask(method="OPTIONS", Origin="http://localhost:8000")).all()
        assert asked.startswith("HTTP/1.1 204 ") and "Access-Control-Allow-Headers: Authorization" in asked
        assert "Access-Control-Allow-Origin: http://localhost:8000" in asked
        caller = await house.ask(Origin="http://localhost:8000", Authorization="Bearer t")
        assert "Access-Control-Allow-Origin: http://localhost:8000" in await caller.until(b"\r\n\r\n")
        for fields in ({"Origin": "http://elsewhere.test"}, {"Host": "elsewhere.test"}):
            assert (await (await house.ask(**fields)).all()).split()[1] in ("400", "403")
        assert len(house.there.asked) == 1

    run(story)


@pytest.mark.parametrize("method", ["POST", "DELETE", "OPTIONS"])
def test_only_questions_wait(method: str) -> None:
    async def story(house: House) -> None:
        assert " 405 " in await (await house.ask(method=method)).until(b"\r\n")
        assert house.there.asked == []

    run(story)


def test_the_other_platform_is_away() -> None:
    async def story(house: House) -> None:
        answer = await (await house.ask()).all()
        assert answer.startswith("HTTP/1.1 503 ") and "Retry-After: 5" in answer

    run(story, url=lambda there: "http://127.0.0.1:1")


def test_where_there_is_none_the_address_is_nothing() -> None:
    async def story(house: House) -> None:
        assert " 404 " in await (await house.ask()).until(b"\r\n")

    run(story, url=lambda there: "")


def test_beyond_the_most_nobody_is_led_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "MOST", 1)

    async def story(house: House) -> None:
        first = await house.ask()
        await first.until(b"\r\n\r\n")
        assert " 503 " in await (await house.ask()).until(b"\r\n")
        first.writer.close()
        await asyncio.wait_for(house.there.ended.wait(), PATIENCE)

    run(story)


def test_nonsense_is_not_passed_on() -> None:
    async def story(house: House) -> None:
        house.there.parts = [b"x" * 20_000]
        assert " 503 " in await (await house.ask()).until(b"\r\n")

    run(story)
