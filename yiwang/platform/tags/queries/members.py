"""Who belongs to a tag: found in the moment it is used, one statement each."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import BooleanField, F, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Concat
from django.utils import timezone

from yiwang.platform.addressbook.queries import visibility, withheld
from yiwang.platform.addressbook.queries.visibility import Looker
from yiwang.platform.org.models import Person, PersonQuerySet, Unit
from yiwang.platform.org.models.viewer import Viewer
from yiwang.platform.tags.models import Tag, TagMember
from yiwang.platform.tags.queries import compiled, reach
from yiwang.platform.tags.queries.compiled import Sql
from yiwang.platform.tags.rules.language import Rule

SAMPLE = 10
_MANY = 20_000

_IDS = "SELECT person.id FROM org_person person WHERE {members} ORDER BY person.id"
_PAGE = """
SELECT person.id, person.name FROM org_person person
WHERE person.id > %s AND ({seen}) AND {members} ORDER BY person.id LIMIT %s
"""
_COUNT = "SELECT count(*) FROM org_person person WHERE {members}"
_PREVIEW = """
WITH found AS MATERIALIZED (
    SELECT person.id, person.name, person.title, person.unit_id, person.position, ({seen}) AS is_seen
    FROM org_person person WHERE {members}
)
SELECT total.people, shown.id, shown.name, unit.short_name, shown.title
FROM (SELECT count(*) AS people FROM found) AS total
LEFT JOIN (SELECT * FROM found WHERE is_seen ORDER BY position, id LIMIT %s) AS shown ON true
LEFT JOIN org_unit unit ON unit.id = shown.unit_id
ORDER BY shown.position, shown.id
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """A person in a preview."""

    id: int
    name: str
    place: str


@dataclass(frozen=True, slots=True)
class Preview:
    """How many there are, and the first of them that the asker may see."""

    people: int
    sample: tuple[Shown, ...]


def members_of(tag: Tag, today: datetime.date | None) -> Sql:
    """The condition on org_person `person` for whom the tag stands for on that day, today when None."""
    return compiled.members_sql(tag, reach.of_unit(tag.unit), today=today or timezone.localdate())


def person_ids(tag: Tag, *, today: datetime.date | None = None) -> list[int]:
    """The living people it marks; units and rules as they are at this moment.

    It does not ask whether the tag may be used: `tags.usable` does.
    """
    sql, values = members_of(tag, today)
    with connection.cursor() as cursor:
        cursor.execute(_IDS.format(members=sql), values)
        return [one for (one,) in cursor.fetchall()]


def page(
    tag: Tag, viewer: Looker, *, after: int, limit: int, today: datetime.date | None = None
) -> list[tuple[int, str]]:
    """The next so many of them that the viewer may know of: numbers and names, by their numbers."""
    sql, values = members_of(tag, today)
    seen, seen_values = visibility.condition(viewer)
    with connection.cursor() as cursor:
        cursor.execute(_PAGE.format(members=sql, seen=seen), [after, *seen_values, *values, limit])
        return [(number, name) for number, name in cursor.fetchall()]


def count(tag: Tag, *, today: datetime.date | None = None) -> int:
    """How many they are."""
    sql, values = members_of(tag, today)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.format(members=sql), values)
        (people,) = cursor.fetchone()
    return int(people)


def people(tag: Tag, viewer: Viewer | None, *, today: datetime.date | None = None) -> PersonQuerySet:
    """Those of them that this viewer may see: for lists, in the order of place or name_order.

    Of a tag of few both hide their column from the planner, which would else walk the whole district in that
    order until a page is full; of a tag of many that walk is soon over.
    """
    sql, values = members_of(tag, today)
    marked = RawSQL(  # noqa: S611  built of constants, all values bound
        f"org_person.id IN (SELECT person.id FROM org_person person WHERE {sql})",
        values,
        output_field=BooleanField(),
    )
    found = Person.objects.filter(marked).visible_to(viewer)
    if tag.last_count > _MANY:
        return found.annotate(place=F("position"), name_order=F("strokes"))
    return found.annotate(place=F("position") + 0, name_order=Concat("strokes", Value("")))


def preview_of(tag: Tag, viewer: Looker, *, today: datetime.date | None = None) -> Preview:
    """A tag as it stands."""
    return _preview(members_of(tag, today), viewer)


def preview(rule: Rule, unit: Unit, viewer: Looker, *, today: datetime.date | None = None) -> Preview:
    """Whom a rule would mark if that unit owned it, before it is saved."""
    day = today or timezone.localdate()
    sql, values = compiled.rule_sql(rule, today=day)
    reached, more = reach.of_unit(unit)
    return _preview((f"{compiled.LIVING} AND ({sql}) AND ({reached})", [*values, *more]), viewer)


def _preview(members: Sql, viewer: Looker) -> Preview:
    seen, seen_values = visibility.condition(viewer)
    statement = _PREVIEW.format(seen=seen, members=members[0])
    with connection.cursor() as cursor:
        cursor.execute(statement, [*seen_values, *members[1], SAMPLE])
        rows: Sequence[Any] = cursor.fetchall()
    found = [row[1:] for row in rows if row[1] is not None]
    kept = withheld.of(viewer, [row[0] for row in found])
    sample = tuple(
        Shown(number, name, " · ".join(filter(None, (unit, "" if "title" in kept[number] else title))))
        for number, name, unit, title in found
    )
    return Preview(rows[0][0], sample)


def listed(tag: Tag, viewer: Viewer | None) -> Any:
    """The list of a static tag, past and present, as far as this viewer may see who stands on it."""
    persons = Person.objects.visible_to(viewer).values("pk")
    units = Unit.objects.visible_to(viewer).values("pk")
    rows = TagMember.objects.filter(tag=tag).filter(Q(person__in=persons) | Q(unit__in=units))
    return rows.select_related("person__unit", "unit")


def standing(tag: Tag) -> int:
    """How many entries its list has, persons and units together."""
    return TagMember.objects.filter(tag=tag, removed_at=None).count()
