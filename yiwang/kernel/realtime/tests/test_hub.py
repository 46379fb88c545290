"""Open pages over real sockets: who is let in, what he is told, when he is let go."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

import pytest
from pytest_django import Settings

from yiwang.kernel import badges
from yiwang.kernel.extension.realtime import LiveSessions, Reader
from yiwang.kernel.realtime import hub as subject
from yiwang.kernel.realtime import news
from yiwang.kernel.realtime.hub import Hub

PATIENCE = 5.0
LI, WANG = Reader(7, 70), Reader(9, 90)


class Office:
    """Sessions and numbers as the database would know them; every question is counted."""

    def __init__(self) -> None:
        self.sessions = {"li": LI, "wang": WANG}
        self.numbers = {7: {"todos": 3}, 9: {"todos": 0}}
        self.questions = 0

    def living(self, tokens: Sequence[str]) -> Mapping[str, Reader]:
        self.questions += 1
        return {token: self.sessions[token] for token in tokens if token in self.sessions}

    def count(self, persons: Sequence[int]) -> dict[int, dict[str, int]]:
        return {person: dict(self.numbers[person]) for person in persons}


class Caller:
    """A page's side of the connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def hear(self) -> str:
        """Up to the next empty line."""
        found = await asyncio.wait_for(self.reader.readuntil(b"\n\n"), PATIENCE)
        return found.decode()

    async def head(self) -> str:
        found = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), PATIENCE)
        return found.decode()

    async def is_let_go(self) -> bool:
        rest = await asyncio.wait_for(self.reader.read(), PATIENCE)
        return not rest.replace(b": \n\n", b"")


Call = Callable[..., Awaitable[Caller]]


@contextlib.asynccontextmanager
async def opened(office: Office) -> AsyncIterator[tuple[Hub, Call]]:
    """A hub that listens on a port of this machine, and a way to call it."""
    hub = Hub(LiveSessions("tests.live", "", cookie="session", channel="tests", living=office.living))
    server = await asyncio.get_running_loop().create_server(hub.page, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    work = asyncio.create_task(hub.work())
    callers: list[Caller] = []

    async def call(who: str = "li", *, line: str = "GET /live/ HTTP/1.1", **headers: str) -> Caller:
        caller = Caller(*await asyncio.open_connection("127.0.0.1", port))
        callers.append(caller)
        given = {"Host": f"localhost:{port}", "Cookie": f"a=1; session={who}"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
        caller.writer.write(f"{line}\r\n{lines}\r\n".encode())
        return caller

    try:
        yield hub, call
    finally:
        work.cancel()
        for caller in callers:
            caller.writer.close()
        hub.close()
        server.close()
        await asyncio.sleep(0)


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Office:
    made = Office()
    monkeypatch.setattr(badges, "numbers_of", made.count)
    monkeypatch.setattr(subject, "GATHER_SECONDS", 0.001)
    return made


@pytest.fixture(autouse=True)
def hosts(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]


def run(story: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(_awaited(story), 30))


async def _awaited(story: Callable[[], Awaitable[None]]) -> None:
    await story()


def test_a_page_is_told_its_numbers_and_their_changes(office: Office) -> None:
    async def story() -> None:
        async with opened(office) as (hub, call):
            page = await call()
            head = await page.head()
            assert head.startswith("HTTP/1.1 200 OK") and "text/event-stream" in head
            assert "retry" in await page.hear()
            assert await page.hear() == 'event: numbers\ndata: {"todos":3}\n\n'
            office.numbers[7]["todos"] = 2
            hub.numbers_changed("7,8")
            assert '"todos":2' in await page.hear()
            hub.numbers_changed("7")  # counted again, but there is nothing new to say
            office.numbers[7]["todos"] = 1
            hub.numbers_changed(news.EVERYBODY)
            assert '"todos":1' in await page.hear()
            assert hub.number == 1

    run(story)


def test_others_hear_nothing_of_it(office: Office) -> None:
    async def story() -> None:
        async with opened(office) as (hub, call):
            li, wang = await call("li"), await call("wang")
            for page in (li, wang):
                await page.head()
                await page.hear()
                await page.hear()
            office.numbers[7]["todos"] = 9
            hub.numbers_changed("7")
            assert '"todos":9' in await li.hear()
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(wang.reader.read(1), 0.05)

    run(story)


@pytest.mark.parametrize(
    ("token", "line", "headers", "status"),
    [
        ("nobody", "GET /live/ HTTP/1.1", {}, 401),
        ("li", "GET /live/ HTTP/1.1", {"Cookie": "other=1"}, 401),
        ("li", "GET /elsewhere/ HTTP/1.1", {}, 404),
        ("li", "POST /live/ HTTP/1.1", {}, 405),
        ("li", "GET /live/ HTTP/1.1", {"Host": "evil.example"}, 400),
        ("li", "GET /live/ HTTP/1.1", {"Origin": "https://evil.example"}, 403),
        ("li", "nonsense", {"Cookie": "\x00"}, 404),
    ],
)
def test_who_is_refused(office: Office, token: str, line: str, headers: dict[str, str], status: int) -> None:
    async def story() -> None:
        async with opened(office) as (hub, call):
            page = await call(token, line=line, **headers)
            assert (await page.head()).startswith(f"HTTP/1.1 {status} ")
            assert await page.is_let_go() and hub.number == 0

    run(story)


def test_a_page_of_another_port_of_ours_may_listen(office: Office) -> None:
    async def story() -> None:
        async with opened(office) as (_, call):
            page = await call(Origin="http://localhost:8000")
            head = await page.head()
            assert "Access-Control-Allow-Origin: http://localhost:8000" in head
            assert "Access-Control-Allow-Credentials: true" in head

    run(story)


def test_an_endless_head_is_cut(office: Office) -> None:
    async def story() -> None:
        async with opened(office) as (_, call):
            page = await call(X="x" * 20_000)
            assert (await page.head()).startswith("HTTP/1.1 400 ")

    run(story)


def test_who_logs_out_is_let_go(office: Office) -> None:
    """退出, 停用, 注销: announced by the database, so it holds at once."""

    async def story() -> None:
        async with opened(office) as (hub, call):
            li, wang = await call("li"), await call("wang")
            for page in (li, wang):
                await page.head()
                await page.hear()
                await page.hear()
            del office.sessions["li"]
            hub.sessions_changed("70")
            assert await li.is_let_go()
            office.numbers[9]["todos"] = 4
            hub.numbers_changed("9")
            assert '"todos":4' in await wang.hear() and hub.number == 1

    run(story)


def test_a_session_that_runs_out_is_found(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody announces it; the look round finds it."""
    monkeypatch.setattr(subject, "CHECK_SECONDS", 0.01)

    async def story() -> None:
        async with opened(office) as (hub, call):
            page = await call()
            await page.head()
            office.sessions.clear()
            looking = asyncio.create_task(hub.look_round())
            await asyncio.wait_for(page.reader.read(), PATIENCE)
            assert hub.number == 0
            looking.cancel()

    run(story)


def test_many_are_let_in_by_few_questions(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "GATHER_SECONDS", 0.05)

    async def story() -> None:
        async with opened(office) as (hub, call):
            pages = [await call() for _ in range(60)]
            for page in pages:
                assert " 200 " in await page.head()
            assert hub.number == 60 and office.questions < 10

    run(story)


def test_more_than_it_holds_are_sent_back_to_asking(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "MOST_PAGES", 1)

    async def story() -> None:
        async with opened(office) as (_, call):
            first = await call()
            await first.head()
            second = await call()
            assert (await second.head()).startswith("HTTP/1.1 503 ")

    run(story)


def test_a_database_that_is_away_is_asked_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with opened(office) as (hub, call):
            page = await call()
            for _ in range(2):
                await page.hear()
            failing = [True]

            def sometimes(persons: Sequence[int]) -> dict[int, dict[str, int]]:
                if failing:
                    failing.pop()
                    raise OSError("away")
                return office.count(persons)

            monkeypatch.setattr(badges, "numbers_of", sometimes)
            office.numbers[7]["todos"] = 5
            hub.numbers_changed("7")
            assert '"todos":5' in await page.hear()

    run(story)
