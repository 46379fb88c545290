"""统计报表 about units (§1): numbers, changes of the year, incomplete and old records."""

import datetime

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.console.queries import home
from yiwang.platform.org.actions import merging, naming, units
from yiwang.platform.org.models import Unit
from yiwang.platform.org.tests.factories import make

FRAGMENT = {"HX-Request": "true"}


def rows(cast: Cast, login: str, path: str, **query: str) -> list[list[str]]:
    client = Client()
    client.cookies[settings.SESSION_COOKIE] = cast.member(login).token()
    page = client.get(f"/console/reports/{path}/", query, headers=FRAGMENT)
    assert page.status_code == 200
    body = page.content.decode().split("<tbody>")[-1].split("</tbody>")[0]
    found = []
    for row in body.split("<tr>")[1:]:
        cells = [cell.split(">", 1)[1].split("</td>")[0] for cell in row.split("<td")[1:]]
        found.append(
            [cell.replace("</a>", "").replace("</span>", "").split(">")[-1].strip() for cell in cells]
        )
    return found


def test_numbers_are_of_his_branch(cast: Cast) -> None:
    town = rows(cast, "qian", "units")
    assert [(row[0], row[1], row[3]) for row in town] == [
        ("第2级", "单位", "1"),
        ("第3级", "虚拟分组", "1"),
        ("第3级", "内设机构", "1"),
        ("第4级", "居委会", "1"),
    ]
    district = rows(cast, "sun", "units", level="2")
    assert sum(int(row[3]) for row in district) == Unit.objects.filter(level=2).count()


def test_changes_of_the_year(cast: Cast) -> None:
    today = timezone.localdate()
    village, basis = cast.units["QP-0301-0201"], "朱府〔2026〕9号"
    naming.rename_unit(
        village, full_name="大新居民委员会", short_name="大新居委会", basis=basis, actor=SYSTEM
    )
    gone = make(
        cast.units["QP-0301-02"], "QP-0301-0299", "旧村", valid_from=today - datetime.timedelta(days=1)
    )
    merging.revoke_unit(gone, actor=SYSTEM)
    found = rows(cast, "qian", "unit-changes", day_from=today.replace(month=1, day=1).isoformat())
    assert {(row[1], row[3]) for row in found} == {
        ("更名", "大新居民委员会"),
        ("新设", "旧村"),
        ("撤销", "旧村"),
    }
    assert rows(cast, "qian", "unit-changes", change="更名")[0][5] == "朱府〔2026〕9号"
    assert rows(cast, "gu", "unit-changes", change="更名") == []


def test_the_year_begins_with_january(cast: Cast) -> None:
    client = Client()
    client.cookies[settings.SESSION_COOKIE] = cast.sun.token()
    page = client.get("/console/reports/unit-changes/").content.decode()
    assert f"未选日期时显示{timezone.localdate().year}年的变动" in page
    assert "没有记录" in page  # the cast's tree is of 2020
    page = client.get("/console/reports/unit-changes/?day_from=2020-01-01").content.decode()
    assert "朱家角镇" in page


def lacks(cast: Cast, login: str, **query: str) -> dict[str, str]:
    return {row[0]: row[5] for row in rows(cast, login, "unit-checks", **query)}


def test_what_a_record_lacks(cast: Cast) -> None:
    found = lacks(cast, "sun", lack="wanting")
    assert found["上海市青浦区数据局"] == "缺统一社会信用代码、缺值班电话、缺分级管理员"
    assert found["上海市青浦区朱家角镇"] == "缺统一社会信用代码、缺值班电话"
    assert found["大新街居民委员会"] == "缺统一社会信用代码"
    assert "党政办公室" not in found and "居（村）民委员会" not in found


def test_what_is_completed_is_no_longer_listed(cast: Cast) -> None:
    details = {"uscc": "54310118MF01234513"}
    units.edit_unit(cast.units["QP-0301-0201"], details=details, actor=cast.qian.principal())
    assert "大新街居民委员会" not in lacks(cast, "qian")


def test_what_nobody_touched_for_a_year(cast: Cast) -> None:
    office = cast.units["QP-0301-01"]
    old = timezone.now() - datetime.timedelta(days=366)
    Unit.objects.filter(pk=office.pk).update(updated_at=old)
    assert lacks(cast, "qian", lack="stale") == {"党政办公室": "一年以上未更新"}


@pytest.mark.parametrize("login", ["sun", "qian"])
def test_the_first_page_counts_the_same(login: str, cast: Cast) -> None:
    counted = {
        one.work.key: one.number
        for _, entries in home.waiting_for(cast.member(login).principal())
        for one in entries
    }
    assert counted["console.incomplete_units"] == len(lacks(cast, login, lack="wanting"))
    assert counted["console.stale_units"] == 0
