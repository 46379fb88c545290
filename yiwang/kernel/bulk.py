"""Many rows at once: ids in a block, rows by COPY. Called by actions, in their transaction."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models

Row = tuple[Any, ...]


def take_ids(model: type[models.Model], count: int) -> list[int]:
    """So many new ids of the table; they are gone even when the transaction is rolled back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [connection.ops.quote_name(model._meta.db_table), model._meta.pk.column, count],
        )
        return [int(one) for (one,) in cursor.fetchall()]


class Copy:
    """COPY into a model's table. fields: attribute names that each row gives, in its order.

    Columns that the rows do not give take the model's defaults; a key that is not given, the database's.
    onto: another table of the same columns, such as a temporary one.
    """

    def __init__(self, model: type[models.Model], fields: Sequence[str], *, onto: str = "") -> None:
        known = {field.attname: field for field in model._meta.local_concrete_fields}
        key = model._meta.pk.attname
        others = [name for name in known if name not in fields and name != key]
        quote = connection.ops.quote_name
        self.columns = ", ".join(quote(known[name].column) for name in (*fields, *others))
        self._statement = f"COPY {quote(onto or model._meta.db_table)} ({self.columns}) FROM STDIN"
        self._defaults = tuple(
            known[name].get_db_prep_save(known[name].get_default(), connection) for name in others
        )
        self.written = 0

    def add(self, rows: Iterable[Row]) -> None:
        """Write the rows."""
        with connection.cursor() as cursor, cursor.copy(self._statement) as copy:
            for row in rows:
                copy.write_row(row + self._defaults)
                self.written += 1
