"""The SMS simulator (短信模拟器): what would have gone to phones. None when a carrier is connected."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from yiwang.kernel.access import permission_required
from yiwang.kernel.errors import not_found
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import ChoiceFilter, DateRangeFilter, TextFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.platform.messages.gateways.chosen import gateway
from yiwang.platform.messages.models import SmsText
from yiwang.platform.messages.queries import texts
from yiwang.platform.messages.vocabulary import READ_TEXTS

TEXTS = Listing(
    "messages.texts",
    "短信模拟器",
    columns=(
        Column("text", "内容", is_fixed=True),
        Column("template_label", "模板", width="medium"),
        Column("masked_mobile", "手机号码", width="medium"),
        Column("parts", "计费条数", align="right", is_chosen=False),
        Column("state", "状态", value=lambda one: one.get_state_display(), width="medium"),
        Column("created_at", "生成时间", sort=("created_at",), width="medium"),
        Column("sent_at", "发送时间", is_chosen=False),
        Column("sender_name", "发送人", is_chosen=False),
        Column("sender_unit", "发送单位", is_chosen=False),
    ),
    filters=(
        TextFilter("mobile", "完整手机号码", condition=texts.to_number, placeholder="11位手机号码"),
        ChoiceFilter("state", "状态", SmsText.State.choices, "state"),
        DateRangeFilter("created", "生成时间", "created_at", is_moment=True),
    ),
    order=("-created_at",),
)


@require_safe
@permission_required(READ_TEXTS.key)
def simulator(request: HttpRequest) -> HttpResponseBase:
    if not gateway().is_simulator:
        raise not_found()
    return respond(
        request,
        SmsText.objects.all(),
        TEXTS,
        template="messages/texts.html",
        fragment="messages/_texts.html",
    )
