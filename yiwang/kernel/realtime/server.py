"""`yiwang realtime`: the process that holds open pages and waiting calls, and hears the news.

Any number of them may run.
"""

import asyncio
import contextlib
import logging
import resource
import signal
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import psycopg
import redis
from django.conf import settings
from django.db import connection
from redis import asyncio as redis_asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from yiwang.kernel.database import for_psycopg
from yiwang.kernel.extension.realtime import (
    LiveFeed,
    LiveRelay,
    LiveSessions,
    live_feeds,
    live_relays,
    live_sessions,
)
from yiwang.kernel.realtime import news
from yiwang.kernel.realtime.hub import Hub
from yiwang.kernel.realtime.relay import Relays
from yiwang.kernel.realtime.waits import Waits
from yiwang.kernel.realtime.wire import Head

log = logging.getLogger(__name__)

_AGAIN_SECONDS = 2.0
_ANSWER_SECONDS = 2.0
_SILENCE_SECONDS = 30.0
_PORT_SECONDS = 10.0
_BACKLOG = 4_096


def serve(host: str, port: int) -> None:
    """Until SIGTERM or SIGINT."""
    _allow_many_files()
    asyncio.run(_serve(host, port, next(iter(live_sessions)), list(live_feeds)))


def _allow_many_files() -> None:
    """Each connection is a file of the process; the system's first limit is often 1,024."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


class Switchboard:
    """Everything that is held open, and which news goes to whom."""

    def __init__(
        self, sessions: LiveSessions, feeds: Sequence[LiveFeed], relays: Sequence[LiveRelay] = ()
    ) -> None:
        self.waits = [Waits(feed) for feed in feeds]
        self.relays = Relays(relays)
        self.hub = Hub(sessions, self._elsewhere)
        self._all: tuple[Hub | Waits, ...] = (self.hub, *self.waits)
        self._by_feed = {one.feed.key: one for one in self.waits}
        self.heard: dict[str, list[Callable[[str], None]]] = {
            sessions.channel: [self.hub.sessions_changed],
            news.CHANNEL: [self.hub.numbers_changed],
            news.FEEDS: [self._feed_changed],
        }
        for one in self.waits:
            self.heard.setdefault(one.feed.channel, []).append(one.tokens_changed)

    def _elsewhere(self, head: Head) -> asyncio.Protocol | None:
        others: tuple[Waits | Relays, ...] = (*self.waits, self.relays)
        return next((found for one in others if (found := one.connection(head))), None)

    def _feed_changed(self, payload: str) -> None:
        key, subject = news.feed_of(payload)
        if key in self._by_feed:
            self._by_feed[key].changed(subject)

    def hear(self, channel: str, payload: str) -> None:
        """Something was announced."""
        for listener in self.heard[channel]:
            listener(payload)

    def news_were_missed(self) -> None:
        """The news were away for a while."""
        for one in self._all:
            one.news_were_missed()

    def works(self) -> list[Coroutine[Any, Any, None]]:
        """What must run all the time."""
        return [work for one in self._all for work in (one.work(), one.look_round())]

    def close(self) -> None:
        """Let everybody go."""
        for one in (*self._all, self.relays):
            one.close()


async def _serve(host: str, port: int, sessions: LiveSessions, feeds: Sequence[LiveFeed]) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    board = Switchboard(sessions, feeds, list(live_relays))
    works = [*board.works(), hear_database(board), _listen_on(board.hub, host, port)]
    if settings.REALTIME_REDIS:
        works.append(hear_redis(board))
    tasks = [asyncio.create_task(work) for work in works]
    ending = asyncio.create_task(stopping.wait())
    await asyncio.wait([ending, *tasks], return_when=asyncio.FIRST_COMPLETED)
    died = [task for task in tasks if task.done()]  # none of them ends by itself
    for task in (ending, *tasks):
        task.cancel()
    board.close()
    for task in died:
        task.result()  # raises what it died of; whoever runs this process starts it anew


async def _listen_on(hub: Hub, host: str, port: int) -> None:
    """A port that is taken is asked for again: meanwhile pages ask by themselves."""
    loop = asyncio.get_running_loop()
    while True:
        try:
            server = await loop.create_server(hub.page, host, port, backlog=_BACKLOG)
        except OSError as problem:
            log.warning("realtime: port %s: %s", port, problem.strerror)
            await asyncio.sleep(_PORT_SECONDS)
        else:
            await server.serve_forever()


async def hear_database(board: Switchboard) -> None:
    """Until cancelled; by a connection of its own."""

    async def listen() -> None:
        parameters = for_psycopg(connection.get_connection_params())
        async with await psycopg.AsyncConnection.connect(**parameters, autocommit=True) as own:
            for name in board.heard:
                await own.execute(f'LISTEN "{name}"')  # names of our own
            board.news_were_missed()
            async for one in own.notifies():
                board.hear(one.channel, one.payload)

    await _for_ever(listen, psycopg.Error)


async def hear_redis(board: Switchboard) -> None:
    """Until cancelled. What actions say goes by Redis when there is one; the rest by the database."""
    # Every break must be noticed here, since news were missed: the library's own retries would hide it.
    at_once = Retry(NoBackoff(), 0)

    async def listen() -> None:
        redis_server = redis_asyncio.Redis.from_url(settings.REALTIME_REDIS, retry=at_once)
        async with redis_server as own, own.pubsub() as heard:
            await _subscribe(heard, (news.CHANNEL, news.FEEDS))
            board.news_were_missed()
            while True:
                one = await _next_message(heard)
                if one["type"] == "message":
                    board.hear(one["channel"].decode(), one["data"].decode())

    await _for_ever(listen, redis.RedisError)


async def _subscribe(heard: redis_asyncio.client.PubSub, channels: Sequence[str]) -> None:
    """Returns when Redis has confirmed it: what is said before that is not heard."""
    await heard.subscribe(*channels)
    for _ in channels:
        if await heard.get_message(timeout=_ANSWER_SECONDS) is None:
            raise TimeoutError("Redis does not answer")


async def _next_message(heard: redis_asyncio.client.PubSub) -> dict[str, Any]:
    """A long silence may be a connection that died without a word: then Redis is asked for a sign of life."""
    one = await heard.get_message(timeout=_SILENCE_SECONDS)
    if one is None:
        await heard.ping()
        one = await heard.get_message(timeout=_ANSWER_SECONDS)
    if one is None:
        raise TimeoutError("Redis does not answer")
    return dict(one)


async def _for_ever(listen: Callable[[], Coroutine[Any, Any, None]], failure: type[Exception]) -> None:
    while True:
        try:
            await listen()
        except (failure, OSError) as problem:
            log.warning("realtime: no news: %s", type(problem).__name__)
        await asyncio.sleep(_AGAIN_SECONDS)
