"""发通知: writing one, seeing first how many it reaches, and how it stands afterwards."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.kernel.access import permission_required
from yiwang.kernel.errors import Refused
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import DateRangeFilter, TextFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import Principal, of_request
from yiwang.platform.addressbook.queries import picks
from yiwang.platform.messages import rules
from yiwang.platform.messages.actions import messages, notices, reach
from yiwang.platform.messages.forms import Chosen, NoticeForm, RecallForm
from yiwang.platform.messages.models import Message, Reach
from yiwang.platform.messages.queries import audience, sent
from yiwang.platform.messages.vocabulary import MUST_REACH, SEND_NOTICES
from yiwang.platform.tags.queries import picks as tag_picks

_FIELDS = {"audience": "persons"}  # a refusal's field -> where the form shows it


def _words_of(message: Message) -> str:
    labels = [one["label"] for one in message.audience]
    return "、".join(labels[:5]) + (f"等{len(labels)}项" if len(labels) > 5 else "")


SENT = Listing(
    "messages.sent",
    "我发出的通知",
    columns=(
        Column("title", "标题", is_fixed=True),
        Column("to", "发送范围", value=_words_of),
        Column("receivers", "接收人数", align="right"),
        Column("sent_at", "发送时间", sort=("sent_at",), width="medium"),
        Column("state", "状态", value=lambda one: "已撤回" if one.recalled_at else "已发送", width="narrow"),
    ),
    filters=(
        TextFilter("q", "标题", {"title": "contains"}),
        DateRangeFilter("sent", "发送时间", "sent_at", is_moment=True),
    ),
    order=("-sent_at",),
)


@require_http_methods(["GET", "POST"])
@permission_required(SEND_NOTICES.key)
def sent_list(request: HttpRequest) -> HttpResponseBase:
    """我发出的."""
    return respond(
        request,
        sent.sent_by(of_request(request)),
        SENT,
        template="messages/sent.html",
        fragment="messages/_sent.html",
        may_export=True,
    )


@require_http_methods(["GET", "POST"])
@permission_required(SEND_NOTICES.key)
def compose(request: HttpRequest) -> HttpResponse:
    """First the form, then the number it reaches, then it goes."""
    user = of_request(request)
    form = NoticeForm(request.POST or None, initial={"must_reach": "must_reach" in request.GET})
    number: int | None = None
    if request.method == "POST" and form.is_valid():
        step = request.POST.get("step", "preview")
        try:
            if step == "send":
                return _send(form, user)
            if step == "preview":
                number = audience.count(notices.checked(form.audience(), actor=user))
        except Refused as refusal:
            if not refusal.fields:
                raise
            for field, text in refusal.fields.items():
                form.add_error(_FIELDS.get(field, field), text)
    status = 422 if form.errors else 200
    context = {
        "form": form,
        "number": number,
        "may_reach": user.allows(MUST_REACH.key),
        "limits": form.limits,
        **chosen_in(user, form),
    }
    template = "messages/compose.html" if number is None else "messages/preview.html"
    return render(request, template, context, status=status)


def _send(form: NoticeForm, user: Principal) -> HttpResponse:
    chosen = form.cleaned_data
    if chosen["must_reach"]:
        sent_so = reach.send_must_reach(
            form.audience(),
            title=chosen["title"],
            text=chosen["text"],
            urgency=chosen["urgency"],
            valid_until=chosen["valid_until"],
            minutes=form.minutes(),
            actor=user,
        )
        words = f"必达通知已发送给{sent_so.message.receivers}人"
        return notice(seeother("messages:reach", sent_so.pk), words)
    message = notices.send_notice(
        form.audience(),
        title=chosen["title"],
        text=chosen["text"],
        urgency=chosen["urgency"],
        need_receipt=chosen["need_receipt"],
        valid_until=chosen["valid_until"],
        actor=user,
    )
    return notice(seeother("messages:sent_detail", message.pk), f"通知已发送给{message.receivers}人")


def chosen_in(user: Principal, form: Chosen) -> dict[str, Any]:
    """Who and what is chosen already, and what can be chosen at first."""
    given = form.picked()
    return {
        "persons_found": picks.find(user, ""),
        "persons_chosen": picks.named(user, list(given.get("persons", ()))),
        "units_found": picks.find_units(user, ""),
        "units_chosen": picks.named_units(user, list(given.get("units", ()))),
        "role_labels": form.role_labels(),
        "tags_found": tag_picks.find(user, ""),
        "tags_chosen": tag_picks.named(user, list(given.get("tags", ()))),
    }


@require_safe
@permission_required(SEND_NOTICES.key)
def sent_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How one stands: by department, and who has not read it, as far as he may know of them."""
    user = of_request(request)
    message = notices.own(pk, actor=user)
    lines = sent.by_unit(message, user)
    context = {
        "message": message,
        "to": _words_of(message),
        "lines": lines,
        "totals": {name: sum(getattr(one, name) for one in lines) for name in sent.STAGES},
        "waiting": sent.waiting(message, user),
        "reach": Reach.objects.visible_to(user).filter(message=message).first(),
        "may_recall": rules.is_recallable(message, now=timezone.now()) and not message.recalled_at,
    }
    return render(request, "messages/sent_detail.html", context)


@require_POST
@permission_required(SEND_NOTICES.key)
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """提醒未读."""
    number = notices.remind(pk, actor=of_request(request))
    return notice(seeother("messages:sent_detail", pk), f"已提醒{number}人")


@require_http_methods(["GET", "POST"])
@permission_required(SEND_NOTICES.key)
def recall(request: HttpRequest, pk: int) -> HttpResponse:
    """撤回."""
    user = of_request(request)
    message = notices.own(pk, actor=user)
    form = RecallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        messages.recall(message, reason=form.cleaned_data["reason"], actor=user)
        return notice(seeother("messages:sent_detail", pk), "通知已撤回，接收人看到“该消息已撤回”")
    status = 422 if form.errors else 200
    return render(request, "messages/recall.html", {"message": message, "form": form}, status=status)
