"""How often applications call, and what came of it."""

import datetime

from django.db.models import F, Sum

from yiwang.platform.clients.models import Usage


def of_day(client_pk: int, day: datetime.date) -> list[Usage]:
    """Each call of the day, the most frequent first."""
    return list(Usage.objects.filter(client_id=client_pk, day=day).order_by("-calls", "call"))


def of_days(client_pk: int, *, since: datetime.date) -> list[dict[str, object]]:
    """Each day since then, the latest first."""
    own = Usage.objects.filter(client_id=client_pk, day__gte=since).values("day")
    sums = own.annotate(
        total=Sum("calls"), refused_sum=Sum("refused"), limited_sum=Sum("limited"), failed_sum=Sum("failed")
    )
    return list(
        sums.order_by("-day").values(
            "day",
            "total",
            refused_total=F("refused_sum"),
            limited_total=F("limited_sum"),
            failed_total=F("failed_sum"),
        )
    )
