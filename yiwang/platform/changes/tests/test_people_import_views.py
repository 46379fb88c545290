"""From the template to the batch, through the pages."""

from io import BytesIO
from typing import Any

import pytest
import xlsxwriter
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks
from python_calamine import CalamineWorkbook

from tests.cast import Cast
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.imports.models import ImportRun
from yiwang.platform.approvals.actions import tasks
from yiwang.platform.changes.models import ImportBatch
from yiwang.platform.changes.rules import people_import as rules
from yiwang.platform.changes.tests.test_people_batch import agree, carry_out, submit, task_of
from yiwang.platform.changes.tests.workbooks import crowd, known, number_of, row, upload
from yiwang.platform.org.models import Person, Unit

pytestmark = pytest.mark.django_db


def as_member(cast: Cast, login: str) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE] = cast.member(login).token()
    return client


def sheet(content: bytes, name: str) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name(name).to_python()


def test_two_hundred_people_from_the_file_to_the_address_book(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    """Wrong rows wait; the sound ones are previewed, submitted, reviewed, in effect."""
    qian = as_member(cast, "qian")
    wrong = [
        row(900, id_number="310118199001010011"),
        row(901, unit="QP-0302-01"),
        row(902, id_number=cast.wang.person.id_number),
    ]
    with django_capture_on_commit_callbacks(execute=True):
        answer = qian.post("/imports/changes.people/", {"file": upload([*crowd(200), *wrong])})
    assert answer.status_code == 303
    run = ImportRun.objects.get()
    assert (run.state, run.new, run.wrong) == ("ready", 200, 3)
    page = qian.get(f"/imports/runs/{run.pk}/").content.decode()
    assert "提交审核200行" in page and "3行有错误不导入" in page
    faults = qian.get(f"/imports/runs/{run.pk}/errors/").content
    text = str(sheet(faults, "人员导入"))
    assert "身份证号码校验位错误" in text and "该人员已在徐泾镇任职" in text
    assert "310118199001010011" not in text and "310118********0011" in text
    assert "13700000900" not in text and "137****0900" in text

    with django_capture_on_commit_callbacks(execute=True):
        qian.post(f"/imports/runs/{run.pk}/confirm/")
    run.refresh_from_db()
    batch = ImportBatch.objects.get()
    assert (run.state, run.result, run.result_url) == ("done", batch.number, f"/changes/batches/{batch.pk}/")
    assert batch.number in qian.get(f"/imports/runs/{run.pk}/").content.decode()
    page = qian.get(run.result_url).content.decode()
    assert "待单位审核" in page and "新增" in page

    carry_out(agree(batch, cast.tang))
    assert "已办结" in qian.get(run.result_url).content.decode()
    assert Person.objects.filter(unit=cast.units["QP-0301-01"]).count() == 203


@pytest.mark.parametrize("name", ["人员.xls", "人员.csv", "人员.xlsx.exe"])
def test_other_files_are_refused(cast: Cast, name: str) -> None:
    file = SimpleUploadedFile(name, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    answer = as_member(cast, "qian").post("/imports/changes.people/", {"file": file})
    assert answer.status_code == 422 and not ImportRun.objects.exists()


def test_what_only_says_it_is_a_workbook_is_refused(cast: Cast) -> None:
    for content in (b"PK\x03\x04broken", b"<html>", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600):
        file = SimpleUploadedFile("人员.xlsx", content)
        answer = as_member(cast, "qian").post("/imports/changes.people/", {"file": file})
        assert answer.status_code == 422 and not ImportRun.objects.exists()


def test_a_formula_is_not_believed(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    page = book.add_worksheet("人员导入")
    cells = row(1)
    page.write_row(0, 0, rules.LABELS.values())
    for place, key in enumerate(rules.LABELS):
        page.write_string(1, place, cells.get(key, ""))
    page.write_formula(1, 0, '=HYPERLINK("http://x/","张三")', None, "张三")
    book.close()
    with django_capture_on_commit_callbacks(execute=True):
        as_member(cast, "qian").post(
            "/imports/changes.people/", {"file": SimpleUploadedFile("人员.xlsx", stream.getvalue())}
        )
    run = ImportRun.objects.get()
    assert run.wrong == 1 and "“姓名”是公式" in run.rows.get().errors


def test_present_people_as_a_workbook(cast: Cast) -> None:
    qian = as_member(cast, "qian")
    unit = cast.units["QP-0301"].pk
    assert qian.get("/changes/batches/people/").status_code == 200
    assert qian.post("/changes/batches/people/", {"unit": unit}).status_code == 422
    elsewhere = cast.units["QP-0302"].pk
    assert qian.post("/changes/batches/people/", {"unit": elsewhere, "purpose": "核对"}).status_code == 422
    answer = qian.post("/changes/batches/people/", {"unit": unit, "purpose": "核对人员信息"})
    assert answer.status_code == 200
    text = str(sheet(answer.content, "人员导入"))
    assert "李四" in text and "139****0007" in text
    assert cast.li.person.id_number not in text and cast.li.person.mobile not in text
    line = Entry.objects.filter(verb="changes.people_taken").latest("pk")
    assert str(line) == "钱玉芬导出了朱家角镇的人员信息，用途：核对人员信息"


def test_a_batch_is_withdrawn_sent_again_and_given_up(cast: Cast) -> None:
    batch = submit(cast.qian, crowd(3))
    address = f"/changes/batches/{batch.pk}/"
    qian, tang = as_member(cast, "qian"), as_member(cast, "tang")
    assert "同意" in tang.get(address).content.decode() and "撤回" in qian.get(address).content.decode()
    tasks.send_back(task_of(batch, cast.tang), to_step=None, opinion="职务", actor=cast.tang.principal())
    assert "重新提交" in qian.get(address).content.decode()
    assert qian.post(f"{address}resubmit/").status_code == 303
    assert "待单位审核" in tang.get(address).content.decode()
    assert qian.post(f"{address}cancel/", {"reason": "重新整理"}).status_code == 409
    tasks.send_back(task_of(batch, cast.tang), to_step=None, opinion="职务", actor=cast.tang.principal())
    assert qian.post(f"{address}cancel/", {"reason": ""}).status_code == 422
    answer = qian.post(f"{address}cancel/", {"reason": "重新整理"}, follow=True)
    assert "批量申报已取消" in answer.content.decode()


def test_progress_and_what_is_left_to_do(cast: Cast) -> None:
    batch = agree(submit(cast.qian, crowd(3)), cast.tang)
    address = f"/changes/batches/{batch.pk}/"
    qian = as_member(cast, "qian")
    assert "正在办理：0 / 3人" in qian.get(f"{address}progress/").content.decode()
    Unit.objects.filter(code="QP-0301-01").update(status="suspended")
    carry_out(batch)
    assert qian.get(f"{address}progress/").status_code == 303
    page = qian.get(f"{address}?state=failed").content.decode()
    assert "3人未能生效" in page and "所在机构已停用或撤销" in page
    answer = qian.post(f"{address}faults/")
    text = str(sheet(answer.content, "人员导入"))
    assert (
        answer.status_code == 200
        and "所在机构已停用或撤销" in text
        and number_of(100, "19700101") not in text
    )


@pytest.mark.parametrize("login", ["li", "wang", "zhao", "shen", "temp"])
def test_for_others_it_does_not_exist(cast: Cast, login: str) -> None:
    batch = submit(cast.qian, crowd(1))
    client = as_member(cast, login)
    assert client.get("/changes/batches/").status_code == 404
    assert client.get(f"/changes/batches/{batch.pk}/").status_code == 404
    assert client.get("/imports/changes.people/").status_code == 404
    for act in ("resubmit", "cancel", "faults"):
        assert client.post(f"/changes/batches/{batch.pk}/{act}/").status_code == 404


def test_another_towns_administrator_sees_nothing_of_it(cast: Cast) -> None:
    batch = submit(cast.qian, crowd(1))
    gu = as_member(cast, "gu")
    assert batch.number not in gu.get("/changes/batches/").content.decode()
    assert gu.get(f"/changes/batches/{batch.pk}/").status_code == 404
    cells = known(cast, "li", establishment="行政编制", office_phone="59720000")
    assert "朱家角镇" not in str(cells["title"])
