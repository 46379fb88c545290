"""推送记录 for units, and the channel to the municipal directory for 区政务办."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.kernel.access import permission_required
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import ChoiceFilter, DateRangeFilter, TextFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.sharing import rules
from yiwang.platform.sharing.actions import comparing, pushing
from yiwang.platform.sharing.models import PushRecord
from yiwang.platform.sharing.queries import shares as queries
from yiwang.platform.sharing.vocabulary import OVERSEE, PROPOSE

RECORDS = Listing(
    "sharing.records",
    "推送记录",
    columns=(
        Column("at", "时间", sort=("at",), is_fixed=True),
        Column("person_name", "姓名"),
        Column("unit", "单位", value=lambda one: one.unit.short_name if one.unit else ""),
        Column("act", "动作", value=lambda one: one.get_act_display()),
        Column("outcome", "结果", value=lambda one: one.get_outcome_display()),
        Column("version", "版本", align="right"),
        Column("tries", "第几次", align="right"),
        Column("detail", "说明"),
        Column("is_simulated", "模拟", is_chosen=False),
    ),
    filters=(
        TextFilter("q", "姓名", {"person_name": "prefix"}),
        ChoiceFilter("act", "动作", PushRecord.Act.choices, "act"),
        ChoiceFilter("outcome", "结果", PushRecord.Outcome.choices, "outcome"),
        DateRangeFilter("pushed", "时间", "at", is_moment=True),
    ),
    order=("-at",),
)


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(PROPOSE.key, OVERSEE.key)
def records(request: HttpRequest) -> HttpResponseBase:
    user = of_request(request)
    return respond(
        request,
        PushRecord.objects.visible_to(user).select_related("unit"),
        RECORDS,
        template="sharing/records.html",
        fragment="sharing/_record_rows.html",
        context={"oversees": rules.can_oversee(user)},
        may_export=True,
    )


@never_cache
@require_safe
@permission_required(OVERSEE.key)
def channel(request: HttpRequest) -> HttpResponse:
    """Whether the directory answers, what waits, what the full comparisons found."""
    context = {
        "channel": queries.channel(),
        "pending": queries.pending(),
        "comparisons": queries.comparisons(),
        "directory_url": settings.DIRECTORY_URL,
    }
    return render(request, "sharing/channel.html", context)


@require_POST
@permission_required(OVERSEE.key)
def push(request: HttpRequest) -> HttpResponse:
    waiting = pushing.hurry(actor=of_request(request))
    sent = pushing.push_due(actor=of_request(request), most=200)
    words = (
        f"市级已确认{sent}项"
        if sent
        else f"{waiting}项等待推送，市级通讯录尚无应答"
        if waiting
        else "没有待推送的内容"
    )
    return notice(seeother("sharing:channel"), words, "success" if sent or not waiting else "warning")


@require_POST
@permission_required(OVERSEE.key)
def compare(request: HttpRequest) -> HttpResponse:
    made = comparing.compare(actor=of_request(request))
    if made.fault:
        return notice(seeother("sharing:channel"), f"比对未完成：{made.fault}", "warning")
    return notice(seeother("sharing:channel"), "两侧一致" if made.is_equal else "已比对，差异正在补推")
