"""What changes do by the clock: approved ones take effect on their day. Each noun has its own action."""

from django.utils import timezone

from yiwang.kernel.actor import SYSTEM
from yiwang.platform.changes.actions import handover_leaving, unit_review


def carry_out_handovers() -> int:
    """Every ten minutes: what those who have left still held goes to their unit's office."""
    return handover_leaving.carry_out_due(today=timezone.localdate(), actor=SYSTEM)


def remind_handovers() -> int:
    """Each working day at nine: those due on the next one."""
    return handover_leaving.remind(today=timezone.localdate(), actor=SYSTEM)


def effect_unit_changes() -> int:
    """At 00:05 and every ten minutes: approved unit changes whose day has come."""
    return unit_review.effect_due(today=timezone.localdate(), actor=SYSTEM)


def effect_unit_change(change_id: int) -> bool:
    """One that was approved on its day or later."""
    return unit_review.take_effect(change_id, today=timezone.localdate(), actor=SYSTEM)
