"""What a filter asks of the rows, as data: the same for querysets and for hand-written SQL."""

from dataclasses import dataclass
from typing import Literal

from django.db.models import Q

# below: the unit with this path and everything beneath it in the tree.
Operator = Literal["is", "in", "prefix", "contains", "from", "before", "below"]

# Above every character that occurs in a path (base 36).
PATH_END = "~"


@dataclass(frozen=True, slots=True)
class Where:
    """field: a field path of the queryset, or a name from SqlSource.fields."""

    field: str
    operator: Operator
    value: object


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of them holds."""

    parts: tuple[Where, ...]


# A queryset's filter may also bring its own Q; hand-written SQL knows only the first two.
Condition = Where | AnyOf | Q


@dataclass(frozen=True, slots=True)
class Order:
    """One sort key. As in PostgreSQL, nothing (null) counts as larger than everything."""

    field: str
    is_descending: bool = False

    @classmethod
    def parse(cls, text: str) -> "Order":
        """`name` or `-name`."""
        return cls(text.removeprefix("-"), text.startswith("-"))

    @property
    def reversed(self) -> "Order":
        return Order(self.field, not self.is_descending)
