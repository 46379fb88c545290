"""Telling people: every open task is a to-do of its handler, by the same transaction; the drafter hears."""

import datetime

from django.urls import reverse
from django.utils import timezone

from yiwang.kernel.actor import Actor
from yiwang.kernel.extension.approvals import Seat
from yiwang.kernel.extension.messages import MessageKind
from yiwang.kernel.extension.todos import TodoKind
from yiwang.platform.approvals import rules, vocabulary
from yiwang.platform.approvals.models import Instance, Task
from yiwang.platform.messages.actions import messages
from yiwang.platform.org.models import Person
from yiwang.platform.todos.actions import items
from yiwang.platform.todos.queries import item_of

APP = "approvals"
LONGEST_OPINION = 200


def arrived(task: Task, instance: Instance, *, actor: Actor, now: datetime.datetime) -> None:
    """The task is open: its handler has a to-do."""
    kind = TodoKind(instance.definition.kind)
    kinds = {Task.Kind.READ: vocabulary.READING, Task.Kind.REVISE: vocabulary.REVISE}
    is_late = task.due_at is not None and task.due_at < now
    items.push(
        kinds.get(Task.Kind(task.kind), vocabulary.HANDLE)[kind],
        biz_id=str(instance.pk),
        task_id=str(task.todo_id),
        title=instance.title,
        summary=_summary(task, instance),
        to=[Seat(task.person_id, None if task.owner_id else task.post_id)],
        url=reverse("approvals:task", args=[task.pk]),
        actor=actor,
        initiator_person_id=instance.drafter_id,
        due_at=None if is_late else task.due_at,
        urgency=instance.urgency,
        needs="read" if task.kind == Task.Kind.READ else "do",
    )


def _summary(task: Task, instance: Instance) -> str:
    """Which step it stands at, for whom it is handled, and the matter's own summary."""
    parts = [rules.label_of(instance, task.step)] if task.step else []
    if task.owner_id:
        parts.append(f"代{Person.objects.only('name').get(pk=task.owner_id).name}办理")
    return " · ".join([*parts, instance.summary])[:300] if instance.summary else " · ".join(parts)


def finished(task: Task, *, actor: Actor) -> None:
    """He has done it: 已办, or 已阅."""
    items.complete(**_item(task), person_id=task.person_id, actor=actor)


def lapsed(task: Task, *, actor: Actor) -> None:
    """Another took it: 已失效."""
    items.complete(**_item(task), person_id=None, actor=actor)


def withdrawn(task: Task, *, actor: Actor) -> None:
    """It is not to be done any more: 已撤销."""
    items.cancel(**_item(task), actor=actor)


def passed(task: Task, follower: Task, *, actor: Actor) -> None:
    """It lies with another now: 已转办, and 待办 with him. Not if the list of to-dos has moved it already."""
    known = item_of(**_item(task))
    lying = set(known.assignments.open().values_list("person_id", flat=True)) if known else set()
    if follower.person_id in lying:
        return
    if task.person_id not in lying:
        arrived(follower, follower.instance, actor=actor, now=follower.arrived_at or timezone.now())
        return
    items.pass_on(
        **_item(task),
        from_person_id=task.person_id,
        to_person_id=follower.person_id,
        to_post_id=None if follower.owner_id else follower.post_id,
        actor=actor,
    )


def _item(task: Task) -> dict[str, str]:
    return {"app": APP, "biz_id": str(task.instance_id), "task_id": str(task.todo_id)}


def returned(instance: Instance, *, actor: Actor, opinion: str) -> None:
    """The drafter hears that it came back, and why."""
    _to_drafter(vocabulary.SENT_BACK, instance, actor=actor, opinion=opinion)


def approved(instance: Instance, *, actor: Actor) -> None:
    """The drafter hears that all have agreed."""
    _to_drafter(vocabulary.GRANTED, instance, actor=actor)


def rejected(instance: Instance, *, actor: Actor, opinion: str) -> None:
    """The drafter hears that it was not agreed to, and why."""
    _to_drafter(vocabulary.REFUSED, instance, actor=actor, opinion=opinion)


def ended(instance: Instance, how: str, *, actor: Actor, opinion: str) -> None:
    """The drafter hears that somebody else ended it."""
    if not rules.is_drafter(actor, instance):
        _to_drafter(vocabulary.ENDED, instance, actor=actor, opinion=opinion, how=how)


def _to_drafter(
    kind: MessageKind, instance: Instance, *, actor: Actor, opinion: str = "", how: str = ""
) -> None:
    words = {"title": instance.title, "who": actor.name, "how": how, "opinion": opinion[:LONGEST_OPINION]}
    url = reverse("approvals:instance", args=[instance.pk])
    messages.send(
        kind,
        to=[instance.drafter_id],
        about=instance,
        words=words,
        url=url,
        actor=actor,
        urgency=instance.urgency,
    )
