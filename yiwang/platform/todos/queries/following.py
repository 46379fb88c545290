"""我关注: what a person keeps in sight, with its state and who has it now."""

from django.db import connection

from yiwang.kernel.listing.sources import SqlSource
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.addressbook.queries import visibility
from yiwang.platform.todos import queries

# Whom it lay with, who started it; for what waits for a whole unit see queries/claims.
_MAY_FOLLOW = """
    SELECT EXISTS (SELECT FROM todos_item WHERE id = %(item)s AND initiator_id = %(person)s)
        OR EXISTS (SELECT FROM todos_assignment WHERE item_id = %(item)s AND person_id = %(person)s)"""


def may_follow(person_id: int, item_id: int) -> bool:
    """Has he ever had to do with it?"""
    with connection.cursor() as cursor:
        cursor.execute(_MAY_FOLLOW, {"person": person_id, "item": item_id})
        return bool(cursor.fetchone()[0])


def followed_by(viewer: Principal) -> SqlSource:
    """Newest first; names of handlers only as far as he may know of them."""
    visible, parameters = visibility.condition(viewer)
    return SqlSource(
        columns=f"{queries.STARTED_COLUMNS}, own.since, item.initiator_name, item.initiator_unit",
        tables="todos_follow own JOIN "
        + queries.STARTED_TABLES.format(visible=visible).replace(
            "todos_item item", "todos_item item ON item.id = own.item_id", 1
        ),
        fields=queries.STARTED_FIELDS | {"since": "own.since"},
        where="own.person_id = %s",
        parameters=(*parameters, viewer.person_id),
        never_null=frozenset({"id", "kind", "state", "urgency", "arrived_at", "since", "title"}),
    )


def followed_among(person_id: int, item_ids: list[int]) -> frozenset[int]:
    """Which of these he follows already: one statement for a page."""
    if not item_ids:
        return frozenset()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT item_id FROM todos_follow WHERE person_id = %s AND item_id = ANY(%s)",
            [person_id, item_ids],
        )
        return frozenset(row[0] for row in cursor.fetchall())
