"""Numbers of sharing for the console's first page."""

from typing import Any

from django.utils import timezone

from yiwang.platform.sharing import rules
from yiwang.platform.sharing.queries import shares


def to_renew(viewer: Any) -> int:
    """How many shares of his units must be reviewed soon, or are suspended."""
    return shares.to_renew(viewer, timezone.localdate(), rules.CALL_DAYS)
