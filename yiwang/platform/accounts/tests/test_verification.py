"""Real-name verification from the question to the account's state (domain reference §2)."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.platform.accounts import hooks, jobs
from yiwang.platform.accounts.actions import activation, lifecycle, sessions, verification
from yiwang.platform.accounts.gateways.realname import Answer
from yiwang.platform.accounts.gateways.realname_simulator import Simulator
from yiwang.platform.accounts.models import Account, Verification
from yiwang.platform.accounts.tests.factories import BROKEN, MISMATCH, account_of_newcomer, newcomer

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Which hooks were called, with the outcome."""
    found: list[tuple[str, str]] = []

    def listener(name: str) -> Callable[..., None]:
        return lambda account, verification: found.append((name, verification.outcome))

    monkeypatch.setattr(hooks.account_verified, "_handlers", [listener("verified")])
    monkeypatch.setattr(hooks.account_verification_failed, "_handlers", [listener("failed")])
    return found


def ask(account: Account, **more: Any) -> Account:
    """Let the job do its work."""
    verification.ask(Verification.objects.get(account=account, outcome="").pk, **more)
    account.refresh_from_db()
    return account


def test_opening_asks_and_passing_lets_him_activate(
    cast: Cast, realname_service: Simulator, heard: list[tuple[str, str]]
) -> None:
    account = account_of_newcomer(cast)
    assert (account.state, account.verification) == ("unverified", "waiting")
    ask(account)
    assert (account.state, account.verification) == ("inactive", "passed")
    assert account.verified_at is not None and account.activation_expires_at is not None
    assert (account.activation_expires_at - account.verified_at).days == 7
    answer = Verification.objects.get(account=account)
    assert (answer.outcome, answer.attempt, answer.is_simulated) == ("passed", 1, True)
    assert heard == [("verified", "passed")]
    assert str(Entry.objects.latest("id")) == "系统账号xin通过了实名认证"


def test_the_job_is_queued_with_the_account(
    cast: Cast, realname_service: Simulator, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        account = account_of_newcomer(cast)
    account.refresh_from_db()
    assert account.state == "inactive"


def test_who_is_known_is_not_asked_about(cast: Cast) -> None:
    person = newcomer(cast)
    account = lifecycle.open_account(person, login_name="xin", kind="user", is_verified=True, actor=SYSTEM)
    assert (account.state, account.verification) == ("inactive", "passed")
    assert not Verification.objects.filter(account=account).exists()


def test_mismatch_keeps_the_account_waiting(
    cast: Cast, realname_service: Simulator, heard: list[tuple[str, str]]
) -> None:
    """Acceptance 3: it stays 待实名认证, and nobody is told to activate."""
    account = ask(account_of_newcomer(cast, ending=MISMATCH))
    assert (account.state, account.verification) == ("unverified", "failed")
    assert account.state_label == "待实名认证 · 认证不通过（退回修改）"
    assert account.activation_expires_at is None
    assert Verification.objects.get(account=account).get_outcome_display() == "姓名与证件号码不一致"
    assert heard == [("failed", "name_mismatch")]
    with pytest.raises(Refused) as refused:
        activation.issue_activation_code(account, actor=cast.sun.principal())
    assert refused.value.message == "当前状态为“待实名认证”，不能执行“生成激活码”"


@pytest.mark.parametrize(
    ("mobile", "outcome"), [("13900010000", "mobile_mismatch"), ("13900004444", "not_in_register")]
)
def test_other_failures(cast: Cast, realname_service: Simulator, mobile: str, outcome: str) -> None:
    account = ask(account_of_newcomer(cast, mobile=mobile))
    assert (account.state, account.verification) == ("unverified", "failed")
    assert Verification.objects.get(account=account).outcome == outcome


def test_a_broken_service_is_asked_again_by_the_timetable(
    cast: Cast, realname_service: Simulator, heard: list[tuple[str, str]]
) -> None:
    """After 1, 5 and 30 minutes, then daily, five times; then it waits for an administrator."""
    account = account_of_newcomer(cast, ending=BROKEN)
    now = timezone.now()
    waits = []
    for attempt in range(1, 10):
        question = Verification.objects.get(account=account, outcome="")
        assert question.attempt == attempt and question.next_at is not None
        if attempt > 1:
            assert verification.ask_due(now=question.next_at - datetime.timedelta(seconds=1)) == 0
            waits.append(question.next_at - now)
            now = question.next_at
            assert verification.ask_due(now=now) == 1
        else:
            ask(account, now=now)
    minutes = [1, 5, 30, *[24 * 60] * 5]
    assert waits == [datetime.timedelta(minutes=one) for one in minutes]
    account.refresh_from_db()
    assert (account.state, account.verification) == ("unverified", "stuck")
    assert account.state_label == "待实名认证 · 待处理"
    assert not Verification.objects.filter(account=account, outcome="").exists()
    assert heard == [("failed", "service_error")]


def test_an_unreachable_service_counts_as_broken(cast: Cast) -> None:
    account = account_of_newcomer(cast)
    now = timezone.now()
    ask(account, now=now)
    first, second = Verification.objects.filter(account=account).order_by("id")
    assert (first.outcome, first.detail) == ("service_error", "未配置实名认证服务")
    assert second.next_at == now + datetime.timedelta(minutes=1) and account.verification == "waiting"


def test_only_a_manager_asks_again_and_only_when_it_failed(cast: Cast, realname_service: Simulator) -> None:
    account = ask(account_of_newcomer(cast, ending=MISMATCH))
    with pytest.raises(Refused) as refused:
        verification.request_again(account, actor=cast.wang.principal())
    assert refused.value.status == 403
    again = verification.request_again(account, actor=cast.qian.principal())
    assert (again.round, again.attempt, again.requested_by_name) == (2, 1, "钱玉芬")
    with pytest.raises(Refused) as twice:
        verification.request_again(account, actor=cast.qian.principal())
    assert twice.value.message == "当前状态为“认证中”，不能执行“重新认证”"
    assert Verification.objects.filter(account=account).count() == 2


def test_a_new_question_takes_the_place_of_the_open_one(cast: Cast, realname_service: Simulator) -> None:
    account = account_of_newcomer(cast)
    old = Verification.objects.get(account=account)
    verification.request(account, actor=SYSTEM, reason=Verification.Reason.CHANGE)
    old.refresh_from_db()
    assert old.outcome == "superseded"
    verification.ask(old.pk)
    account.refresh_from_db()
    assert account.state == "unverified"
    assert ask(account).state == "inactive"


def test_an_answer_that_comes_late_changes_nothing(cast: Cast) -> None:
    account = account_of_newcomer(cast)
    old = Verification.objects.get(account=account)
    verification.request(account, actor=SYSTEM, reason=Verification.Reason.CHANGE)
    verification.settle(old, Answer(Verification.Outcome.PASSED))
    account.refresh_from_db()
    assert (account.state, account.verification) == ("unverified", "waiting")


def test_a_question_being_asked_is_left_alone_until_its_worker_is_lost(cast: Cast) -> None:
    account = account_of_newcomer(cast)
    now = timezone.now()
    question = Verification.objects.get(account=account)
    Verification.objects.filter(pk=question.pk).update(asked_at=now, next_at=now)
    verification.ask(question.pk, now=now + datetime.timedelta(minutes=1))
    assert verification.ask_due(now=now + datetime.timedelta(minutes=1)) == 0
    assert verification.ask_due(now=now + datetime.timedelta(minutes=2)) == 1


def test_active_accounts_stay_active_while_they_are_checked_again(
    cast: Cast, realname_service: Simulator
) -> None:
    verification.request(cast.li.account, actor=SYSTEM, reason=Verification.Reason.CHANGE)
    account = ask(cast.li.account)
    assert account.state == "active" and account.verification in ("passed", "failed")


def test_closed_accounts_are_not_checked(cast: Cast) -> None:
    lifecycle.close(cast.li.account, reason="调出本区", actor=SYSTEM)
    with pytest.raises(Refused):
        verification.request(cast.li.account, actor=SYSTEM)
    assert not Verification.objects.filter(account=cast.li.account).exists()


def test_a_vendors_employee_never_gets_a_user_account(cast: Cast) -> None:
    lifecycle.close(cast.temp.account, reason="合同到期", actor=SYSTEM)
    with pytest.raises(Refused) as refused:
        lifecycle.open_account(cast.temp.person, login_name="tao", kind="user", actor=SYSTEM)
    assert refused.value.fields == {"kind": "服务商人员只能开通临时账号，不能开通用户账号"}
    assert not Account.objects.filter(login_name="tao").exists()


def test_nor_a_civil_servant_a_temporary_one(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        lifecycle.open_account(
            newcomer(cast),
            login_name="xin",
            kind="temporary",
            sponsor=cast.qian.person,
            sponsor_unit=cast.units["QP-0301"],
            starts_on=timezone.localdate(),
            expires_on=timezone.localdate(),
            actor=SYSTEM,
        )
    assert "kind" in refused.value.fields


def test_who_comes_back_gets_a_new_account_under_his_old_name(cast: Cast) -> None:
    lifecycle.close(cast.li.account, reason="辞职", actor=SYSTEM)
    again = lifecycle.open_account(cast.li.person, login_name="li", kind="user", actor=SYSTEM)
    assert again.pk != cast.li.account.pk and again.state == "unverified"
    with pytest.raises(Refused) as refused:
        sessions.log_in(login="li", password="Wrong-Password-1", address="10.0.0.9", agent="test")
    assert refused.value.status == 422
    again.refresh_from_db()
    assert again.failures == 1


def test_the_schedule_asks(cast: Cast, realname_service: Simulator) -> None:
    account = account_of_newcomer(cast)
    assert jobs.verify_due() == 1
    account.refresh_from_db()
    assert account.state == "inactive"
