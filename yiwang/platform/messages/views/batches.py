"""发短信: batches of texts, asked for, agreed to, counted. Administrators see numbers, not contents."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.kernel.access import permission_required
from yiwang.kernel.errors import Refused, invalid
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import ChoiceFilter, DateRangeFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import Principal, of_request
from yiwang.platform.messages import rules
from yiwang.platform.messages.actions import batches
from yiwang.platform.messages.forms import BatchForm, DecideForm
from yiwang.platform.messages.models import SmsBatch, SmsText
from yiwang.platform.messages.queries import batches as queries
from yiwang.platform.messages.views.notices import chosen_in
from yiwang.platform.messages.vocabulary import APPROVE_TEXTS, READ_TEXTS, SEND_TEXTS

_FIELDS = {"audience": "persons"}
_MAY = (SEND_TEXTS.key, APPROVE_TEXTS.key)

BATCHES = Listing(
    "messages.batches",
    "短信批次",
    columns=(
        Column("number", "编号", is_fixed=True, width="medium"),
        Column("purpose", "用途", value=lambda one: one.get_purpose_display(), width="narrow"),
        Column("unit", "发送单位", value=lambda one: one.unit.short_name, width="medium"),
        Column("creator_name", "发送人", width="narrow"),
        Column("total", "接收人数", align="right"),
        Column("charged", "计费条数", value=lambda one: one.total * one.parts, align="right"),
        Column("due_at", "计划发送", sort=("due_at",), width="medium"),
        Column("created_at", "提交时间", sort=("created_at",), width="medium", is_chosen=False),
        Column("state", "状态", value=lambda one: one.get_state_display(), width="narrow"),
    ),
    filters=(
        ChoiceFilter("state", "状态", SmsBatch.State.choices, "state"),
        ChoiceFilter("use", "用途", SmsBatch.Purpose.choices, "purpose"),
        DateRangeFilter("created", "提交时间", "created_at", is_moment=True),
    ),
    order=("-created_at",),
)


@require_http_methods(["GET", "POST"])
@permission_required(*_MAY)
def batch_list(request: HttpRequest) -> HttpResponseBase:
    """His own, and those he may agree to."""
    user = of_request(request)
    return respond(
        request,
        SmsBatch.objects.visible_to(user).select_related("unit"),
        BATCHES,
        template="messages/batches.html",
        fragment="messages/_batches.html",
        context={"may_send": user.allows(SEND_TEXTS.key)},
        may_export=True,
    )


@require_http_methods(["GET", "POST"])
@permission_required(SEND_TEXTS.key)
def compose(request: HttpRequest) -> HttpResponse:
    """The form, then what it costs, then it is submitted."""
    user = of_request(request)
    form = BatchForm(request.POST or None)
    cost: dict[str, Any] | None = None
    if request.method == "POST" and form.is_valid():
        step = request.POST.get("step", "preview")
        try:
            if step == "send":
                return _submit(form, user)
            if step == "preview":
                cost = _cost(form, user)
        except Refused as refusal:
            if not refusal.fields:
                raise
            for field, text in refusal.fields.items():
                name = _FIELDS.get(field, field)
                form.add_error(name if name in form.fields else None, text)
    status = 422 if form.errors else 200
    context = {"form": form, "cost": cost, "templates": _templates(form), **chosen_in(user, form)}
    return render(request, "messages/batch_new.html", context, status=status)


def _templates(form: BatchForm) -> list[tuple[str, str]]:
    field: Any = form.fields["template"]
    return list(field.choices)


def _cost(form: BatchForm, user: Principal) -> dict[str, Any]:
    """将按2条计费: what would go out, to how many, and what it costs."""
    given = form.cleaned_data
    outside = batches.numbers(given["external"])
    total = batches.checked(
        form.audience(),
        purpose=given["purpose"],
        external=outside,
        reason=given["external_reason"],
        actor=user,
    )
    text = batches.written(given["template"], given["words"], given["text"])
    parts = rules.parts_of(text)
    return {
        "total": total,
        "text": text,
        "length": len(text),
        "parts": parts,
        "needs_approval": rules.needs_approval(
            total, is_free=not given["template"], has_external=bool(outside)
        ),
    }


def _submit(form: BatchForm, user: Principal) -> HttpResponse:
    given = form.cleaned_data
    batch = batches.submit(
        form.audience(),
        purpose=given["purpose"],
        template_key=given["template"],
        words=given["words"],
        text=given["text"],
        external=given["external"],
        external_reason=given["external_reason"],
        due_at=given["due_at"],
        actor=user,
    )
    done = "已提交审批" if batch.state == SmsBatch.State.PENDING else "已安排发送"
    return notice(seeother("messages:batch", batch.pk), f"短信批次{batch.number}{done}")


@require_safe
@permission_required(*_MAY)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One batch: its text, and how its texts stand."""
    return _page(request, pk, DecideForm(), 200)


def _page(request: HttpRequest, pk: int, form: DecideForm, status: int) -> HttpResponse:
    user = of_request(request)
    batch = get_object_or_404(SmsBatch.objects.visible_to(user).select_related("unit"), pk=pk)
    states = queries.states_of(batch)
    is_own = batch.creator_id == user.person_id
    context = {
        "batch": batch,
        "outside": len([one for one in batch.external.split(",") if one]),
        "states": [(label, states[key]) for key, label in SmsText.State.choices if states.get(key)],
        "may_decide": batch.state == SmsBatch.State.PENDING
        and not is_own
        and user.allows(APPROVE_TEXTS.key, at=batch.unit.path),
        "may_cancel": is_own and batch.state in (SmsBatch.State.PENDING, SmsBatch.State.READY),
        "form": form,
    }
    return render(request, "messages/batch.html", context, status=status)


@require_POST
@permission_required(APPROVE_TEXTS.key)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """同意 or 驳回."""
    form = DecideForm(request.POST)
    if not form.is_valid():
        return _page(request, pk, form, 422)
    choice = request.POST.get("choice", "")
    if choice not in ("agree", "refuse"):
        raise invalid("choice", "请选择同意或驳回")
    agrees, opinion = choice == "agree", form.cleaned_data["opinion"]
    try:
        batch = batches.decide(pk, agrees=agrees, opinion=opinion, actor=of_request(request))
    except Refused as refusal:
        if "opinion" not in refusal.fields:
            raise
        form.add_error("opinion", refusal.fields["opinion"])
        return _page(request, pk, form, 422)
    return notice(seeother("messages:batch", pk), f"短信批次{batch.number}已{'同意' if agrees else '驳回'}")


@require_POST
@permission_required(SEND_TEXTS.key)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """取消."""
    batch = batches.cancel(pk, actor=of_request(request))
    return notice(seeother("messages:batch", pk), f"短信批次{batch.number}已取消")


@require_safe
@permission_required(READ_TEXTS.key)
def usage(request: HttpRequest) -> HttpResponse:
    """短信用量: this month by unit, without contents and numbers."""
    now = timezone.localtime()
    context = {"rows": queries.usage(now=now), "month": now, "quota": rules.MONTHLY_QUOTA}
    return render(request, "messages/usage.html", context)
