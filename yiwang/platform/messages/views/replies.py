"""上行回复: what people wrote back, as far as one may know of them; what answers no text is settled here."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from yiwang.kernel.access import permission_required
from yiwang.kernel.errors import Refused
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import ChoiceFilter, DateRangeFilter, TextFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.messages.actions import replies
from yiwang.platform.messages.forms import HandleForm
from yiwang.platform.messages.models import SmsReply
from yiwang.platform.messages.queries import replies as queries
from yiwang.platform.messages.vocabulary import APPROVE_TEXTS, READ_TEXTS, SEND_TEXTS

_MAY = (SEND_TEXTS.key, APPROVE_TEXTS.key, READ_TEXTS.key)


def _who(one: SmsReply) -> str:
    return one.person.name if one.person else one.masked_mobile


def _matter(one: SmsReply) -> str:
    """What he answered: the batch by its number, a message by its title."""
    if one.text_to is None:
        return "未匹配"
    return str(one.text_to.batch or one.text_to.message)


REPLIES = Listing(
    "messages.replies",
    "上行回复",
    columns=(
        Column("who", "回复人", value=_who, is_fixed=True, width="medium"),
        Column("text", "内容", is_fixed=True),
        Column("matter", "对应短信", value=_matter),
        Column(
            "unit", "经办单位", value=lambda one: one.unit.short_name if one.unit else "—", is_chosen=False
        ),
        Column("received_at", "收到时间", sort=("received_at",), width="medium"),
        Column("handling", "处理说明", is_chosen=False),
        Column("handled_by_name", "处理人", is_chosen=False),
        Column("state", "处理情况", value=lambda one: one.get_state_display(), width="narrow"),
    ),
    filters=(
        TextFilter("q", "姓名或批次编号", {"person__name": "contains", "text_to__batch__number": "is"}),
        ChoiceFilter("state", "处理情况", SmsReply.State.choices, "state"),
        DateRangeFilter("received", "收到时间", "received_at", is_moment=True),
    ),
    order=("-received_at",),
)


@require_http_methods(["GET", "POST"])
@permission_required(*_MAY)
def reply_list(request: HttpRequest) -> HttpResponseBase:
    """To what he has sent, and to what his unit has."""
    user = of_request(request)
    rows = SmsReply.objects.visible_to(user)
    return respond(
        request,
        rows.select_related("person", "unit", "text_to__batch", "text_to__message"),
        REPLIES,
        template="messages/replies.html",
        fragment="messages/_replies.html",
        context={"waiting": queries.waiting_for(user)},
        may_export=True,
    )


@require_http_methods(["GET", "POST"])
@permission_required(*_MAY)
def handle(request: HttpRequest, pk: int) -> HttpResponse:
    """One reply; 处理 of one that answers no text."""
    rows = SmsReply.objects.visible_to(of_request(request))
    one = get_object_or_404(
        rows.select_related("person__unit", "unit", "text_to__batch", "text_to__message"), pk=pk
    )
    form = HandleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            replies.handle(pk, note=form.cleaned_data["note"], actor=of_request(request))
        except Refused as refusal:
            if "note" not in refusal.fields:
                raise
            form.add_error("note", refusal.fields["note"])
        else:
            return notice(seeother("messages:replies"), "上行短信已处理")
    status = 422 if request.method == "POST" else 200
    context = {"one": one, "form": form, "matter": _matter(one)}
    return render(request, "messages/reply.html", context, status=status)
