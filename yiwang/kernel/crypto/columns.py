"""Which columns are sealed or indexed under a purpose, and renewing their values in batches. Chooses no keys.

A batch is one transaction. A row is renewed only if it still holds what was read, so nobody's change is lost;
what is renewed is no longer picked, so the work can be broken off and taken up again at any time.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from yiwang.kernel.crypto import envelope
from yiwang.kernel.crypto.fields import ROW_KEY, BlindIndexField, EncryptedTextField

_BATCH = 2_000

# (row key, stored sealed text) -> the column's new value; SealBroken when the text does not open.
Renewing = Callable[[Any, bytes], bytes]


@dataclass(frozen=True)
class Column:
    """A column to renew. source: the sealed text it is made from, which may be the column itself."""

    model: type[models.Model]
    name: str
    source: str
    head: Callable[[int], bytes]
    renew: Renewing

    def __str__(self) -> str:
        return f"{self.model._meta.db_table}.{self.name}"


def of_purpose(purpose: str) -> list[Column]:
    """All columns whose values depend on the keys of this purpose."""
    found = []
    for model in apps.get_models():
        for field in () if model._meta.proxy else model._meta.local_fields:
            if isinstance(field, EncryptedTextField) and field.purpose == purpose:
                found.append(
                    Column(model, field.column, field.column, envelope.head_of, _sealing_again(field))
                )
            elif isinstance(field, BlindIndexField) and field.purpose == purpose:
                sibling = field.sibling
                found.append(
                    Column(model, field.column, sibling.column, _index_head, _indexing(field, sibling))
                )
    return found


def _sealing_again(field: EncryptedTextField) -> Renewing:
    return lambda row_key, sealed: field.seal(row_key, field.reveal(row_key, sealed))


def _indexing(field: BlindIndexField, sibling: EncryptedTextField) -> Renewing:
    return lambda row_key, sealed: field.blind(sibling.reveal(row_key, sealed))


def _index_head(version: int) -> bytes:
    return version.to_bytes(2, "big")


def count_old(column: Column, version: int) -> int:
    """How many rows are not yet of this version."""
    head = column.head(version)
    with connection.cursor() as cursor:
        cursor.execute(_OLD.format(what="count(*)", **_names(column)), [len(head), head])
        return int(cursor.fetchone()[0])


def renew(column: Column, version: int) -> Iterator[tuple[int, list[str]]]:
    """Bring all rows to this version; after each batch, (rows done, row keys that would not open)."""
    last: object = None
    while True:
        with transaction.atomic():
            rows = _old_rows(column, version, last)
            if not rows:
                return
            last = rows[-1][0]
            new, broken = [], []
            for key, row_key, value, source in rows:
                try:
                    new.append((key, value, source, column.renew(row_key, source)))
                except envelope.SealBroken:
                    broken.append(f"{column}:{row_key}")
            _write(column, new)
        yield len(rows), broken


_OLD = """SELECT {what} FROM {table}
    WHERE octet_length({source}) > 0 AND ({column} IS NULL OR substring({column} FROM 1 FOR %s) <> %s)"""
_WRITE = """UPDATE {table} SET {column} = new.value
    FROM unnest(%s::{key_type}[], %s::bytea[], %s::bytea[], %s::bytea[]) AS new(key, former, source, value)
    WHERE {table}.{key} = new.key AND {table}.{source} = new.source
      AND {table}.{column} IS NOT DISTINCT FROM new.former"""


def _names(column: Column) -> dict[str, str]:
    quote = connection.ops.quote_name
    key = column.model._meta.pk
    return {
        "table": quote(column.model._meta.db_table),
        "column": quote(column.name),
        "source": quote(column.source),
        "key": quote(key.column),
        "key_type": key.db_type(connection) or "",
        "row_key": quote(ROW_KEY),
    }


def _old_rows(column: Column, version: int, after: object) -> list[tuple[Any, Any, bytes | None, bytes]]:
    """The next rows by primary key: (key, row key, value, source)."""
    names = _names(column)
    head = column.head(version)
    statement = _OLD.format(what="{key}, {row_key}, {column}, {source}".format(**names), **names)
    parameters: list[Any] = [len(head), head]
    if after is not None:
        statement += f" AND {names['key']} > %s"
        parameters.append(after)
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} ORDER BY {names['key']} LIMIT {_BATCH}", parameters)
        return [
            (key, row_key, None if value is None else bytes(value), bytes(source))
            for key, row_key, value, source in cursor.fetchall()
        ]


def _write(column: Column, new: list[tuple[Any, bytes | None, bytes, bytes]]) -> None:
    if new:
        keys, formers, sources, values = (list(part) for part in zip(*new, strict=True))
        with connection.cursor() as cursor:
            cursor.execute(_WRITE.format(**_names(column)), [keys, formers, sources, values])
