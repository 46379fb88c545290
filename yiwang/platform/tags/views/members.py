"""Who belongs to a tag: its list with history, whom it stands for now, adding and taking off."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods, require_POST

from yiwang.kernel.errors import Refused, not_found
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.conditions import Where
from yiwang.kernel.listing.filters import ChoiceFilter, DateRangeFilter, TextFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.addressbook.queries.masked import Masked
from yiwang.platform.tags.actions import member as acts
from yiwang.platform.tags.actions.tag import count_members
from yiwang.platform.tags.forms.tag import AddForm, PasteForm
from yiwang.platform.tags.models import Tag, TagMember
from yiwang.platform.tags.models.tag import MOST_MEMBERS
from yiwang.platform.tags.queries import members, roll
from yiwang.platform.tags.views import shown

_REMOVALS = (("here", "在册"), ("taken_off", "移出"), ("automatic", "自动移出"))


def _place(row: TagMember) -> str:
    if row.unit is not None:
        return row.unit.full_name
    return row.person.unit.short_name if row.person and row.person.unit else ""


MEMBERS = Listing(
    "tags.members",
    "标签成员",
    columns=(
        Column(
            "name",
            "成员",
            value=str,
            sort=("person__strokes", "unit__position"),
            sort_label="姓氏笔画",
            is_fixed=True,
        ),
        Column("kind", "类别", value=lambda one: "机构" if one.unit_id else "人员"),
        Column("place", "单位", value=_place),
        Column("title", "职务", value=lambda one: one.person.title if one.person else ""),
        Column("removal", "状态", value=lambda one: one.get_removal_display()),
        Column("added_at", "添加时间", sort=("added_at",)),
        Column("added_by_name", "添加人"),
        Column("way", "添加方式", value=lambda one: one.get_way_display(), is_chosen=False),
        Column("removed_at", "移出时间", sort=("removed_at",)),
        Column("removed_by_name", "移出人", is_chosen=False),
        Column("removal_reason", "移出原因"),
    ),
    filters=(
        TextFilter(
            "q",
            "姓名、拼音或机构",
            {"person__name": "prefix", "person__pinyin": "prefix", "unit__short_name": "contains"},
        ),
        ChoiceFilter(
            "removal",
            "状态",
            _REMOVALS,
            condition=lambda value: Where("removal", "is", "" if value == "here" else value),
        ),
        DateRangeFilter("added", "添加时间", "added_at", is_moment=True),
    ),
    order=("removal", "person__position", "unit__position"),
)
PEOPLE = Listing(
    "tags.people",
    "标签人员",
    columns=(
        Column(
            "name",
            "姓名",
            value=lambda one: one.marked_name,
            sort=("name_order",),
            sort_label="姓氏笔画",
            is_fixed=True,
        ),
        Column("unit", "单位", value=lambda one: one.unit.short_name if one.unit else ""),
        Column("title", "职务"),
        Column("office_phone", "办公电话", is_chosen=False, is_exported=False),
    ),
    filters=(TextFilter("q", "姓名或拼音", {"name": "prefix", "pinyin": "prefix", "initials": "prefix"}),),
    order=("place",),
)


@require_http_methods(["GET", "POST"])
@shown.may_enter
def tag_members(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The list of a static tag, past and present; of a dynamic one, whom it means now."""
    user, tag = of_request(request), shown.visible(request, pk)
    if tag.is_dynamic or not shown.sees_list(user, tag):
        return _people(request, tag)
    context = {
        **shown.frame(user, tag, "members"),
        "entries": members.standing(tag),
        "most": MOST_MEMBERS,
    }
    return respond(
        request,
        Masked(members.listed(tag, user), user, lambda row: row.person),
        MEMBERS,
        template="tags/members.html",
        fragment="tags/_members_rows.html",
        context=context,
        may_export=context["may_keep"],
    )


@require_http_methods(["GET", "POST"])
@shown.may_enter
def people(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Whom the tag stands for now, units opened up: those he may see."""
    return _people(request, shown.visible(request, pk))


def _people(request: HttpRequest, tag: Tag) -> HttpResponseBase:
    user = of_request(request)
    context = shown.frame(
        user, tag, "people" if shown.sees_list(user, tag) and not tag.is_dynamic else "members"
    )
    return respond(
        request,
        Masked(members.people(tag, user).select_related("unit"), user),
        PEOPLE,
        template="tags/people.html",
        fragment="tags/_people_rows.html",
        context=context,
        may_export=context["may_keep"],
    )


@require_http_methods(["GET", "POST"])
@shown.may_make
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """By the pickers."""
    user, tag = of_request(request), _static(request, pk)
    form = AddForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            added = acts.add_members(
                tag, persons=data["person_ids"], units=data["unit_ids"], actor=user, viewer=user
            )
        except Refused as refusal:
            if refusal.status != 422:
                raise
            form.add_error(None, refusal.message)
        else:
            return _added(request, tag, added)
    context = {
        **shown.frame(user, tag, "members"),
        "form": form,
        "people": shown.picker(user, shown.ids_of(form, "person_ids"), is_unit=False),
        "units": shown.picker(user, shown.ids_of(form, "unit_ids"), is_unit=True),
    }
    return render(request, "tags/members_add.html", context, status=422 if form.errors else 200)


def _static(request: HttpRequest, pk: int) -> Tag:
    tag = shown.kept(request, pk)
    if tag.is_dynamic:
        raise not_found()
    return tag


def _added(request: HttpRequest, tag: Tag, added: int) -> HttpResponse:
    count_members(tag=tag, actor=of_request(request))
    answer = seeother("tags:members", tag.pk)
    return notice(
        answer, f"已添加{added:,}项" if added else "所选成员都已在标签中", "success" if added else "info"
    )


@require_http_methods(["GET", "POST"])
@shown.may_make
def paste(request: HttpRequest, pk: int) -> HttpResponse:
    """By a roll of names: first what each line means, then, with 确认, those that were found."""
    user, tag = of_request(request), _static(request, pk)
    form = PasteForm(request.POST if request.method == "POST" else None)
    matched: list[roll.Matched] = []
    if request.method == "POST" and form.is_valid():
        lines = roll.read(form.cleaned_data["roll"])
        if len(lines) > roll.MOST_LINES:
            form.add_error("roll", f"每次最多粘贴{roll.MOST_LINES:,}行，更多请使用表格导入")
        else:
            matched = roll.match(lines, user)
            found = {one.person.pk for one in matched if one.person is not None}
            if "confirm" in request.POST and found:
                try:
                    added = acts.add_members(
                        tag, persons=found, way=TagMember.Way.PASTED, actor=user, viewer=user
                    )
                except Refused as refusal:
                    if refusal.status != 422:
                        raise
                    form.add_error("roll", refusal.message)
                else:
                    return _added(request, tag, added)
    context: dict[str, Any] = {
        **shown.frame(user, tag, "members"),
        "form": form,
        "matched": matched,
        "found": sum(1 for one in matched if one.person is not None),
    }
    return render(request, "tags/members_paste.html", context, status=422 if form.errors else 200)


@require_POST
@shown.may_make
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the chosen entries off the list (删除标签成员)."""
    user, tag = of_request(request), _static(request, pk)
    ids = [
        int(one)
        for one in request.POST.getlist("member")
        if one.isascii() and one.isdigit() and len(one) < 19
    ]
    if not ids:
        return notice(seeother("tags:members", tag.pk), "请先选择要移出的成员", "warning")
    reason = request.POST.get("reason", "").replace("\0", "")[:100]
    removed = acts.remove_members(tag, members_of_tag=ids, reason=reason, actor=user, viewer=user)
    count_members(tag=tag, actor=user)
    return notice(seeother("tags:members", tag.pk), f"已移出{removed:,}项")
