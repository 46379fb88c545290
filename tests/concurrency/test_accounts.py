"""Accounts under many hands: five guesses are five, a right is given once, the barred stay outside."""

import datetime

import pytest
from django.utils import timezone

from tests import cast as the_cast
from tests.cast import PASSWORD, Cast
from tests.concurrency.crowd import at_once, refusals
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.platform.accounts.actions import (
    activation,
    grants,
    lifecycle,
    mobiles,
    sessions,
    suspensions,
    verification,
)
from yiwang.platform.accounts.gateways.realname import Answer
from yiwang.platform.accounts.models import (
    Account,
    Grant,
    LoginAttempt,
    MobileChange,
    Session,
    Verification,
)
from yiwang.platform.messages.models import Code, SmsText

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def district() -> Cast:
    return the_cast.standing()


def log_in(login: str, password: str = PASSWORD) -> str:
    return sessions.log_in(login=login, password=password, address="127.0.0.1", agent="test")


def test_wrong_passwords_at_once_are_all_counted(district: Cast) -> None:
    results = at_once(*(lambda: log_in("li", "Wrong-Password-1"),) * 12)
    assert sorted(refusals(results)) == [422] * 5 + [423] * 7
    assert LoginAttempt.objects.count() == 12
    assert Entry.objects.filter(verb="accounts.locked").count() == 1
    assert refusals(at_once(lambda: log_in("li"))) == [423]


def test_a_right_is_given_once(district: Cast) -> None:
    li = district.li.account
    results = at_once(
        *(lambda: grants.grant(li, permission="workdays.manage", unit=None, actor=SYSTEM, reason="任命"),) * 6
    )
    assert refusals(results) == [409] * 5
    assert Grant.objects.filter(account=li, permission="workdays.manage").count() == 1


def test_a_login_name_is_given_once(district: Cast) -> None:
    li, zhou = district.li.person, district.zhou.person
    Account.objects.filter(person__in=(li, zhou)).delete()
    results = at_once(
        lambda: lifecycle.open_account(li, login_name="neuer", kind="user", actor=SYSTEM),
        lambda: lifecycle.open_account(zhou, login_name="neuer", kind="user", actor=SYSTEM),
        lambda: lifecycle.open_account(li, login_name="li2", kind="user", actor=SYSTEM),
    )
    assert len(refusals(results)) in (1, 2)
    assert Account.objects.filter(login_name="neuer").count() <= 1
    assert Account.objects.filter(person=li).count() == 1


def test_whoever_is_barred_while_logging_in_ends_outside(district: Cast) -> None:
    li = district.li.account
    for _ in range(3):
        results = at_once(
            *(lambda: log_in("li"),) * 3,
            lambda: suspensions.suspend(li, reason="离岗", actor=SYSTEM),
        )
        assert set(refusals(results)) <= {403}
        assert not Session.objects.filter(account=li, ended_at=None).exists()
        suspensions.resume(li, actor=SYSTEM)


def test_an_activation_code_opens_once(district: Cast) -> None:
    lao = district.lao.account
    code = activation.issue_activation_code(lao, actor=SYSTEM)
    found = activation.check_activation_code(login="lao", code=code, address="127.0.0.1")
    results = at_once(
        *(
            lambda: activation.activate(
                found, code_digest=found.activation_code, password="Dianshan-Hu-77", accepted=True
            ),
        )
        * 4
    )
    assert refusals(results) == [409] * 3
    assert Entry.objects.filter(verb="accounts.activated").count() == 1


def test_two_activations_at_once_are_one(district: Cast) -> None:
    lao = district.lao.account
    Account.objects.filter(pk=lao.pk).update(
        activation_expires_at=timezone.now() + datetime.timedelta(days=7)
    )
    activation.send_code(login="lao", address="127.0.0.1")
    code = SmsText.objects.latest("id").text.split("验证码")[1][:6]
    results = at_once(*(lambda: activation.check_code(login="lao", code=code, address="127.0.0.1"),) * 3)
    assert refusals(results) == [422, 422]
    found = next(one for one in results if isinstance(one, Account))
    acts = at_once(
        *(
            lambda: activation.activate(
                found, code_digest=found.activation_code, password="Dianshan-Lake-7", accepted=True
            ),
        )
        * 3
    )
    assert refusals(acts) == [409, 409]
    assert Entry.objects.filter(verb="accounts.activated").count() == 1


def test_expiry_and_login_at_once_leave_nobody_inside(district: Cast) -> None:
    today = timezone.localdate()
    for _ in range(4):
        Account.objects.filter(login_name="temp").update(state="active", expires_on=today)
        at_once(
            lambda: log_in("temp"),
            lambda: str(lifecycle.expire_temporary_accounts(today=today + datetime.timedelta(days=1))),
        )
        assert Account.objects.get(login_name="temp").state == "expired"
        assert not Session.objects.filter(account=district.temp.account, ended_at=None).exists()


def test_one_number_is_bound_to_one_of_two_who_claim_it(district: Cast) -> None:
    number = "13900000888"
    members = ("li", "zhou")
    changes = []
    for login in members:
        actor = district.member(login).principal()
        mobiles.send_code(number, actor=actor)
        code = SmsText.objects.latest("id").text.split("验证码")[1][:6]
        changes.append(mobiles.change_mobile(number, code=code, actor=actor))
        Code.objects.all().delete()  # not to wait a minute for the next
    questions = [Verification.objects.get(mobile_change=change, outcome="") for change in changes]
    at_once(
        *(
            lambda question=question: verification.settle(question, Answer(Verification.Outcome.PASSED))
            for question in questions
        )
    )
    states = sorted(MobileChange.objects.values_list("state", flat=True))
    assert states == ["done", "failed"]
    numbers = [Account.objects.get(login_name=login).person.mobile for login in members]
    assert numbers.count(number) == 1


def test_a_question_is_settled_once(district: Cast) -> None:
    verification.request(district.li.account, actor=SYSTEM)  # the job finds no service: it is open again
    question = Verification.objects.get(account=district.li.account, outcome="")
    at_once(*(lambda: verification.settle(question, Answer(Verification.Outcome.PASSED)),) * 4)
    assert Entry.objects.filter(verb="accounts.verified").count() == 1
