"""Message kinds: what modules tell people, and by which channels (统一消息)."""

from dataclasses import dataclass
from enum import StrEnum

from yiwang.kernel.registry import Registry


class Category(StrEnum):
    """类别 of domain reference §6.3."""

    NOTICE = "notice"
    REMINDER = "reminder"
    URGING = "urging"
    SYSTEM = "system"


@dataclass(frozen=True)
class MessageKind:
    """key: `<app>.<past participle>`; label: Chinese. is_sms: also by SMS, to who has a mobile number.

    title, summary: str.format patterns over the words given to `messages.actions.messages.send`.
    """

    key: str
    label: str
    category: Category
    title: str
    summary: str = ""
    icon: str = "bell"
    is_sms: bool = False


message_kinds: Registry[MessageKind] = Registry("message_kinds", "What people are told")
