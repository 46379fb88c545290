"""Card actions: what one can do from the card of a person or of a unit in the address book.

The address book shows the cards; modules above it, such as the one for corrections (纠错), add buttons.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from yiwang.kernel.registry import Registry


@dataclass(frozen=True)
class CardAction:
    """A button on a card. label: Chinese, such as 纠错; icon: a Tabler icon name.

    url_name: a route that takes the person's id as person_id, or the unit's as unit_id.
    permission: key of the right needed to see it, "" for everybody who sees the card.
    """

    key: str
    label: str
    url_name: str
    icon: str
    order: int
    permission: str = ""


card_actions: Registry[CardAction] = Registry("card_actions", "Buttons on a person's card")
unit_card_actions: Registry[CardAction] = Registry("unit_card_actions", "Buttons on a unit's card")


def offered(actions: Registry[CardAction], viewer: Any) -> Sequence[CardAction]:
    """Those that this viewer may use, in their order."""
    found = [one for one in actions if not one.permission or viewer.allows(one.permission)]
    return sorted(found, key=lambda one: (one.order, one.key))
