"""Who leaves the district, and who comes back. Nobody is ever deleted: his name stays in what he handled."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from yiwang.kernel import database
from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import invalid, require, require_right
from yiwang.platform.org import hooks, rules
from yiwang.platform.org.actions import events
from yiwang.platform.org.actions.corrections import apply_facts
from yiwang.platform.org.actions.people import end_post, start_post
from yiwang.platform.org.models import Event, Person, Post, Unit
from yiwang.platform.org.queries import person_checks
from yiwang.platform.org.vocabulary import MANAGE_UNIT, PERSON_DEREGISTERED, PERSON_REOPENED

_ONE_DAY = datetime.timedelta(days=1)
_STATUS = {
    Person.Departure.RETIRED: Person.Status.RETIRED,
    Person.Departure.TRANSFERRED_OUT: Person.Status.TRANSFERRED_OUT,
    Person.Departure.DECEASED: Person.Status.DECEASED,
    Person.Departure.RESIGNED: Person.Status.LEFT,
    Person.Departure.DISMISSED: Person.Status.LEFT,
    Person.Departure.CONTRACT_ENDED: Person.Status.LEFT,
    Person.Departure.ENTRY_CANCELLED: Person.Status.LEFT,
}


@transaction.atomic
def deregister_person(
    person: Person, *, departure: str, day: datetime.date, actor: Actor, basis: str = ""
) -> Person:
    """End all posts of a person and archive him (注销). `day`: from then on he is gone."""
    database.share("org.tree")
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    require(
        person.status not in Person.GONE,
        f"当前状态为“{person.get_status_display()}”，不能执行“注销”",
        code="E-STATE-01",
    )
    if departure not in Person.Departure.values:
        raise invalid("departure", "请选择离开原因")
    reason = Person.Departure(departure).label
    if person.unit is not None:
        require_right(rules.can_manage_people(actor, person.unit), MANAGE_UNIT.label)
    before = person.get_status_display()
    # The state first: while posts end one by one nobody shall be shown as being back at his own.
    person.status = _STATUS[Person.Departure(departure)]
    person.departure, person.left_on = departure, day
    person.save(update_fields=["status", "departure", "left_on", "updated_at"])
    for post in Post.objects.filter(person=person, is_living=True).order_by("pk"):
        end_post(post, actor=actor, reason=reason, day=max(post.valid_from, day - _ONE_DAY))
    person.refresh_from_db()
    changes = {"status": [before, person.get_status_display()]}
    audit.record(PERSON_DEREGISTERED, person, actor=actor, reason=basis or reason, changes=changes)
    hooks.person_left(person=person)
    events.note(Event.Kind.PERSON_LEFT, person=person, data={"on": day.isoformat()})
    return person


@transaction.atomic
def reopen_person(
    person: Person,
    *,
    unit: Unit,
    title: str,
    facts: Mapping[str, Any],
    actor: Actor,
    valid_from: datetime.date | None = None,
    basis: str = "",
    post: Mapping[str, Any] | None = None,
) -> Person:
    """Take up again who had left (再次录用): the same record goes on, with what is known of him today."""
    database.share("org.tree")
    require_right(rules.can_manage_people(actor, unit), MANAGE_UNIT.label)
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    require(
        person.status in Person.GONE and person.status != Person.Status.DECEASED,
        f"当前状态为“{person.get_status_display()}”，不能执行“新增”",
        code="E-STATE-01",
    )
    clean = person_checks.checked(facts, today=timezone.localdate())
    before = person.get_status_display()
    apply_facts(person, clean)
    person.status, person.departure, person.left_on = Person.Status.ON_POST, "", None
    person.save()
    start_post(
        person, unit=unit, title=title, actor=actor, valid_from=valid_from, basis=basis, **(post or {})
    )
    person.refresh_from_db()
    changes = {"status": [before, person.get_status_display()]}
    audit.record(PERSON_REOPENED, person, actor=actor, reason=basis, changes=changes)
    events.note(Event.Kind.PERSON_ADDED, unit=unit, person=person, data={"again": True})
    return person
