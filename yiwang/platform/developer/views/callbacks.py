"""Callbacks (事件回调): where events go, whether they arrived, and sending them again."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.kernel.errors import Refused, not_found
from yiwang.kernel.extension.open_calls import open_event_kinds
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import ChoiceFilter, DateRangeFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.clients.actions import events
from yiwang.platform.clients.models import Client, Delivery, Subscription
from yiwang.platform.developer.forms import CallbackForm
from yiwang.platform.developer.views import shown


def _label(kind: str) -> str:
    return open_event_kinds.get(kind).label if kind in open_event_kinds else kind


DELIVERIES = Listing(
    "developer.deliveries",
    "送达记录",
    columns=(
        Column("choose", "", value=lambda one: "", is_fixed=True, is_exported=False, width="narrow"),
        Column("event", "事件", value=lambda one: _label(one.event.kind), is_fixed=True),
        Column("url", "回调地址", value=lambda one: one.subscription.url),
        Column("at", "发生时间", value=lambda one: one.event.at),
        Column("state", "状态", value=lambda one: one.get_state_display()),
        Column("tries", "次数"),
        Column("status", "应答"),
        Column("problem", "问题"),
        Column("due_at", "下次发送", sort=("due_at",), is_chosen=False),
        Column("sent_at", "最近发送", sort=("sent_at",)),
    ),
    filters=(
        ChoiceFilter("state", "状态", Delivery.State.choices, "state"),
        DateRangeFilter("sent", "最近发送", "sent_at", is_moment=True),
    ),
    order=("-id",),
)


@require_safe
@shown.developers_only
def callback_list(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, shown.application(request, pk), CallbackForm())


def _page(
    request: HttpRequest, one: Client, form: CallbackForm, *, made: str = "", status: int = 200
) -> HttpResponse:
    living = Subscription.objects.exclude(state=Subscription.State.ENDED)
    found = living.filter(client=one).order_by("pk")
    context = {
        **shown.frame(request, one, "callbacks"),
        "subscriptions": [(row, [_label(kind) for kind in row.kinds]) for row in found],
        "form": form,
        "made": made,
        "kinds": list(open_event_kinds),
    }
    response = render(request, "developer/callbacks.html", context, status=status)
    if made:
        response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
@shown.developers_only
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """The secret is shown in the answer, once."""
    one = shown.application(request, pk)
    form = CallbackForm(request.POST)
    if not form.is_valid():
        return _page(request, one, form, status=422)
    try:
        _, secret = events.subscribe(one, **form.cleaned_data, actor=of_request(request))
    except Refused as refusal:
        if refusal.status != 422:
            raise
        for field, message in (refusal.fields or {"url": refusal.message}).items():
            form.add_error(field if field in form.fields else None, message)
        return _page(request, one, form, status=422)
    return _page(request, one, CallbackForm(), made=secret)


@require_POST
@shown.developers_only
def act(request: HttpRequest, pk: int, subscription_id: int, act: str) -> HttpResponse:
    """verify, pause, resume or end."""
    one, user = shown.application(request, pk), of_request(request)
    found = get_object_or_404(
        Subscription.objects.select_related("client__unit").exclude(state=Subscription.State.ENDED),
        pk=subscription_id,
        client=one,
    )
    back = seeother("developer:callbacks", pk)
    if act == "verify":
        answer = events.verify(found, actor=user)
        if answer.problem:
            return notice(back, f"验证未通过：{answer.problem}", "warning")
        return notice(back, "验证通过，回调已启用")
    if act in ("pause", "resume"):
        events.pause(found, is_paused=act == "pause", actor=user)
        return notice(back, "回调已暂停" if act == "pause" else "回调已恢复")
    if act != "end":
        raise not_found()
    events.end(found, actor=user)
    return notice(back, "回调已删除")


@require_http_methods(["GET", "POST"])
@shown.developers_only
def deliveries(request: HttpRequest, pk: int) -> HttpResponseBase:
    one = shown.application(request, pk)
    return respond(
        request,
        Delivery.objects.filter(subscription__client=one).select_related("event", "subscription"),
        DELIVERIES,
        template="developer/deliveries.html",
        fragment="developer/_deliveries_rows.html",
        context=shown.frame(request, one, "deliveries"),
        may_export=True,
    )


@require_POST
@shown.developers_only
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    one = shown.application(request, pk)
    ids = [int(word) for word in request.POST.getlist("ids") if word.isascii() and word.isdigit()][:500]
    number = events.replay(one, ids, actor=of_request(request))
    words = f"已重新发送{number}条" if number else "请选择已送达或未送达的事件"
    return notice(seeother("developer:deliveries", pk), words, "success" if number else "warning")
