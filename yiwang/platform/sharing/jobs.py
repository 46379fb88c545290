"""What sharing does by the clock and for later."""

from django.conf import settings
from django.utils import timezone

from yiwang.kernel.actor import SYSTEM
from yiwang.platform.sharing.actions import comparing, ledger, pushing, shares


def push() -> int:
    """What waits is sent to the directory."""
    return pushing.push_due(actor=SYSTEM)


def refresh_person(person_id: int) -> int:
    """One who has changed something of himself."""
    ledger.refresh([person_id], actor=SYSTEM)
    return pushing.push_due(actor=SYSTEM)


def follow_and_push() -> int:
    """Every minute: what has changed since, and what waits."""
    ledger.follow(actor=SYSTEM)
    return pushing.push_due(actor=SYSTEM)


def compare() -> bool:
    """Each night: the whole directory against what it shall hold; nothing without a directory."""
    if not settings.DIRECTORY_URL:
        return False
    is_equal = comparing.compare(actor=SYSTEM).is_equal
    pushing.push_due(actor=SYSTEM)
    return is_equal


def review() -> int:
    """Each day at half past eight: reviews that are due, and shares that were not reviewed in time."""
    today = timezone.localdate()
    return shares.suspend_due(today=today, actor=SYSTEM) + shares.call_reviews(today=today, actor=SYSTEM)
