"""What is open with an application, by its own numbers, and which links are tried tonight."""

from dataclasses import dataclass

from django.db import connection

_OPEN = """
    SELECT biz_id, task_id FROM todos_item WHERE app = %s AND state = 'open' ORDER BY biz_id, task_id"""
_SAMPLE = """
    SELECT app, app_name, biz_id, task_id, url FROM (
        SELECT *, row_number() OVER (PARTITION BY app ORDER BY hashint8(id # %(seed)s)) AS place
        FROM todos_item WHERE state = 'open'
    ) one WHERE place <= %(each)s ORDER BY app, place"""


@dataclass(frozen=True, slots=True)
class Link:
    """One open to-do and where it leads."""

    app: str
    app_name: str
    biz_id: str
    task_id: str
    url: str


def open_ids(app: str) -> list[tuple[str, str]]:
    """(biz_id, task_id) of what is open here."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [app])
        return [(biz_id, task_id) for biz_id, task_id in cursor.fetchall()]


def sample(*, each: int, seed: int) -> list[Link]:
    """So many of each application's open to-dos; another choice for each seed."""
    with connection.cursor() as cursor:
        cursor.execute(_SAMPLE, {"each": each, "seed": seed})
        return [Link(*row) for row in cursor.fetchall()]
