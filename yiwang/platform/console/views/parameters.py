"""运行参数 (§30): what practice decides; read by all administrators, kept by the system administrator."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.kernel.access import permission_required
from yiwang.kernel.errors import Refused, not_found
from yiwang.kernel.extension.parameters import Parameter, parameters
from yiwang.kernel.notices import notice
from yiwang.kernel.parameters import actions, queries
from yiwang.kernel.parameters.models import Setting
from yiwang.kernel.parameters.vocabulary import MANAGE
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.console.forms import ParameterForm
from yiwang.platform.console.vocabulary import READS_PARAMETERS


@dataclass(frozen=True, slots=True)
class Row:
    """A parameter with the value in force, and who set it when it is not the default."""

    parameter: Parameter
    value: str
    setting: Setting | None


# What a regulation or a law fixes: shown, so that nobody looks for it in vain.
_FIXED = (
    ("人员信息变动更新期限", "7个工作日", "规范附件1第十条"),
    ("纠错核实期限", "7个工作日", "规范附件1第十条"),
    ("应用接入审核期限", "7个工作日", "规范附件1第十四条"),
    ("审计日志留存", "不少于6个月", "网络安全法"),
)


def _known(key: str) -> Parameter:
    if key not in parameters:
        raise not_found()
    return parameters.get(key)


def _row(parameter: Parameter, stored: dict[str, Setting]) -> Row:
    value = queries.value_of(parameter)
    setting = stored.get(parameter.key) if value != parameter.default else None
    return Row(parameter, parameter.told(value), setting)


@never_cache
@require_safe
@permission_required(*READS_PARAMETERS)
def parameter_list(request: HttpRequest) -> HttpResponse:
    """All of them, by group."""
    groups: dict[str, list[Row]] = {}
    stored = queries.stored()
    for one in parameters:
        groups.setdefault(one.group, []).append(_row(one, stored))
    may_manage = of_request(request).allows(MANAGE.key)
    context = {"groups": list(groups.items()), "fixed": _FIXED, "may_manage": may_manage}
    return render(request, "console/parameters/list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(MANAGE.key)
def parameter(request: HttpRequest, key: str) -> HttpResponse:
    """Set one."""
    one = _known(key)
    value = str(queries.value_of(one))
    initial = {"value": value, "seen": value}
    form = ParameterForm(request.POST if request.method == "POST" else None, parameter=one, initial=initial)
    if request.method == "GET" or not form.is_valid():
        return _page(request, one, form)
    words = form.cleaned_data
    try:
        actions.set_parameter(
            one, words["value"], seen=words["seen"], reason=words["reason"], actor=of_request(request)
        )
    except Refused as refusal:
        if refusal.status != 422:
            raise
        for field, text in refusal.fields.items():
            form.add_error(field, text)
        return _page(request, one, form)
    return notice(seeother(reverse("console:parameters")), f"“{one.label}”已修改，自现在起执行")


def _page(request: HttpRequest, one: Parameter, form: ParameterForm) -> HttpResponse:
    back = reverse("console:parameters")
    context = {
        "form": form,
        "row": _row(one, queries.stored()),
        "default": one.told(one.default),
        "breadcrumb": [("运行参数", back)],
        "back": back,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "console/parameters/parameter.html", context, status=status)


@require_POST
@permission_required(MANAGE.key)
def restore(request: HttpRequest, key: str) -> HttpResponse:
    one = _known(key)
    actions.restore_parameter(one, seen=request.POST.get("seen", ""), actor=of_request(request))
    return notice(seeother(reverse("console:parameters")), f"“{one.label}”已恢复为默认值")
