"""Changing one's own mobile number: code, release by who had it, real-name check, then bound."""

import pytest

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.platform.accounts import hooks
from yiwang.platform.accounts.actions import lifecycle, mobiles, verification
from yiwang.platform.accounts.gateways.realname_simulator import Simulator
from yiwang.platform.accounts.models import Account, MobileChange, Verification
from yiwang.platform.accounts.queries import accounts
from yiwang.platform.accounts.tests.conftest import Phone
from yiwang.platform.accounts.tests.factories import newcomer
from yiwang.platform.org.actions import corrections
from yiwang.platform.org.models import Person

pytestmark = pytest.mark.django_db

OLD, NEW = "13900000007", "13900000777"


@pytest.fixture
def passing(cast: Cast, realname_service: Simulator) -> Cast:
    """li's number lets him pass the simulator."""
    person = cast.li.person
    person.id_number = "310199199007070077"[:17] + "1"
    person.save()
    return cast


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which moments were announced."""
    found: list[str] = []
    for name in ("changed", "refused", "wanted"):
        hook = getattr(hooks, f"mobile_{name}")
        monkeypatch.setattr(hook, "_handlers", [lambda name=name, **moment: found.append(name)])
    return found


def begin(cast: Cast, phone: Phone, login: str = "li", mobile: str = NEW) -> MobileChange:
    actor = cast.member(login).principal()
    number = mobiles.send_code(mobile, actor=actor)
    return mobiles.change_mobile(mobile, code=phone.codes[number, mobiles.PURPOSE], actor=actor)


def ask(change: MobileChange) -> MobileChange:
    verification.ask(Verification.objects.get(mobile_change=change, outcome="").pk)
    change.refresh_from_db()
    return change


def mobile_of(cast: Cast, login: str) -> str:
    mobile: str = Person.objects.get(pk=cast.member(login).person.pk).mobile
    return mobile


def test_code_then_check_then_bound_and_logged_masked(passing: Cast, phone: Phone, heard: list[str]) -> None:
    """Acceptance 6: a code to the new number, the real-name check again, both numbers masked in the log."""
    change = begin(passing, phone, mobile="139 0000 0777")
    assert change.state == "verifying" and mobile_of(passing, "li") == OLD
    assert ask(change).state == "done"
    assert mobile_of(passing, "li") == NEW and accounts.by_login(NEW) == passing.li.account
    line = Entry.objects.filter(verb="accounts.mobile_changed").latest("id")
    assert line.changed_fields == {"mobile": ["139****0007", "139****0777"]}
    for entry in Entry.objects.all():
        assert NEW not in str(entry.changed_fields) and OLD not in str(entry.changed_fields)
    assert Account.objects.get(pk=passing.li.account.pk).verification == "passed"
    assert heard == ["changed"]


def test_a_wrong_code_changes_nothing(passing: Cast, phone: Phone) -> None:
    actor = passing.li.principal()
    mobiles.send_code(NEW, actor=actor)
    with pytest.raises(Refused) as refused:
        mobiles.change_mobile(NEW, code="abcdef", actor=actor)
    assert refused.value.fields == {"code": "验证码不正确或已过期"}
    assert not MobileChange.objects.exists() and mobile_of(passing, "li") == OLD


@pytest.mark.parametrize(
    ("mobile", "words"), [("139", "手机号码格式不正确，应为11位数字"), (OLD, "新手机号码与现号码相同")]
)
def test_numbers_that_are_refused(passing: Cast, mobile: str, words: str, phone: Phone) -> None:
    with pytest.raises(Refused) as refused:
        mobiles.send_code(mobile, actor=passing.li.principal())
    assert refused.value.fields == {"mobile": words}


def test_who_does_not_pass_keeps_his_number(passing: Cast, phone: Phone, heard: list[str]) -> None:
    change = ask(begin(passing, phone, mobile="13900010000"))
    assert (change.state, change.failure) == ("failed", "手机号码与本人身份信息不一致（实名认证未通过）")
    assert mobile_of(passing, "li") == OLD
    account = Account.objects.get(pk=passing.li.account.pk)
    assert (account.state, account.verification) == ("active", "passed")
    assert heard == ["refused"]


def test_a_broken_service_lets_it_wait(passing: Cast, settings: object, phone: Phone) -> None:
    change = begin(passing, phone)
    settings.REALNAME_URL = ""  # type: ignore[attr-defined]
    assert ask(change).state == "verifying"
    again = Verification.objects.get(mobile_change=change, outcome="")
    assert again.attempt == 2 and mobile_of(passing, "li") == OLD
    for _ in range(8):
        verification.ask_due(now=Verification.objects.get(mobile_change=change, outcome="").next_at)
    change.refresh_from_db()
    assert (change.state, change.failure) == ("failed", "认证服务暂时不可用")


def test_a_number_in_use_needs_both_confirmations(passing: Cast, phone: Phone, heard: list[str]) -> None:
    wangs = mobile_of(passing, "wang")
    change = begin(passing, phone, mobile=wangs)
    assert change.state == "holder" and change.holder == passing.wang.account
    assert not Verification.objects.filter(mobile_change=change).exists()
    assert heard == ["wanted"]
    with pytest.raises(Refused) as refused:
        mobiles.release(change.pk, actor=passing.zhou.principal())
    assert refused.value.status == 404
    mobiles.release(change.pk, actor=passing.wang.principal())
    assert mobile_of(passing, "wang") == wangs  # released only when the other was verified
    assert ask(change).state == "done"
    assert mobile_of(passing, "li") == wangs and mobile_of(passing, "wang") == ""
    assert accounts.by_login(wangs) == passing.li.account


def test_an_administrator_confirms_for_who_cannot(passing: Cast, phone: Phone) -> None:
    change = begin(passing, phone, mobile=mobile_of(passing, "wang"))
    released = mobiles.release(change.pk, actor=passing.gu.principal())
    assert released.released_by_name == "顾怀恩" and released.state == "verifying"


def test_the_applicant_cannot_confirm_for_the_other(passing: Cast, phone: Phone) -> None:
    lis = mobile_of(passing, "li")
    change = begin(passing, phone, "qian", mobile=lis)
    with pytest.raises(Refused) as refused:
        mobiles.release(change.pk, actor=passing.qian.principal())
    assert refused.value.message == "不能由申请人本人确认"
    assert MobileChange.objects.get(pk=change.pk).state == "holder"


def test_the_holder_keeps_it(passing: Cast, phone: Phone) -> None:
    wangs = mobile_of(passing, "wang")
    change = begin(passing, phone, mobile=wangs)
    mobiles.refuse(change.pk, actor=passing.wang.principal())
    change.refresh_from_db()
    assert (change.state, change.failure) == ("refused", "原绑定人仍在使用该号码")
    with pytest.raises(Refused) as late:
        mobiles.release(change.pk, actor=passing.wang.principal())
    assert late.value.status == 409
    assert mobile_of(passing, "wang") == wangs


def test_one_at_a_time_and_one_may_call_it_off(passing: Cast, phone: Phone) -> None:
    change = begin(passing, phone)
    with pytest.raises(Refused) as refused:
        mobiles.send_code("13900000778", actor=passing.li.principal())
    assert refused.value.message == "已有一项更换手机号码正在办理，请先取消"
    with pytest.raises(Refused) as foreign:
        mobiles.cancel(change.pk, actor=passing.wang.principal())
    assert foreign.value.status == 404
    mobiles.cancel(change.pk, actor=passing.li.principal())
    assert Verification.objects.get(mobile_change=change).outcome == "superseded"
    with pytest.raises(Refused):
        mobiles.cancel(change.pk, actor=passing.li.principal())


def test_an_answer_after_the_cancellation_binds_nothing(passing: Cast, phone: Phone) -> None:
    change = begin(passing, phone)
    question = Verification.objects.get(mobile_change=change)
    mobiles.cancel(change.pk, actor=passing.li.principal())
    verification.ask(question.pk)
    assert mobile_of(passing, "li") == OLD


def test_somebody_who_got_the_number_meanwhile_keeps_it(passing: Cast, phone: Phone) -> None:
    change = begin(passing, phone)
    lifecycle.open_account(
        newcomer(passing, mobile=NEW), login_name="xin", kind="user", is_verified=True, actor=SYSTEM
    )
    assert ask(change).state == "failed"
    assert MobileChange.objects.get(pk=change.pk).failure == "该手机号码已绑定账号：新**（朱家角镇）"
    assert mobile_of(passing, "li") == OLD


def test_temporary_accounts_do_not_change_it_themselves(passing: Cast, phone: Phone) -> None:
    with pytest.raises(Refused) as refused:
        mobiles.send_code(NEW, actor=passing.temp.principal())
    assert refused.value.status == 403


def test_no_account_is_opened_on_somebody_elses_number(cast: Cast) -> None:
    person = newcomer(cast, mobile=OLD)
    with pytest.raises(Refused) as refused:
        lifecycle.open_account(person, login_name="xin", kind="user", actor=SYSTEM)
    assert refused.value.fields == {"mobile": "该手机号码已绑定账号：李*（朱家角镇）"}
    assert accounts.living_of(person.pk) is None


def test_a_correction_by_the_unit_has_him_checked_again(cast: Cast) -> None:
    corrections.correct_person(cast.li.person, facts={"mobile": "13900000770"}, actor=SYSTEM)
    question = Verification.objects.get(account=cast.li.account)
    assert (question.reason, question.mobile_change) == ("change", None)
    with pytest.raises(Refused) as refused:
        corrections.correct_person(cast.wang.person, facts={"mobile": "13900000770"}, actor=SYSTEM)
    assert "李*" in refused.value.fields["mobile"] and mobile_of(cast, "wang") == "13900000009"


def test_a_correction_overtakes_a_change_of_number(passing: Cast, phone: Phone) -> None:
    change = begin(passing, phone)
    corrections.correct_person(passing.li.person, facts={"mobile": "13900000770"}, actor=SYSTEM)
    change.refresh_from_db()
    assert (change.state, change.failure) == ("cancelled", "人员信息已变更")


def test_other_facts_ask_nobody(cast: Cast) -> None:
    corrections.correct_person(cast.li.person, facts={"room": "302"}, actor=SYSTEM)
    assert not Verification.objects.filter(account=cast.li.account).exists()
