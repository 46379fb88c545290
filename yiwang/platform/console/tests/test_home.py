"""The console's first page: what waits, for whom, and never for others."""

import datetime

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.extension.worklists import MOST, WorkList, worklists
from yiwang.platform.accounts.models import Account
from yiwang.platform.console.queries import home


def as_member(cast: Cast, login: str) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE] = cast.member(login).token()
    return client


def numbers(cast: Cast, login: str) -> dict[str, int]:
    groups = home.waiting_for(cast.member(login).principal())
    return {one.work.key: one.number for _, entries in groups for one in entries}


def test_everybody_counts_within_his_own_branch(cast: Cast) -> None:
    """lao of 徐泾镇 is not activated: a work of that town's administrator and of nobody else."""
    assert numbers(cast, "gu")["console.inactive_accounts"] == 1
    assert numbers(cast, "sun")["console.inactive_accounts"] == 0
    assert numbers(cast, "qian")["console.inactive_accounts"] == 0


def test_the_office_director_enters_and_finds_what_is_his(cast: Cast) -> None:
    """tang reviews and countersigns in 朱家角镇: his work lists, not the accounts' and not the tree's."""
    found = numbers(cast, "tang")
    assert {"changes.handovers_to_countersign", "changes.operations_failed"} <= set(found)
    assert not {key for key in found if key.startswith("console.")}
    tang = as_member(cast, "tang")
    page = tang.get("/console/").content.decode()
    assert "管理范围：朱家角镇及下级机构" in page and "账号管理" not in page and "审计日志" not in page
    for _, entries in home.waiting_for(cast.tang.principal()):
        assert {tang.get(one.url).status_code for one in entries} == {200}
    closed = ("accounts/", "tree/", "people/", "roles/", "audit/", "codes/", "workdays/", "reports/units/")
    assert {tang.get(f"/console/{one}").status_code for one in closed} == {404}


def test_units_in_which_nobody_can_act_as_administrator(cast: Cast) -> None:
    """区委办公室 and 区数据局 have none; a suspended one is as good as none; the list shows exactly these."""
    key = "console.units_without_administrator"
    before = numbers(cast, "sun")[key]
    assert numbers(cast, "qian")[key] == 0
    Account.objects.filter(pk=cast.gu.account.pk).update(state=Account.State.SUSPENDED)
    assert numbers(cast, "sun")[key] == before + 1
    page = as_member(cast, "sun").get("/console/reports/unit-checks/?lack=administrator").content.decode()
    assert "徐泾镇" in page and "缺分级管理员" in page and "朱家角镇" not in page.split("<tbody>")[1]


def test_who_has_no_right_to_a_list_does_not_see_it(cast: Cast) -> None:
    assert "console.inactive_accounts" not in numbers(cast, "shen")


def test_locked_and_ending_accounts(cast: Cast) -> None:
    now = timezone.now()
    Account.objects.filter(pk=cast.li.account.pk).update(locked_until=now + datetime.timedelta(minutes=30))
    Account.objects.filter(pk=cast.zhou.account.pk).update(locked_until=now - datetime.timedelta(minutes=1))
    soon = timezone.localdate() + datetime.timedelta(days=home.SOON_DAYS)
    Account.objects.filter(pk=cast.temp.account.pk).update(expires_on=soon)
    counted = numbers(cast, "qian")
    assert counted["console.locked_accounts"] == 1
    assert counted["console.expiring_accounts"] == 1


@pytest.mark.parametrize("work", list(worklists), ids=lambda work: work.key)
def test_each_number_leads_to_as_many_rows(work: WorkList, cast: Cast) -> None:
    """A work list and the screen it leads to never tell two numbers."""
    for login in ("sun", "qian", "shen"):
        user = cast.member(login).principal()
        if not home._may_see(work, user):
            continue
        waiting = next(
            one for _, entries in home.waiting_for(user) for one in entries if one.work.key == work.key
        )
        page = as_member(cast, login).get(waiting.url, headers={"HX-Request": "true"})
        assert page.status_code == 200
        if work.url_name.startswith("console:"):
            assert page.content.decode().count("<tr>") - 1 * (waiting.number > 0) == waiting.number


def test_a_large_number_is_not_counted_out() -> None:
    work = next(iter(worklists))
    assert home.Waiting(work, MOST, "/").number_text == "999+"
    assert home.Waiting(work, 0, "/").tone == "grey"


def test_the_page_tells_how_far_his_rights_reach(cast: Cast) -> None:
    assert "管理范围：全区" in as_member(cast, "sun").get("/console/").content.decode()
    page = as_member(cast, "qian").get("/console/").content.decode()
    assert "管理范围：朱家角镇及下级机构" in page and "未激活人员" in page
    assert as_member(cast, "li").get("/console/").status_code == 404
