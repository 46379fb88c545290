"""The list of tags, one tag, making and editing it, its end (R2-11)."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.kernel.errors import Refused, not_found
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.conditions import Where
from yiwang.kernel.listing.filters import ChoiceFilter, DateRangeFilter, TextFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import Principal, of_request
from yiwang.platform.tags.actions import tag as acts
from yiwang.platform.tags.forms.rule import RuleForm, is_reshaping
from yiwang.platform.tags.forms.tag import ReasonForm, ResumeForm, TagForm
from yiwang.platform.tags.models import Tag
from yiwang.platform.tags.queries import groups, members, tags
from yiwang.platform.tags.rules import builder, language, words
from yiwang.platform.tags.views import shown
from yiwang.platform.tags.views.rule import rule_context
from yiwang.platform.tags.vocabulary import MANAGE, MANAGE_DISTRICT

NOBODY = "当前规则匹配0人"


def _ending() -> Where:
    """Whose last day is near."""
    return Where("pk", "in", tags.ending(Tag.objects.living()).values("pk"))


def _kept(name: str) -> Callable[[Any], object]:
    """A figure, for who keeps the tag or reads all: to others it could tell of people hidden from them."""
    return lambda one: getattr(one, name) if one.is_open else None


TAGS = Listing(
    "tags.tags",
    "标签管理",
    columns=(
        Column("name", "标签", sort=("name",), is_fixed=True),
        Column("unit", "所有单位", value=lambda one: one.owner_name, sort=("unit__position",)),
        Column("group", "分组", sort=("group",)),
        Column("kind", "类型", value=lambda one: one.get_kind_display()),
        Column("last_count", "成员数", value=_kept("last_count"), align="right"),
        Column("shared", "共享组织", value=_kept("shared"), align="right"),
        Column("last_used_at", "最近使用", value=_kept("last_used_at")),
        Column("uses_this_month", "本月使用", value=_kept("uses_this_month"), align="right"),
        Column("state", "状态", value=lambda one: one.get_state_display()),
        Column("valid_to", "失效日期", sort=("valid_to",)),
        Column("note", "说明", is_chosen=False),
        Column("entries", "名单条数", value=_kept("entries"), align="right", is_chosen=False),
        Column("made_by_name", "创建人", is_chosen=False),
        Column("made_at", "创建时间", sort=("made_at",), is_chosen=False),
        Column("changed_at", "修改时间", sort=("changed_at",), is_chosen=False),
    ),
    filters=(
        TextFilter("q", "标签名称", {"name": "contains"}),
        ChoiceFilter("state", "状态", Tag.State.choices[:2], "state"),
        ChoiceFilter("kind", "类型", Tag.Kind.choices, "kind"),
        ChoiceFilter(
            "group",
            "分组",
            lambda user: [(one, one) for one in tags.groups(user)],
            condition=lambda value: Where("group", "is", value),
        ),
        ChoiceFilter("mark", "提示", (("ending", "7日内到期"),), condition=lambda mark: _ending()),
        DateRangeFilter("ends", "失效日期", "valid_to"),
    ),
    order=("unit__position", "name"),
)


@require_http_methods(["GET", "POST"])
@shown.may_enter
def tag_list(request: HttpRequest) -> HttpResponseBase:
    user = of_request(request)
    keeps = user.allows(MANAGE.key) or user.allows(MANAGE_DISTRICT.key)
    return respond(
        request,
        tags.with_figures(Tag.objects.visible_to(user), user),
        TAGS,
        template="tags/list.html",
        fragment="tags/_rows.html",
        context={"may_make": keeps},
        may_export=keeps,
    )


@require_safe
@shown.may_enter
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail(request, shown.visible(request, pk))


def _detail(
    request: HttpRequest,
    tag: Tag,
    *,
    ending: ReasonForm | None = None,
    resuming: ResumeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    user = of_request(request)
    rule = language.read(tag.rule) if tag.is_dynamic else None
    context = {
        **shown.frame(user, tag, "detail"),
        "preview": members.preview_of(tag, user),
        "sentence": language.sentence(rule, tags.names_for(rule, user)) if rule is not None else "",
        "uses": groups.uses_of(tag) if shown.sees_list(user, tag) else [],
        "shares": tags.shares_of(tag),
        "entries": members.standing(tag),
        "ending": ending or ReasonForm(),
        "resuming": resuming or ResumeForm(),
    }
    return render(request, "tags/detail.html", context, status=status)


@require_http_methods(["GET", "POST"])
@shown.may_make
def make(request: HttpRequest, kind: str) -> HttpResponse:
    """A new tag, static or dynamic."""
    user = of_request(request)
    if kind not in Tag.Kind.values:
        raise not_found()
    owners = list(tags.owners(user))
    if not owners:
        raise not_found()
    data = request.POST if request.method == "POST" else None
    form = TagForm(data, owners=owners, initial={"owner": owners[-1].pk})
    rule_form = _rule_form(request, None) if kind == Tag.Kind.DYNAMIC else None
    if data is not None and not is_reshaping(data) and _are_valid(form, rule_form):
        stated = dict(form.cleaned_data)
        unit = next(one for one in owners if one.pk == stated.pop("owner"))
        try:
            tag = acts.make_tag(unit, **stated, **_rule(rule_form), actor=user, viewer=user)
        except Refused as refusal:
            _show(refusal, form, rule_form)
        else:
            return _said(tag, user, "标签已添加", to_members=not tag.is_dynamic)
    return _form(request, form, rule_form, {"kind": kind, "tag": None})


@require_http_methods(["GET", "POST"])
@shown.may_make
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Its name, note and period, and the rule of a dynamic one."""
    user, tag = of_request(request), shown.kept(request, pk)
    data = request.POST if request.method == "POST" else None
    names = ("name", "group", "note", "valid_from", "valid_to", "sensitivity")
    form = TagForm(data, initial={name: getattr(tag, name) for name in names})
    rule_form = _rule_form(request, tag) if tag.is_dynamic else None
    if data is not None and not is_reshaping(data) and _are_valid(form, rule_form):
        version = data.get("version", "")
        known = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
        try:
            tag = acts.edit_tag(
                tag, **form.cleaned_data, **_rule(rule_form), version=known, actor=user, viewer=user
            )
        except Refused as refusal:
            _show(refusal, form, rule_form)
        else:
            return _said(tag, user, "标签已保存")
    return _form(request, form, rule_form, {"kind": tag.kind, "tag": tag})


def _rule_form(request: HttpRequest, tag: Tag | None) -> RuleForm | None:
    """The rule's form; None for a rule that only the interface can change."""
    built = None
    if tag is not None:
        rule = language.read(tag.rule)
        built = builder.decompose(rule)
        names = tags.names_for(rule, of_request(request))
        if built is None or set(names.units) != language.units_of(rule):
            return None
    return RuleForm.sent(request.POST) if request.method == "POST" else RuleForm.of(built)


def _are_valid(form: TagForm, rule_form: RuleForm | None) -> bool:
    is_rule_valid = rule_form is None or rule_form.is_valid()
    return form.is_valid() and is_rule_valid


def _rule(rule_form: RuleForm | None) -> dict[str, Any]:
    return {} if rule_form is None else {"rule": language.write(rule_form.rule())}


def _show(refusal: Refused, form: TagForm, rule_form: RuleForm | None) -> None:
    """What was refused about one field stands beside it; all else is an answer of its own."""
    if refusal.status != 422:
        raise refusal
    for field, message in refusal.fields.items():
        if field == "rule" and rule_form is not None:
            rule_form.error = message
        else:
            form.add_error(field if field in form.fields else None, message)


def _form(
    request: HttpRequest, form: TagForm, rule_form: RuleForm | None, more: dict[str, Any]
) -> HttpResponse:
    user = of_request(request)
    is_wrong = form.is_bound and (bool(form.errors) or bool(rule_form and rule_form.error))
    is_wrong = is_wrong or bool(rule_form and any(one.is_bound and one.errors for one in rule_form.all))
    reshaping = is_reshaping(request.POST)
    context = {
        **more,
        "form": form,
        "groups": tags.groups(user),
        "note": words.NOTE,
        "rule": rule_context(user, rule_form) if rule_form is not None else None,
        "sentence": "",
    }
    tag = more["tag"]
    if tag is not None and tag.is_dynamic and rule_form is None:
        rule = language.read(tag.rule)
        context["sentence"] = language.sentence(rule, tags.names_for(rule, user))
    return render(request, "tags/form.html", context, status=422 if is_wrong and not reshaping else 200)


def _said(tag: Tag, user: Principal, done: str, *, to_members: bool = False) -> HttpResponse:
    acts.count_members(tag=tag, actor=user)
    answer = notice(seeother("tags:members" if to_members else "tags:detail", tag.pk), done)
    tag.refresh_from_db(fields=["last_count"])
    if tag.is_dynamic and tag.last_count == 0:
        notice(answer, NOBODY, "warning")
    return answer


@require_POST
@shown.may_make
def suspend(request: HttpRequest, pk: int) -> HttpResponse:
    tag = shown.kept(request, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _detail(request, tag, ending=form, status=422)
    acts.suspend_tag(tag, reason=form.cleaned_data["reason"], actor=of_request(request))
    return notice(seeother("tags:detail", pk), "标签已停用，已通知使用方")


@require_POST
@shown.may_make
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    tag = shown.kept(request, pk)
    form = ResumeForm(request.POST)
    if form.is_valid():
        try:
            acts.resume_tag(tag, valid_to=form.cleaned_data["valid_to"], actor=of_request(request))
        except Refused as refusal:
            if refusal.status != 422:
                raise
            form.add_error("valid_to", refusal.message)
        else:
            return notice(seeother("tags:detail", pk), "标签已启用")
    return _detail(request, tag, resuming=form, status=422)


@require_POST
@shown.may_make
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    acts.delete_tag(shown.kept(request, pk), actor=of_request(request))
    return notice(seeother("tags:list"), "标签已删除")
