"""短信额度 and 短信用量: numbers by unit and month, without contents and without numbers of telephones."""

import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from yiwang.kernel.access import permission_required
from yiwang.kernel.errors import Refused
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import ChoiceFilter, TextFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import Principal, of_request
from yiwang.platform.messages.actions import quotas
from yiwang.platform.messages.forms import QuotaForm
from yiwang.platform.messages.models import TextQuota
from yiwang.platform.messages.queries import quotas as queries
from yiwang.platform.messages.vocabulary import APPROVE_TEXTS, READ_TEXTS, SEND_TEXTS, SET_QUOTAS
from yiwang.platform.org.models import Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL
from yiwang.platform.org.queries import units

_MONTHS = 13

QUOTAS = Listing(
    "messages.quotas",
    "短信额度",
    columns=(
        Column("unit", "单位", sort=("position",), is_fixed=True),
        Column("quota", "月额度", sort=("quota",), align="right"),
        Column("used", "本月已用", sort=("used",), align="right"),
        Column(
            "percent", "已用比例", value=lambda one: f"{one['percent']}%", sort=("percent",), align="right"
        ),
        Column("reason", "设置事由"),
        Column("changed_by_name", "设置人", is_chosen=False),
        Column("changed_at", "设置时间", width="medium"),
        Column("act", "", is_exported=False),
    ),
    filters=(
        TextFilter("q", "单位名称", {"name": "contains"}),
        ChoiceFilter(
            "standing",
            "使用情况",
            (("good", "80%以下"), ("low", "80%以上"), ("over", "已用完")),
            "standing",
        ),
    ),
    order=("position",),
    unique="unit.id",
)


def _months(_: Any) -> list[tuple[str, str]]:
    day = timezone.localdate().replace(day=1)
    found = []
    for _number in range(_MONTHS):
        found.append((f"{day:%Y-%m}", f"{day.year}年{day.month}月"))
        day = (day - datetime.timedelta(days=1)).replace(day=1)
    return found


USAGE = Listing(
    "messages.usage",
    "短信用量",
    columns=(
        Column("month", "月份", sort=("month",), is_fixed=True, width="narrow"),
        Column("unit", "单位", sort=("position",), is_fixed=True),
        Column("batches", "批次", align="right"),
        Column("texts", "短信", sort=("texts",), align="right"),
        Column("parts", "计费条数", sort=("parts",), align="right"),
        Column("free", "其中不占额度", align="right"),
        Column("delivered", "送达", align="right"),
        Column("failed", "失败", sort=("failed",), align="right"),
        Column("unknown", "未知", align="right", is_chosen=False),
    ),
    filters=(
        ChoiceFilter("month", "月份", _months, "month", empty="近13个月"),
        TextFilter("q", "单位名称", {"name": "contains"}),
    ),
    order=("-month", "position"),
    unique="key",
)


@require_http_methods(["GET", "POST"])
@permission_required(SET_QUOTAS.key)
def quota_list(request: HttpRequest) -> HttpResponseBase:
    """Every department, its quota, and what it has used this month."""
    return respond(
        request,
        queries.of_units(now=timezone.localtime()),
        QUOTAS,
        template="messages/quotas.html",
        fragment="messages/_quotas.html",
        may_export=True,
    )


@require_http_methods(["GET", "POST"])
@permission_required(SET_QUOTAS.key)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """调整 of one unit's quota."""
    unit = get_object_or_404(Unit.objects.living().filter(level=DEPARTMENT_LEVEL), pk=pk)
    own = TextQuota.objects.filter(unit=unit).first()
    standing = queries.standing(unit, now=timezone.localtime())
    form = QuotaForm(request.POST or None, initial={"monthly": standing.quota})
    if request.method == "POST" and form.is_valid():
        try:
            made = quotas.set_quota(pk, **form.cleaned_data, actor=of_request(request))
        except Refused as refusal:
            if not refusal.fields:
                raise
            for field, text in refusal.fields.items():
                form.add_error(field, text)
        else:
            text = f"{unit.short_name}的短信月额度已设为{made.monthly:,}条"
            return notice(seeother("messages:quotas"), text)
    context = {"unit": unit, "own": own, "standing": standing, "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "messages/quota.html", context, status=status)


@require_http_methods(["GET", "POST"])
@permission_required(READ_TEXTS.key, APPROVE_TEXTS.key, SEND_TEXTS.key)
def usage(request: HttpRequest) -> HttpResponseBase:
    """By unit and month: all for who runs the platform, one's own department for its office."""
    user = of_request(request)
    is_all = user.allows(READ_TEXTS.key)
    own = _own_department(user)
    now = timezone.localtime()
    since = queries.month_of(now) - datetime.timedelta(days=366)
    paths = None if is_all else [own.path] if own is not None else []
    return respond(
        request,
        queries.by_month(paths, since=since),
        USAGE,
        template="messages/usage.html",
        fragment="messages/_usage.html",
        context={
            "is_all": is_all,
            "own": own,
            "standing": queries.standing(own, now=now) if own is not None and not is_all else None,
        },
        may_export=True,
    )


def _own_department(user: Principal) -> Unit | None:
    unit = Unit.objects.filter(path=user.unit_path).first()
    return units.department_of(unit) if unit is not None else None
