"""Temporary accounts as reviewed applications: written, submitted, approved by the office director, done."""

import datetime
from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils import timezone

from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid, require, require_right
from yiwang.kernel.extension.approvals import Event
from yiwang.kernel.files import actions as files
from yiwang.kernel.files.models import StoredFile
from yiwang.kernel.numbering import actions as numbering
from yiwang.kernel.parameters import queries as parameters
from yiwang.kernel.validators import Invalid, mask_citizen_id, mask_mobile
from yiwang.kernel.validators import uscc as checked_uscc
from yiwang.platform.accounts import rules as account_rules
from yiwang.platform.accounts.actions import temporary
from yiwang.platform.accounts.models import Account
from yiwang.platform.accounts.queries import accounts
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.accounts.vocabulary import TEMPORARY_DAYS
from yiwang.platform.approvals.actions import flows
from yiwang.platform.approvals.models import Instance
from yiwang.platform.approvals.queries import instances
from yiwang.platform.changes.models import TemporaryRequest
from yiwang.platform.changes.queries import temporary_account as queries
from yiwang.platform.changes.rules import temporary_account as rules
from yiwang.platform.changes.vocabulary import (
    APPLY_TEMPORARY,
    TEMPORARY_CARRIED_OUT,
    TEMPORARY_DISCARDED,
    TEMPORARY_DRAFTED,
    TEMPORARY_FAILED,
    TEMPORARY_PROCEDURE,
    TEMPORARY_REQUESTS,
    TEMPORARY_RETRIED,
    TEMPORARY_SUBMITTED,
)
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.org.queries import people, person_checks

Kind, State = TemporaryRequest.Kind, TemporaryRequest.State
_TEXTS = ("vendor_name", "vendor_uscc", "name", "id_kind", "id_number", "mobile", "applications", "purpose")
_REQUIRED = {"vendor_name": "服务商名称", "applications": "申请使用的应用", "purpose": "用途"}


def _locked(request: TemporaryRequest) -> TemporaryRequest:
    rows = TemporaryRequest.objects.select_for_update(of=("self",))
    return rows.select_related("unit", "sponsor", "account__person").get(pk=request.pk)


def _require_state(request: TemporaryRequest, act: str, *states: str) -> None:
    text = f"当前状态为“{request.get_state_display()}”，不能执行“{act}”"
    require(request.state in states, text, code="E-STATE-01")


@transaction.atomic
def write(
    *,
    unit: Unit,
    sponsor: Person,
    facts: Mapping[str, str],
    starts_on: datetime.date,
    ends_on: datetime.date,
    actor: Principal,
    request: TemporaryRequest | None = None,
    revision: int | None = None,
    today: datetime.date | None = None,
) -> TemporaryRequest:
    """Keep an application for a new account as a draft. facts: texts by field; revision: what he had seen."""
    require_right(rules.can_apply(actor, unit.path), APPLY_TEMPORARY.label)
    if request is not None:
        request = _editable(request, actor, revision)
        require(request.kind == Kind.OPEN, "延期申请请从临时账号页面重新填写")
    _check(unit, sponsor, facts, starts_on, ends_on, today=today or timezone.localdate())
    row = request or TemporaryRequest(
        applicant_id=actor.person_id, applicant_name=actor.name, account=None, kind=Kind.OPEN
    )
    clean = _clean(facts)
    for field, value in clean.items():
        setattr(row, field, value)
    row.id_masked, row.mobile_masked = mask_citizen_id(row.id_number), mask_mobile(row.mobile)
    row.unit, row.sponsor, row.starts_on, row.ends_on = unit, sponsor, starts_on, ends_on
    return _keep(row, actor)


def _editable(request: TemporaryRequest, actor: Principal, revision: int | None) -> TemporaryRequest:
    request = _locked(request)
    require_right(rules.can_edit(actor, request), APPLY_TEMPORARY.label)
    _require_state(request, "修改", State.DRAFT)
    if revision is not None and revision != request.revision:
        at = timezone.localtime(request.updated_at)
        raise Refused(
            f"该数据已被{request.updated_by_name}于{at:%H:%M}修改，请刷新后重试", status=409, code="E-CONC-01"
        )
    request.revision += 1
    return request


def _keep(row: TemporaryRequest, actor: Principal) -> TemporaryRequest:
    row.updated_by_name = actor.name
    row.save()
    audit.record(TEMPORARY_DRAFTED, row, actor=actor)
    return row


def _check(
    unit: Unit,
    sponsor: Person,
    facts: Mapping[str, str],
    starts_on: datetime.date,
    ends_on: datetime.date,
    *,
    today: datetime.date,
) -> None:
    """All that can be said at once of what was typed."""
    faults = {field: f"请填写{label}" for field, label in _REQUIRED.items() if not facts[field].strip()}
    try:
        checked_uscc(facts["vendor_uscc"])
    except Invalid as fault:
        faults["vendor_uscc"] = fault.message
    try:
        person_checks.checked({name: facts[name] for name in _TEXTS[2:6]}, today=today)
    except Refused as refused:
        faults |= refused.fields
    field, fault_of_days = rules.period_fault(
        starts_on, ends_on, longest=parameters.number(TEMPORARY_DAYS.key), today=today
    )
    if field:
        faults[field] = fault_of_days
    if not account_rules.may_sponsor(accounts.living_of(sponsor.pk), sponsor, unit):
        faults["sponsor"] = "接入联系人应为接入单位账号正常的工作人员"
    if faults:
        raise Refused(next(iter(faults.values())), status=422, fields=faults)
    _require_vendors(facts["id_number"])


def _require_vendors(id_number: str) -> None:
    known = people.with_id_number("".join(id_number.split()).upper()).first()
    if known is not None and known.category != Person.Category.EXTERNAL:
        raise invalid("id_number", "该人员为本区工作人员，请使用本人账号")
    living = accounts.living_of(known.pk) if known is not None else None
    if living is not None and living.state != Account.State.EXPIRED:
        raise invalid("id_number", "该人员已有临时账号，请办理延期")


def _clean(facts: Mapping[str, str]) -> dict[str, str]:
    known = person_checks.checked({name: facts[name] for name in _TEXTS[2:6]}, today=timezone.localdate())
    texts = {name: facts[name].strip() for name in ("vendor_name", "applications", "purpose")}
    numbers = {name: known[name] for name in _TEXTS[2:6]}
    return {**texts, **numbers, "vendor_uscc": checked_uscc(facts["vendor_uscc"])}


@transaction.atomic
def write_extension(
    account: Account,
    *,
    ends_on: datetime.date,
    purpose: str,
    actor: Principal,
    request: TemporaryRequest | None = None,
    revision: int | None = None,
    today: datetime.date | None = None,
) -> TemporaryRequest:
    """Keep an application to let an account last longer as a draft. purpose: why (延期事由)."""
    account = Account.objects.select_related("person", "sponsor_unit", "sponsor").get(pk=account.pk)
    unit, sponsor = account.sponsor_unit, account.sponsor
    if account.kind != Account.Kind.TEMPORARY or unit is None or sponsor is None or account.starts_on is None:
        raise Refused("只有临时账号可以延期", status=409)
    require_right(rules.can_apply(actor, unit.path), APPLY_TEMPORARY.label)
    require(account.state != Account.State.CLOSED, "当前状态为“已注销”，不能执行“延期”", code="E-STATE-01")
    if not purpose.strip():
        raise invalid("purpose", "请填写延期事由")
    longest = parameters.number(TEMPORARY_DAYS.key)
    fault = account_rules.extension_fault(
        account, ends_on, longest=longest, today=today or timezone.localdate()
    )
    if fault:
        raise invalid("ends_on", fault, code="E-DATE-01")
    if request is not None:
        row = _editable(request, actor, revision)
    elif queries.open_extension(account) is not None:
        raise Refused("该账号已有未办结的延期申请", status=409)
    else:
        row = TemporaryRequest(
            kind=Kind.EXTEND,
            account=account,
            applicant_id=actor.person_id,
            applicant_name=actor.name,
            unit=unit,
            sponsor=sponsor,
            vendor_name=account.vendor_name,
            vendor_uscc=account.vendor_uscc,
            name=account.person.name,
            id_kind=account.person.id_kind,
            id_masked=mask_citizen_id(account.person.id_number),
            mobile_masked=mask_mobile(account.person.mobile),
            applications=account.applications,
            starts_on=account.starts_on,
        )
    row.ends_on, row.purpose = ends_on, purpose.strip()
    try:
        with transaction.atomic():
            return _keep(row, actor)
    except IntegrityError:  # applied for by somebody else at the same moment
        raise Refused("该账号已有未办结的延期申请", status=409) from None


@transaction.atomic
def attach_commitment(request: TemporaryRequest, *, file: StoredFile, actor: Principal) -> TemporaryRequest:
    """保密承诺书, signed by the vendor's employee; the one before is erased."""
    request = _locked(request)
    require_right(rules.can_edit(actor, request), APPLY_TEMPORARY.label)
    _require_state(request, "上传承诺书", State.DRAFT)
    former = request.commitment
    files.attach_file(file, request, actor=actor)
    request.commitment = file
    request.save(update_fields=["commitment", "updated_at"])
    if former is not None:
        files.delete_file(former, actor=actor, reason="更换承诺书")
    audit.record(TEMPORARY_DRAFTED, request, actor=actor)
    return request


@transaction.atomic
def submit(
    request: TemporaryRequest,
    *,
    actor: Principal,
    straight_back: bool = False,
    today: datetime.date | None = None,
) -> TemporaryRequest:
    """Send it to the office director (提交审批). straight_back: to who returned it (直送退回人)."""
    request = _locked(request)
    require_right(rules.can_edit(actor, request), APPLY_TEMPORARY.label)
    _require_state(request, "提交", State.DRAFT)
    day = today or timezone.localdate()
    if request.kind == Kind.OPEN:
        require(request.commitment_id is not None, "请先上传本人签署的保密承诺书", status=422)
        field, fault = rules.period_fault(
            request.starts_on, request.ends_on, longest=parameters.number(TEMPORARY_DAYS.key), today=day
        )
        require(not field, fault, status=422, code="E-DATE-01")
    if request.number is None:
        issued = numbering.issue(TEMPORARY_REQUESTS, year=day.year, target=request, actor=actor)
        request.number = issued.text
    request.state, request.returned, request.submitted_at = State.REVIEW, "", timezone.now()
    request.save(update_fields=["number", "state", "returned", "submitted_at", "updated_at"])
    audit.record(TEMPORARY_SUBMITTED, request, actor=actor)
    _start_review(request, actor, straight_back=straight_back)
    request.refresh_from_db()
    return request


def _start_review(request: TemporaryRequest, actor: Principal, *, straight_back: bool) -> None:
    context = {"unit": request.unit.path}
    title, summary = str(request), f"{request.starts_on}至{request.ends_on}，{request.purpose}"[:300]
    former = instances.of_subject(request)
    if former is not None and former.state in Instance.WITH_DRAFTER:
        flows.resubmit(
            former, context=context, actor=actor, title=title, summary=summary, straight_back=straight_back
        )
        return
    flows.submit(
        TEMPORARY_PROCEDURE.key, subject=request, title=title, summary=summary, context=context, actor=actor
    )


def happened(request_id: str, event: Event, step: str, opinion: str, actor: Actor) -> None:
    """What the engine says of it."""
    request = _locked(TemporaryRequest.objects.get(pk=int(request_id)))
    if event in (Event.RETURNED, Event.WITHDRAWN):
        request.state, request.returned = State.DRAFT, opinion[:500]
        request.save(update_fields=["state", "returned", "updated_at"])
    elif event == Event.APPROVED:
        _carry_out(request, actor)
    elif event in (Event.REJECTED, Event.TERMINATED):
        request.state = State.REJECTED if event == Event.REJECTED else State.CANCELLED
        _close(request)


def _close(request: TemporaryRequest) -> None:
    """Decided: the numbers are of no use any more (PIPL 第19条)."""
    request.id_number, request.mobile, request.decided_at = "", "", timezone.now()
    request.save()


def _carry_out(request: TemporaryRequest, actor: Actor) -> None:
    """Open or extend the account; what cannot be done waits for the administrator."""
    try:
        with transaction.atomic():
            request.account = _opened(request) if request.kind == Kind.OPEN else _extended(request)
    except Refused as refused:
        request.state = State.FAILED
        request.failure = "；".join(dict.fromkeys(refused.fields.values()))[:300] or refused.message[:300]
        request.save(update_fields=["state", "failure", "updated_at"])
        audit.record(TEMPORARY_FAILED, request, actor=actor, reason=request.failure)
        return
    request.state, request.failure = State.DONE, ""
    _close(request)
    audit.record(TEMPORARY_CARRIED_OUT, request, actor=actor)


def _opened(request: TemporaryRequest) -> Account:
    today = timezone.localdate()
    return temporary.open_temporary(
        sponsor_unit=request.unit,
        sponsor=request.sponsor,
        vendor_name=request.vendor_name,
        vendor_uscc=request.vendor_uscc,
        name=request.name,
        id_kind=request.id_kind,
        id_number=request.id_number,
        mobile=request.mobile,
        purpose=request.purpose,
        applications=request.applications,
        starts_on=max(request.starts_on, today),
        expires_on=request.ends_on,
        actor=SYSTEM,
    )


def _extended(request: TemporaryRequest) -> Account:
    if request.account is None:
        raise Refused("未找到该内容", status=404, code="E-NOTF-01")
    return temporary.extend_temporary(
        request.account, expires_on=request.ends_on, reason=request.number or "", actor=SYSTEM
    )


@transaction.atomic
def retry(request: TemporaryRequest, *, actor: Principal) -> TemporaryRequest:
    """Carry out once more what was approved and could not be done (重试)."""
    request = _locked(request)
    require_right(rules.can_edit(actor, request), APPLY_TEMPORARY.label)
    _require_state(request, "重试", State.FAILED)
    audit.record(TEMPORARY_RETRIED, request, actor=actor)
    _carry_out(request, actor)
    return request


@transaction.atomic
def amend(request: TemporaryRequest, *, actor: Principal) -> TemporaryRequest:
    """Take an approved one that could not be done back to the draft (退回修改); it is reviewed again."""
    request = _locked(request)
    require_right(rules.can_edit(actor, request), APPLY_TEMPORARY.label)
    _require_state(request, "退回修改", State.FAILED)
    request.state, request.returned = State.DRAFT, f"未能办理：{request.failure}"[:500]
    request.failure = ""
    request.revision += 1
    request.save()
    audit.record(TEMPORARY_DRAFTED, request, actor=actor)
    return request


@transaction.atomic
def discard(request: TemporaryRequest, *, actor: Principal) -> None:
    """Throw a draft away (删除草稿); one that had a number stays as 已取消, so that no number is missing."""
    request = _locked(request)
    require_right(rules.can_edit(actor, request), APPLY_TEMPORARY.label)
    _require_state(request, "取消", State.DRAFT, State.FAILED)
    audit.record(TEMPORARY_DISCARDED, request, actor=actor)
    instance = instances.of_subject(request)
    if instance is not None and instance.state in Instance.WITH_DRAFTER:
        flows.void(instance, reason="申请人取消", actor=actor)  # the engine tells us, and closes it
        return
    if request.number is not None:
        request.state = State.CANCELLED
        _close(request)
        return
    commitment, request.commitment = request.commitment, None
    request.delete()
    if commitment is not None:
        files.delete_file(commitment, actor=actor, reason="申请已删除")
