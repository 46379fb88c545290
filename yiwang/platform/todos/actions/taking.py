"""An assignment becomes somebody else's: the row that ends and the row that begins, nothing around it."""

import datetime

from django.db.models import Max

from yiwang.platform.todos.models import Assignment, Item
from yiwang.platform.todos.queries import claims


def take(
    former: Assignment, person_id: int, *, post_id: int | None, now: datetime.datetime, note: str = ""
) -> Assignment:
    """End an open assignment as 已转办 and begin one of this person. The item is locked by the caller."""
    own = former.item.assignments.filter(person_id=person_id, state__in=Assignment.OPEN).first()
    turn = former.item.assignments.filter(person_id=person_id).aggregate(last=Max("turn"))["last"] or 0
    state = former.state
    former.state, former.finished_at, former.passed_to_id = Assignment.State.PASSED, now, person_id
    former.save(update_fields=["state", "finished_at", "passed_to"])
    if own is not None:
        return own
    return Assignment.objects.create(
        item=former.item,
        person_id=person_id,
        post_id=post_id,
        unit_id=former.unit_id,
        state=state,
        turn=turn + 1,
        kind=former.kind,
        urgency=former.urgency,
        due_at=former.due_at,
        arrived_at=now,
        passed_from=former,
        is_claimed=former.person_id is None,
        note=note,
    )


def take_for_unit(item: Item, person_id: int, *, now: datetime.datetime) -> Assignment | None:
    """The application says that somebody of the unit did what nobody had claimed: he claims it by that."""
    waiting = item.assignments.filter(person=None, state=Assignment.State.TODO).order_by("pk")
    for one in waiting:
        if claims.may_claim(person_id, one.pk):
            one.item = item
            return take(one, person_id, post_id=claims.post_of(person_id, one.unit_id or 0), now=now)
    return None
