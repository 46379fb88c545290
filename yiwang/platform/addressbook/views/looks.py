"""Who looked at whom (§3.7): what a person reads about himself, and what the administrators watch."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from yiwang.kernel.access import permission_required, staff_required
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import ChoiceFilter, DateRangeFilter, TextFilter
from yiwang.kernel.listing.screens import Listing, page, respond
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.addressbook.actions import watching
from yiwang.platform.addressbook.forms import FindingForm
from yiwang.platform.addressbook.models import Look, MassView
from yiwang.platform.addressbook.queries import looks
from yiwang.platform.addressbook.vocabulary import READ_LOOKS, WATCH

_KINDS = [(kind.value, kind.label) for kind in looks.TOLD]

MINE = Listing(
    "addressbook.my_looks",
    "谁看过我",
    columns=(
        Column("viewer_name", "查看人", is_fixed=True),
        Column("viewer_unit", "单位"),
        Column("kind", "方式", value=lambda one: one.get_kind_display()),
        Column("field", "内容", value=lambda one: one.field or "名片"),
        Column("at", "时间", sort=("at",)),
    ),
    filters=(
        ChoiceFilter("kind", "方式", _KINDS, "kind"),
        DateRangeFilter("at", "时间", "at", is_moment=True),
    ),
    order=("-at",),
)

LOOKS = Listing(
    "addressbook.looks",
    "通讯录查看记录",
    columns=(
        Column("at", "时间", sort=("at",), is_fixed=True),
        Column("viewer_name", "查看人"),
        Column("viewer_unit", "查看人单位"),
        Column("kind", "方式", value=lambda one: one.get_kind_display()),
        Column("target_name", "被查看人"),
        Column("field", "内容", value=lambda one: one.field or one.typed),
        Column("hits", "检索结果数", is_chosen=False, align="right"),
        Column("purpose", "用途", width="medium"),
        Column("terminal", "终端", is_chosen=False),
        Column("address", "网络地址"),
        Column("is_duty", "履行监管职责", is_chosen=False),
    ),
    filters=(
        TextFilter("q", "查看人", {"viewer_name": "prefix"}),
        TextFilter("target", "被查看人", {"target_name": "prefix"}),
        TextFilter("unit", "查看人单位", {"viewer_unit": "prefix"}),
        ChoiceFilter("kind", "方式", Look.Kind.choices, "kind"),
        DateRangeFilter("at", "时间", "at", is_moment=True),
    ),
    order=("-at",),
)

MASS = Listing(
    "addressbook.mass_views",
    "大量查看核查",
    columns=(
        Column("viewer", "查看人", value=lambda one: one.viewer.name, is_fixed=True),
        Column("viewer_unit", "单位"),
        Column("day", "日期", sort=("day",)),
        Column("cards", "查看人数", sort=("cards",), align="right"),
        Column("state", "状态", value=lambda one: "已核查" if one.settled_at else "待核查"),
        Column("finding", "核查情况", width="medium"),
        Column("settled_by_name", "核查人", is_chosen=False),
        Column("settled_at", "核查时间", is_chosen=False),
    ),
    filters=(
        ChoiceFilter(
            "state",
            "状态",
            [("open", "待核查"), ("settled", "已核查")],
            condition=lambda value: Q(settled_at__isnull=value == "open"),
        ),
        DateRangeFilter("day", "日期", "day"),
    ),
    order=("-day", "-cards"),
)


@require_http_methods(["GET"])
@staff_required
def mine(request: HttpRequest) -> HttpResponse:
    """谁看过我, and whether my number is public."""
    user = of_request(request)
    shown = page(request, looks.of_me(user), MINE)
    context = {
        "list": shown,
        "known": looks.known_viewers(user, shown.rows),
        "is_open": looks.is_open(user.person_id),
        "may_export": False,
    }
    return render(request, "addressbook/looks/mine.html", context)


@require_http_methods(["GET", "POST"])
@permission_required(READ_LOOKS.key)
def log(request: HttpRequest) -> HttpResponseBase:
    """All looks, for the security and the audit administrator."""
    user = of_request(request)
    return respond(
        request,
        looks.visible(user),
        LOOKS,
        template="addressbook/looks/log.html",
        fragment="addressbook/looks/_rows.html",
        context={"tabs": _tabs("looks", looks.unsettled(user))},
        may_export=True,
    )


@require_http_methods(["GET", "POST"])
@permission_required(READ_LOOKS.key)
def mass_views(request: HttpRequest) -> HttpResponseBase:
    """Who opened more cards in a day than is usual."""
    user = of_request(request)
    context = {
        "tabs": _tabs("mass_views", looks.unsettled(user)),
        "form": FindingForm(),
        "may_settle": user.allows(WATCH.key),
    }
    return respond(
        request,
        looks.mass_views(user),
        MASS,
        template="addressbook/looks/log.html",
        fragment="addressbook/looks/_mass_rows.html",
        context=context,
        may_export=True,
    )


def _tabs(current: str, unsettled: int) -> list[tuple[str, str, int | None, bool]]:
    """(label, route, number, is current)"""
    return [
        ("查看记录", "addressbook:looks", None, current == "looks"),
        ("大量查看", "addressbook:mass_views", unsettled or None, current == "mass_views"),
    ]


@require_POST
@permission_required(WATCH.key)
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what came of it."""
    user = of_request(request)
    found: MassView = get_object_or_404(looks.mass_views(user), pk=pk)
    watching.settle(found, finding=request.POST.get("finding", ""), actor=user)
    return notice(seeother("addressbook:mass_views"), "核查情况已登记")
