"""Cards: the list of them, one as a part of a page, answering it, its pictures."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST, require_safe

from yiwang.kernel import htmx
from yiwang.kernel.access import login_required
from yiwang.kernel.errors import Refused, not_found
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import ChoiceFilter, DateRangeFilter, TextFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.messages.actions import cards as actions
from yiwang.platform.messages.actions import messages
from yiwang.platform.messages.models import CardPicture, Receipt
from yiwang.platform.messages.models.card_content import Content
from yiwang.platform.messages.queries import cards as found_cards
from yiwang.platform.messages.queries.cards import STANDINGS, Shown
from yiwang.platform.messages.views.drawing import drawing, letter_of, state_of

CARDS = Listing(
    "messages.cards",
    "消息卡片",
    columns=(
        Column("title", "标题", is_fixed=True),
        Column("sender", "发送人", value=lambda row: row["sender_name"], width="medium"),
        Column("sent_at", "时间", sort=("sent_at",), width="medium"),
        Column("standing", "状态", value=lambda row: dict(STANDINGS)[row["standing"]], width="narrow"),
    ),
    filters=(
        TextFilter("q", "标题或发送人", {"title": "contains", "sender": "contains"}),
        ChoiceFilter("standing", "状态", STANDINGS, "standing"),
        DateRangeFilter("sent", "时间", "sent_at", is_moment=True),
    ),
    order=("-sent_at",),
    unique="id",
    sizes=(12, 24, 48),
)


@require_safe
@login_required
def cards(request: HttpRequest) -> HttpResponseBase:
    """卡片: all of one's own, each as it stands."""
    user = of_request(request)
    messages.note_delivered(actor=user)

    def drawn(rows: list[dict[str, Any]]) -> dict[str, Any]:
        shown = found_cards.shown(user.person_id, [one["message_id"] for one in rows])
        return {"cards": shown, **drawing(user, shown.values())}

    return respond(
        request,
        found_cards.cards_of(user),
        CARDS,
        template="messages/cards.html",
        fragment="messages/_cards.html",
        context={"drawn": drawn},
    )


@require_safe
@login_required
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """One card, asked for by pages that were told that something has changed; 204 when nothing has."""
    own, shown = _own(request, pk)
    if request.GET.get("state") == state_of(shown, own.is_recalled):
        return HttpResponse(status=204)
    return _part(request, own, shown)


@require_POST
@login_required
def press(request: HttpRequest, pk: int) -> HttpResponse:
    """He answers."""
    own, shown = _own(request, pk)
    number = request.POST.get("number", "")
    try:
        made = actions.press(
            own.pk,
            number=int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0,
            key=request.POST.get("key", ""),
            chosen=_chosen(request, shown.content),
            actor=of_request(request),
        )
    except Refused as refusal:
        if not refusal.fields or not htmx.is_fragment(request):
            raise
        return _part(request, own, shown, error=refusal.message, status=422)
    if htmx.is_fragment(request):
        return _part(request, *_own(request, pk))
    return notice(seeother("messages:detail", pk), f"已提交“{made.label}”")


def _chosen(request: HttpRequest, content: Content) -> dict[str, list[str]]:
    """Questions are numbered in the form: their keys are the application's and may be anything."""
    return {
        question.key: request.POST.getlist(f"question{place}")
        for place, question in enumerate(content.questions)
    }


@require_safe
@login_required
def picture(request: HttpRequest, pk: int) -> HttpResponse:
    """The copy of a picture, for who received its card."""
    found = get_object_or_404(CardPicture.objects.select_related("card"), pk=pk)
    own = Receipt.objects.visible_to(of_request(request)).filter(
        message_id=found.card.message_id, is_recalled=False
    )
    if found.state != CardPicture.State.READY or not own.exists():
        raise not_found()
    response = HttpResponse(bytes(found.content), content_type=found.kind)
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _own(request: HttpRequest, pk: int) -> tuple[Receipt, Shown]:
    viewer = of_request(request)
    own = get_object_or_404(Receipt.objects.visible_to(viewer).select_related("message"), pk=pk)
    shown = found_cards.shown(viewer.person_id, [own.message_id]).get(own.message_id)
    if shown is None:
        raise not_found()
    return own, shown


def _part(
    request: HttpRequest, own: Receipt, shown: Shown, *, error: str = "", status: int = 200
) -> HttpResponse:
    context = {
        **letter_of(own),
        "card": shown,
        "error": error,
        "posted": _chosen(request, shown.content) if error else {},
        "in_list": request.GET.get("in") == "list",
        **drawing(of_request(request), [shown]),
    }
    return render(request, "messages/_card.html", context, status=status)
