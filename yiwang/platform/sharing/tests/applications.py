"""Shares for tests: applied for, approved, pushed."""

from typing import Any

from tests.cast import Cast
from yiwang.platform.approvals.actions import tasks
from yiwang.platform.approvals.models import Task
from yiwang.platform.sharing.actions import shares
from yiwang.platform.sharing.models import Share


def written(cast: Cast, *, code: str = "QP-0301", by: str = "qian", **more: Any) -> Share:
    """A draft of 朱家角镇 for everybody, with title and office phone."""
    given: dict[str, Any] = {
        "persons": Share.Persons.ALL,
        "fields": ["title", "office_phone"],
        "reason": "市级应急联动需要",
        **more,
    }
    return shares.write(cast.units[code], **given, actor=cast.member(by).principal())


def agree(cast: Cast, share: Share, *reviewers: str) -> Share:
    """Each agrees in turn."""
    for login in reviewers:
        task = Task.objects.get(
            instance__subject_id=str(share.pk),
            instance__subject_type="sharing.share",
            person=cast.member(login).person,
            state=Task.State.OPEN,
        )
        tasks.agree(task, opinion="同意", actor=cast.member(login).principal())
    share.refresh_from_db()
    return share


def in_force(cast: Cast, **more: Any) -> Share:
    """Submitted by qian, agreed to by her office and by 区政务办."""
    share = shares.submit(written(cast, **more), actor=cast.qian.principal())
    return agree(cast, share, "tang", "sun")
