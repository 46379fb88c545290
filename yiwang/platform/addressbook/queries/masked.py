"""Rows of org_person for list screens of any module, with what is kept from the viewer emptied (R2-9)."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from yiwang.kernel.listing.conditions import Condition, Order
from yiwang.kernel.listing.sources import Place, QuerySetSource
from yiwang.platform.addressbook.queries import withheld
from yiwang.platform.addressbook.queries.visibility import Looker
from yiwang.platform.org.models import Person

_CHUNK = 500
# Names of `Hiding.Field` and of the attribute that is emptied; the photo has its own address, which asks.
_EMPTIED = ("mobile", "office_phone", "email", "room", "title")


class Masked(QuerySetSource):
    """The rows are for showing and never saved. Whom the viewer may see is for the queryset to say."""

    def __init__(self, queryset: QuerySet[Person], viewer: Looker) -> None:
        super().__init__(queryset)
        self._viewer = viewer

    def fetch(
        self, conditions: Sequence[Condition], order: Sequence[Order], after: Place | None, limit: int
    ) -> list[Any]:
        return self.shown(super().fetch(conditions, order, after, limit), leave=False)

    def stream(self, conditions: Sequence[Condition], order: Sequence[Order]) -> Iterator[Any]:
        rows = super().stream(conditions, order)
        while chunk := list(islice(rows, _CHUNK)):
            yield from self.shown(chunk, leave=True)

    def shown(self, people: list[Person], *, leave: bool) -> list[Person]:
        """The same persons without what is kept from him. leave: they go into a file."""
        kept = withheld.of(self._viewer, [one.pk for one in people])
        for one in people:
            for field in kept[one.pk].intersection(_EMPTIED):
                setattr(one, field, "")
        return people
