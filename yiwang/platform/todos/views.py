"""Pages of to-dos: five lists of one's own, opening one of them, reading many at once."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.kernel.access import login_required
from yiwang.kernel.errors import invalid
from yiwang.kernel.extension.todos import todo_types
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import ChoiceFilter, DateRangeFilter, Filter, TextFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.listing.sources import SqlSource
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import seeother
from yiwang.platform.accounts.queries.principals import Principal, of_request
from yiwang.platform.todos import queries
from yiwang.platform.todos.actions import items
from yiwang.platform.todos.models import Assignment, Item

State = Assignment.State
_MOST_AT_ONCE = 500
_URGENCIES = [(str(value), label) for value, label in Item.Urgency.choices]


def _type_of(row: dict[str, Any]) -> str:
    """审核人员变动; of a type that is gone, its kind."""
    key = row["type"]
    return todo_types.get(key).label if key in todo_types else str(Item.Kind(row["kind"]).label)


def _initiator_of(row: dict[str, Any]) -> str:
    return " ".join(filter(None, (row["initiator_unit"], row["initiator_name"])))


def _left_of(row: dict[str, Any]) -> str:
    left = queries.left(row["due_at"])
    return left.text if left else ""


def _posts_of(user: Principal) -> Sequence[tuple[str, str]]:
    return [(str(post.id), f"{post.unit_name} {post.title}") for post in user.posts]


_TITLE = Column("title", "标题", is_fixed=True)
_URGENCY = Column(
    "urgency",
    "紧急程度",
    value=lambda row: Item.Urgency(row["urgency"]).label,
    sort=("urgency",),
    is_chosen=False,
)
_TYPE = Column("type", "类型", value=_type_of, width="medium")
_INITIATOR = Column("initiator", "发起人", value=_initiator_of)
_POST = Column("post", "办理身份", value=lambda row: row["unit_name"], is_chosen=False)
_ARRIVED = Column("arrived_at", "到达时间", sort=("arrived_at",), width="medium")
_DUE = Column("due_at", "截止时间", sort=("due_at",), is_chosen=False)
_LEFT = Column("left", "办理期限", value=_left_of, sort=("due_at",), width="medium")

_FILTERS: tuple[Filter, ...] = (
    TextFilter("q", "标题或发起人", {"title": "contains", "initiator": "contains"}),
    ChoiceFilter("kind", "类型", Item.Kind.choices, "kind", empty="全部类型"),
    ChoiceFilter("urgency", "紧急程度", _URGENCIES, "urgency", parse=int),
    ChoiceFilter("post", "办理身份", _posts_of, "post", parse=int, empty="全部身份"),
)

TODO = Listing(
    "todos.todo",
    "待办",
    columns=(_TITLE, _TYPE, _INITIATOR, _POST, _URGENCY, _ARRIVED, _DUE, _LEFT),
    filters=_FILTERS,
    order=("-urgency", "due_at", "-arrived_at"),
    unique="id",
)
TOREAD = Listing(
    "todos.toread",
    "待阅",
    columns=(_TITLE, _TYPE, _INITIATOR, _POST, _URGENCY, _ARRIVED),
    filters=_FILTERS,
    order=("-urgency", "-arrived_at"),
    unique="id",
)
_FINISHED = Column("finished_at", "办结时间", sort=("finished_at",), width="medium")
_READ_AT = Column("finished_at", "阅读时间", sort=("finished_at",), width="medium")
DONE = Listing(
    "todos.done",
    "已办",
    columns=(_TITLE, _TYPE, _INITIATOR, _POST, _URGENCY, _ARRIVED, _FINISHED),
    filters=(*_FILTERS, DateRangeFilter("finished", "办结时间", "finished_at", is_moment=True)),
    order=("-finished_at",),
    unique="id",
)
READ = Listing(
    "todos.read",
    "已阅",
    columns=(_TITLE, _TYPE, _INITIATOR, _POST, _URGENCY, _ARRIVED, _READ_AT),
    filters=(*_FILTERS, DateRangeFilter("finished", "阅读时间", "finished_at", is_moment=True)),
    order=("-finished_at",),
    unique="id",
)
STARTED = Listing(
    "todos.started",
    "我发起",
    columns=(
        _TITLE,
        _TYPE,
        Column("handlers", "当前处理人"),
        _URGENCY,
        Column("arrived_at", "发起时间", sort=("arrived_at",), width="medium"),
        _LEFT,
        Column("state", "状态", value=lambda row: Item.State(row["state"]).label, width="medium"),
    ),
    filters=(
        TextFilter("q", "标题", {"title": "contains"}),
        ChoiceFilter("kind", "类型", Item.Kind.choices, "kind", empty="全部类型"),
        ChoiceFilter("state", "状态", Item.State.choices, "state"),
        DateRangeFilter("arrived", "发起时间", "arrived_at", is_moment=True),
    ),
    order=("-arrived_at",),
    unique="id",
)


def _answer(request: HttpRequest, listing: Listing, rows: SqlSource) -> HttpResponseBase:
    user = of_request(request)
    return respond(
        request,
        rows,
        listing,
        template="todos/list.html",
        fragment="todos/_rows.html",
        context={
            "has_posts": len(user.posts) > 1,
            "left": queries.left,
        },
        may_export=True,
    )


@require_http_methods(["GET", "POST"])
@login_required
def todo(request: HttpRequest) -> HttpResponseBase:
    return _answer(request, TODO, queries.lying_with(of_request(request), State.TODO))


@require_http_methods(["GET", "POST"])
@login_required
def toread(request: HttpRequest) -> HttpResponseBase:
    return _answer(request, TOREAD, queries.lying_with(of_request(request), State.TOREAD))


@require_http_methods(["GET", "POST"])
@login_required
def done(request: HttpRequest) -> HttpResponseBase:
    return _answer(request, DONE, queries.lying_with(of_request(request), State.DONE))


@require_http_methods(["GET", "POST"])
@login_required
def read(request: HttpRequest) -> HttpResponseBase:
    return _answer(request, READ, queries.lying_with(of_request(request), State.READ))


@require_http_methods(["GET", "POST"])
@login_required
def started(request: HttpRequest) -> HttpResponseBase:
    return _answer(request, STARTED, queries.started_by(of_request(request)))


@require_safe
@login_required
def open_item(request: HttpRequest, pk: int) -> HttpResponse:
    """To the page of its application; that it was opened is remembered on the way."""
    user = of_request(request)
    own = get_object_or_404(Assignment.objects.visible_to(user).select_related("item"), pk=pk)
    items.open_item(own, actor=user)
    on_phone = "Mobile" in request.headers.get("User-Agent", "")
    return HttpResponseRedirect((on_phone and own.item.mobile_url) or own.item.url)


@require_POST
@login_required
def mark_read(request: HttpRequest) -> HttpResponse:
    """批量已阅."""
    chosen = [int(text) for text in request.POST.getlist("ids") if text.isdecimal() and len(text) < 19]
    if not chosen:
        raise invalid("ids", "请先勾选要标记已阅的事项")
    if len(chosen) > _MOST_AT_ONCE:
        raise invalid("ids", f"一次最多标记{_MOST_AT_ONCE}项")
    number = items.mark_read(chosen, actor=of_request(request))
    return notice(seeother("todos:toread"), f"已将{number}项标记为已阅")
