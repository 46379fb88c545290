"""How much waits behind each door: the numbers of all badges, in one statement a page."""

from django.db import DatabaseError, connection

from yiwang.kernel.extension.badges import badges


def numbers(person_id: int) -> dict[str, int]:
    """Badge key -> number. A page that says the database is away must not fail over its badges: then none."""
    if not person_id or not len(badges):
        return {}
    columns = ", ".join(f"({badge.statement})" for badge in badges)
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {columns}", {"person": person_id})
            return dict(zip((badge.key for badge in badges), cursor.fetchone(), strict=True))
    except DatabaseError:
        return {}
