"""Applications for temporary accounts: the list, one of them, writing it, what can be done with it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.kernel.access import permission_required, staff_required
from yiwang.kernel.errors import Refused, not_found
from yiwang.kernel.files import actions as file_actions
from yiwang.kernel.files import queries as files
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import ChoiceFilter, DateRangeFilter, TextFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.notices import notice
from yiwang.kernel.parameters import queries as parameters
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.models import Account
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.accounts.vocabulary import TEMPORARY_DAYS
from yiwang.platform.addressbook.queries import picks
from yiwang.platform.approvals.queries import panels
from yiwang.platform.changes.actions import temporary_account as actions
from yiwang.platform.changes.forms.temporary_account import ExtensionForm, TemporaryForm
from yiwang.platform.changes.models import TemporaryRequest
from yiwang.platform.changes.queries import temporary_account as queries
from yiwang.platform.changes.rules import temporary_account as rules
from yiwang.platform.changes.vocabulary import APPLY_TEMPORARY, REVIEW_UNIT
from yiwang.platform.org.models import Person

State = TemporaryRequest.State
_FACTS = ("vendor_name", "vendor_uscc", "name", "id_kind", "id_number", "mobile", "applications", "purpose")

REQUESTS = Listing(
    "changes.temporary_requests",
    "临时账号申请",
    columns=(
        Column("number", "编号", value=lambda one: one.number or "草稿", is_fixed=True),
        Column("kind", "申请类别", value=lambda one: one.get_kind_display()),
        Column("name", "姓名"),
        Column("vendor_name", "服务商"),
        Column("unit", "接入单位", value=lambda one: one.unit.short_name),
        Column("sponsor", "接入联系人", value=lambda one: one.sponsor.name, is_chosen=False),
        Column("starts_on", "启用日期", sort=("starts_on",)),
        Column("ends_on", "到期日期", sort=("ends_on",)),
        Column("state", "状态", value=lambda one: one.get_state_display()),
        Column("applicant_name", "申请人", is_chosen=False),
        Column("submitted_at", "提交时间", sort=("submitted_at",)),
    ),
    filters=(
        TextFilter(
            "q", "编号、姓名、服务商", {"number": "contains", "name": "prefix", "vendor_name": "contains"}
        ),
        ChoiceFilter("kind", "申请类别", TemporaryRequest.Kind.choices, "kind"),
        ChoiceFilter("state", "状态", State.choices, "state"),
        DateRangeFilter("submitted", "提交时间", "submitted_at", is_moment=True),
    ),
    order=("-id",),
)


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(APPLY_TEMPORARY.key, REVIEW_UNIT.key)
def requests(request: HttpRequest) -> HttpResponseBase:
    user = of_request(request)
    return respond(
        request,
        TemporaryRequest.objects.visible_to(user).select_related("unit", "sponsor"),
        REQUESTS,
        template="changes/temporary/list.html",
        fragment="changes/temporary/_rows.html",
        context={"may_apply": user.allows(APPLY_TEMPORARY.key)},
        may_export=True,
    )


def _visible(request: HttpRequest, pk: int) -> TemporaryRequest:
    return get_object_or_404(queries.visible(of_request(request)), pk=pk)


@never_cache
@require_safe
@staff_required
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    user, one = of_request(request), _visible(request, pk)
    edits = rules.can_edit(user, one)
    context = {
        "one": one,
        "panel": panels.panel_of(one, user),
        "can_edit": edits and one.state == State.DRAFT,
        "can_mend": edits and one.state == State.FAILED,
        "sees_account": one.account_id is not None
        and Account.objects.visible_to(user).filter(pk=one.account_id).exists(),
    }
    return render(request, "changes/temporary/detail.html", context)


def _with_faults(form: Any, refused: Refused) -> None:
    for name, message in refused.fields.items():
        field = "commitment" if name == "file" else name
        form.add_error(field if field in form.fields else None, message)
    if not refused.fields:
        form.add_error(None, refused.message)


def _form(request: HttpRequest, one: TemporaryRequest | None) -> TemporaryForm:
    user = of_request(request)
    more: dict[str, Any] = {
        "units": queries.units_to_apply_for(user),
        "people": Person.objects.visible_to(user),
    }
    if request.method == "POST":
        return TemporaryForm(request.POST, request.FILES, **more)
    today = timezone.localdate()
    if one is None:
        return TemporaryForm(initial={"starts_on": today, "id_kind": Person.IdKind.CITIZEN}, **more)
    known = {name: getattr(one, name) for name in (*_FACTS, "starts_on", "ends_on", "revision")}
    return TemporaryForm(initial={**known, "unit": one.unit_id, "sponsor": one.sponsor_id}, **more)


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(APPLY_TEMPORARY.key)
def write(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A new application, or one's draft again; the second button also submits it."""
    one = None if pk is None else _visible(request, pk)
    if one is not None and (one.state != State.DRAFT or not rules.can_edit(of_request(request), one)):
        raise not_found()
    if one is not None and one.account is not None:
        return _extend(request, one.account, one)
    form = _form(request, one)
    if request.method == "GET" or not form.is_valid():
        return _page(request, form, one, status=200 if request.method == "GET" else 422)
    try:
        kept = _written(request, form, one)
    except Refused as refused:
        if refused.status not in (409, 422):
            raise
        _with_faults(form, refused)
        return _page(request, form, one, status=refused.status)
    return _kept(request, kept)


def _kept(request: HttpRequest, one: TemporaryRequest) -> HttpResponse:
    """The draft is kept; submit it too if he pressed that button."""
    if request.POST.get("submits") != "1":
        return notice(seeother("changes:temporary_request", one.pk), "草稿已保存")
    try:
        one = actions.submit(one, actor=of_request(request))
    except Refused as refused:
        if refused.status not in (409, 422):
            raise
        words = f"草稿已保存，尚未提交：{refused.message}"
        return notice(seeother("changes:temporary_edit", one.pk), words, "warning")
    return notice(seeother("changes:temporary_request", one.pk), f"{one.number}已提交审批")


def _written(request: HttpRequest, form: TemporaryForm, one: TemporaryRequest | None) -> TemporaryRequest:
    """The draft with its commitment."""
    user, given = of_request(request), form.cleaned_data
    file = None
    if given["commitment"] is not None:
        file = file_actions.store_file(given["commitment"], purpose="changes.commitment", actor=user)
        files.require_usable(file)
    sponsor = given["sponsor"] or Person.objects.get(pk=user.person_id)
    one = actions.write(
        unit=given["unit"],
        sponsor=sponsor,
        facts={name: given[name] for name in _FACTS},
        starts_on=given["starts_on"],
        ends_on=given["ends_on"],
        actor=user,
        request=one,
        revision=given["revision"],
    )
    return one if file is None else actions.attach_commitment(one, file=file, actor=user)


def _page(
    request: HttpRequest, form: TemporaryForm, one: TemporaryRequest | None, *, status: int
) -> HttpResponse:
    user = of_request(request)
    chosen_id = form["sponsor"].value()
    ids = [int(chosen_id)] if str(chosen_id or "").isdecimal() else []
    context = {
        "form": form,
        "one": one,
        "found": picks.find(user, ""),
        "chosen": picks.named(user, ids),
        "longest": parameters.number(TEMPORARY_DAYS.key),
    }
    return render(request, "changes/temporary/form.html", context, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(APPLY_TEMPORARY.key)
def extend(request: HttpRequest, account_pk: int) -> HttpResponse:
    """Let an account last longer."""
    own = Account.objects.visible_to(of_request(request)).filter(kind=Account.Kind.TEMPORARY)
    return _extend(request, get_object_or_404(own, pk=account_pk), None)


def _extend(request: HttpRequest, account: Account, one: TemporaryRequest | None) -> HttpResponse:
    known = {"ends_on": one.ends_on, "purpose": one.purpose, "revision": one.revision} if one else None
    form = ExtensionForm(request.POST or None, initial=known)
    account = Account.objects.select_related("person", "sponsor_unit", "sponsor").get(pk=account.pk)
    context = {"form": form, "account": account, "one": one}
    if request.method == "GET" or not form.is_valid():
        status = 200 if request.method == "GET" else 422
        return render(request, "changes/temporary/extend.html", context, status=status)
    user = of_request(request)
    try:
        kept = actions.write_extension(account, **form.cleaned_data, actor=user, request=one)
    except Refused as refused:
        if refused.status not in (409, 422):
            raise
        _with_faults(form, refused)
        return render(request, "changes/temporary/extend.html", context, status=refused.status)
    return _kept(request, kept)


@require_POST
@staff_required
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    straight_back = request.POST.get("straight_back") == "1"
    one = actions.submit(_visible(request, pk), actor=of_request(request), straight_back=straight_back)
    return notice(seeother("changes:temporary_request", pk), f"{one.number}已提交审批")


@require_POST
@staff_required
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    one = _visible(request, pk)
    actions.discard(one, actor=of_request(request))
    if one.number is None:
        return notice(seeother("changes:temporary_requests"), "草稿已删除")
    return notice(seeother("changes:temporary_request", pk), "申请已取消")


@require_POST
@staff_required
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    one = actions.retry(_visible(request, pk), actor=of_request(request))
    if one.state == State.FAILED:
        return notice(seeother("changes:temporary_request", pk), f"仍未能办理：{one.failure}", "warning")
    return notice(seeother("changes:temporary_request", pk), "已办结")


@require_POST
@staff_required
def amend(request: HttpRequest, pk: int) -> HttpResponse:
    actions.amend(_visible(request, pk), actor=of_request(request))
    return notice(seeother("changes:temporary_edit", pk), "已退回草稿，请修改后重新提交")
