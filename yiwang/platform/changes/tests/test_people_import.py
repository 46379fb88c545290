"""What a workbook of people would do, compared with who is in the district already (domain reference §2)."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.cast import Cast, Member
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.extension.imports import Judged, Outcome
from yiwang.platform.accounts.actions import lifecycle
from yiwang.platform.changes.queries import people_import as plans
from yiwang.platform.changes.tests import applications as ask
from yiwang.platform.changes.tests.workbooks import crowd, known, number_of, read, row
from yiwang.platform.org.actions import departures
from yiwang.platform.org.models import Person, Unit

pytestmark = pytest.mark.django_db


def judge(by: Member, *rows: dict[str, str]) -> list[Judged]:
    return list(plans.judge(read(rows), by.principal()))


def errors(by: Member, *rows: dict[str, str]) -> list[tuple[str, ...]]:
    return [one.errors for one in judge(by, *rows)]


def test_somebody_new(cast: Cast) -> None:
    assert judge(cast.qian, row()) == [Judged(Outcome.NEW, "古力·艾买提（党政办公室　社区工作者）")]


def test_somebody_who_is_there_already(cast: Cast) -> None:
    same = known(cast, "li", establishment="行政编制", office_phone="021-59720000")
    Person.objects.filter(pk=cast.li.person.pk).update(establishment="administrative")
    assert judge(cast.qian, same)[0].outcome == Outcome.UNCHANGED
    other = {**same, "mobile": "13900000088", "grade": "一级科员", "sort": "12", "room": "301室"}
    (found,) = judge(cast.qian, other)
    assert found.outcome == Outcome.CHANGED
    assert found.differences == (
        ("手机号码", "139****0007", "139****0088"),
        ("职级", "", "一级科员"),
        ("办公地址", "", "301室"),
    )


def test_an_empty_cell_changes_nothing(cast: Cast) -> None:
    Person.objects.filter(pk=cast.li.person.pk).update(room="301室", establishment="administrative")
    cells = known(cast, "li", establishment="行政编制", office_phone="021-59720000")
    assert judge(cast.qian, cells)[0].outcome == Outcome.UNCHANGED


def test_somebody_of_another_unit_is_not_entered_again(cast: Cast) -> None:
    """§2, acceptance 1: E-PER-02 names the department, and nothing else of it."""
    cells = row(1, id_number=cast.wang.person.id_number, name="王海涛")
    assert errors(cast.qian, cells) == [("该人员已在徐泾镇任职，请办理调动、借调或兼任",)]


def test_of_a_hidden_unit_not_even_the_name(cast: Cast) -> None:
    cast.units["QP-0101"].visibility = 0
    Unit.objects.filter(code="QP-0101").update(visibility=0)
    cells = row(1, id_number=cast.mi.person.id_number, name="米思源")
    assert errors(cast.qian, cells) == [("该人员已在本区任职，请办理调动、借调或兼任",)]


def test_within_ones_own_town_the_section_is_named(cast: Cast) -> None:
    cells = known(
        cast, "zhou", unit="QP-0301-01 党政办公室", establishment="行政编制", office_phone="59720000"
    )
    assert errors(cast.qian, cells)[0] == ("该人员已在大新街居委会任职，请办理调动、借调或兼任",)


@pytest.mark.parametrize("code", ["QP-0302-01", "QP-0302-01 党政办公室", "QP-9999", "QP-02"])
def test_units_out_of_reach_are_like_those_that_do_not_exist(cast: Cast, code: str) -> None:
    assert errors(cast.qian, row(1, unit=code)) == [("没有这个机构，或不在您的管理范围内",)]


def test_nobody_serves_in_a_group(cast: Cast) -> None:
    assert errors(cast.qian, row(1, unit="QP-0301-02")) == [("分类和虚拟分组下不设任职，请选择具体机构",)]


def test_what_an_established_person_needs(cast: Cast) -> None:
    found = errors(cast.qian, row(1, category="在编人员", establishment=""))[0]
    assert set(found) == {"在编人员请填写编制类型", "在编人员请填写办公电话"}
    wrong = row(1, category="在编人员", establishment="劳务派遣", office_phone="59720000")
    assert errors(cast.qian, wrong) == [("编制类型与人员类别“在编人员”不符",)]


def test_a_mobile_number_that_has_an_account(cast: Cast) -> None:
    found = errors(cast.qian, row(1, mobile="13900000009"))
    assert found == [("该手机号码已绑定账号：王**（徐泾镇）",)]
    lifecycle.close(cast.wang.account, reason="退休", actor=SYSTEM)
    assert errors(cast.qian, row(1, mobile="13900000009")) == [()]


def test_a_name_that_differs_from_what_is_known(cast: Cast) -> None:
    cells = known(cast, "li", name="李五", establishment="行政编制", office_phone="59720000")
    assert "姓名与平台登记的不一致，请办理修改" in errors(cast.qian, cells)[0]


def test_who_left_the_district_is_taken_up_singly(cast: Cast) -> None:
    departures.deregister_person(cast.li.person, departure="retired", day=timezone.localdate(), actor=SYSTEM)
    assert errors(cast.qian, row(1, id_number=cast.li.person.id_number)) == [(plans.GONE,)]


def test_who_is_applied_for_already(cast: Cast) -> None:
    ask.apply_for(ask.addition(cast), cast.qian)
    cells = row(1, id_number=ask.NEW_ID, name="单思齐")
    assert errors(cast.tang, cells) == [("该人员有正在办理的新增申请，办结后才能再次申报",)]
    operation = ask.apply_for(ask.transfer(cast, cast.li), cast.qian)
    cells = known(cast, "li", establishment="行政编制", office_phone="59720000", room="301")
    assert errors(cast.tang, cells) == [(f"有正在办理的人员变动（{operation.number}），办结后才能再次申报",)]


def test_nobody_changes_himself(cast: Cast) -> None:
    cells = known(cast, "qian", establishment="行政编制", office_phone="59720000", room="301")
    assert errors(cast.qian, cells) == [("不能申报本人的人员变动，请由本单位其他管理员办理",)]


def test_people_of_one_name_are_told_apart(cast: Cast) -> None:
    assert errors(cast.qian, row(1, name="李四")) == [
        ("本单位有同名人员，请填写区分标识，如：李四（规划科）",)
    ]
    assert errors(cast.qian, row(1, name="李四", name_mark="规划科")) == [()]
    both = (row(1, name="李四", name_mark="规划科"), row(2, name="李四", name_mark="规划科"))
    assert errors(cast.qian, *both) == [("本单位已有同名人员使用该区分标识",)] * 2


def test_the_establishment_has_room_for_all_of_them_or_none(cast: Cast) -> None:
    Unit.objects.filter(code="QP-0301").update(quota_administrative=2)
    cells = {"category": "在编人员", "establishment": "行政编制", "office_phone": "59720000"}
    assert errors(cast.qian, row(1, **cells), row(2, name="张三", **cells)) == [(), ()]
    three = [row(place, name=f"张{one}", **cells) for place, one in enumerate("甲乙丙", 1)]
    text = "朱家角镇行政编制不足（核定2名，实有0名，本次新增3名），超编的请单独办理新增并填写批准文号"
    assert errors(cast.qian, *three) == [(text,)] * 3


def test_one_file_is_for_one_unit(cast: Cast) -> None:
    found = errors(cast.sun, row(1), row(2, name="张三", unit="QP-0302-01"))
    assert found == [(), ("与第2行不属于同一单位，请分单位导入",)]


def test_masked_numbers_of_the_exported_file_are_read_back(cast: Cast) -> None:
    Person.objects.filter(pk=cast.li.person.pk).update(establishment="administrative")
    rows = {one["name"]: one for one in plans.present(cast.units["QP-0301"])}
    assert set(rows) == {"赵明远", "钱玉芬", "李四", "周月娥", "唐静宜"}
    li = rows["李四"]
    assert li["id_number"] == "310199********007X" or "*" in li["id_number"]
    assert li["mobile"] == "139****0007"
    assert judge(cast.tang, li)[0].outcome == Outcome.UNCHANGED
    (found,) = judge(cast.tang, {**li, "room": "302室"})
    assert found.differences == (("办公地址", "", "302室"),)
    assert errors(cast.tang, {**li, "mobile": "138****0000"}) == [("手机号码带有星号，请填写完整号码",)]
    assert errors(cast.tang, {**li, "name": "李六"}) == [("证件号码带有星号，请填写完整号码",)]
    assert errors(cast.gu, li)[0] == (
        "没有这个机构，或不在您的管理范围内",
        "证件号码带有星号，请填写完整号码",
    )


def test_the_template_offers_ones_own_units(cast: Cast) -> None:
    offered = plans.choices_of(cast.qian.principal())
    assert offered["unit"] == ["QP-0301 朱家角镇", "QP-0301-01 党政办公室", "QP-0301-0201 大新街居委会"]
    assert "一级科员" in offered["grade"] and "县处级正职" in offered["duty_level"]


def test_statements_do_not_grow_with_the_rows(cast: Cast) -> None:
    few, many = read(crowd(3)), read(crowd(200, start=1_000))
    qian = cast.qian.principal()
    plans.make(few, qian, today=datetime.date(2026, 11, 23))
    with CaptureQueriesContext(connection) as short:
        plans.make(few, qian, today=datetime.date(2026, 11, 23))
    with CaptureQueriesContext(connection) as long:
        plan = plans.make(many, qian, today=datetime.date(2026, 11, 23))
    assert all(one is not None for one in plan.planned)
    assert len(long) <= len(short)


def test_the_number_in_a_row_is_not_said_in_an_error(cast: Cast) -> None:
    """Messages are shown and kept in clear; numbers are not."""
    number = number_of(1)
    rows = [row(1, unit="x"), row(1, name="李3", category="外部临时人员")]
    for one in judge(cast.qian, *rows):
        assert number not in "".join(one.errors) and "13700000001" not in "".join(one.errors)
