"""发短信: batches of texts, asked for, agreed to, counted. Administrators see numbers, not contents."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.kernel.access import permission_required
from yiwang.kernel.errors import Refused, invalid
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import ChoiceFilter, DateRangeFilter, TextFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.messages.actions import batches, drafts
from yiwang.platform.messages.actions import replies as reply_actions
from yiwang.platform.messages.forms import DecideForm, MomentForm
from yiwang.platform.messages.models import SmsBatch, SmsReply, SmsText
from yiwang.platform.messages.queries import batches as queries
from yiwang.platform.messages.queries import replies
from yiwang.platform.messages.vocabulary import APPROVE_TEXTS, SEND_TEXTS

_MAY = (SEND_TEXTS.key, APPROVE_TEXTS.key)
_MOST_NAMED = 100

BATCHES = Listing(
    "messages.batches",
    "短信批次",
    columns=(
        Column("number", "编号", value=str, is_fixed=True, width="medium"),
        Column("purpose", "用途", value=lambda one: one.get_purpose_display(), width="narrow"),
        Column("unit", "发送单位", value=lambda one: one.unit.short_name, width="medium"),
        Column("creator_name", "发送人", width="narrow"),
        Column("total", "接收人数", align="right"),
        Column("charged", "计费条数", value=lambda one: one.total * one.parts, align="right"),
        Column("due_at", "计划发送", value=lambda one: one.due_at or "立即", width="medium"),
        Column("created_at", "提交时间", sort=("created_at",), width="medium", is_chosen=False),
        Column("state", "状态", value=lambda one: one.get_state_display(), width="narrow"),
    ),
    filters=(
        TextFilter("q", "编号", {"number": "contains"}),
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


@require_safe
@permission_required(*_MAY)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One batch: its text, and how its texts stand."""
    return _page(request, pk, DecideForm(), 200)


def _page(
    request: HttpRequest, pk: int, form: DecideForm, status: int, moment: MomentForm | None = None
) -> HttpResponse:
    user = of_request(request)
    rows = SmsBatch.objects.visible_to(user).select_related("unit", "template")
    batch = get_object_or_404(rows, pk=pk)
    if batch.state == SmsBatch.State.DRAFT:
        return seeother("messages:batch_edit", pk)
    states = queries.states_of(batch)
    is_own = batch.creator_id == user.person_id
    is_open = batch.state in (SmsBatch.State.PENDING, SmsBatch.State.READY)
    is_over = batch.state in (SmsBatch.State.DONE, SmsBatch.State.PARTLY)
    context = {
        "batch": batch,
        "outside": len([one for one in batch.external.split(",") if one]),
        "states": [(label, states[key]) for key, label in SmsText.State.choices if states.get(key)],
        "signed": replies.signed(batch) if batch.need_receipt and states else None,
        "waiting": replies.names_waiting(batch, user, limit=_MOST_NAMED) if batch.need_receipt else [],
        "replies": SmsReply.objects.visible_to(user).filter(text_to__batch=batch).count(),
        "may_decide": batch.state == SmsBatch.State.PENDING
        and not is_own
        and user.allows(APPROVE_TEXTS.key, at=batch.unit.path),
        "may_cancel": is_own and is_open,
        "may_copy": is_own and user.allows(SEND_TEXTS.key),
        "may_remind": is_own and is_over and batch.need_receipt,
        "form": form,
        "moment": moment or MomentForm(initial={"due_at": batch.due_at}),
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


@require_POST
@permission_required(SEND_TEXTS.key)
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """调整时间."""
    form = MomentForm(request.POST)
    if form.is_valid():
        try:
            batches.move(pk, due_at=form.cleaned_data["due_at"], actor=of_request(request))
        except Refused as refusal:
            if "due_at" not in refusal.fields:
                raise
            form.add_error("due_at", refusal.fields["due_at"])
    if form.errors:
        return _page(request, pk, DecideForm(), 422, form)
    return notice(seeother("messages:batch", pk), "发送时间已调整")


@require_POST
@permission_required(SEND_TEXTS.key)
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """复制为草稿."""
    made = drafts.copy(pk, actor=of_request(request))
    return notice(seeother("messages:batch_edit", made.pk), "已复制为草稿，请核对后提交")


@require_POST
@permission_required(SEND_TEXTS.key)
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """删除 of a draft."""
    drafts.discard(pk, actor=of_request(request))
    return notice(seeother("messages:batches"), "短信草稿已删除")


@require_POST
@permission_required(SEND_TEXTS.key)
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """提醒未签收."""
    number = reply_actions.remind(pk, actor=of_request(request))
    return notice(seeother("messages:batch", pk), f"已向{number}个未签收的号码再次发送")
