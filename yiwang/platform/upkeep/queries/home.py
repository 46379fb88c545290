"""What upkeep shows on first pages: numbers for the console, and how much one's own entry lacks."""

from typing import Any

from django.utils import timezone

from yiwang.platform.upkeep.queries import due, quarter

# How many required fields one's own entry lacks: a part of the one statement of all badges (gaps.MISSING).
OWN_GAPS = """
    SELECT (person.name = '' OR person.name ~ '[0-9[:space:]]')::int
        + (person.id_number_index IS NULL)::int
        + (unit.id IS NULL OR unit.status <> 'active')::int
        + (person.title = '')::int
        + (person.category = 'established' AND person.establishment NOT IN ('enterprise', 'military')
            AND person.duty_level = '' AND person.grade = '' AND person.post_grade = '')::int
        + (person.mobile_index IS NULL)::int
        + (person.office_phone !~ '^(0[0-9]{2,3}-)?[2-9][0-9]{6,7}(-[0-9]{1,6})?$')::int
    FROM org_person person LEFT JOIN org_unit unit ON unit.id = person.unit_id
    WHERE person.id = %(person)s AND person.category <> 'external'"""


def overdue(viewer: Any) -> int:
    """How many matters of his units are late."""
    return due.overdue_in_reach(viewer, today=timezone.localdate())


def checks_waiting(viewer: Any) -> int:
    """How many of his units have not confirmed."""
    return quarter.waiting_in_reach(viewer)
