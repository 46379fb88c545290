"""The database for `serve` and for one command: the embedded server is started when it is down."""

import contextlib
import fcntl
import threading
import time
from collections.abc import Callable, Iterator

import psycopg

from yiwang.site.environment import Environment, make_home
from yiwang.site.launcher.binaries import CannotStart
from yiwang.site.launcher.children import Stopped
from yiwang.site.launcher.postgres import InUse, Postgres
from yiwang.site.launcher.terminal import say

_PATIENCE = 30.0
_NO_ANSWER = "DATABASE_URL 所指的数据库没有应答"
_BUSY = "另一个 yiwang 命令正在使用本地数据库，请待其结束后再试"


def embedded(environment: Environment) -> Postgres:
    """The server that belongs to this home."""
    return Postgres(environment.database_home, environment.socket_folder)


def answers(environment: Environment) -> bool:
    """Does the database of this environment take connections?"""
    if environment.embedded and not environment.database_ready:
        return False
    try:
        psycopg.connect(environment.effective_database_url, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def applied_migrations(environment: Environment) -> str:
    """The names of what was applied, in order; empty in a new database."""
    with psycopg.connect(environment.effective_database_url, connect_timeout=10) as connection:
        if connection.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,):
            return ""
        rows = connection.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1").fetchall()
    return "\n".join(name for (name,) in rows)


def begin(environment: Environment, stopping: threading.Event) -> Postgres | None:
    """For `serve`: start the embedded server, or wait for the external one (None: it is not ours to stop).

    Stopped when told to stop meanwhile; CannotStart when patience ends.
    """
    if environment.embedded:
        say("启动数据库 …")
        server = embedded(environment)
        _patiently(lambda: _started(server), stopping, otherwise=_BUSY)
        return server
    say("连接数据库 …")
    _patiently(lambda: answers(environment), stopping, otherwise=_NO_ANSWER)
    return None


def _patiently(succeeds: Callable[[], bool], stopping: threading.Event, *, otherwise: str) -> None:
    """Try until it succeeds; CannotStart with these words when patience ends."""
    deadline = time.monotonic() + _PATIENCE
    while not succeeds():
        if stopping.wait(0.2):
            raise Stopped
        if time.monotonic() > deadline:
            raise CannotStart(otherwise)


def _started(server: Postgres) -> bool:
    """False while another process keeps it: that one has just started it, or is about to stop it."""
    try:
        server.start()
    except InUse:
        return False
    return True


@contextlib.contextmanager
def running(environment: Environment) -> Iterator[None]:
    """Make sure a database answers while the block runs. An external one is left to its own keepers."""
    if not environment.embedded:
        if not answers(environment):
            raise CannotStart(_NO_ANSWER)
        yield
        return
    make_home(environment)
    server = embedded(environment)
    server.home.mkdir(exist_ok=True)
    with (server.home / "users.lock").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        _patiently(lambda: answers(environment) or _started(server), threading.Event(), otherwise=_BUSY)
        try:
            yield
        finally:
            if server.is_ours:
                # Another command may have joined us meanwhile; the server goes with the last.
                fcntl.flock(users, fcntl.LOCK_EX)
                server.stop()
