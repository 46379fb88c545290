"""Reading to-dos: what lies with a person, how much of it, and what he has started himself.

The statements are written by hand; each list and the number beside it use the same conditions and the same
partial index.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone

from yiwang.kernel.database import planned
from yiwang.kernel.extension.holdings import Held
from yiwang.kernel.extension.todos import todo_types
from yiwang.kernel.listing.conditions import PATH_END
from yiwang.kernel.listing.sources import SqlSource
from yiwang.kernel.workdays import queries as workdays
from yiwang.kernel.workdays.calendar import Remaining
from yiwang.platform.accounts.queries import roles
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.accounts.vocabulary import SYSTEM_ADMINISTRATOR
from yiwang.platform.addressbook.queries import visibility
from yiwang.platform.org.models import Post, Unit
from yiwang.platform.todos.models import Assignment, AssignmentQuerySet, Item

# Who looks after a unit's open to-dos when their person is gone, in this order.
_OFFICE = (
    "accounts.office_director",
    "accounts.unit_head",
    "accounts.clerk",
    "accounts.graded_administrator",
)

_OPEN = "('todo', 'toread')"
_COUNTS = f"""
    SELECT count(*) FILTER (WHERE state = 'todo'), count(*) FILTER (WHERE state = 'toread')
    FROM todos_assignment WHERE person_id = %s AND state IN {_OPEN}"""

# The numbers beside 待办 and on the home page.
TODO_NUMBER = "SELECT count(*) FROM todos_assignment WHERE person_id = %(person)s AND state = 'todo'"
TOREAD_NUMBER = "SELECT count(*) FROM todos_assignment WHERE person_id = %(person)s AND state = 'toread'"

_COLUMNS = """own.id, own.kind, own.urgency, own.arrived_at, own.due_at, own.opened_at, own.finished_at,
    own.post_id, own.state, own.note, own.is_claimed, own.item_id, item.app, item.app_name, item.title,
    item.summary, item.type, item.may_transfer, item.quick_actions, item.initiator_name, item.initiator_unit,
    unit.short_name AS unit_name"""
_TABLES = """todos_assignment own
    JOIN todos_item item ON item.id = own.item_id
    LEFT JOIN org_unit unit ON unit.id = own.unit_id"""
_FIELDS = {
    "id": "own.id",
    "app": "item.app",
    "title": "item.title",
    "initiator": "item.initiator_name",
    "kind": "own.kind",
    "post": "own.post_id",
    "urgency": "own.urgency",
    "due_at": "own.due_at",
    "arrived_at": "own.arrived_at",
    "finished_at": "own.finished_at",
}

# Who has it now; those whom the initiator may not know of have no name here either.
STARTED_COLUMNS = """item.id, item.title, item.summary, item.type, item.kind, item.urgency, item.arrived_at,
    item.due_at, item.state, item.closed_at, item.url, now_with.names AS handlers"""
STARTED_TABLES = """todos_item item
    LEFT JOIN LATERAL (
        SELECT string_agg(CASE WHEN {visible} THEN person.name ELSE '未公开人员' END, '、' ORDER BY one.id)
            AS names
        FROM todos_assignment one JOIN org_person person ON person.id = one.person_id
        WHERE one.item_id = item.id AND one.state IN ('todo', 'toread')) now_with ON true"""
STARTED_FIELDS = {
    "id": "item.id",
    "title": "item.title",
    "kind": "item.kind",
    "state": "item.state",
    "urgency": "item.urgency",
    "due_at": "item.due_at",
    "arrived_at": "item.arrived_at",
}


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


def lying_with(viewer: Principal, state: Assignment.State) -> SqlSource:
    """His own assignments in one state, nobody else's (Assignment.visible_to as a statement).

    The state is a word of the statement, not a value: only so a kept plan may use the index of open ones.
    """
    return SqlSource(
        columns=_COLUMNS,
        tables=_TABLES,
        fields=_FIELDS,
        where=f"own.person_id = %s AND own.state = '{state.value}'",
        parameters=(viewer.person_id,),
        never_null=frozenset({"id", "kind", "urgency", "arrived_at", "title"}),
    )


def started_by(viewer: Principal) -> SqlSource:
    """我发起: what he has started, wherever it lies now."""
    visible, parameters = visibility.condition(viewer)
    return SqlSource(
        columns=STARTED_COLUMNS,
        tables=STARTED_TABLES.format(visible=visible),
        fields=STARTED_FIELDS,
        where="item.initiator_id = %s",
        parameters=(*parameters, viewer.person_id),
        never_null=frozenset({"id", "kind", "state", "urgency", "arrived_at", "title"}),
    )


def first_of(viewer: Principal, *, limit: int) -> list[dict[str, Any]]:
    """The to-dos that come first, for the home page."""
    sql = (
        f"SELECT {_COLUMNS} FROM {_TABLES} WHERE own.person_id = %(person)s AND own.state = 'todo'"
        " ORDER BY own.urgency DESC, own.due_at, own.arrived_at DESC, own.id DESC LIMIT %(limit)s"
    )
    return planned(sql, {"person": viewer.person_id, "limit": limit})


def item_of(app: str, biz_id: str, task_id: str) -> Item | None:
    """The item by its application's own numbers."""
    return Item.objects.filter(app=app, biz_id=biz_id, task_id=task_id).first()


def widget(viewer: Principal) -> Mapping[str, object]:
    """我的待办 on the home page."""
    return {"rows": first_of(viewer, limit=6), "left": left}


def left(due: datetime.datetime | None) -> Remaining | None:
    """What remains until a deadline, in working days; None without one."""
    return None if due is None else workdays.remaining(timezone.now(), due)


def _going_over() -> AssignmentQuerySet:
    """Open to-dos that somebody else takes over when their person leaves or their unit ends."""
    return Assignment.objects.open().exclude(item__type__in=staying_types())


def staying_types() -> list[str]:
    """Keys of the types that stay with their person, or that their module hands over itself."""
    return [one.key for one in todo_types if not one.goes_over]


def held_by(person_id: int, path: str) -> Sequence[Held]:
    """What a person must hand over when he leaves the unit with this path; "" for all he has."""
    own = _going_over().filter(person_id=person_id)
    if path:
        own = own.filter(unit__path__gte=path, unit__path__lt=path + PATH_END)
    return [_held(one) for one in own.select_related("item", "unit").order_by("-urgency", "due_at", "pk")]


def held_in(path: str, includes_below: bool, limit: int) -> tuple[int, Sequence[Held]]:
    """How many open to-dos people have for a unit, and the first of them."""
    there = _going_over()
    if includes_below:
        there = there.filter(unit__path__gte=path, unit__path__lt=path + PATH_END)
    else:
        there = there.filter(unit__path=path)
    first = there.select_related("item", "unit", "person").order_by("-urgency", "due_at", "pk")[:limit]
    return there.count(), [_held(one) for one in first]


def _held(one: Assignment) -> Held:
    """Its title, and in the grey line who started it and what remains."""
    remaining = left(one.due_at)
    words = (
        one.get_state_display(),
        " ".join(filter(None, (one.item.initiator_unit, one.item.initiator_name))),
        remaining.text if remaining else "",
    )
    return Held(str(one.pk), one.item.title, " · ".join(filter(None, words)), one.item.url)


def post_in(person_id: int, unit: Unit) -> Post | None:
    """The post a person holds in that unit or below it, the nearest first."""
    posts = Post.objects.filter(person_id=person_id, is_living=True).select_related("unit")
    own = posts.filter(unit__path__gte=unit.path, unit__path__lt=unit.path + PATH_END)
    return own.order_by("unit__level", "sort", "pk").first()


def office_of(unit: Unit, *, besides: int | None) -> int | None:
    """Who takes over what nobody has any more, as a person's id: the office director of the unit, or of the
    nearest above; else its head, its clerk, its administrator; in the end the district's administrators.
    """
    for role in _OFFICE:
        for holder in roles.holders(role, unit):
            if holder.person_id != besides:
                return holder.person_id
    district = roles.holders_in_district(SYSTEM_ADMINISTRATOR.key)
    return next((one.person_id for one in district if one.person_id != besides), None)
