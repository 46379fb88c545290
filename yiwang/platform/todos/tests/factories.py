"""To-dos for tests: a type of our own, and a short way to push."""

from typing import Any

import pytest

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.extension.approvals import Seat
from yiwang.kernel.extension.todos import TodoKind, TodoType, todo_types
from yiwang.platform.todos.actions import items
from yiwang.platform.todos.models import Assignment, Item

REVIEW = TodoType("todos.test_review", "审核申请", TodoKind.PERSONNEL, "user-check")
OPINION = TodoType("todos.test_opinion", "会签意见", TodoKind.DOCUMENT, "file-text")


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two types of to-dos, for this test alone."""
    for one in (REVIEW, OPINION):
        monkeypatch.setitem(todo_types._items, one.key, one)


def push(cast: Cast, *logins: str, task: str = "1", **changes: Any) -> Item:
    """A to-do for these members of the cast."""
    values: dict[str, Any] = {
        "biz_id": "100",
        "task_id": task,
        "title": "审核李四的调动申请",
        "to": [Seat(cast.member(login).person.pk) for login in logins],
        "url": f"/approvals/tasks/{task}/",
        "actor": SYSTEM,
    }
    todo_type: TodoType = changes.pop("todo_type", REVIEW)
    return items.push(todo_type, **(values | changes))


def state_of(item: Item, cast: Cast, login: str) -> str:
    """How the item stands with this member: the state of his last assignment, "" for none."""
    person = cast.member(login).person.pk
    last = Assignment.objects.filter(item=item, person_id=person).order_by("-turn").first()
    return last.state if last else ""


def of(item: Item, cast: Cast, login: str) -> Assignment:
    """The member's last assignment of the item."""
    return Assignment.objects.filter(item=item, person=cast.member(login).person).latest("turn")


KEYS: Any = {"app": "todos", "biz_id": "100", "task_id": "1"}
