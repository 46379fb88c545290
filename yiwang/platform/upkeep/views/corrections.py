"""Corrections (纠错): reporting one, one's own reports, and what administrators do with them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.kernel.access import permission_required, staff_required
from yiwang.kernel.errors import Refused, invalid, not_found
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import ChoiceFilter, DateRangeFilter, TextFilter, UnitFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.addressbook.queries import picks
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.upkeep import rules
from yiwang.platform.upkeep.actions import corrections as actions
from yiwang.platform.upkeep.forms import AnswerForm, ReportForm
from yiwang.platform.upkeep.models import Correction
from yiwang.platform.upkeep.queries import corrections as queries
from yiwang.platform.upkeep.queries import screens
from yiwang.platform.upkeep.vocabulary import MAINTAIN, SUPERVISE

ACTS = ("corrected", "unfounded", "pass-on")

CORRECTIONS = Listing(
    "upkeep.corrections",
    "通讯录纠错",
    columns=(
        Column("number", "编号", is_fixed=True),
        Column("about_name", "对象", is_fixed=True),
        Column("field", "有误的内容", value=lambda one: one.get_field_display()),
        Column("keeper", "办理单位", value=lambda one: one.keeper.short_name),
        Column("reports", "反映人次", align="right"),
        Column("source", "来源", value=lambda one: one.get_source_display()),
        Column("reported_at", "反映时间", sort=("reported_at",)),
        Column("due_on", "办理期限", sort=("due_on",)),
        Column("late", "时限", value=screens.late_words),
        Column("state", "状态", value=lambda one: one.get_state_display()),
        Column("answered_by_name", "办理人", is_chosen=False),
        Column("answered_at", "办结时间", sort=("answered_at",), is_chosen=False),
    ),
    filters=(
        TextFilter("q", "编号或对象", {"number": "contains", "about_name": "prefix"}),
        ChoiceFilter("state", "状态", Correction.State.choices, "state"),
        ChoiceFilter("late", "时限", screens.LATE, condition=screens.lateness),
        ChoiceFilter("field", "有误的内容", Correction.Field.choices, "field"),
        ChoiceFilter("source", "来源", Correction.Source.choices, "source"),
        UnitFilter("unit", "办理单位", "keeper__path", screens.unit_by_code, screens.departments),
        DateRangeFilter("reported", "反映时间", "reported_at", is_moment=True),
    ),
    order=("-id",),
)


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(MAINTAIN.key, SUPERVISE.key)
def corrections(request: HttpRequest) -> HttpResponseBase:
    """Those of the units he maintains, or of the district."""
    rows = queries.listed(Correction.objects.maintained_by(of_request(request)))
    return respond(
        request,
        rows,
        CORRECTIONS,
        template="upkeep/corrections/list.html",
        fragment="upkeep/corrections/_rows.html",
        may_export=True,
    )


@never_cache
@require_http_methods(["GET", "POST"])
@staff_required
def report_person(request: HttpRequest, person_id: int) -> HttpResponse:
    return _report(request, queries.person_to_report(of_request(request), person_id))


@never_cache
@require_http_methods(["GET", "POST"])
@staff_required
def report_unit(request: HttpRequest, unit_id: int) -> HttpResponse:
    return _report(request, queries.unit_to_report(of_request(request), unit_id))


def _report(request: HttpRequest, about: Person | Unit) -> HttpResponse:
    user = of_request(request)
    offered = queries.fields_to_report(user, about)
    asked = {"field": request.GET.get("field", "")}
    form = ReportForm(request.POST or None, initial=asked, offered=offered)
    if request.method == "GET" or not form.is_valid():
        return _report_page(request, about, form, status=200 if request.method == "GET" else 422)
    try:
        made = actions.report(about, **form.cleaned_data, actor=user)
    except Refused as refused:
        if refused.status != 422:
            raise
        for name, message in refused.fields.items():
            form.add_error(name, message)
        return _report_page(request, about, form, status=422)
    words = f"已反映（{made.number}），{queries.place_of(made.keeper)}将在7个工作日内核实答复"
    return notice(seeother("upkeep:my_reports"), words)


def _report_page(
    request: HttpRequest, about: Person | Unit, form: ReportForm, *, status: int
) -> HttpResponse:
    is_person = isinstance(about, Person)
    offered = queries.fields_to_report(of_request(request), about)
    back = "addressbook:person" if is_person else "addressbook:unit"
    context = {
        "about": about,
        "name": about.name if isinstance(about, Person) else about.full_name,
        "back": (back, about.pk),
        "form": form,
        "shown": [(label, queries.shown_now(about, key)) for key, label in offered if key != "other"],
        "left": queries.reports_left(of_request(request).person_id, today=timezone.localdate()),
    }
    return render(request, "upkeep/corrections/report.html", context, status=status)


MINE = Listing(
    "upkeep.my_reports",
    "我的纠错",
    columns=(
        Column("number", "编号", value=lambda one: one.correction.number, is_fixed=True),
        Column("about", "对象", value=lambda one: one.correction.about_name),
        Column("field", "有误的内容", value=lambda one: one.correction.get_field_display()),
        Column("at", "反映时间", sort=("at",)),
        Column("state", "办理情况", value=screens.state_of_report),
        Column("answer", "答复", value=lambda one: one.correction.answer),
    ),
    order=("-id",),
)


@never_cache
@require_safe
@staff_required
def my_reports(request: HttpRequest) -> HttpResponseBase:
    """What one has reported, and what became of it."""
    return respond(
        request,
        queries.reported_by(of_request(request)),
        MINE,
        template="upkeep/corrections/mine.html",
        fragment="upkeep/corrections/_mine_rows.html",
    )


@never_cache
@require_safe
@staff_required
def correction(request: HttpRequest, pk: int) -> HttpResponse:
    return _correction(request, pk, AnswerForm(), asked="")


def _correction(
    request: HttpRequest, pk: int, form: AnswerForm, *, asked: str, status: int = 200
) -> HttpResponse:
    user = of_request(request)
    one, reports = queries.with_reports(user, pk)
    about = one.person or one.unit
    is_open, is_kept = one.state == Correction.State.WAITING, queries.is_maintained(user, one)
    context: dict[str, Any] = {
        "one": one,
        "reports": reports,
        "is_kept": is_kept,
        "shown": queries.shown_now(about, one.field) if is_kept and about is not None else "",
        "place": queries.place_of(one.keeper),
        "events": list(one.events.order_by("-id")),
        "may_answer": is_open and is_kept and rules.can_answer(user, one),
        "may_withdraw": is_open
        and any(told.reporter_id == user.person_id and not told.is_withdrawn for told in reports),
        "late": screens.late_words(one),
        "form": form,
        "asked": asked,
        "units": picks.find_units(user, ""),
    }
    return render(request, "upkeep/corrections/detail.html", context, status=status)


@require_POST
@permission_required(MAINTAIN.key, SUPERVISE.key)
def answer(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """已更正、不属实、转交."""
    user = of_request(request)
    one = get_object_or_404(Correction.objects.maintained_by(user), pk=pk)
    if act not in ACTS:
        raise not_found()
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _correction(request, pk, form, asked=act, status=422)
    try:
        return _answered(request, one, act, form)
    except Refused as refused:
        if refused.status != 422:
            raise
        for name, message in refused.fields.items() or [("words", refused.message)]:
            form.add_error(name, message)
        return _correction(request, pk, form, asked=act, status=422)


def _answered(request: HttpRequest, one: Correction, act: str, form: AnswerForm) -> HttpResponse:
    user, words = of_request(request), form.cleaned_data["words"]
    if act == "corrected":
        actions.answer_corrected(one, words=words, actor=user)
        return notice(seeother("upkeep:correction", one.pk), "已答复反映人：已更正")
    if act == "unfounded":
        actions.answer_unfounded(one, reason=words, actor=user)
        return notice(seeother("upkeep:correction", one.pk), "已答复反映人：不属实")
    unit_id = form.cleaned_data["unit"]
    unit = Unit.objects.living().visible_to(user).filter(pk=unit_id).first() if unit_id else None
    if unit is None:
        raise invalid("unit", "请选择接收单位")
    actions.pass_on(one, unit=unit, reason=words, actor=user)
    return notice(seeother("upkeep:corrections"), f"{one.number}已转交{unit.short_name}")


@require_POST
@staff_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Correction.objects.visible_to(of_request(request)), pk=pk)
    actions.withdraw(one, actor=of_request(request))
    return notice(seeother("upkeep:my_reports"), "已撤销")
