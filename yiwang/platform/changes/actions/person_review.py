"""What the approval engine tells of an operation's review, and what follows from it."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from yiwang.kernel import jobs
from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.extension.approvals import Event
from yiwang.platform.changes.actions.operation_parts import (
    end,
    locked,
    prepare_leaving,
    resume_account,
    tell,
)
from yiwang.platform.changes.models import PersonOperation
from yiwang.platform.changes.vocabulary import (
    OPERATION_APPROVED,
    OPERATION_CAME_BACK,
    OPERATION_DECIDED,
    OPERATION_REJECTED,
    OPERATION_RETURNED,
)

State = PersonOperation.State
STEP_STATES = {
    "unit": State.WAITING_UNIT,
    "other": State.WAITING_OTHER,
    "district": State.WAITING_DISTRICT,
}


@transaction.atomic
def happened(subject_id: str, event: Event, step: str, opinion: str, actor: Any) -> None:
    """Called by approvals, in its transaction."""
    operation = locked(PersonOperation(pk=int(subject_id)))
    match event:
        case Event.ADVANCED:
            operation.state = STEP_STATES[step]
            operation.save(update_fields=["state", "updated_at"])
        case Event.APPROVED:
            _approved(operation, actor)
        case Event.RETURNED | Event.WITHDRAWN:
            _back_to_draft(operation, "退回" if event is Event.RETURNED else "撤回", opinion, actor)
        case Event.REJECTED if operation.state == State.WAITING_OTHER:
            _back_to_draft(operation, "对方不同意", opinion, actor)
        case Event.REJECTED:
            _over(operation, State.REJECTED, "驳回", opinion, actor)
        case Event.TERMINATED:
            _over(operation, State.CANCELLED, "终止", opinion, actor)


def _approved(operation: PersonOperation, actor: Actor) -> None:
    operation.state, operation.approved_at = State.WAITING_DAY, timezone.now()
    operation.save(update_fields=["state", "approved_at", "updated_at"])
    audit.record(OPERATION_APPROVED, operation, actor=actor)
    tell(OPERATION_DECIDED, operation, to=[operation.applicant_id], words={"result": "审核通过"})
    prepare_leaving(operation)
    if operation.effective_on <= timezone.localdate():
        jobs.enqueue("changes.apply_person_operation", operation_id=operation.pk)


def _back_to_draft(operation: PersonOperation, act: str, opinion: str, actor: Actor) -> None:
    operation.state = State.DRAFT
    operation.returned = "" if act == "撤回" else f"{act}：{opinion}"[:300]
    operation.revision += 1
    operation.save(update_fields=["state", "returned", "revision", "updated_at"])
    resume_account(operation)
    audit.record(OPERATION_CAME_BACK, operation, actor=actor, reason=opinion or act)
    if act != "撤回":
        words = {"act": act, "reason": opinion}
        tell(OPERATION_RETURNED, operation, to=[operation.applicant_id], words=words)


def _over(operation: PersonOperation, state: str, act: str, opinion: str, actor: Actor) -> None:
    operation.returned = opinion[:300]
    end(operation, state)
    audit.record(OPERATION_REJECTED, operation, actor=actor, reason=opinion or act)
    words = {"result": "未通过" if state == State.REJECTED else "已终止"}
    tell(OPERATION_DECIDED, operation, to=[operation.applicant_id], words=words)
