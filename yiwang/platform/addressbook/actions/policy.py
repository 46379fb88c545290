"""The policy as a whole: the preset of the matrix, and what begins or ends with a day."""

import datetime

from django.db import transaction
from django.utils import timezone

from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.platform.addressbook.actions import sight
from yiwang.platform.addressbook.models import Hiding, Rule, Tally, TierOverride
from yiwang.platform.addressbook.vocabulary import DAY_BEGUN
from yiwang.platform.org.models import Unit

_PERIODS = (Hiding, Rule, TierOverride)


@transaction.atomic
def begin_day(*, actor: Actor = SYSTEM, today: datetime.date | None = None, only_first: bool = False) -> int:
    """End what has run out and let begin what begins today; returns how many ended.

    only_first: do nothing where sight classes are there already.
    """
    if only_first and (Tally.objects.exists() or not Unit.objects.exists()):
        return 0
    day = today or timezone.localdate()
    ended = 0
    for kind in _PERIODS:
        over = kind.objects.filter(state="active", valid_to__lt=day)
        ended += over.update(state="ended", ended_at=timezone.now())
    sight.follow_rules()
    audit.record(DAY_BEGUN, ("addressbook.book", "1", "通讯录"), actor=actor, changes={"ended": [0, ended]})
    return ended
