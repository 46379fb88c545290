"""/api/v1/todos: what connected applications push, complete and cancel (统一待办, domain reference §6.2).

An item is known by the application's own numbers (biz_id, task_id): a call repeated changes nothing.
"""

import datetime
from collections.abc import Mapping
from typing import Any, Literal

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Field, P, QueryEx, Router, Schema

from yiwang.kernel.errors import Refused, not_found
from yiwang.kernel.extension.open_calls import Caller, OpenJobKind, caller_of, client_auth
from yiwang.platform.clients.api.jobs import BatchAnswer, JobAnswer, answer_batch
from yiwang.platform.clients.rules import checked_moment
from yiwang.platform.todos.actions import open_items
from yiwang.platform.todos.actions.open_items import SCOPE
from yiwang.platform.todos.models import Assignment, Item
from yiwang.platform.todos.queries import open_items as found_items

router = Router(tags=["统一待办"], auth=client_auth(SCOPE))

_LARGEST = 2**63 - 1
Id = Field(min_length=1, max_length=64)
TaskId = Field(default="1", min_length=1, max_length=64)
BizQuery = QueryEx[str, P(min_length=1, max_length=64)]
KINDS = Literal["document", "meeting", "supervision", "briefing", "affair", "personnel", "other"]
URGENCIES = Literal["ordinary", "urgent", "very_urgent"]
_URGENCY = {"ordinary": 0, "urgent": 1, "very_urgent": 2}


class Receiver(Schema):
    """Somebody, in one of his posts; post_id absent: his main post."""

    person_id: int = Field(ge=1, le=_LARGEST)
    post_id: int | None = Field(default=None, ge=1, le=_LARGEST)


class QuickAction(Schema):
    """A button beside the to-do. What was pressed comes by webhook or events as todo.quick_action."""

    key: str = Field(max_length=40)
    label: str = Field(max_length=20)
    needs_reason: bool = False
    danger: bool = False


class TodoIn(Schema):
    """A to-do. version: the application's own, rising; an older one changes nothing. units: 单位待办."""

    biz_id: str = Id
    task_id: str = TaskId
    title: str = Field(max_length=100)
    kind: KINDS = "other"
    receivers: list[Receiver] = Field(default=[], max_length=500)
    units: list[int] = Field(default=[], max_length=100)
    url: str = Field(max_length=500)
    mobile_url: str = Field(default="", max_length=500)
    summary: str = Field(default="", max_length=300)
    urgency: URGENCIES = "ordinary"
    needs: Literal["do", "read"] = "do"
    due_at: datetime.datetime | None = None
    initiator_id: int | None = Field(default=None, ge=1, le=_LARGEST)
    is_batchable: bool = False
    may_transfer: bool = False
    quick_actions: list[QuickAction] = Field(default=[], max_length=3)
    version: int = Field(default=0, ge=0, le=_LARGEST)


class TodoChange(Schema):
    """What is absent stays as it is; receivers named here get it too."""

    biz_id: str = Id
    task_id: str = TaskId
    title: str | None = Field(default=None, max_length=100)
    receivers: list[Receiver] = Field(default=[], max_length=500)
    url: str | None = Field(default=None, max_length=500)
    mobile_url: str | None = Field(default=None, max_length=500)
    summary: str | None = Field(default=None, max_length=300)
    urgency: URGENCIES | None = None
    due_at: datetime.datetime | None = None
    version: int = Field(default=0, ge=0, le=_LARGEST)


class TodoRef(Schema):
    """A to-do by the application's numbers."""

    biz_id: str = Id
    task_id: str = TaskId


class TodoDone(TodoRef):
    """person_id: who has done it; absent: nobody of them, it lapses for all."""

    person_id: int | None = Field(default=None, ge=1, le=_LARGEST)


class TodoAct(Schema):
    """One act of a batch: act and what the single call takes."""

    act: Literal["create", "update", "complete", "cancel"]
    todo: dict[str, Any]


class TodoBatch(Schema):
    """1 to 500 acts, done in their order, each by itself."""

    items: list[TodoAct] = Field(min_length=1, max_length=500)


class Reconcile(Schema):
    """Everything that is open in the application, as [biz_id, task_id]."""

    open: list[tuple[str, str]] = Field(max_length=100_000)


class QuickAnswer(Schema):
    """The application took it, or says why not; completing the to-do is a call of its own."""

    is_done: bool
    text: str = Field(default="", max_length=200)


class TodoAnswer(Schema):
    """version: the platform's, rising with each change. state: open, finished, cancelled, or kept.

    kept: completed before it was created; it is joined when it comes within ten minutes.
    """

    biz_id: str
    task_id: str
    state: str
    version: int


class AssignmentAnswer(Schema):
    """One receiver. state: todo, toread, done, read, cancelled, lapsed or passed."""

    person_id: int | None
    unit_id: int | None
    state: str
    opened_at: datetime.datetime | None
    finished_at: datetime.datetime | None


class TodoStatus(TodoAnswer):
    """A to-do with all it lies or lay with."""

    title: str
    arrived_at: datetime.datetime
    due_at: datetime.datetime | None
    closed_at: datetime.datetime | None
    assignments: list[AssignmentAnswer]


class TodoPage(Schema):
    """Numbers of to-dos, the oldest first."""

    items: list[TodoAnswer]
    has_more: bool
    next_cursor: str


class Differences(Schema):
    """only_there: open in the application but not here, to be pushed; only_here: to be completed.

    At most 200 of each are named; differences counts all.
    """

    listed: int
    open_here: int
    differences: int
    only_there: list[tuple[str, str]]
    only_here: list[tuple[str, str]]


@router.post("", response={200: TodoAnswer, 201: TodoAnswer}, url_name="todos", summary="创建待办")
def create(request: HttpRequest, body: TodoIn) -> HttpResponse:
    item, is_new = open_items.push(**_words(body), actor=caller_of(request))
    return _json(_answer(item), 201 if is_new else 200)


@router.post("/update", response=TodoAnswer, url_name="todos_update", summary="更新待办")
def update(request: HttpRequest, body: TodoChange) -> HttpResponse:
    return _json(_answer(open_items.update(**_words(body), actor=caller_of(request))))


@router.post("/complete", response=TodoAnswer, url_name="todos_complete", summary="办结待办")
def complete(request: HttpRequest, body: TodoDone) -> HttpResponse:
    return _json(_complete(caller_of(request), body))


@router.post("/cancel", response=TodoAnswer, url_name="todos_cancel", summary="撤销待办")
def cancel(request: HttpRequest, body: TodoRef) -> HttpResponse:
    return _json(_cancel(caller_of(request), body))


@router.post(
    "/batch",
    response={200: BatchAnswer, 202: JobAnswer},
    url_name="todos_batch",
    summary="批量创建、更新、办结、撤销",
    description="一次最多500项，按顺序逐项执行，互不影响。"
    "请求头 Prefer: respond-async 时转为后台作业，返回202和进度地址。",
)
def batch(request: HttpRequest, body: TodoBatch) -> HttpResponse:
    return answer_batch(request, BATCH, [one.dict() for one in body.items])


@router.get("/status", response=TodoStatus, url_name="todos_status", summary="查询待办状态")
def status(request: HttpRequest, biz_id: BizQuery, task_id: BizQuery = "1") -> HttpResponse:
    item = found_items.item(caller_of(request), biz_id, task_id)
    if item is None:
        raise not_found()
    return _json(
        {
            **_answer(item),
            "title": item.title,
            "arrived_at": item.arrived_at,
            "due_at": item.due_at,
            "closed_at": item.closed_at,
            "assignments": [_assignment(one) for one in found_items.assignments(item)],
        }
    )


@router.get("", response=TodoPage, url_name="todos", summary="列出本应用未办结的待办")
def list_open(
    request: HttpRequest,
    cursor: QueryEx[str, P(max_length=20, description="上一页的 next_cursor")] = "",
    page_size: QueryEx[int, P(ge=1, le=500)] = 200,
) -> HttpResponse:
    rows = found_items.open_items(caller_of(request), cursor, page_size + 1)
    page = rows[:page_size]
    return _json(
        {
            "items": [_answer(one) for one in page],
            "has_more": len(rows) > page_size,
            "next_cursor": str(page[-1].pk) if len(rows) > page_size else "",
        }
    )


@router.post(
    "/reconcile",
    response=Differences,
    url_name="todos_reconcile",
    summary="对账",
    description="提交本应用全部未办结待办的编号，返回双方差异。平台不自动改动，由应用补推或办结。",
)
def reconcile(request: HttpRequest, body: Reconcile) -> HttpResponse:
    return _json(open_items.reconcile(body.open, actor=caller_of(request)))


@router.post(
    "/quick-actions/{asked_id}", response={204: None}, url_name="todos_quick", summary="答复快捷操作"
)
def answer_quick_action(request: HttpRequest, asked_id: int, body: QuickAnswer) -> HttpResponse:
    if not 0 < asked_id <= _LARGEST:
        raise not_found()
    open_items.answer_quick_action(asked_id, is_done=body.is_done, text=body.text, actor=caller_of(request))
    return HttpResponse(status=204)


def _words(body: Schema) -> dict[str, Any]:
    """The body as the action takes it; what is absent is None or left to its default."""
    words = body.dict()
    words["receivers"] = [(one["person_id"], one["post_id"]) for one in words["receivers"]]
    if words.get("urgency") is not None:
        words["urgency"] = _URGENCY[words["urgency"]]
    if words.get("due_at") is not None:
        words["due_at"] = checked_moment("due_at", words["due_at"])
    return words


def _complete(caller: Caller, body: TodoDone) -> dict[str, Any]:
    item = open_items.complete(body.biz_id, body.task_id, person_id=body.person_id, actor=caller)
    return _answer(item) if item else _kept(body)


def _cancel(caller: Caller, body: TodoRef) -> dict[str, Any]:
    item = open_items.cancel(body.biz_id, body.task_id, actor=caller)
    return _answer(item) if item else _kept(body)


def _kept(body: TodoRef) -> dict[str, Any]:
    return {"biz_id": body.biz_id, "task_id": body.task_id, "state": "kept", "version": 0}


def _answer(item: Item) -> dict[str, Any]:
    return {"biz_id": item.biz_id, "task_id": item.task_id, "state": item.state, "version": item.version}


def _assignment(one: Assignment) -> dict[str, Any]:
    return {
        "person_id": one.person_id,
        "unit_id": one.unit_id,
        "state": one.state,
        "opened_at": one.opened_at,
        "finished_at": one.finished_at,
    }


_BODIES: dict[str, type[Schema]] = {
    "create": TodoIn,
    "update": TodoChange,
    "complete": TodoDone,
    "cancel": TodoRef,
}


def _run_act(caller: Caller, act: Mapping[str, Any]) -> Mapping[str, Any]:
    """One act of a batch."""
    body = _checked(_BODIES[act["act"]], act["todo"])
    if isinstance(body, TodoDone):
        return _complete(caller, body)
    if isinstance(body, TodoIn):
        return _answer(open_items.push(**_words(body), actor=caller)[0])
    if isinstance(body, TodoChange):
        return _answer(open_items.update(**_words(body), actor=caller))
    if not isinstance(body, TodoRef):
        raise TypeError(type(body))
    return _cancel(caller, body)


def _checked(shape: type[Schema], given: Mapping[str, Any]) -> Schema:
    try:
        return shape(**given)
    except ValueError as error:
        places = [str(one["loc"][-1]) for one in error.errors()] if hasattr(error, "errors") else []
        raise Refused(
            "填写内容有误", status=422, fields=dict.fromkeys(places or ["todo"], "填写内容有误")
        ) from error


BATCH = OpenJobKind("todos.batch", "批量推送待办", _run_act)


def _json(content: object, status: int = 200) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(content), content_type="application/json", status=status)
