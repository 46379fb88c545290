"""应急模式: open it with a reason, see that it is open, end it; the security administrator sees them all."""

from typing import Any

from django.conf import settings
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from yiwang.kernel.access import permission_required
from yiwang.kernel.errors import Refused
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import DateRangeFilter, TextFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import Principal, of_request
from yiwang.platform.addressbook import forms
from yiwang.platform.addressbook.actions import emergency as acts
from yiwang.platform.addressbook.queries import emergencies
from yiwang.platform.addressbook.vocabulary import APPROVE, EMERGENCY

LISTING = Listing(
    "addressbook.emergencies",
    "应急模式记录",
    columns=(
        Column("person", "开启人", is_fixed=True),
        Column("unit", "单位", value=lambda one: str(one.person.unit or "")),
        Column("reason", "事由"),
        Column("opened_at", "开启时间", sort=("opened_at",)),
        Column("until", "自动结束时间"),
        Column("ended_at", "提前结束时间"),
        Column("ended_by_name", "结束人", is_chosen=False),
    ),
    filters=(
        TextFilter("q", "开启人", {"person__name": "prefix"}),
        DateRangeFilter("opened", "开启时间", "opened_at", is_moment=True),
    ),
    order=("-opened_at",),
)


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(EMERGENCY.key, APPROVE.key)
def emergency(request: HttpRequest) -> HttpResponseBase:
    """The list, and for who may, the form; POST exports."""
    user = of_request(request)
    return respond(
        request,
        emergencies.visible(user),
        LISTING,
        template="addressbook/emergency.html",
        fragment="addressbook/_emergencies.html",
        context=_context(user, forms.EmergencyForm()),
        may_export=user.allows(APPROVE.key),
    )


def _context(user: Principal, form: Form) -> dict[str, Any]:
    now = timezone.now()
    return {
        "form": form,
        "own": emergencies.own(user, now),
        "moment": now,
        "may_open": user.allows(EMERGENCY.key),
        "may_end_all": user.allows(APPROVE.key),
        "minutes": settings.ADDRESSBOOK_EMERGENCY_SECONDS // 60,
    }


@require_POST
@permission_required(EMERGENCY.key)
def emergency_open(request: HttpRequest) -> HttpResponse:
    user = of_request(request)
    form = forms.EmergencyForm(request.POST)
    if form.is_valid():
        try:
            acts.open_emergency(reason=form.cleaned_data["reason"], actor=user)
        except Refused as refusal:
            if refusal.status != 422:
                raise
            form.add_error("reason", refusal.message)
        else:
            done = "应急模式已开启，安全管理员已收到通知"
            return notice(seeother("addressbook:emergency"), done, "warning")
    context = _context(user, form) | {"list": None}
    return render(request, "addressbook/emergency.html", context, status=422)


@require_POST
@permission_required(EMERGENCY.key, APPROVE.key)
def emergency_end(request: HttpRequest, pk: int) -> HttpResponse:
    user = of_request(request)
    acts.end_emergency(get_object_or_404(emergencies.visible(user), pk=pk), actor=user)
    return notice(seeother("addressbook:emergency"), "应急模式已结束")
