"""What tests of the log need, though it is append-only. Loaded by the root conftest (`pytest_plugins`)."""

from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

_TABLES = ("audit_entry", "audit_anchor")


def _switch_triggers(to: str) -> None:
    with connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(f"ALTER TABLE {table} {to} TRIGGER audit_append_only")


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
