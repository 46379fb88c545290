"""What somebody holds, who stands in for his unit's office, who may take over, whether a signature holds."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse

from yiwang.kernel.crypto import sm3
from yiwang.kernel.crypto.keys import provider
from yiwang.kernel.extension.holdings import Held, Holding, holdings
from yiwang.platform.accounts.models import Account
from yiwang.platform.accounts.queries import roles
from yiwang.platform.accounts.queries.roles import Holder
from yiwang.platform.changes.models import Handover, HandoverItem, HandoverQuerySet, HandoverSignature
from yiwang.platform.changes.rules import handover as rules
from yiwang.platform.org.models import Person, PersonQuerySet, Post, Unit
from yiwang.platform.org.queries import units
from yiwang.platform.todos.models import Assignment, Item

APP = "changes"
KEY = "changes.handover"  # name of the signing key
# Who takes what nobody was named for: the first of these that the unit, or one above it, has.
_OFFICE = ("accounts.office_director", "accounts.graded_administrator", "accounts.unit_head")


def gather(person_id: int, path: str) -> list[tuple[Holding, Held]]:
    """Everything registered that the person holds there, in the order of the kinds."""
    asked = sorted((one for one in holdings if one.of_person), key=lambda one: (one.order, one.key))
    return [
        (holding, held)
        for holding in asked
        if holding.of_person is not None
        for held in holding.of_person(person_id, path)
    ]


def held_by(person_id: int, path: str) -> list[Held]:
    """Handovers that he has still to sign for, as receiver or for the office of a unit he leaves."""
    waiting = HandoverItem.objects.filter(successor=person_id, decision=HandoverItem.Decision.SUCCESSOR)
    waiting = waiting.exclude(state=HandoverItem.State.DONE)
    named = Handover.objects.open().filter(pk__in=waiting.values("handover"), unit__path__startswith=path)
    found = [
        Held(f"take:{one.pk}", f"签收{one.person_name}的工作交接", one.number, address(one)) for one in named
    ]
    asked = Assignment.objects.open().filter(
        person=person_id, item__app=APP, item__task_id__startswith="office-", unit__path__startswith=path
    )
    keys = [int(key) for key in asked.values_list("item__biz_id", flat=True)]
    return found + [
        Held(f"office:{one.pk}", f"监交{one.person_name}的工作交接", one.number, address(one))
        for one in Handover.objects.filter(pk__in=keys).order_by("pk")
    ]


def address(handover: Handover) -> str:
    """Its page."""
    return reverse("changes:handover", kwargs={"pk": handover.pk})


def still_held(handover: Handover) -> set[tuple[str, str]]:
    """(kind, id) of what can be handed over and still lies with the leaver."""
    found = gather(handover.person_id, handover.left_path)
    return {(holding.key, held.id) for holding, held in found if holding.hand_over is not None}


def leaves(person: Person, post: Post) -> Unit:
    """The widest unit he leaves with this post: the department, unless he goes on serving in it."""
    department = units.department_of(post.unit)
    others = Post.objects.filter(person=person, is_living=True, unit__path__startswith=department.path)
    return post.unit if others.exclude(pk=post.pk).exists() else department


def office_of(unit: Unit, *, besides: int, today: datetime.date | None = None) -> list[Holder]:
    """Who stands in for the unit's office: director, else administrator, else head. Never the leaver."""
    for role in _OFFICE:
        found = [one for one in roles.holders(role, unit, today=today) if one.person_id != besides]
        if found:
            return found
    return []


def keepers(handover: Handover) -> list[int]:
    """Whom to tell when it does not go on: the unit's office, or the administrators of the district."""
    office = office_of(handover.unit, besides=handover.person_id)
    district = office or roles.holders_in_district("accounts.system_administrator")
    return [one.person_id for one in district]


def name_of(person_id: int) -> str:
    return Person.objects.values_list("name", flat=True).get(pk=person_id)


def can_work(person_ids: Iterable[int]) -> set[int]:
    """Those of the persons whose account is in order."""
    usable = Account.objects.get_queryset().filter(person__in=list(person_ids), state=Account.State.ACTIVE)
    return set(usable.exclude(kind=Account.Kind.TEMPORARY).values_list("person", flat=True))


def successors(handover: Handover) -> PersonQuerySet:
    """Who may take something over: whoever serves in the department, can log in, and is not the leaver."""
    department = units.department_of(handover.unit)
    serving = Post.objects.filter(is_living=True, unit__path__startswith=department.path).values("person")
    active = Account.objects.get_queryset().filter(state=Account.State.ACTIVE).values("person")
    return (
        Person.objects.filter(pk__in=serving, status__in=Person.PRESENT)
        .filter(pk__in=active)
        .exclude(pk=handover.person_id)
        .select_related("unit")
        .order_by("position", "pk")
    )


def successors_seen_by(viewer: Any, handover: Handover) -> PersonQuerySet:
    """Of those whom this user may see: the department may hold people who are hidden from the leaver."""
    return successors(handover) & Person.objects.visible_to(viewer)


def overdue_memberships(today: datetime.date) -> HandoverQuerySet:
    """Those whose time to say what he leaves and what he keeps has passed."""
    waiting = HandoverItem.objects.filter(decision=HandoverItem.Decision.NONE).exclude(
        state=HandoverItem.State.DONE
    )
    return Handover.objects.filter(
        carried_out_at__isnull=False, due_on__lt=today, pk__in=waiting.values("handover")
    ).exclude(state=Handover.State.CANCELLED)


def with_failures() -> HandoverQuerySet:
    """Those in which something found nobody."""
    failed = HandoverItem.objects.filter(state=HandoverItem.State.FAILED).values("handover")
    return Handover.objects.filter(pk__in=failed).exclude(state=Handover.State.CANCELLED)


def effective(today: datetime.date) -> HandoverQuerySet:
    """Those whose day has come and that nobody has carried out."""
    due = Handover.objects.filter(carried_out_at=None, effective_on__lte=today)
    return due.exclude(state=Handover.State.CANCELLED)


def to_remind(day: datetime.date) -> HandoverQuerySet:
    """Those not submitted that are due on that day."""
    return Handover.objects.filter(due_on=day, state__in=(Handover.State.WAITING, Handover.State.WORKING))


def overdue(today: datetime.date) -> Q:
    """Open ones past their date."""
    return Q(state__in=Handover.OPEN, due_on__lt=today)


@dataclass(frozen=True, slots=True)
class Verdict:
    """is_genuine: content, digest and signature are unaltered. is_current: the sheet still says the same."""

    signature: HandoverSignature
    is_genuine: bool
    is_current: bool

    @property
    def text(self) -> str:
        if not self.is_genuine:
            return "验证不通过，签署内容已被改动"
        return "验证通过" if self.is_current else "验证通过，签署后交接单有变化"


def verify(handover: Handover) -> list[Verdict]:
    """Each signature against what it was over, and against what the sheet says now."""
    items = list(handover.items.select_related("handover").order_by("pk"))
    return [_verdict(handover, items, one) for one in handover.signatures.order_by("signed_at", "pk")]


def _verdict(handover: Handover, items: list[HandoverItem], one: HandoverSignature) -> Verdict:
    digest = sm3.digest(one.content.encode()).hex()
    over = rules.signed_text(one.content, name=one.name, person_id=one.person_id, at=one.signed_at)
    is_genuine = digest == one.digest and provider().verify(KEY, over, bytes(one.signature))
    is_current = rules.content(handover, items, one.part, one.person_id) == one.content
    return Verdict(one, is_genuine, is_current)


def unsigned(handover: Handover) -> dict[int, str]:
    """Receivers who have not signed yet."""
    signed = handover.signatures.filter(part=HandoverSignature.Part.RECEIVER).values_list(
        "person_id", flat=True
    )
    wanted = rules.receivers(handover.items.order_by("pk"))
    return {person_id: name for person_id, name in wanted.items() if person_id not in set(signed)}


def open_tasks(handover: Handover, kind: str, person_id: int | None) -> list[tuple[str, bool]]:
    """Open to-dos of a step by task id, each with whether it lies with this person."""
    todos = Item.objects.filter(
        app=APP, biz_id=str(handover.pk), task_id__startswith=kind, state=Item.State.OPEN
    )
    own = set(
        Assignment.objects.open()
        .filter(item__in=todos, person_id=person_id)
        .values_list("item__task_id", flat=True)
    )
    return [(task_id, task_id in own) for task_id in todos.order_by("pk").values_list("task_id", flat=True)]


def responsible(viewer: Any, handover: Handover) -> str:
    """What the viewer is to do with it now: decide, receive, countersign, or "" for nothing."""
    if handover.state in (Handover.State.WAITING, Handover.State.WORKING):
        return "decide" if rules.can_arrange(viewer, handover) else ""
    if handover.state == Handover.State.RECEIVING:
        waiting = unsigned(handover)
        if viewer.person_id in waiting:
            return "receive"
        if not waiting and rules.can_countersign(viewer, handover):
            return "countersign"
    return ""
