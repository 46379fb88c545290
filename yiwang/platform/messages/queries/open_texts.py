"""Batches of texts as the application that asked for them reads them: numbers, never names."""

from dataclasses import dataclass

from django.db.models import QuerySet

from yiwang.kernel.extension.open_calls import Caller
from yiwang.platform.messages.models import SmsBatch, SmsText, TextTemplate
from yiwang.platform.messages.queries import batches, replies, templates


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many texts of a batch are where, and how many receivers have signed."""

    waiting: int
    sent: int
    delivered: int
    failed: int
    unknown: int
    confirmed: int


def own(caller: Caller, number: str) -> SmsBatch | None:
    """Its own batch by its number."""
    return SmsBatch.objects.filter(number=number, app=caller.client_id).first()


def by_dedupe(caller: Caller, dedupe_id: str) -> SmsBatch | None:
    """The one that it asked for under this word."""
    return SmsBatch.objects.filter(app=caller.client_id, dedupe_key=dedupe_id).first()


def numbers(batch: SmsBatch) -> Numbers:
    """Of the texts that were written; none before the batch goes."""
    states = batches.states_of(batch)
    names = ("WAITING", "SENT", "DELIVERED", "FAILED", "UNKNOWN")
    found = (states.get(SmsText.State[name].value, 0) for name in names)
    waiting, sent, delivered, failed, unknown = found
    confirmed = replies.signed(batch).confirmed
    return Numbers(waiting, sent, delivered, failed, unknown, confirmed)


def usable(caller: Caller) -> "QuerySet[TextTemplate]":
    """Templates that it may send by: the district's and those of its unit."""
    return templates.usable(caller.unit_path)
