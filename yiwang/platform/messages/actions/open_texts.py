"""Texts of connected applications: by an agreed template, to persons they see, on their unit's quota."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from yiwang.kernel import database
from yiwang.kernel.errors import Refused, invalid
from yiwang.kernel.extension.open_calls import Caller
from yiwang.platform.addressbook.queries import applications
from yiwang.platform.messages import rules
from yiwang.platform.messages.actions import batches
from yiwang.platform.messages.gateways.chosen import gateway
from yiwang.platform.messages.models import SmsBatch
from yiwang.platform.messages.queries import open_texts as queries
from yiwang.platform.messages.queries.audience import Audience
from yiwang.platform.messages.queries.pricing import Asked
from yiwang.platform.org.models import Unit
from yiwang.platform.org.queries import units

SCOPE = "messages.sms"

_BEYOND = 2**63  # no number of ours


@dataclass(frozen=True, slots=True)
class Texted:
    """bad_persons: numbers that do not exist or that it may not see; it is not said which of the two."""

    batch: SmsBatch
    bad_persons: tuple[str, ...]


@transaction.atomic
def send(
    *,
    template: str,
    words: Mapping[str, str],
    persons: Sequence[int],
    actor: Caller,
    need_receipt: bool = False,
    dedupe_id: str = "",
) -> Texted:
    """As a batch of the owning unit; the same dedupe_id again is the same batch. batches.place records."""
    if not template:
        raise invalid("template", "请填写模板编号，接入应用只能按已启用的模板发送短信")
    if actor.is_sandbox and not gateway().is_simulator:
        raise Refused("沙箱应用不能发送真实短信", status=403)
    wanted = list(dict.fromkeys(persons))
    seen = applications.seen(actor, [one for one in wanted if 0 < one < _BEYOND])
    bad = tuple(str(one) for one in wanted if one not in seen)
    if dedupe_id:
        database.lock_one("messages.quota", f"{actor.client_id}:{dedupe_id}")
        known = queries.by_dedupe(actor, dedupe_id)
        if known is not None:
            return Texted(known, bad)
    if not seen:
        raise Refused("接收人全部无效或不在可见范围", status=422, code=rules.NOBODY)
    unit = units.department_of(Unit.objects.get(pk=actor.unit_id))
    batch = SmsBatch(creator_name=actor.name, app=actor.client_id, dedupe_key=dedupe_id or None, creator=None)
    asked = Asked(template_key=template, words=words, need_receipt=need_receipt)
    audience = Audience(persons=tuple(sorted(seen)))
    return Texted(batches.place(batch, audience, asked, unit=unit, actor=actor), bad)
