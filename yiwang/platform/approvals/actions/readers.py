"""Letting others know: 知会 (to read only) and 传阅 (side by side or one after the other)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from yiwang.kernel import jobs
from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import invalid, not_found, require, require_right
from yiwang.kernel.extension.audit import AuditVerb
from yiwang.platform.approvals import rules, vocabulary
from yiwang.platform.approvals.actions import records, steps, telling
from yiwang.platform.approvals.actions.steps import Move, locked
from yiwang.platform.approvals.models import Instance, Task, Trail
from yiwang.platform.approvals.queries import instances, people, tasks

NOTIFYING = (Trail.Action.NOTIFIED, vocabulary.READERS_NOTIFIED)
CIRCULATING = (Trail.Action.CIRCULATED, vocabulary.CIRCULATED)


@transaction.atomic
def notify_readers(
    instance: Instance, *, person_ids: Sequence[int], actor: Actor, opinion: str = ""
) -> list[Task]:
    """知会: others get it to read, at once; nobody waits for them."""
    move = Move(actor, opinion=opinion.strip())
    return _give_to_read(instance, person_ids, NOTIFYING, move)


@transaction.atomic
def circulate(
    instance: Instance,
    *,
    person_ids: Sequence[int],
    actor: Actor,
    is_ordered: bool = False,
    opinion: str = "",
) -> list[Task]:
    """传阅: others read it, all at once or one after the other; further readers can be added later."""
    move = Move(actor, opinion=opinion.strip())
    return _give_to_read(instance, person_ids, CIRCULATING, move, is_ordered=is_ordered)


def _give_to_read(
    instance: Instance,
    person_ids: Sequence[int],
    way: tuple[Trail.Action, AuditVerb],
    move: Move,
    *,
    is_ordered: bool = False,
) -> list[Task]:
    action, verb = way
    instance = locked(instance.pk)
    require_right(instances.takes_part(instance, move.actor), action.label)
    is_living = instance.state not in {Instance.State.TERMINATED, Instance.State.VOIDED}
    text = f"当前状态为“{instance.get_state_display()}”，不能执行“{action.label}”"
    require(is_living, text, code="E-STATE-01")
    readers = _new_readers(instance, person_ids, move.actor)
    how = "（依次）" if is_ordered else ""
    target = f"{action.label}{how}：{people.names(readers)}"
    records.note(action, instance, actor=move.actor, now=move.now, opinion=move.opinion, target=target)
    audit.record(verb, instance, actor=move.actor, changes={"readers": [None, target]})
    posts = people.main_posts(readers)
    given: list[Task] = []
    for person_id in readers:
        task = Task(
            instance=instance,
            step=instance.step,
            visit=instance.visit,
            kind=Task.Kind.READ,
            person_id=person_id,
            post_id=posts.get(person_id),
        )
        if is_ordered and given:
            task.state, task.waits_for = Task.State.WAITING, given[-1]
            task.save()
        else:
            steps.open_task(task, instance, move)
        given.append(task)
    return given


def _new_readers(instance: Instance, person_ids: Sequence[int], actor: Actor) -> list[int]:
    """Those who can read it and have not got it to read already."""
    wanted = list(dict.fromkeys(person_ids))
    if not wanted:
        raise invalid("person_ids", "请选择人员")
    living = people.choosable(actor, wanted)
    if len(living) < len(wanted):
        raise invalid("person_ids", "所选人员中有人没有可用的账号或任职")
    reading = set(tasks.readers(instance).filter(state__in=Task.ACTIVE).values_list("person_id", flat=True))
    new = [one for one in wanted if one not in reading]
    if not new:
        raise invalid("person_ids", "所选人员均已在阅知名单中")
    return new


@transaction.atomic
def read(task: Task, *, actor: Actor, opinion: str = "") -> Task:
    """已阅: whoever got it to read has read it; in an ordered 传阅 the next one gets it."""
    instance = locked(task.instance_id)
    task = Task.objects.get(pk=task.pk)
    if not rules.is_handler(actor, task) or task.kind != Task.Kind.READ:
        raise not_found()
    if task.state != Task.State.OPEN:
        return task
    _finish(task, instance, Move(actor, opinion=opinion.strip(), task=task))
    return task


def _finish(task: Task, instance: Instance, move: Move) -> None:
    task.opened_at = task.opened_at or move.now
    records.note(Trail.Action.READ, instance, actor=move.actor, now=move.now, task=task, opinion=move.opinion)
    audit.record(vocabulary.READ, instance, actor=move.actor)
    steps.finish(task, Task.Outcome.READ, instance, move)


def follow_todo(*, app: str, biz_id: str, task_id: str, person_id: int, actor: Actor = SYSTEM) -> None:
    """Read in the list of to-dos: joined to todos.hooks.was_read; a job takes it up."""
    if app == telling.APP:
        jobs.enqueue(
            "approvals.note_reading", instance_id=int(biz_id), todo_id=int(task_id), person_id=person_id
        )


@transaction.atomic
def note_reading(*, instance_id: int, todo_id: int, person_id: int, actor: Actor = SYSTEM) -> None:
    """What somebody has read in the list of to-dos is read here too; safe to run twice."""
    instance = locked(instance_id)
    lying = tasks.readers(instance).filter(todo_id=todo_id, person_id=person_id, state=Task.State.OPEN)
    task = lying.select_related("person__unit").first()
    if task is None:
        return
    unit = task.person.unit
    reader = Reader(task.person_id, task.person.name, unit.short_name if unit else "")
    _finish(task, instance, Move(reader, task=task))


@dataclass(frozen=True)
class Reader:
    """Who has read something elsewhere, as the trail names him."""

    person_id: int
    name: str
    unit_name: str
    account_id: None = None

    def allows(self, permission: str, *, at: str | None = None) -> bool:
        return False


@transaction.atomic
def recall_reader(task: Task, *, actor: Actor) -> Task:
    """Take it back from a reader who has not opened it (取消传阅)."""
    instance = locked(task.instance_id)
    task = Task.objects.select_related("person").get(pk=task.pk)
    if task.kind != Task.Kind.READ:
        raise not_found()
    require_right(instances.takes_part(instance, actor), Trail.Action.RECALLED.label)
    text = f"当前状态为“{task.get_state_display()}”，不能执行“{Trail.Action.RECALLED.label}”"
    require(task.state in Task.ACTIVE, text, code="E-STATE-01")
    require(task.opened_at is None, "对方已阅，不能取消传阅")
    move = Move(actor)
    target = task.person.name
    records.note(Trail.Action.RECALLED, instance, actor=actor, now=move.now, task=task, target=target)
    audit.record(vocabulary.READER_RECALLED, instance, actor=actor, changes={"reader": [target, None]})
    steps.leave_out(task, Task.State.WITHDRAWN, instance, move)
    return task
