"""Changing the working calendar: a year is imported as a whole."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, require, require_right
from yiwang.kernel.workdays import queries
from yiwang.kernel.workdays.hooks import calendar_changed
from yiwang.kernel.workdays.models import Day, Year
from yiwang.kernel.workdays.planning import Plan, Row
from yiwang.kernel.workdays.vocabulary import MANAGE, YEAR_IMPORTED


@transaction.atomic
def import_year(
    year: int, rows: Iterable[Row], *, source_doc: str, actor: Actor, seen_revision: int | None = None
) -> Plan:
    """Make a year official from its notice's rows and have open deadlines recomputed (§0.5).

    seen_revision: the year's revision when the preview was shown (0: not yet entered); another import
    in between is refused. Returns what was done.
    """
    require_right(actor.allows(MANAGE.key, at=""), MANAGE.label)
    before = queries.load()
    entered, _ = Year.objects.select_for_update().get_or_create(
        year=year, defaults={"imported_at": timezone.now(), "revision": 0}
    )
    if seen_revision is not None and seen_revision != entered.revision:
        at = timezone.localtime(entered.imported_at)
        raise Refused(
            f"该数据已被{entered.imported_by_name}于{at:%H:%M}修改，请刷新后重试",
            status=409,
            code="E-CONC-01",
        )
    planned = queries.plan_import(year, rows)
    if planned.errors:
        messages = "；".join(error.text for error in planned.errors[:20])
        raise Refused("工作日历有误，未导入", status=422, fields={"file": messages})
    require(source_doc.strip(), "请填写依据文件", status=422, fields={"source_doc": "请填写依据文件"})
    _write(entered, planned, source_doc.strip(), actor)
    changes = {change.date.isoformat(): [change.before.text, change.after.text] for change in planned.changes}
    audit.record(YEAR_IMPORTED, entered, actor=actor, reason=entered.source_doc, changes=changes)
    after = queries.load()
    with queries.using(after):
        calendar_changed(year=year, before=before, after=after, actor=actor)
    transaction.on_commit(queries.forget)
    return planned


def _write(entered: Year, planned: Plan, source_doc: str, actor: Actor) -> None:
    """Replace the year's days."""
    Day.objects.filter(date__year=entered.year).delete()
    Day.objects.bulk_create(
        Day(date=day.date, kind=day.kind, name=day.name, source=source_doc) for day in planned.days
    )
    entered.is_official = True
    entered.source_doc = source_doc
    entered.imported_at = timezone.now()
    entered.imported_by_name = actor.name
    entered.revision += 1
    entered.save()
