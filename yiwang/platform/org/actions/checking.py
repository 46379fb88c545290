"""最近核对日期: when a unit last confirmed what the address book says of its people."""

import datetime
from collections.abc import Sequence

from django.db import transaction

from yiwang.kernel.actor import Actor
from yiwang.platform.org.models import Person


@transaction.atomic
def mark_checked(person_ids: Sequence[int], *, day: datetime.date, actor: Actor) -> int:
    """These persons' entries were checked on that day; part of another action, which records."""
    return Person.objects.filter(pk__in=person_ids).update(checked_on=day)
