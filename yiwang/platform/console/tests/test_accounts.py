"""Account administration as the console offers it."""

import datetime
import io

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook

from tests.cast import Cast
from yiwang.kernel.audit.models import Entry
from yiwang.platform.accounts.actions import verification
from yiwang.platform.accounts.gateways.realname_simulator import Simulator
from yiwang.platform.accounts.models import Account, Grant, MobileChange, Verification
from yiwang.platform.accounts.tests.factories import MISMATCH, account_of_newcomer


def as_member(cast: Cast, login: str) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE] = cast.member(login).token()
    return client


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def test_administrators_see_their_own_accounts(cast: Cast) -> None:
    page = text(as_member(cast, "qian").get("/console/accounts/"))
    assert "李四" in page and "陶外包" in page and "王海涛" not in page
    assert "王海涛" in text(as_member(cast, "sun").get("/console/accounts/"))


@pytest.mark.parametrize("login", ["li", "shen", "temp"])
def test_others_do_not_learn_that_it_exists(cast: Cast, login: str) -> None:
    client = as_member(cast, login)
    assert client.get("/console/accounts/").status_code == 404
    assert client.get(f"/console/accounts/{cast.li.account.pk}/").status_code == 404


def test_an_account_elsewhere_is_not_found(cast: Cast) -> None:
    client, wang = as_member(cast, "qian"), cast.wang.account
    assert client.get(f"/console/accounts/{wang.pk}/").status_code == 404
    answer = client.post(f"/console/accounts/{wang.pk}/suspend/", {"reason": "试"})
    assert answer.status_code == 404
    assert Account.objects.get(pk=wang.pk).state == "active"


def test_activation_code_is_shown_once(cast: Cast) -> None:
    client, lao = as_member(cast, "sun"), cast.lao.account
    page = client.post(f"/console/accounts/{lao.pk}/code/")
    assert page.status_code == 200 and "激活码：" in text(page)
    assert "激活码：" not in text(client.get(f"/console/accounts/{lao.pk}/"))


def test_suspend_asks_for_a_reason_and_resume_undoes(cast: Cast) -> None:
    client, li = as_member(cast, "qian"), cast.li.account
    assert client.post(f"/console/accounts/{li.pk}/suspend/", {"reason": " "}).status_code == 422
    assert Account.objects.get(pk=li.pk).state == "active"
    assert client.post(f"/console/accounts/{li.pk}/suspend/", {"reason": "长期离岗"}).status_code == 303
    assert Account.objects.get(pk=li.pk).state == "suspended"
    assert client.post(f"/console/accounts/{li.pk}/resume/").status_code == 303
    assert client.post(f"/console/accounts/{li.pk}/resume/").status_code == 409
    assert client.post(f"/console/accounts/{li.pk}/unlock/").status_code == 409


def test_grant_and_withdraw(cast: Cast) -> None:
    client, li = as_member(cast, "sun"), cast.li.account
    path = f"/console/accounts/{li.pk}/grants/"
    town = str(cast.units["QP-0301"].pk)
    for values in (
        {"permission": "org.manage_unit", "unit_id": "NONE", "reason": "任命"},
        {"permission": "org.manage_unit", "unit_id": "999999", "reason": "任命"},
        {"permission": "org.manage_unit", "unit_id": "", "reason": "任命"},
        {"permission": "", "unit_id": town, "reason": "任命"},
        {"permission": "org.manage_unit", "unit_id": town, "reason": ""},
    ):
        assert client.post(path, values).status_code == 422
    assert not Grant.objects.filter(account=li).exists()
    good = {"permission": "org.manage_unit", "unit_id": town, "reason": "任命"}
    assert client.post(path, good).status_code == 303
    assert client.post(path, good).status_code == 409
    given = Grant.objects.get(account=li)
    assert "管理本单位机构和人员" in text(client.get(f"/console/accounts/{li.pk}/"))
    assert client.post(f"{path}{given.pk}/withdraw/").status_code == 303
    assert Grant.objects.get(pk=given.pk).ended_at is not None


def test_a_unit_typed_but_not_chosen_never_means_the_district(cast: Cast) -> None:
    """Without scripts the name is sent: it is looked for, and what is found is to be chosen from."""
    client, li = as_member(cast, "sun"), cast.li.account
    values = {"permission": "workdays.manage", "unit_id": "", "q": "朱家角", "reason": "任命"}
    answer = client.post(f"/console/accounts/{li.pk}/grants/", values)
    page = text(answer)
    assert answer.status_code == 422 and "请在查找结果中选择机构" in page
    assert f'name="unit_id" value="{cast.units["QP-0301"].pk}"' in page
    assert not Grant.objects.filter(account=li).exists()


def test_only_the_district_grants(cast: Cast) -> None:
    client, li = as_member(cast, "qian"), cast.li.account
    values = {"permission": "org.manage_unit", "unit_id": cast.units["QP-0301"].pk, "reason": "任命"}
    assert client.post(f"/console/accounts/{li.pk}/grants/", values).status_code == 403
    assert not Grant.objects.filter(account=li).exists()


def test_export_needs_a_purpose_and_is_remembered(cast: Cast) -> None:
    client = as_member(cast, "qian")
    assert client.post("/console/accounts/", {"export": "1"}).status_code == 422
    before = Entry.objects.exclude(verb="accounts.administered").count()
    answer = client.post("/console/accounts/", {"export": "1", "purpose": "核对账号"})
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    cells = [
        cell
        for row in CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
        for cell in row
    ]
    assert "李四" in cells and "王海涛" not in cells
    assert any("核对账号" in str(cell) for cell in cells)
    assert Entry.objects.exclude(verb="accounts.administered").count() == before + 1


def test_audit_log_is_for_the_audit_administrator(cast: Cast) -> None:
    assert as_member(cast, "sun").get("/console/audit/").status_code == 404
    shen = as_member(cast, "shen")
    page = shen.get("/console/audit/")
    assert page.status_code == 200 and "登录了平台" in text(page)
    assert Entry.objects.filter(verb="audit.read", actor_name="沈文清").count() == 1
    assert "沈文清" in text(shen.get("/console/audit/?verb=audit.read"))


def test_void_numbers_and_schedules_are_for_the_district(cast: Cast) -> None:
    for path in ("/console/numbers/", "/console/schedules/"):
        assert as_member(cast, "qian").get(path).status_code == 404
        assert as_member(cast, "sun").get(path).status_code == 200


def test_closed_accounts_are_shown_when_asked_for(cast: Cast) -> None:
    Account.objects.filter(pk=cast.li.account.pk).update(state="closed")
    client = as_member(cast, "qian")
    assert "李四" not in text(client.get("/console/accounts/"))
    assert "李四" in text(client.get("/console/accounts/?state=closed"))


def test_a_failed_verification_is_shown_and_asked_for_again(cast: Cast, realname_service: Simulator) -> None:
    account = account_of_newcomer(cast, ending=MISMATCH)
    verification.ask(Verification.objects.get(account=account).pk)
    client = as_member(cast, "qian")
    page = text(client.get(f"/console/accounts/{account.pk}/"))
    assert "姓名与证件号码不一致" in page and "实名认证模拟器" in page and "重新认证" in page
    assert "认证不通过（退回修改）" in text(client.get("/console/accounts/?verification=failed"))
    assert client.post(f"/console/accounts/{account.pk}/verify/").status_code == 303
    assert client.post(f"/console/accounts/{account.pk}/verify/").status_code == 409
    assert "等待认证" in text(client.get(f"/console/accounts/{account.pk}/"))
    assert account.person.id_number not in page


def test_suspension_for_a_period(cast: Cast) -> None:
    client, li = as_member(cast, "qian"), cast.li.account
    first = timezone.localdate() + datetime.timedelta(days=3)
    path = f"/console/accounts/{li.pk}/suspend/"
    wrong = client.post(path, {"reason": "产假", "starts_on": str(first), "ends_on": "2020-01-01"})
    assert wrong.status_code == 422 and "结束时间应晚于开始时间" in text(wrong)
    assert client.post(path, {"reason": "产假", "starts_on": str(first)}).status_code == 303
    page = text(client.get(f"/console/accounts/{li.pk}/"))
    assert "停用登记" in page and str(first) in page and "撤销登记" in page
    assert client.post(f"/console/accounts/{li.pk}/suspension/call-off/").status_code == 303
    assert "撤销登记" not in text(client.get(f"/console/accounts/{li.pk}/"))


def test_only_temporary_accounts_are_closed_here(cast: Cast) -> None:
    client = as_member(cast, "qian")
    li, temp = cast.li.account, cast.temp.account
    assert client.post(f"/console/accounts/{li.pk}/close/", {"reason": "试"}).status_code == 409
    assert client.post(f"/console/accounts/{temp.pk}/close/", {"reason": "合同到期"}).status_code == 303
    assert Account.objects.get(pk=temp.pk).state == "closed"
    assert Account.objects.get(pk=li.pk).state == "active"


def test_an_administrator_confirms_that_a_number_was_given_up(cast: Cast) -> None:
    change = MobileChange.objects.create(
        account=cast.wang.account, mobile=cast.li.person.mobile, state="holder", holder=cast.li.account
    )
    client = as_member(cast, "qian")
    page = text(client.get(f"/console/accounts/{cast.li.account.pk}/"))
    assert "手机号码解除绑定" in page and "139****0007" in page and cast.li.person.mobile not in page
    foreign = client.post(f"/console/accounts/{cast.zhou.account.pk}/mobile/{change.pk}/release/")
    assert foreign.status_code == 404
    assert (
        client.post(f"/console/accounts/{cast.li.account.pk}/mobile/{change.pk}/release/").status_code == 303
    )
    change.refresh_from_db()
    assert (change.state, change.released_by_name) == ("verifying", "钱玉芬")
