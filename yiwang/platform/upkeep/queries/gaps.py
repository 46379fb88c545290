"""What a person's entry lacks (完整率): the required fields of §3.8 as conditions, so that PostgreSQL counts.

职级 is asked of established staff outside of enterprises and the armed forces; leaders have a 领导职务层次,
staff of institutions a 岗位等级 in its place. Everything else is asked of everybody who is present.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from yiwang.platform.org.models import Person, PersonQuerySet, Unit
from yiwang.platform.upkeep.models.scope import within

_PHONE = r"^(0[0-9]{2,3}-)?[2-9][0-9]{6,7}(-[0-9]{1,6})?$"  # as kernel.validators.office_phone
_NO_GRADES = (Person.Establishment.ENTERPRISE, Person.Establishment.MILITARY)

FIELDS: dict[str, str] = {
    "name": "姓名",
    "id_number": "证件号码",
    "unit": "单位",
    "title": "职务",
    "grade": "职级",
    "mobile": "手机号码",
    "office_phone": "办公电话",
}
MISSING: Mapping[str, Q] = {
    "name": Q(name="") | Q(name__regex=r"[0-9[:space:]]"),
    "id_number": Q(id_number_index__isnull=True),
    "unit": Q(unit__isnull=True) | ~Q(unit__status=Unit.Status.ACTIVE),
    "title": Q(title=""),
    "grade": Q(category=Person.Category.ESTABLISHED, duty_level="", grade="", post_grade="")
    & ~Q(establishment__in=_NO_GRADES),
    "mobile": Q(mobile_index__isnull=True),
    "office_phone": ~Q(office_phone__regex=_PHONE),
}
ANY: Q = reduce(or_, MISSING.values())
# The same as far as the row itself tells it: the condition of the index upkeep_lacking (migration 0003).
_OF_ENTRY: Q = reduce(or_, {**MISSING, "unit": Q(unit__isnull=True)}.values())
CHOICES = tuple(FIELDS.items())


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many there are, how many lack nothing, and how many lack each field."""

    people: int
    complete: int
    missing: Mapping[str, int]

    @property
    def lacking(self) -> list[tuple[str, str, int]]:
        """(key, label, how many) of the fields that somebody lacks."""
        return [(key, FIELDS[key], self.missing[key]) for key in FIELDS if self.missing.get(key)]

    @property
    def incomplete(self) -> int:
        return self.people - self.complete


def counted() -> PersonQuerySet:
    """Whose entries count: everybody who is present, vendors' staff aside."""
    return Person.objects.filter(status__in=Person.PRESENT).exclude(category=Person.Category.EXTERNAL)


def aggregates() -> dict[str, Count]:
    """The counts, for one statement over any set of persons."""
    found = {f"missing_{key}": Count("pk", filter=condition) for key, condition in MISSING.items()}
    return {"people": Count("pk"), "complete": Count("pk", filter=~ANY), **found}


def completeness(rows: "QuerySet[Person]") -> Completeness:
    """Of these persons, in one statement."""
    return from_row(rows.order_by().aggregate(**aggregates()))


def from_row(row: Mapping[str, Any]) -> Completeness:
    """One row of the counts."""
    missing = {key: row[f"missing_{key}"] for key in FIELDS if row[f"missing_{key}"]}
    return Completeness(row["people"], row["complete"], missing)


def lacking(viewer: Any) -> PersonQuerySet:
    """Who of the units he maintains lacks something; people of units out of use are hardly ever there."""
    entered = Exists(Person.objects.filter(unit=OuterRef("pk")))
    unused = Unit.objects.exclude(status=Unit.Status.ACTIVE).filter(entered)
    stranded = Q(unit__in=list(unused.values_list("pk", flat=True)))
    return counted().filter(within(viewer, "unit_path"), _OF_ENTRY | stranded).select_related("unit")


def missing_of(person: Person) -> list[str]:
    """What this entry lacks, in words."""
    own = Person.objects.filter(pk=person.pk)
    row = own.aggregate(**{key: Count("pk", filter=condition) for key, condition in MISSING.items()})
    return [label for key, label in FIELDS.items() if row[key]]
