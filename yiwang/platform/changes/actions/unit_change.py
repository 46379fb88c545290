"""Applying for a unit change (机构调整): draft, submit, take back, end, copy. Then see `unit_review`."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import invalid, require, require_right
from yiwang.kernel.files import actions as files
from yiwang.kernel.files import queries as stored
from yiwang.kernel.files.models import StoredFile
from yiwang.kernel.numbering import actions as numbering
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.approvals.actions import flows
from yiwang.platform.changes import vocabulary
from yiwang.platform.changes.actions import unit_preview, unit_review
from yiwang.platform.changes.models import ChangedUnit, UnitChange
from yiwang.platform.changes.queries import unit_parts
from yiwang.platform.changes.rules import plans
from yiwang.platform.changes.rules import unit_change as rules
from yiwang.platform.org.models import Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL
from yiwang.platform.org.queries.units import department_of
from yiwang.platform.org.rules import WITHOUT_CREDIT_CODE

State = UnitChange.State
Part = ChangedUnit.Part

_FIELDS = ("effective_on", "backdating_reason", "basis", "reason")


@transaction.atomic
def draft(
    kind: str,
    *,
    plan: Any,
    actor: Principal,
    unit: Unit | None = None,
    attachments: Sequence[StoredFile] = (),
    **given: Any,
) -> UnitChange:
    """Write an application down (填写). unit: what it is about, None for 新设. given: see `_FIELDS`."""
    checked = plans.read(kind, plan)
    parts = unit_parts.touched(kind, checked, unit)
    require_right(rules.can_apply(actor, parts[0][0].path), vocabulary.APPLY.label)
    change = UnitChange(
        kind=kind,
        applicant_id=actor.person_id,
        applicant_name=actor.name,
        applicant_unit=department_of(Unit.objects.get(path=actor.unit_path)),
        applicant_unit_name=actor.unit_name,
    )
    _write(change, checked, parts, given)
    _attach(change, attachments, actor)

    audit.record(vocabulary.UNIT_CHANGE_DRAFTED, change, actor=actor)
    return change


def _write(change: UnitChange, plan: plans.Plan, parts: unit_parts.Parts, given: dict[str, Any]) -> None:
    change.plan = plans.write(plan)
    change.level = unit_parts.level_of(change.kind, parts)
    change.title = unit_parts.title_of(change.kind, plan, parts)[:200]
    change.preview, change.previewed_at = {}, None
    for field in _FIELDS:
        if field in given:
            value = given[field]
            setattr(change, field, value.strip() if isinstance(value, str) else value)
    change.save()
    change.touched.all().delete()
    ChangedUnit.objects.bulk_create(
        [ChangedUnit(change=change, unit=unit, part=part) for unit, part in dict.fromkeys(parts)]
    )


def _attach(change: UnitChange, attachments: Sequence[StoredFile], actor: Actor) -> None:
    for file in attachments:
        files.attach_file(file, change, actor=actor)


def _locked(change: UnitChange, act: str, actor: Actor, *states: str) -> UnitChange:
    change = UnitChange.objects.select_for_update().get(pk=change.pk)
    require_right(rules.can_edit(actor, change), act)
    text = f"当前状态为“{change.get_state_display()}”，不能执行“{act}”"
    require(change.state in states, text, code="E-STATE-01")
    return change


@transaction.atomic
def revise(
    change: UnitChange,
    *,
    actor: Principal,
    plan: Any = None,
    attachments: Sequence[StoredFile] = (),
    **given: Any,
) -> UnitChange:
    """Go on with a draft, also one that was returned."""
    change = _locked(change, "修改", actor, State.DRAFT)
    checked = plans.read(change.kind, change.plan if plan is None else plan)
    parts = unit_parts.touched(change.kind, checked, unit_parts.target_of(change))
    require_right(rules.can_apply(actor, parts[0][0].path), vocabulary.APPLY.label)
    _write(change, checked, parts, given)
    _attach(change, attachments, actor)

    audit.record(vocabulary.UNIT_CHANGE_DRAFTED, change, actor=actor)
    return change


@transaction.atomic
def discard(change: UnitChange, *, actor: Actor) -> None:
    """Throw a draft away that was never submitted; afterwards it is ended instead (终止)."""
    change = _locked(change, "删除", actor, State.DRAFT)
    require(change.number is None, "已编号的申请不能删除，请终止", code="E-STATE-01")
    for file in stored.attachments(change):
        files.delete_file(file, actor=actor, reason="机构调整草稿已删除")
    audit.record(vocabulary.UNIT_CHANGE_DISCARDED, change, actor=actor)
    change.delete()


@transaction.atomic
def preview(change: UnitChange, *, actor: Principal, today: datetime.date | None = None) -> UnitChange:
    """Try it, and keep what it would touch (预览); refused as it would be on its day."""
    change = _locked(change, "预览", actor, State.DRAFT)
    _try(change, actor=actor, today=today or timezone.localdate())
    audit.record(vocabulary.UNIT_CHANGE_DRAFTED, change, actor=actor)
    return change


def _try(change: UnitChange, *, actor: Principal, today: datetime.date) -> bool:
    """Everything that must hold before it is sent off; whether it will be reviewed."""
    plan = plans.read(change.kind, change.plan)
    parts = unit_parts.touched(change.kind, plan, unit_parts.target_of(change))
    require_right(rules.can_apply(actor, parts[0][0].path), vocabulary.APPLY.label)
    if change.effective_on is None:
        raise invalid("effective_on", "请填写生效日期")
    fault = rules.date_fault(actor, change.effective_on, today=today, reason=change.backdating_reason)
    if fault:
        raise invalid("effective_on", fault, code="E-DATE-01")
    change.level = unit_parts.level_of(change.kind, parts)
    _require_basis(change)
    _require_publishable(change.kind, plan, change.level)
    is_own = all(rules.can_apply(actor, unit.path) for unit, _ in parts)
    reviewed = rules.needs_review(actor, kind=change.kind, level=change.level, is_all_own=is_own)
    trial = unit_preview.attempt(change, day=change.effective_on, actor=SYSTEM if reviewed else actor)
    change.preview, change.previewed_at = trial.written(), timezone.now()
    change.save()
    return reviewed


def _require_basis(change: UnitChange) -> None:
    if not rules.needs_basis(change.kind, change.level):
        return
    if not change.basis and not stored.attachments(change).exists():
        raise invalid("basis", "一至三级机构的调整须填写依据文号或上传依据文件")


def _require_publishable(kind: str, plan: Any, level: int) -> None:
    """What a new unit must have when it is published (§1): a credit code, at level 2 a duty telephone."""
    for new in plans.made_by(kind, plan):
        if not new.uscc and new.node_type not in WITHOUT_CREDIT_CODE:
            raise invalid("uscc", f"请填写{new.short_name}的统一社会信用代码")
        is_house = level == DEPARTMENT_LEVEL and new.node_type != Unit.NodeType.GROUP
        if is_house and not new.duty_phone:
            raise invalid("duty_phone", f"请填写{new.short_name}的值班电话")


@transaction.atomic
def submit(change: UnitChange, *, actor: Principal, today: datetime.date | None = None) -> UnitChange:
    """Send it off (提交): to the reviewers, or, where none is needed, straight to its day."""
    day = today or timezone.localdate()
    change = _locked(change, "提交", actor, State.DRAFT)
    reviewed = _try(change, actor=actor, today=day)
    change.remark, change.submitted_at = "", timezone.now()
    if change.number is None:
        number = numbering.issue(vocabulary.UNIT_CHANGES, year=day.year, target=change, actor=actor)
        change.number = number.text
    change.state = State.IN_REVIEW if reviewed else State.PENDING
    change.save()
    audit.record(vocabulary.UNIT_CHANGE_SUBMITTED, change, actor=actor, reason=change.reason)
    if reviewed:
        flows.submit(
            vocabulary.UNIT_PROCEDURE.key,
            subject=change,
            title=f"{change.title}（{change.number}）"[:100],
            summary=change.reason[:300],
            context={"change": change.pk, "level": change.level},
            actor=actor,
        )
    else:
        unit_review.go_ahead(change, today=day, actor=actor)
    change.refresh_from_db()
    return change


@transaction.atomic
def start(
    kind: str,
    *,
    plan: Any,
    actor: Principal,
    unit: Unit | None = None,
    today: datetime.date | None = None,
    **given: Any,
) -> UnitChange:
    """Draft and submit in one, for other pages that offer a change; effective today unless a day is given."""
    day = today or timezone.localdate()
    given.setdefault("effective_on", day)
    change = draft(kind, plan=plan, unit=unit, actor=actor, **given)
    audit.record(vocabulary.UNIT_CHANGE_DRAFTED, change, actor=actor)
    return submit(change, actor=actor, today=day)


@transaction.atomic
def cancel(change: UnitChange, *, reason: str, actor: Principal) -> UnitChange:
    """End it before its day (撤销调整), or after it could not take effect."""
    change = UnitChange.objects.select_for_update().get(pk=change.pk)
    require_right(rules.can_cancel(actor, change), "撤销调整")
    text = f"当前状态为“{change.get_state_display()}”，不能执行“撤销调整”"
    require(change.state in (State.PENDING, State.FAILED), text, code="E-STATE-01")
    if not reason.strip():
        raise invalid("reason", "请填写事由")
    change.state, change.remark = State.TERMINATED, reason.strip()[:500]
    change.decided_at = timezone.now()
    change.save(update_fields=["state", "remark", "decided_at"])
    audit.record(vocabulary.UNIT_CHANGE_TERMINATED, change, actor=actor, reason=reason)
    return change


@transaction.atomic
def copy(change: UnitChange, *, actor: Principal) -> UnitChange:
    """A new draft with the same plan, of what was rejected, ended, or could not take effect."""
    ended = (State.REJECTED, State.TERMINATED, State.FAILED)
    text = f"当前状态为“{change.get_state_display()}”，不能执行“复制”"
    require(change.state in ended, text, code="E-STATE-01")
    again = draft(
        change.kind,
        plan=change.plan,
        unit=unit_parts.target_of(change),
        actor=actor,
        basis=change.basis,
        reason=change.reason,
    )
    audit.record(vocabulary.UNIT_CHANGE_DRAFTED, again, actor=actor, reason=str(change))
    return again
