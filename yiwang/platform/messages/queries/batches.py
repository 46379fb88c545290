"""Reading batches of texts: who would receive, what a unit has used this month, how a batch stands."""

import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Q, Sum

from yiwang.kernel.crypto.fields import blind_index
from yiwang.platform.messages.models import SmsBatch, SmsText
from yiwang.platform.messages.queries import audience as audiences
from yiwang.platform.messages.queries.audience import Audience
from yiwang.platform.org.models import Person, Unit

_RECEIVERS = "FROM org_person person WHERE ({chosen}) AND {stands} AND person.mobile_index IS NOT NULL"
_GOING = (SmsBatch.State.PENDING, SmsBatch.State.READY)


def _statement(audience: Audience) -> tuple[str, dict[str, Any]]:
    chosen, values = audiences.condition(audience)
    return _RECEIVERS.format(chosen=chosen, stands=audiences.STANDS), values


def reachable(audience: Audience) -> int:
    """How many of them have a mobile number."""
    statement, values = _statement(audience)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {statement}", values)
        (number,) = cursor.fetchone()
    return int(number)


def receivers(audience: Audience) -> list[tuple[int, str]]:
    """Their ids and numbers, for the job that writes the texts."""
    statement, values = _statement(audience)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT person.id {statement} ORDER BY person.id", values)
        ids = [row[0] for row in cursor.fetchall()]
    return [(one.pk, one.mobile) for one in Person.objects.filter(pk__in=ids).order_by("pk")]


def told_lately(text: str, mobiles: list[str], *, since: datetime.datetime) -> frozenset[str]:
    """Numbers that got exactly this text since then."""
    keys = [key for mobile in mobiles for key in blind_index(SmsText, "mobile", mobile)]
    lately = SmsText.objects.filter(mobile_index__in=keys, created_at__gte=since)
    return frozenset(one.mobile for one in lately if one.text == text)


def parts_used(unit: Unit, *, now: datetime.datetime) -> int:
    """What a unit has sent this month, by ladders (必达) too, and what it has asked for and not sent yet."""
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    own = Q(batch__unit=unit) | Q(message__reach__unit=unit)
    gone = SmsText.objects.filter(own, created_at__gte=month).exclude(state=SmsText.State.DROPPED)
    sent = gone.aggregate(all=Sum("parts"))["all"]
    going = SmsBatch.objects.filter(unit=unit, state__in=_GOING).values_list("total", "parts")
    return (sent or 0) + sum(total * parts for total, parts in going)


def states_of(batch: SmsBatch) -> dict[str, int]:
    """How many texts of a batch are in which state."""
    found = SmsText.objects.filter(batch=batch).order_by().values_list("state").annotate(number=Count("pk"))
    return dict(found)


def usage(*, now: datetime.datetime) -> list[dict[str, Any]]:
    """This month by unit: batches, texts, parts, failures. No content and no numbers."""
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(_USAGE, {"month": month})
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


_USAGE = """
    SELECT unit.short_name AS unit, count(DISTINCT batch.id) AS batches, count(*) AS texts,
        sum(one.parts) AS parts, count(*) FILTER (WHERE one.state = 'failed') AS failed
    FROM messages_smstext one LEFT JOIN messages_smsbatch batch ON batch.id = one.batch_id
    LEFT JOIN messages_reach reach ON reach.message_id = one.message_id
    JOIN org_unit unit ON unit.id = coalesce(batch.unit_id, reach.unit_id)
    WHERE one.created_at >= %(month)s AND one.state <> 'dropped'
    GROUP BY unit.id, unit.short_name, unit.position ORDER BY unit.position"""
