"""Reading deputations (委托)."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from yiwang.kernel.extension.approvals import procedures
from yiwang.platform.approvals.models import Deputy, Task
from yiwang.platform.approvals.queries.succession import IN_ORDER


def of_person(person_id: int) -> QuerySet[Deputy]:
    """Those he has given and those he has been given, the newest first."""
    own = Deputy.objects.filter(Q(person_id=person_id) | Q(deputy_id=person_id))
    return own.select_related("person", "deputy").order_by("-id")


def called(given: Deputy) -> str:
    """“张三委托李四（2026-11-24至2026-12-01）”, as the log names it."""
    return f"{given.person.name}委托{given.deputy.name}（{given.valid_from}至{given.valid_to}）"


def scope_of(given: Deputy) -> str:
    """The procedures it is for, as people read them."""
    known = (procedures.get(key).label if key in procedures else key for key in given.procedures)
    return "、".join(known) or "全部流程"


def overlapping(person_id: int, first: datetime.date, last: datetime.date) -> QuerySet[Deputy]:
    """His living deputations that have a day in common with the period."""
    return Deputy.objects.filter(
        person_id=person_id, ended_at=None, valid_from__lte=last, valid_to__gte=first
    )


def acting_for(person_ids: Collection[int], day: datetime.date) -> dict[int, int]:
    """Who has given all his procedures to somebody on that day, and to whom."""
    given = Deputy.objects.filter(
        person_id__in=person_ids, procedures=[], ended_at=None, valid_from__lte=day, valid_to__gte=day
    )
    return dict(given.order_by("-id").values_list("person_id", "deputy_id"))


def over(today: datetime.date) -> QuerySet[Deputy]:
    """Those whose last day is past and which nobody has ended."""
    return Deputy.objects.filter(ended_at=None, valid_to__lt=today).select_related("person", "deputy")


def beginning(today: datetime.date) -> QuerySet[Deputy]:
    """Those that hold today and have not begun yet."""
    return Deputy.objects.filter(
        ended_at=None, begun_at=None, valid_from__lte=today, valid_to__gte=today
    ).select_related("person", "deputy")


def _within(given: Deputy) -> QuerySet[Task]:
    """Tasks not answered yet of the procedures it is for; what is only to be read is not delegated."""
    lying = Task.objects.filter(state__in=Task.ACTIVE, kind__in=(Task.Kind.SEAT, Task.Kind.ADDED))
    if given.procedures:
        lying = lying.filter(instance__definition__procedure__in=given.procedures)
    return lying.order_by(*IN_ORDER)


def lying_with_deputy(given: Deputy) -> list[Task]:
    """What the deputy still has of the other's."""
    return list(_within(given).filter(person_id=given.deputy_id, owner_id=given.person_id))


def lying_with_person(given: Deputy) -> list[Task]:
    """What lies with the person himself; what he has as another's deputy stays with him (not transitive)."""
    return list(_within(given).filter(person_id=given.person_id, owner=None))


@dataclass(frozen=True)
class Row:
    """A deputation as its page shows it. state: 未开始, 生效中, 已结束."""

    given: Deputy
    scope: str
    state: str
    is_living: bool


def as_rows(person_id: int, *, today: datetime.date) -> list[Row]:
    """Those of a person, given and received, the newest first."""
    return [
        Row(given, scope_of(given), _state(given, today), given.ended_at is None and given.valid_to >= today)
        for given in of_person(person_id)[:100]
    ]


def _state(given: Deputy, today: datetime.date) -> str:
    if given.ended_at is not None or given.valid_to < today:
        return "已结束"
    return "生效中" if given.valid_from <= today else "未开始"
