"""Telling connected applications what people did with their messages."""

from yiwang.kernel.extension.open_calls import OpenEventKind
from yiwang.platform.addressbook.queries import applications
from yiwang.platform.clients.actions import events
from yiwang.platform.clients.queries import callers
from yiwang.platform.messages.models import Message
from yiwang.platform.messages.vocabulary import CLIENT

CONFIRMED = OpenEventKind(
    "messages.confirmed",
    "消息已确认",
    "接收人确认收到；应用不可见的人员，person_id 为空",
    '{"message_id": 10482, "person_id": 1001}',
)


def tell_confirmed(message: Message, person_id: int) -> None:
    """Part of confirming. Somebody whom the application may not see has no number here."""
    caller = callers.of_client(int(message.about_id)) if message.about_type == CLIENT else None
    if caller is None:
        return
    shown = person_id if applications.seen(caller, [person_id]) else None
    data = {"message_id": message.pk, "person_id": shown}
    events.tell(caller.client_pk, CONFIRMED.key, data)
