"""Trying a unit change: it is carried out and taken back, so that the preview is what will really happen."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from yiwang.kernel.actor import Actor
from yiwang.platform.changes.actions.unit_effects import carry_out
from yiwang.platform.changes.models import UnitChange
from yiwang.platform.changes.queries import unit_parts, unit_sketch, unit_touched
from yiwang.platform.changes.rules import plans


@dataclass(frozen=True)
class Trial:
    """What a change would do. touched: kind by kind; before, after: the tree around it."""

    touched: list[dict[str, Any]]
    before: list[dict[str, Any]]
    after: list[dict[str, Any]]

    def written(self) -> dict[str, Any]:
        """As the column `preview` keeps it."""
        return {"touched": self.touched, "before": self.before, "after": self.after}


def attempt(change: UnitChange, *, day: datetime.date, actor: Actor) -> Trial:
    """What the change would do on that day; refused as it would be then. Leaves nothing behind."""
    plan = plans.read(change.kind, change.plan)
    parts = unit_parts.touched(change.kind, plan, unit_parts.target_of(change))
    touched = unit_touched.written(unit_touched.of(change.kind, parts))
    before = unit_sketch.snapshot()
    with transaction.atomic():
        undo = transaction.savepoint()
        carry_out(change, day=day, actor=actor)
        after = unit_sketch.snapshot()
        transaction.savepoint_rollback(undo)
    concerned = [unit.pk for unit, _ in parts]
    return Trial(touched, *unit_sketch.sketches(before, after, concerned))
