"""本单位通讯录: the people of a unit as its office's phone list, for screen, paper and workbook (§3.7).

Whoever administers the unit takes it out with the eyes of an ordinary colleague: who or what is hidden in the
unit is not in it, although he sees it on his own screen.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, F, Func, IntegerField, Q, QuerySet, Value

from yiwang.kernel.chinese.strokes import Custom, stroke_key
from yiwang.kernel.listing.conditions import Condition, Order
from yiwang.kernel.listing.sources import Place, QuerySetSource
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.addressbook.queries import withheld
from yiwang.platform.org.models import Person, Unit

ORDERS = {"surname": Custom.SURNAME, "name": Custom.NAME}
_CHUNK = 500
# What `Hiding.Field` calls it -> the attribute of a person that is emptied.
_FIELDS = {
    "mobile": "mobile",
    "office_phone": "office_phone",
    "email": "email",
    "room": "room",
    "title": "title",
}


def people(viewer: Principal, unit: Unit, order: str) -> QuerySet[Person]:
    """Who serves in the unit and below by his main post; `strokes` is his place when an order is chosen."""
    present = Q(status__in=Person.PRESENT, position__lt=Person.NO_PLACE)
    below = Q(unit_path__gte=unit.path, unit_path__lt=unit.path + "~")
    found = Person.objects.visible_to(viewer.lowered()).filter(present & below).select_related("unit")
    if order not in ORDERS:
        return found
    names = sorted(
        found.order_by("position").values_list("pk", "name"),
        key=lambda one: stroke_key(one[1], ORDERS[order]),
    )
    ids = Value([pk for pk, _ in names], output_field=ArrayField(BigIntegerField()))
    place = Func(ids, F("pk"), function="array_position", output_field=IntegerField())
    return found.annotate(strokes=place)


class Phonebook(QuerySetSource):
    """Empties what is hidden of whom. taken: called with all who go into a file or onto paper."""

    def __init__(
        self,
        queryset: QuerySet[Person],
        viewer: Principal,
        taken: Callable[[list[Person]], None],
        *,
        is_printed: bool,
    ) -> None:
        super().__init__(queryset)
        self._viewer = viewer.lowered()
        self._taken = taken
        self._is_printed = is_printed

    def fetch(
        self, conditions: Sequence[Condition], order: Sequence[Order], after: Place | None, limit: int
    ) -> list[Any]:
        found = self._shown(super().fetch(conditions, order, after, limit))
        if self._is_printed:
            self._taken(found)
        return found

    def stream(self, conditions: Sequence[Condition], order: Sequence[Order]) -> Iterator[Any]:
        rows = super().stream(conditions, order)
        while chunk := list(islice(rows, _CHUNK)):
            shown = self._shown(chunk)
            self._taken(shown)
            yield from shown

    def _shown(self, people: list[Person]) -> list[Person]:
        kept = withheld.of(self._viewer, [one.pk for one in people])
        for one in people:
            for field in kept[one.pk] & _FIELDS.keys():
                setattr(one, _FIELDS[field], "")
        return people
