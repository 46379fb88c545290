"""我的审批: what lies with the user, what he has handled, what he has submitted."""

import datetime
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from yiwang.kernel.access import staff_required
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import ChoiceFilter, DateRangeFilter, TextFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.workdays import queries as workdays
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.approvals import rules
from yiwang.platform.approvals.models import Instance, Task
from yiwang.platform.approvals.queries import definitions, instances, monitor, tasks


def _procedures(user: Any) -> list[tuple[str, str]]:
    return definitions.labels()


def _left(one: Task) -> str:
    if one.due_at is None or one.instance.state != Instance.State.RUNNING:
        return ""
    return workdays.remaining(timezone.now(), one.due_at).text


def _step(one: Task) -> str:
    return rules.label_of(one.instance, one.step) if one.step else "退回修改"


def _drafter(one: Instance) -> str:
    return f"{one.drafter_unit} {one.drafter_name}".strip()


def light(due: datetime.datetime | None) -> str:
    """The colour of the term: red when late."""
    return workdays.remaining(timezone.now(), due).light if due else "grey"


_TASK = (
    Column("title", "标题", value=lambda one: one.instance.title, is_fixed=True),
    Column("procedure", "流程", value=lambda one: one.instance.definition.label),
    Column("step", "步骤", value=_step),
    Column("drafter", "提交人", value=lambda one: _drafter(one.instance)),
    Column("urgency", "紧急程度", value=lambda one: one.instance.get_urgency_display(), is_chosen=False),
)
_TASK_FILTERS = (
    TextFilter("q", "标题或提交人", {"instance__title": "contains", "instance__drafter_name": "prefix"}),
    ChoiceFilter("procedure", "流程", _procedures, "instance__definition__procedure"),
)

MINE = Listing(
    "approvals.mine",
    "待我审批",
    columns=(
        *_TASK,
        Column("arrived_at", "到达时间", sort=("arrived_at",), width="medium"),
        Column("left", "办理期限", value=_left, width="medium"),
    ),
    filters=_TASK_FILTERS,
    order=("-arrived_at",),
)
HANDLED = Listing(
    "approvals.handled",
    "我已审批",
    columns=(
        *_TASK,
        Column("outcome", "我的意见", value=lambda one: one.get_outcome_display(), width="medium"),
        Column("finished_at", "办理时间", sort=("finished_at",), width="medium"),
        Column("state", "当前状态", value=lambda one: one.instance.get_state_display(), width="medium"),
    ),
    filters=(*_TASK_FILTERS, DateRangeFilter("finished", "办理时间", "finished_at", is_moment=True)),
    order=("-finished_at",),
)
SUBMITTED = Listing(
    "approvals.submitted",
    "我提交的",
    columns=(
        Column("title", "标题", is_fixed=True),
        Column("procedure", "流程", value=lambda one: one.definition.label),
        Column("submitted_at", "提交时间", sort=("submitted_at",), width="medium"),
        Column("step", "当前步骤", value=monitor.step_label),
        Column("handlers", "当前办理人", value=monitor.handlers),
        Column("state", "状态", value=lambda one: one.get_state_display(), width="medium"),
    ),
    filters=(
        TextFilter("q", "标题", {"title": "contains"}),
        ChoiceFilter("procedure", "流程", _procedures, "definition__procedure"),
        ChoiceFilter("state", "状态", Instance.State.choices, "state"),
        DateRangeFilter("submitted", "提交时间", "submitted_at", is_moment=True),
    ),
    order=("-submitted_at",),
)


def _answer(request: HttpRequest, listing: Listing, rows: Callable[[int], Any]) -> HttpResponseBase:
    return respond(
        request,
        rows(of_request(request).person_id),
        listing,
        template="approvals/mine.html",
        fragment="approvals/_mine_rows.html",
        context={"light": light},
        may_export=True,
    )


@require_http_methods(["GET", "POST"])
@staff_required
def mine(request: HttpRequest) -> HttpResponseBase:
    return _answer(request, MINE, tasks.mine)


@require_http_methods(["GET", "POST"])
@staff_required
def handled(request: HttpRequest) -> HttpResponseBase:
    return _answer(request, HANDLED, tasks.handled)


@require_http_methods(["GET", "POST"])
@staff_required
def submitted(request: HttpRequest) -> HttpResponseBase:
    return _answer(request, SUBMITTED, instances.submitted_by)
