"""Reading to-dos: what lies with a person, and how much of it."""

from dataclasses import dataclass

from django.db import connection

from yiwang.platform.todos.models import Item

# Counted from the partial index of open assignments, under the very conditions of the lists.
_COUNTS = """
    SELECT count(*) FILTER (WHERE state = 'todo'), count(*) FILTER (WHERE state = 'toread')
    FROM todos_assignment WHERE person_id = %s AND state IN ('todo', 'toread')"""


@dataclass(frozen=True, slots=True)
class Counts:
    """How much lies with a person: exact, at the moment of asking."""

    todo: int
    toread: int


def counts(person_id: int) -> Counts:
    """待办 and 待阅 of a person."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [person_id])
        return Counts(*cursor.fetchone())


def item_of(app: str, biz_id: str, task_id: str) -> Item | None:
    """The item by its application's own numbers."""
    return Item.objects.filter(app=app, biz_id=biz_id, task_id=task_id).first()
