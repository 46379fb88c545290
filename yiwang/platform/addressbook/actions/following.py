"""Writing the feeds that applications read: what came into their sight, changed, or went out of it.

Comparing is the truth: everything seen now against everything told before. Events of the organisation say
what to compare at once; hiding, rules and ranges leave no event, so everything is compared now and then.
"""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from yiwang.kernel.extension.open_calls import Caller
from yiwang.platform.addressbook.models import Followed, Following
from yiwang.platform.addressbook.queries import visibility
from yiwang.platform.clients.actions import events
from yiwang.platform.clients.queries import callers
from yiwang.platform.org.models import Event

COMPARE_EVERY = datetime.timedelta(minutes=2)
MOST_EVENTS = 1_000
# After these the places of many others are different too.
_SWEEPING = {
    Event.Kind.UNIT_MOVED,
    Event.Kind.UNIT_RANKED,
    Event.Kind.UNIT_MERGED,
    Event.Kind.UNIT_SPLIT,
    Event.Kind.UNIT_REVOKED,
}
_ORDERS = {Followed.Kind.UNIT: "seen.position", Followed.Kind.PERSON: "seen.position, seen.id"}

# {seen}: rows of what is seen now, of all or of the touched.
_ADD = """
    WITH seen AS (SELECT {alias}.id, {alias}.position FROM {table} WHERE {condition}{touched}),
    fresh AS (
        SELECT seen.id, nextval('addressbook_followed_seq') AS seq FROM (SELECT * FROM seen ORDER BY {order})
            AS seen
        WHERE {again} OR NOT EXISTS (SELECT FROM addressbook_followed known
            WHERE known.client_id = %(client)s AND known.kind = %(kind)s AND known.object_id = seen.id
                AND NOT known.is_gone)
    )
    INSERT INTO addressbook_followed AS own (client_id, kind, object_id, seq, first_seq, is_gone)
    SELECT %(client)s, %(kind)s, fresh.id, fresh.seq, fresh.seq, false FROM fresh
    ON CONFLICT (client_id, kind, object_id) DO UPDATE SET seq = excluded.seq, is_gone = false,
        first_seq = CASE WHEN own.is_gone THEN excluded.seq ELSE own.first_seq END"""
_REMOVE = """
    UPDATE addressbook_followed own SET is_gone = true, seq = nextval('addressbook_followed_seq')
    WHERE own.client_id = %(client)s AND own.kind = %(kind)s AND NOT own.is_gone{known}
        AND NOT EXISTS (SELECT FROM {table} WHERE {alias}.id = own.object_id AND {condition})"""


@transaction.atomic
def advance(caller: Caller, *, now: datetime.datetime | None = None) -> bool:
    """Bring the feed of an application up to now, and say whether it must be called again.

    Part of reading it; nobody's act.
    """
    moment = now or timezone.now()
    Following.objects.bulk_create([Following(client_id=caller.client_pk)], ignore_conflicts=True)
    own = Following.objects.select_for_update().get(pk=caller.client_pk)
    events = list(Event.objects.filter(pk__gt=own.event).order_by("pk")[:MOST_EVENTS])
    ranges = "\n".join(caller.range_paths)
    is_old = own.compared_at is None or moment - own.compared_at >= COMPARE_EVERY
    if is_old or own.range_paths != ranges or any(one.kind in _SWEEPING for one in events):
        _take_in(caller, events)
        _compare(caller, Followed.Kind.UNIT)
        _compare(caller, Followed.Kind.PERSON)
        own.compared_at, own.range_paths = moment, ranges
    elif events:
        _take_in(caller, events)
    if events:
        own.event = events[-1].pk
    own.save()
    return len(events) == MOST_EVENTS


def tell_followers(*, now: datetime.datetime) -> int:
    """Bring every feed up to now; whose feed grew is told so (addressbook.changed). How many were told."""
    told = 0
    for client_pk in list(Following.objects.order_by("pk").values_list("pk", flat=True)):
        caller = callers.of_client(client_pk)
        if caller is not None:
            told += _tell_if_changed(caller, now)
    return told


@transaction.atomic
def _tell_if_changed(caller: Caller, now: datetime.datetime) -> bool:
    before = _latest(caller)
    advance(caller, now=now)
    after = _latest(caller)
    if after == before:
        return False
    events.tell(caller.client_pk, "addressbook.changed", {"latest": str(after)})
    return True


def _latest(caller: Caller) -> int:
    own = Followed.objects.filter(client_id=caller.client_pk)
    return int(own.aggregate(latest=models.Max("seq"))["latest"] or 0)


def _take_in(caller: Caller, events: Iterable[Event]) -> None:
    """What the events are about is told again, whether it came, changed or went."""
    units: set[int] = set()
    persons: set[int] = set()
    for one in events:
        if one.person_id is not None:
            persons.add(one.person_id)
        elif one.unit_id is not None:
            units.update([one.unit_id, *one.data.get("order", ())])
    if units:
        _compare(caller, Followed.Kind.UNIT, sorted(units))
    if persons:
        _compare(caller, Followed.Kind.PERSON, sorted(persons))


def _compare(caller: Caller, kind: Followed.Kind, ids: list[int] | None = None) -> None:
    """Compare what is seen with what was told: everything, or these only."""
    if kind == Followed.Kind.UNIT:
        table, alias = "org_unit unit", "unit"
        condition, parameters = visibility.unit_condition(caller.viewer)
    else:
        table, alias = "org_person person", "person"
        condition, parameters = _named(*visibility.condition(caller.viewer))
    values: dict[str, Any] = {"client": caller.client_pk, "kind": kind.value, "ids": ids, **parameters}
    parts = {"table": table, "alias": alias, "condition": condition, "order": _ORDERS[kind]}
    touched = f" AND {alias}.id = ANY(%(ids)s)" if ids is not None else ""
    known = " AND own.object_id = ANY(%(ids)s)" if ids is not None else ""
    with connection.cursor() as cursor:
        cursor.execute(
            _ADD.format(**parts, touched=touched, again="TRUE" if ids is not None else "FALSE"), values
        )
        cursor.execute(_REMOVE.format(**parts, known=known), values)


def _named(sql: str, parameters: list[Any]) -> tuple[str, dict[str, Any]]:
    """The same condition with its parameters by name."""
    values = {f"person_{number}": value for number, value in enumerate(parameters)}
    for name in values:
        sql = sql.replace("%s", f"%({name})s", 1)
    return sql, values
