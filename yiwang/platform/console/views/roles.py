"""Roles: who holds which where, giving and taking, appointments to confirm, the catalogue of rights."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.kernel.access import permission_required
from yiwang.kernel.errors import Refused, invalid
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import ChoiceFilter, TextFilter, UnitFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts import rules
from yiwang.platform.accounts.actions import roles as actions
from yiwang.platform.accounts.models import Account, RoleGrant
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.accounts.vocabulary import CONFIRM
from yiwang.platform.console.forms import ReasonForm, RoleForm, refuse_typed_unit
from yiwang.platform.console.queries import narrowing, roles
from yiwang.platform.org.models import Post, Unit

_NAME = TextFilter(
    "q",
    "姓名、拼音或登录名",
    {
        "account__person__name": "prefix",
        "account__person__pinyin": "prefix",
        "account__person__initials": "prefix",
        "account__login_name": "prefix",
    },
)


def _service(given: RoleGrant) -> str:
    """朱家角镇党政办公室 副主任"""
    person = given.account.person
    names = (getattr(given, "department", None), person.unit.short_name if person.unit else None)
    unit = "".join(dict.fromkeys(name for name in names if name))
    return " ".join(part for part in (unit, person.title) if part)


_PERSON = Column(
    "name",
    "姓名",
    value=lambda one: one.account.person.name,
    sort=("account__person__pinyin",),
    is_fixed=True,
)
_SERVICE = Column("service", "任职", value=_service, sort=("account__person__position",))

ROLES = Listing(
    "console.roles",
    "角色管理",
    columns=(
        _PERSON,
        Column("login_name", "登录名", value=lambda one: one.account.login_name, is_chosen=False),
        Column("role", "角色", value=roles.role_label, sort=("role",)),
        Column("place", "范围", value=roles.place_of, sort=("unit__position",)),
        _SERVICE,
        Column("valid_from", "生效日期", sort=("valid_from",)),
        Column("valid_to", "失效日期", value=lambda one: one.valid_to or "长期", sort=("valid_to",)),
        Column("basis", "依据文号", is_chosen=False),
        Column("granted_by_name", "授予人"),
        Column("confirmed_by_name", "确认人", is_chosen=False),
        Column("created_at", "授予时间", sort=("created_at",), is_chosen=False),
        Column("ended_at", "终止时间", sort=("ended_at",), is_chosen=False),
        Column("end_reason", "终止原因", is_chosen=False),
        Column("state", "状态", value=lambda one: roles.STATES[roles.state_of(one)]),
    ),
    filters=(
        _NAME,
        ChoiceFilter("role", "角色", roles.role_choices, "role"),
        UnitFilter("unit", "范围", "unit__path", narrowing.unit_by_code, narrowing.departments),
        ChoiceFilter("state", "状态", tuple(roles.STATES.items()), condition=roles.in_state, empty="未终止"),
    ),
    order=("account__person__position",),
)

APPOINTMENTS = Listing(
    "console.appointments",
    "待确认任命",
    columns=(
        _PERSON,
        _SERVICE,
        Column("role", "拟任角色", value=roles.role_label, sort=("role",)),
        Column("basis", "任命文件"),
        Column("reason", "事由"),
        Column("granted_by_name", "提请人"),
        Column("created_at", "提请时间", sort=("created_at",)),
    ),
    filters=(_NAME,),
    order=("created_at",),
)


def _rows(request: HttpRequest) -> QuerySet[RoleGrant]:
    return roles.with_service(RoleGrant.objects.visible_to(of_request(request)))


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(*roles.READERS)
def role_list(request: HttpRequest) -> HttpResponseBase:
    rows = _rows(request)
    if not request.GET.get("state"):
        rows = rows.exclude(roles.in_state("ended"))
    return respond(
        request,
        rows,
        ROLES,
        template="console/roles/list.html",
        fragment="console/roles/_rows.html",
        context={"tones": roles.TONES, "state_of": roles.state_of},
        may_export=True,
    )


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(*roles.READERS)
def appointments(request: HttpRequest) -> HttpResponseBase:
    return respond(
        request,
        roles.with_service(roles.pending(of_request(request))),
        APPOINTMENTS,
        template="console/roles/appointments.html",
        fragment="console/roles/_appointments.html",
        may_export=True,
    )


@never_cache
@require_safe
@permission_required(*roles.READERS)
def permission_catalogue(request: HttpRequest) -> HttpResponse:
    return render(request, "console/roles/catalogue.html", {"catalogue": roles.catalogue()})


def _visible(request: HttpRequest, pk: int) -> RoleGrant:
    return get_object_or_404(_rows(request).select_related("post__unit"), pk=pk)


@never_cache
@require_safe
@permission_required(*roles.READERS)
def role_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail(request, _visible(request, pk))


def _detail(request: HttpRequest, given: RoleGrant, *, status: int = 200, refusal: str = "") -> HttpResponse:
    user, state = of_request(request), roles.state_of(given)
    context = {
        "given": given,
        "label": roles.role_label(given),
        "place": roles.place_of(given),
        "service": _service(given),
        "state_word": roles.STATES[state],
        "tone": roles.TONES[state],
        "is_pending": state == "pending",
        "may_confirm": roles.may_confirm(user, given),
        "may_withdraw": roles.may_withdraw(user, given),
        "may_see_account": Account.objects.visible_to(user).filter(pk=given.account_id).exists(),
        "refusal": refusal,
    }
    return render(request, "console/roles/detail.html", context, status=status)


@require_POST
@permission_required(CONFIRM.key)
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    given = actions.confirm_role(_visible(request, pk), actor=of_request(request))
    return notice(seeother("console:role", given.pk), "任命已确认，立即生效")


@require_POST
@permission_required(CONFIRM.key)
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    given = actions.refuse_role(_visible(request, pk), reason=_reason(request), actor=of_request(request))
    return notice(seeother("console:role", given.pk), "已不予确认，任命未生效")


@require_POST
@permission_required(*roles.GRANTERS)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    given = _visible(request, pk)
    try:
        actions.withdraw_role(given, reason=_reason(request), actor=of_request(request))
    except Refused as refused:
        if refused.code != "E-PER-04":
            raise
        return _detail(request, given, status=refused.status, refusal=refused.message)
    return notice(seeother("console:role", pk), "角色已收回，立即生效")


def _reason(request: HttpRequest) -> str:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        raise invalid("reason", "请填写事由")
    return str(form.cleaned_data["reason"])


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(*roles.GRANTERS)
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an account of one's own scope a role."""
    user = of_request(request)
    account = get_object_or_404(Account.objects.visible_to(user).select_related("person__unit"), pk=pk)
    choices = {
        "roles": roles.roles_to_give(user),
        "places": roles.places_for(user, account),
        "posts": roles.posts_of(account),
    }
    if request.method == "GET":
        return _add_page(request, account, RoleForm(**choices))
    form = RoleForm(request.POST, **choices)
    refuse_typed_unit(form, "other_unit", request.POST)
    if not form.is_valid():
        return _add_page(request, account, form, status=422)
    try:
        given = _grant(request, account, form.cleaned_data)
    except Refused as refused:
        if refused.status not in (403, 409, 422):
            raise
        form.refuse(refused)
        return _add_page(request, account, form, status=refused.status)
    told = "已提请任命，待安全管理员或其他系统管理员确认后生效" if given.is_pending else "角色已授予"
    return notice(seeother("console:role", given.pk), told)


def _grant(request: HttpRequest, account: Account, typed: dict[str, Any]) -> RoleGrant:
    post = typed["post"]
    return actions.grant_role(
        account,
        role=typed["role"],
        unit=_unit(request, typed),
        includes_below=typed["includes_below"],
        post=Post.objects.get(pk=post, person_id=account.person_id) if post else None,
        basis=typed["basis"],
        valid_from=typed["valid_from"],
        valid_to=typed["valid_to"],
        reason=typed["reason"],
        actor=of_request(request),
    )


def _unit(request: HttpRequest, typed: dict[str, Any]) -> Unit | None:
    """The one looked for goes before those of his posts; a role of the district has none."""
    other, code = typed["other_unit"], typed["unit"]
    if not (other or code) or roles.is_of_district(typed["role"]):
        return None
    units = Unit.objects.living().visible_to(of_request(request))
    unit = (units.filter(pk=other) if other else units.filter(code=code)).first()
    if unit is None:
        raise invalid("other_unit", "没有找到该机构，请重新选择")
    return unit


def _add_page(request: HttpRequest, account: Account, form: RoleForm, *, status: int = 200) -> HttpResponse:
    context = {
        "account": account,
        "department": roles.unit_name(account),
        "form": form,
        **narrowing.unit_picks(of_request(request), request.POST, "other_unit"),
    }
    return render(request, "console/roles/add.html", context, status=status)


def of_account(request: HttpRequest, account: Account) -> dict[str, Any]:
    """The card of roles on an account's page."""
    user = of_request(request)
    return {
        "roles": [
            (one, roles.role_label(one), roles.place_of(one), roles.state_of(one))
            for one in roles.shown_for(account)
        ],
        "role_words": roles.STATES,
        "role_tones": roles.TONES,
        "may_give_roles": any(user.allows(right) for right in roles.GRANTERS)
        and rules.may_hold_roles(account)
        and account.pk != user.account_id,
    }
