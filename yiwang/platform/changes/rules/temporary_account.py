"""Who may apply for temporary accounts, and what an application must say."""

import datetime
from typing import Any

from yiwang.kernel.actor import Actor
from yiwang.platform.changes.models import TemporaryRequest
from yiwang.platform.changes.vocabulary import APPLY_TEMPORARY


def can_apply(actor: Actor, path: str) -> bool:
    """分级管理员 for their own units (§29)."""
    return actor.allows(APPLY_TEMPORARY.key, at=path)


def can_edit(actor: Any, request: TemporaryRequest) -> bool:
    """Whoever applied, and the other administrators of that unit once it had been submitted."""
    if getattr(actor, "person_id", None) == request.applicant_id:
        return can_apply(actor, request.unit.path)
    return request.number is not None and can_apply(actor, request.unit.path)


def period_fault(
    starts_on: datetime.date, ends_on: datetime.date, *, longest: int, today: datetime.date
) -> tuple[str, str]:
    """(field, message) of what is wrong with the days of a new account; ("", "") when nothing is.

    longest: so many days.
    """
    if starts_on < today:
        return "starts_on", "生效日期不能早于今天"
    if ends_on < starts_on:
        return "ends_on", "结束时间应晚于开始时间"
    if (ends_on - starts_on).days > longest:
        return "ends_on", f"临时账号有效期不能超过{longest}天"
    return "", ""
