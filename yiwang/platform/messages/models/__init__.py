"""Messages, cards, SMS and codes, listed for Django."""

from yiwang.platform.messages.models.batch import SmsBatch
from yiwang.platform.messages.models.card import Card, CardCode, CardCopy, CardFace, CardPicture, CardPress
from yiwang.platform.messages.models.delivery import Channel, Delivery, Mute, MuteQuerySet
from yiwang.platform.messages.models.message import Message, Receipt, ReceiptQuerySet
from yiwang.platform.messages.models.quota import TextQuota
from yiwang.platform.messages.models.reach import Reach, ReachAsk, ReachLine, ReachStep, ReachWatch
from yiwang.platform.messages.models.rich_text import RichText
from yiwang.platform.messages.models.sms import Code, SmsReply, SmsText
from yiwang.platform.messages.models.template import TextPurpose, TextTemplate

__all__ = [
    "Card",
    "CardCode",
    "CardCopy",
    "CardFace",
    "CardPicture",
    "CardPress",
    "Channel",
    "Code",
    "Delivery",
    "Message",
    "Mute",
    "MuteQuerySet",
    "Reach",
    "ReachAsk",
    "ReachLine",
    "ReachStep",
    "ReachWatch",
    "Receipt",
    "ReceiptQuerySet",
    "RichText",
    "SmsBatch",
    "SmsReply",
    "SmsText",
    "TextPurpose",
    "TextQuota",
    "TextTemplate",
]
