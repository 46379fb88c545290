"""What only PostgreSQL offers, in one file: advisory locks, and news between processes (LISTEN/NOTIFY)."""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import psycopg
from django.db import connection
from psycopg.rows import TupleRow

from yiwang.kernel.hook import Hook

log = logging.getLogger(__name__)

# One number per thing that must not be written by two at once; held until the transaction ends.
LOCKS = {
    "org.tree": 4_801,
    "crypto.keys": 4_802,
    "audit.chain": 4_803,
    "org.headcount": 4_804,
    "messages.codes": 4_805,
    "accounts.mobiles": 4_806,
    "accounts.roles": 4_807,
    "org.codes": 4_820,
    "upkeep.figures": 4_821,
    "sharing.push": 4_822,
    "todos.item": 4_808,
    "messages.quota": 4_809,
    "messages.templates": 4_810,
    "parameters": 4_823,
}

# Migrations have been applied, or all tables were emptied: what ships with the platform must be there.
migrated = Hook("kernel.migrated")  # no arguments

_RECONNECT_SECONDS = 2.0
_POLL_SECONDS = 30.0


def lock(name: str) -> None:
    """Wait for the named lock and hold it to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCKS[name]])


def lock_one(name: str, key: str) -> None:
    """The same for one thing of a kind, such as one to-do: others of the kind do not wait."""
    planned("SELECT pg_advisory_xact_lock(%s::int, hashtext(%s))", [LOCKS[name], key])


def share(name: str) -> None:
    """Wait until nobody holds the named lock, and keep it from being held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [LOCKS[name]])


def notify(channel: str, payload: str = "") -> None:
    """Tell all processes, when the transaction commits. payload: at most 8,000 bytes."""
    planned("SELECT pg_notify(%s, %s)", [channel, payload])


class _BoundCursor(psycopg.Cursor[TupleRow]):
    """The server puts the values in, so that it can keep the statement; at once, if told so."""

    keeps_at_once: bool | None = None

    def execute(self, query: Any, params: Any = None, **_: Any) -> "_BoundCursor":
        return super().execute(query, params, prepare=self.keeps_at_once)


class _PlannedCursor(_BoundCursor):
    keeps_at_once = True


def rows(sql: str, parameters: Mapping[str, Any] | Sequence[Any]) -> list[dict[str, Any]]:
    """Rows, by the names of columns. A statement that comes often on a connection is kept by the server, and
    with it its plan, if a plan made for any value is no worse than one for these.
    """
    return _ask(_BoundCursor, sql, parameters)


def planned(sql: str, parameters: Mapping[str, Any] | Sequence[Any]) -> list[dict[str, Any]]:
    """The same for a statement that is the same on every page: kept from the first time on.

    For statements whose best plan does not depend on the values, such as what is one person's by an index.
    One that is put together anew each time gains nothing here and crowds out those that do.
    """
    return _ask(_PlannedCursor, sql, parameters)


def _ask(
    kind: type[_BoundCursor], sql: str, parameters: Mapping[str, Any] | Sequence[Any]
) -> list[dict[str, Any]]:
    connection.ensure_connection()
    raw: Any = kind(connection.connection)
    wrapped = connection.make_debug_cursor(raw) if connection.queries_logged else connection.make_cursor(raw)
    with wrapped as cursor:
        cursor.execute(sql, parameters)
        if connection.queries_logged:  # Django logs what it put together itself, and here it did not
            operations: Any = connection.ops
            connection.queries_log[-1]["sql"] = operations.compose_sql(sql, parameters)
        return rows_of(cursor)


def rows_of(cursor: Any) -> list[dict[str, Any]]:
    """What a statement has answered, each row by the names of its columns."""
    # The driver's description looks up the type of each column as well; only the names are wanted.
    result, encoding = cursor.pgresult, cursor.connection.info.encoding
    names = [result.fname(index).decode(encoding) for index in range(result.nfields)]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


class Listener:
    """A daemon thread that hears one channel on a connection of its own.

    `is_connected` is False from the moment news may have been missed until `on_reconnect` has run:
    whoever keeps a cache by news must not trust it meanwhile.
    """

    def __init__(
        self, channel: str, on_news: Callable[[str], None], on_reconnect: Callable[[], None]
    ) -> None:
        self.channel = channel
        self.is_connected = False
        self._on_news = on_news
        self._on_reconnect = on_reconnect
        self._started = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()

    def start(self) -> None:
        """Begin to listen, once; later calls do nothing."""
        if self._thread is not None and self._thread.is_alive():
            return
        with self._started:
            if self._thread is None or not self._thread.is_alive():
                self._stop.clear()
                parameters = connection.get_connection_params()
                self._thread = threading.Thread(
                    target=self._run, args=(parameters,), name=f"listen-{self.channel}", daemon=True
                )
                self._thread.start()

    def stop(self) -> None:
        """End the thread; used by tests."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=5)
            self._thread = None
        self.is_connected = False

    def _run(self, parameters: dict[str, Any]) -> None:
        while not self._stop.is_set():
            try:
                self._listen(parameters)
            except psycopg.Error as error:
                self.is_connected = False
                log.warning("listen %s: %s", self.channel, type(error).__name__)
                self._stop.wait(_RECONNECT_SECONDS)
        self.is_connected = False

    def _listen(self, parameters: dict[str, Any]) -> None:
        with psycopg.connect(**for_psycopg(parameters), autocommit=True) as own:
            own.execute(f'LISTEN "{self.channel}"')
            self._on_reconnect()
            self.is_connected = True
            while not self._stop.is_set():
                for news in own.notifies(timeout=min(_POLL_SECONDS, 1.0)):
                    self._on_news(news.payload)
                    if self._stop.is_set():
                        return


_DJANGO_ONLY = {
    "cursor_factory",
    "context",
    "prepare_threshold",
    "server_side_binding",
    "pool",
    "isolation_level",
}


def for_psycopg(parameters: dict[str, Any]) -> dict[str, Any]:
    """Django's connection parameters without those that only Django understands."""
    return {key: value for key, value in parameters.items() if key not in _DJANGO_ONLY}
