"""Writing, submitting, taking back and discarding an application for a person operation."""

import datetime
import json
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, require, require_right
from yiwang.kernel.numbering import actions as numbering
from yiwang.platform.accounts.actions import suspensions
from yiwang.platform.accounts.models import Account
from yiwang.platform.accounts.queries import accounts
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.approvals.actions import flows
from yiwang.platform.approvals.models import Instance
from yiwang.platform.changes.actions.operation_parts import end, locked, note, require_state
from yiwang.platform.changes.models import PersonOperation
from yiwang.platform.changes.queries import operation_checks as checks
from yiwang.platform.changes.queries import operation_words as said
from yiwang.platform.changes.queries import person_operation as queries
from yiwang.platform.changes.queries.operation_facts import content_of, instance_of, sides, weight_of
from yiwang.platform.changes.rules import person_operation as rules
from yiwang.platform.changes.rules.operation_content import Content
from yiwang.platform.changes.vocabulary import (
    APPLY,
    NUMBER_REVEALED,
    OPERATION_DISCARDED,
    OPERATION_DRAFTED,
    OPERATION_SUBMITTED,
    OPERATIONS,
    PERSON_PROCEDURE,
)
from yiwang.platform.org.models import Person, Post, Unit

Kind, State = PersonOperation.Kind, PersonOperation.State
_OWN_MATTER = "不能申报本人的人员变动，请由本单位其他管理员办理"


@transaction.atomic
def write(
    content: Content,
    *,
    actor: Principal,
    operation: PersonOperation | None = None,
    revision: int | None = None,
    submits: bool = False,
    today: datetime.date | None = None,
) -> PersonOperation:
    """Keep an application as a draft (保存草稿), or submit it at once; a refusal keeps neither.

    revision: what the writer had before him.
    """
    today = today or timezone.localdate()
    unit, other = sides(content, actor)
    require_right(rules.can_apply(actor, unit.path), APPLY.label)
    if content.person is not None and rules.is_about_himself(actor, content.person.pk):
        raise Refused(_OWN_MATTER, status=403)
    if operation is not None:
        operation = locked(operation)
        require_right(rules.can_edit(actor, operation), APPLY.label)
        require_state(operation, "修改", State.DRAFT)
        _require_seen(operation, revision)
        require(operation.kind == content.kind, "人员变动的类别不能更改，请重新申报")
    change_date, effective_on = checks.check_days(content, today=today)
    facts = checks.checked_facts(content, today=today)

    row = operation or PersonOperation(kind=content.kind, applicant_id=actor.person_id)
    _fill(row, content, facts, unit, other)
    row.change_date, row.effective_on = change_date, effective_on
    row.due_on = queries.due_day(change_date)
    row.updated_by_name = actor.name
    if operation is None:
        row.applicant_name, row.applicant_unit = actor.name, actor.unit_name
    else:
        row.revision += 1
    row.save()
    audit.record(OPERATION_DRAFTED, row, actor=actor, changes=_changes(row))
    note(row, "填写草稿" if operation is None else "修改草稿", actor=actor)
    return submit(row, actor=actor, today=today) if submits else row


def _require_seen(operation: PersonOperation, revision: int | None) -> None:
    if revision is not None and revision != operation.revision:
        at = timezone.localtime(operation.updated_at)
        raise Refused(
            f"该数据已被{operation.updated_by_name}于{at:%H:%M}修改，请刷新后重试",
            status=409,
            code="E-CONC-01",
        )


def _fill(
    row: PersonOperation, content: Content, facts: dict[str, Any], unit: Unit, other: Unit | None
) -> None:
    kept = Content(**{**_as_given(content), "facts": facts})
    person, main = content.person, None
    if person is not None:
        main = queries.main_post(person.pk)
    elif content.kind == Kind.ADD:
        known = queries.known_person(facts["id_number"])
        person = known if known is not None and known.status in Person.GONE else row.person
    row.person, row.post = person, content.post
    row.person_name = str(facts.get("name") or (person.name if person else ""))
    if content.kind != Kind.ADD and person is not None:
        row.person_name = person.name
    row.unit, row.unit_path = unit, unit.path
    row.other, row.other_path = other, other.path if other else ""
    row.from_unit = _from_unit(content, main)
    row.to_unit = content.to_unit
    row.title, row.until, row.departure = content.title, content.until, content.departure
    row.basis, row.reason = content.basis, content.reason
    row.payload = kept.payload()
    row.secrets = _sealed(kept, row)
    row.id_number = str(facts.get("id_number", "")) or None
    if content.kind == Kind.ADD and person is not None:
        kept = Content(**{**_as_given(kept), "person": person})
    row.differences = [list(one) for one in said.differences(kept, main)]


def _as_given(content: Content) -> dict[str, Any]:
    return {name: getattr(content, name) for name in Content.__slots__}


def _from_unit(content: Content, main: Post | None) -> Unit | None:
    if content.kind == Kind.REMOVE and content.post is not None:
        return content.post.unit
    return main.unit if main is not None and content.kind != Kind.ADD else None


def _sealed(content: Content, row: PersonOperation) -> str | None:
    secrets = content.secrets()
    return _json(secrets) if secrets else None


def _json(secrets: dict[str, str]) -> str:
    return json.dumps(secrets, ensure_ascii=False)


def _changes(row: PersonOperation) -> dict[str, object]:
    return {label: [before or None, after or None] for label, before, after in row.differences}


@transaction.atomic
def submit(
    operation: PersonOperation,
    *,
    actor: Principal,
    revision: int | None = None,
    straight_back: bool = False,
    today: datetime.date | None = None,
) -> PersonOperation:
    """Send the application into its review (提交). straight_back: to who returned it (直送退回人)."""
    today = today or timezone.localdate()
    operation = locked(operation)
    require_right(rules.can_edit(actor, operation), APPLY.label)
    require_state(operation, "提交", State.DRAFT)
    _require_seen(operation, revision)
    content = content_of(operation)
    checks.check_days(content, today=today)
    checks.check(content, today=today, besides=operation.pk)
    _enter_review(operation, content)
    if operation.number is None:
        issued = numbering.issue(OPERATIONS, year=today.year, target=operation, actor=actor)
        operation.number = issued.text
        operation.save(update_fields=["number"])
    audit.record(OPERATION_SUBMITTED, operation, actor=actor, reason=operation.basis)
    if content.suspends_now and operation.kind == Kind.DEREGISTER:
        _suspend(operation)
    _start_flow(operation, actor, straight_back=straight_back)
    operation.refresh_from_db()
    return operation


def _enter_review(operation: PersonOperation, content: Content) -> None:
    """From here on nobody else applies for this person; the database has the last word."""
    operation.state, operation.returned = State.WAITING_UNIT, ""
    operation.number = operation.number or f"?{operation.pk}"
    operation.submitted_at = operation.submitted_at or timezone.now()
    try:
        with transaction.atomic():
            operation.save(update_fields=["state", "returned", "number", "submitted_at", "updated_at"])
    except IntegrityError:  # submitted by somebody else at the same moment
        if operation.person is not None:
            checks.require_nothing_under_way(operation.person, besides=operation.pk)
        if operation.id_number:
            checks.require_not_entering(operation.id_number, besides=operation.pk)
        raise
    if operation.number.startswith("?"):
        operation.number = None


def _suspend(operation: PersonOperation) -> None:
    """Who has left has no business here any more: his account rests until the application is decided."""
    account = accounts.living_of(operation.person_id or 0)
    if account is not None and account.state in (Account.State.ACTIVE, Account.State.INACTIVE):
        suspensions.suspend(account, reason=f"离岗，注销申请{operation.number}办理中", actor=SYSTEM)
        operation.payload = {**operation.payload, "suspended": True}
        operation.save(update_fields=["payload"])


def _start_flow(operation: PersonOperation, actor: Principal, *, straight_back: bool) -> None:
    context = _context(operation, actor.person_id)
    title = said.headline(operation)
    open_one = instance_of(operation)
    if open_one is not None and open_one.state in Instance.WITH_DRAFTER:
        flows.resubmit(open_one, context=context, actor=actor, title=title, straight_back=straight_back)
        return
    flows.submit(
        PERSON_PROCEDURE.key, subject=operation, title=title, context=context, actor=actor,
        summary=operation.basis,
    )  # fmt: skip


def _context(operation: PersonOperation, drafter_id: int) -> dict[str, Any]:
    weight = weight_of(operation)
    return {
        "unit": operation.unit_id,
        "other": operation.other_id,
        "needs_other": rules.needs_other_side(weight),
        "needs_district": rules.needs_district(weight),
        "drafter": drafter_id,
        "concerns": [operation.person_id] if operation.person_id else [],
    }


@transaction.atomic
def discard(operation: PersonOperation, *, actor: Principal) -> None:
    """Give a draft up: one that was never submitted vanishes, one that has a number stays as 已取消."""
    operation = locked(operation)
    require_right(rules.can_edit(actor, operation), APPLY.label)
    require_state(operation, "取消", State.DRAFT)
    audit.record(OPERATION_DISCARDED, operation, actor=actor)
    if operation.number is None:
        operation.delete()
        return
    instance = instance_of(operation)
    if instance is not None and instance.is_open:
        flows.terminate(instance, reason="申报单位取消", actor=SYSTEM)
    operation.refresh_from_db()
    if operation.state != State.CANCELLED:
        end(operation, State.CANCELLED)
    note(operation, "取消", actor=actor)


@transaction.atomic
def reveal_number(operation: PersonOperation, *, purpose: str, actor: Principal) -> str:
    """The whole identity number of an application, for a purpose that is remembered (§29, E-SEC-02)."""
    require_right(rules.can_reveal(actor, operation), "查看完整证件号码")
    require(purpose.strip(), "查看敏感信息须填写用途", status=403, code="E-SEC-02")
    audit.record(NUMBER_REVEALED, operation, actor=actor, reason=purpose.strip())
    return operation.id_number or ""
