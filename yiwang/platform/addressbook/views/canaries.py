"""泄露监测: canaries are the system administrator's, what they found is the security administrator's."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from yiwang.kernel.access import permission_required
from yiwang.kernel.errors import Refused
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import ChoiceFilter, DateRangeFilter, TextFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.addressbook import forms
from yiwang.platform.addressbook.actions import canaries as acts
from yiwang.platform.addressbook.models import Leak
from yiwang.platform.addressbook.queries import canaries as planted
from yiwang.platform.addressbook.queries import picks, visibility
from yiwang.platform.addressbook.vocabulary import APPROVE, PLANT

LISTING = Listing(
    "addressbook.leaks",
    "疑似泄露",
    columns=(
        Column("id", "编号", value=lambda one: f"第{one.pk}号", is_fixed=True),
        Column("route", "页面或接口"),
        Column("what", "出现的内容"),
        Column("viewer_name", "访问人"),
        Column("canary", "监测人员", value=lambda one: f"第{one.canary_id}号"),
        Column("times", "次数"),
        Column("at", "首次发生时间", sort=("at",)),
        Column("state", "状态", value=lambda one: one.get_state_display()),
        Column("outcome", "处置结果", is_chosen=False),
        Column("handled_by_name", "处置人", is_chosen=False),
        Column("request_id", "请求编号", is_chosen=False),
    ),
    filters=(
        TextFilter("q", "访问人", {"viewer_name": "prefix"}),
        ChoiceFilter("state", "状态", Leak.State.choices, "state"),
        DateRangeFilter("found", "发生时间", "at", is_moment=True),
    ),
    order=("-at",),
)


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(PLANT.key, APPROVE.key)
def canaries(request: HttpRequest) -> HttpResponse:
    """The living ones; POST plants another."""
    user = of_request(request)
    form = forms.CanaryForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        unit = get_object_or_404(visibility.units(user), pk=form.cleaned_data["unit"][0])
        try:
            acts.plant(unit, kind=form.cleaned_data["kind"], actor=user)
        except Refused as refusal:
            if refusal.status not in (409, 422):
                raise
            form.add_error("unit", refusal.message)
        else:
            return notice(seeother("addressbook:canaries"), "监测人员已设置")
    context = {
        "form": form,
        "canaries": planted.living(),
        "picks": picks.find_units(user, ""),
        "may_plant": user.allows(PLANT.key),
        "most": acts.MOST,
        "waiting": planted.open_leaks(user),
    }
    return render(request, "addressbook/canaries.html", context, status=422 if form.errors else 200)


@require_POST
@permission_required(PLANT.key)
def canary_end(request: HttpRequest, pk: int) -> HttpResponse:
    canary = get_object_or_404(planted.living(), pk=pk)
    acts.end(canary, reason=request.POST.get("reason", "")[:200], actor=of_request(request))
    return notice(seeother("addressbook:canaries"), "监测人员已撤销")


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(PLANT.key, APPROVE.key)
def leaks(request: HttpRequest) -> HttpResponseBase:
    """What was found; POST exports."""
    user = of_request(request)
    return respond(
        request,
        planted.leaks(),
        LISTING,
        template="addressbook/leaks.html",
        fragment="addressbook/_leaks.html",
        context={"may_handle": user.allows(APPROVE.key)},
        may_export=user.allows(APPROVE.key),
    )


@require_POST
@permission_required(APPROVE.key)
def leak_handle(request: HttpRequest, pk: int) -> HttpResponse:
    leak = get_object_or_404(planted.leaks(), pk=pk)
    acts.handle(leak, outcome=request.POST.get("outcome", "")[:200], actor=of_request(request))
    return notice(seeother("addressbook:leaks"), "已处置")
