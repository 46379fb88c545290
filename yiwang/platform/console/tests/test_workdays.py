"""The working calendar's pages: a year, the template, the import with preview and confirmation."""

import re
from io import BytesIO

import pytest
import xlsxwriter
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import Cast
from yiwang.kernel.workdays import queries, workbook
from yiwang.kernel.workdays.models import Day, Year

SOURCE = "国务院办公厅关于2027年部分节假日安排的通知"


def as_member(cast: Cast, login: str) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE] = cast.member(login).token()
    return client


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]  # the test client's response


def sheet(*lines: tuple[str, ...]) -> SimpleUploadedFile:
    output = BytesIO()
    book = xlsxwriter.Workbook(output, {"in_memory": True})
    page = book.add_worksheet()
    for number, line in enumerate((("日期", "类型", "名称"), *lines)):
        page.write_row(number, 0, line)
    book.close()
    return SimpleUploadedFile("2027.xlsx", output.getvalue())


def notice() -> SimpleUploadedFile:
    return sheet(
        ("2027-01-01", "法定节假日", "元旦"),
        ("2027-02-20", "调休上班", "春节"),
        ("2027-02-09", "休息日", "春节"),
    )


def token_in(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found
    return found[1]


def test_an_entered_year(cast: Cast) -> None:
    page = text(as_member(cast, "sun").get("/console/workdays/?year=2026"))
    assert "已按通知维护" in page
    assert "国务院办公厅关于2026年部分节假日安排的通知" in page
    assert 'title="2026-02-14 调休上班（春节）"' in page
    assert 'title="2026-02-17 法定节假日（春节）"' in page
    assert "尚未维护" not in page
    assert page.count('<section class="month">') == 12


def test_a_year_that_is_not_entered_says_so(cast: Cast) -> None:
    page = text(as_member(cast, "sun").get("/console/workdays/?year=2027"))
    assert "2027年调休安排尚未维护，期限按暂定工作日计算" in page
    assert "暂定（周末和法定节假日）" in page


@pytest.mark.parametrize("year", ["", "0", "9999", "abc", "²"])
def test_senseless_years_show_this_year(cast: Cast, year: str) -> None:
    assert as_member(cast, "sun").get("/console/workdays/", {"year": year}).status_code == 200


@pytest.mark.parametrize(
    "address", ["/console/workdays/", "/console/workdays/import/", "/console/workdays/template/"]
)
def test_others_find_no_such_page(cast: Cast, address: str) -> None:
    for login in ("li", "qian", "shen"):
        assert as_member(cast, login).get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_the_template(cast: Cast) -> None:
    response = as_member(cast, "sun").get("/console/workdays/template/?year=2027")
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''2027%E5%B9%B4")
    assert workbook.read(response.content)[0].name == "元旦"


def test_importing_in_two_steps(cast: Cast) -> None:
    client = as_member(cast, "sun")
    assert SOURCE in text(client.get("/console/workdays/import/?year=2027"))
    preview = client.post(
        "/console/workdays/import/", {"year": "2027", "source_doc": SOURCE, "file": notice()}
    )
    page = text(preview)
    assert preview.status_code == 200
    assert "2027-02-20（周六）" in page
    assert "改为上班" in page
    assert "2027-04-05是清明节，却未列为法定节假日" in page
    assert not Year.objects.filter(year=2027).exists()

    done = client.post("/console/workdays/import/", {"token": token_in(page)})
    assert (done.status_code, done["Location"]) == (303, "/console/workdays/?year=2027")
    assert Year.objects.get(year=2027).imported_by_name == "孙建国"
    assert Day.objects.get(date="2027-02-20").kind == Day.Kind.MAKEUP
    assert "2027年工作日历已导入" in text(client.get(done["Location"]))
    assert queries.revision(2027) == 1


def test_the_same_preview_cannot_be_confirmed_twice(cast: Cast) -> None:
    client = as_member(cast, "sun")
    page = text(
        client.post("/console/workdays/import/", {"year": "2027", "source_doc": SOURCE, "file": notice()})
    )
    assert client.post("/console/workdays/import/", {"token": token_in(page)}).status_code == 303
    again = client.post("/console/workdays/import/", {"token": token_in(page)})
    assert again.status_code == 409
    assert "该数据已被孙建国于" in text(again)
    assert queries.revision(2027) == 1


def test_wrong_rows_are_listed_and_nothing_is_imported(cast: Cast) -> None:
    upload = sheet(("元旦", "休息日", ""), ("2027-02-22", "调休上班", ""))
    response = as_member(cast, "sun").post(
        "/console/workdays/import/", {"year": "2027", "source_doc": SOURCE, "file": upload}
    )
    page = text(response)
    assert response.status_code == 422
    assert "文件中有2处错误，未导入" in page
    assert "第3行：2027-02-22不是周六或周日，不能填写“调休上班”" in page
    assert not Year.objects.filter(year=2027).exists()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"file": SimpleUploadedFile("a.xlsx", b"PK no workbook")}, "文件内容与扩展名不符"),
        ({"file": SimpleUploadedFile("a.csv", b"2027-01-01")}, "请使用xlsx模板"),
        ({}, "请选择文件"),
        ({"file": SimpleUploadedFile("a.xlsx", workbook.template(2027)), "source_doc": ""}, "请填写依据文件"),
        (
            {"file": SimpleUploadedFile("a.xlsx", workbook.template(2027)), "year": "1999"},
            "年份应在2018至2099之间",
        ),
    ],
)
def test_what_the_form_refuses(cast: Cast, data: dict[str, object], message: str) -> None:
    sent = {"year": "2027", "source_doc": SOURCE, **data}
    response = as_member(cast, "sun").post("/console/workdays/import/", sent)
    assert response.status_code == 422
    assert message in text(response)


def test_a_forged_token(cast: Cast) -> None:
    response = as_member(cast, "sun").post("/console/workdays/import/", {"token": "forged"})
    assert response.status_code == 422
    assert "预览已失效，请重新上传" in text(response)
