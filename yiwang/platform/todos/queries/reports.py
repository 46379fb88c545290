"""待办运行情况: numbers by application and department. No titles, no persons, no ranking (§6)."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import connection

from yiwang.kernel import database
from yiwang.kernel.workdays import queries as workdays
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, STEP
from yiwang.platform.todos import rules
from yiwang.platform.todos.models import LinkCheck, Reconciliation
from yiwang.platform.todos.queries.facets import name_of

_BY_APP = """
    SELECT item.app, max(item.app_name) AS app_name,
        count(*) FILTER (WHERE own.state = 'todo') AS todo,
        count(*) FILTER (WHERE own.state = 'toread') AS toread,
        count(*) FILTER (WHERE own.state = 'todo' AND own.person_id IS NULL) AS unclaimed,
        count(*) FILTER (WHERE own.state = 'todo' AND own.arrived_at < %(since)s) AS long_open,
        count(*) FILTER (WHERE own.state = 'todo' AND own.due_at < %(now)s) AS overdue
    FROM todos_assignment own JOIN todos_item item ON item.id = own.item_id
    WHERE own.state IN ('todo', 'toread')
    GROUP BY item.app ORDER BY item.app"""
_BY_UNIT = """
    SELECT department.short_name AS unit, count(*) AS todo,
        count(*) FILTER (WHERE own.arrived_at < %(since)s) AS long_open,
        count(*) FILTER (WHERE own.due_at < %(now)s) AS overdue
    FROM todos_assignment own
    JOIN org_unit unit ON unit.id = own.unit_id
    JOIN org_unit department ON department.path = left(unit.path, %(width)s)
    WHERE own.state = 'todo'
    GROUP BY department.id, department.short_name, department.position
    ORDER BY department.position"""
_QUICK = """
    SELECT item.app, count(*) FROM todos_quickact one
    JOIN todos_assignment own ON own.id = one.assignment_id JOIN todos_item item ON item.id = own.item_id
    WHERE one.state = 'failed' AND one.asked_at > %(week)s GROUP BY item.app"""


@dataclass(frozen=True, slots=True)
class AppLine:
    """One application: what is open, and what is wrong with it. None: it was never looked at."""

    app: str
    name: str
    todo: int
    toread: int
    unclaimed: int
    long_open: int
    overdue: int
    failed_acts: int
    reconciled_at: datetime.datetime | None
    differences: int | None
    links_tried: int
    links_dead: int


def long_open_since(now: datetime.datetime) -> datetime.datetime:
    """What arrived before this has been open for more than five working days."""
    day = workdays.add_workdays(now, -rules.LONG_OPEN_WORKDAYS)
    return datetime.datetime.combine(day, datetime.time(), now.tzinfo)


def by_app(*, now: datetime.datetime) -> list[AppLine]:
    """In the applications' order; those with nothing open but something to report stand there too."""
    opened = {row["app"]: row for row in _rows(_BY_APP, now)}
    failed = {row["app"]: row["count"] for row in _rows(_QUICK, now)}
    latest = {one.app: one for one in Reconciliation.objects.order_by("app", "-at", "-id").distinct("app")}
    links = _links(now)
    nothing = dict.fromkeys(("todo", "toread", "unclaimed", "long_open", "overdue"), 0) | {"app_name": ""}
    lines = []
    for app in sorted({*opened, *latest, *links, *failed}):
        row, checked = opened.get(app, nothing), latest.get(app)
        tried, dead = links.get(app, (0, 0))
        lines.append(
            AppLine(
                app=app,
                name=name_of(app, row["app_name"] or (checked.app_name if checked else "")),
                **{key: row[key] for key in ("todo", "toread", "unclaimed", "long_open", "overdue")},
                failed_acts=failed.get(app, 0),
                reconciled_at=checked.at if checked else None,
                differences=checked.differences if checked else None,
                links_tried=tried,
                links_dead=dead,
            )
        )
    return lines


def _links(now: datetime.datetime) -> dict[str, tuple[int, int]]:
    """The last day's tries: how many, how many of them led nowhere."""
    found: dict[str, tuple[int, int]] = {}
    for app, is_good in LinkCheck.objects.filter(at__gt=now - datetime.timedelta(days=1)).values_list(
        "app", "is_good"
    ):
        tried, dead = found.get(app, (0, 0))
        found[app] = (tried + 1, dead + (not is_good))
    return found


def by_unit(*, now: datetime.datetime) -> list[dict[str, Any]]:
    """In the district's order, 区级部门 and 街镇."""
    return _rows(_BY_UNIT, now)


def _rows(statement: str, now: datetime.datetime) -> list[dict[str, Any]]:
    values: dict[str, Any] = {
        "now": now,
        "since": long_open_since(now),
        "week": now - datetime.timedelta(days=7),
        "width": STEP * (DEPARTMENT_LEVEL + 1),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return database.rows_of(cursor)
