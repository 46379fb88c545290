"""代码表 (§23): words people choose from; read by all administrators, kept by the system administrator."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.kernel.access import permission_required
from yiwang.kernel.errors import Refused, not_found
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.console.forms import CodeForm, ReasonForm
from yiwang.platform.console.views import ordering
from yiwang.platform.console.vocabulary import READS_CODES
from yiwang.platform.org import rules
from yiwang.platform.org.actions import codes as actions
from yiwang.platform.org.models import Code, Person, Post, Unit
from yiwang.platform.org.models.code import BORNE_LISTS, FIXED_LISTS, LONGEST_LABEL
from yiwang.platform.org.queries import codes as reading
from yiwang.platform.org.vocabulary import MANAGE_CODES

_Crumbs = list[tuple[str, str]]
_BUILT_IN = "built-in"
# What can be chosen because the platform acts by it: shown, so that whoever prepares data knows the words.
_CHOICES: tuple[tuple[str, list[tuple[str, str]]], ...] = (
    ("人员类别", Person.Category.choices),
    ("编制类型", Person.Establishment.choices),
    ("人员状态", Person.Status.choices),
    ("离开原因", Person.Departure.choices),
    ("证件类型", Person.IdKind.choices),
    ("任职类型", Post.Kind.choices),
    ("机构节点类型", Unit.NodeType.choices),
    ("单位性质", Unit.Nature.choices),
    ("机构规格", Unit.Rank.choices),
)
# Why the words of a list are as they are.
_NOTES = {
    Code.List.DUTY_LEVEL: (
        "职务层次由公务员法规定，顺序决定审核层级和通讯录可见范围，只能更正名称或停用，不能增加或调整顺序。"
    ),
    Code.List.POLITICAL: "政治面貌采用国家标准的代码，只能更正名称或停用，不能增加或调整顺序。",
    Code.List.DIRECTION: "行文方向由公文处理工作条例规定，只能更正名称或停用，不能增加或调整顺序。",
    Code.List.DATA_LABEL: (
        "数据标签决定能否导出和转发，只能更正名称或停用，不能增加或调整顺序；本平台为非密平台，不设密级。"
    ),
    Code.List.ADDRESSEES: "普发性公文主送机关的规范写法，拟稿时选用；末尾的冒号由版式自动添加。",
}
_OF_STAFF = "供后续模块使用：人事管理启用后在人员档案中选择，不在通讯录中显示。"
_OF_DOCUMENTS = "供后续模块使用：公文管理启用后在拟稿、归档时选择。"
_AWAITED = {
    Code.List.POLITICAL: _OF_STAFF,
    Code.List.EDUCATION: _OF_STAFF,
    Code.List.DEGREE: _OF_STAFF,
    Code.List.DISCLOSURE: _OF_DOCUMENTS,
    Code.List.RETENTION: _OF_DOCUMENTS,
    Code.List.DIRECTION: _OF_DOCUMENTS,
    Code.List.DATA_LABEL: "供后续模块使用：公文管理、知识管理启用后标注内容的范围。",
    Code.List.ADDRESSEES: _OF_DOCUMENTS,
}
# What stands higher comes first in the others; these are only put in an order.
_RANKED = (*BORNE_LISTS, Code.List.EDUCATION, Code.List.DEGREE)


def _known(which: str) -> Code.List:
    if which not in Code.List.values:
        raise not_found()
    return Code.List(which)


def _address(which: str) -> str:
    return f"{reverse('console:codes')}?list={which}"


def _way(which: Code.List) -> _Crumbs:
    return [("代码表", reverse("console:codes")), (str(which.label), _address(which))]


@never_cache
@require_safe
@permission_required(*READS_CODES)
def code_lists(request: HttpRequest) -> HttpResponse:
    """One list at a time, by its series; one page of what is built in."""
    if request.GET.get("list") == _BUILT_IN:
        return _built_in(request)
    which = _known(request.GET.get("list") or Code.List.DUTY_LEVEL)
    series: dict[str, list[Code]] = {}
    for one in reading.all_of(which):
        series.setdefault(one.series, []).append(one)
    context = {
        "which": which,
        "lists": list(Code.List),
        "series": list(series.items()),
        "bearers": reading.bearers(which),
        "is_fixed": which in FIXED_LISTS,
        "is_borne": which in BORNE_LISTS,
        "is_ranked": which in _RANKED,
        "notes": [text for text in (_NOTES.get(which), _AWAITED.get(which)) if text],
        "may_manage": rules.can_manage_codes(of_request(request)),
        "built_in": [],
    }
    return render(request, "console/codes/list.html", context)


def _built_in(request: HttpRequest) -> HttpResponse:
    context: dict[str, Any] = {
        "which": None,
        "lists": list(Code.List),
        "series": [],
        "bearers": {},
        "is_fixed": True,
        "is_borne": False,
        "is_ranked": False,
        "notes": ["平台按这些选项办理业务，不能增加、更名或停用；导入表格按下列名称填写。"],
        "may_manage": False,
        "built_in": _CHOICES,
    }
    return render(request, "console/codes/list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(MANAGE_CODES.key)
def add(request: HttpRequest, which: str) -> HttpResponse:
    """A further value."""
    name = _known(which)
    if name in FIXED_LISTS:
        raise not_found()
    asked = {"series": request.GET.get("series", "")[:30]}
    data = request.POST if request.method == "POST" else None
    form = CodeForm(data, series=reading.series_of(name), longest=LONGEST_LABEL.get(name, 30), initial=asked)
    if request.method == "GET" or not form.is_valid():
        return _add_page(request, form, name)
    try:
        made = actions.add_code(name, **form.cleaned_data, actor=of_request(request))
    except Refused as refusal:
        _show(form, refusal)
        return _add_page(request, form, name)
    return notice(seeother(_address(name)), f"已新增“{made.label}”")


def _add_page(request: HttpRequest, form: CodeForm, which: Code.List) -> HttpResponse:
    context = {"form": form, "which": which, "breadcrumb": _way(which), "back": _address(which)}
    return render(request, "console/codes/add.html", context, status=422 if form.is_bound else 200)


def _show(form: CodeForm, refusal: Refused) -> None:
    if refusal.status != 422:
        raise refusal
    for field, text in refusal.fields.items():
        form.add_error(field if field in form.fields else None, text)


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(MANAGE_CODES.key)
def code(request: HttpRequest, pk: int) -> HttpResponse:
    """One value: its word, who bears it, whether it is offered."""
    one = get_object_or_404(Code, pk=pk)
    data = request.POST if request.method == "POST" else None
    form = _word_form(one, data)
    if request.method == "GET" or not form.is_valid():
        return _code_page(request, one, form, ReasonForm())
    try:
        actions.rename_code(one, label=form.cleaned_data["label"], actor=of_request(request))
    except Refused as refusal:
        _show(form, refusal)
        return _code_page(request, one, form, ReasonForm())
    return notice(seeother(_address(one.list)), "名称已更正")


def _word_form(one: Code, data: QueryDict | None = None) -> CodeForm:
    longest = LONGEST_LABEL.get(one.list, 30)
    return CodeForm(data, series=[], longest=longest, initial={"label": one.label})


def _code_page(request: HttpRequest, one: Code, form: CodeForm, reason_form: ReasonForm) -> HttpResponse:
    which = Code.List(one.list)
    context = {
        "code": one,
        "form": form,
        "reason_form": reason_form,
        "bearers": reading.bearers(which).get(one.code, 0),
        "is_borne": which in BORNE_LISTS,
        "breadcrumb": _way(which),
        "back": _address(which),
    }
    wrong = (form.is_bound and form.errors) or (reason_form.is_bound and reason_form.errors)
    return render(request, "console/codes/code.html", context, status=422 if wrong else 200)


@require_POST
@permission_required(MANAGE_CODES.key)
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Code, pk=pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _code_page(request, one, _word_form(one), form)
    actions.retire_code(one, reason=form.cleaned_data["reason"], actor=of_request(request))
    whose = "已有人员" if one.list in BORNE_LISTS else "已选用的"
    return notice(seeother(_address(one.list)), f"“{one.label}”已停用，{whose}不受影响")


@require_POST
@permission_required(MANAGE_CODES.key)
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Code, pk=pk)
    actions.restore_code(one, actor=of_request(request))
    return notice(seeother(_address(one.list)), f"“{one.label}”已恢复")


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(MANAGE_CODES.key)
def order(request: HttpRequest, which: str) -> HttpResponse:
    """High to low, inside each series."""
    name, user = _known(which), of_request(request)
    if name in FIXED_LISTS:
        raise not_found()
    arrangement = ordering.Arrangement(
        str(name.label),
        _address(name),
        _way(name),
        f"{name.label}排序",
        "选择列表和名册中按此顺序由高到低排列" if name in _RANKED else "选择列表中按此顺序排列",
        "项",
        [
            ordering.Item(one.pk, one.label, "" if one.is_active else "已停用", one.series)
            for one in reading.all_of(name)
        ],
        lambda ids, seen: actions.sort_codes(name, ids=ids, seen=seen, actor=user),
    )
    return ordering.answer(request, arrangement)
