"""Operations take effect on their day: one transaction each, safe to try again, failures kept and told.

`apply_due` runs at 00:05 and every ten minutes. What is refused then (quota, the person gone meanwhile) is
待处理, never lost. 新增 and changes of identity are in effect when the identity service has passed them.
"""

import datetime
import json
import logging
from typing import Any

from django.db import transaction
from django.utils import timezone

from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused
from yiwang.platform.accounts.actions import lifecycle
from yiwang.platform.accounts.actions.verification import request
from yiwang.platform.accounts.models import Account, Verification
from yiwang.platform.accounts.queries import accounts
from yiwang.platform.changes.actions.operation_parts import end, locked, note, stop_leaving, tell
from yiwang.platform.changes.models import PersonOperation
from yiwang.platform.changes.queries import operation_checks as checks
from yiwang.platform.changes.queries import person_operation as queries
from yiwang.platform.changes.queries.operation_facts import content_of
from yiwang.platform.changes.rules import person_operation as rules
from yiwang.platform.changes.rules.operation_content import Content
from yiwang.platform.changes.vocabulary import (
    ACCOUNT_CLOSED_TEXT,
    OPERATION_APPLIED,
    OPERATION_EFFECTIVE,
    OPERATION_FAILED,
    OPERATION_STUCK,
    TRANSFERRED_TEXT,
)
from yiwang.platform.messages.actions import sms
from yiwang.platform.org.actions import corrections, departures, people, posts
from yiwang.platform.org.models import Person, Post

log = logging.getLogger(__name__)

Kind, State, Standing = PersonOperation.Kind, PersonOperation.State, PersonOperation.Verification
_BROKEN = "系统异常，请联系平台运维人员"
_NO_ANSWER = "认证服务多次无应答，请稍后重新认证"
_ONE_DAY = datetime.timedelta(days=1)


def apply_due(*, today: datetime.date, actor: Actor = SYSTEM) -> int:
    """All whose day has come; returns how many took effect. One that fails keeps none of the others back."""
    return sum(
        apply_one(operation_id, today=today, actor=actor) for operation_id in queries.due_to_apply(today)
    )


def apply_one(operation_id: int, *, today: datetime.date, actor: Actor = SYSTEM) -> bool:
    """Let one take effect, or mark it 待处理 with the reason; nothing when another worker has done it."""
    try:
        return _apply(operation_id, today, actor)
    except Refused as refusal:
        reason = "；".join(dict.fromkeys([refusal.message, *refusal.fields.values()]))
    except Exception:
        log.exception("person operation %s could not take effect", operation_id)
        reason = _BROKEN
    fail(PersonOperation(pk=operation_id), reason=reason, actor=actor)
    return False


@transaction.atomic
def _apply(operation_id: int, today: datetime.date, actor: Actor) -> bool:
    rows = PersonOperation.objects.select_for_update(of=("self",), skip_locked=True)
    waiting = rows.filter(pk=operation_id, state=State.WAITING_DAY, verification=Standing.NONE)
    if waiting.filter(effective_on__lte=today).first() is None:
        return False
    operation = locked(PersonOperation(pk=operation_id))
    content = content_of(operation)
    if operation.kind != Kind.ADD or operation.person is None:
        checks.check(content, today=today, besides=operation.pk)
    asks_identity = _EFFECTS[Kind(operation.kind)](operation, content, actor)
    now = timezone.now()
    operation.applied_at = now
    operation.late_by = queries.late_by(operation.due_on, timezone.localdate(now))
    operation.is_late = operation.late_by > 0
    operation.save()
    audit.record(OPERATION_APPLIED, operation, actor=actor, reason=operation.basis)
    if asks_identity:
        operation.verification = Standing.WAITING
        operation.save(update_fields=["verification"])
        note(operation, "提交实名认证", actor=actor)
    else:
        _complete(operation, actor)
    return True


def _complete(operation: PersonOperation, actor: Actor) -> None:
    """It is in effect: the applicant and both units hear of it."""
    end(operation, State.EFFECTIVE)
    note(operation, "生效", actor=actor, words=_lateness(operation))
    to = [operation.applicant_id, *queries.administrators_of(operation.unit)]
    tell(OPERATION_EFFECTIVE, operation, to=[*to, *queries.administrators_of(operation.other)])


def _lateness(operation: PersonOperation) -> str:
    return f"逾期{operation.late_by}个工作日" if operation.is_late else ""


@transaction.atomic
def fail(operation: PersonOperation, *, reason: str, actor: Actor) -> PersonOperation:
    """It could not take effect (生效失败): it waits for who applied to try again, mend or cancel it."""
    operation = locked(operation)
    if operation.state not in (State.WAITING_DAY, State.FAILED):
        return operation
    operation.state, operation.failure = State.FAILED, reason[:200]
    operation.failed_at = timezone.now()
    operation.save(update_fields=["state", "failure", "failed_at", "verification", "updated_at"])
    audit.record(OPERATION_FAILED, operation, actor=actor, reason=reason)
    note(operation, "生效失败", actor=actor, words=reason)
    stop_leaving(operation, reason="人员变动未能生效")
    to = [operation.applicant_id, *queries.administrators_of(operation.unit)]
    tell(OPERATION_STUCK, operation, to=to, words={"reason": reason})
    return operation


# --- the seven effects; each answers whether the identity service must be asked first ----------------------


def _add(operation: PersonOperation, content: Content, actor: Actor) -> bool:
    unit = operation.to_unit
    assert unit is not None  # noqa: S101  checked with the application
    facts, duty = dict(content.facts), _duty(content)
    common: dict[str, Any] = {
        "unit": unit,
        "title": content.title,
        "valid_from": operation.effective_on,
        "basis": content.basis,
        "post": duty,
        "actor": actor,
    }
    person = operation.person
    if person is None:
        person = people.add_person(**common, **facts)
    elif person.status in Person.GONE:
        person = departures.reopen_person(person, facts=facts, **common)
    else:  # entered before, and mended after the identity service had refused him
        corrections.correct_person(person, facts=facts, actor=actor, basis=content.basis, renamed=False)
    operation.person = person
    operation.begun_post = queries.main_post(person.pk)
    account = accounts.living_of(person.pk)
    if account is None:
        _open_account(person, actor)
    else:
        request(account, actor=actor, reason=Verification.Reason.AGAIN)
    return True


def _duty(content: Content) -> dict[str, Any]:
    return {name: value for name, value in content.duty.items() if name != "title"}


def _open_account(person: Person, actor: Actor) -> Account:
    """Named by his pinyin, with a number behind it where that is taken."""
    name = person.pinyin[:24]
    if Account.objects.filter(login_name=name).exists():
        name = f"{name}{person.pk}"
    return lifecycle.open_account(person, login_name=name, kind=Account.Kind.USER, actor=actor)


def _correct(operation: PersonOperation, content: Content, actor: Actor) -> bool:
    person = _person(operation)
    _remember_former(operation, content)
    changed = corrections.correct_person(
        person, facts=content.facts, actor=actor, basis=content.basis, renamed=content.is_renamed
    )
    if operation.post is not None and content.duty:
        posts.change_post(operation.post, actor=actor, basis=content.basis, **content.duty)
    account = accounts.living_of(person.pk)
    if account is None or not rules.IDENTITY & changed:
        return False
    request(account, actor=actor, reason=Verification.Reason.CHANGE)
    return True


def _remember_former(operation: PersonOperation, content: Content) -> None:
    """What was known before, sealed: a change that the identity service refuses can be taken back."""
    person = _person(operation)
    former = {
        f"former_{name}": str(getattr(person, name) or "") for name in rules.IDENTITY if name in content.facts
    }
    operation.secrets = json.dumps({**operation.known_secrets, **former}, ensure_ascii=False)


def _remove(operation: PersonOperation, content: Content, actor: Actor) -> bool:
    post = operation.post
    assert post is not None  # noqa: S101  checked with the application
    last = max(post.valid_from, operation.effective_on - _ONE_DAY)
    people.end_post(post, actor=actor, reason=content.reason, day=last)
    return False


def _transfer(operation: PersonOperation, content: Content, actor: Actor) -> bool:
    person, unit = _person(operation), operation.to_unit
    assert unit is not None  # noqa: S101  checked with the application
    leaving = Post.objects.filter(person=person, is_living=True, pk__in=content.leaving)
    operation.begun_post = posts.transfer_person(
        person,
        to=unit,
        title=content.title,
        day=operation.effective_on,
        actor=actor,
        leaving=list(leaving),
        basis=content.basis,
        **_duty(content),
    )
    words = {"unit": str(unit), "title": content.title, "day": operation.effective_on.isoformat()}
    _text(person, TRANSFERRED_TEXT.key, words)
    return False


def _second(operation: PersonOperation, content: Content, actor: Actor) -> bool:
    until = content.until
    assert until is not None  # noqa: S101  checked with the application
    if operation.post is not None:
        posts.extend_post(operation.post, until=until, actor=actor, basis=content.basis)
        return False
    operation.begun_post = _start(operation, content, Post.Kind.SECONDMENT, actor)
    return False


def _concur(operation: PersonOperation, content: Content, actor: Actor) -> bool:
    operation.begun_post = _start(operation, content, content.post_kind, actor)
    return False


def _start(operation: PersonOperation, content: Content, kind: str, actor: Actor) -> Post:
    unit = operation.to_unit
    assert unit is not None  # noqa: S101  checked with the application
    return people.start_post(
        _person(operation),
        unit=unit,
        title=content.title,
        kind=kind,
        valid_from=operation.effective_on,
        until=content.until,
        basis=content.basis,
        actor=actor,
        **_duty(content),
    )


def _deregister(operation: PersonOperation, content: Content, actor: Actor) -> bool:
    """Sessions end at once; the person is archived. He is told before his number is let go."""
    person = _person(operation)
    account = accounts.living_of(person.pk)
    if account is not None:
        if content.departure != Person.Departure.DECEASED:
            _text(person, ACCOUNT_CLOSED_TEXT.key, {"day": operation.effective_on.isoformat()})
        reason = Person.Departure(content.departure).label
        lifecycle.close(account, reason=reason, actor=actor)
    departures.deregister_person(
        person,
        departure=content.departure,
        day=operation.effective_on,
        actor=actor,
        basis=content.basis,
    )
    return False


_EFFECTS = {
    Kind.ADD: _add,
    Kind.CORRECT: _correct,
    Kind.REMOVE: _remove,
    Kind.TRANSFER: _transfer,
    Kind.SECOND: _second,
    Kind.CONCURRENT: _concur,
    Kind.DEREGISTER: _deregister,
}


def _person(operation: PersonOperation) -> Person:
    assert operation.person is not None  # noqa: S101  the database holds it
    return operation.person


def _text(person: Person, template: str, words: dict[str, str]) -> None:
    if person.mobile:
        sms.send_text(person.mobile, template_key=template, words=words, actor=SYSTEM, person_id=person.pk)


# --- what the identity service answered --------------------------------------------------------------------


@transaction.atomic
def follow_verified(*, account: Account, verification: Verification, actor: Actor = SYSTEM) -> None:
    """The person passed: whatever waited for it is in effect now."""
    operation = _asked_by(account)
    if operation is None:
        return
    operation.verification, operation.failure = Standing.PASSED, ""
    operation.state = State.WAITING_DAY
    operation.save(update_fields=["verification", "failure", "state"])
    audit.record(OPERATION_APPLIED, operation, actor=actor, reason="实名认证通过")
    note(operation, "实名认证通过", actor=actor)
    _complete(operation, actor)


@transaction.atomic
def follow_refused(*, account: Account, verification: Verification, actor: Actor = SYSTEM) -> None:
    """He did not pass: the account waits, the applicant reads why, no activation text is sent."""
    operation = _asked_by(account)
    if operation is None:
        return
    operation.verification = Standing.FAILED
    operation.save(update_fields=["verification"])
    gave_up = verification.outcome == Verification.Outcome.SERVICE_ERROR
    fail(operation, reason=_NO_ANSWER if gave_up else verification.result, actor=actor)


def _asked_by(account: Account) -> PersonOperation | None:
    """The operation that waits for this account's verification."""
    waiting = PersonOperation.objects.filter(
        person_id=account.person_id,
        state__in=(State.WAITING_DAY, State.FAILED),
        verification__in=(Standing.WAITING, Standing.FAILED),
    ).first()
    return locked(waiting) if waiting is not None else None
