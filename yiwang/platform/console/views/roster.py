"""人员名册: administrators' list of persons, and one person's record. Acts are applied for in changes."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yiwang.kernel.access import permission_required
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import ChoiceFilter, TextFilter, UnitFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.responses import render
from yiwang.platform.accounts import rules as account_rules
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.console.queries import roster as reading
from yiwang.platform.console.views.tree import KEEPERS
from yiwang.platform.org.models import Code, Person
from yiwang.platform.org.queries import codes


def _section(person: Person) -> str:
    """The unit inside the department, "" for who serves in the department itself."""
    unit = person.unit
    department = getattr(person, "department", None)
    return unit.short_name if unit and unit.short_name != department else ""


ROSTER = Listing(
    "console.roster",
    "人员名册",
    columns=(
        Column("name", "姓名", sort=("strokes",), sort_label="姓氏笔画", is_fixed=True),
        Column("department", "单位", sort=("position",)),
        Column("section", "内设机构", value=_section),
        Column("title", "职务"),
        Column("category", "人员类别", value=lambda one: one.get_category_display()),
        Column("establishment", "编制类型", value=lambda one: one.get_establishment_display()),
        Column(
            "duty_level",
            "职务层次",
            value=lambda one: codes.label(Code.List.DUTY_LEVEL, one.duty_level),
            is_chosen=False,
        ),
        Column("ranks", "职级", value=codes.ranks_of),
        Column("posts_held", "任职数", align="right"),
        Column("office_phone", "办公电话"),
        Column("room", "办公地址", is_chosen=False),
        Column("status", "状态", value=lambda one: one.get_status_display()),
        Column("contract_ends_on", "合同到期日", is_chosen=False),
        Column("checked_on", "最近核对", is_chosen=False),
        Column("updated_at", "更新时间", is_chosen=False),
    ),
    filters=(
        TextFilter("q", "姓名或拼音", {"name": "prefix", "pinyin": "prefix", "initials": "prefix"}),
        UnitFilter(
            "unit",
            "单位",
            "unit_path",
            reading.unit_of,
            reading.unit_choices,
            condition=reading.branch_condition,
        ),
        ChoiceFilter("category", "人员类别", Person.Category.choices, "category"),
        ChoiceFilter("establishment", "编制类型", Person.Establishment.choices, "establishment"),
        ChoiceFilter("status", "状态", Person.Status.choices, "status", empty="在册"),
        ChoiceFilter("place", "任职", reading.PLACES, condition=reading.place_condition),
        ChoiceFilter(
            "serving", "来本单位", reading.SERVING, condition=reading.serving_condition, empty="主职在本单位"
        ),
    ),
    order=("position",),
)


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(*KEEPERS)
def people(request: HttpRequest) -> HttpResponseBase:
    """Identity and mobile numbers are in no column: nothing here can be taken out with them."""
    return respond(
        request,
        reading.persons(of_request(request), request.GET),
        ROSTER,
        template="console/people/list.html",
        fragment="console/people/_rows.html",
        may_export=True,
    )


@never_cache
@require_safe
@permission_required(*KEEPERS)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person's record; numbers masked."""
    found = reading.get(of_request(request), pk)
    account = reading.account_of(found)
    context: dict[str, Any] = {
        "person": found,
        "posts": reading.posts_of(found),
        "account": account,
        "may_open_account": account is not None and account_rules.can_manage(of_request(request), account),
        "duty_level": codes.label(Code.List.DUTY_LEVEL, found.duty_level),
        "ranks": codes.ranks_of(found),
    }
    return render(request, "console/people/person.html", context)
