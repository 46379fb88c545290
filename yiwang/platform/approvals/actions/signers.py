"""Bringing other people into a step: 加签 and 转办."""

from typing import Literal

from django.db import transaction
from django.utils import timezone

from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import invalid, require_right
from yiwang.kernel.extension.approvals import Seat, StepPlan
from yiwang.platform.approvals import rules
from yiwang.platform.approvals.actions import records, steps, telling
from yiwang.platform.approvals.actions.steps import Move, held
from yiwang.platform.approvals.models import Instance, Task, Trail
from yiwang.platform.approvals.queries import people, tasks
from yiwang.platform.approvals.vocabulary import PASSED_ON, SIGNER_ADDED

Where = Literal["before", "after", "beside"]
WHERE = {"before": "前加签", "after": "后加签", "beside": "并签"}


@transaction.atomic
def add_signer(task: Task, *, person_id: int, place: Where, actor: Actor, opinion: str = "") -> Task:
    """加签: another signs before the handler (his opinion comes back to him), after him, or beside him.

    Who was added cannot add further people.
    """
    instance, task, step = _held_seat(task, "加签", actor)
    require_right(step.may_add, "加签")
    _require_can_take(instance, person_id, actor)
    there = tasks.active(instance).values_list("person_id", flat=True)
    today = timezone.localdate()
    (where,) = people.places_for(instance, [Seat(person_id)], today=today, there=there)
    move = Move(actor, opinion=opinion.strip(), task=task)
    target = f"{WHERE[place]}：{people.names([person_id])}"
    records.note(
        Trail.Action.ADDED,
        instance,
        actor=actor,
        now=move.now,
        task=task,
        opinion=move.opinion,
        target=target,
    )
    audit.record(SIGNER_ADDED, instance, actor=actor, changes={"signer": [None, target]})
    steps.claim(task, instance, move)
    added = Task(instance=instance, step=task.step, visit=task.visit, kind=Task.Kind.ADDED, added_by=task)
    added.person_id, added.post_id, added.owner_id = where.person_id, where.post_id, where.owner_id
    if place == "before":
        _ask_before(task, added, instance, move)
    elif place == "after":
        added.state, added.waits_for = Task.State.WAITING, task
        added.save()
        waiting = Task.objects.filter(waits_for=task, state=Task.State.WAITING).exclude(pk=added.pk)
        waiting.update(waits_for=added)
    else:
        steps.open_task(added, instance, move)
    return added


def _ask_before(task: Task, added: Task, instance: Instance, move: Move) -> None:
    """The handler's turn ends for now; it comes again when the other has given his opinion."""
    task.state, task.outcome, task.finished_at = Task.State.DONE, Task.Outcome.ADDED, move.now
    task.opened_at = task.opened_at or move.now
    task.save(update_fields=["state", "outcome", "finished_at", "opened_at"])
    telling.finished(task, actor=move.actor)
    added.is_advisory = True
    steps.open_task(added, instance, move)
    again = steps.copy_of(task)
    again.state, again.waits_for = Task.State.WAITING, added
    again.save()
    Task.objects.filter(waits_for=task, state=Task.State.WAITING).update(waits_for=again)


@transaction.atomic
def pass_on(task: Task, *, person_id: int, actor: Actor, opinion: str = "") -> Task:
    """转办: another of the same unit handles it from now on; whoever passes it on leaves the chain."""
    instance, task, step = _held_seat(task, "转办", actor)
    require_right(step.may_pass_on, "转办")
    _require_can_take(instance, person_id, actor)
    post_id = people.post_beside(person_id, task)
    if post_id is None:
        raise invalid("person_id", "只能转办给本单位人员")
    move = Move(actor, opinion=opinion.strip(), task=task)
    target = f"转办给{people.names([person_id])}"
    records.note(
        Trail.Action.PASSED,
        instance,
        actor=actor,
        now=move.now,
        task=task,
        opinion=move.opinion,
        target=target,
    )
    audit.record(PASSED_ON, instance, actor=actor, reason=move.opinion, changes={"handler": [None, target]})
    return steps.hand(task, people.Place(person_id, post_id), instance, move)


def _held_seat(task: Task, act: str, actor: Actor) -> tuple[Instance, Task, StepPlan]:
    """A handler in his own seat: not one who was added, not the drafter with what was returned to him."""
    instance, task = held(task, act, actor=actor)
    step = rules.step_of(instance, task.step)
    require_right(task.kind == Task.Kind.SEAT, act)
    assert step is not None  # noqa: S101  seats stand at steps
    return instance, task, step


def _require_can_take(instance: Instance, person_id: int, actor: Actor) -> None:
    """Whom one may choose: somebody at work, who is not a party to the matter and not at it already."""
    if person_id not in people.choosable(actor, [person_id]):
        raise invalid("person_id", "该人员没有可用的账号或任职")
    if person_id in people.barred(instance):
        raise invalid("person_id", "不能由提交人或当事人本人办理")
    if tasks.active(instance).filter(person_id=person_id).exists():
        raise invalid("person_id", "该人员已在办理本事项")
