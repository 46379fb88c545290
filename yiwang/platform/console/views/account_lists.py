"""Work lists and reports about accounts."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yiwang.kernel.access import permission_required
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.conditions import Where
from yiwang.kernel.listing.filters import ChoiceFilter, DateRangeFilter, TextFilter, UnitFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.parameters import queries as parameters
from yiwang.kernel.responses import render
from yiwang.platform.accounts.models import Account, Verification
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.accounts.vocabulary import MANAGE, TEMPORARY_DAYS
from yiwang.platform.console.queries import account_lists as lists
from yiwang.platform.console.queries import home, narrowing

_ACCOUNT_STATES = {"": "未开通", **dict(Account.State.choices)}


def _place(department: str | None, unit: Any) -> str:
    names = (department, unit.short_name if unit else None)
    return " · ".join(dict.fromkeys(name for name in names if name))


def _unit_of(account: Any) -> str:
    return _place(getattr(account, "department", None), account.person.unit or account.sponsor_unit)


def _unit_of_verification(one: Any) -> str:
    return _place(one.department, one.account.person.unit or one.account.sponsor_unit)


NOT_ACTIVATED = Listing(
    "console.accounts_not_activated",
    "未激活人员",
    columns=(
        Column("name", "姓名", sort=("pinyin",), is_fixed=True),
        Column(
            "unit",
            "单位",
            value=lambda one: _place(one.department, one.unit),
            sort=("position",),
            width="wide",
        ),
        Column("title", "职务"),
        Column("account_state", "账号状态", value=lambda one: _ACCOUNT_STATES[one.account_state]),
        Column("activation_until", "激活截止时间"),
        Column("office_phone", "办公电话", is_chosen=False),
    ),
    filters=(
        TextFilter("q", "姓名或拼音", {"name": "prefix", "pinyin": "prefix", "initials": "prefix"}),
        UnitFilter("unit", "单位", "unit_path", narrowing.unit_by_code, narrowing.departments),
        ChoiceFilter(
            "state",
            "账号状态",
            (("none", "未开通"), ("unverified", "待实名认证"), ("inactive", "待激活")),
            condition=lambda state: Where("account_state", "is", "" if state == "none" else state),
        ),
    ),
    order=("position",),
)

TEMPORARY = Listing(
    "console.accounts_temporary",
    "临时账号",
    columns=(
        Column("name", "姓名", value=lambda one: one.person.name, sort=("person__pinyin",), is_fixed=True),
        Column("login_name", "登录名", is_chosen=False),
        Column("vendor_name", "服务商", sort=("vendor_name",)),
        Column("sponsor_unit", "接入单位", value=lambda one: one.sponsor_unit.short_name),
        Column("sponsor", "接入联系人", value=lambda one: one.sponsor.name),
        Column("applications", "可用应用"),
        Column("purpose", "用途", is_chosen=False),
        Column("starts_on", "启用日期", sort=("starts_on",)),
        Column("expires_on", "到期日期", sort=("expires_on",)),
        Column("left", "剩余", value=lists.workdays_left, is_exported=False),
        Column("state", "状态", value=lambda one: one.state_label),
    ),
    filters=(
        TextFilter(
            "q",
            "姓名、服务商",
            {"person__name": "prefix", "person__pinyin": "prefix", "vendor_name": "contains"},
        ),
        UnitFilter("unit", "接入单位", "sponsor_unit__path", narrowing.unit_by_code, narrowing.departments),
        ChoiceFilter("state", "状态", Account.State.choices, "state"),
        DateRangeFilter("expires", "到期日期", "expires_on"),
        ChoiceFilter(
            "mark", "提示", (("ending", f"{home.SOON_DAYS}日内到期"),), condition=lambda _: home.ends_soon()
        ),
    ),
    order=("expires_on",),
)

UNUSED = Listing(
    "console.accounts_unused",
    f"{lists.UNUSED_DAYS}日未使用账号",
    columns=(
        Column("name", "姓名", value=lambda one: one.person.name, sort=("person__pinyin",), is_fixed=True),
        Column("login_name", "登录名"),
        Column("unit", "单位", value=_unit_of, sort=("person__position",), width="wide"),
        Column("title", "职务", value=lambda one: one.person.title),
        Column("status", "人员状态", value=lambda one: one.person.get_status_display()),
        Column("kind", "账号类型", value=lambda one: one.get_kind_display()),
        Column("last_login", "最近登录"),
        Column("activated_at", "激活时间", is_chosen=False),
    ),
    filters=(
        TextFilter(
            "q",
            "姓名、拼音或登录名",
            {"person__name": "prefix", "person__pinyin": "prefix", "login_name": "prefix"},
        ),
        UnitFilter("unit", "单位", "person__unit_path", narrowing.unit_by_code, narrowing.departments),
        ChoiceFilter("kind", "账号类型", Account.Kind.choices, "kind"),
    ),
    order=("person__position",),
)

VERIFICATIONS = Listing(
    "console.accounts_verifications",
    "实名认证记录",
    columns=(
        Column("name", "姓名", value=lambda one: one.account.person.name, is_fixed=True),
        Column("unit", "单位", value=_unit_of_verification),
        Column("reason", "认证事由", value=lambda one: one.get_reason_display()),
        Column("attempt", "第几次"),
        Column("outcome", "结果", value=lambda one: one.result or "等待认证"),
        Column("by", "认证方", value=lambda one: "实名认证模拟器" if one.is_simulated else "实名认证服务"),
        Column("answered_at", "认证时间", sort=("answered_at",)),
        Column("next_at", "下次认证时间", sort=("next_at",)),
        Column("requested_by_name", "发起人", is_chosen=False),
        Column("reference", "流水号", is_chosen=False),
    ),
    filters=(
        TextFilter(
            "q", "姓名或拼音", {"account__person__name": "prefix", "account__person__pinyin": "prefix"}
        ),
        UnitFilter(
            "unit", "单位", "account__person__unit_path", narrowing.unit_by_code, narrowing.departments
        ),
        ChoiceFilter("outcome", "结果", Verification.Outcome.choices[:-1], "outcome"),
        ChoiceFilter(
            "standing",
            "账号认证情况",
            (("failed", "退回修改"), ("stuck", "待处理"), ("waiting", "认证中")),
            "standing",
        ),
        DateRangeFilter("at", "认证时间", "answered_at", is_moment=True),
    ),
    order=("-id",),
)


def _respond(
    request: HttpRequest, rows: Any, listing: Listing, part: str, note: str, **more: object
) -> HttpResponseBase:
    return respond(
        request,
        rows,
        listing,
        template="console/accounts/worklist.html",
        fragment=f"console/accounts/_{part}.html",
        context={"note": note, "part": f"console/accounts/_{part}.html", "tab": part, **more},
        may_export=True,
    )


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(MANAGE.key)
def not_activated(request: HttpRequest) -> HttpResponseBase:
    user = of_request(request)
    note = "本单位在岗在编人员中尚未激活账号的，请督促本人激活；本名单仅供办理，不用于排名、通报"
    return _respond(request, lists.not_activated(user), NOT_ACTIVATED, "not_activated", note)


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(MANAGE.key)
def temporary(request: HttpRequest) -> HttpResponseBase:
    longest = parameters.told(TEMPORARY_DAYS.key)
    note = f"第三方人员的临时账号，最长{longest}，到期当日24:00自动停用；延期须在到期前申请"
    return _respond(request, lists.temporary(of_request(request)), TEMPORARY, "temporary", note)


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(MANAGE.key)
def unused(request: HttpRequest) -> HttpResponseBase:
    note = f"连续{lists.UNUSED_DAYS}日没有登录的账号，请核实是否仍需使用，不需要的予以停用（等级保护要求）"
    return _respond(request, lists.unused(of_request(request)), UNUSED, "unused", note)


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(MANAGE.key)
def verifications(request: HttpRequest) -> HttpResponseBase:
    note = "服务异常时按1、5、30分钟和每日一次（5次）自动重试，仍未答复的转为待处理；不保存证件号码、手机号码"
    return _respond(request, lists.verifications(of_request(request)), VERIFICATIONS, "verifications", note)


@never_cache
@require_safe
@permission_required(MANAGE.key)
def report(request: HttpRequest) -> HttpResponse:
    """Accounts by type and state, and the total of those not activated. No ranking of units."""
    user = of_request(request)
    numbers = lists.by_kind_and_state(user)
    kinds = [
        (kind, label, [numbers.get((kind, state), 0) for state in Account.State.values])
        for kind, label in Account.Kind.choices
    ]
    context = {
        "kinds": kinds,
        "states": Account.State.choices,
        "sums": [sum(row[2][place] for row in kinds) for place in range(len(Account.State.values))],
        "activation": lists.activation(user),
        "to_handle": home.refused_verifications(user),
        "unused": lists.unused_number(user),
        "counted_at": timezone.now(),
        "tab": "report",
    }
    return render(request, "console/accounts/report.html", context)
