"""What upkeep shows on first pages: numbers for the console, a card for who lacks something."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from yiwang.platform.org.models import Person
from yiwang.platform.upkeep.queries import due, gaps, quarter


def overdue(viewer: Any) -> int:
    """How many matters of his units are late."""
    return due.overdue_in_reach(viewer, today=timezone.localdate())


def checks_waiting(viewer: Any) -> int:
    """How many of his units have not confirmed."""
    return quarter.waiting_in_reach(viewer)


def own_gaps(viewer: Any) -> Mapping[str, object] | None:
    """What his own entry lacks; no card when it lacks nothing."""
    if viewer.is_temporary:
        return None
    missing = gaps.missing_of(Person(pk=viewer.person_id))
    return {"missing": missing} if missing else None
