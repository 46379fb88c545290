"""Rows about persons for list screens of any module, with what is kept from the viewer emptied (R2-9)."""

from collections.abc import Callable, Iterator, Sequence
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
    """The rows are for showing and never saved. Whom the viewer may see is for the queryset to say.

    person_of: whom a row is about, where rows are no persons; None for a row about nobody.
    """

    def __init__(
        self,
        queryset: QuerySet[Any],
        viewer: Looker,
        person_of: Callable[[Any], Person | None] = lambda row: row,
    ) -> None:
        super().__init__(queryset)
        self._viewer = viewer
        self._person_of = person_of

    def fetch(
        self, conditions: Sequence[Condition], order: Sequence[Order], after: Place | None, limit: int
    ) -> list[Any]:
        return self.shown(super().fetch(conditions, order, after, limit), leave=False)

    def stream(self, conditions: Sequence[Condition], order: Sequence[Order]) -> Iterator[Any]:
        rows = super().stream(conditions, order)
        while chunk := list(islice(rows, _CHUNK)):
            yield from self.shown(chunk, leave=True)

    def shown(self, rows: list[Any], *, leave: bool) -> list[Any]:
        """The same rows without what is kept from him. leave: they go into a file."""
        empty(self._viewer, [one for one in map(self._person_of, rows) if one is not None])
        return rows


def empty(viewer: Looker, people: Sequence[Person]) -> None:
    """Take from these persons, who are for showing, what is kept from the viewer."""
    kept = withheld.of(viewer, [one.pk for one in people])
    for one in people:
        for field in kept[one.pk].intersection(_EMPTIED):
            setattr(one, field, "")
