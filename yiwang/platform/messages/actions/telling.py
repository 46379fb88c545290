"""Telling connected applications what people did with their messages."""

import datetime

from yiwang.kernel.extension.open_calls import OpenEventKind
from yiwang.platform.addressbook.queries import applications
from yiwang.platform.clients.actions import events
from yiwang.platform.clients.queries import callers
from yiwang.platform.messages.actions import card_parts
from yiwang.platform.messages.models import Card, CardPress, Message
from yiwang.platform.messages.models.card_content import Content
from yiwang.platform.messages.vocabulary import CLIENT

CONFIRMED = OpenEventKind(
    "messages.confirmed",
    "消息已确认",
    "接收人确认收到；应用不可见的人员，person_id 为空",
    '{"message_id": 10482, "person_id": 1001}',
)
# The name is the one that developers know from other platforms; response_code changes the card once.
CARD_PRESSED = OpenEventKind(
    "messages.template_card_event",
    "卡片已回应",
    "接收人点击了卡片的按钮或菜单；response_code 在72小时内可更新卡片一次；不可见者 person_id 为空",
    '{"message_id": 10482, "task_id": "leave-31", "card_type": "buttons", "event_key": "agree",'
    ' "response_code": "…", "person_id": 1001, "is_menu": false,'
    ' "selected_items": [{"question_key": "days", "option_ids": ["2"]}]}',
)


def tell_confirmed(message: Message, person_id: int) -> None:
    """Part of confirming. Somebody whom the application may not see has no number here."""
    caller = callers.of_client(int(message.about_id)) if message.about_type == CLIENT else None
    if caller is None:
        return
    shown = person_id if applications.seen(caller, [person_id]) else None
    data = {"message_id": message.pk, "person_id": shown}
    events.tell(caller.client_pk, CONFIRMED.key, data)


def tell_pressed(
    press: CardPress, card: Card, message: Message, content: Content, *, now: datetime.datetime
) -> bool:
    """Part of answering a card; False when it is not of an application."""
    if message.about_type != CLIENT:
        return False
    caller = callers.of_client(int(message.about_id))
    if caller is None:
        return True
    seen = applications.seen(caller, [press.person_id])
    data = {
        "message_id": message.pk,
        "task_id": card.task_id,
        "card_type": content.layout.value,
        "event_key": press.key,
        "response_code": card_parts.issue_code(card, person_id=press.person_id, now=now),
        "person_id": press.person_id if seen else None,
        "is_menu": bool(press.slot),
        "selected_items": [
            {"question_key": key, "option_ids": options} for key, options in press.chosen.items()
        ],
    }
    press.event = events.tell(caller.client_pk, CARD_PRESSED.key, data)
    press.save(update_fields=["event"])
    return True
