"""Telling people something, and what they do with it: read, confirm, recall."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from psycopg.types.json import Json

from yiwang.kernel import jobs
from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid, not_found, require
from yiwang.kernel.extension.messages import MessageKind, message_kinds
from yiwang.kernel.realtime import news
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.messages import rules
from yiwang.platform.messages.actions import card_parts
from yiwang.platform.messages.actions.telling import tell_confirmed
from yiwang.platform.messages.models import Delivery, Message, Reach, ReachLine, Receipt
from yiwang.platform.messages.queries import audience as queries
from yiwang.platform.messages.queries import reach
from yiwang.platform.messages.queries.audience import Audience
from yiwang.platform.messages.vocabulary import CONFIRMED, RECALLED, SENT

About = models.Model | tuple[str, object, str]

_LONGEST_TITLE, _LONGEST_SUMMARY, _LONGEST_ABOUT = 100, 500, 200

# One statement for one receiver and for a hundred thousand: 0.65 million receipts a second. How many each of
# the chosen tags stands for is counted in the same pass.
_SEND = """
    WITH {told}, message AS (
        INSERT INTO messages_message (app, app_name, audience, kind, category, title, summary, url,
            about_type, about_id, about_title, urgency, need_receipt, sender_id, sender_name,
            sender_unit, receivers, dedupe_key, sent_at, valid_until)
        SELECT %(app)s, %(app_name)s, %(audience)s::jsonb, %(kind)s, %(category)s, %(title)s,
            %(summary)s, %(url)s, %(about_type)s, %(about_id)s,
            %(about_title)s, %(urgency)s, %(need_receipt)s, %(sender_id)s::bigint, %(sender_name)s,
            %(sender_unit)s, (SELECT count(*) FROM told), %(dedupe_key)s, %(sent_at)s::timestamptz,
            %(valid_until)s::timestamptz
        WHERE EXISTS (SELECT FROM told)
        ON CONFLICT (app, dedupe_key) DO NOTHING
        RETURNING *
    ), receipts AS (
        INSERT INTO messages_receipt (message_id, person_id, sent_at, need_receipt, is_recalled)
        SELECT message.id, told.id, message.sent_at, message.need_receipt, false FROM message, told
    )
    SELECT message.*, {numbers} AS numbers_of_parts FROM message"""


@transaction.atomic
def send(
    kind: MessageKind,
    *,
    to: Iterable[int] = (),
    about: About,
    words: Mapping[str, str],
    actor: Actor,
    url: str = "",
    need_receipt: bool = False,
    urgency: int = 0,
    valid_until: datetime.datetime | None = None,
    dedupe_key: str | None = None,
    audience: Audience | None = None,
    app: str = "",
    app_name: str = "",
) -> Message | None:
    """Tell these persons; None when nobody is left to be told (accounts closed).

    Who has no active account yet reads it after activation. The same dedupe_key of one app is sent once.
    audience: instead of `to`, units, tags and roles, resolved by the statement that stores the receipts.
    app, app_name: of an application that is no module. The message's numbers_of_tags: tag → how many it told;
    empty when the message had been sent before.
    """
    _check(kind, urgency)
    about_type, about_id, about_title = _describe(about)
    persons = tuple(sorted(set(to)))
    told = queries.told(audience or Audience(persons=persons))
    values: dict[str, Any] = {
        "app": app or kind.key.partition(".")[0],
        "app_name": app_name,
        "audience": Json(queries.described(audience) if audience else []),
        "kind": kind.key,
        "category": kind.category.value,
        "title": _short(kind.title.format(**words), _LONGEST_TITLE),
        "summary": _short(kind.summary.format(**words), _LONGEST_SUMMARY),
        "url": url,
        "about_type": about_type,
        "about_id": about_id,
        "about_title": _short(about_title, _LONGEST_ABOUT),
        "urgency": urgency,
        "need_receipt": need_receipt,
        "sender_id": getattr(actor, "person_id", None),
        "sender_name": actor.name,
        "sender_unit": actor.unit_name,
        "dedupe_key": dedupe_key,
        "sent_at": timezone.now(),
        "valid_until": valid_until,
    }
    statement = _SEND.format(told=told.sql, numbers=told.numbers)
    message = next(iter(Message.objects.raw(statement, values | told.values)), None)
    if message is None:
        known = Message.objects.filter(app=values["app"], dedupe_key=dedupe_key)
        return known.first() if dedupe_key else None

    message.numbers_of_tags = told.of_tags(message.numbers_of_parts)
    audit.record(SENT, message, actor=actor, changes={"receivers": [0, message.receivers]})
    _follow_up(message, kind, None if audience else persons)
    return message


def _check(kind: MessageKind, urgency: int) -> None:
    if kind.key not in message_kinds:
        raise LookupError(f"{kind.key} is not registered; add it in its app's manifest")
    if urgency not in Message.Urgency.values:
        raise invalid("urgency", "紧急程度应为平急、加急或特急")


def _follow_up(message: Message, kind: MessageKind, persons: Sequence[int] | None) -> None:
    """Pages that are open, and the other channels. persons: who was named, if they were."""
    _tell_pages(message, persons)
    if kind.is_sms:
        jobs.enqueue("messages.text_receivers", message_id=message.pk)
    if kind.is_push or kind.is_mail:
        jobs.enqueue("messages.deliver", message_id=message.pk)


def _tell_pages(message: Message, persons: Sequence[int] | None = None) -> None:
    if message.receivers > news.MOST_NAMED:
        news.everybody_changed()
        return
    told = Receipt.objects.filter(message=message).values_list("person_id", flat=True)
    news.numbers_changed(told if persons is None else persons)


def _describe(about: About) -> tuple[str, str, str]:
    if isinstance(about, models.Model):
        return about._meta.label_lower, str(about.pk), str(about)
    kind, identity, title = about
    return kind, str(identity), title


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


@transaction.atomic
def read(receipt_id: int, *, actor: Principal) -> Receipt:
    """Open one of one's own messages (已读); reading it again changes nothing."""
    receipt = _own(receipt_id, actor)
    if receipt.read_at is None and not receipt.is_recalled:
        receipt.read_at = timezone.now()
        receipt.save(update_fields=["read_at"])
        _tell_of_own(actor)
    return receipt


@transaction.atomic
def note_delivered(*, actor: Principal) -> int:
    """已送达: he looks at the list in which they are; how many had not been there before."""
    waiting = Receipt.objects.visible_to(actor).filter(delivered_at=None, read_at=None, is_recalled=False)
    return waiting.update(delivered_at=timezone.now())


@transaction.atomic
def read_all(*, actor: Principal) -> int:
    """全部已读: how many there were. What must be confirmed stays under 需确认."""
    number = Receipt.objects.visible_to(actor).unread().update(read_at=timezone.now())
    _tell_of_own(actor)
    return number


@transaction.atomic
def confirm(receipt_id: int, *, actor: Principal) -> Receipt:
    """Tell the sender that it arrived (确认收到); once."""
    receipt = _own(receipt_id, actor)
    require(not receipt.is_recalled, "该消息已撤回，无需确认")
    require(receipt.need_receipt, "该消息不需要确认")
    if receipt.confirmed_at is not None:
        return receipt
    receipt.confirmed_at = timezone.now()
    receipt.read_at = receipt.read_at or receipt.confirmed_at
    receipt.save(update_fields=["read_at", "confirmed_at"])
    audit.record(CONFIRMED, receipt.message, actor=actor)
    tell_confirmed(receipt.message, receipt.person_id)
    _tell_of_own(actor)
    return receipt


def _tell_of_own(actor: Principal) -> None:
    """His own pages, and the boards that are open on what he has received (必达)."""
    news.numbers_changed([actor.person_id, *reach.watchers(actor.person_id)])


@transaction.atomic
def recall(message: Message, *, reason: str, actor: Actor, now: datetime.datetime | None = None) -> Message:
    """Take a message back (撤回): its receivers see “已撤回” in its place."""
    message = Message.objects.select_for_update().get(pk=message.pk)
    if not rules.can_recall(actor, message):
        raise not_found()
    require(message.recalled_at is None, "当前状态为“已撤回”，不能执行“撤回”", code="E-STATE-01")
    moment = now or timezone.now()
    if not rules.is_recallable(message, now=moment):
        raise Refused("消息发出已超过2分钟，不能撤回")
    if not reason.strip():
        raise invalid("reason", "请填写事由")

    message.recalled_at = moment
    message.save(update_fields=["recalled_at"])
    Receipt.objects.filter(message=message).update(is_recalled=True)
    Delivery.objects.filter(message=message, state__in=Delivery.OPEN).update(state=Delivery.State.DROPPED)
    card_parts.touch_all(message, now=moment)
    ladder = Reach.objects.filter(message=message, state=Reach.State.RUNNING)
    ladder.update(state=Reach.State.RECALLED, ended_at=moment, ended_by_name=actor.name, end_reason=reason)
    ReachLine.objects.filter(reach__message=message).exclude(next_at=None).update(next_at=None)
    _tell_pages(message)

    audit.record(RECALLED, message, actor=actor, reason=reason)
    return message


def _own(receipt_id: int, actor: Principal) -> Receipt:
    receipt = (
        Receipt.objects.visible_to(actor)
        .select_for_update(of=("self",))
        .select_related("message")
        .filter(pk=receipt_id)
        .first()
    )
    if receipt is None:
        raise not_found()
    return receipt
