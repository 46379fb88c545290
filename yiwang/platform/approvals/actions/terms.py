"""Terms in working days follow the calendar: when it is entered anew, open terms are counted anew."""

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.template_filters import deadline
from yiwang.kernel.workdays import queries as workdays
from yiwang.platform.approvals.actions import records, telling
from yiwang.platform.approvals.actions.steps import locked
from yiwang.platform.approvals.models import Task, Trail
from yiwang.platform.approvals.queries import tasks
from yiwang.platform.approvals.vocabulary import RECOUNTED


def follow_calendar(*, year: int, before: Any, after: Any, actor: Actor) -> None:
    """A year was entered: joined to workdays.hooks.calendar_changed, in its transaction."""
    recount(now=timezone.now(), actor=actor)


@transaction.atomic
def recount(*, now: datetime.datetime, actor: Actor = SYSTEM) -> int:
    """Count every open term by the calendar in force; the old term stays in the trail. How many changed."""
    changed = 0
    for task in tasks.with_a_term():
        assert task.due_from is not None and task.due_at is not None  # noqa: S101  a constraint of the table
        due = workdays.deadline(task.due_from, task.due_workdays)
        if due == task.due_at:
            continue
        changed += _recount(task, due, now=now, actor=actor)
    return changed


def _recount(task: Task, due: datetime.datetime, *, now: datetime.datetime, actor: Actor) -> int:
    instance = locked(task.instance_id)
    task = Task.objects.get(pk=task.pk)
    if not task.is_active or task.due_at is None:
        return 0
    target = f"{deadline(task.due_at)}改为{deadline(due)}"
    records.note(Trail.Action.RECOUNTED, instance, actor=SYSTEM, now=now, task=task, target=target)
    task.due_at = due
    task.save(update_fields=["due_at"])
    if task.state == Task.State.OPEN:
        telling.arrived(task, instance, actor=actor, now=now)
    audit.record(RECOUNTED, instance, actor=actor, changes={"due": target.split("改为")})
    return 1
