"""代码表 (§23): words people choose from; read by all administrators, kept by the system administrator."""

from typing import Any

from django.http import HttpRequest, HttpResponse
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
from yiwang.platform.org.models.code import BORNE_LISTS, FIXED_LISTS
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
        "is_used": which in BORNE_LISTS,
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
        "is_used": True,
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
    form = CodeForm(data, series=reading.series_of(name), initial=asked)
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
    form = CodeForm(data, series=[], initial={"label": one.label})
    if request.method == "GET" or not form.is_valid():
        return _code_page(request, one, form, ReasonForm())
    try:
        actions.rename_code(one, label=form.cleaned_data["label"], actor=of_request(request))
    except Refused as refusal:
        _show(form, refusal)
        return _code_page(request, one, form, ReasonForm())
    return notice(seeother(_address(one.list)), "名称已更正")


def _code_page(request: HttpRequest, one: Code, form: CodeForm, reason_form: ReasonForm) -> HttpResponse:
    which = Code.List(one.list)
    context = {
        "code": one,
        "form": form,
        "reason_form": reason_form,
        "bearers": reading.bearers(which).get(one.code, 0),
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
        return _code_page(request, one, CodeForm(series=[], initial={"label": one.label}), form)
    actions.retire_code(one, reason=form.cleaned_data["reason"], actor=of_request(request))
    return notice(seeother(_address(one.list)), f"“{one.label}”已停用，已有人员不受影响")


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
        "选择列表和名册中按此顺序由高到低排列",
        "项",
        [
            ordering.Item(one.pk, one.label, "" if one.is_active else "已停用", one.series)
            for one in reading.all_of(name)
        ],
        lambda ids, seen: actions.sort_codes(name, ids=ids, seen=seen, actor=user),
    )
    return ordering.answer(request, arrangement)
