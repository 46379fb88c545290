"""Real-name verification (实名认证, R1-8, R2-6): asked for, put to the service, settled, repeated.

The service is asked outside of any transaction (ADR 11): `request` writes the question down, a job takes
it up with `ask`, and `settle` stores the answer. A service that fails is asked again after 1, 5 and 30
minutes, then daily, five times; after that the case waits for an administrator.
"""

import datetime
import time

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from yiwang.kernel import jobs
from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import require, require_right
from yiwang.platform.accounts import hooks, rules
from yiwang.platform.accounts.actions import bindings
from yiwang.platform.accounts.gateways import realname
from yiwang.platform.accounts.models import Account, MobileChange, Verification
from yiwang.platform.accounts.queries import accounts, verifications
from yiwang.platform.accounts.vocabulary import (
    MANAGE,
    VERIFICATION_FAILED,
    VERIFICATION_REQUESTED,
    VERIFICATION_STUCK,
    VERIFICATION_WITHDRAWN,
    VERIFIED,
)
from yiwang.platform.org.models import Person

ACTIVATION_DAYS = 7  # 您的账号已开通，请在7日内激活 (domain reference §31)
_MINUTE, _DAY = datetime.timedelta(minutes=1), datetime.timedelta(days=1)
RETRIES = (_MINUTE, 5 * _MINUTE, 30 * _MINUTE, *(_DAY,) * 5)
# After that long an unanswered question belongs to a worker that was killed.
_LOST_AFTER = datetime.timedelta(minutes=2)
# One minute's share of questions ends before the next begins, and when the service has stopped answering.
_LONGEST_RUN = 45.0
_MOST_SILENCES = 3
_CHECKED_FIELDS = {"name", "id_kind", "id_number", "mobile"}


@transaction.atomic
def request(
    account: Account,
    *,
    actor: Actor,
    reason: str = Verification.Reason.OPENING,
    mobile_change: MobileChange | None = None,
    now: datetime.datetime | None = None,
) -> Verification:
    """Have the person checked (提交实名认证), after his account was opened or his data changed.

    A question that is still open gives way to this one: it was about data of the past.
    """
    account = _locked(account)
    require(
        account.state != Account.State.CLOSED, "当前状态为“已注销”，不能执行“实名认证”", code="E-STATE-01"
    )
    moment = now or timezone.now()
    _make_way(account, actor, moment)
    question = Verification.objects.create(
        account=account,
        reason=reason,
        mobile_change=mobile_change,
        round=verifications.rounds_of(account.pk) + 1,
        attempt=1,
        next_at=moment,
        requested_by_name=actor.name,
    )
    if mobile_change is None:  # the number that is bound stays verified until the new one is
        account.verification = Account.Standing.WAITING
        account.save(update_fields=["verification"])
    audit.record(VERIFICATION_REQUESTED, account, actor=actor, reason=question.get_reason_display())
    jobs.enqueue("accounts.verify", verification_id=question.pk)
    return question


def _make_way(account: Account, actor: Actor, now: datetime.datetime) -> None:
    open_one = (
        Verification.objects.filter(account=account, outcome="").select_related("mobile_change").first()
    )
    if open_one is None:
        return
    _close(open_one, Verification.Outcome.SUPERSEDED, now)
    change = open_one.mobile_change
    if change is not None and change.state == MobileChange.State.VERIFYING:
        bindings.drop(change, MobileChange.State.CANCELLED, "人员信息已变更", actor=actor, now=now)


@transaction.atomic
def withdraw(change: MobileChange, *, actor: Actor, now: datetime.datetime) -> None:
    """A change of number was called off: what the service says of it is of no interest any more."""
    for question in Verification.objects.filter(mobile_change=change, outcome=""):
        _close(question, Verification.Outcome.SUPERSEDED, now)
        audit.record(VERIFICATION_WITHDRAWN, change.account, actor=actor)


def follow_person(*, person: Person, fields: frozenset[str]) -> None:
    """Name, document or mobile of a person were changed: he is checked again (domain reference §2)."""
    account = accounts.living_of(person.pk) if fields & _CHECKED_FIELDS else None
    if account is None:
        return
    if "mobile" in fields:
        bindings.require_free_mobile(person)
    if account.state != Account.State.EXPIRED:
        request(account, actor=SYSTEM, reason=Verification.Reason.CHANGE)


@transaction.atomic
def request_again(account: Account, *, actor: Actor) -> Verification:
    """重新认证: an administrator has him checked once more after a correction or an outage."""
    account = _locked(account)
    require_right(rules.can_manage(actor, account), MANAGE.label)
    standing = account.get_verification_display()
    require(
        account.verification in (Account.Standing.FAILED, Account.Standing.STUCK),
        f"当前状态为“{standing}”，不能执行“重新认证”",
        code="E-STATE-01",
    )
    return request(account, actor=actor, reason=Verification.Reason.AGAIN)


def ask(verification_id: int, *, now: datetime.datetime | None = None, actor: Actor = SYSTEM) -> bool:
    """Put one question to the service and settle it; nothing when it is not due or is being asked already.

    False when the service could not be reached.
    """
    question = _take(verification_id, now or timezone.now())
    if question is None:
        return True
    is_reached = True
    try:
        answer = realname.verify(verifications.question_of(question))
    except realname.Unreachable as problem:
        answer, is_reached = realname.Answer(Verification.Outcome.SERVICE_ERROR, detail=str(problem)), False
    settle(question, answer, actor=actor, now=now)
    return is_reached


@transaction.atomic
def _take(verification_id: int, now: datetime.datetime) -> Verification | None:
    """The question for this worker alone."""
    waiting = Verification.objects.select_for_update(of=("self",), skip_locked=True)
    question = waiting.filter(pk=verification_id, outcome="", next_at__lte=now).first()
    if question is None or (question.asked_at is not None and question.asked_at > now - _LOST_AFTER):
        return None
    question.asked_at = now
    question.save(update_fields=["asked_at"])
    return Verification.objects.select_related("account__person", "mobile_change").get(pk=question.pk)


@transaction.atomic
def settle(
    question: Verification,
    answer: realname.Answer,
    *,
    actor: Actor = SYSTEM,
    now: datetime.datetime | None = None,
) -> Verification:
    """Store what the service answered and let the account go on, stay, or wait for the next repetition."""
    account = _locked(question.account)
    question = (
        Verification.objects.select_for_update(of=("self",))
        .select_related("mobile_change")
        .get(pk=question.pk)
    )
    if question.outcome:  # superseded while the service was thinking, or settled by another worker
        return question
    moment = now or timezone.now()
    question.reference, question.is_simulated = answer.reference, answer.is_simulated
    question.detail = answer.detail[:200]
    _close(question, answer.outcome, moment)
    if question.mobile_change is not None:
        _settle_mobile(question, question.mobile_change, actor, moment)
    elif answer.outcome == Verification.Outcome.PASSED:
        _pass(account, question, actor, moment)
    elif answer.outcome != Verification.Outcome.SERVICE_ERROR:
        _fail(account, question, actor)
    elif question.attempt > len(RETRIES):
        _give_up(account, question, actor)
    else:
        _repeat(question, moment)
    return question


def _settle_mobile(
    question: Verification, change: MobileChange, actor: Actor, now: datetime.datetime
) -> None:
    """The account's own standing is not touched: it was about a number that is not bound yet."""
    if question.outcome == Verification.Outcome.PASSED:
        change = bindings.bind(change, actor=actor, now=now)
    elif question.outcome == Verification.Outcome.SERVICE_ERROR and question.attempt <= len(RETRIES):
        _repeat(question, now)
        return
    else:
        failure = question.result
        change = bindings.drop(change, MobileChange.State.FAILED, failure, actor=actor, now=now)
    if change.state == MobileChange.State.FAILED:
        hooks.mobile_refused(account=change.account, change=change)


def _pass(account: Account, question: Verification, actor: Actor, now: datetime.datetime) -> None:
    account.verification, account.verified_at = Account.Standing.PASSED, now
    if account.state == Account.State.UNVERIFIED:
        account.state = Account.State.INACTIVE
        account.activation_expires_at = now + datetime.timedelta(days=ACTIVATION_DAYS)
    account.save(update_fields=["verification", "verified_at", "state", "activation_expires_at"])
    audit.record(VERIFIED, account, actor=actor)
    hooks.account_verified(account=account, verification=question)


def _fail(account: Account, question: Verification, actor: Actor) -> None:
    account.verification = Account.Standing.FAILED
    account.save(update_fields=["verification"])
    audit.record(VERIFICATION_FAILED, account, actor=actor, reason=question.get_outcome_display())
    hooks.account_verification_failed(account=account, verification=question)


def _give_up(account: Account, question: Verification, actor: Actor) -> None:
    account.verification = Account.Standing.STUCK
    account.save(update_fields=["verification"])
    audit.record(VERIFICATION_STUCK, account, actor=actor, reason=question.detail)
    hooks.account_verification_failed(account=account, verification=question)


def _repeat(question: Verification, now: datetime.datetime) -> None:
    Verification.objects.create(
        account_id=question.account_id,
        reason=question.reason,
        mobile_change_id=question.mobile_change_id,
        round=question.round,
        attempt=question.attempt + 1,
        next_at=now + RETRIES[question.attempt - 1],
        requested_by_name=question.requested_by_name,
    )


def _close(question: Verification, outcome: str, now: datetime.datetime) -> None:
    question.outcome, question.answered_at, question.next_at = outcome, now, None
    question.save()


def _locked(account: Account) -> Account:
    rows = Account.objects.select_for_update(of=("self",)).select_related("person", "sponsor_unit")
    return rows.get(pk=account.pk)


def ask_due(*, now: datetime.datetime | None = None, actor: Actor = SYSTEM) -> int:
    """Each minute: questions whose time has come, and those a killed worker left; returns how many.

    No more than the service takes in a minute (REALNAME_PER_MINUTE). One worker asks one after the other, so
    other work goes on beside it; a service that does not answer is left alone until the next minute.
    """
    moment, until, silences, asked = now or timezone.now(), time.monotonic() + _LONGEST_RUN, 0, 0
    due = verifications.due(moment, lost_before=moment - _LOST_AFTER, most=settings.REALNAME_PER_MINUTE)
    for verification_id in due:
        asked += 1
        silences = 0 if ask(verification_id, now=now, actor=actor) else silences + 1
        if silences == _MOST_SILENCES or time.monotonic() > until:
            break
    return asked
