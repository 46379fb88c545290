"""What was done with tags, by whom, and whom that makes interested."""

import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from yiwang.platform.tags.models import Tag, TagShare, TagUse


def people_who_used(tag: Tag, *, since: datetime.datetime) -> list[int]:
    """Persons who used it themselves since then."""
    rows = TagUse.objects.filter(tag=tag, at__gte=since, person_id__isnull=False)
    return [one for one in rows.values_list("person_id", flat=True).distinct() if one is not None]


def units_shared_with(tag: Tag) -> list[int]:
    """Units that may use it."""
    return list(TagShare.objects.filter(tag=tag, ended_at=None).values_list("unit", flat=True))


def uses_of(tag: Tag) -> QuerySet[TagUse]:
    """All uses of a tag."""
    return TagUse.objects.filter(tag=tag).select_related("unit")


def by_month(tag: Tag, *, since: datetime.datetime) -> list[dict[str, Any]]:
    """How often each application used it in each month, and people for each unit; the latest month first."""
    rows = TagUse.objects.filter(tag=tag, at__gte=since).annotate(month=TruncMonth("at"))
    counted = rows.values("month", "client_id", "client_name", "unit__short_name").annotate(
        uses=Count("pk"), reached=Sum("people"), sent=Count("pk", filter=Q(purpose="sent"))
    )
    return list(counted.order_by("-month", "-uses", "client_id"))
