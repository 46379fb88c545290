"""上行短信: what people write back signs for what asks for it, or is settled by the office."""

import datetime

from django.db import transaction
from django.utils import timezone

from yiwang.kernel import database, jobs
from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid, not_found, require
from yiwang.kernel.realtime import news as news_of_pages
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.messages import rules
from yiwang.platform.messages.actions import batches
from yiwang.platform.messages.gateways.interface import News
from yiwang.platform.messages.models import SmsBatch, SmsReply, SmsText
from yiwang.platform.messages.queries import quotas, reach
from yiwang.platform.messages.queries import replies as queries
from yiwang.platform.messages.vocabulary import (
    BATCH_REMINDED,
    CONFIRMED_BY_TEXT,
    REPLY_HANDLED,
    TEXT_CONFIRMED,
)

State = SmsReply.State
_LONGEST_REPLY = 500


@transaction.atomic
def take_reply(news: News, *, now: datetime.datetime, actor: Actor) -> SmsReply:
    """Somebody wrote back. “1” signs for the last text that asks for it (回复1签收)."""
    mobile = news.mobile.removeprefix("+").removeprefix("86")[-11:]
    signs = rules.is_signature(news.text)
    text = queries.answered(mobile, since=now - rules.REPLY_WITHIN, signs=signs)
    has_confirmed = signs and text is not None and _confirm(text, mobile, now, actor)
    person = queries.author(mobile, text)
    state = State.CONFIRMED if has_confirmed else State.NOTED if text is not None else State.WAITING
    return SmsReply.objects.create(
        mobile=mobile,
        text=news.text[:_LONGEST_REPLY],
        text_to=text,
        person=person,
        unit=queries.office_of(text, person),
        state=state,
        has_confirmed=has_confirmed,
        received_at=now,
    )


def _confirm(text: SmsText, mobile: str, now: datetime.datetime, actor: Actor) -> bool:
    """Sign for the message or the batch that the text was of; False when it asks for nothing."""
    if text.batch is not None:
        if not text.batch.need_receipt:
            return False
        same = SmsText.objects.filter(batch=text.batch, mobile_index=text.mobile_index, confirmed_at=None)
        if not same.update(confirmed_at=now):
            return False
        audit.record(TEXT_CONFIRMED, text.batch, actor=actor)
        return True
    told = queries.unconfirmed(text).select_for_update(of=("self",)).select_related("message").first()
    if told is None:
        return False
    told.confirmed_at, told.read_at = now, told.read_at or now
    told.save(update_fields=["confirmed_at", "read_at"])
    news_of_pages.numbers_changed([told.person_id, *reach.watchers(told.person_id)])
    audit.record(CONFIRMED_BY_TEXT, told.message, actor=actor)
    return True


@transaction.atomic
def handle(reply_id: int, *, note: str, actor: Principal) -> SmsReply:
    """处理 of a reply that answers no text, with what was done; of two the second is told who was first."""
    if not SmsReply.objects.visible_to(actor).filter(pk=reply_id).exists():
        raise not_found()
    reply = SmsReply.objects.select_for_update().get(pk=reply_id)
    if reply.state == State.HANDLED and reply.handled_at is not None:
        at = timezone.localtime(reply.handled_at)
        raise Refused(f"该数据已被{reply.handled_by_name}于{at:%H:%M}修改，请刷新后重试", code="E-CONC-01")
    words = f"当前状态为“{reply.get_state_display()}”，不能执行“处理”"
    require(reply.state == State.WAITING, words, code="E-STATE-01")
    if not note.strip():
        raise invalid("note", "请填写处理说明")
    reply.state, reply.handling = State.HANDLED, note.strip()[:200]
    reply.handled_at, reply.handled_by_name = timezone.now(), actor.name
    reply.save(update_fields=["state", "handling", "handled_at", "handled_by_name"])
    audit.record(REPLY_HANDLED, reply, actor=actor, reason=reply.handling)
    return reply


@transaction.atomic
def remind(batch_id: int, *, actor: Principal, now: datetime.datetime | None = None) -> int:
    """提醒未签收: the same text again to who has not signed, once in four hours; how many."""
    now = now or timezone.now()
    batch = batches.locked(batch_id, actor=actor)
    require(batch.creator_id == actor.person_id, "只有发送人可以提醒", status=403)
    require(batch.need_receipt, "该批次不要求签收")
    batches.require_state(batch, "提醒", SmsBatch.State.DONE, SmsBatch.State.PARTLY)
    last = batch.reminded_at
    if last is not None and now - last < rules.REMIND_EVERY:
        wait = rules.REMIND_EVERY - (now - last)
        seconds = int(wait.total_seconds())
        raise Refused("4小时内已提醒过，请稍后再试", status=429, retry_after=seconds)
    waiting = queries.unsigned(batch)
    require(waiting, "所有接收人都已签收")
    _spend(batch, len(waiting), now)
    number = batches.write_texts(batch, waiting, now=now)
    require(number, "10分钟内已向这些号码发送过相同内容")
    batch.state, batch.reminded_at = SmsBatch.State.SENDING, now
    batch.save(update_fields=["state", "reminded_at"])
    audit.record(BATCH_REMINDED, batch, actor=actor, changes={"texts": [0, number]})
    jobs.enqueue("messages.dispatch_texts", once="now")
    return number


def _spend(batch: SmsBatch, people: int, now: datetime.datetime) -> None:
    if rules.is_free_of_quota(batch.purpose):
        return
    database.lock_one("messages.quota", str(batch.unit_id))
    left = quotas.standing(batch.unit, now=timezone.localtime(now)).left
    require(
        people * batch.parts <= left, f"本单位本月短信额度不足，剩余{left}条，本次需{people * batch.parts}条"
    )
