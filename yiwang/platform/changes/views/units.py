"""Unit changes: the list, one change, and what is done with it. Writing one is in `unit_forms`."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.kernel.access import permission_required, staff_required
from yiwang.kernel.errors import Refused
from yiwang.kernel.files import queries as files
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import ChoiceFilter, DateRangeFilter, TextFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import Principal, of_request
from yiwang.platform.approvals.queries import panels
from yiwang.platform.changes.actions import unit_change as actions
from yiwang.platform.changes.actions import unit_review
from yiwang.platform.changes.forms.unit_change import ReasonForm
from yiwang.platform.changes.models import UnitChange
from yiwang.platform.changes.queries import unit_change as queries
from yiwang.platform.changes.queries import unit_words
from yiwang.platform.changes.rules import plans
from yiwang.platform.changes.rules import unit_change as rules
from yiwang.platform.changes.vocabulary import APPLY

State = UnitChange.State

UNIT_CHANGES = Listing(
    "changes.unit_changes",
    "机构调整",
    columns=(
        Column("title", "事项", value=lambda one: one.title, is_fixed=True),
        Column("number", "编号", value=lambda one: one.number or "—", sort=("number",)),
        Column("kind", "调整类型", value=lambda one: one.get_kind_display()),
        Column("applicant_unit_name", "申报单位"),
        Column("applicant_name", "申报人"),
        Column("effective_on", "生效日期", sort=("effective_on",)),
        Column("state", "状态", value=lambda one: one.get_state_display()),
        Column("basis", "依据文号", is_chosen=False),
        Column("submitted_at", "提交时间", sort=("submitted_at",), is_chosen=False),
        Column("effected_at", "办理时间", sort=("effected_at",), is_chosen=False),
    ),
    filters=(
        TextFilter(
            "q", "事项、编号或依据文号", {"title": "contains", "number": "contains", "basis": "contains"}
        ),
        ChoiceFilter("kind", "调整类型", UnitChange.Kind.choices, "kind"),
        ChoiceFilter("state", "状态", State.choices, "state"),
        DateRangeFilter("effective", "生效日期", "effective_on"),
    ),
    order=("-created_at",),
)


@require_http_methods(["GET", "POST"])
@permission_required(APPLY.key)
def unit_changes(request: HttpRequest) -> HttpResponseBase:
    return respond(
        request,
        UnitChange.objects.visible_to(of_request(request)),
        UNIT_CHANGES,
        template="changes/units/list.html",
        fragment="changes/units/_rows.html",
        may_export=True,
    )


@require_safe
@staff_required
def unit_change(request: HttpRequest, pk: int) -> HttpResponse:
    user = of_request(request)
    return _page(request, user, queries.visible(user, pk))


def _page(
    request: HttpRequest, user: Principal, change: UnitChange, *, status: int = 200, **more: object
) -> HttpResponse:
    is_own = rules.can_edit(user, change)
    context = {
        "change": change,
        "facts": unit_words.facts(change),
        "fates": unit_words.fates(change),
        "files": files.attachments(change),
        "under_way": queries.under_way(change)[:10] if change.state in UnitChange.OPEN else (),
        "panel": panels.panel_of(change, user),
        "has_people": change.kind in plans.WITH_PEOPLE,
        "may_edit": is_own and change.state == State.DRAFT,
        "may_discard": is_own and change.state == State.DRAFT and change.number is None,
        "may_cancel": rules.can_cancel(user, change) and change.state in (State.PENDING, State.FAILED),
        "may_retry": rules.can_cancel(user, change) and change.state == State.FAILED,
        "may_copy": is_own and change.state in (State.REJECTED, State.TERMINATED, State.FAILED),
        "reason_form": ReasonForm(),
        "problem": "",
        **more,
    }
    return render(request, "changes/units/detail.html", context, status=status)


@require_POST
@staff_required
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    user = of_request(request)
    change = queries.visible(user, pk)
    try:
        actions.preview(change, actor=user)
    except Refused as refused:
        return _problem(request, user, change, refused)
    return notice(seeother("changes:unit_change", pk), "已重新预览")


def _problem(request: HttpRequest, user: Principal, change: UnitChange, refused: Refused) -> HttpResponse:
    """What speaks against it is shown where the applicant can mend it."""
    if refused.status not in (409, 422):
        raise refused
    fresh = queries.visible(user, change.pk)
    return _page(request, user, fresh, status=refused.status, problem=refused.message)


@require_POST
@staff_required
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    user = of_request(request)
    change = queries.visible(user, pk)
    try:
        sent = actions.submit(change, actor=user)
    except Refused as refused:
        return _problem(request, user, change, refused)
    said = {
        State.IN_REVIEW: f"已提交，编号{sent.number}，等待区级审核",
        State.PENDING: f"已提交，编号{sent.number}，将于{sent.effective_on}生效",
    }
    return notice(seeother("changes:unit_change", pk), said.get(State(sent.state), "已提交并生效"))


@require_POST
@staff_required
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    user = of_request(request)
    change = queries.visible(user, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, user, change, status=422, reason_form=form)
    actions.cancel(change, reason=form.cleaned_data["reason"], actor=user)
    return notice(seeother("changes:unit_change", pk), "调整已终止")


@require_POST
@staff_required
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    user = of_request(request)
    change = queries.visible(user, pk)
    try:
        unit_review.retry(change, actor=user)
    except Refused as refused:
        return _problem(request, user, change, refused)
    return notice(seeother("changes:unit_change", pk), "调整已生效")


@require_POST
@staff_required
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    user = of_request(request)
    again = actions.copy(queries.visible(user, pk), actor=user)
    day = timezone.localdate()
    actions.revise(again, effective_on=day, actor=user)
    return notice(seeother("changes:unit_change", again.pk), "已复制为新的草稿，请核对后提交")


@require_POST
@staff_required
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    user = of_request(request)
    actions.discard(queries.visible(user, pk), actor=user)
    return notice(seeother("changes:unit_changes"), "草稿已删除")
