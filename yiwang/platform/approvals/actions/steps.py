"""Moving an instance from step to step. Parts of the acts in the other files, which ask, remember and tell.

Whoever calls holds the lock on the instance's row (`locked`), so that acts on it come one after another.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.errors import invalid, not_found, require
from yiwang.kernel.extension.approvals import Event, StepPlan, subjects
from yiwang.kernel.workdays import queries as workdays
from yiwang.platform.approvals import rules
from yiwang.platform.approvals.actions import records, telling
from yiwang.platform.approvals.models import Instance, Task, Trail
from yiwang.platform.approvals.queries import people, tasks
from yiwang.platform.approvals.queries.people import Place


@dataclass(frozen=True)
class Move:
    """What leads to a move: who acts, when, what he says, and the task he acts on."""

    actor: Actor
    opinion: str = ""
    task: Task | None = None
    now: datetime.datetime = field(default_factory=timezone.now)


def locked(instance_id: int) -> Instance:
    """The instance, held until the transaction ends.

    Without joins: what is joined would be read as it was before the wait for the lock.
    """
    return Instance.objects.select_for_update().get(pk=instance_id)


def require_state(instance: Instance, act: str, *states: str) -> None:
    """E-STATE-01 unless it is in one of the states."""
    text = f"当前状态为“{instance.get_state_display()}”，不能执行“{act}”"
    require(instance.state in states, text, code="E-STATE-01")


def held(task: Task, act: str, *, actor: Actor) -> tuple[Instance, Task]:
    """The locked instance and the task, which lies with the actor and is open; refused otherwise."""
    instance = locked(task.instance_id)
    task = Task.objects.select_related("returned_from").get(pk=task.pk)
    if not rules.is_handler(actor, task):
        raise not_found()
    require_state(instance, act, Instance.State.RUNNING)
    text = f"当前状态为“{task.get_state_display()}”，不能执行“{act}”"
    require(task.state == Task.State.OPEN, text, code="E-STATE-01")
    return instance, task


def opinion_of(text: str, *, is_needed: bool, name: str = "意见") -> str:
    """The opinion as it is kept; compulsory where somebody must know why."""
    if is_needed and not text.strip():
        raise invalid("opinion", f"请填写{name}")
    return text.strip()


def tell_subject(instance: Instance, event: Event, move: Move, *, step: str = "") -> None:
    """Let the module whose object it is take it up, in this transaction."""
    happened = subjects.get(instance.subject_type).happened
    happened(instance.subject_id, event, step, move.opinion, move.actor)


def enter_from(instance: Instance, place: int, move: Move) -> None:
    """Go to the next step from `place` on that applies; past the last one the instance is approved."""
    for step in instance.definition.plan[place:]:
        if step.when and not instance.context.get(step.when):
            continue
        seats = people.seats_of(step, instance.context)
        if instance.definition.may_skip_own and _is_own(instance, step, [one.person_id for one in seats]):
            records.note(
                Trail.Action.SKIPPED,
                instance,
                actor=SYSTEM,
                now=move.now,
                step=step.key,
                target="提交人本人的步骤",
            )
            continue
        barred = people.barred(instance)
        seats = [seat for seat in seats if seat.person_id not in barred]
        if not seats:
            raise people.nobody(step)
        places = people.places_for(instance, seats, today=timezone.localdate(move.now), shut_out=barred)
        enter(instance, step, places, move)
        return
    end(instance, Instance.State.APPROVED, move)
    tell_subject(instance, Event.APPROVED, move)
    telling.approved(instance, actor=move.actor)


def _is_own(instance: Instance, step: StepPlan, people_there: Sequence[int]) -> bool:
    """Is it the drafter's own step: his alone, or one where any of them decides?"""
    if instance.drafter_id not in people_there:
        return False
    return step.mode == "any" or len(people_there) == 1


def enter(
    instance: Instance,
    step: StepPlan,
    places: Sequence[Place],
    move: Move,
    *,
    returned_from: Task | None = None,
) -> list[Task]:
    """Begin a visit of the step with these people."""
    instance.state, instance.step = Instance.State.RUNNING, step.key
    instance.visits += 1
    instance.visit = instance.visits
    instance.sent_by = move.task
    instance.save(update_fields=["state", "step", "visit", "visits", "sent_by"])
    seated: list[Task] = []
    for place in places:
        task = Task(instance=instance, step=step.key, visit=instance.visit, returned_from=returned_from)
        task.person_id, task.post_id, task.owner_id = place.person_id, place.post_id, place.owner_id
        if step.mode == "ordered" and seated:
            task.state, task.waits_for = Task.State.WAITING, seated[-1]
            task.save()
        else:
            open_task(task, instance, move)
        seated.append(task)
    tell_subject(instance, Event.ADVANCED, move, step=step.key)
    return seated


def open_task(task: Task, instance: Instance, move: Move, *, first_todo: int | None = None) -> None:
    """Let the task arrive: its clock starts, its handler has a to-do."""
    step = rules.step_of(instance, task.step)
    task.state, task.arrived_at = Task.State.OPEN, move.now
    if step is not None and step.workdays and task.kind != Task.Kind.READ and task.due_at is None:
        task.due_from, task.due_workdays = timezone.localdate(move.now), step.workdays
        task.due_at = workdays.deadline(task.due_from, step.workdays)
    task.save()
    task.todo_id = first_todo or task.pk
    task.save(update_fields=["todo_id"])
    if first_todo is None:
        telling.arrived(task, instance, actor=move.actor, now=move.now)


def finish(task: Task, outcome: Task.Outcome, instance: Instance, move: Move) -> None:
    """Its handler is done with it; whoever waits for him comes next."""
    task.state, task.outcome, task.finished_at = Task.State.DONE, outcome, move.now
    task.opened_at = task.opened_at or move.now
    task.save(update_fields=["state", "outcome", "finished_at", "opened_at", "goes_straight"])
    telling.finished(task, actor=move.actor)
    call_followers(task, instance, move)


def call_followers(task: Task, instance: Instance, move: Move) -> None:
    """Whoever waits for this task comes next."""
    for follower in Task.objects.filter(waits_for=task, state=Task.State.WAITING).order_by("id"):
        open_task(follower, instance, move)


def hand(task: Task, place: Place, instance: Instance, move: Move) -> Task:
    """Lay a task into other hands (转办, 移交): the old one ends, a new one takes its place in the order."""
    had_arrived = task.state == Task.State.OPEN
    follower = copy_of(task)
    follower.person_id, follower.post_id, follower.owner_id = place.person_id, place.post_id, place.owner_id
    follower.waits_for_id = None if had_arrived else task.waits_for_id
    task.state, task.finished_at = Task.State.PASSED, move.now
    task.save(update_fields=["state", "finished_at"])
    if had_arrived:
        open_task(follower, instance, move, first_todo=task.todo_id)
        telling.passed(task, follower, actor=move.actor)
    else:
        follower.state = Task.State.WAITING
        follower.save()
    Task.objects.filter(waits_for=task, state=Task.State.WAITING).update(waits_for=follower)
    return follower


def hand_over(task: Task, place: Place, instance: Instance, why: str, move: Move) -> None:
    """Into the hands of this one, on record."""
    target = f"{why}，移交{people.names([place.person_id])}"
    records.note(Trail.Action.HANDED_OVER, instance, actor=move.actor, now=move.now, task=task, target=target)
    hand(task, place, instance, move)


def leave_out(task: Task, state: Task.State, instance: Instance, move: Move) -> None:
    """A reader falls out of the row; whoever waited for him waits for the one before him, or comes next."""
    waiting = Task.objects.filter(waits_for=task, state=Task.State.WAITING)
    if task.state == Task.State.WAITING:
        waiting.update(waits_for=task.waits_for_id)
        close([task], state, move)
    else:
        close([task], state, move)
        call_followers(task, instance, move)


def copy_of(task: Task) -> Task:
    """The same seat once more, not arrived yet: with its clock as it stands."""
    return Task(
        instance_id=task.instance_id,
        step=task.step,
        visit=task.visit,
        kind=task.kind,
        person_id=task.person_id,
        post_id=task.post_id,
        owner_id=task.owner_id,
        returned_from_id=task.returned_from_id,
        added_by_id=task.added_by_id,
        is_advisory=task.is_advisory,
        due_from=task.due_from,
        due_workdays=task.due_workdays,
        due_at=task.due_at,
    )


def close(left: Iterable[Task], state: Task.State, move: Move) -> None:
    """End tasks nobody needs to answer any more: 已撤销, or 已失效 when another took the matter."""
    tell = telling.lapsed if state == Task.State.LAPSED else telling.withdrawn
    for task in left:
        had_arrived = task.state == Task.State.OPEN
        task.state, task.finished_at = state, move.now
        task.save(update_fields=["state", "finished_at"])
        if had_arrived:
            tell(task, actor=move.actor)


def claim(task: Task, instance: Instance, move: Move) -> None:
    """竞争办理: where any of them decides, whoever begins to has it; the others' tasks lapse."""
    step = rules.step_of(instance, task.step)
    if step is None or step.mode != "any" or task.kind != Task.Kind.SEAT:
        return
    others = tasks.active(instance).filter(kind=Task.Kind.SEAT).exclude(pk=task.pk)
    close(others.exclude(person=task.person_id), Task.State.LAPSED, move)


def settle(instance: Instance, move: Move) -> None:
    """After an answer: when nobody is left to answer, go on, or back when somebody disagreed.

    会签: all answer, a disagreement is never lost; then the drafter coordinates (domain reference §0.6).
    """
    here = list(tasks.of_visit(instance).select_related("returned_from").order_by("id"))
    if any(one.state in Task.ACTIVE for one in here):
        return
    if any(one.outcome == Task.Outcome.DISAGREED and not one.is_advisory for one in here):
        return_to_drafter(instance, move)
        return
    origin = next((one.returned_from for one in reversed(here) if one.returned_from is not None), None)
    if origin is not None and any(one.goes_straight for one in here):
        go_straight(instance, origin, move)
        return
    enter_from(instance, rules.place_of(instance, instance.step) + 1, move)


def go_straight(instance: Instance, origin: Task, move: Move) -> None:
    """直送退回人: to who had returned it, and to those whose answer his return had cut off."""
    step = rules.step_of(instance, origin.step)
    assert step is not None  # noqa: S101  a task returned from stands at a step of this version
    again = [origin] if step.mode == "any" else tasks.returned_seats(origin)
    barred = people.barred(instance)
    there = [one for one in people.handlers(again) if one.person_id not in barred]
    living = people.able(one.person_id for one in there)
    there = [one for one in there if one.person_id in living]
    if there:
        enter(instance, step, there, move, returned_from=origin.returned_from)
    else:
        enter_from(instance, rules.place_of(instance, origin.step), move)


def go_back(instance: Instance, key: str, move: Move) -> None:
    """To those who decided at that earlier step; to whoever stands there now when none of them is left."""
    step = rules.step_of(instance, key)
    assert step is not None  # noqa: S101  one of the steps of this version
    there = people.handlers(tasks.last_handlers(instance, key))
    living = people.able(one.person_id for one in there)
    there = [one for one in there if one.person_id in living]
    if not there:
        barred = people.barred(instance)
        seats = [one for one in people.seats_of(step, instance.context) if one.person_id not in barred]
        there = people.places_for(instance, seats, today=timezone.localdate(move.now), shut_out=barred)
    if not there:
        raise people.nobody(step)
    enter(instance, step, there, move, returned_from=move.task)


def return_to_drafter(instance: Instance, move: Move) -> None:
    """Into the hands of who submitted it, as something to do."""
    instance.state, instance.step = Instance.State.RETURNED, ""
    instance.visits += 1
    instance.visit, instance.sent_by = instance.visits, move.task
    instance.save(update_fields=["state", "step", "visit", "visits", "sent_by"])
    task = Task(
        instance=instance,
        visit=instance.visit,
        kind=Task.Kind.REVISE,
        person_id=instance.drafter_id,
        post_id=instance.drafter_post_id,
        returned_from=move.task,
    )
    open_task(task, instance, move)
    tell_subject(instance, Event.RETURNED, move)
    telling.returned(instance, actor=move.actor, opinion=move.opinion)


def end(instance: Instance, state: Instance.State, move: Move) -> None:
    """Nothing is asked of anybody any more; what was said stays."""
    close(tasks.active(instance), Task.State.WITHDRAWN, move)
    instance.state, instance.step = state, ""
    instance.ended_at, instance.suspended_at = move.now, None
    instance.save(update_fields=["state", "step", "ended_at", "suspended_at"])


def subject_key(subject: Any) -> str:
    """The key under which the object's module has registered it."""
    key: str = subject._meta.label_lower
    return key
