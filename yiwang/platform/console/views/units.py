"""机构台账: units as a list, to be filtered, printed and taken out; its workbook can be imported again."""

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yiwang.kernel.access import permission_required
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import ChoiceFilter, TextFilter, UnitFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.console.queries import roster, unit_import
from yiwang.platform.console.queries import tree as reading
from yiwang.platform.console.views.tree import KEEPERS
from yiwang.platform.org.models import Unit
from yiwang.platform.org.models.unit import MAX_DEPTH

_LEVELS = [(str(level), f"第{level}级") for level in range(MAX_DEPTH + 1)]
_LABELS = {column.key: column.label for column in unit_import.COLUMNS}


def _parent(unit: Unit) -> str:
    return unit.parent.short_name if unit.parent else ""


def _parent_code(unit: Unit) -> str:
    return unit.parent.code if unit.parent else ""


def _external(key: str) -> Column:
    return Column(
        f"external_{key}",
        _LABELS[f"external_{key}"],
        value=lambda unit: unit.external_ids.get(key, ""),
        is_chosen=False,
    )


UNITS = Listing(
    "console.units",
    "机构台账",
    columns=(
        Column("code", _LABELS["code"], sort=("code",), is_fixed=True),
        Column("full_name", _LABELS["full_name"], is_fixed=True, sort=("full_name",), width="wide"),
        Column("short_name", _LABELS["short_name"]),
        Column("parent_code", _LABELS["parent_code"], value=_parent_code),
        Column("parent", "上级机构", value=_parent),
        Column("level", "层级", sort=("level", "position"), align="right"),
        Column("node_type", _LABELS["node_type"], value=lambda one: one.get_node_type_display()),
        Column("nature", _LABELS["nature"], value=lambda one: one.get_nature_display()),
        Column("rank", _LABELS["rank"], value=lambda one: one.get_rank_display(), is_chosen=False),
        Column("uscc", _LABELS["uscc"]),
        Column("region_code", _LABELS["region_code"], is_chosen=False),
        Column("sort", _LABELS["sort"], is_chosen=False, align="right"),
        Column("duty_phone", _LABELS["duty_phone"]),
        Column("fax", _LABELS["fax"], is_chosen=False),
        Column("address", _LABELS["address"], is_chosen=False),
        Column("postcode", _LABELS["postcode"], is_chosen=False),
        Column("exchanges_documents", _LABELS["exchanges_documents"], is_chosen=False),
        Column("quota_administrative", _LABELS["quota_administrative"], is_chosen=False, align="right"),
        Column("quota_institution", _LABELS["quota_institution"], is_chosen=False, align="right"),
        Column("quota_worker", _LABELS["quota_worker"], is_chosen=False, align="right"),
        *(_external(key) for key in Unit.ExternalId.values),
        Column("headcount", "通讯录人数", align="right"),
        Column("status", "状态", value=lambda one: one.get_status_display()),
        Column("valid_from", "生效日期", is_chosen=False),
        Column("updated_at", "更新时间", sort=("updated_at",), is_chosen=False),
    ),
    filters=(
        TextFilter("q", "名称或编码", {"full_name": "contains", "short_name": "contains", "code": "prefix"}),
        UnitFilter("unit", "单位", "path", roster.unit_of, roster.unit_choices),
        ChoiceFilter("level", "层级", _LEVELS, "level", parse=int),
        ChoiceFilter("type", "节点类型", Unit.NodeType.choices, "node_type"),
        ChoiceFilter("nature", "单位性质", Unit.Nature.choices, "nature"),
        ChoiceFilter("status", "状态", Unit.Status.choices, "status", empty="在用"),
    ),
    order=("position",),
    count_cap=100_000,
)


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(*KEEPERS)
def units(request: HttpRequest) -> HttpResponseBase:
    """As it stands at first, the list can be taken out, corrected and imported; more columns on request."""
    rows: QuerySet[Unit] = reading.administered(of_request(request)).select_related("parent")
    if not request.GET.get("status"):
        rows = rows.exclude(status=Unit.Status.REVOKED)
    return respond(
        request,
        rows,
        UNITS,
        template="console/tree/units.html",
        fragment="console/tree/_units.html",
        may_export=True,
    )
