"""Opening, activating, suspending; passwords; grants (domain reference §2)."""

import datetime

import pytest
from django.utils import timezone

from tests.cast import PASSWORD, Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.errors import Refused
from yiwang.platform.accounts.actions import activation, grants, lifecycle, passwords, sessions, suspensions
from yiwang.platform.accounts.models import Account, Grant
from yiwang.platform.accounts.queries import principals

NEW = "Dianshan-Lake-7"


def activate(cast: Cast, code: str, password: str = NEW) -> Account:
    account = activation.check_activation_code(login="lao", code=code, address="10.0.0.9")
    return activation.activate(account, code_digest=account.activation_code, password=password, accepted=True)


def issue(cast: Cast) -> str:
    return activation.issue_activation_code(cast.lao.account, actor=cast.sun.principal())


def test_activation_from_code_to_login(cast: Cast) -> None:
    account = activate(cast, issue(cast).lower())
    assert account.state == "active" and account.commitment_at is not None
    assert sessions.log_in(login="lao", password=NEW, address="10.0.0.9", agent="test")


def test_code_works_once_and_the_newest_only(cast: Cast) -> None:
    old, new = issue(cast), issue(cast)
    with pytest.raises(Refused):
        activate(cast, old)
    activate(cast, new)
    with pytest.raises(Refused):
        activate(cast, new, password="Another-Lake-8")


def test_code_expires_after_seven_days(cast: Cast) -> None:
    code = issue(cast)
    Account.objects.filter(login_name="lao").update(activation_expires_at=timezone.now())
    with pytest.raises(Refused) as refused:
        activate(cast, code)
    assert refused.value.status == 422


def test_five_wrong_codes_close_the_way(cast: Cast) -> None:
    code = issue(cast)
    for _ in range(5):
        with pytest.raises(Refused):
            activate(cast, "AAAAAAAAAA")
    with pytest.raises(Refused) as refused:
        activate(cast, code)
    assert refused.value.status == 423
    assert Account.objects.get(login_name="lao").state == "inactive"


def test_commitment_is_compulsory(cast: Cast) -> None:
    code = issue(cast)
    account = activation.check_activation_code(login="lao", code=code, address="10.0.0.9")
    with pytest.raises(Refused) as refused:
        activation.activate(account, code_digest=account.activation_code, password=NEW, accepted=False)
    assert refused.value.fields == {"accepted": "请阅读并同意使用承诺书"}
    assert Account.objects.get(login_name="lao").state == "inactive"


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("Short-1", "密码至少10位"),
        ("alllowercase", "至少三种"),
        ("Laoletian-2026", "不能包含"),
        ("X13900000010-y", "不能包含"),
    ],
)
def test_password_rules(cast: Cast, password: str, fault: str) -> None:
    code = issue(cast)
    with pytest.raises(Refused) as refused:
        activate(cast, code, password=password)
    assert fault in refused.value.fields["password"]
    assert Account.objects.get(login_name="lao").state == "inactive"


def test_changed_password_ends_other_sessions_and_is_not_reused(cast: Cast) -> None:
    first = sessions.log_in(login="li", password=PASSWORD, address="10.0.0.9", agent="test")
    second = sessions.log_in(login="li", password=PASSWORD, address="10.0.0.9", agent="test")
    principal = principals.by_token(first)
    assert principal is not None
    passwords.change_password(old=PASSWORD, new=NEW, actor=principal)
    assert principals.by_token(first) is not None and principals.by_token(second) is None
    with pytest.raises(Refused) as refused:
        passwords.change_password(old=NEW, new=NEW, actor=principal)
    assert refused.value.fields == {"new": "不能使用最近5次用过的密码"}
    with pytest.raises(Refused) as wrong:
        passwords.change_password(old="Wrong-Password-1", new="Third-Lake-99", actor=principal)
    assert wrong.value.fields == {"old": "原密码不正确"}


def test_suspension_ends_sessions_at_once(cast: Cast) -> None:
    token = cast.li.token()
    suspensions.suspend(cast.li.account, reason="长期离岗", actor=cast.qian.principal())
    assert principals.by_token(token) is None
    suspensions.resume(cast.li.account, actor=cast.qian.principal())
    assert sessions.log_in(login="li", password=PASSWORD, address="10.0.0.9", agent="test")


def test_administrator_reaches_his_own_unit_only_and_never_himself(cast: Cast) -> None:
    qian = cast.qian.principal()
    for account in (cast.wang.account, cast.qian.account):
        with pytest.raises(Refused) as refused:
            suspensions.suspend(account, reason="试", actor=qian)
        assert refused.value.status == 403
        assert Account.objects.get(pk=account.pk).state == "active"


def test_temporary_account_lasts_at_most_180_days(cast: Cast) -> None:
    today = timezone.localdate()
    Account.objects.filter(login_name="temp").delete()
    with pytest.raises(Refused) as refused:
        lifecycle.open_account(
            cast.temp.person,
            login_name="temp2",
            kind=Account.Kind.TEMPORARY,
            sponsor=cast.qian.person,
            sponsor_unit=cast.units["QP-0301"],
            starts_on=today,
            expires_on=today + datetime.timedelta(days=181),
            actor=SYSTEM,
        )
    assert "180天" in refused.value.fields["expires_on"]


def test_visible_accounts(cast: Cast) -> None:
    def logins(login: str) -> set[str]:
        accounts = Account.objects.visible_to(cast.member(login).principal())
        return set(accounts.values_list("login_name", flat=True))

    assert logins("li") == {"li"}
    assert logins("qian") == {"zhao", "qian", "tang", "li", "zhou", "temp"}
    assert len(logins("sun")) == 15
    assert logins("temp") == set()


def test_grant_takes_effect_and_is_withdrawn(cast: Cast) -> None:
    token, sun = cast.li.token(), cast.sun.principal()
    given = grants.grant(
        cast.li.account, permission="org.manage_unit", unit=cast.units["QP-0301"], actor=sun, reason="任命"
    )
    principal = principals.by_token(token)
    assert principal is not None
    assert principal.allows("org.manage_unit", at=cast.units["QP-0301-01"].path)
    assert not principal.allows("org.manage_unit", at=cast.units["QP-0302"].path)
    grants.withdraw(given, actor=sun, reason="离任")
    principal = principals.by_token(token)
    assert principal is not None and not principal.allows("org.manage_unit")


def test_grants_are_refused(cast: Cast) -> None:
    sun, count = cast.sun.principal(), Grant.objects.count()
    for account, permission, unit, status in (
        (cast.sun.account, "audit.read", None, 403),
        (cast.li.account, "org.manage_unit", None, 422),
        (cast.li.account, "no.such_thing", None, 422),
        (cast.temp.account, "org.manage_tree", None, 422),
        (cast.shen.account, "audit.read", None, 409),
        (cast.li.account, "org.manage_tree", None, 409),
    ):
        with pytest.raises(Refused) as refused:
            grants.grant(account, permission=permission, unit=unit, actor=sun, reason="试")
        assert refused.value.status == status
    with pytest.raises(Refused):
        grants.grant(
            cast.li.account, permission="workdays.manage", unit=None, actor=cast.qian.principal(), reason="试"
        )
    assert Grant.objects.count() == count


def test_grant_outside_its_period_has_no_effect(cast: Cast) -> None:
    token, tomorrow = cast.li.token(), timezone.localdate() + datetime.timedelta(days=1)
    grants.grant(
        cast.li.account,
        permission="workdays.manage",
        unit=None,
        actor=SYSTEM,
        reason="试",
        valid_from=tomorrow,
    )
    principal = principals.by_token(token)
    assert principal is not None and not principal.allows("workdays.manage")
