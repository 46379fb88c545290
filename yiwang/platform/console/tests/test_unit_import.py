"""Units by workbook: new ones set up, known ones corrected, all or none; and what each wrong row is told."""

from io import BytesIO
from typing import Any

import pytest
import xlsxwriter
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.extension.imports import Incoming, Judged, Outcome
from yiwang.kernel.imports.models import ImportRun
from yiwang.platform.console.queries import unit_import
from yiwang.platform.org.actions import merging, units
from yiwang.platform.org.models import Unit, UnitVersion
from yiwang.platform.org.tests.factories import make

UPLOAD = "/imports/console.units/"
VILLAGE = {
    "code": "QP-0301-0202",
    "parent_code": "QP-0301-02",
    "full_name": "东湖街居民委员会",
    "short_name": "东湖街居委会",
    "node_type": "居委会",
}
KNOWN = {
    **VILLAGE, "code": "QP-0301-0201", "full_name": "大新街居民委员会", "short_name": "大新街居委会",
}  # fmt: skip


def incoming(*rows: dict[str, str]) -> list[Incoming]:
    empty = {column.key: "" for column in unit_import.COLUMNS}
    return [Incoming(line, {**empty, **row}) for line, row in enumerate(rows, 2)]


def judged(cast: Cast, login: str, *rows: dict[str, str]) -> list[Judged]:
    return list(unit_import.judge(incoming(*rows), cast.member(login).principal()))


def errors(cast: Cast, login: str, *rows: dict[str, str]) -> list[str]:
    return [error for one in judged(cast, login, *rows) for error in one.errors]


def test_new_known_and_unchanged(cast: Cast) -> None:
    units.edit_unit(cast.units["QP-0301-0201"], details={"duty_phone": "021-59720001"}, actor=SYSTEM)
    found = judged(cast, "qian", VILLAGE, {**KNOWN, "duty_phone": "021-59720002"}, KNOWN)[:2]
    assert [one.outcome for one in found[:1]] == [Outcome.NEW]
    assert judged(cast, "qian", KNOWN)[0].outcome is Outcome.UNCHANGED
    changed = judged(
        cast, "qian", {**KNOWN, "duty_phone": "021-59720002", "sort": "30", "nature": "基层群众性自治组织"}
    )
    assert changed[0].outcome is Outcome.CHANGED
    assert set(changed[0].differences) == {
        ("值班电话", "021-59720001", "021-59720002"),
        ("单位性质", "", "基层群众性自治组织"),
        ("排序号", "10", "30"),
    }


def test_a_parent_may_come_later_in_the_file(cast: Cast) -> None:
    child = {
        **VILLAGE,
        "code": "QP-0301-020201",
        "parent_code": VILLAGE["code"],
        "full_name": "第一居民小组",
        "short_name": "第一小组",
        "node_type": "虚拟分组",
    }
    assert [one.outcome for one in judged(cast, "qian", child, VILLAGE)] == [Outcome.NEW, Outcome.NEW]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"code": "qp 1"}, "机构编码由大写字母、数字和连字符组成，不超过32个字符"),
        ({"parent_code": "QP-9999"}, "没有编码为“QP-9999”的上级机构"),
        ({"parent_code": "QP-0301-0202"}, "上级机构形成循环：QP-0301-0202→QP-0301-0202"),
        ({"parent_code": "QP-0301"}, "一至三级节点由区级统一维护，请提交调整申请"),
        ({"parent_code": "QP-0302-01"}, "该机构不在您的管理范围内"),
        ({"node_type": "分类"}, "根节点和一级节点为分类，其他各级不设分类"),
        ({"full_name": "大新街居民委员会"}, "同级已存在同名机构"),
        ({"uscc": "54310118MF0123451X"}, "“统一社会信用代码”统一社会信用代码校验位错误"),
        (
            {"uscc": "54310118MF01234513", "node_type": "虚拟分组"},
            "内设机构、分类和虚拟分组没有统一社会信用代码",
        ),
        ({"duty_phone": "12"}, "“值班电话”"),
        ({"sort": "0"}, "“排序号”应为1至9999的整数"),
        ({"quota_worker": "很多"}, "“工勤编制数”编制数应为不大于99999的整数"),
    ],
)
def test_what_is_wrong_with_a_new_one(row: dict[str, str], message: str, cast: Cast) -> None:
    found = errors(cast, "qian", {**VILLAGE, **row})
    assert any(message.removeprefix("“统一社会信用代码”") in error for error in found), found


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"full_name": "大新居民委员会"}, "更名请办理机构调整"),
        ({"parent_code": "QP-0301-01"}, "上级机构与现有的“居（村）民委员会”不一致，划转请办理机构调整"),
        ({"rank": "乡科级正职"}, "升格、降格请办理机构调整"),
    ],
)
def test_what_has_acts_of_its_own_is_not_imported(row: dict[str, str], message: str, cast: Cast) -> None:
    assert message in "".join(errors(cast, "qian", {**KNOWN, **row}))


def test_rows_are_compared_with_each_other(cast: Cast) -> None:
    twin = {**VILLAGE, "full_name": "另一个", "short_name": "另一个"}
    namesake = {**VILLAGE, "code": "QP-0301-0203"}
    assert errors(cast, "qian", VILLAGE, twin) == ["机构编码在文件中重复（第2、3行）"] * 2
    assert errors(cast, "qian", VILLAGE, namesake) == ["文件中同级机构重名（第2、3行）"] * 2
    first = {**VILLAGE, "parent_code": "QP-0301-0203"}
    second = {**namesake, "parent_code": "QP-0301-0202", "full_name": "乙"}
    assert "上级机构形成循环：QP-0301-0202→QP-0301-0203→QP-0301-0202" in errors(cast, "qian", first, second)


def test_a_revoked_unit_and_its_code_are_left_alone(cast: Cast) -> None:
    merging.revoke_unit(
        units.create_unit(
            parent=cast.units["QP-0301-02"], code="QP-0301-0299", full_name="旧村", short_name="旧村",
            node_type="village_committee", actor=SYSTEM,
        ),
        actor=SYSTEM,
    )  # fmt: skip
    assert errors(cast, "qian", {**VILLAGE, "code": "QP-0301-0299"}) == ["该编码的机构已撤销，编码不再使用"]
    assert errors(cast, "qian", {**VILLAGE, "parent_code": "QP-0301-0299"}) == ["上级机构“旧村”已撤销"]


def test_the_district_imports_what_a_graded_administrator_may_not(cast: Cast) -> None:
    section = {
        **VILLAGE,
        "code": "QP-0301-03",
        "parent_code": "QP-0301",
        "full_name": "财政所",
        "short_name": "财政所",
        "node_type": "内设机构",
    }
    assert judged(cast, "sun", section)[0].outcome is Outcome.NEW
    assert errors(cast, "qian", section) == ["一至三级节点由区级统一维护，请提交调整申请"]


def as_member(cast: Cast, login: str) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE] = cast.member(login).token()
    return client


def workbook(*rows: dict[str, str]) -> SimpleUploadedFile:
    output = BytesIO()
    book = xlsxwriter.Workbook(output, {"in_memory": True})
    sheet = book.add_worksheet("机构导入")
    sheet.write_row(0, 0, [column.label for column in unit_import.COLUMNS])
    for line, row in enumerate(rows, 1):
        sheet.write_row(line, 0, [row.get(column.key, "") for column in unit_import.COLUMNS])
    book.close()
    return SimpleUploadedFile("机构.xlsx", output.getvalue())


def text(response: Any) -> str:
    return str(response.content.decode())


def test_from_the_file_to_the_tree(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    client = as_member(cast, "qian")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(UPLOAD, {"file": workbook(VILLAGE, {**KNOWN, "duty_phone": "021-59720002"})})
    run = ImportRun.objects.get()
    page = text(client.get(reverse("imports:run", args=[run.pk])))
    assert "东湖街居委会（QP-0301-0202）" in page and "021-59720002" in page and "确认导入2行" in page
    assert not Unit.objects.filter(code=VILLAGE["code"]).exists()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("imports:confirm", args=[run.pk]))
    unit = Unit.objects.get(code=VILLAGE["code"])
    assert (unit.level, unit.sort, unit.visibility) == (4, 20, 1)
    assert UnitVersion.objects.get(unit=unit).change == "新设"
    assert Unit.objects.get(code=KNOWN["code"]).duty_phone == "021-59720002"
    created = Entry.objects.filter(verb="org.unit_created", target_title="东湖街居委会").get()
    assert created.actor_name == "钱玉芬" and created.reason == "批量导入"


def test_one_wrong_row_and_nothing_goes_in(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    client = as_member(cast, "qian")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(
            UPLOAD, {"file": workbook(VILLAGE, {**VILLAGE, "code": "QP-0301-0203", "node_type": "分公司"})}
        )
    run = ImportRun.objects.get()
    assert client.post(reverse("imports:confirm", args=[run.pk])).status_code == 409
    assert not Unit.objects.filter(code=VILLAGE["code"]).exists()


def test_who_was_faster_makes_the_whole_import_stop(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    """Between preview and confirmation somebody sets up a unit of that name: nothing of the file goes in."""
    client, other = (
        as_member(cast, "qian"),
        {**VILLAGE, "code": "QP-0301-0203", "full_name": "甲", "short_name": "甲"},
    )
    with django_capture_on_commit_callbacks(execute=True):
        client.post(UPLOAD, {"file": workbook(other, VILLAGE)})
    make(cast.units["QP-0301-02"], "QP-0301-0209", VILLAGE["full_name"], node_type="residents_committee")
    run = ImportRun.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("imports:confirm", args=[run.pk]))
    run.refresh_from_db()
    assert (run.state, run.message) == ("failed", "同级已存在同名机构")
    assert not Unit.objects.filter(code="QP-0301-0203").exists()


def test_an_exported_list_can_be_brought_back(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    client = as_member(cast, "qian")
    answer = client.post("/console/tree/units/?unit=QP-0301-02", {"purpose": "核对机构信息"})
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # a file
    with django_capture_on_commit_callbacks(execute=True):
        client.post(UPLOAD, {"file": SimpleUploadedFile("台账.xlsx", content)})
    run = ImportRun.objects.get()
    assert (run.state, run.wrong, run.new, run.changed) == ("ready", 1, 0, 0)  # the group stands at level 3
    assert run.unchanged == 1


def test_two_thousand_rows(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    rows = [
        {
            **VILLAGE,
            "code": f"QP-0301-02{number}",
            "full_name": f"第{number}组",
            "short_name": f"第{number}组",
        }
        for number in range(1000, 3000)
    ]
    assert all(one.outcome is Outcome.NEW for one in judged(cast, "qian", *rows))
