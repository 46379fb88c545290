"""信息质量: the rates of one's own units or the totals of the district, who lacks what, one's own entry.

A unit's rates are shown to the unit itself and, one at a time, to 区政务办; no page lists those of several.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yiwang.kernel.access import permission_required, staff_required
from yiwang.kernel.errors import invalid
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import ChoiceFilter, TextFilter, UnitFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.responses import render
from yiwang.platform.accounts.queries.principals import Principal, of_request
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.upkeep import rules
from yiwang.platform.upkeep.queries import due, gaps, keepers, screens
from yiwang.platform.upkeep.queries import figures as queries
from yiwang.platform.upkeep.vocabulary import MAINTAIN, SUPERVISE

_KEEPERS = (MAINTAIN.key, SUPERVISE.key)


@never_cache
@require_safe
@permission_required(*_KEEPERS)
def figures(request: HttpRequest) -> HttpResponse:
    """Four rates with what they are made of; each leads to the work list behind it."""
    user, today = of_request(request), timezone.localdate()
    context: dict[str, Any] = {
        "percent": rules.percent,
        "today": today,
        "overdue": due.overdue_in_reach(user, today=today),
        "supervises": rules.can_supervise(user),
        "departments": [],
        "unit": None,
    }
    if rules.can_supervise(user):
        context |= _of_district(request, user)
    else:
        context |= {"found": queries.live(user, today=today), "day": today, "trend": _own_trend(user)}
    return render(request, "upkeep/figures/figures.html", context)


def _of_district(request: HttpRequest, user: Principal) -> dict[str, Any]:
    """The totals of the day that was counted last, or one unit's when it is asked for."""
    day, unit = queries.latest_day(), None
    code = request.GET.get("unit", "")
    if code:
        unit = Unit.objects.living().filter(code=code[:32]).first()
        if unit is None:
            raise invalid("unit", "没有找到该单位")
    found = None
    if day is not None:
        found = queries.district(day) if unit is None else queries.of_unit(unit.pk, day)
    return {
        "found": found or queries.Figures(),
        "day": day,
        "unit": unit,
        "departments": screens.departments(user),
        "trend": queries.trend(unit.pk if unit else None),
    }


def _own_trend(user: Principal) -> list[Any]:
    """Of the level-2 unit, when it is the one he maintains."""
    paths = [path for path, below in user.scopes(MAINTAIN.key) if below and len(path) == queries.WIDTH]
    unit = Unit.objects.filter(path__in=paths[:1]).first() if len(paths) == 1 else None
    return queries.trend(unit.pk) if unit is not None else []


GAPS = Listing(
    "upkeep.gaps",
    "信息不完整人员",
    columns=(
        Column(
            "name",
            "姓名",
            value=lambda one: one.marked_name,
            sort=("strokes",),
            sort_label="姓氏笔画",
            is_fixed=True,
        ),
        Column("unit", "单位部门", value=screens.place_of),
        Column("title", "职务"),
        Column("category", "人员类别", value=lambda one: one.get_category_display()),
        Column("missing", "缺项", value=screens.missing_words),
        Column("checked_on", "最近核对日期", sort=("checked_on",)),
    ),
    filters=(
        TextFilter("q", "姓名、拼音", {"name": "prefix", "pinyin": "prefix"}),
        ChoiceFilter("missing", "缺项", gaps.CHOICES, condition=screens.lacks),
        UnitFilter("unit", "单位", "unit_path", screens.unit_by_code, screens.departments),
    ),
    order=("position",),
)


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(*_KEEPERS)
def gap_list(request: HttpRequest) -> HttpResponseBase:
    """Who of the units he maintains lacks which field: a work list."""
    user = of_request(request)
    return respond(
        request,
        screens.with_missing(gaps.lacking(user)),
        GAPS,
        template="upkeep/figures/gaps.html",
        fragment="upkeep/_people_rows.html",
        may_export=user.allows(MAINTAIN.key),
    )


@never_cache
@require_safe
@staff_required
def own(request: HttpRequest) -> HttpResponse:
    """One's own entry: what it lacks, when it was checked, who keeps it."""
    person = Person.objects.select_related("unit").get(pk=of_request(request).person_id)
    missing = gaps.missing_of(person)
    seats = keepers.keepers_of(person.unit) if person.unit is not None else []
    context = {
        "person": person,
        "facts": [(label, label not in missing) for label in gaps.FIELDS.values()],
        "missing": missing,
        "keepers": Person.objects.filter(pk__in=keepers.ids(seats)).order_by("position"),
    }
    return render(request, "upkeep/figures/own.html", context)
