"""我发出的: how a message stands with its receivers, by department. Names only of whom one may see."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from yiwang.kernel.listing.sources import QuerySetSource
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.addressbook.queries import visibility
from yiwang.platform.messages.models import Message
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, STEP

KIND = "messages.notice"
_MOST_NAMED = 200

_BY_UNIT = """
    SELECT coalesce(department.short_name, '其他'), count(*),
        count(*) FILTER (WHERE told.delivered_at IS NOT NULL OR told.read_at IS NOT NULL),
        count(told.read_at), count(told.confirmed_at)
    FROM messages_receipt told JOIN org_person person ON person.id = told.person_id
    LEFT JOIN org_unit department ON department.path = left(person.unit_path, %(width)s) AND ({seen})
    WHERE told.message_id = %(message)s
    GROUP BY department.id, department.short_name, department.position
    ORDER BY department.position NULLS LAST"""
_OPEN = """
    SELECT person.name, unit.short_name
    FROM messages_receipt told JOIN org_person person ON person.id = told.person_id
    LEFT JOIN org_unit unit ON unit.id = person.unit_id
    WHERE told.message_id = %s AND ({waiting}) AND ({visible})
    ORDER BY person.position, person.id LIMIT %s"""


@dataclass(frozen=True, slots=True)
class Line:
    """One department: receivers, and how far they are."""

    unit: str
    receivers: int
    delivered: int
    read: int
    confirmed: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who has not read, or not confirmed; only those that the sender may see."""

    name: str
    unit: str


def sent_by(viewer: Principal) -> QuerySetSource:
    """What he has sent himself, newest first."""
    return QuerySetSource(Message.objects.filter(sender_id=viewer.person_id, kind=KIND))


def by_unit(message: Message, viewer: Principal) -> list[Line]:
    """Exact numbers; departments that he may not know of are one line, 其他."""
    seen = "department.zone = 0 OR %(own)s LIKE department.path || '%%'"
    values: dict[str, Any] = {
        "message": message.pk,
        "width": STEP * (DEPARTMENT_LEVEL + 1),
        "own": viewer.unit_path,
    }
    with connection.cursor() as cursor:
        cursor.execute(_BY_UNIT.format(seen=seen), values)
        lines = [Line(*row) for row in cursor.fetchall()]
    others = [one for one in lines if one.unit == "其他"]
    if len(others) < 2:
        return lines
    total = Line("其他", *(sum(getattr(one, name) for one in others) for name in _NUMBERS))
    return [*(one for one in lines if one.unit != "其他"), total]


STAGES = ("delivered", "read", "confirmed")
_NUMBERS = ("receivers", *STAGES)


def waiting(message: Message, viewer: Principal) -> list[Waiting]:
    """Who has not read it yet, or not confirmed where that is asked for."""
    visible, parameters = visibility.condition(viewer)
    open_ones = "told.confirmed_at IS NULL" if message.need_receipt else "told.read_at IS NULL"
    with connection.cursor() as cursor:
        cursor.execute(
            _OPEN.format(waiting=open_ones, visible=visible), [message.pk, *parameters, _MOST_NAMED]
        )
        return [Waiting(name, unit or "") for name, unit in cursor.fetchall()]
