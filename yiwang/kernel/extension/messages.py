"""Message kinds: what modules tell people, and by which channels (统一消息).

Modules that stand below the one which delivers messages (accounts, address book, tags) reach it through
`message_service()`; modules above call its action.
"""

from collections.abc import Callable
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

    is_push, is_mail: also to the telephone, by e-mail, outside of quiet hours. may_mute: people may switch
    these off for themselves. title, summary: str.format patterns over the words given to
    `messages.actions.messages.send`.
    """

    key: str
    label: str
    category: Category
    title: str
    summary: str = ""
    icon: str = "bell"
    is_sms: bool = False
    is_push: bool = False
    is_mail: bool = False
    may_mute: bool = False


message_kinds: Registry[MessageKind] = Registry("message_kinds", "What people are told")


@dataclass(frozen=True)
class MessageService:
    """send: (kind, to=person ids, about=, words=, actor=, url=…), as messages.actions.messages.send."""

    key: str
    label: str
    send: Callable[..., object]


message_services: Registry[MessageService] = Registry("message_services", "Who delivers messages")


def message_service() -> MessageService:
    """The one that is installed; LookupError when none is, so that nothing is lost in silence."""
    for service in message_services:
        return service
    raise LookupError("no module delivers messages")
