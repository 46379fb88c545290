"""The people of a unit by name, under the first letter of their pinyin or by 姓氏笔画; and one's starred."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from django.db import connection

from yiwang.kernel.errors import invalid, not_found
from yiwang.platform.addressbook.models import Star
from yiwang.platform.addressbook.queries import search, units, visibility
from yiwang.platform.addressbook.queries.search import Row
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, STEP
from yiwang.platform.org.models.viewer import Viewer

WHOLE = 600  # as many are shown at once, more by the letter
_AFTER = re.compile(r"([0-9A-Za-z]{0,400})\.(\d{1,18})")
_OTHER = "#"  # a name without a reading
_UNCOUNTED = 99  # strokes of what is no known character (kernel.chinese.strokes)


@dataclass(frozen=True, slots=True)
class Order:
    """A column that names are sorted by. width: its characters that make a heading; named: that heading."""

    column: str
    width: int
    named: Callable[[str], str]


def _letter(initial: str) -> str:
    return initial.upper() or _OTHER


def _strokes(key: str) -> str:
    """7画, by the first character of the surname."""
    count = int(key, 36) if key else _UNCOUNTED
    return f"{count}画" if count < _UNCOUNTED else _OTHER


LETTERS, STROKES = Order("pinyin", 1, _letter), Order("strokes", 2, _strokes)
ORDERS = {"letters": LETTERS, "strokes": STROKES}

_WHERE = f"""
person.unit_path >= %s AND person.unit_path < %s AND person.position < {Person.NO_PLACE:d} AND {{visible}}
"""
_COUNT = f"""
SELECT left(person.{{column}}, {{width}}), count(*) FROM org_person person WHERE {_WHERE}
GROUP BY 1 ORDER BY 1
"""
_ROWS = f"""
SELECT {search.COLUMNS}, person.{{column}} FROM org_person person
WHERE {_WHERE} AND (person.{{column}}, person.id) > (%s, %s) AND left(person.{{column}}, {{width}}) = ANY(%s)
ORDER BY person.{{column}}, person.id LIMIT {WHOLE + 1}
"""


@dataclass(frozen=True, slots=True)
class Letters:
    """counts: heading -> people; groups: those shown, by heading; chosen: "" for all; next: for more rows."""

    unit: Unit
    counts: dict[str, int]
    groups: list[tuple[str, list[Row]]]
    chosen: str
    next: str

    @property
    def people(self) -> int:
        return sum(self.counts.values())


def own_unit(viewer: Viewer) -> Unit | None:
    """The department he serves in; None for who serves in none."""
    path = viewer.unit_path[: STEP * (DEPARTMENT_LEVEL + 1)]
    return visibility.units(viewer).filter(path=path, level=DEPARTMENT_LEVEL).first() if path else None


def page(viewer: Viewer, unit: Unit, *, order: Order = LETTERS, chosen: str = "", after: str = "") -> Letters:
    """Whom he may see in the unit and below it. A long list is shown by one chosen heading."""
    if unit.level < DEPARTMENT_LEVEL:
        raise not_found()
    visible, parameters = visibility.condition(viewer)
    where = [unit.path, unit.path + "~", *parameters]
    with connection.cursor() as cursor:
        sorting = {"visible": visible, "column": order.column, "width": order.width}
        cursor.execute(_COUNT.format(**sorting), where)
        counts = dict(cursor.fetchall())
        shown = list(counts)
        is_long = sum(counts.values()) > WHOLE
        if is_long:
            shown = [next((one for one in counts if order.named(one) == chosen.upper()), shown[0])]
        cursor.execute(_ROWS.format(**sorting), [*where, *_place(after), shown])
        found = cursor.fetchall()
    rows = search.rows_of(viewer, [record[:6] for record in found[:WHOLE]])
    headings = [order.named(record[6][: order.width]) for record in found[:WHOLE]]
    groups = [
        (one, [row for _, row in pairs])
        for one, pairs in groupby(zip(headings, rows, strict=True), key=itemgetter(0))
    ]
    last = found[WHOLE - 1] if len(found) > WHOLE else None
    return Letters(
        unit,
        {order.named(one): people for one, people in counts.items()},
        groups,
        order.named(shown[0]) if is_long else "",
        f"{last[6]}.{last[0]}" if last else "",
    )


def _place(after: str) -> tuple[str, int]:
    if not after:
        return ("", -1)
    parts = _AFTER.fullmatch(after)
    if parts is None:
        raise invalid("cursor", "翻页位置无效，请刷新页面")
    return (parts[1], int(parts[2]))


def chosen_unit(viewer: Viewer, text: str) -> Unit | None:
    """The unit named in the address, or one's own; None when there is neither."""
    if not text:
        return own_unit(viewer)
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise not_found()
    return units.get(viewer, int(text))


_STARRED = f"""
SELECT {search.COLUMNS} FROM addressbook_star star JOIN org_person person ON person.id = star.person_id
WHERE star.owner_id = %s AND {{visible}} ORDER BY person.position, person.id
"""


def starred(viewer: Viewer) -> list[Row]:
    """Whom he starred, as far as he may still see them, in the district's order."""
    visible, parameters = visibility.condition(viewer)
    with connection.cursor() as cursor:
        cursor.execute(_STARRED.format(visible=visible), [viewer.person_id, *parameters])
        return search.rows_of(viewer, cursor.fetchall())


def is_starred(viewer: Viewer, person_id: int) -> bool:
    return Star.objects.filter(owner_id=viewer.person_id, person_id=person_id).exists()
