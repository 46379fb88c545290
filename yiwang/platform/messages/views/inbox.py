"""Pages of messages: three lists of one's own, one message, confirming it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.kernel.access import login_required
from yiwang.kernel.extension.messages import message_kinds
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import ChoiceFilter, DateRangeFilter, TextFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.messages import rules
from yiwang.platform.messages.actions import messages
from yiwang.platform.messages.models import Message, Receipt, RichText
from yiwang.platform.messages.queries import audience, cards, inbox, reach
from yiwang.platform.messages.views.drawing import drawing, letter_of

WITHDRAWN = "该消息已撤回"


def _state_of(row: dict[str, Any]) -> str:
    if row["is_recalled"]:
        return "已撤回"
    if row["confirmed_at"]:
        return "已确认"
    if row["need_receipt"]:
        return "待确认"
    return "已读" if row["read_at"] else "未读"


def _sender_of(row: dict[str, Any]) -> str:
    return " ".join(filter(None, (row["sender_unit"], row["sender_name"])))


def _listing(which: str, title: str) -> Listing:
    return Listing(
        f"messages.{which}",
        title,
        columns=(
            Column(
                "title",
                "标题",
                value=lambda row: WITHDRAWN if row["is_recalled"] else row["title"],
                is_fixed=True,
            ),
            Column(
                "category", "类别", value=lambda row: Message.Category(row["category"]).label, width="narrow"
            ),
            Column("sender", "发送人", value=_sender_of, width="medium"),
            Column("sent_at", "时间", sort=("sent_at",), width="medium"),
            Column("state", "状态", value=_state_of, width="narrow"),
        ),
        filters=(
            TextFilter("q", "标题或内容", {"title": "contains", "summary": "contains"}),
            ChoiceFilter("category", "类别", Message.Category.choices, "category"),
            DateRangeFilter("sent", "时间", "sent_at", is_moment=True),
        ),
        order=("-sent_at",),
        unique="id",
    )


UNREAD = _listing("unread", "未读消息")
ALL = _listing("all", "全部消息")
UNCONFIRMED = _listing("unconfirmed", "需确认消息")


def _answer(request: HttpRequest, listing: Listing) -> HttpResponseBase:
    return respond(
        request,
        inbox.inbox(of_request(request), listing.key.partition(".")[2]),
        listing,
        template="messages/list.html",
        fragment="messages/_rows.html",
        context={"icon_of": _icon_of},
    )


def _icon_of(row: dict[str, Any]) -> str:
    return message_kinds.get(row["kind"]).icon if row["kind"] in message_kinds else "bell"


@require_safe
@login_required
def unread(request: HttpRequest) -> HttpResponseBase:
    messages.note_delivered(actor=of_request(request))
    return _answer(request, UNREAD)


@require_safe
@login_required
def everything(request: HttpRequest) -> HttpResponseBase:
    messages.note_delivered(actor=of_request(request))
    return _answer(request, ALL)


@require_safe
@login_required
def unconfirmed(request: HttpRequest) -> HttpResponseBase:
    return _answer(request, UNCONFIRMED)


@require_http_methods(["GET", "HEAD"])
@login_required
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One message; opening it reads it. What only leads somewhere leads there at once."""
    own = _own(request, pk)
    own = messages.read(own.pk, actor=of_request(request))
    card = cards.shown(own.person_id, [own.message_id]).get(own.message_id)
    is_by_program = bool(own.message.app_name)
    rich_text = RichText.objects.filter(message_id=own.message_id).first() if is_by_program else None
    if own.message.url and not (own.need_receipt or own.is_recalled or card or rich_text):
        return HttpResponseRedirect(own.message.url)
    context = {
        "card": card,
        "blocks": rich_text.blocks if rich_text else [],
        **letter_of(own),
        **drawing(of_request(request), [card] if card else []),
        "receipt": own,
        "message": own.message,
        "may_confirm": rules.can_confirm(own),
        "why": audience.why(own.message, own.person_id),
        "kind": _kind_of(own.message.kind),
        "ladder": reach.running_minutes(own.message) if own.need_receipt else [],
    }
    return render(request, "messages/detail.html", context)


def _kind_of(key: str) -> str:
    return message_kinds.get(key).label if key in message_kinds else "消息"


@require_POST
@login_required
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """确认收到."""
    own = messages.confirm(_own(request, pk).pk, actor=of_request(request))
    return notice(seeother("messages:detail", own.pk), "已确认收到")


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    """全部已读."""
    number = messages.read_all(actor=of_request(request))
    return notice(seeother("messages:list"), f"已将{number}条消息标记为已读" if number else "没有未读消息")


def _own(request: HttpRequest, pk: int) -> Receipt:
    return get_object_or_404(Receipt.objects.visible_to(of_request(request)), pk=pk)
