"""Programs that wait for news of a feed: one call each, held without a thread until there is something.

Who calls is let in by the platform's own view, asked in a thread as the web server would ask it: tokens,
addresses, limits and the log of calls are the same. Only the waiting happens here.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections
from django.http import HttpResponse

from yiwang.kernel.extension.realtime import HELD, Found, Hold, LiveFeed
from yiwang.kernel.realtime.wire import REASONS, Head, environ_of

log = logging.getLogger(__name__)

MOST = 20_000
MOST_OF_ONE = 32  # open calls of one subject
MOST_ASKING = 2_000  # calls that wait to be let in
GATHER_SECONDS = 0.02
CHECK_SECONDS = 30.0
_AT_ONCE = 200
_RETRY_SECONDS = "5"
_MOST_UNSENT = 65_536

Answer = TypeVar("Answer")
Respond = Callable[[dict[str, Any]], Any]


class Wait(asyncio.Protocol):
    """One call. Its `hold` is there once it was let in."""

    __slots__ = ("_is_full", "_timer", "_transport", "_waits", "head", "hold", "otherwise", "request")

    def __init__(self, waits: "Waits", request: Head) -> None:
        self._waits = waits
        self.request = request
        self.hold: Hold | None = None
        self.head: bytes = b""
        self.otherwise: bytes = b""  # the body when time is over
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._is_full = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  asyncio promises it for TCP
        transport.set_write_buffer_limits(high=_MOST_UNSENT)
        self._transport = transport
        self._waits.asked(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._timer is not None:
            self._timer.cancel()
        self._waits.gone(self)

    def pause_writing(self) -> None:
        self._is_full = True

    def resume_writing(self) -> None:
        self._is_full = False
        self._waits.woken(self)

    @property
    def address(self) -> str:
        peer = self._transport.get_extra_info("peername") if self._transport else None
        return str(peer[0]) if peer else ""

    @property
    def is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    @property
    def takes_more(self) -> bool:
        """Has it been let in, and does it take what it is sent?"""
        return self.is_open and self.hold is not None and not self._is_full

    def begin(self, hold: Hold, response: HttpResponse) -> None:
        """It may wait. A stream gets its head now, everything else when there is an answer."""
        self.hold, self.head, self.otherwise = hold, _head(response), response.content
        if hold.seconds:
            self._timer = asyncio.get_running_loop().call_later(hold.seconds, self.give_up)
        else:
            self._send(self.head + b"\r\nretry: 3000\n\n")

    def tell(self, found: Found) -> None:
        """There is something: the answer, or the next lines of the stream."""
        if self.hold is None:
            return
        if self.hold.seconds:
            self.answer(self.head, found.body)
            return
        own = self.hold
        self.hold = Hold(own.subject, own.token, own.address, found.after, own.limit)
        self._send(found.body)

    def give_up(self) -> None:
        """Time is over and nothing happened."""
        self.answer(self.head, self.otherwise)

    def sign_of_life(self) -> None:
        """For streams: finds out who is gone, and keeps proxies from closing what is quiet."""
        if self.hold is not None and not self.hold.seconds and not self._is_full:
            self._send(b": \n\n")

    def respond(self, response: HttpResponse) -> None:
        """Answer as the view did, and end."""
        self.answer(_head(response), b"" if self.request.method == "HEAD" else response.content)

    def refuse(self, status: int) -> None:
        head = (
            f"HTTP/1.1 {status} {REASONS[status]}\r\nConnection: close\r\nRetry-After: {_RETRY_SECONDS}\r\n"
        )
        self.answer(head.encode(), b"")

    def answer(self, head: bytes, body: bytes) -> None:
        """The whole answer; then the connection ends."""
        self._send(head + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        self.close()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def _send(self, content: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(content)


def _head(response: HttpResponse) -> bytes:
    """Status line and fields, without the length and without the empty line at the end."""
    reason = REASONS.get(response.status_code, "")
    lines = [f"HTTP/1.1 {response.status_code} {reason}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in response.items() if name != "Content-Length"]
    return "".join(f"{line}\r\n" for line in lines).encode("latin-1", "replace")


class Waits:
    """All that wait for one feed. The calls call `asked`, `gone`, `woken`; the news call the rest."""

    def __init__(self, feed: LiveFeed, respond: Respond | None = None) -> None:
        self.feed = feed
        self._respond = respond or _as_the_web_would()
        self._waiting: dict[int, set[Wait]] = {}  # by subject
        self._number = 0
        self._asking = 0
        self._woken: set[Wait] = set()
        self._suspects: set[Wait] = set()
        self._something = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="realtime-calls")

    @property
    def number(self) -> int:
        """How many wait."""
        return self._number

    def connection(self, head: Head) -> Wait | None:
        """Takes over a connection, if it is a call that can be held."""
        return Wait(self, head) if head.path in self.feed.paths else None

    # --- what calls say

    def asked(self, wait: Wait) -> None:
        """A call has come in."""
        if wait.request.method not in ("GET", "HEAD"):
            wait.refuse(405)
        elif self._asking >= MOST_ASKING:
            wait.refuse(503)
        else:
            self._asking += 1
            task = asyncio.get_running_loop().create_task(self._let_in(wait))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def gone(self, wait: Wait) -> None:
        """Its connection has ended."""
        if wait.hold is None:
            return
        others = self._waiting.get(wait.hold.subject, set())
        if wait in others:
            others.discard(wait)
            self._number -= 1
        if not others:
            self._waiting.pop(wait.hold.subject, None)

    def woken(self, wait: Wait) -> None:
        """It takes more than before."""
        self._woken.add(wait)
        self._something.set()

    # --- what the news say

    def changed(self, subject: int | None) -> None:
        """There is something new for this subject; for everybody, when none is named."""
        self._woken.update(self._all() if subject is None else self._waiting.get(subject, ()))
        self._something.set()

    def tokens_changed(self, payload: str = "") -> None:
        """Some token ended, or what it stands for changed."""
        self._suspects.update(self._all())
        self._something.set()

    def news_were_missed(self) -> None:
        """The news were away for a while: everything is asked for again."""
        self.changed(None)
        self.tokens_changed()

    def _all(self) -> list[Wait]:
        return [wait for waits in self._waiting.values() for wait in waits]

    # --- what it does all the time

    async def work(self) -> None:
        """Until cancelled. What fails is tried again."""
        while True:
            await self._something.wait()
            await asyncio.sleep(GATHER_SECONDS)
            self._something.clear()
            try:
                await self._look_up()
                await self._read()
            except Exception:  # questions of modules: whatever one of them raises must not end all calls
                log.exception("realtime: %s did not answer", self.feed.key)
                await asyncio.sleep(1)
                self._something.set()

    async def look_round(self) -> None:
        """Every half minute: who is gone, whose token ran out."""
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            for wait in self._all():
                wait.sign_of_life()
            self.tokens_changed()

    async def _let_in(self, wait: Wait) -> None:
        held: list[Hold] = []
        environ = environ_of(wait.request, wait.address) | {HELD: held}
        try:
            response = await self._ask(lambda: self._response(environ))
        except Exception:  # Django answers for its views; this is what happens around it
            log.exception("realtime: a call could not be answered")
            wait.refuse(503)
            return
        finally:
            self._asking -= 1
        if not held or not wait.is_open:
            wait.respond(response)
            return
        self._keep(wait, held[0], response)

    def _keep(self, wait: Wait, hold: Hold, response: HttpResponse) -> None:
        others = self._waiting.get(hold.subject, set())
        if self._number < MOST and len(others) < MOST_OF_ONE:
            wait.begin(hold, response)
            self._waiting.setdefault(hold.subject, others).add(wait)
            self._number += 1
            self.woken(wait)  # something may have happened between the view's look and now
        elif hold.seconds:
            response.headers["Retry-After"] = _RETRY_SECONDS
            wait.respond(response)
        else:
            wait.refuse(429)

    def _response(self, environ: dict[str, Any]) -> HttpResponse:
        response: HttpResponse = self._respond(environ)
        response.close()
        return response

    async def _look_up(self) -> None:
        suspects = [wait for wait in self._suspects if wait.is_open and wait.hold is not None]
        self._suspects.clear()
        for some in _parts(suspects):
            holds = [wait.hold for wait in some if wait.hold is not None]
            living = await self._ask(lambda own=holds: self.feed.living(own))
            for wait, may_go_on in zip(some, living, strict=True):
                if not may_go_on:
                    wait.close()

    async def _read(self) -> None:
        while some := [wait for wait in self._woken if wait.takes_more][:_AT_ONCE]:
            holds = [wait.hold for wait in some if wait.hold is not None]
            self._woken.difference_update(some)
            try:
                found = await self._ask(lambda own=holds: self.feed.read(own))
            except Exception:  # raised again; they are read with the next try
                self._woken.update(some)
                raise
            for wait, one in zip(some, found, strict=True):
                if one is not None:
                    wait.tell(one)
                    if one.has_more:
                        self._woken.add(wait)
        self._woken.clear()

    async def _ask(self, question: Callable[..., Answer]) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._threads, _asked, question)

    def close(self) -> None:
        """Let everybody go; they come again and ask from where they stood."""
        for wait in self._all():
            wait.close()
        self._threads.shutdown(wait=False)


def _as_the_web_would() -> Respond:
    """Through every middleware. What WSGI's second argument is told, the response tells as well."""
    handler: Any = WSGIHandler()
    return lambda environ: handler(environ, lambda *_: None)


def _asked(question: Callable[..., Answer]) -> Answer:
    close_old_connections()
    try:
        return question()
    finally:
        close_old_connections()


def _parts(waits: list[Wait]) -> Iterable[list[Wait]]:
    return (waits[start : start + _AT_ONCE] for start in range(0, len(waits), _AT_ONCE))
