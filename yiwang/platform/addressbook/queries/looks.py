"""Reading who looked at whom: by the person himself, and by those who watch over it (§3.7)."""

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from yiwang.kernel.extension.worklists import MOST
from yiwang.platform.addressbook.models import Look, MassView, OpenMobile
from yiwang.platform.addressbook.queries import visibility
from yiwang.platform.addressbook.vocabulary import READ_LOOKS
from yiwang.platform.org.models.viewer import Viewer

# What a person reads about himself. That he was found by his number is a search, not a look at him.
TOLD = (Look.Kind.CARD, Look.Kind.FOUND, Look.Kind.REVEAL, Look.Kind.EXPORT, Look.Kind.PRINT)


def bounds(day: datetime.date) -> tuple[datetime.datetime, datetime.datetime]:
    """From the first moment of the day to the first of the next."""
    first = timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))
    return first, first + datetime.timedelta(days=1)


def revealed_on(viewer_id: int, day: datetime.date) -> set[int]:
    """Whose whole numbers he saw on that day."""
    first, after = bounds(day)
    looks = Look.objects.filter(viewer_id=viewer_id, kind=Look.Kind.REVEAL, at__gte=first, at__lt=after)
    return {target for target in looks.values_list("target_id", flat=True) if target is not None}


def of_me(viewer: Viewer) -> QuerySet[Look]:
    """谁看过我: the last look of each viewer, kind and day. Looks in duty of supervision are not told.

    That a security administrator looks into a matter would warn whom it is about; the audit log has it.
    """
    mine = Look.objects.filter(target_id=viewer.person_id, kind__in=TOLD, is_duty=False)
    mine = mine.annotate(day=TruncDate("at"))
    later = mine.filter(
        viewer=OuterRef("viewer"), kind=OuterRef("kind"), day=OuterRef("day"), pk__gt=OuterRef("pk")
    )
    return mine.exclude(Exists(later))


def known_viewers(viewer: Viewer, looks: list[Look]) -> set[int]:
    """Those of the viewers whom he may know of; the others he reads of without a name (R2-9)."""
    ids = {one.viewer_id for one in looks}
    return set(visibility.persons(viewer).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()


def is_open(person_id: int) -> bool:
    """Has he made his number public?"""
    return OpenMobile.objects.filter(person_id=person_id).exists()


def visible(viewer: Viewer) -> QuerySet[Look]:
    """All looks for who watches over them, none for anybody else."""
    return Look.objects.all() if viewer.allows(READ_LOOKS.key) else Look.objects.none()


def mass_views(viewer: Viewer) -> QuerySet[MassView]:
    """Unusual numbers of looks, for the same."""
    rows = MassView.objects.select_related("viewer__unit")
    return rows if viewer.allows(READ_LOOKS.key) else rows.none()


def unsettled(viewer: Viewer) -> int:
    """How many of them nobody has looked into."""
    return mass_views(viewer).filter(settled_at=None)[:MOST].count()


@dataclass(frozen=True, slots=True)
class Busy:
    """Somebody who opened many cards on a day."""

    person_id: int
    unit: str
    cards: int


_BUSY = """
SELECT viewer_id, max(viewer_unit), count(DISTINCT target_id)
FROM addressbook_look
WHERE at >= %s AND at < %s AND kind IN ('card', 'found')
GROUP BY viewer_id HAVING count(DISTINCT target_id) > %s
ORDER BY viewer_id
"""


def busy(day: datetime.date, most: int) -> list[Busy]:
    """Who opened the cards of more than `most` persons on that day."""
    with connection.cursor() as cursor:
        cursor.execute(_BUSY, [*bounds(day), most])
        return [Busy(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Budget:
    """How many new numbers one may still see today; is_free: this one was seen today and takes nothing."""

    left: int
    is_free: bool


def budget(viewer: Viewer, person_id: int) -> Budget:
    """What is left of today's budget, for the form that asks for a number."""
    seen = revealed_on(viewer.person_id, timezone.localdate())
    return Budget(max(0, settings.ADDRESSBOOK_REVEALS_A_DAY - len(seen)), person_id in seen)
