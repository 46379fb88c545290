"""应急模式 as its pages show it."""

import datetime

from django.db.models import QuerySet

from yiwang.platform.addressbook.models import Emergency
from yiwang.platform.addressbook.queries.visibility import Looker
from yiwang.platform.addressbook.vocabulary import APPROVE


def visible(viewer: Looker) -> QuerySet[Emergency]:
    """The security administrator sees everybody's, others their own; the latest first."""
    rows = Emergency.objects.select_related("person__unit").order_by("-opened_at", "-id")
    return rows if viewer.allows(APPROVE.key) else rows.filter(person_id=viewer.person_id)


def own(viewer: Looker, now: datetime.datetime) -> Emergency | None:
    """The viewer's own that is open."""
    open_ones = Emergency.objects.filter(person_id=viewer.person_id, ended_at=None, until__gt=now)
    return open_ones.order_by("-opened_at").first()
