"""What is done with cards: sent, answered by who received them, changed by who sent them."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid, not_found, require
from yiwang.kernel.extension.messages import MessageKind
from yiwang.kernel.extension.open_calls import Caller
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.clients.queries.callers import digest
from yiwang.platform.messages import hooks, rules
from yiwang.platform.messages.actions import card_parts, messages, telling
from yiwang.platform.messages.actions.card_parts import EVERYBODY, Chosen
from yiwang.platform.messages.models import (
    Card,
    CardCode,
    CardCopy,
    CardFace,
    CardPicture,
    CardPress,
    Message,
    Receipt,
)
from yiwang.platform.messages.models.card_content import Button, Content, answer_problem, read, stored
from yiwang.platform.messages.vocabulary import CARD_CHANGED, CARD_PRESSED

LONGEST_LABEL = 20
GONE = "卡片内容已更新，请按最新内容操作"


@transaction.atomic
def send_card(
    kind: MessageKind, *, content: Content, task_id: str = "", actor: Actor, **words: Any
) -> Message | None:
    """messages.send with a card; answers come by the hook card_pressed. It leads to pages of the platform."""
    card_parts.check(content, task_id=task_id, actor=actor)
    message = messages.send(kind, actor=actor, **words)
    if message is not None and not Card.objects.filter(message=message).exists():
        card_parts.attach(message, content, task_id=task_id, now=timezone.now())
    return message


@transaction.atomic
def press(
    receipt_id: int,
    *,
    number: int,
    key: str,
    actor: Principal,
    chosen: Mapping[str, Sequence[str]] | None = None,
    now: datetime.datetime | None = None,
) -> CardPress:
    """He answers the face that he sees (number), once; the same answer again changes nothing."""
    moment = now or timezone.now()
    receipt, card, face, copy = _seen(receipt_id, actor)
    message = receipt.message
    require(not receipt.is_recalled, "该消息已撤回，不能再操作", code="E-STATE-01")
    is_over = message.valid_until is not None and message.valid_until <= moment
    require(not is_over, "该消息已过有效期，不能再操作", code="E-STATE-01")
    content = read(face.content)
    entry = content.menu_entry(key)
    answers = {} if entry else {name: list(some) for name, some in (chosen or {}).items() if some}
    before = CardPress.objects.filter(face__card=card, face__number=number, person_id=actor.person_id)
    before = before.filter(slot=key if entry else "")
    if known := before.first():
        return _same(known, key, answers)
    require(face.number == number and not (copy and copy.done_label), GONE, code="E-STATE-01")
    pressed = entry or _answering(content, key, answers)

    try:
        with transaction.atomic():
            made = CardPress.objects.create(
                face=face,
                person_id=actor.person_id,
                slot=key if entry else "",
                key=key,
                label=pressed.text,
                chosen=answers,
                pressed_at=moment,
            )
    except IntegrityError:
        return _same(before.get(), key, answers)
    if receipt.read_at is None:
        receipt.read_at = moment
        receipt.save(update_fields=["read_at"])
    audit.record(CARD_PRESSED, message, actor=actor, reason=pressed.text)
    if not telling.tell_pressed(made, card, message, content, now=moment):
        hooks.card_pressed(message=message, card=card, press=made, actor=actor)
    if entry:
        card_parts.touch(card, actor.person_id, now=moment)
    else:
        card_parts.note_answered(card, actor.person_id, face.number, now=moment)
    return made


def _seen(receipt_id: int, actor: Principal) -> tuple[Receipt, Card, CardFace, CardCopy | None]:
    """His own message, locked: of two windows of his one comes after the other."""
    own = Receipt.objects.visible_to(actor).select_for_update(of=("self",)).select_related("message")
    receipt = own.filter(pk=receipt_id).first()
    card = Card.objects.filter(message_id=receipt.message_id).first() if receipt else None
    if receipt is None or card is None:
        raise not_found()
    copy = CardCopy.objects.filter(card=card, person_id=actor.person_id).first()
    face = CardFace.objects.get(card=card, number=copy.number if copy else 1)
    return receipt, card, face, copy


def _answering(content: Content, key: str, answers: dict[str, list[str]]) -> Button:
    problem = answer_problem(content, key, answers)
    if problem:
        raise invalid("chosen", problem)
    button = content.button(key)
    if button is None:
        raise not_found()
    return button


def _same(known: CardPress, key: str, answers: dict[str, list[str]]) -> CardPress:
    if (known.key, known.chosen) != (key, answers):
        raise Refused(f"您已提交“{known.label}”，不能重复提交", code="E-STATE-01")
    return known


@transaction.atomic
def change(
    card: Card,
    *,
    actor: Actor,
    content: Content | None = None,
    label: str = "",
    chosen: Chosen = EVERYBODY,
    now: datetime.datetime | None = None,
) -> int:
    """Another face for some receivers or all, or words in the place of the buttons; how many see it."""
    moment = now or timezone.now()
    card = Card.objects.select_for_update(of=("self",), no_key=True).select_related("message").get(pk=card.pk)
    if not rules.can_recall(actor, card.message):
        raise not_found()
    recalled = card.message.recalled_at is not None
    require(not recalled, "当前状态为“已撤回”，不能执行“更新卡片”", code="E-STATE-01")
    label = label.strip()
    if content is None and not label:
        raise invalid("card", "应填写卡片内容或按钮替换文字")
    if len(label) > LONGEST_LABEL:
        raise invalid("button_label", f"按钮替换文字不能超过{LONGEST_LABEL}个字")

    if content is None:
        number = card_parts.put_label(card, label, chosen, now=moment)
    else:
        card_parts.check(content, task_id=card.task_id, actor=actor)
        card.latest += 1
        card.save(update_fields=["latest"])
        CardFace.objects.create(card=card, number=card.latest, content=stored(content), made_at=moment)
        card_parts.want_pictures(card, content)
        is_open = content.asks and not label
        number = card_parts.put_face(card, card.latest, chosen, label=label, is_open=is_open, now=moment)
    require(number, "接收人全部无效或不在可见范围", status=422, code=rules.NOBODY)
    audit.record(CARD_CHANGED, card.message, actor=actor, changes={"receivers": [0, number]})
    return number


@transaction.atomic
def use_code(code: str, *, actor: Caller, now: datetime.datetime | None = None) -> CardCode:
    """Take the one use of a code of its own: of those who try at once, the database lets one have it."""
    moment = now or timezone.now()
    own = CardCode.objects.filter(digest=digest(code), card__app=actor.client_id)
    found = own.select_related("card__message").first()
    # On the row alone: a condition by way of the card would be judged before the lock, not after it.
    unused = CardCode.objects.filter(pk=found.pk if found else 0, used_at=None, expires_at__gt=moment)
    if found is None or not unused.update(used_at=moment):
        raise Refused("response_code 无效、已过期或已使用，只能使用一次", code=rules.UNUSABLE_CODE)
    return found


@transaction.atomic
def follow_delivery(event_id: int, *, now: datetime.datetime) -> None:
    """The application heard of an answer, or did not: the page of who gave it says so."""
    for press in CardPress.objects.filter(event_id=event_id).select_related("face__card"):
        card_parts.touch(press.face.card, press.person_id, now=now)


@transaction.atomic
def keep_picture(
    picture: CardPicture, *, kind: str, content: bytes, failure: str, actor: Actor, now: datetime.datetime
) -> None:
    """What was fetched for a card, or why not; open pages of its receivers show it."""
    own = (
        CardPicture.objects.select_for_update(of=("self",)).select_related("card__message").get(pk=picture.pk)
    )
    own.state = CardPicture.State.FAILED if failure else CardPicture.State.READY
    own.kind, own.content, own.failure = kind, content, failure
    own.save(update_fields=["state", "kind", "content", "failure"])
    if not failure and own.card.message.receivers <= rules.MOST_TOLD_OF_PICTURES:
        card_parts.touch_all(own.card.message, now=now)


@transaction.atomic
def forget_codes(*, now: datetime.datetime) -> int:
    """Codes that are used or void, a day later."""
    gone, _ = CardCode.objects.filter(expires_at__lt=now - datetime.timedelta(days=1)).delete()
    return gone
