"""Reading requests for correction: who answers, what is due, what became of them."""

import datetime
from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from yiwang.kernel.extension.worklists import MOST
from yiwang.kernel.workdays import queries as workdays
from yiwang.platform.accounts.queries import roles
from yiwang.platform.accounts.vocabulary import SYSTEM_ADMINISTRATOR
from yiwang.platform.changes.models import DataRequest, DataRequestQuerySet, PersonOperation
from yiwang.platform.changes.queries.person_operation import administrators_of
from yiwang.platform.todos.models import Assignment

APP = "changes"
MARKS = (("overdue", "已逾期"), ("soon", "2个工作日内到期"))


def address(request: DataRequest) -> str:
    """Its page."""
    return reverse("changes:data_request", args=[request.pk])


def answerers(request: DataRequest) -> list[int]:
    """His unit's administrators and office; where there is nobody but himself, the district."""
    found = [one for one in administrators_of(request.unit) if one != request.person_id]
    if found:
        return found
    district = roles.holders_in_district(SYSTEM_ADMINISTRATOR.key)
    return [one.person_id for one in district if one.person_id != request.person_id]


def has_todo(request: DataRequest, person_id: int) -> bool:
    """Does the to-do lie with him?"""
    own = Assignment.objects.open().filter(person=person_id, item__app=APP, item__biz_id=str(request.pk))
    return own.filter(item__type="changes.answer_data_request").exists()


def of_person(person_id: int, in_clear: bool) -> Iterator[tuple[object, ...]]:
    """What he asked for and was answered, for his own look at his data."""
    for one in DataRequest.objects.filter(person=person_id).order_by("-pk"):
        yield one.number, one.get_field_display(), one.wrong, one.get_state_display(), one.answer


def to_answer(viewer: Any) -> DataRequestQuerySet:
    """Open ones of the units he looks after, his own left out."""
    mine = DataRequest.objects.visible_to(viewer).open()
    return mine.exclude(person_id=viewer.person_id)


def count_to_answer(viewer: Any) -> int:
    return to_answer(viewer)[:MOST].count()


def count_overdue(viewer: Any) -> int:
    return to_answer(viewer).filter(due_on__lt=timezone.localdate())[:MOST].count()


def marked(value: str) -> Q:
    """The condition of the filter 时限."""
    today = timezone.localdate()
    if value == "overdue":
        return Q(state="waiting", due_on__lt=today)
    return Q(state="waiting", due_on__gte=today, due_on__lte=workdays.add_workdays(today, 2))


def to_remind(today: datetime.date, soon: datetime.date) -> DataRequestQuerySet:
    """Due on that day, or late since."""
    due = Q(due_on=soon) | Q(due_on__lt=today)
    return DataRequest.objects.open().filter(due).select_related("unit", "person").order_by("pk")


def days_left(request: DataRequest, today: datetime.date) -> int | None:
    """Working days left to answer, negative when late; None when it is over."""
    if request.state != DataRequest.State.WAITING:
        return None
    return workdays.workdays_between(today, request.due_on)


def operations_since(request: DataRequest, viewer: Any) -> list[PersonOperation]:
    """修改 of this person applied for since, which he may see: how it is being put right."""
    rows = PersonOperation.objects.visible_to(viewer).filter(person_id=request.person_id, kind="correct")
    return list(rows.filter(created_at__gte=request.asked_at).order_by("-pk")[:5])
