"""What becomes of a unit change that was sent off: decided, effective on its day, or in need of a hand."""

import datetime
import logging
from typing import Any

from django.db import DatabaseError, transaction
from django.utils import timezone

from yiwang.kernel import jobs
from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, require, require_right
from yiwang.kernel.extension.approvals import Event
from yiwang.platform.changes import vocabulary
from yiwang.platform.changes.actions import unit_effects, unit_notices
from yiwang.platform.changes.models import ChangedUnit, UnitChange
from yiwang.platform.changes.queries import unit_change as changes
from yiwang.platform.changes.queries import unit_parts, unit_sketch, unit_touched
from yiwang.platform.changes.rules import plans
from yiwang.platform.changes.rules import unit_change as rules

log = logging.getLogger(__name__)

State = UnitChange.State

_ENDS = {
    Event.RETURNED: (State.DRAFT, vocabulary.UNIT_CHANGE_RETURNED, "被退回"),
    Event.WITHDRAWN: (State.DRAFT, None, ""),
    Event.REJECTED: (State.REJECTED, vocabulary.UNIT_CHANGE_REJECTED, "被驳回"),
    Event.TERMINATED: (State.TERMINATED, vocabulary.UNIT_CHANGE_TERMINATED, ""),
}


@transaction.atomic
def happened(key: str, event: Event, step: str, opinion: str, actor: Any) -> None:
    """Approvals tell what became of an application; in their transaction."""
    _follow(int(key), event, opinion, actor=actor, today=timezone.localdate())


def _follow(pk: int, event: Event, opinion: str, *, actor: Actor, today: datetime.date) -> None:
    change = UnitChange.objects.select_for_update().get(pk=pk)
    if event == Event.APPROVED:
        change.state, change.decided_at, change.remark = State.PENDING, timezone.now(), opinion[:500]
        change.save(update_fields=["state", "decided_at", "remark"])
        audit.record(vocabulary.UNIT_CHANGE_APPROVED, change, actor=actor, reason=opinion)
        unit_notices.decided(change, "已通过", actor=actor)
        go_ahead(change, today=today, actor=actor, is_reviewed=True)
        return
    if event not in _ENDS:
        return
    state, verb, words = _ENDS[event]
    change.state, change.remark = state, opinion[:500]
    if state != State.DRAFT:
        change.decided_at = timezone.now()
    change.save(update_fields=["state", "remark", "decided_at"])
    if verb is not None:
        audit.record(verb, change, actor=actor, reason=opinion)
    if words:
        unit_notices.decided(change, words, actor=actor)


@transaction.atomic
def go_ahead(
    change: UnitChange, *, today: datetime.date, actor: Actor, is_reviewed: bool = False
) -> UnitChange:
    """It is decided: on its day it takes effect. Reviewed after that day it begins today.

    What was reviewed and is due waits for the worker, so that a failure does not undo the decision. What its
    own administrator does takes effect now, and its refusal is hers to read.
    """
    assert change.effective_on is not None  # noqa: S101  a constraint of the table
    if change.effective_on < today and not change.backdating_reason:
        before, change.effective_on = change.effective_on, today
        change.save(update_fields=["effective_on"])
        moved = {"effective_on": [before.isoformat(), today.isoformat()]}
        audit.record(vocabulary.UNIT_CHANGE_APPROVED, change, actor=actor, changes=moved)
    if change.effective_on > today:
        return change
    if is_reviewed:
        jobs.enqueue("changes.effect_unit_change", change_id=change.pk)
        return change
    return _effect(change, actor=actor)


def _effect(change: UnitChange, *, actor: Actor) -> UnitChange:
    """Carry it out. The preview is taken anew, so that it tells what really was touched."""
    assert change.effective_on is not None  # noqa: S101  a constraint of the table
    plan = plans.read(change.kind, change.plan)
    parts = unit_parts.touched(change.kind, plan, unit_parts.target_of(change))
    units = [unit for unit, _ in parts]
    told = changes.administrators_of(units)
    touched = unit_touched.written(unit_touched.of(change.kind, parts))
    before = unit_sketch.snapshot()
    made = unit_effects.carry_out(change, day=change.effective_on, actor=actor)
    sketched = unit_sketch.sketches(before, unit_sketch.snapshot(), [unit.pk for unit in [*units, *made]])
    change.preview = {"touched": touched, "before": sketched[0], "after": sketched[1]}
    change.previewed_at = change.effected_at = timezone.now()
    change.state, change.remark = State.EFFECTIVE, ""
    change.save()
    ChangedUnit.objects.bulk_create(
        [ChangedUnit(change=change, unit=unit, part=ChangedUnit.Part.RESULT) for unit in made]
    )
    audit.record(vocabulary.UNIT_CHANGE_EFFECTED, change, actor=actor)
    unit_notices.effective(change, told, actor=actor)
    return change


def take_effect(change_id: int, *, today: datetime.date, actor: Actor) -> bool:
    """Carry out one that is due, in a transaction of its own. What goes wrong is kept for somebody to see."""
    try:
        with transaction.atomic():
            due = UnitChange.objects.due(today).select_for_update(skip_locked=True)
            change = due.filter(pk=change_id).first()
            if change is None:  # done already, ended meanwhile, or in another worker's hands
                return False
            _effect(change, actor=actor)
            audit.record(vocabulary.UNIT_CHANGE_EFFECTED, change, actor=actor, reason="按期生效")
    except Refused as refused:
        _fail(change_id, refused.message, today=today, actor=actor)
        return False
    except DatabaseError:
        log.exception("unit change %s", change_id)
        _fail(change_id, "系统错误，请联系平台运维人员", today=today, actor=actor)
        return False
    return True


def _fail(change_id: int, why: str, *, today: datetime.date, actor: Actor) -> None:
    with transaction.atomic():
        change = (
            UnitChange.objects.due(today).select_for_update(skip_locked=True).filter(pk=change_id).first()
        )
        if change is None:
            return
        change.state, change.remark = State.FAILED, why[:500]
        change.save(update_fields=["state", "remark"])
        audit.record(vocabulary.UNIT_CHANGE_FAILED, change, actor=actor, reason=why)
        unit_notices.stuck(change, actor=actor)


def effect_due(*, today: datetime.date, actor: Actor = SYSTEM) -> int:
    """Carry out all whose day has come, the earliest first; how many took effect."""
    done = 0
    for change_id in changes.due_ids(today):
        done += take_effect(change_id, today=today, actor=actor)
    return done


@transaction.atomic
def retry(change: UnitChange, *, actor: Actor) -> UnitChange:
    """Try again what could not take effect, when its cause is gone (重新办理); refused if it still cannot."""
    change = UnitChange.objects.select_for_update().get(pk=change.pk)
    require_right(rules.can_cancel(actor, change), "重新办理")
    text = f"当前状态为“{change.get_state_display()}”，不能执行“重新办理”"
    require(change.state == State.FAILED, text, code="E-STATE-01")
    audit.record(vocabulary.UNIT_CHANGE_RETRIED, change, actor=actor, reason=change.remark)
    return _effect(change, actor=SYSTEM)
