"""Messages as the application that sent them reads them: numbers of all, names of those whom it may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from yiwang.kernel.extension.open_calls import Caller
from yiwang.platform.addressbook.queries import applications
from yiwang.platform.messages.models import Message, Receipt
from yiwang.platform.messages.vocabulary import CLIENT
from yiwang.platform.org.models import Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, STEP

_WIDTH = STEP * (DEPARTMENT_LEVEL + 1)
_BY_UNIT = """
    SELECT unit.id, unit.short_name, count(*), count(own.read_at), count(own.confirmed_at)
    FROM messages_receipt own
    JOIN org_person person ON person.id = own.person_id
    JOIN org_unit unit ON unit.path = left(person.unit_path, %(width)s)
    WHERE own.message_id = %(message)s AND unit.id = ANY(%(units)s)
    GROUP BY unit.id ORDER BY unit.position"""


@dataclass(frozen=True, slots=True)
class Numbers:
    """How far a message has come, of all whom it went to."""

    receivers: int
    read: int
    confirmed: int


def own(caller: Caller, message_id: int) -> Message | None:
    """Its own message by its number."""
    return Message.objects.filter(pk=message_id, about_type=CLIENT, about_id=str(caller.client_pk)).first()


def roots(caller: Caller) -> list[Unit]:
    """Where its range begins."""
    return applications.roots(caller)


def by_dedupe(caller: Caller, dedupe_ids: Iterable[str], *, since: Any) -> Message | None:
    """One that it sent under one of these words since then."""
    own = Message.objects.filter(app=caller.client_id, dedupe_key__in=list(dedupe_ids))
    return own.filter(sent_at__gte=since).first()


def numbers(message: Message) -> Numbers:
    """Read and confirmed."""
    told = Receipt.objects.filter(message=message)
    read, confirmed = told.filter(read_at__isnull=False), told.filter(confirmed_at__isnull=False)
    return Numbers(message.receivers, read.count(), confirmed.count())


def by_unit(caller: Caller, message: Message) -> list[dict[str, Any]]:
    """The same by department, for those that it sees."""
    seen = applications.units(caller).filter(level__gte=DEPARTMENT_LEVEL)
    values: dict[str, Any] = {
        "message": message.pk,
        "width": _WIDTH,
        "units": list(seen.values_list("pk", flat=True)),
    }
    with connection.cursor() as cursor:
        cursor.execute(_BY_UNIT, values)
        return [
            {"unit_id": unit, "name": name, "receivers": all_of_it, "read": read, "confirmed": confirmed}
            for unit, name, all_of_it, read, confirmed in cursor.fetchall()
        ]


def receipts(caller: Caller, message: Message, *, after: int, limit: int) -> list[Receipt]:
    """Whom it went to, of those whom the application may see."""
    told = Receipt.objects.filter(message=message, pk__gt=after)
    return list(told.filter(person__in=applications.persons(caller)).order_by("pk")[:limit])
