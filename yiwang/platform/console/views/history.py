"""历史架构: the tree as it was on a day, and what two days differ in."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from yiwang.kernel.access import permission_required
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.conditions import Where
from yiwang.kernel.listing.filters import ChoiceFilter, Chosen, DateRangeFilter, TextFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.responses import render
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.console.queries import history
from yiwang.platform.console.queries import tree as reading
from yiwang.platform.console.views.tree import KEEPERS


class PeriodFilter(DateRangeFilter):
    """Two days that are compared: the rows are made of them, so that they need no condition."""

    def choose(self, values: Mapping[str, str], user: Any) -> Chosen | None:
        chosen = super().choose(values, user)
        return None if chosen is None else Chosen(chosen.text, ())


DIFFERENCES = Listing(
    "console.tree_differences",
    "机构变化",
    columns=(
        Column("kinds", "变化", is_fixed=True, width="medium"),
        Column("code", "机构编码", sort=("code",)),
        Column("before", "前一日名称"),
        Column("former_parent", "前一日上级"),
        Column("after", "后一日名称"),
        Column("parent", "后一日上级"),
    ),
    filters=(
        PeriodFilter("day", "比较", ""),
        ChoiceFilter(
            "kind",
            "变化",
            [(kind, kind) for kind in history.KINDS],
            condition=lambda kind: Where("kinds", "contains", kind),
        ),
        TextFilter("q", "名称或编码", {"before": "contains", "after": "contains", "code": "prefix"}),
    ),
    order=("position",),
    unique="id",
)


@require_safe
@permission_required(*KEEPERS)
def of_day(request: HttpRequest) -> HttpResponse:
    """The tree of a day; today without one."""
    user, today = of_request(request), timezone.localdate()
    day = history.read_day(request.GET.get("day", ""), default=today)
    tops = history.tops(user, day)
    context = {
        "day": day,
        "today": today,
        "first_day": history.first_day(user),
        "tops": tops,
        "levels": {top.unit_id: history.level(top.unit, day) for top in tops[:1]},
    }
    return render(request, "console/tree/history.html", context)


@require_safe
@permission_required(*KEEPERS)
def level(request: HttpRequest, pk: int) -> HttpResponse:
    """Fragment: the nodes below a unit on that day."""
    parent = reading.get(of_request(request), pk)
    day = history.read_day(request.GET.get("day", ""), default=timezone.localdate())
    shown = history.level(parent, day, after=request.GET.get("after", ""))
    return render(request, "console/tree/_history_level.html", {"unit": parent, "level": shown, "day": day})


@require_http_methods(["GET", "POST"])
@permission_required(*KEEPERS)
def differences(request: HttpRequest) -> HttpResponseBase:
    """What became different between two days: a year ago and today, unless others are asked for."""
    user, today = of_request(request), timezone.localdate()
    last = history.read_day(request.GET.get("day_to", ""), default=today)
    a_year_before = last - datetime.timedelta(days=365) if last.year > 1 else last
    first = history.read_day(request.GET.get("day_from", ""), default=a_year_before)
    return respond(
        request,
        history.differences(user, first, last),
        DIFFERENCES,
        template="console/tree/differences.html",
        fragment="console/tree/_differences.html",
        context={"first": first, "last": last},
        may_export=True,
    )
