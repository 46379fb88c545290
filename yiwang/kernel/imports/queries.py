"""Reading runs and their rows."""

import datetime
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import msgspec
from django.db.models import QuerySet

from yiwang.kernel.errors import not_found
from yiwang.kernel.extension.imports import ImportKind, Incoming, import_kinds
from yiwang.kernel.imports import workbook
from yiwang.kernel.imports.models import ImportRow, ImportRun

_RECENT = 10
_CHUNK = 500


def kind_for(user: Any, key: str) -> ImportKind:
    """The kind, for who may import it; for others it does not exist."""
    if key not in import_kinds:
        raise not_found()
    kind = import_kinds.get(key)
    if not any(user.allows(one) for one in kind.permissions):
        raise not_found()
    return kind


def recent(user: Any, kind: ImportKind) -> QuerySet[ImportRun]:
    """His last runs of that kind."""
    return ImportRun.objects.visible_to(user).filter(kind=kind.key).order_by("-created_at")[:_RECENT]


def incoming(row: ImportRow, kind: ImportKind) -> Incoming:
    """The row as it was read, with what the columns' own rules say of it."""
    read = msgspec.json.decode(row.content, type=Incoming)
    return replace(read, errors=(*read.errors, *workbook.errors_of(read.cells, kind)))


def waiting(run: ImportRun) -> QuerySet[ImportRow]:
    """New and changed rows that are not in yet, in the order of the sheet."""
    outcomes = (ImportRow.Outcome.NEW, ImportRow.Outcome.CHANGED)
    return run.rows.filter(outcome__in=outcomes, state=ImportRow.State.WAITING).order_by("line")


def faulty(run: ImportRun) -> QuerySet[ImportRow]:
    """Rows that are wrong, or were refused when they should have gone in."""
    return (
        run.rows.filter(outcome=ImportRow.Outcome.WRONG) | run.rows.filter(state=ImportRow.State.FAILED)
    ).order_by("line")


def faults(run: ImportRun, kind: ImportKind) -> Iterator[tuple[Incoming, str]]:
    """What the file of errors holds."""
    for row in faulty(run).iterator(chunk_size=_CHUNK):
        yield incoming(row, kind), "；".join(row.errors.splitlines())


def forgettable(before: datetime.datetime) -> QuerySet[ImportRun]:
    """Runs from before that moment whose rows are still there."""
    return ImportRun.objects.filter(forgotten_at=None, created_at__lt=before).order_by("created_at")
