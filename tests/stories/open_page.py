"""A page that somebody has open, kept informed by the realtime process in a thread of the test."""

import contextlib
import json
import socket
import time
from collections.abc import Callable, Iterator

from django.conf import settings

from tests.realtime import running

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
    with running([]) as held, socket.create_connection(("127.0.0.1", held.port), PATIENCE) as connection:
        cookie = f"{settings.SESSION_COOKIE}={token}"
        connection.sendall(f"GET /live/ HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n".encode())
        page = OpenPage(connection)
        page.wait_for(bool)
        yield page
