"""Reading and drawing samples (抽样核查).

The draw: within each level-2 unit persons are put in the order of md5(seed ‖ ":" ‖ id), and the first are
taken: `share` per cent of them, rounded up, but `least` at least. Who knows the seed and the persons of the
day gets the same sample again; nobody can foresee it, for the seed is made at the draw.
"""

import math
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet

from yiwang.kernel.crypto import sm3
from yiwang.kernel.errors import not_found
from yiwang.platform.org.models import Person
from yiwang.platform.upkeep.models import Sample, SampledPerson
from yiwang.platform.upkeep.queries.figures import WIDTH

Drawn = tuple[int, int]  # person id, id of the level-2 unit

_DRAW = """
    WITH population AS (
        SELECT person.id, unit.id AS unit_id, unit.position
        FROM org_person person
        JOIN org_unit unit ON unit.path = left(person.unit_path, %(width)s) AND unit.status = 'active'
        WHERE person.status = ANY(%(present)s) AND person.category <> 'external'
    ), ordered AS (
        SELECT id, unit_id, position, count(*) OVER unit AS size,
            row_number() OVER (PARTITION BY unit_id ORDER BY md5(%(seed)s || ':' || id::text), id) AS place
        FROM population WINDOW unit AS (PARTITION BY unit_id)
    )
    SELECT id, unit_id FROM ordered
    WHERE place <= greatest(%(least)s, ceil(size * %(share)s / 100.0))
    ORDER BY position, unit_id, place"""
_POPULATION = """
    SELECT count(*) FROM org_person person
    JOIN org_unit unit ON unit.path = left(person.unit_path, %(width)s) AND unit.status = 'active'
    WHERE person.status = ANY(%(present)s) AND person.category <> 'external'"""


def draw(seed: str, *, share: int, least: int) -> tuple[list[Drawn], int]:
    """(who is drawn, how many there are to draw from), in one statement each."""
    values: dict[str, Any] = {
        "width": WIDTH,
        "present": [str(one) for one in Person.PRESENT],
        "seed": seed,
        "share": share,
        "least": least,
    }
    with connection.cursor() as cursor:
        cursor.execute(_DRAW, values)
        drawn = [(int(person_id), int(unit_id)) for person_id, unit_id in cursor.fetchall()]
        cursor.execute(_POPULATION, values)
        return drawn, int(cursor.fetchone()[0])


def digest_of(drawn: Sequence[Drawn]) -> str:
    """SM3 of who is in it, hexadecimal."""
    return sm3.digest(",".join(str(person_id) for person_id, _ in drawn).encode()).hex()


def expected(size: int, *, share: int, least: int) -> int:
    """How many of a unit with so many people are drawn."""
    return min(size, max(least, math.ceil(size * share / 100)))


def listed() -> QuerySet[Sample]:
    """All samples with how far their check is."""
    waiting = Q(persons__state=SampledPerson.State.WAITING)
    return Sample.objects.annotate(
        waiting=Count("persons", filter=waiting),
        wrong=Count("persons", filter=Q(persons__state=SampledPerson.State.WRONG)),
    )


def persons_of(sample: Sample) -> QuerySet[SampledPerson]:
    """Who is in it."""
    return SampledPerson.objects.filter(sample=sample).select_related(
        "person__unit", "unit", "correction", "sample"
    )


def sampled(pk: int) -> SampledPerson:
    """One of them; otherwise 404."""
    rows = SampledPerson.objects.select_related("person__unit", "unit", "correction", "sample")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise not_found()
    return found


def next_waiting(sample_id: int) -> SampledPerson | None:
    """Whom to check next."""
    waiting = SampledPerson.objects.filter(sample=sample_id, state=SampledPerson.State.WAITING)
    return waiting.order_by("place").first()


def unchecked(viewer: Any) -> int:
    """For the console's first page: how many of the drawn persons wait to be checked."""
    return SampledPerson.objects.filter(state=SampledPerson.State.WAITING)[:1_000].count()
