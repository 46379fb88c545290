"""催办: by hand once in four hours for each handler; by the clock the working day before, and daily late."""

import datetime

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, require_right
from yiwang.kernel.extension.messages import MessageKind
from yiwang.kernel.template_filters import deadline
from yiwang.kernel.workdays import queries as workdays
from yiwang.kernel.workdays.calendar import due_day
from yiwang.platform.approvals.actions import records
from yiwang.platform.approvals.actions.steps import locked, require_state
from yiwang.platform.approvals.models import Instance, Task, Trail
from yiwang.platform.approvals.queries import instances, tasks
from yiwang.platform.approvals.vocabulary import DUE_SOON, OVERDUE, REMINDED, URGED, URGING
from yiwang.platform.messages.actions import messages

PAUSE = datetime.timedelta(hours=4)  # domain reference §0.6
_AT_ONCE = 200


@transaction.atomic
def urge(
    instance: Instance, *, actor: Actor, opinion: str = "", now: datetime.datetime | None = None
) -> list[Task]:
    """Ask those with whom it lies to hurry; those asked within the last four hours are left in peace."""
    instance, now = locked(instance.pk), now or timezone.now()
    require_right(instances.takes_part(instance, actor, may_manage=True), "催办")
    require_state(instance, "催办", Instance.State.RUNNING, Instance.State.RETURNED)
    lying = list(tasks.active(instance).filter(state=Task.State.OPEN).select_related("person"))
    due = [task for task in lying if task.urged_at is None or task.urged_at + PAUSE <= now]
    if not due:
        next_time = min(task.urged_at for task in lying if task.urged_at) + PAUSE
        text = f"同一事项4小时内只能催办一次，请于{timezone.localtime(next_time):%H:%M}后再催办"
        seconds = int((next_time - now).total_seconds())
        raise Refused(text, status=429, retry_after=max(seconds, 1))
    said = opinion.strip() or "请及时办理"
    for task in due:
        task.urged_at, task.urgings = now, task.urgings + 1
        task.save(update_fields=["urged_at", "urgings"])
        _send(URGING, instance, task, actor=actor, now=now, who=actor.name, opinion=said)
    names = "、".join(task.person.name for task in due)
    records.note(Trail.Action.URGED, instance, actor=actor, now=now, opinion=said, target=names)
    audit.record(URGED, instance, actor=actor, reason=said)
    return due


def remind_all(*, now: datetime.datetime, actor: Actor = SYSTEM) -> int:
    """On working days: one message for each task due on the next working day, or late; how many."""
    today = timezone.localdate(now)
    if not workdays.is_workday(today):
        return 0
    ids = list(tasks.due_by(workdays.add_workdays(today, 1)).values_list("pk", flat=True))
    return sum(
        _remind(ids[first : first + _AT_ONCE], now=now, actor=actor) for first in range(0, len(ids), _AT_ONCE)
    )


@transaction.atomic
def _remind(ids: list[int], *, now: datetime.datetime, actor: Actor) -> int:
    """Each task once a day, however often this runs."""
    today, sent = timezone.localdate(now), 0
    for task in Task.objects.filter(pk__in=ids).select_related("instance__definition"):
        assert task.due_at is not None  # noqa: S101  asked for by due_by
        left = workdays.workdays_between(today, due_day(task.due_at))
        if task.due_at <= now:
            _send(OVERDUE, task.instance, task, actor=actor, now=now, key=f"late-{task.pk}-{today}")
        elif left == 1:
            _send(DUE_SOON, task.instance, task, actor=actor, now=now, key=f"soon-{task.pk}-{today}")
        else:
            continue
        sent += 1
    Task.objects.filter(pk__in=ids, due_at__lte=now).update(urgings=F("urgings") + 1)
    if sent:
        audit.record(REMINDED, ("approvals.task", "", f"{sent}项待办"), actor=actor)
    return sent


def _send(
    kind: MessageKind,
    instance: Instance,
    task: Task,
    *,
    actor: Actor,
    now: datetime.datetime,
    who: str = "",
    opinion: str = "",
    key: str | None = None,
) -> None:
    late, due = "", ""
    if task.due_at is not None:
        remaining = workdays.remaining(now, task.due_at)
        late = remaining.text if remaining.is_overdue else ""
        due = deadline(task.due_at)
    words = {"title": instance.title, "who": who, "opinion": opinion, "late": late, "due": due}
    if kind is URGING and late:
        words["late"] = f"，{late}"
    url = reverse("approvals:task", args=[task.pk])
    messages.send(
        kind,
        to=[task.person_id],
        about=instance,
        words=words,
        url=url,
        actor=actor,
        urgency=instance.urgency,
        dedupe_key=key,
    )
