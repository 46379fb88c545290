"""What accounts announce and people are told (domain reference §31)."""

import datetime

import pytest
from django.utils import timezone

from tests.cast import PASSWORD, Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.errors import Refused
from yiwang.platform.accounts.actions import (
    lifecycle,
    mobiles,
    roles,
    sessions,
    suspensions,
    temporary,
    verification,
)
from yiwang.platform.accounts.gateways.realname import Answer
from yiwang.platform.accounts.models import Account, Verification
from yiwang.platform.accounts.tests.factories import account_of_newcomer
from yiwang.platform.messages.actions import sms
from yiwang.platform.messages.models import Message, Receipt, SmsText

pytestmark = pytest.mark.django_db

WINDOWS_EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130 Safari/537 Edg/130"
WINDOWS_EDGE_LATER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/131 Safari/537 Edg/131"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604"


def readers(kind: str) -> set[int]:
    return set(Receipt.objects.filter(message__kind=kind).values_list("person_id", flat=True))


def settle(account: Account, outcome: str) -> None:
    verification.settle(Verification.objects.get(account=account, outcome=""), Answer(outcome))


def test_who_passed_is_told_to_activate_by_text_too(cast: Cast) -> None:
    account = account_of_newcomer(cast)
    settle(account, Verification.Outcome.PASSED)
    message = Message.objects.get(kind="accounts.account_opened")
    assert message.title == "您的账号已开通，请在7日内激活"
    assert readers("accounts.account_opened") == {account.person_id}
    sms.text_receivers(message.pk, actor=SYSTEM)
    text = SmsText.objects.get(person=account.person)
    assert "您的账号已开通，请在7日内激活" in text.text and text.mobile == account.person.mobile


def test_who_failed_gets_no_text_but_his_administrators_hear_of_it(cast: Cast) -> None:
    """Acceptance 3: no activation SMS."""
    account = account_of_newcomer(cast)
    settle(account, Verification.Outcome.NAME_MISMATCH)
    assert not Message.objects.filter(kind="accounts.account_opened").exists()
    assert not SmsText.objects.filter(person=account.person).exists()
    message = Message.objects.get(kind="accounts.verification_told")
    assert message.title == "新来福的实名认证未通过：姓名与证件号码不一致"
    assert readers("accounts.verification_told") == {cast.qian.person.pk}


def test_who_is_active_is_not_told_to_activate(cast: Cast) -> None:
    verification.request(cast.li.account, actor=SYSTEM, reason=Verification.Reason.CHANGE)
    settle(cast.li.account, Verification.Outcome.PASSED)
    assert not Message.objects.filter(kind="accounts.account_opened").exists()


def test_a_lock_is_told(cast: Cast) -> None:
    for _ in range(5):
        with pytest.raises(Refused):
            sessions.log_in(login="li", password="Wrong-Password-1", address="10.0.0.9", agent="test")
    assert readers("accounts.account_locked") == {cast.li.person.pk}


def test_a_terminal_not_seen_before_is_told_and_only_that(cast: Cast) -> None:
    def log_in(agent: str) -> None:
        sessions.log_in(login="li", password=PASSWORD, address="10.0.0.9", agent=agent)

    log_in(WINDOWS_EDGE)  # the first one ever is no news
    log_in(WINDOWS_EDGE_LATER)
    assert not Message.objects.filter(kind="accounts.device_appeared").exists()
    log_in(IPHONE)
    log_in(IPHONE)
    message = Message.objects.get(kind="accounts.device_appeared")
    assert "苹果手机" in message.title and message.url == "/me/devices/"


def test_suspension_and_resumption_are_told(cast: Cast) -> None:
    last = timezone.localdate() + datetime.timedelta(days=30)
    suspensions.suspend(cast.li.account, reason="产假", ends_on=last, actor=SYSTEM)
    suspensions.resume(cast.li.account, actor=SYSTEM)
    assert Message.objects.get(kind="accounts.account_suspended").title == f"您的账号已停用至{last}"
    assert readers("accounts.account_resumed") == {cast.li.person.pk}


def test_who_came_back_is_told_though_an_old_account_is_closed(cast: Cast) -> None:
    lifecycle.close(cast.li.account, reason="辞职", actor=SYSTEM)
    account = lifecycle.open_account(cast.li.person, login_name="li", kind="user", actor=SYSTEM)
    settle(account, Verification.Outcome.PASSED)
    assert readers("accounts.account_opened") == {cast.li.person.pk}


def test_the_end_of_a_temporary_account_is_told_to_sponsor_and_vendor(cast: Cast) -> None:
    Account.objects.filter(login_name="temp").update(expires_on=datetime.date(2026, 11, 30))
    both = {cast.temp.person.pk, cast.qian.person.pk}
    for day in (19, 27, 27):
        assert temporary.remind_of_end(today=datetime.date(2026, 11, day)) == 1
    told = Message.objects.filter(kind="accounts.temporary_ending")
    assert told.count() == 2 and all("2026-11-30" in one.title for one in told)
    assert readers("accounts.temporary_ending") == both
    lifecycle.expire_temporary_accounts(today=datetime.date(2026, 12, 1))
    assert readers("accounts.temporary_expired") == both


def test_a_number_in_use_goes_by_real_codes_and_tells_each(cast: Cast) -> None:
    """The codes of this module, whole: sent to the new number, checked once, told to the right people."""
    li, wang = cast.li.principal(), cast.wang.principal()
    mobiles.send_code(cast.wang.person.mobile, actor=li)
    text = SmsText.objects.latest("id")
    assert text.mobile == cast.wang.person.mobile
    code = text.text.split("验证码")[1][:6]
    change = mobiles.change_mobile(cast.wang.person.mobile, code=code, actor=li)
    wanted = Message.objects.get(kind="accounts.mobile_wanted")
    assert readers("accounts.mobile_wanted") == {cast.wang.person.pk}
    assert "139****0009" in wanted.title and cast.wang.person.mobile not in wanted.title
    mobiles.release(change.pk, actor=wang)
    settle(cast.li.account, Verification.Outcome.PASSED)
    changed = Message.objects.get(kind="accounts.mobile_changed")
    assert changed.title == "您的手机号码已由139****0007更换为139****0009"
    assert readers("accounts.mobile_changed") == {cast.li.person.pk}
    sms.text_receivers(changed.pk, actor=SYSTEM)
    assert SmsText.objects.get(message=changed).mobile == "13900000009"


def test_a_number_that_does_not_pass_is_told(cast: Cast) -> None:
    li = cast.li.principal()
    mobiles.send_code("13900000777", actor=li)
    code = SmsText.objects.latest("id").text.split("验证码")[1][:6]
    mobiles.change_mobile("13900000777", code=code, actor=li)
    settle(cast.li.account, Verification.Outcome.MOBILE_MISMATCH)
    told = Message.objects.get(kind="accounts.mobile_refused")
    assert told.title == "您的手机号码未更换：手机号码与本人身份信息不一致（实名认证未通过）"


def test_a_role_is_told_to_who_gets_and_loses_it(cast: Cast) -> None:
    given = roles.grant_role(
        cast.li.account,
        role="accounts.clerk",
        unit=cast.units["QP-0301"],
        actor=cast.qian.principal(),
        reason="分工调整",
    )
    message = Message.objects.get(kind="accounts.role_granted")
    assert message.title == "您已担任文秘（收发员）（朱家角镇）"
    roles.withdraw_role(given, actor=cast.qian.principal(), reason="另有任用")
    message = Message.objects.get(kind="accounts.role_ended")
    assert (message.title, message.summary) == ("您不再担任文秘（收发员）（朱家角镇）", "另有任用")
    assert readers("accounts.role_granted") == readers("accounts.role_ended") == {cast.li.person.pk}


def test_an_appointment_is_told_to_who_may_confirm_it(cast: Cast) -> None:
    given = roles.grant_role(
        cast.li.account,
        role="accounts.system_administrator",
        unit=None,
        actor=cast.sun.principal(),
        reason="任命",
        basis="青政务〔2026〕8号",
    )
    message = Message.objects.get(kind="accounts.role_proposed")
    assert message.title == "请确认任命：李四拟任系统管理员"
    assert message.summary == "任命文件：青政务〔2026〕8号，提请人：孙建国"
    assert message.url == f"/console/roles/{given.pk}/"
    assert readers("accounts.role_proposed") == {cast.luo.person.pk, cast.an.person.pk}
    assert not readers("accounts.role_granted"), "not before it is confirmed"
    roles.refuse_role(given, actor=cast.an.principal(), reason="人选未定")
    assert readers("accounts.role_refused") == {cast.sun.person.pk}
    assert not readers("accounts.role_ended"), "what never was in force did not end"
