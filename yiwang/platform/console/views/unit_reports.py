"""统计报表 about units: numbers, changes of a year, incomplete records. Lists like all others."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yiwang.kernel.access import permission_required
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.conditions import Condition, Where
from yiwang.kernel.listing.filters import ChoiceFilter, DateRangeFilter, TextFilter, UnitFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.console.queries import roster
from yiwang.platform.console.queries import unit_reports as reading
from yiwang.platform.console.views.tree import KEEPERS
from yiwang.platform.org.models import Unit
from yiwang.platform.org.models.unit import MAX_DEPTH

_TYPES, _NATURES = dict(Unit.NodeType.choices), dict(Unit.Nature.choices)
_LEVELS = [(str(level), f"第{level}级") for level in range(MAX_DEPTH + 1)]

NUMBERS = Listing(
    "console.unit_numbers",
    "机构数统计",
    columns=(
        Column("level", "层级", value=lambda row: f"第{row['level']}级", sort=("level",), is_fixed=True),
        Column("node_type", "节点类型", value=lambda row: _TYPES.get(row["node_type"], row["node_type"])),
        Column("nature", "单位性质", value=lambda row: _NATURES.get(row["nature"], "未填")),
        Column("units", "机构数", sort=("units",), align="right", is_fixed=True),
        Column("with_code", "有统一社会信用代码", align="right"),
        Column("exchanging", "独立收发文", align="right"),
    ),
    filters=(
        ChoiceFilter("level", "层级", _LEVELS, "level", parse=int),
        ChoiceFilter("type", "节点类型", Unit.NodeType.choices, "node_type"),
        ChoiceFilter("nature", "单位性质", Unit.Nature.choices, "nature"),
    ),
    order=("level", "node_type", "nature"),
    unique="id",
    sizes=(100,),
)

CHANGES = Listing(
    "console.unit_changes",
    "机构变动记录",
    columns=(
        Column("day", "日期", sort=("day",), is_fixed=True),
        Column("change", "变动", is_fixed=True),
        Column("code", "机构编码", sort=("code",)),
        Column("full_name", "变动后全称"),
        Column("name", "现简称"),
        Column("basis", "依据"),
    ),
    filters=(
        DateRangeFilter("day", "日期", "day"),
        ChoiceFilter(
            "change",
            "变动",
            [(one, one) for one in reading.CHANGES],
            condition=lambda change: Where("change", "contains", change),
        ),
        UnitFilter("unit", "单位", "path", roster.unit_of, roster.unit_choices),
        TextFilter("q", "名称或编码", {"full_name": "contains", "code": "prefix"}),
    ),
    order=("-day",),
    unique="id",
)


def _lack(which: str) -> Condition:
    return reading.lacking(which)


CHECKS = Listing(
    "console.unit_checks",
    "机构资料检查",
    columns=(
        Column("full_name", "机构", is_fixed=True),
        Column("code", "机构编码", sort=("code",)),
        Column("parent", "上级机构", value=lambda one: one.parent.short_name if one.parent else ""),
        Column("level", "层级", value=lambda one: f"第{one.level}级"),
        Column("node_type", "节点类型", value=lambda one: one.get_node_type_display()),
        Column("lacks", "待完善", value=lambda one: "、".join(reading.lacks_of(one)), is_fixed=True),
        Column("updated_at", "更新时间", sort=("updated_at",)),
    ),
    filters=(
        ChoiceFilter("lack", "待完善", reading.ASKED, condition=_lack),
        UnitFilter("unit", "单位", "path", roster.unit_of, roster.unit_choices),
        ChoiceFilter("level", "层级", _LEVELS, "level", parse=int),
        TextFilter("q", "名称或编码", {"full_name": "contains", "short_name": "contains", "code": "prefix"}),
    ),
    order=("position",),
)


def _answer(request: HttpRequest, rows: Any, listing: Listing, note: str) -> HttpResponseBase:
    return respond(
        request,
        rows,
        listing,
        template="console/reports/list.html",
        fragment="console/reports/_rows.html",
        context={"note": note},
        may_export=True,
    )


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(*KEEPERS)
def numbers(request: HttpRequest) -> HttpResponseBase:
    note = f"截至{timezone.localdate():%Y-%m-%d}，在用、停用和拟设的机构，不含已撤销的"
    return _answer(request, reading.numbers(of_request(request)), NUMBERS, note)


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(*KEEPERS)
def changes(request: HttpRequest) -> HttpResponseBase:
    """This year's, unless other days are asked for."""
    is_asked = any(request.GET.get(name) for name in ("day_from", "day_to"))
    since = None if is_asked else timezone.localdate().replace(month=1, day=1)
    note = "按生效日期排列" + (f"；未选日期时显示{since.year}年的变动" if since else "")
    return _answer(request, reading.changes(of_request(request), since=since), CHANGES, note)


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(*KEEPERS)
def checks(request: HttpRequest) -> HttpResponseBase:
    note = "供各单位核对补正：单位须有统一社会信用代码，区级部门、街道、镇须有值班电话和分级管理员"
    return _answer(request, reading.incomplete(of_request(request)), CHECKS, note)
