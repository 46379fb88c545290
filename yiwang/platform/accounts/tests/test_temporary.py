"""Temporary accounts: opened, extended, reminded of, ended at 24:00 (domain reference §2, acceptance 4)."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import PASSWORD, Cast, with_check_digit
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.errors import Refused
from yiwang.platform.accounts import hooks
from yiwang.platform.accounts.actions import lifecycle, sessions, temporary
from yiwang.platform.accounts.models import Account, Verification
from yiwang.platform.accounts.queries import principals
from yiwang.platform.org.models import Person

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
USCC = "91310118MA1JX1236L"


def open_one(cast: Cast, **changes: Any) -> Account:
    today = timezone.localdate()
    values: dict[str, Any] = {
        "sponsor_unit": cast.units["QP-0301"],
        "sponsor": cast.li.person,
        "vendor_name": "上海示例软件有限公司",
        "vendor_uscc": USCC,
        "name": "卫外包",
        "id_kind": "citizen",
        "id_number": with_check_digit("31019919960606021"),
        "mobile": "13900000201",
        "purpose": "防汛应用联调",
        "applications": "防汛值班应用（测试环境）",
        "starts_on": today,
        "expires_on": today + 30 * DAY,
        "actor": cast.qian.principal(),
    }
    return temporary.open_temporary(**(values | changes))


def test_it_is_opened_for_a_person_without_a_post(cast: Cast) -> None:
    account = open_one(cast)
    assert (account.kind, account.state, account.login_name) == ("temporary", "unverified", "ls-weiwaibao")
    assert account.person.category == Person.Category.EXTERNAL and account.person.unit is None
    assert account.sponsor == cast.li.person and account.vendor_uscc == USCC
    assert Verification.objects.get(account=account).outcome == ""


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"vendor_uscc": "91310118MA1JX1236X"}, "vendor_uscc", "统一社会信用代码校验位错误"),
        ({"vendor_name": " "}, "vendor_name", "请填写服务商名称"),
        ({"purpose": ""}, "purpose", "请填写用途"),
        ({"applications": ""}, "applications", "请填写应用名称"),
        ({"id_number": "310199199606060219"}, "id_number", "身份证号码校验位错误"),
        ({"mobile": "1390"}, "mobile", "手机号码格式不正确，应为11位数字"),
        ({"mobile": "13900000009"}, "mobile", "该手机号码已绑定账号：王**（徐泾镇）"),
        ({"expires_on": 181}, "expires_on", "临时账号有效期不能超过180天"),
        ({"expires_on": -1}, "expires_on", "结束时间应晚于开始时间"),
        ({"sponsor": "wang"}, "sponsor", "接入联系人应为接入单位账号正常的工作人员"),
        ({"sponsor": "temp"}, "sponsor", "接入联系人应为接入单位账号正常的工作人员"),
    ],
)
def test_what_is_refused(cast: Cast, changes: dict[str, Any], field: str, words: str) -> None:
    count, people = Account.objects.count(), Person.objects.count()
    if "sponsor" in changes:
        changes = {"sponsor": cast.member(changes["sponsor"]).person}
    if isinstance(changes.get("expires_on"), int):
        changes = {"expires_on": timezone.localdate() + changes["expires_on"] * DAY}
    with pytest.raises(Refused) as refused:
        open_one(cast, **changes)
    assert refused.value.fields == {field: words}
    assert (Account.objects.count(), Person.objects.count()) == (count, people)


def test_no_administrator_of_another_unit(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        open_one(cast, actor=cast.gu.principal())
    assert refused.value.status == 403


def test_a_civil_servant_gets_none(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        open_one(cast, id_number=cast.wang.person.id_number, mobile="13900000202")
    assert (refused.value.status, refused.value.message) == (409, "该人员为本区工作人员，请使用本人账号")


def test_one_at_a_time_and_a_new_one_after_the_end(cast: Cast) -> None:
    first = open_one(cast)
    with pytest.raises(Refused) as refused:
        open_one(cast)
    assert refused.value.message == "该人员已有临时账号，请办理延期"
    later = timezone.localdate() + 31 * DAY
    assert lifecycle.expire_temporary_accounts(today=later) == 1
    second = open_one(cast)
    first.refresh_from_db()
    assert first.state == "closed" and second.person == first.person and second.login_name == "ls-weiwaibao2"


def extend(cast: Cast, days: int, **more: Any) -> Account:
    account = Account.objects.get(pk=cast.temp.account.pk)
    assert account.starts_on is not None
    return temporary.extend_temporary(
        account, expires_on=account.starts_on + days * DAY, reason="联调未完成", **{"actor": SYSTEM, **more}
    )


def test_extension_to_180_days_from_the_first(cast: Cast) -> None:
    assert extend(cast, 180).expires_on == timezone.localdate() + 180 * DAY
    for days, words in ((180, "延期后的结束日期应晚于原结束日期"), (181, "自启用之日起不能超过180天")):
        with pytest.raises(Refused) as refused:
            extend(cast, days)
        assert words in refused.value.fields["expires_on"]
    with pytest.raises(Refused) as foreign:
        extend(cast, 180, actor=cast.gu.principal())
    assert foreign.value.status == 403


def test_one_just_expired_lives_again(cast: Cast) -> None:
    today = timezone.localdate()
    Account.objects.filter(login_name="temp").update(
        starts_on=today - 20 * DAY, expires_on=today - DAY, state="expired"
    )
    with pytest.raises(Refused) as past:
        extend(cast, 19)
    assert past.value.fields
    assert extend(cast, 40).state == "active"
    lifecycle.close(cast.temp.account, reason="结束", actor=SYSTEM)
    with pytest.raises(Refused) as closed:
        extend(cast, 50)
    assert closed.value.message == "当前状态为“已注销”，不能执行“延期”"


def test_only_temporary_accounts_are_extended(cast: Cast) -> None:
    with pytest.raises(Refused):
        temporary.extend_temporary(
            cast.li.account, expires_on=timezone.localdate(), reason="试", actor=SYSTEM
        )


def test_at_24_00_it_is_over(cast: Cast) -> None:
    """Acceptance 4: ending 2026-11-30, the clock passes 24:00."""
    token, last = cast.temp.token(), datetime.date(2026, 11, 30)
    Account.objects.filter(login_name="temp").update(starts_on=datetime.date(2026, 11, 1), expires_on=last)
    assert lifecycle.expire_temporary_accounts(today=last) == 0
    assert principals.by_token(token) is not None
    assert lifecycle.expire_temporary_accounts(today=last + DAY) == 1
    assert principals.by_token(token) is None
    with pytest.raises(Refused) as refused:
        sessions.log_in(login="temp", password=PASSWORD, address="10.0.0.9", agent="test")
    assert (refused.value.status, refused.value.code) == (403, "E-AUTH-03")
    assert refused.value.message == "临时账号已到期，请联系接入单位管理员"


def test_before_the_clock_has_come_the_login_is_refused_all_the_same(cast: Cast) -> None:
    yesterday = timezone.localdate() - DAY
    Account.objects.filter(login_name="temp").update(starts_on=yesterday, expires_on=yesterday)
    with pytest.raises(Refused) as refused:
        sessions.log_in(login="temp", password=PASSWORD, address="10.0.0.9", agent="test")
    assert refused.value.code == "E-AUTH-03"


def test_before_its_first_day_nobody_enters(cast: Cast) -> None:
    tomorrow = timezone.localdate() + DAY
    Account.objects.filter(login_name="temp").update(starts_on=tomorrow)
    with pytest.raises(Refused) as refused:
        sessions.log_in(login="temp", password=PASSWORD, address="10.0.0.9", agent="test")
    assert refused.value.message == f"临时账号自{tomorrow}起可以使用"


def test_reminders_seven_working_days_and_one_before(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """2026-11-30 is a Monday: seven working days before is Thursday the 19th, one is Friday the 27th."""
    heard: list[int] = []
    announce = [lambda account, workdays: heard.append(workdays)]
    monkeypatch.setattr(hooks.temporary_ending, "_handlers", announce)
    Account.objects.filter(login_name="temp").update(expires_on=datetime.date(2026, 11, 30))
    days = [datetime.date(2026, 11, day) for day in range(16, 31)]
    assert [day.day for day in days if temporary.remind_of_end(today=day)] == [19, 27]
    assert heard == [7, 1]
