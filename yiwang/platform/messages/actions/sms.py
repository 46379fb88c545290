"""Sending texts (短信): written down here, handed to the carrier by a job, the answer stored here again."""

import datetime
from collections.abc import Iterable, Mapping

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from yiwang.kernel import jobs
from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import invalid
from yiwang.kernel.extension.sms import SmsTemplate, sms_templates
from yiwang.kernel.validators import Invalid
from yiwang.kernel.validators import mobile as checked_mobile
from yiwang.platform.messages import hooks, rules
from yiwang.platform.messages.gateways.interface import Answer, News
from yiwang.platform.messages.models import Message, Receipt, SmsText
from yiwang.platform.messages.queries import texts
from yiwang.platform.messages.vocabulary import MESSAGE_TEXT, REACH_TEXT, TEXT_FAILED, TEXTED

_AT_A_TIME = 500
_LONGEST_FAILURE = 100
HIDDEN = "（验证码短信，发送后不再显示内容）"


@transaction.atomic
def send_text(
    mobile: str,
    *,
    template_key: str,
    words: Mapping[str, str],
    actor: Actor,
    person_id: int | None = None,
) -> SmsText:
    """Send one text; at night it waits until 08:00 unless its template may go at any hour."""
    if template_key not in sms_templates:
        raise invalid("template", "没有这个短信模板")
    template = sms_templates.get(template_key)
    text = _written(mobile, template, words, actor, person_id=person_id)
    text.save(force_insert=True)
    audit.record(TEXTED, text, actor=actor)
    jobs.enqueue("messages.dispatch_texts", once="now")
    return text


def _written(
    mobile: str,
    template: SmsTemplate,
    words: Mapping[str, str],
    actor: Actor,
    *,
    person_id: int | None = None,
    message: Message | None = None,
) -> SmsText:
    missing = template.words - words.keys()
    if missing:
        raise invalid("words", f"短信模板“{template.label}”缺少变量：{'、'.join(sorted(missing))}")
    try:
        number = checked_mobile(mobile)
    except Invalid as error:
        raise invalid("mobile", str(error)) from error
    content = f"【{settings.SMS_SIGNATURE}】{template.text.format(**words)}"
    now = timezone.localtime()
    at_any_hour = template.at_any_hour or (
        message is not None and message.urgency == Message.Urgency.VERY_URGENT
    )
    return SmsText(
        mobile=number,
        text=content,
        template_key=template.key,
        parts=rules.parts_of(content),
        person_id=person_id,
        message=message,
        sender_name=actor.name,
        sender_unit=actor.unit_name,
        created_at=now,
        due_at=rules.send_time(now, at_any_hour=at_any_hour),
    )


@transaction.atomic
def text_receivers(message_id: int, *, actor: Actor) -> int:
    """The SMS part of a message: one text for each receiver with a number; safe to run twice."""
    message = Message.objects.filter(pk=message_id, recalled_at=None).first()
    if message is None:
        return 0
    sign = "回复1签收" if message.need_receipt else ""
    words = {"text": "，".join(filter(None, (message.title, message.summary, sign)))}
    written = 0
    while people := texts.without_text(message, limit=_AT_A_TIME):
        made = [
            _written(person.mobile, MESSAGE_TEXT, words, actor, person_id=person.pk, message=message)
            for person in people
        ]
        SmsText.objects.bulk_create(made)
        written += len(made)
    if written:
        audit.record(TEXTED, message, actor=actor, changes={"texts": [0, written]})
        jobs.enqueue("messages.dispatch_texts", once="now")
    return written


@transaction.atomic
def text_unconfirmed(message: Message, person_ids: Iterable[int], *, actor: Actor) -> int:
    """A step of a ladder (必达): one text for each of these receivers who has a number and got none yet."""
    words = {"unit": message.sender_unit or message.app_name, "title": message.title}
    people = texts.without_text(message, among=person_ids)
    made = [
        _written(person.mobile, REACH_TEXT, words, actor, person_id=person.pk, message=message)
        for person in people
    ]
    for text in made:
        text.sender_name, text.sender_unit = message.sender_name, message.sender_unit
    SmsText.objects.bulk_create(made, batch_size=_AT_A_TIME)
    if made:
        audit.record(TEXTED, message, actor=actor, changes={"texts": [0, len(made)]})
        jobs.enqueue("messages.dispatch_texts", once="now")
    return len(made)


@transaction.atomic
def claim_due(*, now: datetime.datetime, actor: Actor) -> list[SmsText]:
    """Take texts whose time has come for one try each; who dies over them leaves them to be tried again.

    What was confirmed or recalled meanwhile is not sent any more.
    """
    needless = texts.needless(now).select_for_update(skip_locked=True, of=("self",))
    SmsText.objects.filter(pk__in=[one.pk for one in needless]).update(state=SmsText.State.DROPPED)
    due = list(texts.due(now).select_for_update(skip_locked=True)[:_AT_A_TIME])
    later = now + datetime.timedelta(seconds=rules.RETRY_SECONDS)
    for text in due:
        text.tries += 1
        text.due_at = later
    SmsText.objects.bulk_update(due, ["tries", "due_at"])
    return due


@transaction.atomic
def settle(text: SmsText, answer: Answer, *, now: datetime.datetime, actor: Actor) -> SmsText:
    """Store what the carrier said. A refused text is tried once more after five minutes."""
    text = SmsText.objects.select_for_update().get(pk=text.pk)
    if text.state != SmsText.State.WAITING:
        return text
    text.failure = answer.failure[:_LONGEST_FAILURE]
    if not answer.failure:
        text.state = SmsText.State.DELIVERED if answer.is_delivered else SmsText.State.SENT
        text.sent_at = now
        text.delivered_at = now if answer.is_delivered else None
        text.carrier_ids = [one for one in answer.carrier_id.split(",") if one]
        if answer.is_delivered:
            text.parts_delivered = text.parts
    elif text.tries >= rules.MOST_TRIES:
        text.state = SmsText.State.FAILED
        audit.record(TEXT_FAILED, text, actor=actor, reason=text.failure)
    text.save(update_fields=_SETTLED)
    if text.state == SmsText.State.FAILED:
        _note_dead(text, actor)
    return text


_SETTLED = ("state", "failure", "sent_at", "delivered_at", "carrier_ids", "parts_delivered")


@transaction.atomic
def take_receipt(news: News, *, now: datetime.datetime, actor: Actor) -> SmsText | None:
    """The carrier says what became of a part; all parts delivered is delivered, one that failed is failed."""
    found = texts.by_carrier_id(news.carrier_id).select_for_update(of=("self",)).first()
    if found is None:
        return None
    if news.failure:
        found.state, found.failure = SmsText.State.FAILED, news.failure[:_LONGEST_FAILURE]
        audit.record(TEXT_FAILED, found, actor=actor, reason=found.failure)
    else:
        found.carrier_ids = [one for one in found.carrier_ids if one != news.carrier_id]
        found.parts_delivered += 1
        if not found.carrier_ids:
            found.state, found.delivered_at = SmsText.State.DELIVERED, now
    found.save(update_fields=_SETTLED)
    if found.state == SmsText.State.FAILED:
        _note_dead(found, actor)
    if found.state == SmsText.State.DELIVERED and found.message_id and found.person_id:
        told = Receipt.objects.filter(
            message_id=found.message_id, person_id=found.person_id, delivered_at=None
        )
        told.update(delivered_at=now)
    return found


def _note_dead(text: SmsText, actor: Actor) -> None:
    """The third text in a row that did not arrive: whoever keeps the address book is told (§16)."""
    if text.person_id is None:
        return
    last = list(texts.outcomes_of(text.person_id, text.mobile)[: rules.DEAD_AFTER])
    if len(last) == rules.DEAD_AFTER and set(last) == {SmsText.State.FAILED}:
        hooks.number_died(person_id=text.person_id, reason=text.failure, actor=actor)


@transaction.atomic
def give_up(*, now: datetime.datetime, actor: Actor) -> int:
    """What the carrier has said nothing of for a day: 未知."""
    old = texts.unsettled(before=now - rules.UNKNOWN_AFTER)
    return old.update(state=SmsText.State.UNKNOWN)


@transaction.atomic
def hide_secrets(*, before: datetime.datetime, actor: Actor) -> int:
    """Wipe the texts that held codes, once the codes are void."""
    old = list(texts.secrets(before).select_for_update(skip_locked=True)[:_AT_A_TIME])
    for text in old:
        text.text, text.is_hidden = HIDDEN, True
        text.save(update_fields=["text", "is_hidden"])
    return len(old)
