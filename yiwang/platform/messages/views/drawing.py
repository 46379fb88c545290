"""What templates need to draw cards, besides the cards themselves."""

import hashlib
from collections.abc import Collection
from typing import Any

from django.utils import timezone

from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.messages.models import Receipt
from yiwang.platform.messages.queries.cards import Shown
from yiwang.platform.org.models import Person


def drawing(viewer: Principal, shown: Collection[Shown]) -> dict[str, Any]:
    """people: whose cards he may open; latest: what the page has seen of changes; state_of: of one card.

    is_over: of a message, whether it has lost its validity.
    """
    now = timezone.now()
    named = {one.person_id for card in shown for one in card.content.rows if one.person_id}
    seen = Person.objects.visible_to(viewer).filter(pk__in=named) if named else Person.objects.none()
    return {
        "people": set(seen.values_list("pk", flat=True)) if named else set(),
        "latest": min((card.seen for card in shown), default=0),
        "state_of": state_of,
        "is_over": lambda letter: letter["valid_until"] is not None and letter["valid_until"] <= now,
    }


def letter_of(own: Receipt) -> dict[str, Any]:
    """The message around a card, as rows of the list of cards have it."""
    return {
        "letter": {
            "id": own.pk,
            "is_recalled": own.is_recalled,
            "read_at": own.read_at,
            "sent_at": own.sent_at,
            "sender_name": own.message.sender_name,
            "title": own.message.title,
            "urgency": own.message.urgency,
            "valid_until": own.message.valid_until,
        }
    }


def state_of(card: Shown, is_recalled: bool) -> str:
    """A word that changes when the card looks different: a page that has it needs no other drawing."""
    said = (card.number, card.done_label, card.answer, sorted(card.menu), sorted(card.pictures), is_recalled)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]
