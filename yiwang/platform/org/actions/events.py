"""The feed of changes (`org.Event`), written in the transaction of the act it tells of."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from yiwang.kernel import database
from yiwang.platform.org.models import Event, Person, Unit


def note(
    kind: Event.Kind,
    *,
    unit: Unit | None = None,
    person: Person | None = None,
    data: Mapping[str, Any] | None = None,
) -> Event:
    """Add to the feed; part of another action, which does the audit. Call it late in the act.

    The lock on counting is held until the transaction ends: ids become visible in their order, so that who
    has read up to one of them has missed nothing before it.
    """
    database.lock("org.headcount")
    return Event.objects.create(kind=kind, unit=unit, person=person, at=timezone.now(), data=dict(data or {}))


def note_many(told: Sequence[Event]) -> None:
    """Add many at once; part of another action, as in `note`."""
    database.lock("org.headcount")
    now = timezone.now()
    for one in told:
        one.at = now
    Event.objects.bulk_create(told)
