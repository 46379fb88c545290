"""One open page: a bare HTTP/1.1 connection that asks once and is told for as long as it stays.

Written on asyncio's transports because a page costs a few KiB so, not the hundred of a general server.
"""

import asyncio
from collections.abc import Callable
from http import cookies
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from yiwang.kernel.extension.realtime import Reader
from yiwang.kernel.realtime.address import PATH
from yiwang.kernel.realtime.wire import REASONS, Head, Refuse, head_of

_LONGEST_HEAD = 16_384
_HEAD_SECONDS = 10.0
_MOST_UNSENT = 65_536  # bytes; a page that does not take what it is sent is let go
Elsewhere = Callable[[Head], "asyncio.Protocol | None"]


class Page(asyncio.Protocol):
    """asked: told when the head is there; gone: when the connection has ended; elsewhere: who takes the
    connection over when it is no page that calls.
    """

    __slots__ = (
        "_asked",
        "_elsewhere",
        "_gone",
        "_head",
        "_origin",
        "_timer",
        "_transport",
        "reader",
        "token",
        "told",
    )

    def __init__(
        self,
        cookie: str,
        asked: "Callable[[Page], None]",
        gone: "Callable[[Page], None]",
        elsewhere: Elsewhere,
    ) -> None:
        self.token = cookie  # the cookie's name until the head has been read
        self.reader: Reader | None = None
        self.told = ""
        self._asked, self._gone, self._elsewhere = asked, gone, elsewhere
        self._head: bytearray | None = bytearray()
        self._origin = ""
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  asyncio promises it for TCP
        self._transport = transport
        self._timer = asyncio.get_running_loop().call_later(_HEAD_SECONDS, self.close)

    def data_received(self, data: bytes) -> None:
        head = self._head
        if head is None:
            return  # nothing is expected after the head
        head += data
        end = head.find(b"\r\n\r\n")
        if len(head) > _LONGEST_HEAD:
            self._head = None
            self.refuse(400)
        elif end >= 0:
            self._head = None
            self._answer(bytes(head[:end]))

    def _answer(self, head: bytes) -> None:
        try:
            self._read(head)
        except Refuse as refusal:
            self.refuse(refusal.status)

    def _read(self, head: bytes) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._begin(head_of(head))

    def _begin(self, head: Head) -> None:
        if head.path != PATH:
            self._hand_over(head)
            return
        if head.method != "GET":
            raise Refuse(405)
        self._origin = checked_origin(head.headers)
        self.token = _cookie(head.headers.get("cookie", ""), self.token)
        if not self.token:
            raise Refuse(401)
        self._asked(self)

    def _hand_over(self, head: Head) -> None:
        other, transport = self._elsewhere(head), self._transport
        if other is None or transport is None:
            raise Refuse(404)
        self._transport = None
        transport.set_protocol(other)
        other.connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._timer is not None:
            self._timer.cancel()
        self._gone(self)

    @property
    def is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    def begin(self, reader: Reader) -> None:
        """He may be told: the answer begins and does not end."""
        self.reader = reader
        allow = (
            f"Access-Control-Allow-Origin: {self._origin}\r\nAccess-Control-Allow-Credentials: true\r\n"
            if self._origin
            else ""
        )
        self._send(
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
            "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nX-Accel-Buffering: no\r\n"
            "Vary: Origin\r\nConnection: close\r\n"
            f"{allow}\r\nretry: 3000\n\n"
        )

    def tell(self, numbers: str) -> None:
        """numbers: JSON on one line; what it knows already is not said again."""
        if numbers != self.told:
            self.told = numbers
            self._send(f"event: numbers\ndata: {numbers}\n\n")

    def sign_of_life(self) -> None:
        """A comment: finds out who is gone, and keeps proxies from closing what is quiet."""
        self._send(": \n\n")

    def refuse(self, status: int) -> None:
        """Answer with a status and end."""
        allow = f"Access-Control-Allow-Origin: {self._origin}\r\n" if self._origin else ""
        allow += "Access-Control-Allow-Credentials: true\r\n" if self._origin else ""
        self._send(
            f"HTTP/1.1 {status} {REASONS[status]}\r\nContent-Length: 0\r\nVary: Origin\r\n"
            f"Connection: close\r\n{allow}\r\n"
        )
        self.close()

    def close(self) -> None:
        """End the connection after what was sent."""
        if self._transport is not None:
            self._transport.close()

    def _send(self, text: str) -> None:
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        if transport.get_write_buffer_size() > _MOST_UNSENT:
            transport.abort()
            return
        transport.write(text.encode())


def checked_origin(headers: dict[str, str]) -> str:
    """Only pages of this platform: their host is ours, whatever the port."""
    host = split_domain_port(headers.get("host", ""))[0]
    if not host or not validate_host(host, settings.ALLOWED_HOSTS):
        raise Refuse(400)
    origin = headers.get("origin", "")
    if origin and split_domain_port(urlsplit(origin).netloc)[0] != host:
        raise Refuse(403)
    return origin


def _cookie(header: str, name: str) -> str:
    try:
        found = cookies.SimpleCookie(header).get(name)
    except cookies.CookieError:
        return ""
    return found.value if found is not None else ""
