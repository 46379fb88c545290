"""变更待更新: every change that waits to be entered, whatever module knows of it, with its last day (R1-10).

The sources are: applications for person operations and unit changes, known changes, corrections, contracts
that are over. Where a source does not keep its last day, it is counted here and joined by day.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.urls import reverse

from yiwang.kernel import database
from yiwang.kernel.listing.conditions import Condition, Where
from yiwang.kernel.listing.sources import SqlSource
from yiwang.kernel.workdays import queries as workdays
from yiwang.platform.changes.models import PersonOperation, UnitChange
from yiwang.platform.org.models import Person
from yiwang.platform.upkeep import rules
from yiwang.platform.upkeep.models import Correction, KnownChange
from yiwang.platform.upkeep.models.scope import MAINTAIN_KEY, SUPERVISE_KEY
from yiwang.platform.upkeep.queries import screens

SOURCES = (
    ("operation", "人员变动"),
    ("unit", "机构调整"),
    ("known", "登记的变动"),
    ("contract", "聘用合同到期"),
    ("correction", "通讯录纠错"),
)
LATE = (("waiting", "已逾期"), ("soon", "2个工作日内到期"))
_WHAT: Mapping[str, Any] = {
    "operation": PersonOperation.Kind,
    "unit": UnitChange.Kind,
    "known": KnownChange.What,
    "correction": Correction.Field,
}
_STATES: Mapping[str, Any] = {
    "operation": PersonOperation.State,
    "unit": UnitChange.State,
    "known": KnownChange.State,
    "correction": Correction.State,
}
_PAGES = {
    "operation": "changes:person",
    "unit": "changes:unit_change",
    "known": "upkeep:known",
    "correction": "upkeep:correction",
    "contract": "console:person",
}
_DUE = """(
    SELECT 'operation' AS source, id, person_name AS title, kind AS what, state, unit_id, change_date, due_on
    FROM changes_personoperation
    WHERE applied_at IS NULL AND state NOT IN ('effective', 'rejected', 'cancelled')
    UNION ALL
    SELECT 'unit', change.id, change.title, change.kind, change.state, coalesce(
        (SELECT min(touched.unit_id) FROM changes_changedunit touched
         WHERE touched.change_id = change.id AND touched.part = 'target'), change.applicant_unit_id),
        change.effective_on, calendar.due_on
    FROM changes_unitchange change
    JOIN unnest(%s::date[], %s::date[]) calendar(day, due_on) ON calendar.day = change.effective_on
    WHERE change.state IN ('draft', 'in_review', 'pending', 'failed') AND change.number IS NOT NULL
    UNION ALL
    SELECT 'known', id, person_name, what, state, unit_id, change_date, due_on
    FROM upkeep_knownchange WHERE state = 'waiting'
    UNION ALL
    SELECT 'correction', id, about_name, field, state, keeper_id,
        (reported_at AT TIME ZONE 'Asia/Shanghai')::date, due_on
    FROM upkeep_correction WHERE state = 'waiting'
    UNION ALL
    SELECT 'contract', person.id, person.name, '', '', person.unit_id, person.contract_ends_on,
        calendar.due_on
    FROM org_person person
    JOIN unnest(%s::date[], %s::date[]) calendar(day, due_on) ON calendar.day = person.contract_ends_on
    WHERE person.status IN ('on_post', 'lent', 'attached') AND person.unit_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM changes_personoperation operation
            WHERE operation.person_id = person.id AND operation.applied_at IS NULL
            AND operation.state NOT IN ('effective', 'rejected', 'cancelled'))
) due JOIN org_unit unit ON unit.id = due.unit_id
    LEFT JOIN org_unit department ON department.path = left(unit.path, 15)"""
_FIELDS = {
    "ref": "(due.source || ':' || due.id)",
    "source": "due.source",
    "title": "due.title",
    "change_date": "due.change_date",
    "due_on": "due.due_on",
    "path": "unit.path",
}


def source_for(viewer: Any, *, today: datetime.date) -> SqlSource:
    """What waits in the units that he maintains; in the district for who watches over it."""
    where, paths = _scope(viewer)
    return SqlSource(
        columns="due.*, unit.short_name AS unit_name, department.short_name AS department_name",
        tables=_DUE,
        fields=_FIELDS,
        where=where,
        parameters=(*_calendar(today), *paths),
        never_null=frozenset(_FIELDS),
    )


def _scope(viewer: Any) -> tuple[str, list[str]]:
    if viewer.allows(SUPERVISE_KEY):
        return "true", []
    parts, paths = ["false"], []
    for path, below in viewer.scopes(MAINTAIN_KEY):
        if not path:
            return "true", []
        parts.append("(unit.path >= %s AND unit.path < %s)" if below else "unit.path = %s")
        paths += [path, f"{path}~"] if below else [path]
    return " OR ".join(parts), paths


def _calendar(today: datetime.date) -> tuple[list[datetime.date], ...]:
    """Days and last days of the changes of units, and of the contracts that are over."""
    open_ones = UnitChange.objects.filter(state__in=UnitChange.OPEN, effective_on__isnull=False)
    units = set(open_ones.values_list("effective_on", flat=True))
    over = Person.objects.filter(contract_ends_on__lt=today, status__in=Person.PRESENT)
    contracts = set(over.values_list("contract_ends_on", flat=True))
    return (*_last_days(units), *_last_days(contracts))


def _last_days(days: Iterable[datetime.date | None]) -> tuple[list[datetime.date], list[datetime.date]]:
    known = sorted(day for day in days if day is not None)
    return known, [workdays.add_workdays(day, rules.UPDATE_WORKDAYS) for day in known]


@dataclass(frozen=True, slots=True)
class Total:
    """How many wait of one source."""

    source: str
    label: str
    waiting: int
    overdue: int
    soon: int


def totals(viewer: Any, *, today: datetime.date) -> list[Total]:
    """By source, in one statement; those of which there is none are left out."""
    rows = source_for(viewer, today=today)
    statement = (
        "SELECT due.source, count(*), count(*) FILTER (WHERE due.due_on < %s),"
        f" count(*) FILTER (WHERE due.due_on BETWEEN %s AND %s) FROM {rows.tables} WHERE {rows.where}"
        " GROUP BY due.source"
    )
    with connection.cursor() as cursor:
        days: list[Any] = [today, today, screens.soon(today)]
        cursor.execute(statement, days + list(rows.parameters))
        found = {row[0]: row[1:] for row in cursor.fetchall()}
    return [Total(key, label, *found[key]) for key, label in SOURCES if key in found]


def overdue_in_reach(viewer: Any, *, today: datetime.date) -> int:
    """For the console's first page."""
    return source_for(viewer, today=today).count([Where("due_on", "before", today)], 1_000)


def overdue(viewer: Any, *, today: datetime.date) -> list[dict[str, Any]]:
    """Whatever is late, the oldest first; for reminders."""
    rows = source_for(viewer, today=today)
    statement = (
        f"SELECT {rows.columns} FROM {rows.tables} WHERE ({rows.where}) AND due.due_on < %s"
        " ORDER BY due.due_on, due.source, due.id"
    )
    with connection.cursor() as cursor:
        values: list[Any] = [*rows.parameters, today]
        cursor.execute(statement, values)
        return database.rows_of(cursor)


def lateness(value: str, *, today: datetime.date) -> Condition:
    """The condition of the filter 时限."""
    if value == "waiting":
        return Where("due_on", "before", today)
    span = (screens.soon(today) - today).days
    return Where("due_on", "in", [today + datetime.timedelta(days=after) for after in range(span + 1)])


def what_of(row: Mapping[str, Any]) -> str:
    """人员变动：调动, 通讯录纠错：职务."""
    label = dict(SOURCES)[row["source"]]
    words = _WHAT.get(row["source"])
    return f"{label}：{words(row['what']).label}" if words and row["what"] else label


def state_of(row: Mapping[str, Any]) -> str:
    """草稿, 待单位审核, 待更新 …"""
    words = _STATES.get(row["source"])
    return str(words(row["state"]).label) if words and row["state"] else "待续签或注销"


def place_of(row: Mapping[str, Any]) -> str:
    """朱家角镇党政办公室."""
    names: Sequence[str] = [row["department_name"] or "", row["unit_name"]]
    return "".join(dict.fromkeys(names))


def address_of(row: Mapping[str, Any]) -> str:
    """The page where it is dealt with."""
    return reverse(_PAGES[row["source"]], args=[row["id"]])


def late_text(row: Mapping[str, Any], *, today: datetime.date) -> str:
    """逾期1个工作日."""
    return rules.late_text(workdays.calendar(), row["due_on"], today)
