"""Who may do what with a person operation, and which reviews it needs (domain reference §2)."""

import calendar
import datetime
from dataclasses import dataclass
from typing import Any

from yiwang.kernel.actor import Actor
from yiwang.platform.changes.models import PersonOperation
from yiwang.platform.changes.vocabulary import APPLY, REVIEW_DISTRICT
from yiwang.platform.org.models import Post
from yiwang.platform.org.models.code import COUNTY_DEPUTY
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, STEP

Kind, State = PersonOperation.Kind, PersonOperation.State

UPDATE_WORKDAYS = 7  # R1-10: 人员信息发生变化的，应在7个工作日内进行更新
_DEPARTMENT_PATH = STEP * (DEPARTMENT_LEVEL + 1)

# 调动 and 借调 are agreed upon by both sides, when they are two.
TWO_SIDED = (Kind.TRANSFER, Kind.SECOND)
# Asked of the identity service again when it changes.
IDENTITY = frozenset({"name", "id_kind", "id_number", "mobile"})


def department_path(path: str) -> str:
    """The path of the level-2 unit a unit belongs to; its own above that level."""
    return path[:_DEPARTMENT_PATH]


def is_cross_unit(first: str, second: str) -> bool:
    """Do the paths lie in different departments, streets or towns?"""
    return bool(first and second) and department_path(first) != department_path(second)


def can_apply(actor: Actor, path: str) -> bool:
    """May he apply for changes of persons at this unit (R1-8)?"""
    return actor.allows(APPLY.key, at=path)


def is_about_himself(actor: Any, person_id: int | None) -> bool:
    """Nobody applies for a change of himself."""
    return person_id is not None and getattr(actor, "person_id", None) == person_id


def can_edit(actor: Any, operation: PersonOperation) -> bool:
    """The side that applies writes the draft; whoever is concerned does not."""
    return can_apply(actor, operation.unit_path) and not is_about_himself(actor, operation.person_id)


def can_handle(actor: Any, operation: PersonOperation) -> bool:
    """May he retry, mend or cancel what could not take effect? The side that applied, and the district."""
    return can_edit(actor, operation) or (
        actor.allows(REVIEW_DISTRICT.key) and not is_about_himself(actor, operation.person_id)
    )


def can_reveal(actor: Any, operation: PersonOperation) -> bool:
    """§29: whole identity numbers are for the unit's own administrators, not for the district's."""
    own = [path for path, _ in actor.scopes(APPLY.key) if path]
    return can_edit(actor, operation) and any(operation.unit_path.startswith(path) for path in own)


@dataclass(frozen=True, slots=True)
class Weight:
    """What decides on the reviews. ranks: 职务层次 before and after; leads: 领导班子成员, likewise."""

    kind: str
    home: str
    goal: str
    ranks: tuple[str, ...] = ()
    leads: bool = False
    is_rejoining: bool = False


def needs_other_side(weight: Weight) -> bool:
    """Must the other unit agree?"""
    return weight.kind in TWO_SIDED and is_cross_unit(weight.home, weight.goal)


def needs_district(weight: Weight) -> bool:
    """Leaders (Q1, Q2), whatever crosses units, 借调 and 注销 go to the district too."""
    return (
        weight.kind in (Kind.DEREGISTER, Kind.SECOND)
        or is_cross_unit(weight.home, weight.goal)
        or weight.leads
        or any(rank and rank <= COUNTY_DEPUTY for rank in weight.ranks)
    )


def months_later(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months later, or the last of that month."""
    year, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + year, month + 1)[1]
    return day.replace(year=day.year + year, month=month + 1, day=min(day.day, last))


def secondment_fault(start: datetime.date, until: datetime.date | None, *, months: int) -> str:
    """Why the period of a secondment is not allowed; "" when it is. months: its longest."""
    if until is None:
        return "请填写借调结束日期"
    if until < start:
        return "结束时间应晚于开始时间"
    if until >= months_later(start, months):
        return f"借调期限不超过{months}个月"
    return ""


def burden_warning(kind: str, is_from_town: bool) -> str:
    """§0.2 #10: superiors in principle do not borrow from the grassroots. Warned of, never blocked."""
    if kind != Kind.SECOND or not is_from_town:
        return ""
    return "按照为基层减负的有关规定，原则上不从街镇借调工作人员；确需借调的，请在事由中说明"


def removal_fault(post: Post) -> str:
    """移除 ends one post, never the main one."""
    if not post.is_living:
        return "该任职已结束"
    if post.kind == Post.Kind.MAIN:
        return "主职不能单独移除，请办理调动或注销"
    return ""
