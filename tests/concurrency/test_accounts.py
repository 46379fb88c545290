"""Accounts under many hands: five guesses are five, a right is given once, the barred stay outside."""

import pytest

from tests import cast as the_cast
from tests.cast import PASSWORD, Cast
from tests.concurrency.crowd import at_once, refusals
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.platform.accounts.actions import grants, lifecycle, sessions
from yiwang.platform.accounts.models import Account, Grant, LoginAttempt, Session

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
            lambda: lifecycle.suspend(li, reason="离岗", actor=SYSTEM),
        )
        assert set(refusals(results)) <= {403}
        assert not Session.objects.filter(account=li, ended_at=None).exists()
        lifecycle.resume(li, actor=SYSTEM)


def test_an_activation_code_opens_once(district: Cast) -> None:
    lao = district.lao.account
    code = lifecycle.issue_activation_code(lao, actor=SYSTEM)
    found = lifecycle.check_activation_code(login="lao", code=code, address="127.0.0.1")
    results = at_once(
        *(
            lambda: lifecycle.activate(
                found, code_digest=found.activation_code, password="Dianshan-Hu-77", accepted=True
            ),
        )
        * 4
    )
    assert refusals(results) == [409] * 3
    assert Entry.objects.filter(verb="accounts.activated").count() == 1
