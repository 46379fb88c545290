"""Drafts of batches of texts: kept, taken up again, sent, thrown away; a sent batch copied as one (§16)."""

from dataclasses import asdict

from django.db import transaction
from django.utils import timezone

from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import not_found, require, require_right
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.messages import rules
from yiwang.platform.messages.actions import batches
from yiwang.platform.messages.models import SmsBatch
from yiwang.platform.messages.queries import audience as audiences
from yiwang.platform.messages.queries.audience import Audience
from yiwang.platform.messages.queries.pricing import Asked
from yiwang.platform.messages.vocabulary import BATCH_COPIED, BATCH_DELETED, BATCH_SAVED, SEND_TEXTS
from yiwang.platform.org.models import Unit
from yiwang.platform.org.queries import units

State = SmsBatch.State


def _own_draft(batch_id: int, act: str, actor: Principal) -> SmsBatch:
    batch = batches.locked(batch_id, actor=actor)
    if batch.creator_id != actor.person_id:
        raise not_found()
    batches.require_state(batch, act, State.DRAFT)
    return batch


@transaction.atomic
def keep(audience: Audience, asked: Asked, *, actor: Principal, batch_id: int | None = None) -> SmsBatch:
    """保存草稿: as it stands, complete or not; it is checked when it is submitted."""
    require_right(actor.allows(SEND_TEXTS.key), SEND_TEXTS.label)
    draft = SmsBatch() if batch_id is None else _own_draft(batch_id, "保存", actor)
    draft.unit = units.department_of(Unit.objects.get(path=actor.unit_path))
    draft.purpose, draft.template_key = asked.purpose, asked.template_key
    draft.text, draft.words = asked.text, batches.packed(asked.words)
    draft.need_receipt = asked.need_receipt
    draft.audience = asdict(audience)
    draft.audience_words = [one["label"] for one in audiences.described(audience)]
    draft.external, draft.external_reason = ",".join(asked.external), asked.external_reason
    draft.due_at, draft.state = asked.due_at, State.DRAFT
    draft.creator_id, draft.creator_name = actor.person_id, actor.name
    draft.created_at = timezone.now()
    draft.save()
    audit.record(BATCH_SAVED, draft, actor=actor)
    return draft


@transaction.atomic
def submit(batch_id: int, audience: Audience, asked: Asked, *, actor: Principal) -> SmsBatch:
    """提交 a draft; of two who press at once the second is told that it has gone. batches.submit records."""
    draft = _own_draft(batch_id, "提交", actor)
    return batches.submit(audience, asked, actor=actor, draft=draft)


@transaction.atomic
def discard(batch_id: int, *, actor: Principal) -> None:
    """删除: a draft has no number, so nothing of it is missed."""
    draft = _own_draft(batch_id, "删除", actor)
    audit.record(BATCH_DELETED, draft, actor=actor)
    draft.delete()


@transaction.atomic
def copy(batch_id: int, *, actor: Principal) -> SmsBatch:
    """复制为草稿: one's own batch again, to the same people, with everything open to change."""
    require_right(actor.allows(SEND_TEXTS.key), SEND_TEXTS.label)
    batch = batches.locked(batch_id, actor=actor)
    require(batch.creator_id == actor.person_id, "只能复制本人提交的短信", status=403)
    made = SmsBatch.objects.create(
        unit=batch.unit,
        purpose=batch.purpose,
        template_key=batch.template_key,
        words=batch.words,
        text="" if batch.template_key else _bare(batch),
        need_receipt=batch.need_receipt,
        audience=batch.audience,
        audience_words=batch.audience_words,
        external=batch.external,
        external_reason=batch.external_reason,
        state=State.DRAFT,
        creator_id=actor.person_id,
        creator_name=actor.name,
        created_at=timezone.now(),
    )
    audit.record(BATCH_COPIED, batch, actor=actor)
    return made


def _bare(batch: SmsBatch) -> str:
    """The free text of a batch without signature and request for a receipt."""
    bare: str = batch.text
    if batch.state == State.DRAFT:
        return bare
    bare = bare.partition("】")[2]
    if batch.need_receipt:
        bare = bare.removesuffix(rules.RECEIPT_WORDS).removesuffix("，")
    return bare
