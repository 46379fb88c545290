"""What every gateway does, whatever protocol is spoken: texts (CMPP, HTTP, SMPP), pushes, e-mails."""

from dataclasses import dataclass
from typing import Protocol


class Unreachable(Exception):
    """Nobody answered in time: nothing is known of what was sent, it is tried again."""


class NeverTaken(Exception):
    """It was refused for good: the address does not exist, the text is not allowed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the carrier said. carrier_id: its number for the text.

    failure: why it refused, "" when it took it. is_delivered: it knows already that the phone has it.
    """

    carrier_id: str = ""
    failure: str = ""
    is_delivered: bool = False


@dataclass(frozen=True, slots=True)
class News:
    """What the carrier brings: a receipt (carrier_id; failure "": delivered), or a reply (mobile, text)."""

    carrier_id: str = ""
    failure: str = ""
    mobile: str = ""
    text: str = ""


class SmsGateway(Protocol):
    """Called from jobs only, outside of transactions. What it sends is never logged."""

    is_simulator: bool

    def send(self, *, reference: str, mobile: str, text: str) -> Answer:
        """Hand one text over. reference: the same for every try, so that the carrier sends it once.

        carrier_id of the answer: one id for each part, joined by commas.
        """
        ...

    def poll(self) -> list[News]:
        """Receipts and replies that have come. Never raises: a carrier that is away brings nothing."""
        ...


class PushGateway(Protocol):
    """The service that reaches the telephones' app (随申办政务云 or another). Called from jobs only."""

    def send(self, *, reference: str, account: str, title: str, text: str, url: str) -> None:
        """account: the login name. Raises Unreachable or NeverTaken; who has no app is NeverTaken."""
        ...


class MailGateway(Protocol):
    """A mail server. Called from jobs only."""

    def send(self, *, reference: str, address: str, subject: str, text: str) -> None:
        """Raises Unreachable or NeverTaken."""
        ...
