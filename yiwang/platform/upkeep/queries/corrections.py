"""Reading corrections: what may be reported, what is waiting, what the record says now."""

import datetime
from typing import Any

from django.db.models import QuerySet

from yiwang.kernel.errors import not_found
from yiwang.kernel.validators import mask_mobile
from yiwang.kernel.workdays import queries as workdays
from yiwang.platform.addressbook.queries import unit_names, withheld
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.upkeep import rules
from yiwang.platform.upkeep.models import Correction, CorrectionQuerySet, CorrectionReport

Field, State = Correction.Field, Correction.State
_ON_CARD = {
    Field.OFFICE_PHONE: "office_phone",
    Field.EMAIL: "email",
    Field.ROOM: "room",
    Field.TITLE: "title",
    Field.NAME: "name",
}
_OF_UNIT = {Field.UNIT_NAME: "full_name", Field.DUTY_PHONE: "duty_phone", Field.ADDRESS: "address"}


def person_to_report(viewer: Any, person_id: int) -> Person:
    """Somebody whose card he may open; otherwise 404."""
    found = Person.objects.visible_to(viewer).filter(pk=person_id).select_related("unit").first()
    if found is None:
        raise not_found()
    return found


def unit_to_report(viewer: Any, unit_id: int) -> Unit:
    """A unit that he may open; otherwise 404."""
    found = Unit.objects.living().visible_to(viewer).filter(pk=unit_id).first()
    if found is None:
        raise not_found()
    return found


def fields_to_report(viewer: Any, about: Person | Unit) -> list[tuple[str, str]]:
    """(key, label) of what he sees of it, and so may call wrong; hidden fields are left out."""
    if isinstance(about, Unit):
        return [(str(one.value), str(one.label)) for one in Correction.OF_UNIT]
    hidden = withheld.of(viewer, [about.pk])[about.pk]
    return [(str(one.value), str(one.label)) for one in Correction.OF_PERSON if one.value not in hidden]


def shown_now(about: Person | Unit, field: str) -> str:
    """What the address book says at the moment, as everybody who opens it reads it; "" for the rest."""
    if isinstance(about, Unit):
        return str(getattr(about, _OF_UNIT[Field(field)])) if field in _OF_UNIT else ""
    if field == Field.MOBILE:
        return mask_mobile(about.mobile) if about.mobile else ""
    if field == Field.STATUS:
        return about.get_status_display()
    if field == Field.UNIT and about.unit is not None:
        return place_of(about.unit)
    return str(getattr(about, _ON_CARD[Field(field)])) if field in _ON_CARD else ""


def place_of(unit: Unit) -> str:
    """朱家角镇 党政办公室."""
    name, department = unit_names.names_of([unit.pk])[unit.pk]
    return name if name == department else f"{department} {name}"


def open_one(about: Person | Unit, field: str) -> Correction | None:
    """The matter that is open already."""
    column = "person" if isinstance(about, Person) else "unit"
    waiting = Correction.objects.waiting().filter(field=field, **{f"{column}_id": about.pk})
    return waiting.select_related("keeper").first()


def reports_left(person_id: int, *, today: datetime.date) -> int:
    """How many he may still report today; fewer after several that were unfounded."""
    own = CorrectionReport.objects.filter(reporter_id=person_id)
    since = today - datetime.timedelta(days=rules.UNFOUNDED_DAYS)
    unfounded = own.filter(correction__state=State.UNFOUNDED, correction__answered_at__date__gte=since)
    is_limited = unfounded[: rules.UNFOUNDED_MOST].count() >= rules.UNFOUNDED_MOST
    most = rules.MOST_AFTER_UNFOUNDED if is_limited else rules.MOST_REPORTS
    return max(0, most - own.filter(at__date=today).count())


def listed(rows: CorrectionQuerySet) -> CorrectionQuerySet:
    """With what lists show of each."""
    return rows.select_related("keeper", "person", "unit")


def reported_by(viewer: Any) -> QuerySet[CorrectionReport]:
    """What he reported himself."""
    return CorrectionReport.objects.filter(reporter_id=viewer.person_id).select_related("correction")


def with_reports(viewer: Any, pk: int) -> tuple[Correction, list[CorrectionReport]]:
    """One of those he may see: with all reports for who maintains it, with his own for a reporter."""
    rows = Correction.objects.visible_to(viewer).select_related("keeper", "person__unit", "unit")
    correction = rows.filter(pk=pk).first()
    if correction is None:
        raise not_found()
    reports = correction.given.order_by("id")
    if not is_maintained(viewer, correction):
        reports = reports.filter(reporter_id=viewer.person_id)
    return correction, list(reports)


def is_maintained(viewer: Any, correction: Correction) -> bool:
    """Does he see it as an administrator, and not only as who reported it?"""
    return Correction.objects.maintained_by(viewer).filter(pk=correction.pk).exists()


def due_in(days: int, *, today: datetime.date) -> CorrectionQuerySet:
    """Those whose last day is so many working days from now."""
    due = workdays.add_workdays(today, days)
    return Correction.objects.waiting().filter(due_on=due).select_related("keeper")


def overdue(today: datetime.date) -> CorrectionQuerySet:
    """Those whose last day is over."""
    return Correction.objects.waiting().filter(due_on__lt=today).select_related("keeper")


def waiting_in_reach(viewer: Any) -> int:
    """For the console's first page."""
    return Correction.objects.maintained_by(viewer).waiting()[:1_000].count()
