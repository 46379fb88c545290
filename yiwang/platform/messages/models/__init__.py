"""Messages, SMS and codes, listed for Django."""

from yiwang.platform.messages.models.message import Message, Receipt, ReceiptQuerySet
from yiwang.platform.messages.models.sms import Code, SmsText

__all__ = ["Code", "Message", "Receipt", "ReceiptQuerySet", "SmsText"]
