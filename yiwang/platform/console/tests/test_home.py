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
