"""What a handler does with his task: open it, agree, disagree, send it back."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import invalid, require_right
from yiwang.kernel.extension.approvals import Event
from yiwang.platform.approvals import rules, vocabulary
from yiwang.platform.approvals.actions import readers, records, steps, telling
from yiwang.platform.approvals.actions.steps import Move, held, locked, opinion_of
from yiwang.platform.approvals.models import Instance, Task, Trail
from yiwang.platform.approvals.queries import people, tasks


@transaction.atomic
def open_task(task: Task, *, actor: Actor) -> Task:
    """Its handler looks at it (签收): from now on whoever sent it cannot take it back. Reading is 已阅."""
    if task.kind == Task.Kind.READ:
        return readers.read(task, actor=actor)
    instance = locked(task.instance_id)
    task = Task.objects.get(pk=task.pk)
    if not rules.is_handler(actor, task) or task.state != Task.State.OPEN or task.opened_at is not None:
        return task
    task.opened_at = Move(actor).now
    task.save(update_fields=["opened_at"])
    audit.record(vocabulary.OPENED, instance, actor=actor)
    return task


def _held_to_decide(task: Task, act: str, actor: Actor) -> tuple[Instance, Task]:
    instance, task = held(task, act, actor=actor)
    may = task.kind in {Task.Kind.SEAT, Task.Kind.ADDED}
    require_right(may and task.person_id not in people.barred(instance), act)
    return instance, task


@transaction.atomic
def agree(
    task: Task,
    *,
    opinion: str = "",
    actor: Actor,
    amended: bool = False,
    straight_back: bool = False,
    files: Sequence[UUID] = (),
) -> Instance:
    """同意. amended: 修改后同意. straight_back: what was returned to him goes straight to who returned it."""
    instance, task = _held_to_decide(task, "同意", actor)
    outcome = Task.Outcome.AMENDED if amended else Task.Outcome.AGREED
    said = opinion_of(opinion, is_needed=rules.must_give_opinion(outcome))
    move = Move(actor, opinion=said, task=task)
    action = Trail.Action.AMENDED if amended else Trail.Action.AGREED
    records.note(action, instance, actor=actor, now=move.now, task=task, opinion=said, files=files)
    audit.record(vocabulary.AGREED, instance, actor=actor, reason=said)
    steps.claim(task, instance, move)
    task.goes_straight = straight_back and task.returned_from_id is not None
    steps.finish(task, outcome, instance, move)
    steps.settle(instance, move)
    return instance


@transaction.atomic
def disagree(task: Task, *, opinion: str, actor: Actor, files: Sequence[UUID] = ()) -> Instance:
    """不同意: ends the matter where one decides; in 会签 all answer first, then the drafter coordinates."""
    instance, task = _held_to_decide(task, "不同意", actor)
    said = opinion_of(opinion, is_needed=True)
    move = Move(actor, opinion=said, task=task)
    records.note(
        Trail.Action.DISAGREED, instance, actor=actor, now=move.now, task=task, opinion=said, files=files
    )
    audit.record(vocabulary.DISAGREED, instance, actor=actor, reason=said)
    steps.claim(task, instance, move)
    step = rules.step_of(instance, task.step)
    is_final = task.kind == Task.Kind.SEAT and step is not None and step.mode not in rules.COUNTERSIGN
    if is_final:
        steps.close(tasks.active(instance).exclude(pk=task.pk), Task.State.WITHDRAWN, move)
    steps.finish(task, Task.Outcome.DISAGREED, instance, move)
    if is_final:
        steps.end(instance, Instance.State.REJECTED, move)
        steps.tell_subject(instance, Event.REJECTED, move)
        telling.rejected(instance, actor=actor, opinion=said)
    else:
        steps.settle(instance, move)
    return instance


@transaction.atomic
def send_back(
    task: Task, *, to_step: str | None, opinion: str, actor: Actor, files: Sequence[UUID] = ()
) -> Instance:
    """退回: to an earlier step that somebody has handled, or to who submitted it (to_step None)."""
    instance, task = _held_to_decide(task, "退回", actor)
    require_right(task.kind == Task.Kind.SEAT, "退回")
    said = opinion_of(opinion, is_needed=True, name="退回意见")
    if to_step is not None and to_step not in tasks.handled_steps(instance):
        raise invalid("to_step", "请选择本事项已经办理过的步骤")
    move = Move(actor, opinion=said, task=task)
    target = f"退回至{rules.label_of(instance, to_step or '')}"
    records.note(
        Trail.Action.RETURNED,
        instance,
        actor=actor,
        now=move.now,
        task=task,
        opinion=said,
        target=target,
        files=files,
    )
    audit.record(vocabulary.RETURNED, instance, actor=actor, reason=said)
    others = list(tasks.active(instance).exclude(pk=task.pk))
    steps.close(others, Task.State.WITHDRAWN, move)
    steps.finish(task, Task.Outcome.RETURNED, instance, move)
    if to_step is None:
        steps.return_to_drafter(instance, move)
    else:
        steps.go_back(instance, to_step, move)
    return instance
