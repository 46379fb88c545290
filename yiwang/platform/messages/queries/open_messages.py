"""Messages as the application that sent them reads them: numbers of all, names of those whom it may see.

Whom it may tell: persons one by one only when it may see them; units and tags whole, without their names.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.open_calls import Caller
from yiwang.platform.addressbook.queries import applications
from yiwang.platform.messages.models import Card, Message, Receipt
from yiwang.platform.messages.queries.audience import Audience
from yiwang.platform.messages.vocabulary import CLIENT
from yiwang.platform.org.models import Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, STEP
from yiwang.platform.tags.queries import tags as found_tags

_WIDTH = STEP * (DEPARTMENT_LEVEL + 1)
_BY_UNIT = """
    SELECT unit.id, unit.short_name, count(*), count(own.read_at), count(own.confirmed_at)
    FROM messages_receipt own
    JOIN org_person person ON person.id = own.person_id
    JOIN org_unit unit ON unit.path = left(person.unit_path, %(width)s)
    WHERE own.message_id = %(message)s AND unit.id = ANY(%(units)s)
    GROUP BY unit.id ORDER BY unit.position"""


@dataclass(frozen=True, slots=True)
class Receivers:
    """Whom a message goes to, and what of the request was not understood; it is not said why."""

    audience: Audience = field(default_factory=Audience)
    bad_persons: tuple[str, ...] = ()
    bad_units: tuple[str, ...] = ()
    bad_tags: tuple[str, ...] = ()


def resolve(
    caller: Caller, *, persons: Iterable[str], units: Iterable[str], tags: Iterable[str]
) -> Receivers:
    """People by number, units with all below, tags it may use. Nobody is listed or counted here."""
    wanted, wrong_persons = _numbers(persons)
    seen = applications.seen(caller, wanted)
    bad_persons = [*wrong_persons, *(str(one) for one in wanted if one not in seen)]

    wanted, wrong_units = _numbers(units)
    known = set(applications.units(caller).filter(pk__in=wanted).values_list("pk", flat=True))
    bad_units = [*wrong_units, *(str(one) for one in wanted if one not in known)]

    wanted, bad_tags = _numbers(tags)
    usable = []
    for one in wanted:
        try:
            usable.append(found_tags.usable(one, caller.unit_path).pk)
        except Refused:
            bad_tags.append(str(one))
    audience = Audience(persons=tuple(sorted(seen)), units=tuple(sorted(known)), tags=tuple(usable))
    return Receivers(audience, tuple(bad_persons), tuple(bad_units), tuple(bad_tags))


def _numbers(given: Iterable[str]) -> tuple[list[int], list[str]]:
    """Texts that are numbers, each once; and the others."""
    texts = list(dict.fromkeys(str(one) for one in given))
    good = [one for one in texts if one.isascii() and one.isdigit() and 0 < len(one) < 19]
    return [int(one) for one in good], [one for one in texts if one not in good]


@dataclass(frozen=True, slots=True)
class Numbers:
    """How far a message has come, of all whom it went to."""

    receivers: int
    read: int
    confirmed: int


def own(caller: Caller, message_id: int) -> Message | None:
    """Its own message by its number."""
    return Message.objects.filter(pk=message_id, about_type=CLIENT, about_id=str(caller.client_pk)).first()


def card_of(caller: Caller, message_id: int) -> Card | None:
    """The card of its own message."""
    message = own(caller, message_id)
    return Card.objects.filter(message=message).select_related("message").first() if message else None


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


_DAY = """
    SELECT count(DISTINCT message.id), count(told.id), count(told.read_at), count(told.confirmed_at)
    FROM messages_message message JOIN messages_receipt told ON told.message_id = message.id
    WHERE message.app = %(app)s AND message.sent_at >= %(begin)s AND message.sent_at < %(end)s"""
_DAY_PRESSES = """
    SELECT count(*) FROM messages_cardpress press JOIN messages_cardface face ON face.id = press.face_id
    JOIN messages_card card ON card.id = face.card_id
    JOIN messages_message message ON message.id = card.message_id
    WHERE card.app = %(app)s AND message.sent_at >= %(begin)s AND message.sent_at < %(end)s"""


def day_numbers(caller: Caller, begin: datetime.datetime, end: datetime.datetime) -> dict[str, int]:
    """What it sent in that time, and what became of it."""
    values = {"app": caller.client_id, "begin": begin, "end": end}
    with connection.cursor() as cursor:
        cursor.execute(_DAY, values)  # type: ignore[arg-type]  # psycopg adapts moments
        messages, receivers, read, confirmed = cursor.fetchone()
        cursor.execute(_DAY_PRESSES, values)  # type: ignore[arg-type]
        (answered,) = cursor.fetchone()
    return {
        "messages": messages,
        "receivers": receivers,
        "read": read,
        "confirmed": confirmed,
        "answered": answered,
    }
