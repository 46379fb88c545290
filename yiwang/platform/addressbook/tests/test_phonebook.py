"""本单位通讯录: taken out by the unit's own administrator, for a purpose (§3.7, R2-14)."""

import io

import pytest

from tests.cast import Cast
from yiwang.kernel import spreadsheets
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.listing.conditions import Order
from yiwang.platform.addressbook.actions import canaries
from yiwang.platform.addressbook.models import Canary, Hiding, Look
from yiwang.platform.addressbook.queries.masked import Masked
from yiwang.platform.addressbook.tests import factories
from yiwang.platform.addressbook.tests.factories import browser
from yiwang.platform.addressbook.views.phonebook import PHONEBOOK
from yiwang.platform.org.models import Person

pytestmark = pytest.mark.django_db


def address(cast: Cast, code: str = "QP-0301") -> str:
    return f"/addressbook/units/{cast.units[code].pk}/phonebook/"


def rows_of(answer: object) -> list[list[str]]:
    content = io.BytesIO(factories.content_of(answer))
    lines = spreadsheets.read(content, most_rows=100, most_columns=20)
    return [[str(line.cells.get(column, "")) for column in range(9)] for line in lines]


def test_the_workbook_is_an_office_phone_list(cast: Cast) -> None:
    answer = browser(cast, "qian").post(address(cast), {"export": "1", "purpose": "印制内部电话簿"})
    title, note, heading, *people = rows_of(answer)
    assert title[0] == "朱家角镇通讯录" and note[0].startswith("导出人：钱玉芬　单位：朱家角镇")
    assert "用途：印制内部电话簿" in note[0]
    assert heading[:6] == ["部门", "姓名", "职务", "办公电话", "办公地址", ""]
    assert people[0][:4] == ["朱家角镇", "赵明远", "镇长", "021-59720000"]
    assert {row[1] for row in people} == {"赵明远", "唐静宜", "钱玉芬", "李四", "周月娥"}
    text = str(people)
    assert "310199" not in text and "139" not in text  # neither identity nor mobile numbers


def test_the_export_and_everybody_in_it_are_remembered(cast: Cast) -> None:
    rows_of(browser(cast, "qian").post(address(cast), {"export": "1", "purpose": "印制内部电话簿"}))
    line = Entry.objects.filter(verb="kernel.exported").latest("id")
    assert str(line) == "钱玉芬导出了朱家角镇通讯录（5条），用途：印制内部电话簿"
    taken = Look.objects.filter(kind=Look.Kind.EXPORT)
    assert set(taken.values_list("target_name", "purpose")) == {
        (name, "印制内部电话簿") for name in ("赵明远", "唐静宜", "钱玉芬", "李四", "周月娥")
    }
    assert "办公电话" in taken[0].field
    page = browser(cast, "zhou").get("/addressbook/looks/mine/").content.decode()
    assert "钱玉芬" in page and "导出" in page


def test_without_a_purpose_nothing_leaves_and_nothing_is_written(cast: Cast) -> None:
    for purpose in ("", " ", "长" * 201):
        assert (
            browser(cast, "qian").post(address(cast), {"export": "1", "purpose": purpose}).status_code == 422
        )
    assert not Look.objects.exists() and not Entry.objects.filter(verb="kernel.exported").exists()


def test_the_whole_number_only_when_its_column_was_chosen(cast: Cast) -> None:
    client = browser(cast, "qian")
    client.get(f"{address(cast)}?choose=1&columns=title&columns=mobile")
    page = client.get(address(cast)).content.decode()
    assert "139****0007" in page and "13900000007" not in page
    _, _, heading, *people = rows_of(client.post(address(cast), {"export": "1", "purpose": "防汛值班"}))
    assert heading[3] == "手机号码" and "13900000007" in {row[3] for row in people}
    assert "手机号码" in Look.objects.filter(kind="export").latest("id").field
    printed = client.get(f"{address(cast)}?print=1").content.decode()
    assert "139****0007" in printed and "13900000007" not in printed


def test_what_is_hidden_is_left_out_also_for_who_sees_it(cast: Cast) -> None:
    factories.hide(cast.li.person, Hiding.Field.OFFICE_PHONE, Hiding.Field.TITLE)
    factories.hide(cast.zhou.person)
    client = browser(cast, "qian")
    assert "周月娥" in client.get("/addressbook/search/?q=周月娥").content.decode()
    _, _, _, *people = rows_of(client.post(address(cast), {"export": "1", "purpose": "印制电话簿"}))
    by_name = {row[1]: row for row in people}
    assert "周月娥" not in by_name and by_name["李四"][2:4] == ["", ""]
    assert by_name["唐静宜"][2:4] == ["办公室主任", "021-59720000"]


def test_on_paper_with_a_watermark_and_remembered(cast: Cast) -> None:
    paper = browser(cast, "qian").get(f"{address(cast)}?print=1").content.decode()
    assert 'class="watermark"' in paper and "打印人：钱玉芬" in paper and "李四" in paper
    assert Look.objects.filter(kind=Look.Kind.PRINT).count() == 5


def test_by_strokes_when_asked_and_it_says_so(cast: Cast) -> None:
    factories.persons(cast, ["丁一", "卜算", "欧阳修"], unit="QP-0301-01")
    client = browser(cast, "qian")
    page = client.get(f"{address(cast)}?order=surname").content.decode()
    assert "朱家角镇通讯录（按姓氏笔画为序）" in page
    title, _, _, *people = rows_of(
        client.post(f"{address(cast)}?order=surname", {"export": "1", "purpose": "名册"})
    )
    assert title[0] == "朱家角镇通讯录（按姓氏笔画为序）"
    assert [row[1] for row in people] == [
        *("丁一", "卜算", "李四", "欧阳修", "周月娥", "赵明远", "钱玉芬", "唐静宜")
    ]
    assert "（按姓名笔画为序）" in client.get(f"{address(cast)}?order=name&print=1").content.decode()
    assert client.get(f"{address(cast)}?order=x").status_code == 422


def test_only_the_administrator_of_the_unit_takes_it_out(cast: Cast) -> None:
    """§3.7: 导出 by admins of their own unit only, whatever else somebody may see."""
    for login, status in (("li", 404), ("tang", 404), ("sun", 404), ("an", 404), ("gu", 403)):
        for answer in (
            browser(cast, login).get(address(cast)),
            browser(cast, login).post(address(cast), {"export": "1", "purpose": "试"}),
        ):
            assert answer.status_code == status
    assert browser(cast, "qian").get(address(cast, "QP-0302")).status_code == 403
    assert not Look.objects.exists()


def test_there_is_no_way_out_for_single_cards() -> None:
    """No vCard, and no identity number among the columns."""
    assert [one.key for one in PHONEBOOK.columns] == [
        *("unit", "name", "title", "office_phone", "mobile", "room", "email", "status", "checked_on")
    ]


def test_other_modules_lists_of_people_are_masked_the_same_way(cast: Cast) -> None:
    factories.hide(cast.wang.person, Hiding.Field.OFFICE_PHONE, Hiding.Field.TITLE, Hiding.Field.MOBILE)
    people = Person.objects.filter(pk__in=[cast.wang.person.pk, cast.fang.person.pk])
    source = Masked(people, cast.li.principal())
    by_name = [Order("pinyin")]
    for rows in (source.fetch([], by_name, None, 10), list(source.stream([], by_name))):
        assert [(one.name, one.title, one.office_phone) for one in rows] == [
            ("方志远", "办公室主任", "021-59720000"),
            ("王海涛", "", ""),
        ]
        assert rows[1].mobile == "" and rows[0].mobile
    (_, own) = Masked(people, cast.wang.principal()).fetch([], by_name, None, 10)
    assert own.title == "办事员"


def test_no_canary_is_taken_out(cast: Cast) -> None:
    for kind in Canary.Kind.values:
        canaries.plant(cast.units["QP-0301"], kind=kind, actor=cast.sun.principal())
    rows = rows_of(browser(cast, "qian").post(address(cast), {"export": "1", "purpose": "印制电话簿"}))
    assert "监测岗" not in str(rows) and "监测岗" not in factories.body(browser(cast, "qian"), address(cast))
