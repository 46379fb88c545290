"""A page that somebody has open, kept informed by parts of the realtime process in a thread of the test."""

import asyncio
import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from django.conf import settings
from django.db import connections

from yiwang.kernel.extension.realtime import live_sessions
from yiwang.kernel.realtime import server

PATIENCE = 5.0  # seconds: what is promised of numbers on open pages


class OpenPage:
    """numbers: as the page was last told."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._text = b""
        self.numbers: dict[str, int] = {}

    def wait_for(self, wanted: Callable[[dict[str, int]], bool]) -> float:
        """Until its numbers are so, for five seconds at most; how long it took."""
        began = time.monotonic()
        while not (self.numbers and wanted(self.numbers)):
            left = PATIENCE - (time.monotonic() - began)
            assert left > 0, f"the page still says {self.numbers}"
            self._connection.settimeout(left)
            self._hear(self._connection.recv(65_536))
        return time.monotonic() - began

    def _hear(self, piece: bytes) -> None:
        assert piece, "the stream has ended"
        self._text += piece
        while b"\n\n" in self._text:
            event, _, self._text = self._text.partition(b"\n\n")
            for line in event.splitlines():
                if line.startswith(b"data: "):
                    self.numbers = json.loads(line[6:])


@contextlib.contextmanager
def open_page(token: str) -> Iterator[OpenPage]:
    """For the session of this cookie. Needs transactions that commit."""
    with _hub() as port, socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
        cookie = f"{settings.SESSION_COOKIE}={token}"
        connection.sendall(f"GET /live/ HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n".encode())
        page = OpenPage(connection)
        page.wait_for(bool)
        yield page


@contextlib.contextmanager
def _hub() -> Iterator[int]:
    """The port at which pages are held."""
    began: threading.Event = threading.Event()
    told: dict[str, Any] = {}

    async def hold() -> None:
        board = server.Switchboard(next(iter(live_sessions)), [])
        stopping = asyncio.Event()
        listening = await asyncio.get_running_loop().create_server(board.hub.page, "127.0.0.1", 0)
        works: list[Coroutine[Any, Any, None]] = [*board.works(), server.hear_database(board)]
        tasks = [asyncio.create_task(one) for one in works]
        told.update(
            port=listening.sockets[0].getsockname()[1], loop=asyncio.get_running_loop(), stopping=stopping
        )
        began.set()
        await stopping.wait()
        for one in tasks:
            one.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        listening.close()
        await board.hub._ask(connections.close_all)
        board.close()

    thread = threading.Thread(target=lambda: asyncio.run(hold()))
    thread.start()
    began.wait(PATIENCE)
    try:
        yield int(told["port"])
    finally:
        told["loop"].call_soon_threadsafe(told["stopping"].set)
        thread.join(PATIENCE)
