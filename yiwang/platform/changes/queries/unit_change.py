"""Reading unit changes: who reviews them, who is told, what else is under way."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse

from yiwang.kernel.errors import not_found
from yiwang.kernel.extension.approvals import Seat
from yiwang.kernel.extension.worklists import MOST
from yiwang.platform.accounts.queries import roles
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.accounts.vocabulary import GRADED_ADMINISTRATOR, SYSTEM_ADMINISTRATOR
from yiwang.platform.changes.models import ChangedUnit, UnitChange, UnitChangeQuerySet
from yiwang.platform.org.models import Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL

SUBJECT = "changes.unitchange"


def visible(viewer: Principal, pk: int) -> UnitChange:
    """The change, if he may see it; otherwise 404."""
    change = UnitChange.objects.visible_to(viewer).filter(pk=pk).first()
    if change is None:
        raise not_found()
    return change


def may_see(key: str, viewer: Any) -> bool:
    """For approvals: may he see the change with that id?"""
    return key.isdigit() and UnitChange.objects.visible_to(viewer).filter(pk=int(key)).exists()


def may_read(viewer: Any, key: str) -> bool:
    """For attachments: who sees the change sees its basis documents."""
    return may_see(key, viewer)


def url_of(key: str) -> str:
    """Where the change is shown."""
    return reverse("changes:unit_change", args=[int(key)])


def tree_maintainers(context: Mapping[str, Any], arguments: Mapping[str, Any]) -> Sequence[Seat]:
    """Resolver changes.tree_maintainers: the system administrators; who applied is left out by approvals."""
    return [Seat(one.person_id, one.post_id) for one in roles.holders_in_district(SYSTEM_ADMINISTRATOR.key)]


def maintainers() -> set[int]:
    """Ids of the persons who maintain the tree of the district (区政务办)."""
    return {one.person_id for one in roles.holders_in_district(SYSTEM_ADMINISTRATOR.key)}


def administrators_of(units: Iterable[Unit]) -> set[int]:
    """Ids of the persons who administer these units, each by its own or the nearest above."""
    found: set[int] = set()
    for unit in units:
        if unit.level >= DEPARTMENT_LEVEL:
            found |= {one.person_id for one in roles.holders(GRADED_ADMINISTRATOR.key, unit)}
    return found


def under_way(change: UnitChange) -> UnitChangeQuerySet:
    """Other changes of the same units that are not at an end, drafts of others left out."""
    units = change.touched.filter(part=ChangedUnit.Part.TARGET).values("unit")
    states = (UnitChange.State.IN_REVIEW, UnitChange.State.PENDING, UnitChange.State.FAILED)
    others = UnitChange.objects.filter(touched__unit__in=units, state__in=states).exclude(pk=change.pk)
    return others.distinct().order_by("effective_on", "pk")


def due_ids(today: datetime.date) -> list[int]:
    """Changes whose day has come, the earliest first."""
    return list(UnitChange.objects.due(today).order_by("effective_on", "pk").values_list("pk", flat=True))


def to_review(viewer: Principal) -> int:
    """For the console's first page: how many wait for a reviewer other than their applicant."""
    waiting = UnitChange.objects.visible_to(viewer).filter(state=UnitChange.State.IN_REVIEW)
    return waiting.exclude(applicant=viewer.person_id)[:MOST].count()


def failed(viewer: Principal) -> int:
    """For the console's first page: how many could not take effect."""
    return UnitChange.objects.visible_to(viewer).filter(state=UnitChange.State.FAILED)[:MOST].count()
