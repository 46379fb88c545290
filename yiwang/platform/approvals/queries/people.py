"""Who stands at a step: resolvers, deputies, and who must not decide his own matter."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.approvals import Seat, StepPlan, resolvers
from yiwang.platform.accounts.models import Account
from yiwang.platform.accounts.queries import roles
from yiwang.platform.approvals.models import Deputy, Instance, Task, Trail
from yiwang.platform.org.models import Person, Post, Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, STEP

WIDTH = STEP * (DEPARTMENT_LEVEL + 1)  # of the path of a department, street or town
_GONE = (Account.State.CLOSED, Account.State.EXPIRED)


@dataclass(frozen=True, slots=True)
class Place:
    """Who will handle a task: a person, the post he does it in, and whom he stands in for."""

    person_id: int
    post_id: int | None = None
    owner_id: int | None = None


def named(context: Mapping[str, Any], arguments: Mapping[str, Any]) -> Sequence[Seat]:
    """Resolver approvals.person: the person, or the persons, whose ids the context has under `key`."""
    given = context.get(arguments["key"]) or ()
    return [Seat(int(one)) for one in (given if isinstance(given, list | tuple) else (given,))]


def with_role(context: Mapping[str, Any], arguments: Mapping[str, Any]) -> Sequence[Seat]:
    """Resolver approvals.role: who holds `role` for the unit whose path the context has under `unit`.

    arguments: role, and unit: the context's key; without it whoever holds the role for the whole district.
    """
    if "unit" not in arguments:
        found = roles.holders_in_district(arguments["role"])
    else:
        unit = Unit.objects.filter(path=context.get(arguments["unit"], "")).first()
        found = [] if unit is None else roles.holders(arguments["role"], unit)
    return [Seat(one.person_id, one.post_id) for one in found]


def office_director(context: Mapping[str, Any], arguments: Mapping[str, Any]) -> Sequence[Seat]:
    """Resolver approvals.office_director: the office director of the unit; arguments: unit, as for a role."""
    return with_role(context, {"role": "accounts.office_director", **arguments})


def barred(instance: Instance) -> set[int]:
    """Who must not stand at any step: who submitted it, ever, and whom it concerns (context `concerns`)."""
    submitted = Trail.objects.filter(
        instance=instance, action__in=(Trail.Action.SUBMITTED, Trail.Action.RESUBMITTED)
    ).values_list("actor_id", flat=True)
    concerned = (int(one) for one in instance.context.get("concerns", ()))
    return {instance.drafter_id, *(one for one in submitted if one is not None), *concerned}


def able(person_ids: Iterable[int]) -> set[int]:
    """Those of them who can be given work: in service, with an account that is not closed."""
    known = Account.objects.filter(person_id__in=list(person_ids)).exclude(state__in=_GONE)
    serving = Post.objects.filter(person_id__in=known.values("person_id"), is_living=True)
    return set(serving.values_list("person_id", flat=True))


def choosable(actor: Any, person_ids: Iterable[int]) -> set[int]:
    """Those whom the actor may choose: able, and known to him. Whom he may not know of he cannot name."""
    living = able(person_ids)
    if actor is SYSTEM:
        return living
    return set(Person.objects.visible_to(actor).filter(pk__in=living).values_list("pk", flat=True))


def seats_of(step: StepPlan, context: Mapping[str, Any]) -> list[Seat]:
    """Everybody whom the step's resolver finds and who can be given work, each once, in its order."""
    found = resolvers.get(step.who).resolve(context, step.arguments)
    living = able(seat.person_id for seat in found)
    once: dict[int, Seat] = {}
    for seat in found:
        once.setdefault(seat.person_id, seat)
    return [seat for person_id, seat in once.items() if person_id in living]


def places_for(
    instance: Instance,
    seats: Sequence[Seat],
    *,
    today: datetime.date,
    there: Iterable[int] = (),
    shut_out: set[int] | None = None,
) -> list[Place]:
    """The seats with their posts, and with deputies (委托) where they are in force. there: who has a seat.

    shut_out: what `barred` answers, where the caller knows it.
    """
    people = [seat.person_id for seat in seats]
    deputies = deputies_of(people, instance.definition.procedure, today=today)
    taken = {*people, *there, *(barred(instance) if shut_out is None else shut_out)}
    posts = main_posts(seat.person_id for seat in seats if seat.post_id is None)
    places = []
    for seat in seats:
        post_id = seat.post_id or posts.get(seat.person_id)
        deputy = deputies.get(seat.person_id)
        if deputy is None or deputy in taken:  # who stands here himself, or may not, does not stand in
            places.append(Place(seat.person_id, post_id))
        else:
            taken.add(deputy)
            places.append(Place(deputy, post_id, seat.person_id))
    return places


def deputies_of(person_ids: Iterable[int], procedure: str, *, today: datetime.date) -> dict[int, int]:
    """person -> who handles this procedure for him on that day."""
    in_force = Deputy.objects.filter(
        Q(procedures=[]) | Q(procedures__contains=[procedure]),
        person_id__in=list(person_ids),
        ended_at=None,
        valid_from__lte=today,
        valid_to__gte=today,
    )
    found = dict(in_force.order_by("id").values_list("person_id", "deputy_id"))
    living = able(found.values())
    return {person: deputy for person, deputy in found.items() if deputy in living}


def main_posts(person_ids: Iterable[int]) -> dict[int, int]:
    """person -> his living main post."""
    posts = Post.objects.filter(person_id__in=list(person_ids), is_living=True, kind=Post.Kind.MAIN)
    return dict(posts.values_list("person_id", "pk"))


def post_beside(person_id: int, task: Task) -> int | None:
    """His living post in the department (单位) in which the task is handled; None when he has none there."""
    own = Post.objects.filter(pk=task.post_id) if task.post_id else None
    at = own or Post.objects.filter(person_id=task.person_id, is_living=True, kind=Post.Kind.MAIN)
    path = at.values_list("unit__path", flat=True).first()
    if path is None:
        return None
    there = Post.objects.filter(
        person_id=person_id, is_living=True, unit__in=Unit.objects.below(path[:WIDTH])
    )
    return there.order_by("kind", "pk").values_list("pk", flat=True).first()


def names(person_ids: Iterable[int]) -> str:
    """Their names, as a list that people read."""
    ids = list(person_ids)
    known = dict(Person.objects.filter(pk__in=ids).values_list("pk", "name"))
    return "、".join(known[one] for one in ids)


def handlers(tasks: Iterable[Task]) -> list[Place]:
    """The same persons again, as they stood at these tasks."""
    once: dict[int, Place] = {}
    for task in tasks:
        once.setdefault(task.person_id, Place(task.person_id, task.post_id, task.owner_id))
    return list(once.values())


def nobody(step: StepPlan) -> Refused:
    """A step at which nobody can stand stops the act, in words that say what to do."""
    return Refused(f"步骤“{step.label}”没有可以办理的人员，请联系系统管理员设置", status=409)
