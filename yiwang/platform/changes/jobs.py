"""What changes do by the clock: approved ones take effect on their day. Each noun has its own action."""

from django.utils import timezone

from yiwang.kernel.actor import SYSTEM
from yiwang.platform.changes.actions import (
    data_request,
    handover_leaving,
    people_batch,
    person_clock,
    person_effect,
    unit_review,
)


def carry_out_handovers() -> int:
    """Every ten minutes: what those who have left still held goes to their unit's office."""
    return handover_leaving.carry_out_due(today=timezone.localdate(), actor=SYSTEM)


def remind_data_requests() -> int:
    """Each working day at nine: requests for correction that are to be answered soon, or should have been."""
    return data_request.remind(today=timezone.localdate(), actor=SYSTEM)


def remind_handovers() -> int:
    """Each working day at nine: those due on the next one."""
    return handover_leaving.remind(today=timezone.localdate(), actor=SYSTEM)


def effect_unit_changes() -> int:
    """At 00:05 and every ten minutes: approved unit changes whose day has come."""
    return unit_review.effect_due(today=timezone.localdate(), actor=SYSTEM)


def effect_unit_change(change_id: int) -> bool:
    """One that was approved on its day or later."""
    return unit_review.take_effect(change_id, today=timezone.localdate(), actor=SYSTEM)


def apply_person_operations() -> int:
    """At 00:05 and every ten minutes: approved person operations whose day has come."""
    today = timezone.localdate()
    person_clock.end_due_posts(today=today, actor=SYSTEM)
    return person_effect.apply_due(today=today, actor=SYSTEM)


def apply_person_operation(operation_id: int) -> bool:
    """One that was approved on its day or later, or is tried again."""
    return person_effect.apply_one(operation_id, today=timezone.localdate(), actor=SYSTEM)


def remind_person_operations() -> int:
    """Each day at nine: what is due in two working days, and periods that end in thirty days."""
    today = timezone.localdate()
    found = person_clock.remind_due(today=today, actor=SYSTEM)
    return found + person_clock.remind_ending(today=today, actor=SYSTEM)


def apply_batch(batch_id: int) -> None:
    """A batch of people that was approved."""
    people_batch.apply(batch_id, today=timezone.localdate(), actor=SYSTEM)


def apply_unfinished_batches() -> int:
    """Every ten minutes: batches that a killed worker left half done."""
    return people_batch.apply_unfinished(today=timezone.localdate(), actor=SYSTEM)
