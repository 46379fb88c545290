"""What an application calls: its use of the limits day by day, and call by call."""

import datetime

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import DateRangeFilter, TextFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.responses import render
from yiwang.platform.clients.models import Call
from yiwang.platform.clients.queries import usage as used
from yiwang.platform.developer.views import shown

_DAYS = datetime.timedelta(days=14)

CALLS = Listing(
    "developer.calls",
    "调用记录",
    columns=(
        Column("at", "时间", sort=("at",), is_fixed=True),
        Column("call", "接口"),
        Column("status", "状态"),
        Column("code", "错误代码"),
        Column("ms", "耗时（毫秒）"),
        Column("address", "来源地址"),
        Column("request_id", "请求编号"),
    ),
    filters=(
        TextFilter("q", "接口或请求编号", {"call": "contains", "request_id": "is"}),
        DateRangeFilter("at", "时间", "at", is_moment=True),
    ),
    order=("-at",),
)


@require_safe
@shown.developers_only
def usage(request: HttpRequest, pk: int) -> HttpResponse:
    one, today = shown.application(request, pk), timezone.localdate()
    context = {
        **shown.frame(request, one, "usage"),
        "today": used.of_day(one.pk, today),
        "days": used.of_days(one.pk, since=today - _DAYS),
    }
    return render(request, "developer/usage.html", context)


@require_http_methods(["GET", "POST"])
@shown.developers_only
def calls(request: HttpRequest, pk: int) -> HttpResponseBase:
    one = shown.application(request, pk)
    return respond(
        request,
        Call.objects.filter(client=one),
        CALLS,
        template="developer/calls.html",
        fragment="developer/_calls_rows.html",
        context=shown.frame(request, one, "calls"),
        may_export=True,
    )
