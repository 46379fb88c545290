"""What an operation says, read back from what was kept; its sides, its weight, its run through the review."""

from typing import Any

from yiwang.kernel.errors import invalid
from yiwang.platform.approvals.models import Instance
from yiwang.platform.changes.models import PersonOperation
from yiwang.platform.changes.queries import person_operation as queries
from yiwang.platform.changes.rules import person_operation as rules
from yiwang.platform.changes.rules.operation_content import Content, facts_of
from yiwang.platform.org.models import Post, Unit

Kind = PersonOperation.Kind


def sides(content: Content, actor: Any) -> tuple[Unit, Unit | None]:
    """The unit that applies, and the other one that the matter concerns."""
    if content.kind == Kind.ADD:
        return _given(content.to_unit, "to_unit", "请选择单位"), None
    person = content.person
    if person is None:
        raise invalid("person", "请选择人员")
    if content.post is not None and content.kind in (Kind.REMOVE, Kind.SECOND):
        home = person.unit if person.unit_id != content.post.unit_id else None
        return content.post.unit, home if content.kind == Kind.SECOND else None
    home = _given(person.unit, "person", "该人员没有主职，请先核对其任职")
    if content.kind in (Kind.CORRECT, Kind.DEREGISTER):
        return home, None
    goal = _given(content.to_unit, "to_unit", "请选择单位")
    is_two = rules.is_cross_unit(home.path, goal.path)
    if content.kind == Kind.TRANSFER and rules.can_apply(actor, home.path):
        return home, goal if is_two else None
    return goal, home if is_two else None


def _given(unit: Unit | None, field: str, message: str) -> Unit:
    if unit is None:
        raise invalid(field, message)
    return unit


def content_of(operation: PersonOperation) -> Content:
    """The application again, from what was kept."""
    payload = operation.payload
    facts = facts_of(payload, operation.known_secrets, operation.id_number or "")
    return Content(
        kind=operation.kind,
        change_date=operation.change_date,
        effective_on=operation.effective_on,
        person=operation.person,
        to_unit=operation.to_unit,
        post=operation.post,
        facts=facts,
        duty=payload.get("duty", {}),
        post_kind=payload.get("post_kind", Post.Kind.CONCURRENT),
        leaving=tuple(payload.get("leaving", ())),
        until=operation.until,
        departure=operation.departure,
        basis=operation.basis,
        reason=operation.reason,
        is_renamed=payload.get("is_renamed", True),
        suspends_now=payload.get("suspends_now", False),
        over_quota=payload.get("over_quota", False),
    )


def instance_of(operation: PersonOperation) -> Instance | None:
    """Its latest run through the review."""
    runs = Instance.objects.filter(subject_type=queries.SUBJECT, subject_id=str(operation.pk))
    return runs.order_by("-pk").first()


def weight_of(operation: PersonOperation) -> rules.Weight:
    """What decides on its reviews, as things are now."""
    person, facts = operation.person, operation.payload.get("facts", {})
    posts = Post.objects.filter(person=person, is_living=True) if person else Post.objects.none()
    leads = bool(operation.payload.get("duty", {}).get("is_leader")) or posts.filter(is_leader=True).exists()
    goal = operation.to_unit
    if operation.kind == Kind.SECOND and operation.post is not None:  # an extension
        goal = operation.post.unit
    return rules.Weight(
        kind=operation.kind,
        home=(operation.from_unit or operation.unit).path,
        goal=goal.path if goal else "",
        ranks=(person.duty_level if person else "", str(facts.get("duty_level", ""))),
        leads=leads,
    )
