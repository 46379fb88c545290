"""What the screens of upkeep are narrowed by, and how they say lateness."""

import datetime
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, OuterRef, Q, Subquery
from django.db.models.functions import Left
from django.utils import timezone

from yiwang.kernel.workdays import queries as workdays
from yiwang.platform.org.models import PersonQuerySet, Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, STEP
from yiwang.platform.upkeep import rules
from yiwang.platform.upkeep.models import Correction, CorrectionReport
from yiwang.platform.upkeep.models.scope import within
from yiwang.platform.upkeep.queries import gaps

LATE = (("waiting", "已逾期"), ("soon", "2个工作日内到期"), ("late", "逾期办结"), ("in_time", "按期办结"))


def late_words(correction: Correction, *, today: datetime.date | None = None) -> str:
    """逾期1个工作日 while it waits; 逾期1个工作日办结 or 按期 afterwards."""
    if correction.state == Correction.State.WAITING:
        return rules.late_text(workdays.calendar(), correction.due_on, today or timezone.localdate())
    if correction.state == Correction.State.WITHDRAWN:
        return ""
    return f"逾期{correction.late_by}个工作日办结" if correction.late_by else "按期"


def lateness(value: str) -> Q:
    """The condition of the filter 时限 of corrections."""
    today = timezone.localdate()
    waiting = Q(state=Correction.State.WAITING)
    match value:
        case "waiting":
            return waiting & Q(due_on__lt=today)
        case "soon":
            return waiting & Q(due_on__gte=today, due_on__lte=soon(today))
        case "late":
            return ~waiting & Q(late_by__gt=0)
    return ~waiting & Q(late_by=0)


def soon(today: datetime.date) -> datetime.date:
    """The last of the days that count as due soon."""
    return workdays.add_workdays(today, rules.WARN_WORKDAYS)


def state_of_report(one: CorrectionReport) -> str:
    """What became of it, for who reported it."""
    return "已撤销" if one.is_withdrawn else str(one.correction.get_state_display())


def departments(user: Any) -> list[tuple[str, str]]:
    """The level-2 units that he maintains or watches over, by code, in their maintained order."""
    found = Unit.objects.living().filter(within(user, "path"), level=DEPARTMENT_LEVEL)
    return list(found.order_by("position").values_list("code", "short_name"))


def unit_by_code(user: Any, code: str) -> tuple[str, str] | None:
    """(name, path) of a unit that he maintains or watches over."""
    unit = Unit.objects.filter(within(user, "path"), code=code).first()
    return (unit.short_name, unit.path) if unit else None


MISSING_CHOICES = (("any", "有缺项"), *gaps.CHOICES)


def with_missing(rows: PersonQuerySet) -> PersonQuerySet:
    """Each with what he lacks and the name of his level-2 unit, without any sealed column."""
    lacks = {
        f"lacks_{key}": ExpressionWrapper(condition, output_field=BooleanField())
        for key, condition in gaps.MISSING.items()
    }
    above = Unit.objects.filter(path=Left(OuterRef("unit_path"), STEP * (DEPARTMENT_LEVEL + 1)))
    found = rows.defer("id_number", "mobile", "second_mobile").annotate(**lacks)
    return found.annotate(department=Subquery(above.values("short_name")))


def place_of(person: Any) -> str:
    """区水务局办公室; the unit alone where it is itself a level-2 unit."""
    section = person.unit.short_name if person.unit else ""
    return section if person.department in (None, section) else f"{person.department}{section}"


def missing_words(person: Any) -> str:
    """职级、办公电话"""
    return "、".join(label for key, label in gaps.FIELDS.items() if getattr(person, f"lacks_{key}"))


def lacks(key: str) -> Q:
    """The condition of the filter 缺项."""
    return gaps.ANY if key == "any" else gaps.MISSING[key]
