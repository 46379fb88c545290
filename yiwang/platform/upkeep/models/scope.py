"""Whose units' matters somebody sees: those he maintains, all for who watches over the district."""

from typing import Any

from django.db.models import Q

MAINTAIN_KEY, SUPERVISE_KEY = "upkeep.maintain", "upkeep.supervise"
_NONE, _ALL = Q(pk__in=[]), ~Q(pk__in=[])  # Q() would vanish in an OR


def within(viewer: Any, column: str) -> Q:
    """A condition on a column that holds paths; nothing for who maintains nothing."""
    if viewer is None or viewer.is_temporary:
        return _NONE
    if viewer.allows(SUPERVISE_KEY):
        return _ALL
    scope = _NONE
    for path, below in viewer.scopes(MAINTAIN_KEY):
        if not path:
            return _ALL
        scope |= Q(**{f"{column}__gte": path, f"{column}__lt": f"{path}~"}) if below else Q(**{column: path})
    return scope
