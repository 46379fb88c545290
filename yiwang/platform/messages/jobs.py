"""What messages do by the clock and after commit: hand texts to the carrier, wipe codes."""

import datetime

from django.utils import timezone

from yiwang.kernel.actor import SYSTEM
from yiwang.platform.messages.actions import codes, sms
from yiwang.platform.messages.gateways.chosen import gateway
from yiwang.platform.messages.gateways.interface import Answer, Unreachable


def text_receivers(message_id: int) -> int:
    """The SMS part of a message."""
    return sms.text_receivers(message_id, actor=SYSTEM)


def dispatch_texts() -> int:
    """Every minute and after each sending: hand over what is due, outside of transactions."""
    handed = 0
    while due := sms.claim_due(now=timezone.now(), actor=SYSTEM):
        for text in due:
            try:
                answer = gateway().send(reference=str(text.row_key), mobile=text.mobile, text=text.text)
            except Unreachable:
                answer = Answer(failure="运营商网关无响应")
            sms.settle(text, answer, now=timezone.now(), actor=SYSTEM)
        handed += len(due)
    return handed


def forget_codes() -> None:
    """Every ten minutes: texts of codes are wiped when these are void, codes after a day."""
    now = timezone.now()
    sms.hide_secrets(before=now - datetime.timedelta(minutes=10), actor=SYSTEM)
    codes.forget_codes(before=now - datetime.timedelta(days=1))
