"""The way of a handover: made, decided, submitted, received, countersigned (R1-22; domain §0.6, §2)."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.crypto import sm3
from yiwang.kernel.crypto.keys import provider
from yiwang.kernel.errors import Refused, invalid, not_found, require, require_right
from yiwang.kernel.numbering import actions as numbering
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.changes.actions import handover_todos as asks
from yiwang.platform.changes.actions.handover_items import add_items, give, locked, settle
from yiwang.platform.changes.models import Handover, HandoverItem, HandoverSignature
from yiwang.platform.changes.queries import handover as queries
from yiwang.platform.changes.rules import handover as rules
from yiwang.platform.changes.vocabulary import (
    APPLY,
    HANDOVER_BACK,
    HANDOVER_CANCELLED,
    HANDOVER_COUNTERSIGNED,
    HANDOVER_DECIDED,
    HANDOVER_DONE,
    HANDOVER_RECEIVED,
    HANDOVER_RETURNED,
    HANDOVER_STARTED,
    HANDOVER_SUBMITTED,
    HANDOVERS,
    REVIEW_UNIT,
)
from yiwang.platform.messages.actions import messages
from yiwang.platform.org.models import Person, Post, Unit
from yiwang.platform.org.queries import units

STALE = "交接单刚刚被修改，请刷新后重试"


@dataclass(frozen=True, slots=True)
class Choice:
    """What shall become of one thing."""

    decision: str
    successor_id: int | None = None
    reason: str = ""


@transaction.atomic
def start(
    person: Person,
    *,
    post: Post | None,
    occasion: str,
    effective_on: datetime.date,
    actor: Actor,
    reason: str = "",
    due_on: datetime.date | None = None,
    leaves: Unit | None = None,
) -> Handover:
    """Make the sheet for somebody who leaves a post; post None: all of them (注销).

    leaves: the widest unit he leaves, found out when None. Without due_on he has until he leaves.
    """
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    unit = post.unit if post is not None else person.unit
    if unit is None or (post is not None and post.person_id != person.pk):
        raise invalid("post", "请选择该人员的现任职务")
    require_right(rules.can_start(actor, unit), APPLY.label)
    if post is not None and leaves is None:
        leaves = queries.leaves(person, post)
    today = timezone.localdate()
    handover = Handover(
        number=f"?{person.pk}-{post.pk if post else 0}",
        person=person,
        person_name=person.name,
        post=post,
        title=post.title if post else person.title,
        unit=unit,
        unit_name=_called(unit),
        leaves=leaves or units.department_of(unit),
        leaves_all=post is None,
        occasion=occasion,
        reason=reason.strip(),
        effective_on=effective_on,
        due_on=max(due_on or effective_on, today),
        started_by_name=actor.name,
        started_at=timezone.now(),
    )
    _insert(handover)
    found = queries.gather(person.pk, handover.left_path)
    add_items(handover, found)
    year = today.year
    handover.number = numbering.issue(HANDOVERS, year=year, target=handover, actor=actor).text
    handover.save(update_fields=["number"])
    audit.record(HANDOVER_STARTED, handover, actor=actor, reason=reason, changes={"items": [0, len(found)]})
    asks.ask_leaver(handover, actor)
    return handover


def _called(unit: Unit) -> str:
    department = units.department_of(unit)
    return unit.short_name if department == unit else f"{department.short_name}{unit.short_name}"


def _insert(handover: Handover) -> None:
    try:
        with transaction.atomic():
            handover.save(force_insert=True)
    except IntegrityError as error:
        raise Refused("该人员已有未完成的交接单", status=409) from error


def _require_state(handover: Handover, act: str, *states: str) -> None:
    text = f"当前状态为“{handover.get_state_display()}”，不能执行“{act}”"
    require(handover.state in states, text, code="E-STATE-01")


def _require_seen(handover: Handover, revision: int) -> None:
    require(handover.revision == revision, STALE, code="E-CONC-01")


@transaction.atomic
def decide(handover: Handover, choices: Mapping[int, Choice], *, revision: int, actor: Principal) -> Handover:
    """Say what becomes of things, by item id. What is done already stays as it is.

    After the submission the unit's administrator may still name somebody else for what nobody has taken over.
    """
    handover = locked(handover)
    require_right(rules.can_arrange(actor, handover), APPLY.label)
    _require_state(handover, "确定去向", *Handover.OPEN)
    if handover.state == Handover.State.RECEIVING:
        require_right(rules.can_start(actor, handover.unit), APPLY.label)
    _require_seen(handover, revision)
    items = {item.pk: item for item in handover.items.exclude(state=HandoverItem.State.DONE)}
    if not set(choices) <= set(items):
        raise Refused(STALE, status=409, code="E-CONC-01")
    allowed = _allowed_successors(handover, choices.values(), actor)
    changed = []
    for pk, choice in choices.items():
        before = rules.outcome_of(items[pk])
        _choose(items[pk], choice, allowed, actor, stays=handover.stays)
        if rules.outcome_of(items[pk]) != before:
            changed.append(f"{items[pk].title}：{before} → {rules.outcome_of(items[pk])}")
    if changed:
        _revise(handover, actor, changed)
    return handover


def _allowed_successors(handover: Handover, choices: Iterable[Choice], actor: Actor) -> dict[int, str]:
    wanted = {
        one.successor_id
        for one in choices
        if one.decision == HandoverItem.Decision.SUCCESSOR and one.successor_id
    }
    seen = queries.successors(handover) if actor is SYSTEM else queries.successors_seen_by(actor, handover)
    return dict(seen.filter(pk__in=wanted).values_list("pk", "name"))


def _choose(
    item: HandoverItem, choice: Choice, allowed: Mapping[int, str], actor: Actor, *, stays: bool
) -> None:
    field = f"item_{item.pk}"
    if choice.decision not in ("", *rules.choices(rules.holding_of(item), stays=stays)):
        raise invalid(field, "该事项不能这样处理")
    is_given = choice.decision == HandoverItem.Decision.SUCCESSOR
    if is_given and choice.successor_id is None:
        raise invalid(field, "请选择接收人")
    if is_given and choice.successor_id not in allowed:
        raise invalid(field, "接收人应为本单位已开通账号的在岗人员")
    reason = choice.reason.strip() if choice.decision == HandoverItem.Decision.KEEP else ""
    if choice.decision == HandoverItem.Decision.KEEP and not reason:
        raise invalid(field, "请填写保留理由")
    item.decision, item.reason = choice.decision, reason
    item.successor_id = choice.successor_id if is_given else None
    item.successor_name = allowed[choice.successor_id] if is_given and choice.successor_id else ""
    item.decided_by_name = actor.name
    item.save(update_fields=["decision", "reason", "successor", "successor_name", "decided_by_name"])


def _revise(handover: Handover, actor: Actor, changed: Sequence[str]) -> None:
    handover.revision += 1
    if handover.state == Handover.State.WAITING:
        handover.state = Handover.State.WORKING
    handover.save(update_fields=["revision", "state"])
    shown = [*changed[:20], *([f"等{len(changed)}项"] if len(changed) > 20 else [])]
    audit.record(HANDOVER_DECIDED, handover, actor=actor, changes={"items": [None, shown]})
    if handover.state == Handover.State.RECEIVING:
        asks.ask_receivers(handover, actor)


@transaction.atomic
def assign_all(
    handover: Handover,
    *,
    decision: str,
    revision: int,
    actor: Principal,
    successor_id: int | None = None,
    only_undecided: bool = True,
) -> Handover:
    """The same for everything that it is possible for (全部移交给…)."""
    choice = Choice(decision, successor_id)
    waiting = handover.items.exclude(state=HandoverItem.State.DONE)
    chosen = {
        item.pk: choice
        for item in waiting
        if decision in rules.choices(rules.holding_of(item), stays=handover.stays)
        and not (only_undecided and item.decision != HandoverItem.Decision.NONE)
    }
    require(chosen, "没有可以这样处理的事项", status=422)
    return decide(handover, chosen, revision=revision, actor=actor)


@transaction.atomic
def submit(handover: Handover, *, revision: int, actor: Principal, behalf: str = "") -> Handover:
    """The leaver signs that this is all of it. behalf: why his administrator does it for him."""
    handover = locked(handover)
    require_right(rules.can_arrange(actor, handover), APPLY.label)
    _require_state(handover, "提交", Handover.State.WAITING, Handover.State.WORKING)
    _require_seen(handover, revision)
    if not rules.is_leaver(actor, handover) and not behalf.strip():
        raise invalid("behalf", "请填写代办原因")
    items = list(handover.items.order_by("pk"))
    open_ones = rules.undecided(items)
    require(not open_ones, f"还有{len(open_ones)}项未确定去向", status=422)
    handover.state, handover.submitted_at = Handover.State.RECEIVING, timezone.now()
    handover.save(update_fields=["state", "submitted_at"])
    _sign(
        handover,
        items,
        HandoverSignature.Part.LEAVER,
        actor,
        behalf="" if rules.is_leaver(actor, handover) else behalf,
    )
    audit.record(HANDOVER_SUBMITTED, handover, actor=actor, reason=behalf)
    asks.finish(handover, asks.GIVE, actor)
    asks.ask_receivers(handover, actor)
    return handover


def _sign(
    handover: Handover, items: Sequence[HandoverItem], part: str, actor: Principal, *, behalf: str = ""
) -> None:
    at = timezone.now()
    text = rules.content(handover, items, part, actor.person_id)
    over = rules.signed_text(text, name=actor.name, person_id=actor.person_id, at=at)
    HandoverSignature.objects.update_or_create(
        handover=handover,
        part=part,
        person_id=actor.person_id,
        defaults={
            "name": actor.name,
            "unit_name": actor.unit_name,
            "title": actor.title,
            "behalf": behalf.strip(),
            "content": text,
            "digest": sm3.digest(text.encode()).hex(),
            "signature": provider().sign(queries.KEY, over),
            "signed_at": at,
        },
    )


@transaction.atomic
def receive(handover: Handover, *, revision: int, actor: Principal) -> Handover:
    """The receiver signs for what is his; from now on it lies with him."""
    handover = locked(handover)
    items = list(handover.items.order_by("pk"))
    if actor.person_id not in rules.receivers(items):
        raise not_found()
    _require_state(handover, "签收", Handover.State.RECEIVING)
    _require_seen(handover, revision)
    require(actor.person_id in queries.unsigned(handover), "您已签收")
    own = [
        one
        for one in items
        if one.decision == HandoverItem.Decision.SUCCESSOR and one.successor_id == actor.person_id
    ]
    give(
        handover,
        [one for one in own if one.state != HandoverItem.State.DONE],
        to=actor.person_id,
        name=actor.name,
        actor=actor,
    )
    _sign(handover, items, HandoverSignature.Part.RECEIVER, actor)
    audit.record(HANDOVER_RECEIVED, handover, actor=actor, changes={"items": [0, len(own)]})
    asks.ask_receivers(handover, actor)
    return handover


@transaction.atomic
def send_back(handover: Handover, *, reason: str, actor: Principal) -> Handover:
    """A receiver or the office returns it (退回): what nobody has taken over is decided anew."""
    handover = locked(handover)
    is_receiver = actor.person_id in queries.unsigned(handover)
    if not is_receiver:
        require_right(rules.can_countersign(actor, handover), REVIEW_UNIT.label)
    _require_state(handover, "退回", Handover.State.RECEIVING)
    if not reason.strip():
        raise invalid("reason", "请填写退回意见")
    handover.state, handover.submitted_at = Handover.State.WORKING, None
    handover.revision += 1
    handover.save(update_fields=["state", "submitted_at", "revision"])
    handover.signatures.filter(part=HandoverSignature.Part.LEAVER).delete()
    audit.record(HANDOVER_RETURNED, handover, actor=actor, reason=reason)
    for kind in (asks.TAKE, asks.OFFICE):
        asks.finish(handover, kind, actor)
    asks.ask_leaver(handover, actor)
    words = {"number": handover.number, "who": actor.name, "reason": reason.strip()}
    messages.send(
        HANDOVER_BACK,
        to=[handover.person_id],
        about=handover,
        words=words,
        url=queries.address(handover),
        actor=actor,
    )
    return handover


@transaction.atomic
def countersign(handover: Handover, *, revision: int, actor: Principal) -> Handover:
    """The unit's office confirms (监交) and takes what was left to it: the handover is completed."""
    handover = locked(handover)
    require_right(rules.can_countersign(actor, handover), REVIEW_UNIT.label)
    _require_state(handover, "监交确认", Handover.State.RECEIVING)
    _require_seen(handover, revision)
    waiting = queries.unsigned(handover)
    require(not waiting, f"{'、'.join(waiting.values())}尚未签收", status=409)
    items = list(handover.items.order_by("pk"))
    left = [one for one in items if one.state != HandoverItem.State.DONE]
    office = [one for one in left if one.decision == HandoverItem.Decision.OFFICE]
    give(handover, office, to=actor.person_id, name=actor.name, actor=actor)
    settle([one for one in left if one.decision == HandoverItem.Decision.KEEP])
    failed = [one for one in left if one.state == HandoverItem.State.FAILED]
    require(not failed, f"还有{len(failed)}项未能移交，请先重新指定接收人")
    _sign(handover, items, HandoverSignature.Part.OFFICE, actor)
    handover.state, handover.finished_at = Handover.State.DONE, timezone.now()
    handover.save(update_fields=["state", "finished_at"])
    audit.record(HANDOVER_COUNTERSIGNED, handover, actor=actor)
    asks.finish(handover, asks.OFFICE, actor)
    told = [handover.person_id, *rules.receivers(items)]
    words = {"number": handover.number, "name": handover.person_name}
    messages.send(
        HANDOVER_DONE, to=told, about=handover, words=words, url=queries.address(handover), actor=actor
    )
    return handover


@transaction.atomic
def cancel(handover: Handover, *, reason: str, actor: Actor) -> Handover:
    """He stays after all (取消). What was taken over already stays where it is."""
    handover = locked(handover)
    require_right(rules.can_cancel(actor, handover), APPLY.label)
    _require_state(handover, "取消", *Handover.OPEN)
    require(handover.carried_out_at is None, "人员已离岗，不能取消交接单")
    if not reason.strip():
        raise invalid("reason", "请填写取消原因")
    return _call_off(handover, reason, actor)


@transaction.atomic
def supersede(handover: Handover, *, reason: str, actor: Actor) -> Handover:
    """Another sheet takes its place, though he is away already: who was lent leaves for good (借调后离岗)."""
    handover = locked(handover)
    require_right(rules.can_cancel(actor, handover), APPLY.label)
    _require_state(handover, "取消", *Handover.OPEN)
    return _call_off(handover, reason, actor)


def _call_off(handover: Handover, reason: str, actor: Actor) -> Handover:
    handover.state, handover.cancel_reason = Handover.State.CANCELLED, reason.strip()[:200]
    handover.save(update_fields=["state", "cancel_reason"])
    audit.record(HANDOVER_CANCELLED, handover, actor=actor, reason=reason)
    for kind in (asks.GIVE, asks.TAKE, asks.OFFICE):
        asks.finish(handover, kind, actor)
    return handover
