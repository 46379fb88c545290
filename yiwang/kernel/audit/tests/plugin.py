"""Lets the test database be emptied between tests with real transactions, though the log is append-only.

Loaded by the root conftest (`pytest_plugins`). The triggers are off only while Django flushes; every test
runs, and may try them, with the triggers on. What migrations have entered for everybody outlives the flush:
the test after it may be one that reads it.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import TransactionTestCase
from pytest_django import Settings

_TABLES = ("audit_entry", "audit_anchor")
_ENTERED_BY_MIGRATIONS = ("workdays_year", "workdays_day")
_flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]  # Django offers no public hook here


def _switch_triggers(to: str) -> None:
    with connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(f"ALTER TABLE {table} {to} TRIGGER audit_append_only")


def _flush_without_triggers(self: TransactionTestCase) -> None:
    _switch_triggers("DISABLE")
    with connection.cursor() as cursor:
        for table in _ENTERED_BY_MIGRATIONS:
            cursor.execute(f"CREATE TEMPORARY TABLE kept_{table} AS TABLE {table}")
    try:
        _flush(self)
    finally:
        with connection.cursor() as cursor:
            for table in _ENTERED_BY_MIGRATIONS:
                cursor.execute(f"INSERT INTO {table} TABLE kept_{table}")
                cursor.execute(f"DROP TABLE kept_{table}")
        _switch_triggers("ENABLE ALWAYS")


@pytest.fixture(autouse=True, scope="session")
def _emptying_append_only_tables() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", _flush_without_triggers)
        yield


@pytest.fixture
def empty_log(db: None) -> None:
    """The log without what migrations and earlier tests wrote into it."""
    _switch_triggers("DISABLE")
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE audit_entry, audit_anchor, audit_pending")
    _switch_triggers("ENABLE ALWAYS")


@pytest.fixture(autouse=True)
def anchor_file(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Anchors of one test must not accuse the tables of the next."""
    path: Path = tmp_path_factory.mktemp("audit") / "audit-anchors.jsonl"
    settings.AUDIT_ANCHOR_FILE = path
    return path
