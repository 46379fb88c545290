"""Activation by a code by SMS; the administrator's code is in test_lifecycle."""

import datetime

import pytest
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.errors import Refused
from yiwang.platform.accounts.actions import activation
from yiwang.platform.accounts.models import Account, LoginAttempt
from yiwang.platform.accounts.tests.conftest import Phone

pytestmark = pytest.mark.django_db

NEW = "Dianshan-Lake-7"
ADDRESS = "10.0.0.9"


@pytest.fixture
def lao(cast: Cast, phone: Phone) -> Account:
    """Verified, told to activate, three days ago."""
    Account.objects.filter(login_name="lao").update(
        activation_expires_at=timezone.now() + datetime.timedelta(days=4)
    )
    account: Account = cast.lao.account
    return account


def send(login: str = "lao") -> None:
    activation.send_code(login=login, address=ADDRESS)


def check(code: str, login: str = "lao") -> Account:
    return activation.check_code(login=login, code=code, address=ADDRESS)


@pytest.mark.parametrize("login", ["lao", "13900000010"])
def test_from_the_text_to_the_password(lao: Account, login: str, phone: Phone) -> None:
    send(login)
    account = check(phone.last(), login)
    activation.activate(account, code_digest=account.activation_code, password=NEW, accepted=True)
    account.refresh_from_db()
    assert account.state == "active" and account.activation_code == ""


def test_a_code_works_once(lao: Account, phone: Phone) -> None:
    send()
    code = phone.last()
    account = check(code)
    with pytest.raises(Refused) as again:
        check(code)
    assert again.value.fields == {"code": "验证码不正确或已过期"}
    activation.activate(account, code_digest=account.activation_code, password=NEW, accepted=True)
    with pytest.raises(Refused) as twice:
        activation.activate(account, code_digest=account.activation_code, password=NEW, accepted=True)
    assert twice.value.status == 409


def test_proving_by_text_voids_the_administrators_code(cast: Cast, lao: Account, phone: Phone) -> None:
    code = activation.issue_activation_code(lao, actor=cast.sun.principal())
    send()
    check(phone.last())
    with pytest.raises(Refused):
        activation.check_activation_code(login="lao", code=code, address=ADDRESS)


@pytest.mark.parametrize("login", ["nobody", "li", "13912345678"])
def test_the_answer_does_not_tell_whether_there_is_an_account(lao: Account, login: str, phone: Phone) -> None:
    texts = phone.sent
    send(login)
    assert phone.sent == texts
    with pytest.raises(Refused) as soon:
        send(login)
    assert (soon.value.status, soon.value.message) == (429, "请60秒后再试")
    with pytest.raises(Refused) as wrong:
        check("000000", login)
    assert wrong.value.fields == {"code": "验证码不正确或已过期"}


def test_five_wrong_codes_close_the_way(lao: Account, phone: Phone) -> None:
    send()
    code = phone.last()
    wrong = "111111" if code != "111111" else "222222"
    for _ in range(5):
        with pytest.raises(Refused):
            check(wrong)
    with pytest.raises(Refused) as refused:
        check(code)
    assert refused.value.status == 423


def test_after_seven_days_the_way_is_closed(lao: Account, phone: Phone) -> None:
    Account.objects.filter(pk=lao.pk).update(activation_expires_at=timezone.now())
    texts = phone.sent
    send()
    assert phone.sent == texts
    with pytest.raises(Refused):
        check("000000")


def test_one_address_cannot_ask_for_ever(lao: Account) -> None:
    now = timezone.now()
    LoginAttempt.objects.bulk_create(
        LoginAttempt(login_digest=b"x" * 32, address=ADDRESS, succeeded=False, at=now) for _ in range(30)
    )
    for act in (send, lambda: check("000000")):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.status == 429


def test_nothing_is_activated_without_a_proof(lao: Account) -> None:
    with pytest.raises(Refused):
        activation.activate(lao, code_digest="", password=NEW, accepted=True)
    lao.refresh_from_db()
    assert lao.state == "inactive"
