"""待认领: what whole units have to do, and who may claim it.

Whoever holds a post in that very unit, and whoever is its 办公室主任 or 文秘. One condition serves list,
number and claim.
"""

from collections.abc import Iterable

from django.db import connection

from yiwang.kernel.listing.sources import SqlSource
from yiwang.platform.accounts.queries.principals import Principal

_GRANTS = """accounts_rolegrant given JOIN accounts_account account ON account.id = given.account_id
        WHERE given.role IN ('accounts.office_director', 'accounts.clerk') AND given.ended_at IS NULL
            AND NOT given.is_pending AND account.state <> 'closed'
            AND given.valid_from <= (now() AT TIME ZONE 'Asia/Shanghai')::date
            AND (given.valid_to IS NULL OR given.valid_to >= (now() AT TIME ZONE 'Asia/Shanghai')::date)"""
_UNITS = f"""
    SELECT post.unit_id FROM org_post post WHERE post.person_id = %(person)s AND post.is_living
    UNION
    SELECT given.unit_id FROM {_GRANTS} AND account.person_id = %(person)s"""

CLAIMABLE = f"own.person_id IS NULL AND own.state = 'todo' AND own.unit_id IN ({_UNITS})"
CLAIM_NUMBER = f"SELECT count(*) FROM todos_assignment own WHERE {CLAIMABLE}"

_MAY_CLAIM = f"""
    SELECT EXISTS (SELECT FROM todos_assignment own WHERE own.id = %(assignment)s AND {CLAIMABLE})"""
_CLAIMANTS = f"""
    SELECT post.person_id FROM org_post post WHERE post.unit_id = ANY(%(units)s) AND post.is_living
    UNION
    SELECT account.person_id FROM {_GRANTS} AND given.unit_id = ANY(%(units)s)"""
_POST = """
    SELECT post.id FROM org_post post
    WHERE post.person_id = %s AND post.unit_id = %s AND post.is_living
    ORDER BY post.kind = 'main' DESC, post.id LIMIT 1"""

_COLUMNS = """own.id, own.kind, own.urgency, own.arrived_at, own.due_at, own.opened_at, own.state,
    item.title, item.summary, item.type, item.app, item.app_name, item.initiator_name, item.initiator_unit,
    unit.short_name AS unit_name"""


def claimable_by(viewer: Principal) -> SqlSource:
    """What his units have to do and nobody has claimed."""
    return SqlSource(
        columns=_COLUMNS,
        tables="""todos_assignment own
            JOIN todos_item item ON item.id = own.item_id
            JOIN org_unit unit ON unit.id = own.unit_id""",
        fields={
            "id": "own.id",
            "title": "item.title",
            "initiator": "item.initiator_name",
            "kind": "own.kind",
            "urgency": "own.urgency",
            "due_at": "own.due_at",
            "arrived_at": "own.arrived_at",
        },
        where=CLAIMABLE.replace("%(person)s", "%s"),
        parameters=(viewer.person_id, viewer.person_id),
        never_null=frozenset({"id", "kind", "urgency", "arrived_at", "title"}),
    )


def may_claim(person_id: int, assignment_id: int) -> bool:
    """Does it wait for one of his units?"""
    with connection.cursor() as cursor:
        cursor.execute(_MAY_CLAIM, {"person": person_id, "assignment": assignment_id})
        return bool(cursor.fetchone()[0])


def claimants(unit_ids: Iterable[int]) -> list[int]:
    """Everybody who may claim what waits for these units."""
    units = list(unit_ids)
    if not units:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_CLAIMANTS, {"units": units})
        return [row[0] for row in cursor.fetchall()]


def post_of(person_id: int, unit_id: int) -> int | None:
    """The post in which he acts for that unit, if he has one there."""
    with connection.cursor() as cursor:
        cursor.execute(_POST, [person_id, unit_id])
        row = cursor.fetchone()
        return row[0] if row else None
