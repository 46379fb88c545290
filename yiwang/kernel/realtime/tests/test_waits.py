"""Programs that wait, over real sockets: answered when there is something, let go when they may not go on."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import pytest
from django.http import HttpResponse

from yiwang.kernel.extension.realtime import HELD, Found, Hold, LiveFeed, LiveSessions
from yiwang.kernel.realtime import waits as subject
from yiwang.kernel.realtime.hub import Hub
from yiwang.kernel.realtime.waits import Waits
from yiwang.kernel.realtime.wire import environ_of, head_of

PATIENCE = 5.0
POLL, STREAM = "/feed", "/feed/stream"


class House:
    """A feed as a module would keep it; 7 and 9 are subjects, their tokens bear their numbers."""

    def __init__(self) -> None:
        self.rows: dict[int, list[int]] = {7: [], 9: []}
        self.ended: set[str] = set()
        self.questions = 0
        self.fails = 0

    def respond(self, environ: dict[str, Any]) -> HttpResponse:
        """The view."""
        token = environ.get("HTTP_AUTHORIZATION", "")
        if not token.isdigit() or token in self.ended:
            return HttpResponse("refused", status=401)
        query = dict(part.split("=") for part in environ["QUERY_STRING"].split("&") if part)
        place = int(environ.get("HTTP_LAST_EVENT_ID") or query.get("cursor", "0"))
        is_stream = environ["PATH_INFO"] == STREAM
        found = [one for one in self.rows[int(token)] if one > place]
        response = HttpResponse(json.dumps(found), content_type="text/plain")
        seconds = 0 if is_stream else int(query.get("wait", "0"))
        if is_stream or (seconds and not found):
            environ[HELD].append(
                Hold(int(token), token, environ["REMOTE_ADDR"], place, 2 if is_stream else 100, seconds)
            )
        return response

    def read(self, holds: Sequence[Hold]) -> list[Found | None]:
        self.questions += 1
        if self.fails:
            self.fails -= 1
            raise OSError("away")
        return [self._read(one) for one in holds]

    def _read(self, hold: Hold) -> Found | None:
        found = [one for one in self.rows[hold.subject] if one > hold.after]
        if not found:
            return None
        shown = found[: hold.limit]
        body = json.dumps(shown) if hold.seconds else "".join(f"data: {one}\n\n" for one in shown)
        return Found(body.encode(), shown[-1], len(found) > hold.limit)

    def living(self, holds: Sequence[Hold]) -> list[bool]:
        return [one.token not in self.ended for one in holds]


class Program:
    """The other side of the connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def head(self) -> str:
        found = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), PATIENCE)
        return found.decode()

    async def line(self) -> str:
        found = await asyncio.wait_for(self.reader.readuntil(b"\n\n"), PATIENCE)
        return found.decode().strip()

    async def rest(self) -> str:
        found = await asyncio.wait_for(self.reader.read(), PATIENCE)
        return found.decode()

    async def body(self) -> str:
        await self.head()
        return await self.rest()

    async def is_silent(self) -> bool:
        with contextlib.suppress(TimeoutError):
            return not await asyncio.wait_for(self.reader.read(1), 0.05)
        return True


Call = Callable[..., Awaitable[Program]]


@contextlib.asynccontextmanager
async def opened(house: House) -> AsyncIterator[tuple[Waits, Call]]:
    feed = LiveFeed("tests.feed", "", (POLL, STREAM), "tests", read=house.read, living=house.living)
    waits = Waits(feed, house.respond)
    sessions = LiveSessions("tests.live", "", cookie="s", channel="tests", living=lambda tokens: {})
    hub = Hub(sessions, waits.connection)
    server = await asyncio.get_running_loop().create_server(hub.page, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    work = asyncio.create_task(waits.work())
    programs: list[Program] = []

    async def call(target: str, who: int | str = 7, method: str = "GET", **headers: str) -> Program:
        program = Program(*await asyncio.open_connection("127.0.0.1", port))
        programs.append(program)
        given = {"Host": "localhost", "Authorization": str(who)} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
        program.writer.write(f"{method} {target} HTTP/1.1\r\n{lines}\r\n".encode())
        return program

    try:
        yield waits, call
    finally:
        work.cancel()
        for program in programs:
            program.writer.close()
        waits.close()
        hub.close()
        server.close()
        await asyncio.sleep(0)


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setattr(subject, "GATHER_SECONDS", 0.001)
    return House()


def run(story: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        await asyncio.wait_for(_awaited(story), 30)

    asyncio.run(whole())


async def _awaited(story: Callable[[], Awaitable[None]]) -> None:
    await story()


async def _held(waits: Waits, number: int) -> None:
    """Until so many wait."""
    for _ in range(500):
        if waits.number == number:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"{waits.number} wait, not {number}")


def test_what_is_there_is_answered_at_once(house: House) -> None:
    house.rows[7] = [1, 2]

    async def story() -> None:
        async with opened(house) as (waits, call):
            assert await (await call(f"{POLL}?wait=30")).body() == "[1, 2]"
            assert await (await call(f"{POLL}?wait=30&cursor=1")).body() == "[2]"
            assert await (await call(POLL, 9)).body() == "[]"
            assert waits.number == 0

    run(story)


def test_who_waits_is_answered_when_it_happens(house: House) -> None:
    async def story() -> None:
        async with opened(house) as (waits, call):
            own, other = await call(f"{POLL}?wait=30"), await call(f"{POLL}?wait=30", 9)
            await _held(waits, 2)
            house.rows[7].append(1)
            waits.changed(7)
            assert await own.body() == "[1]"
            assert await other.is_silent() and waits.number == 1

    run(story)


def test_time_is_over(house: House) -> None:
    async def story() -> None:
        async with opened(house) as (waits, call):
            program = await call(f"{POLL}?wait=1&cursor=5")
            head = await program.head()
            assert head.startswith("HTTP/1.1 200 OK") and "Content-Length: 2\r\n" in head
            assert await program.rest() == "[]" and waits.number == 0

    run(story)


def test_a_stream_goes_on_from_where_it_stood(house: House) -> None:
    house.rows[7] = [1, 2, 3, 4, 5]

    async def story() -> None:
        async with opened(house) as (waits, call):
            program = await call(STREAM, Last_Event_ID="1")
            head = await program.head()
            assert "Content-Length" not in head
            assert await program.line() == "retry: 3000"
            heard = [await program.line() for _ in range(4)]
            assert heard == ["data: 2", "data: 3", "data: 4", "data: 5"], "more than one question's worth"
            house.rows[7].append(6)
            waits.changed(None)
            assert await program.line() == "data: 6"

    run(story)


@pytest.mark.parametrize(
    ("target", "who", "method", "status"),
    [
        (POLL, "nobody", "GET", 401),
        (STREAM, "nobody", "GET", 401),
        (POLL, 7, "POST", 405),
        ("/elsewhere", 7, "GET", 404),
    ],
)
def test_who_is_refused(house: House, target: str, who: int | str, method: str, status: int) -> None:
    async def story() -> None:
        async with opened(house) as (waits, call):
            program = await call(target, who, method)
            assert (await program.head()).startswith(f"HTTP/1.1 {status} ")
            await program.rest()
            assert waits.number == 0

    run(story)


def test_a_token_that_ended_ends_what_it_opened(house: House) -> None:
    async def story() -> None:
        async with opened(house) as (waits, call):
            own, other = await call(STREAM), await call(STREAM, 9)
            await _held(waits, 2)
            house.ended.add("7")
            waits.tokens_changed()
            assert (await own.rest()).endswith("retry: 3000\n\n")
            await _held(waits, 1)
            house.rows[9].append(1)
            waits.changed(9)
            await other.head()
            assert [await other.line(), await other.line()] == ["retry: 3000", "data: 1"]

    run(story)


def test_a_token_that_ran_out_is_found(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody announces it; the look round finds it."""
    monkeypatch.setattr(subject, "CHECK_SECONDS", 0.01)

    async def story() -> None:
        async with opened(house) as (waits, call):
            program = await call(STREAM)
            await _held(waits, 1)
            looking = asyncio.create_task(waits.look_round())
            house.ended.add("7")
            await program.rest()
            await _held(waits, 0)
            looking.cancel()

    run(story)


def test_many_wait_and_are_told_by_few_questions(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "MOST_OF_ONE", 1_000)
    monkeypatch.setattr(subject, "GATHER_SECONDS", 0.05)

    async def story() -> None:
        async with opened(house) as (waits, call):
            programs = [await call(f"{POLL}?wait=50") for _ in range(300)]
            await _held(waits, 300)
            await asyncio.sleep(0.2)
            before = house.questions
            house.rows[7].append(1)
            waits.changed(7)
            assert {await one.body() for one in programs} == {"[1]"}
            assert house.questions - before <= 4

    run(story)


def test_one_application_does_not_take_all_places(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "MOST_OF_ONE", 1)

    async def story() -> None:
        async with opened(house) as (waits, call):
            await call(f"{POLL}?wait=50")
            await _held(waits, 1)
            second = await call(f"{POLL}?wait=50")
            assert "Retry-After: 5\r\n" in await second.head() and await second.rest() == "[]"
            third = await call(STREAM)
            assert (await third.head()).startswith("HTTP/1.1 429 ")
            await call(f"{POLL}?wait=50", 9)
            await _held(waits, 2)

    run(story)


def test_a_database_that_is_away_is_asked_again(house: House) -> None:
    async def story() -> None:
        async with opened(house) as (waits, call):
            program = await call(f"{POLL}?wait=50")
            await _held(waits, 1)
            await asyncio.sleep(0.05)
            house.fails = 1
            house.rows[7].append(1)
            waits.changed(7)
            assert await program.body() == "[1]"

    run(story)


def test_what_the_view_is_told_of_the_request() -> None:
    head = head_of(
        b"GET /feed?a=%20 HTTP/1.1\r\nHost: h\r\nX_Forwarded_For: 1.1.1.1\r\nX-Forwarded-For: 2.2.2.2"
    )
    environ = environ_of(head, "127.0.0.1")
    assert environ["HTTP_X_FORWARDED_FOR"] == "2.2.2.2" and environ["HTTP_HOST"] == "h"
    assert (environ["PATH_INFO"], environ["QUERY_STRING"]) == ("/feed", "a=%20")
