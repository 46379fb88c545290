"""Telling connected applications what happened to their to-dos; modules hear of it by hooks."""

from typing import Any

from yiwang.kernel.actor import Actor
from yiwang.kernel.extension.open_calls import OpenEventKind
from yiwang.platform.clients.actions import events
from yiwang.platform.clients.queries import callers
from yiwang.platform.todos.models import Assignment, Item, QuickAct

_REF = '{"biz_id": "SW-2026-18", "task_id": "1", '
EVENTS = (
    OpenEventKind("todos.read", "待阅已读", "接收人在待办列表中阅读了阅知事项", _REF + '"person_id": 1001}'),
    OpenEventKind(
        "todos.passed_on",
        "待办已转办",
        "待办由另一人接手，原接收人和新接收人的编号",
        _REF + '"from_person_id": 1001, "to_person_id": 1002}',
    ),
    OpenEventKind(
        "todos.quick_action",
        "快捷操作",
        "接收人按下了快捷操作，请处理后答复，并在办完时办结待办",
        _REF + '"person_id": 1001, "asked_id": 77, "action": "agree", "reason": ""}',
    ),
)


def tell_read(*, app: str, biz_id: str, task_id: str, person_id: int) -> None:
    """Part of the act that it tells of."""
    _tell(app, "todos.read", {"biz_id": biz_id, "task_id": task_id, "person_id": person_id})


def tell_passed_on(*, item: Item, former: Assignment, taken: Assignment, actor: Actor) -> None:
    """Part of the act that it tells of."""
    data = {"from_person_id": former.person_id, "to_person_id": taken.person_id}
    _tell(item.app, "todos.passed_on", _ref(item) | data)


def tell_quick_asked(*, item: Item, assignment: Assignment, asked: QuickAct, actor: Actor) -> None:
    """Part of the act that it tells of."""
    data = {
        "person_id": assignment.person_id,
        "asked_id": asked.pk,
        "action": asked.action,
        "reason": asked.reason,
    }
    _tell(item.app, "todos.quick_action", _ref(item) | data)


def _ref(item: Item) -> dict[str, Any]:
    return {"biz_id": item.biz_id, "task_id": item.task_id}


def _tell(app: str, kind: str, data: dict[str, Any]) -> None:
    client_pk = callers.pk_of(app)
    if client_pk is not None:
        events.tell(client_pk, kind, data)
