"""短信批次: asked for, agreed to by a second person where that is needed, written when its time comes (§16).

The approval is two persons and one decision, not a course of steps: the engine of approvals stands above
messages, and a text that waits for a meeting of three is no use (ADR 20).
"""

import datetime
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from yiwang.kernel import database, jobs
from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid, not_found, require, require_right
from yiwang.kernel.numbering import actions as numbering
from yiwang.platform.accounts.queries import roles
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.messages import rules
from yiwang.platform.messages.actions import messages
from yiwang.platform.messages.models import SmsBatch, SmsText
from yiwang.platform.messages.queries import audience as audiences
from yiwang.platform.messages.queries import batches as queries
from yiwang.platform.messages.queries import pricing, quotas, templates
from yiwang.platform.messages.queries.audience import Audience
from yiwang.platform.messages.queries.pricing import Asked, Priced
from yiwang.platform.messages.vocabulary import (
    APPROVE_TEXTS,
    BATCH_CANCELLED,
    BATCH_DECIDED,
    BATCH_MOVED,
    BATCH_SENT,
    BATCH_SERIES,
    BATCH_SUBMITTED,
    BATCH_TOLD,
    BATCH_WAITS,
    QUOTA_LOW,
    SEND_TEXTS,
)
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.org.queries import units
from yiwang.platform.tags.queries import tags

State = SmsBatch.State
_AT_A_TIME = 500


def checked(audience: Audience, *, actor: Principal) -> Audience:
    """The audience with where his roles reach; refused where he may not write to."""
    require_right(actor.allows(SEND_TEXTS.key), SEND_TEXTS.label)
    paths = dict(Unit.objects.visible_to(actor).filter(pk__in=audience.units).values_list("pk", "path"))
    for one in audience.units:
        if one not in paths or not actor.allows(SEND_TEXTS.key, at=paths[one]):
            raise invalid("units", "只能发给您有发送权限的单位")
    seen = Person.objects.visible_to(actor).filter(pk__in=audience.persons).count()
    if seen < len(set(audience.persons)):
        raise invalid("persons", "接收人不存在或已注销")
    for tag in audience.tags:
        tags.usable(tag, actor.unit_path)
    return replace(audience, scopes=tuple(path for path, _ in actor.scopes(SEND_TEXTS.key)))


@transaction.atomic
def submit(audience: Audience, asked: Asked, *, actor: Principal, draft: SmsBatch | None = None) -> SmsBatch:
    """提交: 待审批 for more than fifty, free text or numbers from outside, else 待发送 at its time.

    draft: his own, locked by the caller, which becomes the batch.
    """
    audience = checked(audience, actor=actor)
    unit = units.department_of(Unit.objects.get(path=actor.unit_path))
    batch = draft or SmsBatch()
    batch.creator_id, batch.creator_name = actor.person_id, actor.name
    return place(batch, audience, asked, unit=unit, actor=actor)


@transaction.atomic
def place(batch: SmsBatch, audience: Audience, asked: Asked, *, unit: Unit, actor: Actor) -> SmsBatch:
    """What people and applications share: priced, against the unit's quota, numbered, agreed to or not."""
    priced = pricing.priced(audience, asked, path=unit.path)
    now = timezone.localtime()
    _spend(unit, priced.purpose, priced.charged, now, actor)
    due = rules.send_time(max(asked.due_at or now, now), at_any_hour=rules.is_at_any_hour(priced.purpose))
    for name, value in _columns(audience, asked, priced).items():
        setattr(batch, name, value)
    batch.unit, batch.due_at, batch.created_at = unit, due, now
    batch.state = State.PENDING if priced.needs_approval else State.READY
    batch.number = numbering.issue(BATCH_SERIES, year=now.year, target=unit, actor=actor).text
    batch.save()
    changes = {"total": [0, batch.total], "parts": [0, batch.parts]}
    audit.record(BATCH_SUBMITTED, batch, actor=actor, changes=changes)
    if priced.needs_approval:
        _ask(batch, actor)
    else:
        jobs.enqueue("messages.release_batches", once="now")
    return batch


def _columns(audience: Audience, asked: Asked, priced: Priced) -> dict[str, Any]:
    return {
        "purpose": priced.purpose,
        "template": priced.template,
        "template_key": asked.template_key,
        "text": priced.text,
        "words": packed(asked.words),
        "need_receipt": asked.need_receipt,
        "audience": asdict(audience),
        "audience_words": [one["label"] for one in audiences.described(audience)],
        "external": ",".join(priced.outside),
        "external_reason": asked.external_reason.strip(),
        "total": priced.total,
        "parts": priced.parts,
    }


def packed(words: Mapping[str, str]) -> str:
    """Words of variables as a batch keeps them."""
    return json.dumps(dict(words), ensure_ascii=False)


def _spend(unit: Unit, purpose: str, parts: int, now: datetime.datetime, actor: Actor) -> None:
    """Against the month's quota; of two who spend at once the second is asked after the first."""
    if rules.is_free_of_quota(purpose):
        return
    database.lock_one("messages.quota", str(unit.pk))
    before = quotas.standing(unit, now=now)
    require(
        parts <= before.left,
        f"本单位本月短信额度不足，剩余{before.left}条，本次需{parts}条。"
        "可减少接收人、缩短内容，或由办公室联系系统管理员调整额度；应急、值班短信不占额度",
    )
    after = quotas.Standing(before.quota, before.used + parts)
    office = [one.person_id for one in roles.holders("accounts.office_director", unit)]
    if after.is_low and not before.is_low and office:
        messages.send(
            QUOTA_LOW,
            to=office,
            about=unit,
            words={"unit": unit.short_name, "percent": str(after.percent), "left": str(after.left)},
            url="/messages/batches/usage/",
            actor=actor,
        )


def _ask(batch: SmsBatch, actor: Actor) -> None:
    """Who may agree: the unit's office director and head, but for who asks."""
    found = [
        holder.person_id
        for role in ("accounts.office_director", "accounts.unit_head")
        for holder in roles.holders(role, batch.unit)
        if holder.person_id != batch.creator_id
    ]
    if not found:
        raise Refused("本单位没有可以审批短信的人员（办公室主任、单位主要负责人），请联系分级管理员")
    messages.send(
        BATCH_WAITS,
        to=found,
        about=batch,
        words={"number": str(batch), "total": str(batch.total), "creator": batch.creator_name},
        url=f"/messages/batches/{batch.pk}/",
        actor=actor,
    )


def locked(batch_id: int, *, actor: Principal) -> SmsBatch:
    """One that he sees, held to the end of the transaction."""
    found = SmsBatch.objects.visible_to(actor).filter(pk=batch_id).first()
    if found is None:
        raise not_found()
    return SmsBatch.objects.select_for_update(of=("self",)).select_related("unit").get(pk=batch_id)


def require_state(batch: SmsBatch, act: str, *states: str) -> None:
    """E-STATE-01 unless it stands so."""
    state = batch.get_state_display()
    require(batch.state in states, f"当前状态为“{state}”，不能执行“{act}”", code="E-STATE-01")


@transaction.atomic
def decide(batch_id: int, *, agrees: bool, opinion: str, actor: Principal) -> SmsBatch:
    """同意 or 驳回 by a second person; who sends does not agree to it himself."""
    batch = locked(batch_id, actor=actor)
    require_right(actor.allows(APPROVE_TEXTS.key, at=batch.unit.path), APPROVE_TEXTS.label)
    require(batch.creator_id != actor.person_id, "不能审批本人提交的短信", status=403)
    require_state(batch, "同意" if agrees else "驳回", State.PENDING)
    if not agrees and not opinion.strip():
        raise invalid("opinion", "请填写驳回意见")
    now = timezone.localtime()
    batch.state = State.READY if agrees else State.REFUSED
    batch.decider_name, batch.decided_at, batch.opinion = actor.name, now, opinion.strip()[:200]
    batch.due_at = rules.send_time(
        max(batch.due_at or now, now), at_any_hour=rules.is_at_any_hour(batch.purpose)
    )
    batch.save(update_fields=["state", "decider_name", "decided_at", "opinion", "due_at"])
    audit.record(BATCH_DECIDED, batch, actor=actor, reason="同意" if agrees else f"驳回：{opinion.strip()}")
    if batch.creator_id is not None:
        outcome = "已同意发送" if agrees else f"被{actor.name}驳回"
        messages.send(
            BATCH_TOLD,
            to=[batch.creator_id],
            about=batch,
            words={"number": str(batch), "outcome": outcome, "opinion": batch.opinion},
            url=f"/messages/batches/{batch.pk}/",
            actor=actor,
        )
    if agrees:
        jobs.enqueue("messages.release_batches", once="now")
    return batch


@transaction.atomic
def move(batch_id: int, *, due_at: datetime.datetime, actor: Principal) -> SmsBatch:
    """调整时间, by who asked for it, before it goes."""
    batch = locked(batch_id, actor=actor)
    require(batch.creator_id == actor.person_id, "只有发送人可以调整发送时间", status=403)
    require_state(batch, "调整时间", State.PENDING, State.READY)
    now = timezone.localtime()
    if due_at <= now:
        raise invalid("due_at", "发送时间应晚于现在", code="E-DATE-01")
    before = batch.due_at
    wanted = timezone.localtime(due_at)
    batch.due_at = rules.send_time(wanted, at_any_hour=rules.is_at_any_hour(batch.purpose))
    batch.save(update_fields=["due_at"])
    changes = {"due_at": [str(before), str(batch.due_at)]}
    audit.record(BATCH_MOVED, batch, actor=actor, changes=changes)
    return batch


@transaction.atomic
def cancel(batch_id: int, *, actor: Principal) -> SmsBatch:
    """取消, by who asked for it, before it goes."""
    batch = locked(batch_id, actor=actor)
    require(batch.creator_id == actor.person_id, "只有发送人可以取消", status=403)
    require_state(batch, "取消", State.PENDING, State.READY)
    batch.state = State.CANCELLED
    batch.save(update_fields=["state"])
    audit.record(BATCH_CANCELLED, batch, actor=actor)
    return batch


@transaction.atomic
def release(*, now: datetime.datetime, actor: Actor) -> int:
    """Write the texts of one batch whose time has come; 0 when there is none. Who receives is asked now."""
    due = SmsBatch.objects.filter(state=State.READY, due_at__lte=now).order_by("due_at", "id")
    batch = due.select_for_update(skip_locked=True, of=("self",)).select_related("unit").first()
    if batch is None:
        return 0
    to: dict[str, Person | None] = {one.mobile: one for one in queries.receivers(queries.audience_of(batch))}
    to |= {mobile: None for mobile in batch.external.split(",") if mobile and mobile not in to}
    wanted = write_texts(batch, to, now=now)
    batch.state = State.SENDING
    batch.save(update_fields=["state"])
    audit.record(BATCH_SENT, batch, actor=actor, changes={"texts": [0, wanted]})
    jobs.enqueue("messages.dispatch_texts", once="now")
    return 1


def write_texts(batch: SmsBatch, to: Mapping[str, Person | None], *, now: datetime.datetime) -> int:
    """A text for each number, but for those that got the same within ten minutes. Part of other acts."""
    content = {
        mobile: templates.named(batch.text, person.name) if person else batch.text
        for mobile, person in to.items()
        if mobile
    }
    told = queries.told_lately(content, since=now - rules.DEDUPE_WITHIN)
    wanted = [mobile for mobile in content if mobile not in told]
    due = rules.send_time(timezone.localtime(now), at_any_hour=rules.is_at_any_hour(batch.purpose))
    texts = [
        SmsText(
            batch=batch,
            mobile=mobile,
            text=content[mobile],
            template_key=batch.template_key or "messages.batch",
            parts=rules.parts_of(content[mobile]),
            person=to[mobile],
            sender_name=batch.creator_name,
            sender_unit=batch.unit.short_name,
            created_at=now,
            due_at=due,
        )
        for mobile in wanted
    ]
    SmsText.objects.bulk_create(texts, batch_size=_AT_A_TIME)
    return len(texts)


@transaction.atomic
def finish(*, now: datetime.datetime, actor: Actor) -> int:
    """Batches of which every text has an end: 已完成, or 部分失败 when one of them did not arrive."""
    finished = 0
    sending = SmsBatch.objects.filter(state=State.SENDING).select_for_update(skip_locked=True)
    for batch in sending:
        states = queries.states_of(batch)
        if states.keys() & {SmsText.State.WAITING, SmsText.State.SENT}:
            continue
        is_whole = not states.keys() & {SmsText.State.FAILED, SmsText.State.UNKNOWN}
        batch.state, batch.finished_at = (State.DONE if is_whole else State.PARTLY), now
        batch.save(update_fields=["state", "finished_at"])
        finished += 1
    return finished
