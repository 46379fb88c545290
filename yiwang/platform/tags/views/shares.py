"""Whom a tag is shared with, and what it was used for."""

import datetime

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from yiwang.kernel.errors import Refused, not_found
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import ChoiceFilter, DateRangeFilter, TextFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.tags.actions import share as acts
from yiwang.platform.tags.forms.tag import ShareForm
from yiwang.platform.tags.models import TagUse
from yiwang.platform.tags.queries import tags, usage
from yiwang.platform.tags.rules import tag as rules
from yiwang.platform.tags.views import shown

_SINCE = datetime.timedelta(days=366)

USES = Listing(
    "tags.uses",
    "标签使用记录",
    columns=(
        Column("at", "时间", sort=("at",), is_fixed=True),
        Column("by_name", "使用人或应用"),
        Column("unit", "使用单位", value=lambda one: one.unit.short_name if one.unit else ""),
        Column("client_id", "应用编号"),
        Column("purpose", "用途", value=lambda one: one.get_purpose_display()),
        Column("about", "事项"),
        Column("people", "人数", sort=("people",), align="right"),
        Column("is_shared", "共享使用", is_chosen=False),
    ),
    filters=(
        TextFilter("q", "使用人或应用", {"by_name": "prefix", "client_id": "is"}),
        ChoiceFilter("use", "用途", TagUse.Purpose.choices, "purpose"),
        DateRangeFilter("at", "时间", "at", is_moment=True),
    ),
    order=("-at",),
)


@require_http_methods(["GET", "POST"])
@shown.may_enter
def shares(request: HttpRequest, pk: int) -> HttpResponse:
    """The units that may use it; POST adds some."""
    user, tag = of_request(request), shown.visible(request, pk)
    if not shown.sees_list(user, tag) or (request.method == "POST" and not rules.can_keep(user, tag)):
        raise not_found()
    form = ShareForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            added = acts.share_tag(tag, units=form.cleaned_data["unit_ids"], actor=user, viewer=user)
        except Refused as refusal:
            if refusal.status != 422:
                raise
            form.add_error("unit_ids", refusal.message)
        else:
            said = f"已共享给{added}个组织" if added else "所选组织已可使用该标签，无需共享"
            return notice(seeother("tags:shares", pk), said, "success" if added else "info")
    context = {
        **shown.frame(user, tag, "shares"),
        "shares": tags.shares_of(tag),
        "form": form,
        "units": shown.picker(user, shown.ids_of(form, "unit_ids"), is_unit=True),
    }
    return render(request, "tags/shares.html", context, status=422 if form.errors else 200)


@require_POST
@shown.may_make
def unshare(request: HttpRequest, pk: int, unit_pk: int) -> HttpResponse:
    tag = shown.kept(request, pk)
    acts.unshare_tag(tag, units=[unit_pk], actor=of_request(request))
    return notice(seeother("tags:shares", pk), "已取消共享，新的调用立即失效")


@require_http_methods(["GET", "POST"])
@shown.may_enter
def uses(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Who used it, when, for what; by application and month."""
    user, tag = of_request(request), shown.visible(request, pk)
    if not shown.sees_list(user, tag):
        raise not_found()
    context = {
        **shown.frame(user, tag, "uses"),
        "months": usage.by_month(tag, since=timezone.now() - _SINCE)[:60],
    }
    return respond(
        request,
        usage.uses_of(tag),
        USES,
        template="tags/uses.html",
        fragment="tags/_uses_rows.html",
        context=context,
        may_export=context["may_keep"],
    )
