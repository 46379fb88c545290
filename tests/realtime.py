"""The process for open connections as tests meet it: in a thread, on a port of this machine."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Iterator, Sequence
from unittest import mock

import pytest
from django.db import DEFAULT_DB_ALIAS, connections
from pytest_django import Settings

from yiwang.kernel.extension.realtime import LiveFeed, live_feeds, live_sessions
from yiwang.kernel.realtime import server
from yiwang.kernel.realtime.server import Switchboard

PATIENCE = 30.0


class Running:
    """board: what is held open; it lives in another thread, so only look at it."""

    def __init__(self, feeds: Sequence[LiveFeed]) -> None:
        self.board = Switchboard(next(iter(live_sessions)), feeds)
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._ending = asyncio.Event()
        self._by_redis = False
        self._hears = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def waiting(self) -> int:
        """How many programs wait."""
        return sum(one.number for one in self.board.waits)

    def start(self, *, by_redis: bool) -> None:
        """Returns when it hears the news."""
        missed = self.board.news_were_missed
        needed = [None] * (2 if by_redis else 1)  # each ear says once that it has begun

        def begun() -> None:
            missed()
            del needed[:1]  # it is called again whenever an ear was deaf for a while
            if not needed:
                self._hears.set()

        self.board.news_were_missed = begun  # type: ignore[method-assign]
        self._by_redis = by_redis
        self._thread.start()
        assert self._hears.wait(PATIENCE), "it does not hear the news"

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        with contextlib.suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        listening = await self._loop.create_server(self.board.hub.page, "127.0.0.1", 0)
        self.port = listening.sockets[0].getsockname()[1]
        works = [*self.board.works(), server.hear_database(self.board)]
        if self._by_redis:
            works.append(server.hear_redis(self.board))
        tasks = [asyncio.create_task(work) for work in works]
        await self._ending.wait()
        for task in tasks:
            task.cancel()
        self.board.close()
        listening.close()
        await asyncio.gather(*tasks, return_exceptions=True)

    def look(self) -> None:
        """As it does every half minute."""
        for one in self.board.waits:
            self._loop.call_soon_threadsafe(one.tokens_changed)

    def until_waiting(self, number: int) -> None:
        """Until so many programs wait."""
        end = time.monotonic() + PATIENCE
        while self.waiting != number:
            assert time.monotonic() < end, f"{self.waiting} wait, not {number}"
            time.sleep(0.01)

    def stop(self) -> None:
        """Returns when nothing of it asks the database any more: the next test empties its tables."""
        self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join(PATIENCE)
        for threads in (self.board.hub._threads, *(one._threads for one in self.board.waits)):
            threads.shutdown(wait=True)


@contextlib.contextmanager
def running(feeds: Sequence[LiveFeed], *, by_redis: bool = False) -> Iterator[Running]:
    """With the database's news. Its threads keep no connection open: nobody would close it."""
    with mock.patch.dict(connections.settings[DEFAULT_DB_ALIAS], CONN_MAX_AGE=0):
        held = Running(feeds)
        held.start(by_redis=by_redis)
        try:
            yield held
        finally:
            held.stop()


@pytest.fixture
def realtime(settings: Settings) -> Iterator[Running]:
    """Beside the live server."""
    with running(list(live_feeds), by_redis=bool(settings.REALTIME_REDIS)) as held:
        settings.REALTIME_PORT = held.port
        yield held
