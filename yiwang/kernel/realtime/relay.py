"""Calls that wait on another platform of this machine, such as the sandbox: led there, without a thread.

Only the fields that the relay names go there, and only those it names come back. A page of this platform may
read the answer, though it comes from another port than the page.
"""

import asyncio
from collections.abc import Sequence
from urllib.parse import urlsplit

from django.core.handlers.wsgi import WSGIRequest

from yiwang.kernel.addresses import client_address
from yiwang.kernel.extension.realtime import LiveRelay
from yiwang.kernel.realtime.pages import checked_origin
from yiwang.kernel.realtime.wire import REASONS, Head, Refuse, environ_of

MOST = 2_000
_CONNECT_SECONDS = 5.0
_LONGEST_HEAD = 16_384
_MOST_UNSENT = 65_536
_SHOWN = "X-Request-ID, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After"


class Relay(asyncio.Protocol):
    """One call: what the other platform answers is passed on as it comes."""

    def __init__(self, relays: "Relays", route: LiveRelay, head: Head, origin: str) -> None:
        self._relays, self._route, self._head, self._origin = relays, route, head, origin
        self._transport: asyncio.Transport | None = None
        self._there: asyncio.Transport | None = None
        self._reaching: asyncio.Task[None] | None = None

    # --- the caller's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  asyncio promises it for TCP
        transport.set_write_buffer_limits(high=_MOST_UNSENT)
        self._transport = transport
        self._relays.began(self)
        if self._head.method == "OPTIONS":
            self._allow()
        else:
            self._reaching = asyncio.get_running_loop().create_task(self._reach())

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._relays.gone(self)
        if self._reaching is not None:
            self._reaching.cancel()
        if self._there is not None:
            self._there.close()

    def pause_writing(self) -> None:
        if self._there is not None:
            self._there.pause_reading()

    def resume_writing(self) -> None:
        if self._there is not None and not self._there.is_closing():
            self._there.resume_reading()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    # --- the other platform's side

    async def _reach(self) -> None:
        where = urlsplit(self._route.url())
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                there, _ = await loop.create_connection(
                    lambda: _Answer(self), where.hostname or "", where.port or 80
                )
        except OSError:  # TimeoutError is one
            self.refuse(503)
            return
        self._there = there
        there.write(self._request(where.netloc))

    def _request(self, host: str) -> bytes:
        head = self._head
        target = self._route.paths[head.path] + (f"?{head.query}" if head.query else "")
        given = {name: text for name in self._route.sent if (text := head.headers.get(name.lower()))}
        fields = given | {"Host": host, "Connection": "close", "X-Forwarded-For": self._address()}
        return _bytes([f"{head.method} {target} HTTP/1.1", *(f"{name}: {fields[name]}" for name in fields)])

    def _address(self) -> str:
        peer = self._transport.get_extra_info("peername") if self._transport else None
        return client_address(WSGIRequest(environ_of(self._head, str(peer[0]) if peer else "")))

    def answered(self, head: bytes, rest: bytes) -> None:
        """The other platform's head has come, and what came with it."""
        line, *fields = head.decode("latin-1").split("\r\n")
        allowed = {name.lower() for name in (*self._route.returned, "Content-Length", "Transfer-Encoding")}
        kept = [one for one in fields if one.partition(":")[0].strip().lower() in allowed]
        lines = [line, *kept, "Cache-Control: no-store", "X-Accel-Buffering: no", "Connection: close"]
        self.pass_on(_bytes([*lines, *self._for_pages()]) + rest)

    def pass_on(self, content: bytes) -> None:
        """More of the answer."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(content)

    def refuse(self, status: int) -> None:
        """It is away, or answers what nobody understands."""
        self._say(status, "Retry-After: 5")

    def _allow(self) -> None:
        """A page asks before it calls."""
        self._say(
            204,
            "Access-Control-Allow-Methods: GET",
            "Access-Control-Allow-Headers: Authorization, Last-Event-ID",
            "Access-Control-Max-Age: 600",
        )

    def _say(self, status: int, *fields: str) -> None:
        length = [] if status == 204 else ["Content-Length: 0"]
        lines = [f"HTTP/1.1 {status} {REASONS[status]}", *length, *fields, "Connection: close"]
        self.pass_on(_bytes([*lines, *self._for_pages()]))
        self.close()

    def _for_pages(self) -> list[str]:
        if not self._origin:
            return ["Vary: Origin"]
        shown = f"Access-Control-Expose-Headers: {_SHOWN}"
        return ["Vary: Origin", f"Access-Control-Allow-Origin: {self._origin}", shown]


def _bytes(lines: Sequence[str]) -> bytes:
    """A head, with the empty line that ends it."""
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode("latin-1", "replace")


class _Answer(asyncio.Protocol):
    """The connection to the other platform."""

    def __init__(self, call: Relay) -> None:
        self._call = call
        self._head: bytearray | None = bytearray()

    def data_received(self, data: bytes) -> None:
        if self._head is None:
            self._call.pass_on(data)
            return
        self._head += data
        end = self._head.find(b"\r\n\r\n")
        if end >= 0:
            head, rest, self._head = bytes(self._head[:end]), bytes(self._head[end + 4 :]), None
            self._call.answered(head, rest)
        elif len(self._head) > _LONGEST_HEAD:
            self._head = None
            self._call.refuse(503)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._head is not None:
            self._head = None
            self._call.refuse(503)
        self._call.close()


class Relays:
    """All calls that are led elsewhere."""

    def __init__(self, routes: Sequence[LiveRelay]) -> None:
        self._routes = {path: one for one in routes for path in one.paths}
        self._calls: set[Relay] = set()

    def connection(self, head: Head) -> Relay | None:
        """Takes over a connection, if its call is led elsewhere. Refuse: by whom it may not be asked."""
        route = self._routes.get(head.path)
        if route is None or not route.url():
            return None
        origin = checked_origin(head.headers)
        if head.method not in ("GET", "HEAD") and not (head.method == "OPTIONS" and origin):
            raise Refuse(405)
        if len(self._calls) >= MOST:
            raise Refuse(503)
        return Relay(self, route, head, origin)

    def began(self, call: Relay) -> None:
        """It lives."""
        self._calls.add(call)

    def gone(self, call: Relay) -> None:
        """Its caller has left, or has his answer."""
        self._calls.discard(call)

    def close(self) -> None:
        """Let everybody go; they come again and ask from where they stood."""
        for call in list(self._calls):
            call.close()
