"""What upkeep does by the clock."""

from django.utils import timezone

from yiwang.kernel.actor import SYSTEM
from yiwang.platform.upkeep.actions import corrections, due, figures, quarter


def remind() -> int:
    """Each working day at nine: what is due in two working days, and what is overdue."""
    today = timezone.localdate()
    found = corrections.remind(today=today, actor=SYSTEM)
    found += due.remind_overdue(today=today, actor=SYSTEM)
    return found + quarter.remind(today=today, actor=SYSTEM)


def open_quarter() -> str:
    """Each day at half past seven: begin the quarter's check when its first working day has come."""
    made = quarter.open_due(today=timezone.localdate(), actor=SYSTEM)
    return made.title if made is not None else ""


def follow() -> int:
    """Every ten minutes: known changes that were entered meanwhile, checks of units that are gone."""
    return due.settle_applied(actor=SYSTEM) + quarter.follow_units(actor=SYSTEM)


def count_figures() -> int:
    """Each day at five: the figures of the day."""
    return figures.count_day(today=timezone.localdate(), actor=SYSTEM)
