"""`yiwang realtime`: the process that holds the open pages and hears the news. Any number of them may run."""

import asyncio
import contextlib
import logging
import resource
import signal
from collections.abc import Callable, Coroutine
from typing import Any

import psycopg
import redis
from django.conf import settings
from django.db import connection
from redis import asyncio as redis_asyncio

from yiwang.kernel.database import for_psycopg
from yiwang.kernel.extension.realtime import LiveSessions, live_sessions
from yiwang.kernel.realtime import news
from yiwang.kernel.realtime.hub import Hub

log = logging.getLogger(__name__)

_AGAIN_SECONDS = 2.0
_PORT_SECONDS = 10.0
_BACKLOG = 4_096


def serve(host: str, port: int) -> None:
    """Until SIGTERM or SIGINT."""
    _allow_many_files()
    asyncio.run(_serve(host, port, next(iter(live_sessions))))


def _allow_many_files() -> None:
    """Each page is a file of the process; the system's first limit is often 1,024."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def _serve(host: str, port: int, sessions: LiveSessions) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    hub = Hub(sessions)
    works = [
        hub.work(),
        hub.look_round(),
        _hear_database(hub, sessions.channel),
        _listen_on(hub, host, port),
    ]
    if settings.REALTIME_REDIS:
        works.append(_hear_redis(hub))
    tasks = [asyncio.create_task(work) for work in works]
    await stopping.wait()
    for task in tasks:
        task.cancel()
    hub.close()


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


async def _hear_database(hub: Hub, channel: str) -> None:
    heard: dict[str, Callable[[str], None]] = {
        channel: hub.sessions_changed,
        news.CHANNEL: hub.numbers_changed,
    }

    async def listen() -> None:
        parameters = for_psycopg(connection.get_connection_params())
        async with await psycopg.AsyncConnection.connect(**parameters, autocommit=True) as own:
            for name in heard:
                await own.execute(f'LISTEN "{name}"')  # names of our own
            hub.news_were_missed()
            async for one in own.notifies():
                heard[one.channel](one.payload)

    await _for_ever(listen, psycopg.Error)


async def _hear_redis(hub: Hub) -> None:
    async def listen() -> None:
        async with redis_asyncio.Redis.from_url(settings.REALTIME_REDIS) as own, own.pubsub() as heard:
            await heard.subscribe(news.CHANNEL)
            hub.news_were_missed()
            async for one in heard.listen():
                if one["type"] == "message":
                    hub.numbers_changed(one["data"].decode())

    await _for_ever(listen, redis.RedisError)


async def _for_ever(listen: Callable[[], Coroutine[Any, Any, None]], failure: type[Exception]) -> None:
    while True:
        try:
            await listen()
        except (failure, OSError) as problem:
            log.warning("realtime: no news: %s", type(problem).__name__)
        await asyncio.sleep(_AGAIN_SECONDS)
