"""Contacts and requests of one person."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from yiwang.platform.addressbook.models import Contact
from yiwang.platform.addressbook.queries import withheld
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, STEP
from yiwang.platform.org.models.viewer import Viewer

State = Contact.State


def _rows() -> QuerySet[Contact]:
    return Contact.objects.select_related("asker", "asked")


def to_decide(person_id: int) -> QuerySet[Contact]:
    """Requests that wait for this person's answer, the oldest first."""
    return _rows().filter(asked_id=person_id, state=State.ASKED).order_by("created_at")


def asked_by(person_id: int) -> QuerySet[Contact]:
    """What this person has asked, the latest first. That somebody blocked him he is not told."""
    shown = (State.ASKED, State.REFUSED, State.BLOCKED)
    return _rows().filter(asker_id=person_id, state__in=shown).order_by("-created_at")[:50]


@dataclass(frozen=True, slots=True)
class Known:
    """A contact as his list shows him. note: department, and his title when it may be shown."""

    contact: Contact
    person: Person
    note: str


def accepted_of(viewer: Viewer) -> list[Known]:
    """Contacts with the other person, in the district's order."""
    own = viewer.person_id
    both = Q(asker_id=own) | Q(asked_id=own)
    found = [
        (one, one.asked if one.asker_id == own else one.asker)
        for one in _rows().filter(both, state=State.ACCEPTED)
    ]
    found.sort(key=lambda pair: (pair[1].position, pair[1].pk))
    kept = withheld.of(viewer, [person.pk for _, person in found])
    departments = departments_of(person for _, person in found)
    return [
        Known(
            one,
            person,
            _note(departments.get(person.pk, ""), "" if "title" in kept[person.pk] else person.title),
        )
        for one, person in found
    ]


def _note(*parts: str) -> str:
    return " · ".join(filter(None, parts))


def between(one: int, other: int) -> Contact | None:
    """The living request or contact of these two."""
    both = Q(asker_id=one, asked_id=other) | Q(asker_id=other, asked_id=one)
    return Contact.objects.filter(both, state__in=(State.ASKED, State.ACCEPTED)).first()


def departments_of(people: Iterable[Person]) -> dict[int, str]:
    """Person -> short name of his level-2 unit: all that a minimal card says besides the name."""
    paths = {one.pk: one.unit_path[: STEP * (DEPARTMENT_LEVEL + 1)] for one in people}
    names = dict(Unit.objects.filter(path__in=set(paths.values())).values_list("path", "short_name"))
    return {pk: names.get(path, "") for pk, path in paths.items()}


def department_of(person: Person) -> str:
    """The same of one."""
    return departments_of([person])[person.pk]
