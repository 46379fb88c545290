"""Contacts and requests of one person."""

from django.db.models import Q, QuerySet

from yiwang.platform.addressbook.models import Contact
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, STEP

State = Contact.State


def _rows() -> QuerySet[Contact]:
    return Contact.objects.select_related("asker__unit", "asked__unit")


def to_decide(person_id: int) -> QuerySet[Contact]:
    """Requests that wait for this person's answer, the oldest first."""
    return _rows().filter(asked_id=person_id, state=State.ASKED).order_by("created_at")


def asked_by(person_id: int) -> QuerySet[Contact]:
    """What this person has asked, the latest first. That somebody blocked him he is not told."""
    shown = (State.ASKED, State.REFUSED, State.BLOCKED)
    return _rows().filter(asker_id=person_id, state__in=shown).order_by("-created_at")[:50]


def accepted_of(person_id: int) -> list[tuple[Contact, Person]]:
    """Contacts with the other person, in the district's order."""
    both = Q(asker_id=person_id) | Q(asked_id=person_id)
    found = [
        (one, one.asked if one.asker_id == person_id else one.asker)
        for one in _rows().filter(both, state=State.ACCEPTED)
    ]
    return sorted(found, key=lambda pair: (pair[1].position, pair[1].pk))


def between(one: int, other: int) -> Contact | None:
    """The living request or contact of these two."""
    both = Q(asker_id=one, asked_id=other) | Q(asker_id=other, asked_id=one)
    return Contact.objects.filter(both, state__in=(State.ASKED, State.ACCEPTED)).first()


def department_of(person: Person) -> str:
    """The short name of the level-2 unit he serves in: all that a minimal card says besides his name."""
    path = person.unit_path[: STEP * (DEPARTMENT_LEVEL + 1)]
    return Unit.objects.filter(path=path).values_list("short_name", flat=True).first() or ""
