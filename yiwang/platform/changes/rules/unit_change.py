"""Who may apply for a unit change, who reviews it, and in which state what can be done (§1)."""

import datetime

from yiwang.kernel.actor import Actor
from yiwang.platform.changes.models import UnitChange
from yiwang.platform.changes.rules.plans import LIGHT
from yiwang.platform.changes.vocabulary import APPLY
from yiwang.platform.org.rules import DISTRICT_LEVELS
from yiwang.platform.org.vocabulary import MANAGE_TREE

State = UnitChange.State
MOST_DAYS_BACK = 30


def maintains_tree(actor: Actor) -> bool:
    """Is he a system administrator, who writes levels 0 to 3 (R2-5)?"""
    return actor.allows(MANAGE_TREE.key)


def can_apply(actor: Actor, path: str) -> bool:
    """May he apply for a change of the unit with that path, or below it?"""
    return maintains_tree(actor) or actor.allows(APPLY.key, at=path)


def needs_review(actor: Actor, *, kind: str, level: int, is_all_own: bool) -> bool:
    """Levels 0 to 3 are reviewed; below, what touches only his own units takes effect with a notice.

    Nobody reviews his own change; what needs no basis a system administrator does himself.
    """
    if maintains_tree(actor):
        return level <= DISTRICT_LEVELS and kind not in LIGHT
    return level <= DISTRICT_LEVELS or not is_all_own


def needs_basis(kind: str, level: int) -> bool:
    """依据文号 or a document: levels 0 to 3, except 信息修改 and 排序调整."""
    return level <= DISTRICT_LEVELS and kind not in LIGHT


def date_fault(actor: Actor, day: datetime.date, *, today: datetime.date, reason: str) -> str:
    """Why the effective date is refused; "" when it is none."""
    if day >= today:
        return ""
    if not maintains_tree(actor):
        return "生效日期不能早于今天"
    if (today - day).days > MOST_DAYS_BACK:
        return f"生效日期最多追溯{MOST_DAYS_BACK}天"
    return "" if reason.strip() else "生效日期早于今天的，请填写追溯生效原因"


def is_applicant(actor: Actor, change: UnitChange) -> bool:
    """Did he write it?"""
    return getattr(actor, "person_id", None) == change.applicant_id


def can_edit(actor: Actor, change: UnitChange) -> bool:
    """May he go on with it, submit it, take it back?"""
    return is_applicant(actor, change)


def can_cancel(actor: Actor, change: UnitChange) -> bool:
    """May he end it before its day (撤销调整)?"""
    return is_applicant(actor, change) or maintains_tree(actor)
