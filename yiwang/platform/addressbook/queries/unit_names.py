"""Names of units beside persons, kept in the process: two joins less in every search (ADR 5).

A new name shows after settings.ADDRESSBOOK_CACHE_SECONDS at the latest. Who may see the person is asked of
the database each time; nothing here decides about that.
"""

import threading
import time
from collections.abc import Collection

from django.conf import settings

from yiwang.kernel.database import planned
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, STEP

# The unit's own short name and that of its department (区级部门、街道、镇).
Names = tuple[str, str]

_MOST_CACHED = 100_000
_SQL = """
SELECT unit.id, unit.short_name AS name, coalesce(department.short_name, unit.short_name) AS department
FROM org_unit unit LEFT JOIN org_unit department ON department.path = left(unit.path, %(width)s)
WHERE unit.id = ANY(%(ids)s)
"""


class _Cache:
    def __init__(self) -> None:
        self._names: dict[int, Names] = {}
        self._since = 0.0
        self._lock = threading.Lock()

    def current(self) -> dict[int, Names]:
        """What is known; empty once it has become too old."""
        if time.monotonic() - self._since >= settings.ADDRESSBOOK_CACHE_SECONDS:
            self.clear()
        return self._names

    def clear(self) -> None:
        with self._lock:
            self._names = {}
            self._since = time.monotonic()


_cache = _Cache()
forget = _cache.clear


def names_of(unit_ids: Collection[int]) -> dict[int, Names]:
    """Unit id -> its short name and its department's. The answer may hold other units as well."""
    known = _cache.current()
    missing = [unit_id for unit_id in set(unit_ids) if unit_id not in known]
    if missing:
        if len(known) > _MOST_CACHED:
            _cache.clear()
            known, missing = _cache.current(), list(set(unit_ids))
        rows = planned(_SQL, {"width": STEP * (DEPARTMENT_LEVEL + 1), "ids": missing})
        known.update({row["id"]: (row["name"], row["department"]) for row in rows})
    return known
