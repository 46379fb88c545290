"""Batches of people that came by a workbook: the list, one batch and its acts, present people."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.kernel import htmx
from yiwang.kernel.access import permission_required, staff_required
from yiwang.kernel.errors import not_found
from yiwang.kernel.extension.imports import import_kinds
from yiwang.kernel.imports import workbook
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import ChoiceFilter, TextFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.approvals.queries import panels
from yiwang.platform.changes.actions import people_import as acts
from yiwang.platform.changes.forms.people_import import ReasonForm, TakeForm
from yiwang.platform.changes.models import ImportBatch, PersonOperation
from yiwang.platform.changes.queries import import_batch as queries
from yiwang.platform.changes.queries import people_import as plans
from yiwang.platform.changes.vocabulary import APPLY, REVIEW_DISTRICT, REVIEW_UNIT

KIND = "changes.people"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SEES_LISTS = (APPLY.key, REVIEW_UNIT.key, REVIEW_DISTRICT.key)
State = ImportBatch.State

BATCHES = Listing(
    "changes.batches",
    "人员批量申报",
    columns=(
        Column("number", "编号", sort=("pk",), is_fixed=True),
        Column("unit", "单位", value=lambda one: one.unit.short_name),
        Column("new", "新增人数", align="right"),
        Column("changed", "修改人数", align="right"),
        Column("applied", "已办理", align="right"),
        Column("failed", "待处理", align="right"),
        Column("state", "状态", value=lambda one: one.get_state_display()),
        Column("applicant_name", "申报人"),
        Column("submitted_at", "提交时间", sort=("submitted_at",)),
        Column("finished_at", "办结时间", is_chosen=False),
    ),
    filters=(
        TextFilter("q", "编号", {"number": "contains"}),
        ChoiceFilter("state", "状态", State.choices, "state"),
    ),
    order=("-pk",),
)

ROWS = Listing(
    "changes.batch_rows",
    "批量申报明细",
    columns=(
        Column("number", "编号", is_fixed=True),
        Column("person_name", "姓名", sort=("person_name",), is_fixed=True),
        Column("kind", "类别", value=lambda one: one.get_kind_display()),
        Column("unit", "机构", value=lambda one: one.unit.short_name),
        Column("title", "职务"),
        Column("said", "变动内容", value=queries.said, width="wide"),
        Column("state", "状态", value=lambda one: one.state_text),
        Column("failure", "待处理原因", is_chosen=False),
    ),
    filters=(
        TextFilter("q", "姓名或编号", {"person_name": "prefix", "number": "prefix"}),
        ChoiceFilter("kind", "类别", queries.KINDS, "kind"),
        ChoiceFilter("state", "状态", PersonOperation.State.choices, "state"),
    ),
    order=("pk",),
    count_cap=100_000,
)


@require_http_methods(["GET", "POST"])
@staff_required
def batches(request: HttpRequest) -> HttpResponseBase:
    """Those of the units he looks after or reviews."""
    user = of_request(request)
    if not any(user.allows(key) for key in _SEES_LISTS):
        raise not_found()
    return respond(
        request,
        ImportBatch.objects.visible_to(user).select_related("unit"),
        BATCHES,
        template="changes/batches/list.html",
        fragment="changes/batches/_list_rows.html",
        context={"may_apply": user.allows(APPLY.key), "kind": KIND},
        may_export=True,
    )


def _visible(request: HttpRequest, pk: int) -> ImportBatch:
    found = queries.visible(of_request(request)).select_related("unit")
    return get_object_or_404(found, pk=pk)


@never_cache
@require_http_methods(["GET", "POST"])
@staff_required
def batch(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One batch with each of its operations."""
    user, one = of_request(request), _visible(request, pk)
    is_own = user.allows(APPLY.key, at=one.unit.path)
    context = {
        "batch": one,
        "panel": panels.panel_of(one, user),
        "may_resubmit": is_own and one.state == State.RETURNED,
        "has_faults": one.failed > 0 and is_own,
        "form": ReasonForm(),
    }
    return respond(
        request,
        one.operations.select_related("unit"),
        ROWS,
        template="changes/batches/detail.html",
        fragment="changes/batches/_rows.html",
        context=context,
        may_export=True,
    )


@never_cache
@require_safe
@staff_required
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that asks again each second, while the batch is carried out."""
    one = _visible(request, pk)
    if one.state != State.APPLYING:
        address = queries.url_of(str(pk))
        return htmx.go(address) if htmx.is_fragment(request) else seeother(address)
    return render(request, "changes/batches/_progress.html", {"batch": one})


@require_POST
@staff_required
def resubmit(request: HttpRequest, pk: int) -> HttpResponse:
    acts.resubmit(_visible(request, pk), actor=of_request(request))
    return notice(seeother("changes:batch", pk), "已重新提交审核")


@require_POST
@staff_required
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    one = _visible(request, pk)
    acts.cancel(one, reason=request.POST.get("reason", ""), actor=of_request(request))
    return notice(seeother("changes:batch", pk), "批量申报已取消")


def _file(content: bytes, name: str) -> HttpResponse:
    disposition = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    headers = {"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=_XLSX, headers=headers)


@never_cache
@require_POST
@staff_required
def faults(request: HttpRequest, pk: int) -> HttpResponse:
    """Rows that could not take effect, with the reasons, numbers masked."""
    user, one = of_request(request), _visible(request, pk)
    rows = acts.take_faults(one, actor=user)
    note = f"导出人：{user.name}　单位：{user.unit_name}　编号：{one.number}"
    return _file(workbook.error_file(import_kinds.get(KIND), note, rows), f"{one.number}待处理明细.xlsx")


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(APPLY.key)
def present(request: HttpRequest) -> HttpResponse:
    """The people of a unit as a workbook, to be corrected and uploaded."""
    user = of_request(request)
    form = TakeForm(request.POST or None, units=plans.units_of(user))
    if not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "changes/batches/present.html", {"form": form}, status=status)
    unit = form.cleaned_data["unit"]
    rows = acts.take_people(unit, purpose=form.cleaned_data["purpose"], actor=user)
    content = workbook.template(import_kinds.get(KIND), plans.choices_of(user), rows)
    return _file(content, f"{unit.short_name}现有人员.xlsx")
