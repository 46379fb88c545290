"""What happens to tags because a day has come."""

import datetime

from django.db import transaction
from django.db.models import F, Q

from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.platform.tags.actions import telling
from yiwang.platform.tags.models import Tag
from yiwang.platform.tags.queries import tags
from yiwang.platform.tags.vocabulary import REMINDED


@transaction.atomic
def remind_ending(*, today: datetime.date, actor: Actor) -> int:
    """Tell users and keepers of tags that end within a week, once for each last day; how many were told."""
    fresh = Q(reminded_for=None) | ~Q(reminded_for=F("valid_to"))
    rows = tags.ending(Tag.objects.living(), today=today).filter(fresh)
    told = list(rows.select_related("unit").order_by("pk"))
    for tag in told:
        telling.ending(tag, actor=actor)
        tag.reminded_for = tag.valid_to
        tag.save(update_fields=["reminded_for"])
        audit.record(REMINDED, tag, actor=actor)
    return len(told)
