"""Persons and units to choose from in a form, found as in the address book; at first one's colleagues."""

from dataclasses import dataclass

from django.db.models import Q

from yiwang.platform.addressbook.queries import search, unit_search, visibility, withheld
from yiwang.platform.org.models import Person, PersonQuerySet, Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, STEP
from yiwang.platform.org.models.viewer import Viewer

MOST = 20
_WIDTH = STEP * (DEPARTMENT_LEVEL + 1)


@dataclass(frozen=True, slots=True)
class Pick:
    """Somebody who can be chosen. note: where he serves and as what."""

    id: int
    name: str
    note: str


def find(viewer: Viewer, text: str, *, within_department: bool = False) -> list[Pick]:
    """By name, pinyin or initials; without a text the people of his own unit. Never himself."""
    if text and not within_department:
        rows = search.people(viewer, text, limit=MOST).people
        return [Pick(row.id, row.name, row.place) for row in rows if row.id != viewer.person_id]
    path = viewer.unit_path[:_WIDTH] if within_department else viewer.unit_path
    if not path:
        return []
    colleagues = Person.objects.visible_to(viewer).filter(unit__in=Unit.objects.below(path))
    if text:
        begins = Q(pinyin__startswith=text.lower()) | Q(initials__startswith=text.lower())
        colleagues = colleagues.filter(Q(name__contains=text) | begins)
    return _as_picks(viewer, colleagues.exclude(pk=viewer.person_id))


def _as_picks(viewer: Viewer, people: PersonQuerySet) -> list[Pick]:
    rows = list(
        people.order_by("position", "id").values_list("pk", "name", "unit__short_name", "title")[:MOST]
    )
    kept = withheld.of(viewer, [row[0] for row in rows])
    return [
        Pick(pk, name, " · ".join(filter(None, (unit, "" if "title" in kept[pk] else title))))
        for pk, name, unit, title in rows
    ]


def named(viewer: Viewer, ids: list[int]) -> list[Pick]:
    """Those chosen before, when a form comes back with a fault in it."""
    return _as_picks(viewer, Person.objects.visible_to(viewer).filter(pk__in=ids))


def find_units(viewer: Viewer, text: str) -> list[Pick]:
    """Units by present or former name; without a text those of his own line, the nearest first."""
    if text:
        return [Pick(hit.id, hit.name, hit.full_name) for hit in unit_search.find(viewer, text, limit=MOST)]
    line = [viewer.unit_path[:end] for end in range(STEP, len(viewer.unit_path) + 1, STEP)]
    own = Unit.objects.living().visible_to(viewer).filter(path__in=line).order_by("-level")
    return [Pick(unit.pk, unit.short_name, unit.full_name) for unit in own]


def named_units(viewer: Viewer, ids: list[int]) -> list[Pick]:
    """Those chosen before, when a form comes back with a fault in it."""
    chosen = visibility.units(viewer).filter(pk__in=ids).order_by("position")
    return [Pick(unit.pk, unit.short_name, unit.full_name) for unit in chosen]
