"""Who asks for a correction of his data, who answers, and when they are reminded (domain reference §30)."""

from typing import Any

from yiwang.platform.changes.models import DataRequest
from yiwang.platform.changes.vocabulary import APPLY

REMIND_WORKDAYS = 2


def is_own(actor: Any, request: DataRequest) -> bool:
    """Is it about himself?"""
    return getattr(actor, "person_id", None) == request.person_id


def can_answer(actor: Any, request: DataRequest) -> bool:
    """The administrators of his unit; nobody answers himself."""
    return not is_own(actor, request) and actor.allows(APPLY.key, at=request.unit.path)
