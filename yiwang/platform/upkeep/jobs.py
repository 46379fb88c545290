"""What upkeep does by the clock."""

from django.utils import timezone

from yiwang.kernel.actor import SYSTEM
from yiwang.platform.upkeep.actions import corrections


def remind() -> int:
    """Each working day at nine: what is due in two working days, and what is overdue."""
    return corrections.remind(today=timezone.localdate(), actor=SYSTEM)
