"""For who looks after procedures: 流程定义 with versions and chart, 流程监控 with instances that stand still.

The monitor shows where an instance stands and with whom it lies, not what it is about: administrators have no
right to read business by being administrators (domain reference §29).
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods, require_safe

from yiwang.kernel.access import permission_required
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import ChoiceFilter, DateRangeFilter, TextFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.responses import render
from yiwang.platform.approvals.models import Instance
from yiwang.platform.approvals.queries import charts, definitions, instances, monitor
from yiwang.platform.approvals.vocabulary import MANAGE


def _procedures(user: Any) -> list[tuple[str, str]]:
    return definitions.labels()


MONITOR = Listing(
    "approvals.monitor",
    "流程监控",
    columns=(
        Column("number", "流水号", value=lambda one: f"SP{one.pk:06d}", is_fixed=True, width="medium"),
        Column("procedure", "流程", value=lambda one: one.definition.label),
        Column("drafter", "提交人", value=lambda one: f"{one.drafter_unit} {one.drafter_name}".strip()),
        Column("submitted_at", "提交时间", sort=("submitted_at",), width="medium"),
        Column("step", "当前步骤", value=monitor.step_label),
        Column("handlers", "当前办理人", value=monitor.handlers),
        Column("due", "办理期限", value=monitor.due_text, width="medium"),
        Column("state", "状态", value=lambda one: one.get_state_display(), width="narrow"),
        Column("acts", "操作", value=lambda one: "", is_chosen=True, width="medium"),
    ),
    filters=(
        TextFilter("q", "提交人", {"drafter_name": "prefix"}),
        ChoiceFilter("procedure", "流程", _procedures, "definition__procedure"),
        ChoiceFilter("state", "状态", Instance.State.choices, "state"),
        ChoiceFilter("stuck", "滞留", monitor.STUCK, "stuck", parse=int),
        DateRangeFilter("submitted", "提交时间", "submitted_at", is_moment=True),
    ),
    order=("-submitted_at",),
)


@require_http_methods(["GET", "POST"])
@permission_required(MANAGE.key)
def monitor_page(request: HttpRequest) -> HttpResponseBase:
    return respond(
        request,
        monitor.rows(),
        MONITOR,
        template="approvals/monitor.html",
        fragment="approvals/_monitor_rows.html",
        context={"acts_of": monitor.acts_of},
        may_export=True,
    )


@require_safe
@permission_required(MANAGE.key)
def definitions_page(request: HttpRequest) -> HttpResponse:
    return render(request, "approvals/definitions.html", {"rows": definitions.overview()})


@require_safe
@permission_required(MANAGE.key)
def definition(request: HttpRequest, procedure: str) -> HttpResponse:
    """One procedure: a version's steps as a list and as a chart."""
    versions = definitions.versions_of(procedure)
    asked = request.GET.get("version", "")
    one = next((row for row in versions if str(row.version) == asked), versions[0])
    context = {
        "one": one,
        "versions": [(row.version, row is one) for row in versions],
        "running": instances.running_by(one),
        "chart": charts.of_definition(one),
        "steps": definitions.steps_of(one),
    }
    return render(request, "approvals/definition.html", context)
