"""The quarterly check (季度核对): its list, one unit's page, the list of people, confirming, the paper."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.kernel.access import permission_required
from yiwang.kernel.errors import Refused, not_found
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import ChoiceFilter, TextFilter, UnitFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.kernel.workdays import queries as workdays
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.upkeep import rules
from yiwang.platform.upkeep.actions import quarter as actions
from yiwang.platform.upkeep.forms import ConfirmForm
from yiwang.platform.upkeep.models import UnitCheck
from yiwang.platform.upkeep.queries import gaps, screens
from yiwang.platform.upkeep.queries import quarter as queries
from yiwang.platform.upkeep.vocabulary import MAINTAIN, SUPERVISE

_KEEPERS = (MAINTAIN.key, SUPERVISE.key)
State = UnitCheck.State


def _late(check: UnitCheck) -> str:
    if check.state == State.WAITING:
        return rules.late_text(workdays.calendar(), check.quarter.due_on, timezone.localdate())
    if check.state == State.CONFIRMED:
        return f"逾期{check.late_by}个工作日完成" if check.late_by else "按期"
    return ""


def _lateness(value: str) -> Q:
    today = timezone.localdate()
    if value == "waiting":
        return Q(state=State.WAITING, quarter__due_on__lt=today)
    return Q(state=State.CONFIRMED, late_by__gt=0)


CHECKS = Listing(
    "upkeep.checks",
    "季度核对",
    columns=(
        Column("unit_name", "单位", sort=("unit__position",), is_fixed=True),
        Column("quarter", "季度", value=lambda one: one.quarter.title),
        Column("state", "状态", value=lambda one: one.get_state_display()),
        Column("due_on", "核对期限", value=lambda one: one.quarter.due_on),
        Column("late", "时限", value=_late),
        Column("signer_name", "核对人"),
        Column("confirmed_at", "核对时间", sort=("confirmed_at",)),
    ),
    filters=(
        TextFilter("q", "单位", {"unit_name": "contains"}),
        ChoiceFilter("state", "状态", State.choices, "state"),
        ChoiceFilter("late", "时限", (("waiting", "已逾期"), ("late", "逾期完成")), condition=_lateness),
        UnitFilter("unit", "单位", "unit__path", screens.unit_by_code, screens.departments),
    ),
    order=("-quarter_id", "unit__position"),
)


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(*_KEEPERS)
def checks(request: HttpRequest) -> HttpResponseBase:
    """Those of the units he maintains; for the district whether each has confirmed, in their order."""
    rows = UnitCheck.objects.visible_to(of_request(request)).defer("roll")
    return respond(
        request,
        rows.select_related("unit", "quarter"),
        CHECKS,
        template="upkeep/quarter/list.html",
        fragment="upkeep/quarter/_rows.html",
        context={"latest": queries.latest()},
        may_export=True,
    )


@never_cache
@require_safe
@permission_required(*_KEEPERS)
def check(request: HttpRequest, pk: int) -> HttpResponse:
    return _check(request, pk, None)


def _check(request: HttpRequest, pk: int, form: ConfirmForm | None, *, status: int = 200) -> HttpResponse:
    user = of_request(request)
    one = queries.visible(user, pk)
    is_open = one.state == State.WAITING
    roll = queries.roll_of(one) if is_open else one.roll
    former = queries.last_confirmed(one)
    context: dict[str, Any] = {
        "one": one,
        "late": _late(one),
        "found": gaps.completeness(queries.covered_by(one)) if is_open else None,
        "kept": one.figures,
        "labels": gaps.FIELDS,
        "count": len(roll),
        "former": former,
        "differences": queries.differences(former.roll, roll) if former is not None else None,
        "most": queries.MOST_SHOWN,
        "history": queries.history_of(one),
        "may_confirm": is_open and rules.can_confirm(user, one),
        "form": form or ConfirmForm(initial={"digest": queries.digest_of(roll)}),
    }
    return render(request, "upkeep/quarter/check.html", context, status=status)


@require_POST
@permission_required(*_KEEPERS)
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    user = of_request(request)
    one, form = queries.visible(user, pk), ConfirmForm(request.POST)
    if not form.is_valid():
        return _check(request, pk, form, status=422)
    try:
        actions.confirm(one, **form.cleaned_data, actor=user)
    except Refused as refused:
        if refused.status != 422:
            raise
        form.add_error("note", refused.message)
        return _check(request, pk, form, status=422)
    return notice(seeother("upkeep:check", pk), f"{one.unit.short_name}{one.quarter.title}通讯录已核对确认")


PEOPLE = Listing(
    "upkeep.check_people",
    "核对名单",
    columns=(
        Column(
            "name",
            "姓名",
            value=lambda one: one.marked_name,
            sort=("strokes",),
            sort_label="姓氏笔画",
            is_fixed=True,
        ),
        Column("unit", "部门", value=lambda one: one.unit.short_name if one.unit else ""),
        Column("title", "职务"),
        Column("office_phone", "办公电话"),
        Column("category", "人员类别", value=lambda one: one.get_category_display()),
        Column("missing", "缺项", value=screens.missing_words),
        Column("checked_on", "最近核对日期", sort=("checked_on",)),
    ),
    filters=(
        TextFilter("q", "姓名、拼音", {"name": "prefix", "pinyin": "prefix"}),
        ChoiceFilter("missing", "缺项", screens.MISSING_CHOICES, condition=screens.lacks),
    ),
    order=("position",),
)


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(*_KEEPERS)
def people(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Whom the confirmation covers today, and what each lacks."""
    one = queries.visible(of_request(request), pk)
    rows = screens.with_missing(queries.covered_by(one)).select_related("unit")
    return respond(
        request,
        rows,
        PEOPLE,
        template="upkeep/quarter/people.html",
        fragment="upkeep/_people_rows.html",
        context={"one": one},
        may_export=rules.can_confirm(of_request(request), one),
    )


@never_cache
@require_safe
@permission_required(*_KEEPERS)
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The confirmation on A4, with post and unit of the signer."""
    one = queries.visible(of_request(request), pk)
    if one.state != State.CONFIRMED:
        raise not_found()
    missing = [(label, one.figures.get("missing", {}).get(key, 0)) for key, label in gaps.FIELDS.items()]
    return render(request, "upkeep/quarter/paper.html", {"one": one, "missing": missing, "late": _late(one)})
