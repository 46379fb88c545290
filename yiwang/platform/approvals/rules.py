"""Who may do what with an approval, and in which state: without looking anything up."""

from typing import Any

from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.extension.approvals import StepPlan
from yiwang.platform.approvals.models import Instance, Task
from yiwang.platform.approvals.vocabulary import MANAGE

COUNTERSIGN = ("all", "ordered")


def person_of(actor: Any) -> int | None:
    """The person behind the actor; None for the system."""
    person_id: int | None = getattr(actor, "person_id", None)
    return person_id


def is_handler(actor: Actor, task: Task) -> bool:
    """Does the task lie with him?"""
    return person_of(actor) == task.person_id


def is_drafter(actor: Actor, instance: Instance) -> bool:
    """Has he submitted it?"""
    return person_of(actor) == instance.drafter_id


def can_manage(actor: Actor) -> bool:
    """May he watch all procedures, suspend and end instances? Not read or decide them."""
    return actor.allows(MANAGE.key)


def can_end(actor: Actor, instance: Instance) -> bool:
    """终止, 作废: by who submitted it, or who looks after procedures."""
    return is_drafter(actor, instance) or can_manage(actor)


def can_suspend(actor: Actor, instance: Instance, *, is_handling: bool) -> bool:
    """挂起, 恢复: who looks after procedures; who handles it, where the procedure lets him."""
    return can_manage(actor) or (is_handling and instance.definition.may_suspend)


def can_withdraw(actor: Actor, instance: Instance) -> bool:
    """Whoever sent it last may take it back; whether somebody has opened it is a matter of state."""
    if actor is SYSTEM:
        return True
    if instance.sent_by is None:
        return is_drafter(actor, instance)
    return person_of(actor) == instance.sent_by.person_id


def step_of(instance: Instance, key: str) -> StepPlan | None:
    """The step of that key in the version this instance runs by."""
    return next((step for step in instance.definition.plan if step.key == key), None)


def place_of(instance: Instance, key: str) -> int:
    """Its place among the steps; -1 for the drafter."""
    return next((place for place, step in enumerate(instance.definition.plan) if step.key == key), -1)


def label_of(instance: Instance, key: str) -> str:
    """What the step is called; "" is the drafter."""
    step = step_of(instance, key)
    return step.label if step else "提交人"


def must_give_opinion(outcome: str) -> bool:
    """不同意, 修改后同意 and 退回 say why (domain reference §0.6)."""
    return outcome in {Task.Outcome.DISAGREED, Task.Outcome.AMENDED, Task.Outcome.RETURNED}
