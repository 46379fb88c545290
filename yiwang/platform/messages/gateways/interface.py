"""What every SMS gateway does, whatever protocol the carrier speaks (CMPP, HTTP)."""

from dataclasses import dataclass
from typing import Protocol


class Unreachable(Exception):
    """The carrier did not answer in time: nothing is known of the text, it is tried again."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the carrier said. carrier_id: its number for the text.

    failure: why it refused, "" when it took it. is_delivered: it knows already that the phone has it.
    """

    carrier_id: str = ""
    failure: str = ""
    is_delivered: bool = False


class SmsGateway(Protocol):
    """Called from jobs only, outside of transactions. What it sends is never logged."""

    is_simulator: bool

    def send(self, *, reference: str, mobile: str, text: str) -> Answer:
        """Hand one text over. reference: the same for every try, so that the carrier sends it once."""
        ...
