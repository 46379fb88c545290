"""The people of a unit by the first letter of their pinyin, as on the phone; and one's starred."""

import re
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
_AFTER = re.compile(r"([a-z]{0,120})\.(\d{1,18})")
_OTHER = "#"  # a name without a reading

_WHERE = f"""
person.unit_path >= %s AND person.unit_path < %s AND person.position < {Person.NO_PLACE:d} AND {{visible}}
"""
_COUNT = f"""
SELECT left(person.pinyin, 1), count(*) FROM org_person person WHERE {_WHERE} GROUP BY 1 ORDER BY 1
"""
_ROWS = f"""
SELECT {search.COLUMNS}, person.pinyin FROM org_person person
WHERE {_WHERE} AND (person.pinyin, person.id) > (%s, %s) AND left(person.pinyin, 1) = ANY(%s)
ORDER BY person.pinyin, person.id LIMIT {WHOLE + 1}
"""


@dataclass(frozen=True, slots=True)
class Letters:
    """counts: letter -> people; groups: those shown, by letter; chosen: "" for all; next: for more rows."""

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


def page(viewer: Viewer, unit: Unit, *, letter: str = "", after: str = "") -> Letters:
    """Whom he may see in the unit and below it. A long list is shown one letter at a time."""
    if unit.level < DEPARTMENT_LEVEL:
        raise not_found()
    visible, parameters = visibility.condition(viewer)
    where = [unit.path, unit.path + "~", *parameters]
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.format(visible=visible), where)
        counts = dict(cursor.fetchall())
        chosen = ""
        if sum(counts.values()) > WHOLE:
            chosen = letter.lower() if letter.lower() in counts else next(iter(counts))
        shown = [chosen] if chosen else list(counts)
        cursor.execute(_ROWS.format(visible=visible), [*where, *_place(after), shown])
        found = cursor.fetchall()
    rows = search.rows_of(viewer, [record[:6] for record in found[:WHOLE]])
    initials = [record[6][:1] for record in found[:WHOLE]]
    groups = [
        (_name(one), [row for _, row in pairs])
        for one, pairs in groupby(zip(initials, rows, strict=True), key=itemgetter(0))
    ]
    last = found[WHOLE - 1] if len(found) > WHOLE else None
    return Letters(
        unit,
        {_name(one): people for one, people in counts.items()},
        groups,
        _name(chosen) if chosen else "",
        f"{last[6]}.{last[0]}" if last else "",
    )


def _name(initial: str) -> str:
    return initial.upper() or _OTHER


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
