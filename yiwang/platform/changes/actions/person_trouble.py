"""待处理: what could not take effect is tried again, mended, or cancelled by who applied for it."""

from django.db import transaction
from django.utils import timezone

from yiwang.kernel import jobs
from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid, require_right
from yiwang.platform.accounts.actions import lifecycle
from yiwang.platform.accounts.actions.verification import request
from yiwang.platform.accounts.models import Verification
from yiwang.platform.accounts.queries import accounts
from yiwang.platform.changes.actions.operation_parts import (
    end,
    locked,
    note,
    require_state,
    resume_account,
    stop_leaving,
    tell,
)
from yiwang.platform.changes.models import PersonOperation
from yiwang.platform.changes.rules import person_operation as rules
from yiwang.platform.changes.vocabulary import (
    APPLY,
    OPERATION_AMENDED,
    OPERATION_CANCELLED,
    OPERATION_DECIDED,
    OPERATION_RETRIED,
)
from yiwang.platform.org.actions import corrections, departures
from yiwang.platform.org.models import Person

Kind, State, Standing = PersonOperation.Kind, PersonOperation.State, PersonOperation.Verification


@transaction.atomic
def retry(operation: PersonOperation, *, actor: Actor) -> PersonOperation:
    """Try once more as it is (重试): ask the identity service again, or let it take effect."""
    operation = locked(operation)
    require_right(rules.can_handle(actor, operation), APPLY.label)
    require_state(operation, "重试", State.FAILED)
    operation.state, operation.failure = State.WAITING_DAY, ""
    account = accounts.living_of(operation.person_id) if operation.person_id else None
    asks = operation.verification == Standing.FAILED and account is not None
    operation.verification = Standing.WAITING if asks else Standing.NONE
    operation.save(update_fields=["state", "failure", "verification", "updated_at"])
    audit.record(OPERATION_RETRIED, operation, actor=actor)
    note(operation, "重新认证" if asks else "重试", actor=actor)
    if asks and account is not None:
        request(account, actor=SYSTEM, reason=Verification.Reason.AGAIN)
    elif operation.effective_on <= timezone.localdate():
        jobs.enqueue("changes.apply_person_operation", operation_id=operation.pk)
    return operation


@transaction.atomic
def amend(operation: PersonOperation, *, actor: Actor) -> PersonOperation:
    """Take it back to the draft (退回修改); it goes through its review once more."""
    operation = locked(operation)
    require_right(rules.can_edit(actor, operation), APPLY.label)
    require_state(operation, "退回修改", State.FAILED)
    if operation.kind != Kind.ADD:
        _undo_correction(operation, actor)
    operation.returned = f"生效失败：{operation.failure}"[:300]
    operation.state, operation.failure, operation.failed_at = State.DRAFT, "", None
    operation.verification, operation.applied_at = Standing.NONE, None
    operation.is_late, operation.late_by = False, 0
    operation.effective_on = max(operation.effective_on, timezone.localdate())
    operation.revision += 1
    operation.save()
    audit.record(OPERATION_AMENDED, operation, actor=actor)
    note(operation, "退回修改", actor=actor)
    return operation


@transaction.atomic
def cancel(operation: PersonOperation, *, reason: str, actor: Actor) -> PersonOperation:
    """Give it up (取消): what it had already written is undone. Also one that still waits for its day."""
    operation = locked(operation)
    require_right(rules.can_handle(actor, operation), APPLY.label)
    require_state(operation, "取消", State.FAILED, State.WAITING_DAY)
    if operation.state == State.WAITING_DAY and operation.verification == Standing.WAITING:
        raise Refused("正在实名认证，请待认证结果返回后再取消", status=409, code="E-STATE-01")
    if not reason.strip():
        raise invalid("reason", "请填写取消原因")
    if operation.applied_at is not None:
        _undo(operation, actor)
    stop_leaving(operation, reason="人员变动已取消")
    operation.returned = reason.strip()[:300]
    end(operation, State.CANCELLED)
    resume_account(operation)
    audit.record(OPERATION_CANCELLED, operation, actor=actor, reason=reason)
    note(operation, "取消", actor=actor, words=reason)
    tell(OPERATION_DECIDED, operation, to=[operation.applicant_id], words={"result": "已取消"})
    return operation


def _undo(operation: PersonOperation, actor: Actor) -> None:
    if operation.kind != Kind.ADD:
        _undo_correction(operation, actor)
        return
    person = operation.person
    account = accounts.living_of(operation.person_id) if operation.person_id else None
    if account is not None:
        lifecycle.close(account, reason="取消录入", actor=SYSTEM)
    if person is not None and person.status not in Person.GONE:
        departures.deregister_person(
            person, departure=Person.Departure.ENTRY_CANCELLED, day=timezone.localdate(), actor=SYSTEM
        )


def _undo_correction(operation: PersonOperation, actor: Actor) -> None:
    """What the identity service refused is as it was before."""
    secrets, person = operation.known_secrets, operation.person
    former = {name: secrets[f"former_{name}"] for name in rules.IDENTITY if f"former_{name}" in secrets}
    if person is None or operation.applied_at is None or not former:
        return
    corrections.correct_person(
        person, facts=former, actor=SYSTEM, basis="实名认证未通过，恢复原信息", renamed=False
    )
    account = accounts.living_of(person.pk)
    if account is not None:
        request(account, actor=SYSTEM, reason=Verification.Reason.CHANGE)
