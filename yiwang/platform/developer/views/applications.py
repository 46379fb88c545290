"""Applications: the list, one of them, registering and changing it, its state and who looks after it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.kernel.access import permission_required
from yiwang.kernel.errors import Refused, invalid
from yiwang.kernel.extension.open_calls import scopes
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import ChoiceFilter, TextFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.models import Account
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.clients import rules
from yiwang.platform.clients.actions import clients
from yiwang.platform.clients.models import Client
from yiwang.platform.clients.vocabulary import MANAGE
from yiwang.platform.developer.forms import ApplicationForm, MemberForm, ReasonForm, RegisterForm
from yiwang.platform.developer.views import shown


def _labels(keys: list[str]) -> str:
    return "、".join(scopes.get(one).label for one in keys if one in scopes)


APPLICATIONS = Listing(
    "developer.applications",
    "接入应用",
    columns=(
        Column("name", "应用名称", sort=("name",), is_fixed=True),
        Column("client_id", "应用ID"),
        Column("unit", "所属单位", value=lambda one: one.unit.short_name),
        Column("scopes", "接入方式", value=lambda one: _labels(one.scopes)),
        Column("state", "状态", value=lambda one: one.get_state_display()),
        Column("contact_name", "联系人"),
        Column("created_at", "登记时间", sort=("created_at",)),
    ),
    filters=(
        TextFilter("q", "应用名称或应用ID", {"name": "contains", "client_id": "is"}),
        ChoiceFilter("state", "状态", Client.State.choices, "state"),
    ),
    order=("name",),
)


@require_http_methods(["GET", "POST"])
@shown.developers_only
def application_list(request: HttpRequest) -> HttpResponseBase:
    user = of_request(request)
    return respond(
        request,
        Client.objects.visible_to(user).select_related("unit"),
        APPLICATIONS,
        template="developer/list.html",
        fragment="developer/_rows.html",
        context={"may_register": rules.can_register(user)},
        may_export=rules.can_register(user),
    )


@require_http_methods(["GET", "POST"])
@permission_required(MANAGE.key)
def register(request: HttpRequest) -> HttpResponse:
    form = RegisterForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        details = form.details()
        unit = details.pop("unit")
        try:
            made = clients.register(unit, **details, actor=of_request(request))
        except Refused as refusal:
            _show(form, refusal)
        else:
            return notice(seeother("developer:secrets", made.pk), "应用已登记，请生成密钥")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "client": None}
    return render(request, "developer/form.html", context, status=status)


def _show(form: ApplicationForm, refusal: Refused) -> None:
    """What the action found wrong, beside its field."""
    if refusal.status != 422 or not refusal.fields:
        raise refusal
    for field, message in refusal.fields.items():
        name = "fields_granted" if field == "fields" else field
        form.add_error(name if name in form.fields else None, message)


@require_safe
@shown.developers_only
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail(request, shown.application(request, pk), MemberForm(), ReasonForm())


def _detail(
    request: HttpRequest, one: Client, member_form: MemberForm, reason_form: ReasonForm, status: int = 200
) -> HttpResponse:
    context = {
        **shown.frame(request, one, "detail"),
        "scopes": [scopes.get(key) for key in one.scopes if key in scopes],
        "field_labels": [Client.Field(key).label for key in one.fields],
        "ranges": [row.unit for row in one.ranges.select_related("unit").order_by("unit__position")],
        "members": one.members.filter(ended_at=None).select_related("account__person").order_by("pk"),
        "member_form": member_form,
        "reason_form": reason_form,
    }
    return render(request, "developer/detail.html", context, status=status)


@require_http_methods(["GET", "POST"])
@permission_required(MANAGE.key)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    one = shown.application(request, pk)
    form = ApplicationForm(request.POST if request.method == "POST" else None, initial=_initial(one))
    if request.method == "POST" and form.is_valid():
        try:
            clients.change(one, **form.details(), actor=of_request(request))
        except Refused as refusal:
            _show(form, refusal)
        else:
            return notice(seeother("developer:detail", one.pk), "应用已修改")
    status = 422 if request.method == "POST" else 200
    return render(request, "developer/form.html", {"form": form, "client": one}, status=status)


def _initial(one: Client) -> dict[str, Any]:
    same = ("name", "about", "scopes", "requires_signature", "rate", "burst", "contact_name", "contact_phone")
    return {
        **{name: getattr(one, name) for name in same},
        "fields_granted": one.fields,
        "domains": "\n".join(one.domains),
        "allowed_addresses": "\n".join(one.allowed_addresses),
        "ranges": list(one.ranges.values_list("unit_id", flat=True)),
    }


@require_POST
@permission_required(MANAGE.key)
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """启用, 停用, 注销."""
    one, user = shown.application(request, pk), of_request(request)
    act = request.POST.get("act", "")
    if act == "enable":
        clients.enable(one, actor=user)
        return notice(seeother("developer:detail", pk), "应用已启用")
    form = ReasonForm(request.POST)
    if act not in ("disable", "close") or not form.is_valid():
        return _detail(request, one, MemberForm(), form, 422)
    if act == "disable":
        clients.disable(one, reason=form.cleaned_data["reason"], actor=user)
        return notice(seeother("developer:detail", pk), "应用已停用，令牌已失效")
    clients.close(one, reason=form.cleaned_data["reason"], actor=user)
    return notice(seeother("developer:detail", pk), "应用已注销")


@require_POST
@shown.developers_only
def add_member(request: HttpRequest, pk: int) -> HttpResponse:
    one = shown.application(request, pk)
    form = MemberForm(request.POST)
    if form.is_valid():
        account = Account.objects.filter(login_name=form.cleaned_data["login_name"].strip()).first()
        try:
            if account is None:
                raise invalid("login_name", "没有这个登录名")
            clients.add_member(one, account, actor=of_request(request))
        except Refused as refusal:
            form.add_error("login_name", refusal.message)
        else:
            return notice(seeother("developer:detail", pk), "负责人已添加")
    return _detail(request, one, form, ReasonForm(), 422)


@require_POST
@shown.developers_only
def remove_member(request: HttpRequest, pk: int, account_id: int) -> HttpResponse:
    clients.remove_member(shown.application(request, pk), account_id, actor=of_request(request))
    return notice(seeother("developer:detail", pk), "负责人已移出")
