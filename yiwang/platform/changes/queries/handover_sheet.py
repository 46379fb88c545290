"""A handover as its page shows it to one viewer; whom an administrator may make one for."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from yiwang.kernel.extension.worklists import MOST
from yiwang.kernel.workdays import queries as workdays
from yiwang.kernel.workdays.calendar import end_of
from yiwang.platform.changes.models import Handover, HandoverItem, HandoverSignature
from yiwang.platform.changes.queries import handover as queries
from yiwang.platform.changes.rules import handover as rules
from yiwang.platform.changes.vocabulary import APPLY, REVIEW_DISTRICT, REVIEW_UNIT
from yiwang.platform.org.models import Person, Post

_MOST_POSTS = 30
_MOST_SUCCESSORS = 20

Decision, State = HandoverItem.Decision, HandoverItem.State


@dataclass(frozen=True, slots=True)
class Group:
    """The things of one kind. is_membership: what he is to leave or may keep (退群确认)."""

    label: str
    is_membership: bool
    choices: tuple[str, ...]
    items: list[HandoverItem]


@dataclass(frozen=True, slots=True)
class Sheet:
    """task: what this viewer is to do now (decide, receive, countersign, "")."""

    handover: Handover
    groups: list[Group]
    task: str
    may_decide: bool
    may_cancel: bool
    may_send_back: bool
    is_leaver: bool
    undecided: int
    failed: int
    own: int
    unsigned: dict[int, str]
    signatures: list[HandoverSignature]
    days_left: int | None = None

    @property
    def steps(self) -> list[tuple[str, str, str]]:
        """(label, note, state) for ui/feedback.html's stepper."""
        one = self.handover
        order = ["make", "decide", "receive", "office"]
        now = {
            Handover.State.WAITING: "decide",
            Handover.State.WORKING: "decide",
            Handover.State.RECEIVING: "receive" if self.unsigned else "office",
            Handover.State.DONE: "",
        }.get(Handover.State(one.state), "stopped")
        place = len(order) if not now else order.index(now) if now in order else 1
        notes = {
            "make": f"{one.started_by_name}",
            "decide": next((s.name for s in self.signatures if s.part == HandoverSignature.Part.LEAVER), ""),
            "receive": f"还有{len(self.unsigned)}人未签收" if now == "receive" else "",
            "office": next((s.name for s in self.signatures if s.part == HandoverSignature.Part.OFFICE), ""),
        }
        labels = {"make": "生成交接单", "decide": "确定去向", "receive": "接收人签收", "office": "办公室监交"}
        found = []
        for number, key in enumerate(order):
            state = "done" if number < place else "now" if number == place else "later"
            if now == "stopped" and number >= place:
                state = "stopped" if number == place else "later"
            found.append((labels[key], notes[key], state))
        return found


def sheet(handover: Handover, viewer: Any) -> Sheet:
    """Everything the page shows."""
    items = list(handover.items.select_related("successor").order_by("pk"))
    task = queries.responsible(viewer, handover)
    unsigned = queries.unsigned(handover)
    may_start = rules.can_start(viewer, handover.unit)
    may_decide = task == "decide" or (
        may_start
        and handover.state == Handover.State.RECEIVING
        and any(one.state != State.DONE for one in items)
    )
    is_receiving = handover.state == Handover.State.RECEIVING
    return Sheet(
        handover=handover,
        groups=_groups(items, stays=handover.stays),
        task=task,
        may_decide=may_decide,
        may_cancel=may_start and handover.is_open and handover.carried_out_at is None,
        may_send_back=is_receiving
        and (viewer.person_id in unsigned or rules.can_countersign(viewer, handover)),
        is_leaver=rules.is_leaver(viewer, handover),
        undecided=len(rules.undecided(items)),
        failed=sum(one.state == State.FAILED for one in items),
        own=sum(rules.is_for(one, viewer.person_id) for one in items),
        unsigned=unsigned,
        signatures=list(handover.signatures.order_by("signed_at", "pk")),
        days_left=_days_left(handover),
    )


def _days_left(handover: Handover) -> int | None:
    if not handover.is_open:
        return None
    left = workdays.remaining(timezone.now(), end_of(handover.due_on))
    return -left.workdays if left.is_overdue else left.workdays


def _groups(items: list[HandoverItem], *, stays: bool) -> list[Group]:
    found = []
    for _, same in groupby(items, key=lambda one: one.holding):
        own = list(same)
        holding = rules.holding_of(own[0])
        choices = tuple(str(one) for one in rules.choices(holding, stays=stays))
        found.append(Group(rules.label_of(own[0]), rules.is_membership(holding), choices, own))
    return sorted(found, key=lambda one: one.is_membership)


def successors(handover: Handover, text: str, viewer: Any) -> list[tuple[int, str, str]]:
    """Successors he may see whose name begins so, or those of the unit: id, name, where he serves."""
    found = queries.successors_seen_by(viewer, handover)
    letters = text.strip().lower()
    if letters:
        found = found.filter(
            Q(name__startswith=letters) | Q(pinyin__startswith=letters) | Q(initials__startswith=letters)
        )
    else:
        found = found.filter(unit=handover.unit_id)
    return [
        (one.pk, one.marked_name, f"{one.unit.short_name if one.unit else ''}　{one.title}".strip())
        for one in found[:_MOST_SUCCESSORS]
    ]


def successor_named(handover: Handover, text: str, viewer: Any) -> int | None:
    """Who is meant by a name that was typed out, where nobody was picked."""
    same = (
        list(queries.successors_seen_by(viewer, handover).filter(name=text.strip())[:2])
        if text.strip()
        else []
    )
    return same[0].pk if len(same) == 1 else None


def waiting(viewer: Any) -> dict[str, int]:
    """How many wait for him: to give, to receive."""
    mine = Handover.objects.filter(
        person=viewer.person_id, state__in=(Handover.State.WAITING, Handover.State.WORKING)
    )
    named = HandoverItem.objects.filter(successor=viewer.person_id, handover__state=Handover.State.RECEIVING)
    signed = HandoverSignature.objects.filter(person=viewer.person_id, part=HandoverSignature.Part.RECEIVER)
    open_ones = named.exclude(handover__in=signed.values("handover")).values("handover").distinct()
    return {"given": mine.count(), "received": open_ones.count()}


def sees_unit(viewer: Any) -> bool:
    """Does he look after, or review for, any unit?"""
    return any(viewer.allows(one.key) for one in (APPLY, REVIEW_UNIT, REVIEW_DISTRICT))


def _posts(viewer: Any) -> QuerySet[Post]:
    """Living posts of the units he looks after."""
    living = Post.objects.filter(is_living=True).select_related("person", "unit")
    scope = Q(pk__in=[])
    for path, below in viewer.scopes(APPLY.key):
        if not path:
            return living
        scope |= Q(unit__path__startswith=path) if below else Q(unit__path=path)
    return living.filter(scope)


def posts_named(viewer: Any, text: str) -> list[Post]:
    """Posts of persons whose name, its pinyin or initials begin so."""
    letters = text.lower()
    named = Person.objects.filter(
        Q(name__startswith=text) | Q(pinyin__startswith=letters) | Q(initials__startswith=letters)
    )
    found = _posts(viewer).filter(person__in=named)
    return list(found.order_by("person__position", "pk")[:_MOST_POSTS])


def post_of(viewer: Any, key: str) -> Post | None:
    """The post with this id, if he looks after its unit."""
    is_id = key.isascii() and key.isdigit() and len(key) < 18
    return _posts(viewer).filter(pk=int(key)).first() if is_id else None


MARKS = (("overdue", "逾期未完成"), ("stuck", "有事项未能移交"), ("countersign", "待监交确认"))


def marked(mark: str) -> Q:
    """Handovers that need a look."""
    signed = HandoverSignature.objects.filter(
        handover=OuterRef("handover"), part=HandoverSignature.Part.RECEIVER, person=OuterRef("successor")
    )
    named = HandoverItem.objects.filter(handover=OuterRef("pk"), decision=Decision.SUCCESSOR)
    if mark == "overdue":
        return queries.overdue(timezone.localdate())
    if mark == "countersign":
        return Q(~Exists(named.filter(~Exists(signed))), state=Handover.State.RECEIVING)
    failed = HandoverItem.objects.filter(handover=OuterRef("pk"), state=State.FAILED)
    return Q(Exists(failed)) & ~Q(state=Handover.State.CANCELLED)


def _count(viewer: Any, mark: str) -> int:
    return Handover.objects.visible_to(viewer).filter(marked(mark))[:MOST].count()


def overdue_in_reach(viewer: Any) -> int:
    return _count(viewer, "overdue")


def stuck_in_reach(viewer: Any) -> int:
    return _count(viewer, "stuck")


def to_countersign(viewer: Any) -> int:
    return _count(viewer, "countersign")
