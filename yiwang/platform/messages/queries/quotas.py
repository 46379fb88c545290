"""短信额度: what a unit may send in a month and what it has sent. Numbers, never contents."""

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q, Sum

from yiwang.kernel.listing.sources import SqlSource
from yiwang.platform.messages import rules
from yiwang.platform.messages.models import SmsBatch, SmsText, TextPurpose, TextQuota
from yiwang.platform.org.models import Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL

_GOING = (SmsBatch.State.PENDING, SmsBatch.State.READY)
_FREE = tuple(one.value for one in TextPurpose if rules.is_free_of_quota(one))


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit's month. used: sent and asked for."""

    quota: int
    used: int

    @property
    def left(self) -> int:
        return max(self.quota - self.used, 0)

    @property
    def percent(self) -> int:
        return rules.percent_of(self.used, self.quota)

    @property
    def is_low(self) -> bool:
        return self.percent >= rules.QUOTA_WARNING


def month_of(now: datetime.datetime) -> datetime.datetime:
    """When the month began; now: in the platform's own zone."""
    return now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def standing(unit: Unit, *, now: datetime.datetime) -> Standing:
    """What it has sent this month, by ladders (必达) too, and what it has asked for and not sent yet.

    值班 and 应急 are free.
    """
    own = Q(batch__unit=unit) & ~Q(batch__purpose__in=_FREE) | Q(message__reach__unit=unit)
    sent = SmsText.objects.filter(own, created_at__gte=month_of(now)).exclude(state=SmsText.State.DROPPED)
    parts = sent.aggregate(all=Sum("parts"))["all"] or 0
    going = SmsBatch.objects.filter(unit=unit, state__in=_GOING).exclude(purpose__in=_FREE)
    waiting = sum(total * each for total, each in going.values_list("total", "parts"))
    quota = TextQuota.objects.filter(unit=unit).values_list("monthly", flat=True).first()
    return Standing(settings.SMS_MONTHLY_QUOTA if quota is None else quota, parts + waiting)


_USED = """
    SELECT unit_id, sum(parts) AS used FROM (
        SELECT coalesce(batch.unit_id, reach.unit_id), one.parts FROM messages_smstext one
            LEFT JOIN messages_smsbatch batch ON batch.id = one.batch_id
            LEFT JOIN messages_reach reach ON reach.message_id = one.message_id
            WHERE one.created_at >= %s AND one.state <> 'dropped'
                AND (batch.purpose <> ALL(%s) OR reach.unit_id IS NOT NULL)
        UNION ALL
        SELECT batch.unit_id, batch.total * batch.parts FROM messages_smsbatch batch
            WHERE batch.state = ANY(%s) AND batch.purpose <> ALL(%s)) AS each (unit_id, parts)
    GROUP BY unit_id"""


def of_units(*, now: datetime.datetime) -> SqlSource:
    """Every department with its quota and what it has used this month, in the maintained order."""
    quota = f"coalesce(own.monthly, {int(settings.SMS_MONTHLY_QUOTA)})"
    percent = f"CASE WHEN {quota} = 0 THEN 100 ELSE coalesce(used.used, 0) * 100 / {quota} END"
    return SqlSource(
        columns=f"""unit.id, unit.short_name AS unit, {quota} AS quota, own.id IS NOT NULL AS is_own,
            coalesce(used.used, 0)::bigint AS used, ({percent})::bigint AS percent,
            own.reason, own.changed_by_name, own.changed_at""",
        tables=f"""org_unit unit LEFT JOIN messages_textquota own ON own.unit_id = unit.id
            LEFT JOIN ({_USED}) AS used ON used.unit_id = unit.id""",
        fields={
            "unit.id": "unit.id",
            "position": "unit.position",
            "name": "unit.short_name",
            "quota": quota,
            "used": "coalesce(used.used, 0)",
            "percent": percent,
            "standing": f"CASE WHEN {percent} >= 100 THEN 'over' WHEN {percent} >= {rules.QUOTA_WARNING}"
            " THEN 'low' ELSE 'good' END",
        },
        where=f"unit.level = {DEPARTMENT_LEVEL} AND unit.status = 'active'",
        parameters=(month_of(now), list(_FREE), list(_GOING), list(_FREE)),
        never_null=frozenset({"unit.id", "position"}),
    )


_MONTHS = """
    SELECT coalesce(batch.unit_id, reach.unit_id) AS unit_id,
        to_char(one.created_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM') AS month,
        count(DISTINCT batch.id) AS batches, count(*) AS texts, sum(one.parts)::bigint AS parts,
        coalesce(sum(one.parts) FILTER (WHERE batch.purpose = ANY(%s)), 0)::bigint AS free,
        count(*) FILTER (WHERE one.state = 'delivered') AS delivered,
        count(*) FILTER (WHERE one.state = 'failed') AS failed,
        count(*) FILTER (WHERE one.state = 'unknown') AS unknown
    FROM messages_smstext one LEFT JOIN messages_smsbatch batch ON batch.id = one.batch_id
    LEFT JOIN messages_reach reach ON reach.message_id = one.message_id
    WHERE one.created_at >= %s AND one.state <> 'dropped' AND coalesce(batch.unit_id, reach.unit_id) > 0
    GROUP BY 1, 2"""


def by_month(paths: list[str] | None, *, since: datetime.datetime) -> SqlSource:
    """The report: a line for each unit and month. paths: of units it is limited to, None for all."""
    where, more = "true", list[object]()
    if paths is not None:
        where, more = "unit.path = ANY(%s)", [paths]
    return SqlSource(
        columns="unit.id, unit.short_name AS unit, used.*",
        tables=f"({_MONTHS}) AS used JOIN org_unit unit ON unit.id = used.unit_id",
        fields={
            "key": "used.month || ' ' || unit.id",
            "month": "used.month",
            "position": "unit.position",
            "name": "unit.short_name",
            "texts": "used.texts",
            "parts": "used.parts",
            "failed": "used.failed",
        },
        where=where,
        parameters=(list(_FREE), since, *more),
        never_null=frozenset({"key", "month", "position", "texts", "parts", "failed"}),
    )
