"""Reading person operations: who sees one, what is under way, what is late, whom to tell."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Left
from django.urls import reverse

from yiwang.kernel import validators
from yiwang.kernel.crypto.fields import blind_index
from yiwang.kernel.workdays import queries as workdays
from yiwang.platform.accounts.models import Account, RoleGrant
from yiwang.platform.accounts.queries import roles
from yiwang.platform.accounts.vocabulary import GRADED_ADMINISTRATOR
from yiwang.platform.approvals.models import Instance
from yiwang.platform.changes.models import Handover, ImportBatch, PersonOperation, PersonOperationQuerySet
from yiwang.platform.changes.rules import person_operation as rules
from yiwang.platform.org.models import Person, PersonQuerySet, Post, Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, STEP
from yiwang.platform.org.queries import people, units

SUBJECT = "changes.personoperation"
OFFICE_DIRECTOR = "accounts.office_director"
_DEPARTMENT_PATH = STEP * (DEPARTMENT_LEVEL + 1)
State, Kind = PersonOperation.State, PersonOperation.Kind


def visible(viewer: Any) -> PersonOperationQuerySet:
    """Those he may open: of his units and about himself, and those he was ever asked to handle or to read."""
    rows = PersonOperation.objects.visible_to(viewer)
    if viewer is None or viewer.is_temporary:
        return rows
    handled = Instance.objects.visible_to(viewer).filter(subject_type=SUBJECT)
    ids = [int(one) for one in handled.values_list("subject_id", flat=True)[:5_000]]
    submitted = PersonOperation.objects.exclude(state=State.DRAFT)
    return rows | submitted.filter(pk__in=ids)


_IN_LISTS = (
    *("number", "person_name", "kind", "title", "state", "verification", "basis", "applicant_name"),
    *("change_date", "due_on", "effective_on", "applied_at", "created_at", "is_late", "late_by"),
    *("unit__short_name", "from_unit__short_name", "to_unit__short_name"),
)


def in_lists(rows: PersonOperationQuerySet) -> PersonOperationQuerySet:
    """With what lists show of each, and no more: nothing sealed is read, no person, no payload."""
    related = rows.select_related("unit", "from_unit", "to_unit").only(*_IN_LISTS)
    return related.annotate(**_departments("unit", "from_unit", "to_unit"))


def with_units(rows: PersonOperationQuerySet) -> PersonOperationQuerySet:
    """With what pages show of one."""
    related = rows.select_related("unit", "other", "from_unit", "to_unit", "person", "post__unit")
    return related.annotate(**_departments("unit", "other", "from_unit", "to_unit"))


def _departments(*names: str) -> dict[str, Subquery]:
    """Departments by name, so that a page asks once for all rows."""
    return {
        f"{name}_department": Subquery(
            Unit.objects.filter(path=Left(OuterRef(f"{name}__path"), _DEPARTMENT_PATH)).values("short_name")[
                :1
            ]
        )
        for name in names
    }


def under_way_of(person_id: int, *, besides: int | None = None) -> PersonOperation | None:
    """The operation about this person that is not at an end yet, if there is one."""
    return PersonOperation.objects.under_way().filter(person_id=person_id).exclude(pk=besides or 0).first()


def entering(id_number: str, *, besides: int | None = None) -> PersonOperation | None:
    """The application that enters somebody with this identity number, if one is under way."""
    index = blind_index(PersonOperation, "id_number", id_number)
    same = PersonOperation.objects.under_way().filter(kind=Kind.ADD, id_number_index__in=index)
    return same.exclude(pk=besides or 0).select_related("unit").first()


def known_person(id_number: str) -> Person | None:
    """Who already has this identity number in the district."""
    return people.with_id_number(id_number).select_related("unit").first()


def mobile_holder(mobile: str, *, besides: int | None = None) -> str:
    """Whose account has this mobile number: 张*（区水务局）; "" when it is free."""
    holders = people.with_mobile(mobile).exclude(pk=besides or 0)
    account = (
        Account.objects.get_queryset()
        .filter(person__in=holders)
        .exclude(state__in=(Account.State.CLOSED, Account.State.EXPIRED))
        .select_related("person__unit", "sponsor_unit")
        .first()
    )
    return called(account) if account is not None else ""


def called(account: Account) -> str:
    """张*（区水务局）: whose account it is, without telling more than needed."""
    unit = account.person.unit or account.sponsor_unit
    where = units.department_of(unit).short_name if unit else "本区"
    return f"{validators.mask_name(account.person.name)}（{where}）"


def namesakes(name: str, unit: Unit, *, besides: int | None = None) -> PersonQuerySet:
    """Others of that name in the same department, street or town."""
    path = rules.department_path(unit.path)
    return Person.objects.filter(
        name=name, unit_path__gte=path, unit_path__lt=path + "~", status__in=Person.PRESENT
    ).exclude(pk=besides or 0)


def main_post(person_id: int) -> Post | None:
    """His living main post with its unit."""
    main = Post.objects.filter(person_id=person_id, is_living=True, kind=Post.Kind.MAIN)
    return main.select_related("unit").first()


def alone_administers(person_id: int, *, leaving: Iterable[int], today: datetime.date) -> Unit | None:
    """The unit that would be left without a 分级管理员 when these posts end; None when there is none.

    A role that hangs on no post stays with the account, unless everything ends.
    """
    ending = set(leaving)
    own = RoleGrant.objects.in_force(today).filter(
        account__person_id=person_id, role=GRADED_ADMINISTRATOR.key, unit__isnull=False
    )
    for grant in own.select_related("unit"):
        if grant.unit is None or (grant.post_id is not None and grant.post_id not in ending):
            continue
        there = roles.in_force_at(GRADED_ADMINISTRATOR.key, grant.unit, today=today)
        if all(one.account_id == grant.account_id for one in there):
            return grant.unit
    return None


_QUOTAS = {
    Person.Establishment.ADMINISTRATIVE: ("quota_administrative", "行政编制"),
    Person.Establishment.WORKER: ("quota_worker", "工勤编制"),
    **dict.fromkeys(
        (
            Person.Establishment.INSTITUTION_CIVIL,
            Person.Establishment.INSTITUTION_FULL,
            Person.Establishment.INSTITUTION_PARTIAL,
            Person.Establishment.INSTITUTION_SELF,
        ),
        ("quota_institution", "事业编制"),
    ),
}


def quota_of(establishment: str) -> tuple[str, str] | None:
    """The column that limits this 编制类型, and what it is called; None when nothing does."""
    return next((value for key, value in _QUOTAS.items() if key == establishment), None)


def quota_fault(unit: Unit, establishment: str, *, besides: int | None = None, more: int = 1) -> str:
    """本单位行政编制已满（核定30名，实有30名）; "" while there is room, or when no number was set.

    more: how many are to be entered.
    """
    kind = quota_of(establishment)
    department = units.department_of(unit)
    most = getattr(department, kind[0]) if kind is not None else None
    if kind is None or most is None:
        return ""
    counted = [key for key, value in _QUOTAS.items() if value == kind]
    path = department.path
    there = Person.objects.filter(
        unit_path__gte=path, unit_path__lt=path + "~", establishment__in=counted, status__in=Person.PRESENT
    ).exclude(pk=besides or 0)
    have = there.count()
    if have + more <= most:
        return ""
    if more > 1:
        return f"{department.short_name}{kind[1]}不足（核定{most}名，实有{have}名，本次新增{more}名）"
    return f"{department.short_name}{kind[1]}已满（核定{most}名，实有{have}名）"


def is_town(unit: Unit | None) -> bool:
    """Is it a street, a town, or below one? They stand under the category 镇街道."""
    if unit is None or len(unit.ancestor_paths) < 2:
        return False
    return Unit.objects.filter(path=unit.ancestor_paths[1], short_name__contains="镇街道").exists()


def due_day(change_date: datetime.date) -> datetime.date:
    """The last day on which a change of that day is entered in time (R1-10)."""
    return workdays.add_workdays(change_date, rules.UPDATE_WORKDAYS)


def late_by(due_on: datetime.date, applied_on: datetime.date) -> int:
    """Working days too late; 0 when it came in time."""
    return max(0, workdays.workdays_between(due_on, applied_on))


def overdue(today: datetime.date) -> PersonOperationQuerySet:
    """Not in effect though the last day is over, cancelled and rejected ones aside."""
    waiting = PersonOperation.objects.filter(applied_at=None, due_on__lt=today)
    return waiting.exclude(state__in=PersonOperation.ENDED)


def due_to_apply(today: datetime.date) -> list[int]:
    """Ids of approved operations whose day has come, in order."""
    waiting = PersonOperation.objects.filter(
        state=State.WAITING_DAY, effective_on__lte=today, verification=PersonOperation.Verification.NONE
    ).exclude(batch__state=ImportBatch.State.APPLYING)  # those are applied together
    return list(waiting.order_by("effective_on", "id").values_list("pk", flat=True))


def administrators_of(unit: Unit | None) -> list[int]:
    """Persons who look after the people of a unit: its 分级管理员 and its office director."""
    if unit is None:
        return []
    found = [
        holder.person_id
        for role in (GRADED_ADMINISTRATOR.key, OFFICE_DIRECTOR)
        for holder in roles.holders(role, unit)
    ]
    return list(dict.fromkeys(found))


def people_in_reach(viewer: Any) -> PersonQuerySet:
    """Whom he may name in an application: persons he may see, and all of the units he administers."""
    scope = Q(pk__in=[])
    for path, below in viewer.scopes("changes.apply"):
        if not path:
            return Person.objects.all()
        scope |= Q(unit_path__gte=path, unit_path__lt=path + "~") if below else Q(unit_path=path)
    return Person.objects.filter(scope) | Person.objects.visible_to(viewer)


def people_to_pick(viewer: Any, text: str) -> PersonQuerySet:
    """Those in reach who serve somewhere and whose name, pinyin or initials begin so."""
    typed = text.strip()
    named = Q(name__startswith=typed) | Q(pinyin__startswith=typed.lower()) | Q(initials=typed.lower())
    serving = Q(status__in=(*Person.PRESENT, Person.Status.ON_LEAVE), unit__isnull=False)
    inside = ~Q(category=Person.Category.EXTERNAL)
    return people_in_reach(viewer).filter(named, serving, inside).select_related("unit").order_by("position")


def handovers_of(operation: PersonOperation, viewer: Any) -> list[Handover]:
    """The handover sheets that came of it, if he may see them."""
    if operation.person_id is None or operation.submitted_at is None or operation.kind == Kind.ADD:
        return []
    made = Handover.objects.visible_to(viewer).filter(
        person_id=operation.person_id, started_at__gte=operation.submitted_at
    )
    until = operation.ended_at
    return list((made if until is None else made.filter(started_at__lte=until)).order_by("-pk")[:5])


def events_of(operation: PersonOperation) -> list[Any]:
    """Its moments, the newest first."""
    return list(operation.events.order_by("-id")[:100])


def url_of(subject_id: str) -> str:
    """The page of an operation, for approvals."""
    return reverse("changes:person", args=[int(subject_id)])


def may_see(subject_id: str, viewer: Any) -> bool:
    """May he see it, though he neither submitted nor handled it?"""
    return PersonOperation.objects.visible_to(viewer).filter(pk=int(subject_id)).exists()
