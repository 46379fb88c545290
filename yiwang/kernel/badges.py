"""How much waits behind each door: the numbers of all badges, in one statement a page."""

from collections.abc import Sequence

from django.db import DatabaseError, connection

from yiwang.kernel.database import planned
from yiwang.kernel.extension.badges import badges


def numbers(person_id: int) -> dict[str, int]:
    """Badge key -> number. A page that says the database is away must not fail over its badges: then none."""
    if not person_id or not len(badges):
        return {}
    columns = ", ".join(f'({badge.statement}) AS "{badge.key}"' for badge in badges)
    try:
        (found,) = planned(f"SELECT {columns}", {"person": person_id})
    except DatabaseError:
        return {}
    return found


def numbers_of(person_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """The same for many persons, in one statement: person's id -> badge key -> number."""
    if not person_ids or not len(badges):
        return {}
    columns = ", ".join(f"({badge.statement})" for badge in badges).replace("%(person)s", "who.person")
    with connection.cursor() as cursor:
        statement = f"SELECT who.person, {columns} FROM unnest(%(persons)s::bigint[]) AS who(person)"
        cursor.execute(statement, {"persons": list(person_ids)})
        keys = [badge.key for badge in badges]
        return {row[0]: dict(zip(keys, row[1:], strict=True)) for row in cursor.fetchall()}
