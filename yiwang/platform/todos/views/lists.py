"""Pages of to-dos: seven lists of one's own."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods

from yiwang.kernel.access import login_required
from yiwang.kernel.extension.todos import todo_types
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import ChoiceFilter, DateRangeFilter, Filter, TextFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.listing.sources import SqlSource
from yiwang.platform.accounts.queries.principals import Principal, of_request
from yiwang.platform.todos import queries
from yiwang.platform.todos.models import Assignment, Item
from yiwang.platform.todos.queries import claims, facets, following

State = Assignment.State
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
    ChoiceFilter("app", "业务系统", facets.apps_of, "app", empty="全部系统"),
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


CLAIMABLE = Listing(
    "todos.claimable",
    "待认领",
    columns=(
        _TITLE,
        _TYPE,
        _INITIATOR,
        Column("unit", "接收单位", value=lambda row: row["unit_name"]),
        _URGENCY,
        _ARRIVED,
        _DUE,
        _LEFT,
    ),
    filters=(
        TextFilter("q", "标题或发起人", {"title": "contains", "initiator": "contains"}),
        ChoiceFilter("kind", "类型", Item.Kind.choices, "kind", empty="全部类型"),
        ChoiceFilter("urgency", "紧急程度", _URGENCIES, "urgency", parse=int),
    ),
    order=("-urgency", "due_at", "-arrived_at"),
    unique="id",
)
FOLLOWED = Listing(
    "todos.followed",
    "我关注",
    columns=(
        _TITLE,
        _TYPE,
        _INITIATOR,
        Column("handlers", "当前处理人"),
        _URGENCY,
        Column("since", "关注时间", sort=("since",), width="medium"),
        _LEFT,
        Column("state", "状态", value=lambda row: Item.State(row["state"]).label, width="medium"),
    ),
    filters=(
        TextFilter("q", "标题", {"title": "contains"}),
        ChoiceFilter("kind", "类型", Item.Kind.choices, "kind", empty="全部类型"),
        ChoiceFilter("state", "状态", Item.State.choices, "state"),
    ),
    order=("-since",),
    unique="id",
)


def _answer(
    request: HttpRequest, listing: Listing, rows: SqlSource, *, state: State | None = None
) -> HttpResponseBase:
    user = of_request(request)
    parts = facets.facets(user, state) if state else None
    return respond(
        request,
        rows,
        listing,
        template="todos/list.html",
        fragment="todos/_rows.html",
        context={
            "has_posts": len(user.posts) > 1,
            "left": queries.left,
            "facets": parts,
            "chosen": {"app": request.GET.get("app", ""), "post": request.GET.get("post", "")},
        },
        may_export=True,
        offered={"app": parts.apps} if parts else None,
        number=parts.number if parts else None,
    )


@require_http_methods(["GET", "POST"])
@login_required
def todo(request: HttpRequest) -> HttpResponseBase:
    return _answer(request, TODO, queries.lying_with(of_request(request), State.TODO), state=State.TODO)


@require_http_methods(["GET", "POST"])
@login_required
def claimable(request: HttpRequest) -> HttpResponseBase:
    """What whole units of his have to do."""
    return _answer(request, CLAIMABLE, claims.claimable_by(of_request(request)))


@require_http_methods(["GET", "POST"])
@login_required
def toread(request: HttpRequest) -> HttpResponseBase:
    rows = queries.lying_with(of_request(request), State.TOREAD)
    return _answer(request, TOREAD, rows, state=State.TOREAD)


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


@require_http_methods(["GET", "POST"])
@login_required
def followed(request: HttpRequest) -> HttpResponseBase:
    return _answer(request, FOLLOWED, following.followed_by(of_request(request)))
