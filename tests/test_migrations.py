"""Migrations: complete, named by what they do, safe to run on a living database."""

import io
import re

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython, RunSQL

from tests.architecture import source


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    said = io.StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=said, verbosity=1)
    assert "No changes detected" in said.getvalue()


def test_names_say_what_is_done() -> None:
    vague = [
        source.name(path)
        for path in source.PACKAGE.rglob("migrations/0*.py")
        if re.search(r"_(auto|initial)(_|$)", path.stem) or not re.fullmatch(r"\d{4}(_[a-z0-9]+)+", path.stem)
    ]
    assert not vague


def test_they_stand_on_their_own() -> None:
    """Models change later; a migration that imports them changes with them, in secret."""
    wrong = [
        f"{source.name(path)}: {line.strip()}"
        for path in source.PACKAGE.rglob("migrations/0*.py")
        for line in path.read_text().splitlines()
        if re.match(r"(from|import) yiwang\.(platform|apps)\.", line) and "fields" not in line
    ]
    assert not wrong


def test_data_and_sql_can_be_undone() -> None:
    loader = MigrationLoader(connection, load=False)
    loader.load_disk()
    wrong = [
        f"{app}.{name}"
        for (app, name), migration in loader.disk_migrations.items()
        if migration.__module__.startswith("yiwang.")
        for operation in migration.operations
        if isinstance(operation, RunPython | RunSQL) and not operation.reversible
    ]
    assert not wrong
