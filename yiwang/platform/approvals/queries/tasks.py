"""Reading tasks."""

import datetime

from django.db.models import QuerySet

from yiwang.kernel.workdays.calendar import end_of
from yiwang.platform.approvals.models import Instance, Task


def mine(person_id: int) -> QuerySet[Task]:
    """What lies with a person, the newest first: one scan of one partial index."""
    return (
        Task.objects.filter(person_id=person_id, state=Task.State.OPEN)
        .exclude(kind=Task.Kind.READ)
        .select_related("instance__definition")
        .order_by("-arrived_at", "-id")
    )


def handled(person_id: int) -> QuerySet[Task]:
    """What a person has decided, the newest first."""
    return (
        Task.objects.filter(person_id=person_id, state=Task.State.DONE)
        .exclude(kind=Task.Kind.READ)
        .select_related("instance__definition")
        .order_by("-finished_at", "-id")
    )


def of_visit(instance: Instance) -> QuerySet[Task]:
    """Those who answer in the present visit; readers are not among them."""
    return Task.objects.filter(instance=instance, visit=instance.visit).exclude(kind=Task.Kind.READ)


def active(instance: Instance) -> QuerySet[Task]:
    """Those who have not answered yet in the present visit."""
    return of_visit(instance).filter(state__in=Task.ACTIVE).order_by("id")


def open_of(instance: Instance, person_id: int) -> Task | None:
    """What lies with this person in this instance; what he decides before what he only reads."""
    lying = Task.objects.filter(instance=instance, person_id=person_id, state=Task.State.OPEN)
    return min(lying, key=lambda task: task.kind == Task.Kind.READ, default=None)


def handled_steps(instance: Instance) -> list[str]:
    """Keys of the steps before the present one that somebody has handled, in the order of the procedure."""
    done = set(
        Task.objects.filter(instance=instance, kind=Task.Kind.SEAT, state=Task.State.DONE)
        .exclude(step="")
        .values_list("step", flat=True)
    )
    keys = [step.key for step in instance.definition.plan]
    before = keys[: keys.index(instance.step)] if instance.step in keys else keys
    return [key for key in before if key in done]


def last_handlers(instance: Instance, step: str) -> list[Task]:
    """Who decided at a step when it was last visited."""
    seats = Task.objects.filter(
        instance=instance, step=step, kind=Task.Kind.SEAT, state=Task.State.DONE
    ).exclude(outcome__in=(Task.Outcome.NONE, Task.Outcome.ADDED))
    newest = seats.order_by("-visit", "-id").first()
    return [] if newest is None else list(seats.filter(visit=newest.visit).order_by("id"))


def returned_seats(origin: Task) -> list[Task]:
    """Whom 直送退回人 reaches: who returned it, and who had not answered beside him."""
    cut_off = Task.objects.filter(
        instance_id=origin.instance_id, visit=origin.visit, state=Task.State.WITHDRAWN
    ).exclude(kind=Task.Kind.READ)
    return sorted([origin, *cut_off.exclude(pk=origin.pk)], key=lambda task: task.pk)


def readers(instance: Instance) -> QuerySet[Task]:
    """Who got it to read, in order."""
    return Task.objects.filter(instance=instance, kind=Task.Kind.READ).order_by("id")


def due_by(day: datetime.date) -> QuerySet[Task]:
    """Open tasks of running instances whose term ends that day or before; of the suspended none."""
    return Task.objects.filter(
        state=Task.State.OPEN, due_at__lte=end_of(day), instance__state=Instance.State.RUNNING
    ).order_by("id")


def with_a_term() -> QuerySet[Task]:
    """Tasks not answered yet that have a term counted in working days."""
    return Task.objects.filter(state__in=Task.ACTIVE, due_at__isnull=False).order_by("instance_id", "id")
