"""Lists of person operations and the reports about persons (domain reference §2)."""

import datetime

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from yiwang.kernel.access import permission_required, staff_required
from yiwang.kernel.errors import not_found
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import ChoiceFilter, DateRangeFilter, TextFilter, UnitFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.responses import render
from yiwang.platform.accounts.queries.principals import Principal, of_request
from yiwang.platform.changes.models import PersonOperation
from yiwang.platform.changes.queries import operation_words as said
from yiwang.platform.changes.queries import person_operation as queries
from yiwang.platform.changes.queries import person_reports, person_screens
from yiwang.platform.changes.vocabulary import APPLY, REVIEW_DISTRICT, REVIEW_UNIT
from yiwang.platform.org.models import Person, Post

State = PersonOperation.State
_SEES_LISTS = (APPLY.key, REVIEW_UNIT.key, REVIEW_DISTRICT.key)


def _units(operation: PersonOperation) -> str:
    """朱家角镇党政办公室 → 徐泾镇党政办公室."""
    sides = [(operation.from_unit, "from_unit"), (operation.to_unit, "to_unit")]
    found = [(unit, name) for unit, name in sides if unit] or [(operation.unit, "unit")]
    names = [said.joined(getattr(operation, f"{name}_department"), unit) for unit, name in found]
    return " → ".join(dict.fromkeys(names))


def _late(operation: PersonOperation) -> str:
    """逾期1个工作日, 按期, or nothing while it is under way and in time."""
    if operation.applied_at is not None:
        return f"逾期{operation.late_by}个工作日" if operation.is_late else "按期"
    left = person_screens.remaining(operation, timezone.localdate())
    return f"逾期{-left}个工作日" if left is not None and left < 0 else ""


def _number(operation: PersonOperation) -> str:
    return operation.number or "（草稿）"


OPERATIONS = Listing(
    "changes.person_operations",
    "人员变动",
    columns=(
        Column("number", "编号", value=_number, is_fixed=True),
        Column("person_name", "姓名", sort=("person_name",), is_fixed=True),
        Column("kind", "类别", value=lambda one: one.get_kind_display()),
        Column("units", "单位", value=_units),
        Column("title", "职务", is_chosen=False),
        Column("state", "状态", value=lambda one: one.state_text),
        Column("change_date", "变动日期", sort=("change_date",)),
        Column("due_on", "更新期限", sort=("due_on",)),
        Column("late", "时限", value=_late),
        Column("effective_on", "生效日期", sort=("effective_on",)),
        Column("applied_at", "实际生效", sort=("applied_at",), is_chosen=False),
        Column("basis", "依据文号", is_chosen=False),
        Column("applicant_name", "申报人", is_chosen=False),
        Column("created_at", "填写时间", is_chosen=False),
    ),
    filters=(
        TextFilter("q", "姓名或编号", {"person_name": "prefix", "number": "prefix"}),
        ChoiceFilter("kind", "类别", PersonOperation.Kind.choices, "kind"),
        ChoiceFilter("state", "状态", State.choices, "state"),
        UnitFilter("unit", "申报单位", "unit_path", person_screens.unit_by_code, person_screens.departments),
        ChoiceFilter("late", "时限", person_screens.LATE, condition=person_screens.lateness),
        DateRangeFilter("changed", "变动日期", "change_date"),
        DateRangeFilter("applied", "实际生效", "applied_at", is_moment=True),
    ),
    order=("-id",),
)


def _administers(user: Principal) -> bool:
    return any(user.allows(key) for key in _SEES_LISTS)


@require_http_methods(["GET", "POST"])
@staff_required
def operations(request: HttpRequest) -> HttpResponseBase:
    """Those of the units he administers, reviews, or of the district."""
    user = of_request(request)
    if not _administers(user):
        raise not_found()
    return respond(
        request,
        queries.in_lists(PersonOperation.objects.visible_to(user)),
        OPERATIONS,
        template="changes/persons/list.html",
        fragment="changes/persons/_rows.html",
        context={"may_apply": user.allows(APPLY.key), "today": timezone.localdate()},
        may_export=True,
    )


MINE = Listing(
    "changes.my_operations",
    "我的任职变动",
    columns=(
        Column("number", "编号", value=_number, is_fixed=True),
        Column("kind", "类别", value=lambda one: one.get_kind_display()),
        Column("units", "单位", value=_units),
        Column("state", "状态", value=lambda one: one.state_text),
        Column("effective_on", "生效日期", sort=("effective_on",)),
        Column("applicant_unit", "申报单位", value=lambda one: one.unit_department),
    ),
    order=("-id",),
)


@require_safe
@staff_required
def mine(request: HttpRequest) -> HttpResponseBase:
    """What was applied for about oneself; drafts are not shown."""
    user = of_request(request)
    about_me = PersonOperation.objects.filter(person_id=user.person_id).exclude(state=State.DRAFT)
    return respond(
        request,
        queries.in_lists(about_me),
        MINE,
        template="changes/persons/mine.html",
        fragment="changes/persons/_mine_rows.html",
    )


def _lasting(post: Post) -> str:
    if post.valid_to is None:
        return ""
    days = (post.valid_to - timezone.localdate()).days
    return f"还有{days}天" if days >= 0 else "已到期"


SECONDMENTS = Listing(
    "changes.secondments",
    "借调挂职人员",
    columns=(
        Column("person", "姓名", value=lambda one: one.person.name, sort=("person__pinyin",), is_fixed=True),
        Column("kind", "类型", value=lambda one: one.get_kind_display()),
        Column("home", "原单位", value=lambda one: said.unit_name(one.person.unit)),
        Column("unit", "借用单位", value=lambda one: said.unit_name(one.unit)),
        Column("title", "承担工作"),
        Column("valid_from", "起始日期", sort=("valid_from",)),
        Column("valid_to", "结束日期", sort=("valid_to",)),
        Column("lasting", "剩余", value=_lasting),
        Column("basis", "依据文号", is_chosen=False),
    ),
    filters=(
        TextFilter("q", "姓名", {"person__name": "prefix"}),
        ChoiceFilter("kind", "类型", [(one.value, one.label) for one in person_reports.AWAY], "kind"),
        ChoiceFilter("ending", "到期", person_reports.ENDING, condition=person_reports.ending),
    ),
    order=("valid_to",),
)


@require_http_methods(["GET", "POST"])
@permission_required(APPLY.key)
def secondments(request: HttpRequest) -> HttpResponseBase:
    """借调表: who is away from his units, and who came to them."""
    return respond(
        request,
        person_reports.posts_away(of_request(request)),
        SECONDMENTS,
        template="changes/persons/secondments.html",
        fragment="changes/persons/_secondment_rows.html",
        may_export=True,
    )


SEVERAL_POSTS = Listing(
    "changes.several_posts",
    "兼任多个职务的人员",
    columns=(
        Column("name", "姓名", sort=("pinyin",), is_fixed=True),
        Column("unit", "主职单位", value=lambda one: said.unit_name(one.unit)),
        Column("title", "主职"),
        Column("others", "其他任职", value=lambda one: "；".join(_others(one))),
    ),
    filters=(TextFilter("q", "姓名", {"name": "prefix"}),),
    order=("position",),
)


def _others(person: Person) -> list[str]:
    posts = Post.objects.filter(person=person, is_living=True).exclude(kind=Post.Kind.MAIN)
    found = posts.select_related("unit").order_by("pk")
    return [f"{said.post_name(post)}（{post.get_kind_display()}）" for post in found]


@require_http_methods(["GET", "POST"])
@permission_required(APPLY.key)
def several_posts(request: HttpRequest) -> HttpResponseBase:
    """Whose posts are more than one."""
    return respond(
        request,
        person_reports.people_with_several_posts(of_request(request)),
        SEVERAL_POSTS,
        template="changes/persons/several_posts.html",
        fragment="changes/persons/_several_rows.html",
        may_export=True,
    )


@require_safe
@permission_required(APPLY.key)
def reports(request: HttpRequest) -> HttpResponse:
    """Figures of the part of the tree he administers."""
    today: datetime.date = timezone.localdate()
    context = {
        "figures": person_reports.figures(of_request(request), today=today),
        "month": person_reports.month_query(today),
        "today": today,
    }
    return render(request, "changes/persons/reports.html", context)
