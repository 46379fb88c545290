"""本单位通讯录: the people of a unit as its office's phone list, for screen, paper and workbook (§3.7).

Whoever administers the unit takes it out with the eyes of an ordinary colleague: who or what is hidden in the
unit is not in it, although he sees it on his own screen.
"""

from collections.abc import Callable

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, F, Func, IntegerField, Q, QuerySet, Value

from yiwang.kernel.chinese.strokes import Custom, stroke_key
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.addressbook.queries.masked import Masked
from yiwang.platform.org.models import Person, Unit

ORDERS = {"surname": Custom.SURNAME, "name": Custom.NAME}
SORTED_BY = {"surname": "strokes", "name": "name_place"}


def people(viewer: Principal, unit: Unit, order: str) -> QuerySet[Person]:
    """Who serves in the unit and below by his main post; name_place: his place, when 姓名笔画 is chosen."""
    present = Q(status__in=Person.PRESENT, position__lt=Person.NO_PLACE)
    below = Q(unit_path__gte=unit.path, unit_path__lt=unit.path + "~")
    staff = ~Q(category=Person.Category.EXTERNAL)
    found = Person.objects.visible_to(viewer.lowered()).filter(present & below & staff).select_related("unit")
    if order != "name":
        return found
    names = sorted(
        found.order_by("position").values_list("pk", "name"),
        key=lambda one: stroke_key(one[1], ORDERS[order]),
    )
    ids = Value([pk for pk, _ in names], output_field=ArrayField(BigIntegerField()))
    place = Func(ids, F("pk"), function="array_position", output_field=IntegerField())
    return found.annotate(name_place=place)


class Phonebook(Masked):
    """taken: called with all who go into a file or onto paper."""

    def __init__(
        self,
        queryset: QuerySet[Person],
        viewer: Principal,
        taken: Callable[[list[Person]], None],
        *,
        is_printed: bool,
    ) -> None:
        super().__init__(queryset, viewer.lowered())
        self._taken = taken
        self._is_printed = is_printed

    def shown(self, rows: list[Person], *, leave: bool) -> list[Person]:
        shown = super().shown(rows, leave=leave)
        if leave or self._is_printed:
            self._taken(shown)
        return shown
