"""What may be done with a to-do, and by whom; what applications may say of it."""

import datetime
import re
from collections.abc import Mapping, Sequence
from typing import Any

from yiwang.kernel.errors import invalid
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, STEP
from yiwang.platform.todos.models import Assignment, Item

EARLY_KEPT = datetime.timedelta(minutes=10)  # a completion before its creation (domain reference §6.2)
LONG_OPEN_WORKDAYS = 5
MOST_QUICK_ACTIONS = 3
LONGEST_ID = 64
_ACTION_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


def checked_quick_actions(given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each: key, label, perhaps needs_reason (an opinion must be written) and danger."""
    if len(given) > MOST_QUICK_ACTIONS:
        raise invalid("quick_actions", f"快捷操作最多{MOST_QUICK_ACTIONS}个")
    checked = []
    for one in given:
        key, label = str(one.get("key", "")), str(one.get("label", "")).strip()
        if not _ACTION_KEY.fullmatch(key):
            raise invalid("quick_actions", "快捷操作的标识应为小写字母开头的字母、数字或下划线")
        if not 0 < len(label) <= 20:
            raise invalid("quick_actions", "快捷操作的名称应为1至20个字")
        checked.append(
            {
                "key": key,
                "label": label,
                "needs_reason": bool(one.get("needs_reason")),
                "danger": bool(one.get("danger")),
            }
        )
    if len({one["key"] for one in checked}) < len(checked):
        raise invalid("quick_actions", "快捷操作的标识不能重复")
    return checked


def quick_action(item: Item, key: str) -> Mapping[str, Any] | None:
    """What the application calls it, by its key."""
    return next((one for one in item.quick_actions if one["key"] == key), None)


def may_transfer(own: Assignment, item: Item) -> bool:
    """转办, 委托: if its application allows it, what is to be done and not yet done."""
    return item.may_transfer and own.state == Assignment.State.TODO and own.person_id is not None


def may_release(own: Assignment) -> bool:
    """退回单位: what he has claimed from the unit's."""
    return own.state == Assignment.State.TODO and own.is_claimed


def department_of(path: str) -> str:
    """The path of the 区级部门, 街道 or 镇 that a unit lies in."""
    return path[: STEP * (DEPARTMENT_LEVEL + 1)]


def check_ids(biz_id: str, task_id: str) -> None:
    """Refuse numbers that no item can have."""
    for name, label, value in (("biz_id", "业务主键", biz_id), ("task_id", "任务主键", task_id)):
        if not 0 < len(value) <= LONGEST_ID:
            raise invalid(name, f"{label}应为1至{LONGEST_ID}个字符")
