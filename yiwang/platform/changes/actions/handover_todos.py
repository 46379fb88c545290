"""The to-dos of a handover: who is asked for what, and when that is over. Parts of actions, which record."""

from collections.abc import Iterable, Sequence

from django.utils import timezone

from yiwang.kernel.actor import Actor
from yiwang.kernel.extension.approvals import Seat
from yiwang.kernel.extension.todos import TodoType
from yiwang.kernel.workdays.calendar import end_of
from yiwang.platform.changes.models import Handover
from yiwang.platform.changes.queries import handover as queries
from yiwang.platform.changes.vocabulary import COUNTERSIGN, HAND_OVER, RECEIVE
from yiwang.platform.todos.actions import items as todos

GIVE, TAKE, OFFICE = "give-", "take-", "office-"  # how the task ids of the steps begin


def _push(
    todo_type: TodoType, handover: Handover, *, task_id: str, title: str, to: Sequence[int], actor: Actor
) -> None:
    """Lay it before them."""
    if not to:
        return
    todos.push(
        todo_type,
        biz_id=str(handover.pk),
        task_id=task_id,
        title=title,
        summary=f"{handover.unit_name}　{handover.get_occasion_display()}　离岗日期{handover.effective_on}",
        to=[Seat(person_id) for person_id in to],
        url=queries.address(handover),
        actor=actor,
        initiator_person_id=getattr(actor, "person_id", None),
        due_at=end_of(handover.due_on) if handover.due_on >= timezone.localdate() else None,
    )


def ask_leaver(handover: Handover, actor: Actor) -> None:
    """The leaver when he can log in, else his unit's office."""
    title = f"办理工作交接：{handover.person_name}（{handover.number}）"
    if queries.can_work([handover.person_id]):
        to = [handover.person_id]
    else:
        to = [one.person_id for one in queries.office_of(handover.unit, besides=handover.person_id)]
    _push(HAND_OVER, handover, task_id=f"{GIVE}{handover.revision}", title=title, to=to, actor=actor)


def ask_receivers(handover: Handover, actor: Actor) -> None:
    """A to-do for each who has not signed, none for who has nothing to sign any more; then the office."""
    waiting = queries.unsigned(handover)
    starts = {person_id: f"{TAKE}{person_id}-" for person_id in waiting}
    asked = [task_id for task_id, _ in queries.open_tasks(handover, TAKE, None)]
    kept = {task_id for task_id in asked if task_id.startswith(tuple(starts.values()))}
    finish(handover, TAKE, actor, besides=kept)
    title = f"签收工作交接：{handover.person_name}（{handover.number}）"
    for person_id, start in starts.items():
        if not any(task_id.startswith(start) for task_id in kept):
            task_id = f"{start}{handover.revision}"
            _push(RECEIVE, handover, task_id=task_id, title=title, to=[person_id], actor=actor)
    if waiting:
        finish(handover, OFFICE, actor)
    else:
        _ask_office(handover, actor)


def _ask_office(handover: Handover, actor: Actor) -> None:
    title = f"监交确认：{handover.person_name}（{handover.number}）"
    to = [one.person_id for one in queries.office_of(handover.unit, besides=handover.person_id)]
    _push(COUNTERSIGN, handover, task_id=f"{OFFICE}{handover.revision}", title=title, to=to, actor=actor)


def finish(handover: Handover, kind: str, actor: Actor, *, besides: Iterable[str] = ()) -> None:
    """End the open to-dos of a step: done by the actor when he has one, else taken back."""
    kept = set(besides)
    person_id = getattr(actor, "person_id", None)
    for task_id, has_own in queries.open_tasks(handover, kind, person_id):
        if task_id in kept:
            continue
        if has_own:
            todos.complete(
                app=queries.APP, biz_id=str(handover.pk), task_id=task_id, person_id=person_id, actor=actor
            )
        else:
            todos.cancel(app=queries.APP, biz_id=str(handover.pk), task_id=task_id, actor=actor)
