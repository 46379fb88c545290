"""Counting the figures of a day (信息质量)."""

import datetime

from django.db import transaction

from yiwang.kernel import database
from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.platform.org.models import Unit
from yiwang.platform.org.queries import units
from yiwang.platform.upkeep.models import DayFigures
from yiwang.platform.upkeep.queries import figures as queries
from yiwang.platform.upkeep.vocabulary import FIGURES_COUNTED

KEPT_DAYS = 400


@transaction.atomic
def count_day(*, today: datetime.date, actor: Actor = SYSTEM) -> int:
    """Count for all units; again on the same day replaces what was counted. How many units there are."""
    database.lock("upkeep.figures")
    counted = queries.by_department(today=today)
    by_path = {unit.path: unit for unit in Unit.objects.filter(path__in=list(counted))}
    root = units.root()
    totals: dict[int, queries.Figures] = {}
    for path, figures in counted.items():  # who serves nowhere is counted for the district
        unit = by_path.get(path, root)
        totals[unit.pk] = totals.get(unit.pk, queries.Figures()) + figures
    DayFigures.objects.filter(day=today).delete()
    DayFigures.objects.filter(day__lt=today - datetime.timedelta(days=KEPT_DAYS)).delete()
    DayFigures.objects.bulk_create(
        DayFigures(
            day=today,
            unit_id=unit_id,
            people=one.people,
            complete=one.complete,
            missing=dict(one.missing),
            established=one.established,
            activated=one.activated,
            changes_due=one.changes_due,
            changes_in_time=one.changes_in_time,
            sampled=one.sampled,
            sampled_wrong=one.sampled_wrong,
        )
        for unit_id, one in totals.items()
    )
    target = ("upkeep.dayfigures", str(today), f"{today}的通讯录信息质量")
    audit.record(FIGURES_COUNTED, target, actor=actor)
    return len(totals)
