"""The console's lists: accounts, audit log, void numbers, schedules."""

from collections.abc import Callable
from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Left
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yiwang.kernel import jobs
from yiwang.kernel.access import permission_required
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.audit.vocabulary import READ
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import (
    ChoiceFilter,
    Choices,
    DateRangeFilter,
    Filter,
    TextFilter,
    UnitFilter,
)
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.numbering.models import Number
from yiwang.kernel.responses import render
from yiwang.platform.accounts.models import Account
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.accounts.vocabulary import MANAGE
from yiwang.platform.console import actions
from yiwang.platform.console.queries import home, narrowing, unit_log
from yiwang.platform.console.vocabulary import READ_SYSTEM, READ_UNIT_LOG
from yiwang.platform.org.models import Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, STEP


def _unit_of(account: Account) -> str:
    """区水务局 · 办公室; for temporary accounts the unit that answers for them."""
    unit = account.person.unit or account.sponsor_unit
    department = getattr(account, "department", None)
    names = (department, unit.short_name if unit else None)
    return " · ".join(dict.fromkeys(name for name in names if name))


_MARKS = (("locked", "已锁定"), ("ending", "30日内到期"), ("refused", "实名认证退回或待处理"))
_MARKED = {"locked": home.is_locked_now, "ending": home.ends_soon, "refused": home.is_refused}

ACCOUNTS = Listing(
    "console.accounts",
    "账号管理",
    columns=(
        Column("name", "姓名", value=lambda one: one.person.name, sort=("person__pinyin",), is_fixed=True),
        Column("login_name", "登录名", sort=("login_name",)),
        Column("unit", "单位", value=_unit_of, sort=("person__position",)),
        Column("title", "职务", value=lambda one: one.person.title),
        Column("kind", "账号类型", value=lambda one: one.get_kind_display()),
        Column("state", "状态", value=lambda one: one.state_label),
        Column("verified_at", "实名认证时间", sort=("verified_at",), is_chosen=False),
        Column("last_login", "最近登录", sort=("last_login",), is_chosen=False),
        Column("activated_at", "激活时间", sort=("activated_at",), is_chosen=False),
        Column("expires_on", "到期日期", sort=("expires_on",), is_chosen=False),
    ),
    filters=(
        TextFilter(
            "q",
            "姓名、拼音或登录名",
            {
                "person__name": "prefix",
                "person__pinyin": "prefix",
                "person__initials": "prefix",
                "login_name": "prefix",
            },
        ),
        UnitFilter("unit", "单位", "person__unit_path", narrowing.unit_by_code, narrowing.departments),
        ChoiceFilter("kind", "账号类型", Account.Kind.choices, "kind"),
        ChoiceFilter("state", "状态", Account.State.choices, "state"),
        ChoiceFilter("verification", "实名认证", Account.Standing.choices[1:], "verification"),
        ChoiceFilter("mark", "提示", _MARKS, condition=lambda mark: _MARKED[mark]()),
    ),
    order=("person__position",),
)


def _entry_filters(verbs: Callable[[Any], Choices]) -> tuple[Filter, ...]:
    """Of lines of the log, whoever reads them. verbs: those that he may meet."""
    return (
        DateRangeFilter("at", "时间", "at", is_moment=True),
        TextFilter("actor", "人员", {"actor_name": "prefix"}),
        ChoiceFilter("verb", "事项", verbs, "verb"),
        TextFilter("target", "对象", {"target_title": "prefix"}),
    )


ENTRIES = Listing(
    "console.audit",
    "审计日志",
    columns=(
        Column("at", "时间", sort=("at",), is_fixed=True),
        Column("actor_name", "人员"),
        Column("actor_unit", "单位"),
        Column("sentence", "事项"),
        Column("reason", "事由"),
        Column("changes", "变化", value=narrowing.changes_in_words),
        Column("address", "IP地址"),
        Column("request_id", "请求编号", is_chosen=False),
        Column("id", "序号", value=lambda one: str(one.pk), is_chosen=False),
    ),
    filters=_entry_filters(narrowing.verb_choices),
    order=("-at",),
)

UNIT_ENTRIES = Listing(
    "console.unit_log",
    "管理操作记录",
    columns=(
        Column("at", "时间", sort=("at",), is_fixed=True),
        Column("actor_name", "人员"),
        Column("actor_unit", "单位"),
        Column("sentence", "事项", width="wide"),
        Column("reason", "事由"),
        Column("changes", "变化", value=narrowing.changes_in_words),
    ),
    filters=_entry_filters(unit_log.verb_choices),
    order=("-at",),
)

VOID_NUMBERS = Listing(
    "console.numbers",
    "废号台账",
    columns=(
        Column("text", "编号", sort=("text",), is_fixed=True),
        Column("series_label", "编号类别"),
        Column("target_title", "事项"),
        Column("issued_at", "取号时间", sort=("issued_at",)),
        Column("issued_by_name", "取号人"),
        Column("voided_at", "作废时间", sort=("voided_at",)),
        Column("voided_by_name", "作废人"),
        Column("void_reason", "作废原因"),
    ),
    filters=(
        TextFilter("q", "编号", {"text": "contains"}),
        DateRangeFilter("voided", "作废时间", "voided_at", is_moment=True),
    ),
    order=("-voided_at",),
)


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(MANAGE.key)
def accounts(request: HttpRequest) -> HttpResponseBase:
    rows = Account.objects.visible_to(of_request(request)).select_related("person__unit", "sponsor_unit")
    above = Unit.objects.filter(path=Left(OuterRef("person__unit_path"), STEP * (DEPARTMENT_LEVEL + 1)))
    rows = rows.annotate(department=Subquery(above.values("short_name")))
    if not request.GET.get("state"):
        rows = rows.exclude(state=Account.State.CLOSED)  # they are history; asked for by their state
    return respond(
        request,
        rows,
        ACCOUNTS,
        template="console/accounts/list.html",
        fragment="console/accounts/_rows.html",
        may_export=True,
    )


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(READ.key)
def audit_log(request: HttpRequest) -> HttpResponseBase:
    user = of_request(request)
    if "cursor" not in request.GET:
        actions.open_log(narrowed_by=request.GET.urlencode()[:200], actor=user)
    rows = Entry.objects.visible_to(user)
    return respond(
        request,
        rows,
        ENTRIES,
        template="console/list.html",
        fragment="console/_rows.html",
        context={
            "note": "审计日志只能追加，任何人不能修改或删除；查看和导出同样记入日志。",
            "empty_icon": "file-search",
        },
        may_export=True,
    )


@never_cache
@require_safe
@permission_required(READ_UNIT_LOG.key)
def unit_log_entries(request: HttpRequest) -> HttpResponseBase:
    user = of_request(request)
    if "cursor" not in request.GET:
        actions.open_unit_log(narrowed_by=request.GET.urlencode()[:200], actor=user)
    return respond(
        request,
        unit_log.entries(user),
        UNIT_ENTRIES,
        template="console/list.html",
        fragment="console/_rows.html",
        context={
            "note": "本单位分级管理员、办公室主任任职期间的管理操作；审计日志全文由审计管理员查看",
            "empty_icon": "file-search",
        },
        may_export=False,
    )


@require_http_methods(["GET", "POST"])
@permission_required(READ_SYSTEM.key)
def void_numbers(request: HttpRequest) -> HttpResponseBase:
    return respond(
        request,
        Number.objects.filter(state=Number.State.VOID),
        VOID_NUMBERS,
        template="console/list.html",
        fragment="console/_rows.html",
        context={"note": "作废的编号不再使用，按年度和类别留存备查。", "empty_icon": "hash"},
        may_export=True,
    )


@never_cache
@require_safe
@permission_required(READ_SYSTEM.key)
def schedules(request: HttpRequest) -> HttpResponseBase:
    """What the platform does by the clock, when it last did, and how the queue stands."""
    return render(request, "console/schedules.html", {"queue": jobs.queue_state()})
