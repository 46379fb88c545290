"""Work lists and reports about accounts: each in its own reach, none a ranking."""

import datetime

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.accounts.actions import verification
from yiwang.platform.accounts.gateways.realname_simulator import Simulator
from yiwang.platform.accounts.models import Account, Verification
from yiwang.platform.accounts.tests.factories import BROKEN, account_of_newcomer, newcomer
from yiwang.platform.console.queries import account_lists as lists
from yiwang.platform.org.models import Person

pytestmark = pytest.mark.django_db


def page(cast: Cast, login: str, address: str) -> str:
    client = Client()
    client.cookies[settings.SESSION_COOKIE] = cast.member(login).token()
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_who_has_not_activated_is_a_work_list_of_his_own_unit(cast: Cast) -> None:
    newcomer(cast)  # entered, without an account yet
    assert "劳乐天" in page(cast, "gu", "/console/accounts/not-activated/")
    qian = page(cast, "qian", "/console/accounts/not-activated/")
    assert "新来福" in qian and "未开通" in qian and "劳乐天" not in qian
    sun = page(cast, "sun", "/console/accounts/not-activated/")
    assert "劳乐天" not in sun and "新来福" not in sun
    filtered = page(cast, "qian", "/console/accounts/not-activated/?state=inactive")
    assert "新来福" not in filtered


def test_the_district_has_the_total(cast: Cast) -> None:
    district, town = lists.activation(cast.sun.principal()), lists.activation(cast.gu.principal())
    assert district.missing == 1 and district.should == Person.objects.filter(category="established").count()
    assert town.missing == 1 and town.should < district.should
    assert lists.activation(cast.qian.principal()).missing == 0


@pytest.mark.parametrize("status", ["retired", "on_leave"])
def test_only_who_is_in_office_should_have_activated(cast: Cast, status: str) -> None:
    before = lists.activation(cast.gu.principal()).should
    Person.objects.filter(pk=cast.lao.person.pk).update(status=status)
    after = lists.activation(cast.gu.principal())
    assert (after.should, after.missing) == (before - 1, 0)


def test_temporary_accounts_with_their_end(cast: Cast) -> None:
    today = timezone.localdate()
    text = page(cast, "qian", "/console/accounts/temporary/")
    assert "陶外包" in text and "上海示例软件有限公司" in text and "剩余" in text
    assert "陶外包" not in page(cast, "gu", "/console/accounts/temporary/")
    Account.objects.filter(login_name="temp").update(expires_on=today)
    assert "今日到期" in page(cast, "qian", "/console/accounts/temporary/?mark=ending")
    Account.objects.filter(login_name="temp").update(
        state="expired", expires_on=today - datetime.timedelta(days=1)
    )
    assert "已结束" in page(cast, "qian", "/console/accounts/temporary/")


def test_unused_for_ninety_days(cast: Cast) -> None:
    now = timezone.now()
    user = cast.qian.principal()
    long_ago = now - datetime.timedelta(days=91)
    assert not lists.unused(user).exists()
    Account.objects.filter(login_name="li").update(last_login=long_ago)
    Account.objects.filter(login_name="zhou").update(last_login=None, activated_at=long_ago)
    Account.objects.filter(login_name="wang").update(last_login=long_ago)
    assert set(lists.unused(user).values_list("login_name", flat=True)) == {"li", "zhou"}
    assert "激活后未登录" in page(cast, "qian", "/console/accounts/unused/")
    Account.objects.filter(login_name="li").update(last_login=now - datetime.timedelta(days=89))
    Account.objects.filter(login_name="zhou").update(state="suspended")
    assert not lists.unused(user).exists()


def test_verifications_with_the_simulators_mark(cast: Cast, realname_service: Simulator) -> None:
    account = account_of_newcomer(cast, ending=BROKEN)
    verification.ask(Verification.objects.get(account=account).pk)
    text = page(cast, "qian", "/console/accounts/verifications/?standing=waiting")
    assert "实名认证模拟器" in text and "认证服务暂时不可用" in text and "等待认证" in text
    assert account.person.id_number not in text and account.person.mobile not in text
    assert "新来福" not in page(cast, "gu", "/console/accounts/verifications/")
    verification.request(account, actor=SYSTEM)
    assert lists.verifications(cast.qian.principal()).filter(outcome="superseded").count() == 0


def test_the_report_counts_by_type_and_state(cast: Cast) -> None:
    numbers = lists.by_kind_and_state(cast.qian.principal())
    own = Account.objects.visible_to(cast.qian.principal())
    assert sum(numbers.values()) == own.count() and numbers["temporary", "active"] == 1
    text = page(cast, "sun", "/console/accounts/report/")
    assert "按类型和状态" in text and "不按单位排名" in text and "徐泾镇" not in text
