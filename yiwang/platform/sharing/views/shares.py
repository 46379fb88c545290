"""Shares: the list, one of them, writing it, taking it back, its yearly review, whom it covers."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.kernel.access import permission_required, staff_required
from yiwang.kernel.errors import Refused, not_found
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import ChoiceFilter, DateRangeFilter, TextFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.addressbook.queries import picks
from yiwang.platform.approvals.queries import panels
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.sharing import rules
from yiwang.platform.sharing.actions import shares as actions
from yiwang.platform.sharing.forms import ReasonForm, ShareForm
from yiwang.platform.sharing.models import Share, SharedPerson
from yiwang.platform.sharing.queries import scope
from yiwang.platform.sharing.queries import shares as queries
from yiwang.platform.sharing.vocabulary import OVERSEE, PROPOSE

State = Share.State

SHARES = Listing(
    "sharing.shares",
    "市级共享",
    columns=(
        Column("number", "编号", value=lambda one: one.number or "草稿", is_fixed=True),
        Column("unit_name", "单位", is_fixed=True),
        Column("persons", "共享人员", value=lambda one: one.get_persons_display()),
        Column("fields", "共享字段", value=lambda one: "、".join(one.field_labels)),
        Column("state", "状态", value=lambda one: one.get_state_display()),
        Column("review_on", "复核期限", sort=("review_on",)),
        Column("approved_at", "批准时间", sort=("approved_at",), is_chosen=False),
        Column("applicant_name", "申请人", is_chosen=False),
    ),
    filters=(
        TextFilter("q", "编号、单位", {"number": "contains", "unit_name": "contains"}),
        ChoiceFilter("state", "状态", State.choices, "state"),
        DateRangeFilter("review", "复核期限", "review_on"),
    ),
    order=("-id",),
)


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(PROPOSE.key, OVERSEE.key)
def shares(request: HttpRequest) -> HttpResponseBase:
    user = of_request(request)
    return respond(
        request,
        Share.objects.visible_to(user).select_related("unit"),
        SHARES,
        template="sharing/list.html",
        fragment="sharing/_rows.html",
        context={"may_propose": user.allows(PROPOSE.key), "oversees": rules.can_oversee(user)},
        may_export=True,
    )


@never_cache
@require_safe
@staff_required
def share(request: HttpRequest, pk: int) -> HttpResponse:
    return _share(request, pk, None)


def _share(
    request: HttpRequest, pk: int, form: ReasonForm | None, *, asked: str = "", status: int = 200
) -> HttpResponse:
    user = of_request(request)
    one = queries.one(user, pk)
    is_open = one.state in (State.DRAFT, State.REVIEW)
    proposes = rules.can_propose(user, one.unit)
    in_force = one.state in (State.ACTIVE, State.SUSPENDED)
    context: dict[str, Any] = {
        "one": one,
        "panel": panels.panel_of(one, user),
        "covered": scope.covered(one).count() if is_open or in_force else None,
        "hidden": scope.hidden_count(one) if is_open or in_force else 0,
        "chosen": Person.objects.filter(pk__in=one.members.values("person")).order_by("position"),
        "progress": queries.progress(one),
        "may_edit": one.state == State.DRAFT and proposes,
        "may_withdraw": in_force and rules.can_end(user, one),
        "may_renew": in_force and proposes and not one.renewal,
        "form": form or ReasonForm(),
        "asked": asked,
    }
    return render(request, "sharing/share.html", context, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(PROPOSE.key)
def write(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A new application, or one's draft again; the second button also submits it."""
    user = of_request(request)
    one = None if pk is None else queries.one(user, pk)
    if one is not None and (one.state != State.DRAFT or not rules.can_propose(user, one.unit)):
        raise not_found()
    units = queries.units_to_propose(user)
    form = ShareForm(request.POST or None, initial=_initial(one, units), units=units)
    if request.method == "GET" or not form.is_valid():
        return _form_page(request, form, one, status=200 if request.method == "GET" else 422)
    try:
        kept = _written(request, form, one, units)
    except Refused as refused:
        if refused.status not in (409, 422):
            raise
        for name, message in refused.fields.items() or [("", refused.message)]:
            form.add_error(name if name in form.fields else None, message)
        return _form_page(request, form, one, status=refused.status)
    if request.POST.get("submits") != "1":
        return notice(seeother("sharing:share", kept.pk), "草稿已保存")
    try:
        kept = actions.submit(kept, actor=user)
    except Refused as refused:
        words = f"草稿已保存，尚未提交：{refused.message}"
        return notice(seeother("sharing:edit", kept.pk), words, "warning")
    return notice(seeother("sharing:share", kept.pk), f"{kept.number}已提交审批")


def _initial(one: Share | None, units: list[Unit]) -> dict[str, Any]:
    if one is None:
        return {
            "unit": units[0].pk if units else None,
            "persons": Share.Persons.LEADERS,
            "fields_shared": ["title"],
        }
    return {
        "unit": one.unit_id,
        "persons": one.persons,
        "fields_shared": one.fields,
        "reason": one.reason,
        "revision": one.revision,
    }


def _written(request: HttpRequest, form: ShareForm, one: Share | None, units: list[Unit]) -> Share:
    user, given = of_request(request), form.cleaned_data
    unit = next(unit for unit in units if unit.pk == given["unit"])
    chosen = Person.objects.visible_to(user).filter(pk__in=given["person_ids"])
    return actions.write(
        unit,
        persons=given["persons"],
        fields=given["fields_shared"],
        reason=given["reason"],
        chosen=list(chosen),
        share=one,
        revision=given["revision"],
        actor=user,
    )


def _form_page(request: HttpRequest, form: ShareForm, one: Share | None, *, status: int) -> HttpResponse:
    user = of_request(request)
    ids = [int(text) for text in request.POST.getlist("person_ids") if text.isdecimal()]
    if request.method == "GET" and one is not None:
        ids = list(one.members.values_list("person_id", flat=True))
    context = {
        "form": form,
        "one": one,
        "found": picks.find(user, ""),
        "chosen": picks.named(user, ids),
        "former": [queries.in_force(unit) for unit in queries.units_to_propose(user)],
    }
    return render(request, "sharing/form.html", context, status=status)


@require_POST
@staff_required
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    user = of_request(request)
    one = actions.submit(queries.one(user, pk), actor=user)
    return notice(seeother("sharing:share", pk), f"{one.number}已提交审批")


@require_POST
@staff_required
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    user = of_request(request)
    actions.discard(queries.one(user, pk), actor=user)
    return notice(seeother("sharing:shares"), "申请已取消")


@require_POST
@staff_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    user, form = of_request(request), ReasonForm(request.POST)
    one = queries.one(user, pk)
    if not form.is_valid():
        return _share(request, pk, form, asked="withdraw", status=422)
    actions.withdraw(one, reason=form.cleaned_data["reason"], actor=user)
    return notice(seeother("sharing:share", pk), "已撤回，正在通知市级通讯录清除")


@require_POST
@staff_required
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    user, form = of_request(request), ReasonForm(request.POST)
    one = queries.one(user, pk)
    if not form.is_valid():
        return _share(request, pk, form, status=422)
    actions.ask_renewal(one, reason=form.cleaned_data["reason"], actor=user)
    return notice(seeother("sharing:share", pk), "年度复核已提交，由区政务办审批")


PEOPLE = Listing(
    "sharing.people",
    "共享人员",
    columns=(
        Column(
            "name",
            "姓名",
            value=lambda one: one.person.marked_name,
            sort=("person__strokes",),
            sort_label="姓氏笔画",
            is_fixed=True,
        ),
        Column("unit", "部门", value=lambda one: one.person.unit.short_name if one.person.unit else ""),
        Column("title", "职务", value=lambda one: one.person.title),
        Column("standing", "市级通讯录", value=lambda one: one.standing),
        Column("confirmed_at", "市级确认时间", sort=("confirmed_at",)),
        Column("version", "版本", align="right", is_chosen=False),
    ),
    filters=(
        TextFilter("q", "姓名", {"person__name": "prefix"}),
        ChoiceFilter("wanted", "应有状态", SharedPerson.Wanted.choices, "wanted"),
    ),
    order=("person__position",),
)


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(PROPOSE.key, OVERSEE.key)
def people(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Who is shared by it, and whether the directory has confirmed that."""
    one = queries.one(of_request(request), pk)
    rows = SharedPerson.objects.filter(share=one).select_related("person__unit")
    return respond(
        request,
        rows,
        PEOPLE,
        template="sharing/people.html",
        fragment="sharing/_people_rows.html",
        context={"one": one},
        may_export=rules.can_propose(of_request(request), one.unit),
    )
