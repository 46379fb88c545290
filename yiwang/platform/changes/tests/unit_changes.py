"""Applications for unit changes as tests write them, and their way through review."""

import datetime
from typing import Any

from django.utils import timezone

from tests.cast import Cast
from yiwang.platform.approvals.actions import tasks
from yiwang.platform.approvals.models import Task
from yiwang.platform.changes.actions import unit_change
from yiwang.platform.changes.models import UnitChange
from yiwang.platform.messages.models import Receipt
from yiwang.platform.org.models import Unit

TODAY = timezone.localdate()
FIRST = f"机调〔{TODAY.year}〕1号"
TOMORROW = TODAY + datetime.timedelta(days=1)
COMMITTEE = {
    "code": "QP-0301-0202",
    "full_name": "新苑居民委员会",
    "short_name": "新苑居委会",
    "node_type": "residents_committee",
    "uscc": "54310118MF01234513",
}


def draft(
    cast: Cast, login: str, kind: str, code: str | None, plan: dict[str, Any], **more: Any
) -> UnitChange:
    """A draft of that member for the unit with that code."""
    given = {"effective_on": TODAY, "basis": "青编〔2026〕8号", "reason": "机构改革", **more}
    unit = cast.units[code] if code else None
    return unit_change.draft(kind, plan=plan, unit=unit, actor=cast.member(login).principal(), **given)


def submit(
    cast: Cast, login: str, kind: str, code: str | None, plan: dict[str, Any], **more: Any
) -> UnitChange:
    """Drafted and sent off today."""
    change = draft(cast, login, kind, code, plan, **more)
    return unit_change.submit(change, actor=cast.member(login).principal(), today=TODAY)


def task_of(cast: Cast, login: str, change: UnitChange) -> Task:
    """What lies with that reviewer."""
    return Task.objects.get(
        instance__subject_id=str(change.pk),
        instance__subject_type="changes.unitchange",
        person=cast.member(login).person,
        state=Task.State.OPEN,
    )


def approve(cast: Cast, login: str, change: UnitChange) -> UnitChange:
    """Agreed to by that system administrator."""
    tasks.agree(task_of(cast, login, change), opinion="同意", actor=cast.member(login).principal())
    change.refresh_from_db()
    return change


def told(cast: Cast, login: str) -> list[str]:
    """Titles of the messages he got about unit changes."""
    receipts = Receipt.objects.filter(person=cast.member(login).person, message__app="changes")
    return list(receipts.order_by("pk").values_list("message__title", flat=True))


def at(code: str) -> Unit:
    """The unit as it is now."""
    return Unit.objects.get(code=code)
