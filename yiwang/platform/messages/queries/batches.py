"""Reading batches of texts: who would receive, who got the same text lately, how a batch stands."""

import datetime
import json
from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.db.models import Count

from yiwang.kernel.crypto.fields import blind_index
from yiwang.platform.messages.models import SmsBatch, SmsText
from yiwang.platform.messages.queries import audience as audiences
from yiwang.platform.messages.queries.audience import Audience
from yiwang.platform.org.models import Person

_RECEIVERS = "FROM org_person person WHERE ({chosen}) AND {stands} AND person.mobile_index IS NOT NULL"


def _statement(audience: Audience) -> tuple[str, dict[str, Any]]:
    chosen, values = audiences.condition(audience)
    return _RECEIVERS.format(chosen=chosen, stands=audiences.STANDS), values


def reachable(audience: Audience) -> tuple[int, int]:
    """How many of them have a mobile number, and how long the longest of their names is."""
    statement, values = _statement(audience)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), max(length(person.name)) {statement}", values)
        number, longest = cursor.fetchone()
    return int(number), int(longest or 0)


def receivers(audience: Audience) -> list[Person]:
    """Who they are, for the job that writes the texts."""
    statement, values = _statement(audience)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT person.id {statement} ORDER BY person.id", values)
        ids = [row[0] for row in cursor.fetchall()]
    return list(Person.objects.filter(pk__in=ids).order_by("pk"))


def told_lately(texts: Mapping[str, str], *, since: datetime.datetime) -> frozenset[str]:
    """Of these numbers those that got exactly this text since then. texts: number -> text."""
    keys = [key for mobile in texts for key in blind_index(SmsText, "mobile", mobile)]
    lately = SmsText.objects.filter(mobile_index__in=keys, created_at__gte=since)
    return frozenset(one.mobile for one in lately if one.text == texts.get(one.mobile))


def audience_of(batch: SmsBatch) -> Audience:
    """Whom it is for, as it was chosen."""
    return Audience(**{key: tuple(value) for key, value in batch.audience.items()})


def words_of(batch: SmsBatch) -> dict[str, str]:
    """What was given for the variables of its template."""
    return json.loads(batch.words) if batch.words else {}


def states_of(batch: SmsBatch) -> dict[str, int]:
    """How many texts of a batch are in which state."""
    found = SmsText.objects.filter(batch=batch).order_by().values_list("state").annotate(number=Count("pk"))
    return dict(found)
