"""Must-reach messages (必达) as their boards show them: numbers of all, names of whom the viewer may see.

Every number of a page is counted in one statement, for three units and for three hundred.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from yiwang.kernel.listing.conditions import Order, Where
from yiwang.kernel.listing.sources import QuerySetSource, SqlSource
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.addressbook.queries import visibility
from yiwang.platform.messages import rules
from yiwang.platform.messages.models import Message, Reach, ReachAsk, ReachLine, ReachStep, ReachWatch
from yiwang.platform.messages.models.reach import Level, within
from yiwang.platform.messages.vocabulary import WATCH_REACH
from yiwang.platform.org.models import Unit

OTHERS = 0  # instead of a unit's id: those whom no unit stands for that the viewer may know of
_LAST = 2**31 - 1

# What changes whenever anything on a board does; only for who has one open. It only ever grows.
MARK = """
    SELECT coalesce(sum(line.level + (told.read_at IS NOT NULL)::int + (told.confirmed_at IS NOT NULL)::int
        + (line.told_at IS NOT NULL)::int + (reach.state <> 'running')::int), 0)
    FROM messages_reachwatch watch
    JOIN messages_reach reach ON reach.id = watch.reach_id
    JOIN messages_reachline line ON line.reach_id = reach.id
    JOIN messages_receipt told ON told.id = line.receipt_id
    WHERE watch.person_id = %(person)s AND watch.seen_at > now() - interval '1 hour'"""

_WATCHERS = """
    SELECT DISTINCT watch.person_id FROM messages_reachwatch watch
    JOIN messages_reach reach ON reach.id = watch.reach_id AND reach.state = 'running'
    JOIN messages_receipt told ON told.message_id = reach.message_id AND told.person_id = %s
    WHERE watch.seen_at > now() - interval '1 hour'"""

_TABLES = """messages_reachline line JOIN messages_receipt told ON told.id = line.receipt_id
    LEFT JOIN org_unit unit ON unit.id = line.unit_id"""
_OPEN = "told.confirmed_at IS NULL AND line.told_at IS NULL"
_NUMBERS = f"""count(*) AS receivers, count(told.read_at) AS read, count(told.confirmed_at) AS confirmed,
    count(*) FILTER (WHERE told.confirmed_at IS NULL AND line.told_at IS NOT NULL) AS told,
    count(*) FILTER (WHERE {_OPEN}) AS missing,
    count(*) FILTER (WHERE {_OPEN} AND line.level = 1) AS at_inbox,
    count(*) FILTER (WHERE {_OPEN} AND line.level = 2) AS at_text,
    count(*) FILTER (WHERE {_OPEN} AND line.level = 3) AS at_contact,
    count(*) FILTER (WHERE {_OPEN} AND line.level = 4) AS at_duty,
    min(line.next_at) FILTER (WHERE {_OPEN}) AS next_at"""


@dataclass(frozen=True, slots=True)
class Numbers:
    """How far a must-reach message is, with all or with the receivers whom the viewer watches over."""

    receivers: int
    read: int
    confirmed: int
    told: int
    missing: int
    at_inbox: int
    at_text: int
    at_contact: int
    at_duty: int
    next_at: datetime.datetime | None

    @property
    def percent(self) -> int:
        """Of them confirmed; 100 only when it is all of them."""
        return self.confirmed * 100 // self.receivers if self.receivers else 0

    def at(self, level: int) -> int:
        """How many are there and open."""
        return (self.at_inbox, self.at_text, self.at_contact, self.at_duty)[level - 1]


Sql = tuple[str, list[Any]]


def find(reach_id: int, viewer: Principal) -> Reach | None:
    """One that he may see, with its message and unit."""
    return Reach.objects.visible_to(viewer).select_related("message", "unit").filter(pk=reach_id).first()


def mine(viewer: Principal) -> QuerySetSource:
    """Those he may see, each with how many receivers he sees there and how many have not confirmed."""
    lines = ReachLine.objects.filter(reach=OuterRef("pk"))
    watched, sending = within(viewer), within(viewer, "reach__unit__path")
    if watched is not None and sending is not None:
        lines = lines.filter(Q(reach__message__sender=viewer.person_id) | watched | sending)
    found = Reach.objects.visible_to(viewer).select_related("message", "unit")
    return QuerySetSource(
        found.annotate(
            receivers=Coalesce(Subquery(_number(lines)), 0),
            unconfirmed=Coalesce(Subquery(_number(lines.filter(receipt__confirmed_at=None))), 0),
            confirmed=F("receivers") - F("unconfirmed"),
        )
    )


def _number(lines: "QuerySet[ReachLine]") -> "QuerySet[ReachLine, int]":
    return lines.order_by().values("reach").annotate(number=Count("pk")).values_list("number", flat=True)


def _rows_of(reach: Reach, viewer: Principal) -> Sql:
    """Lines that count for him: all, or those of the units he watches over."""
    if rules.sees_whole_reach(viewer, reach):
        return "line.reach_id = %s", [reach.pk]
    parts, values = ["FALSE"], []
    for path, below in viewer.scopes(WATCH_REACH.key):
        parts.append("unit.path >= %s AND unit.path < %s" if below else "unit.path = %s")
        values += [path, path + "~"] if below else [path]
    return f"line.reach_id = %s AND ({' OR '.join(parts)})", [reach.pk, *values]


def _known(viewer: Principal) -> Sql:
    """Units whose names he may read."""
    sql, values = Unit.objects.visible_to(viewer).values("pk").query.sql_with_params()
    return f"unit.id IN ({sql})", list(values)


def numbers(reach: Reach, viewer: Principal) -> Numbers:
    """Of the whole board, as far as it is his."""
    where, values = _rows_of(reach, viewer)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_NUMBERS} FROM {_TABLES} WHERE {where}", values)
        return Numbers(*cursor.fetchone())


def board(reach: Reach, viewer: Principal) -> SqlSource:
    """One row for each receiving unit, in the maintained order; unknown ones are one row, 其他."""
    where, values = _rows_of(reach, viewer)
    known, more = _known(viewer)
    rows = f"""(SELECT coalesce(place.id, {OTHERS}) AS unit_id, coalesce(place.short_name, '其他') AS unit,
            coalesce(place.position, {_LAST}) AS position, coalesce(place.duty_phone, '') AS duty_phone,
            {_NUMBERS}
        FROM {_TABLES} LEFT JOIN org_unit place ON place.id = unit.id AND {known}
        WHERE {where} GROUP BY place.id) board"""
    names = ("unit_id", "unit", "position", "receivers", "read", "confirmed", "told", "missing")
    return SqlSource(
        columns="board.*",
        tables=rows,
        fields={name: f"board.{name}" for name in names}
        | {"is_missing": "(board.missing > 0)", "share": "(board.confirmed * 1000 / board.receivers)"},
        parameters=(*more, *values),
        never_null=frozenset({*names, "share"}),
    )


_PERSON = """line.id, person.id AS person_id, person.name, person.title, own.short_name AS unit,
    person.office_phone, line.level, line.next_at, told.read_at, told.confirmed_at, line.told_how,
    line.told_at, line.told_by_name, line.told_note, coalesce(text.state, '') AS text_state"""
_PERSONS = """messages_reachline line JOIN messages_receipt told ON told.id = line.receipt_id
    JOIN org_person person ON person.id = told.person_id
    LEFT JOIN org_unit unit ON unit.id = line.unit_id
    LEFT JOIN org_unit own ON own.id = person.unit_id
    LEFT JOIN messages_smstext text
        ON text.message_id = told.message_id AND text.person_id = told.person_id"""
_PERSON_FIELDS = {
    "id": "line.id",
    "position": "person.position",
    "name": "person.name",
    "level": "line.level",
    "is_read": "(told.read_at IS NOT NULL)",
}


def _in_unit(unit_id: int, viewer: Principal) -> Sql:
    known, values = _known(viewer)
    if unit_id == OTHERS:
        return f"NOT coalesce({known}, FALSE)", values
    return f"unit.id = %s AND {known}", [unit_id, *values]


def people(reach: Reach, unit_id: int, viewer: Principal) -> SqlSource:
    """Who of a unit has not confirmed, by name as far as he may see them."""
    rows, values = _rows_of(reach, viewer)
    inside, more = _in_unit(unit_id, viewer)
    visible, seen = visibility.condition(viewer)
    return SqlSource(
        columns=_PERSON,
        tables=_PERSONS,
        fields=_PERSON_FIELDS,
        where=f"{rows} AND told.confirmed_at IS NULL AND ({inside}) AND ({visible})",
        parameters=(*values, *more, *seen),
        never_null=frozenset({"id", "position", "name", "level", "is_read"}),
    )


def in_unit(reach: Reach, unit_id: int, viewer: Principal) -> Numbers:
    """The unit's row of the board."""
    rows, values = _rows_of(reach, viewer)
    inside, more = _in_unit(unit_id, viewer)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_NUMBERS} FROM {_TABLES} WHERE {rows} AND ({inside})", [*values, *more])
        return Numbers(*cursor.fetchone())


_ASKED = f"""{_PERSONS} JOIN messages_reachask ask ON ask.line_id = line.id"""


def asked(reach_id: int, viewer: Principal) -> SqlSource:
    """Whom he was asked to tell. His own principal he knows by name, others as far as he may see them."""
    visible, seen = visibility.condition(viewer)
    return SqlSource(
        columns=f"{_PERSON}, ask.part, ask.asked_at",
        tables=_ASKED,
        fields=_PERSON_FIELDS,
        where=f"line.reach_id = %s AND ask.person_id = %s AND (ask.part = 'deputy' OR ({visible}))",
        parameters=(reach_id, viewer.person_id, *seen),
        never_null=frozenset({"id", "position", "name", "level", "is_read"}),
    )


def asked_in(reach_id: int, viewer: Principal) -> Reach | None:
    """One for which he was asked to tell people, with its message and unit."""
    found = Reach.objects.filter(pk=reach_id, lines__asks__person=viewer.person_id)
    return found.select_related("message", "unit").distinct().first()


def asked_parts(reach_id: int, viewer: Principal) -> list[str]:
    """As what he was asked: why the page is shown to him."""
    found = ReachLine.objects.filter(reach=reach_id, asks__person=viewer.person_id)
    return sorted(set(found.values_list("asks__part", flat=True)))


def among(known: SqlSource, line_ids: Iterable[int]) -> set[int]:
    """Those of these lines that are in the list."""
    some = Where("id", "in", list(line_ids))
    return {row["id"] for row in known.fetch([some], [Order("id")], None, 1_000)}


def confirmed(reach: Reach, line_ids: Iterable[int]) -> set[int]:
    """Those of these lines whose receiver has confirmed meanwhile."""
    found = ReachLine.objects.filter(pk__in=line_ids, reach=reach, receipt__confirmed_at__isnull=False)
    return set(found.values_list("pk", flat=True))


def lines_of_unit(unit_id: int, viewer: Principal) -> Q:
    """On lines: those of a row of his board."""
    if unit_id == OTHERS:
        return Q(unit=None) | ~Q(unit__in=Unit.objects.visible_to(viewer))
    return Q(unit=unit_id)


def due(now: datetime.datetime) -> list[int]:
    """Ladders of which a step is due."""
    lines = ReachLine.objects.filter(next_at__lte=now, reach__state=Reach.State.RUNNING)
    return list(lines.order_by("reach").values_list("reach", flat=True).distinct())


def minutes(reach: Reach) -> list[int]:
    """Between its steps, as they were at sending."""
    steps = reach.steps.exclude(level=Level.INBOX).order_by("level")
    return list(steps.values_list("after_minutes", flat=True))


def running_minutes(message: Message) -> list[int]:
    """The same of a message whose ladder still goes on; empty when it has none."""
    steps = ReachStep.objects.filter(reach__message=message, reach__state=Reach.State.RUNNING)
    return list(steps.exclude(level=Level.INBOX).order_by("level").values_list("after_minutes", flat=True))


def watchers(person_id: int) -> list[int]:
    """Who has a board open on which this person stands."""
    with connection.cursor() as cursor:
        cursor.execute(_WATCHERS, [person_id])
        return [row[0] for row in cursor.fetchall()]


def watchers_of(reach: Reach, *, now: datetime.datetime) -> list[int]:
    """Who has this board open."""
    lately = ReachWatch.objects.filter(reach=reach, seen_at__gt=now - rules.REACH_WATCHED)
    return list(lately.values_list("person_id", flat=True))


def asked_hidden(reach_id: int, viewer: Principal, *, named: int) -> int:
    """How many of those he was asked to tell are not shown to him by name."""
    return ReachAsk.objects.filter(line__reach=reach_id, person=viewer.person_id).count() - named
