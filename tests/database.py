"""The test database: a copy of one that is migrated and peopled once, for all workers together.

Django would migrate for each worker, and empty every table after each test with real transactions, so that
the next one must build the cast again; to copy the template takes a tenth of a second. Sessions that a test
left open are ended first, so that what one test forgot does not fail another, nor the end of the run. On a
server of your own the template stays; the next run makes it anew.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from django.core.management.sql import emit_post_migrate_signal
from django.db import connection, connections
from django.db.backends.utils import CursorWrapper

from tests import cast

_TEMPLATE = "test_yiwang_template"
_POSTGRESQL_15 = 150_000


def enter() -> None:
    """Make the template unless another worker has, and a copy of it for this one."""
    own = connection.settings_dict["TEST"]["NAME"] or f"test_{connection.settings_dict['NAME']}"
    home = Path(os.environ["YIWANG_TEST_HOME"])
    with (home / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "template").exists():
            _make_template()
            (home / "template").touch()
    connection.settings_dict["NAME"] = own
    _copy()


def leave() -> None:
    with _administering() as cursor:
        _drop(cursor, connection.settings_dict["NAME"])


def restore() -> None:
    """As it was before the first test; what this process remembers of its rows is void."""
    _copy()
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)


def _make_template() -> None:
    with mock.patch.dict(connection.settings_dict["TEST"], NAME=_TEMPLATE):
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    cast.build()


def _copy() -> None:
    name = connection.settings_dict["NAME"]
    with _administering() as cursor:
        _drop(cursor, name)
        # Without writing each page to the journal; before PostgreSQL 15 there was no other way.
        quickly = "STRATEGY file_copy" if cursor.connection.info.server_version >= _POSTGRESQL_15 else ""
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE {_TEMPLATE} {quickly}')


def _drop(cursor: CursorWrapper, name: str) -> None:
    """Not WITH (FORCE): that fails when it meets the server's own vacuum worker; plain DROP sends it away."""
    cursor.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE datname = %s AND usename = current_user AND pid <> pg_backend_pid()",
        [name],
    )
    cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')


@contextmanager
def _administering() -> Iterator[CursorWrapper]:
    """A connection to no test database; none of ours to one is open meanwhile."""
    connections.close_all()
    with connection._nodb_cursor() as cursor:
        yield cursor
