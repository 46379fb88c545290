"""Who may do what with shares, and when a failed push is tried again. Pure."""

import datetime

from yiwang.kernel.actor import Actor
from yiwang.platform.org.models import Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL
from yiwang.platform.sharing.models import Share
from yiwang.platform.sharing.vocabulary import OVERSEE, PROPOSE

REVIEW_DAYS = 365  # reviewed yearly (R2-14, §3.9)
CALL_DAYS = 30  # the to-do comes so long before
REMIND_DAYS = (30, 7, 1)
LEASE = datetime.timedelta(minutes=2)  # how long a claimed push is left to who claimed it
ALARM_TRIES, ALARM_AFTER = 5, datetime.timedelta(minutes=30)
_BACK_OFF = tuple(datetime.timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30, 60))


def can_propose(actor: Actor, unit: Unit) -> bool:
    """May he apply for a share of this unit, and take it back?"""
    return actor.allows(PROPOSE.key, at=unit.path)


def can_oversee(actor: Actor) -> bool:
    """区政务办."""
    return actor.allows(OVERSEE.key)


def can_end(actor: Actor, share: Share) -> bool:
    """Taking back needs no approval: the unit itself, and 区政务办."""
    return can_propose(actor, share.unit) or can_oversee(actor)


def may_share(unit: Unit) -> bool:
    """Shares are for whole level-2 units: a person belongs to one of them."""
    return unit.level == DEPARTMENT_LEVEL and unit.status == Unit.Status.ACTIVE


def back_off(tries: int) -> datetime.timedelta:
    """How long to wait after so many failures in a row."""
    return _BACK_OFF[min(max(tries, 1), len(_BACK_OFF)) - 1]


def is_alarming(tries: int, since: datetime.datetime, now: datetime.datetime) -> bool:
    """Is the outage long enough to tell the administrators?"""
    return tries >= ALARM_TRIES or now - since >= ALARM_AFTER
