"""SMS templates: what may be sent to mobile phones, with the words left open (domain reference §16)."""

from dataclasses import dataclass
from string import Formatter

from yiwang.kernel.registry import Registry


@dataclass(frozen=True)
class SmsTemplate:
    """key: `<app>.<what>`; label: Chinese; text: str.format pattern without the signature.

    is_secret: the text holds a code: nobody sees it after it was sent. at_any_hour: not held back at night
    (验证码, 值班, 应急). for_batches: people may choose it when they send texts to many. kind: what such
    texts are for, as messages.TextPurpose has it.
    """

    key: str
    label: str
    text: str
    is_secret: bool = False
    at_any_hour: bool = False
    for_batches: bool = False
    kind: str = "account"

    @property
    def words(self) -> frozenset[str]:
        """What must be given to fill it in."""
        return frozenset(name for _, name, _, _ in Formatter().parse(self.text) if name)


sms_templates: Registry[SmsTemplate] = Registry("sms_templates", "Texts that may be sent by SMS")
