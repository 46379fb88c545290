"""What people upload, and what they are told when it is not what was asked for."""

from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from yiwang.kernel.extension.imports import ImportColumn, Incoming
from yiwang.kernel.files.tests import samples
from yiwang.kernel.imports import workbook
from yiwang.kernel.imports.tests import years
from yiwang.kernel.spreadsheets import Cell, Mark, Number
from yiwang.kernel.validators import Invalid

KIND = years.kind()
ROW = (2050, "国办发明电〔2049〕7号", "正式", "")


def read(content: bytes, name: str = "年度.xlsx") -> list[Incoming]:
    return workbook.read(BytesIO(content), name, len(content), KIND)


def refusal(content: bytes, name: str = "年度.xlsx") -> str:
    with pytest.raises(Invalid) as refused:
        read(content, name)
    return refused.value.message


def test_rows_are_read_as_text_with_their_line() -> None:
    rows = read(years.workbook(years.HEAD, ROW, (), (2051.0, " 通知\n", "", 310199198001010017)))
    assert [row.line for row in rows] == [2, 4]
    assert rows[0].cells["year"] == "2050" and rows[1].cells["source"] == "通知"
    assert rows[1].errors[0].startswith("“经办人证件号码”按数字保存，末几位已丢失")


def test_an_exported_list_is_read_too() -> None:
    """Below its title and its note, on a sheet of another name."""
    exported = years.workbook(("年度安排",), ("导出人：李四",), years.HEAD, ROW, sheet="年度安排")
    kind = years.kind(other_sheets=("年度安排",))
    rows = workbook.read(BytesIO(exported), "年度.xlsx", len(exported), kind)
    assert [(row.line, row.cells["year"]) for row in rows] == [(4, "2050")]


def test_the_order_of_columns_and_further_columns_do_not_matter() -> None:
    head = ("错误说明", *reversed(years.HEAD))
    rows = read(years.workbook(head, ("原第2行", "", "正式", "通知", 2050)))
    assert rows[0].cells == {"year": "2050", "source": "通知", "sort": "正式", "number": ""}


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (samples.PDF, "年度.xlsx", "文件内容与扩展名不符"),
        (b"", "年度.xlsx", "文件内容为空"),
        (years.workbook(years.HEAD, ROW), "年度.xls", "请将文件另存为xlsx格式后上传"),
        (years.workbook(years.HEAD, ROW), "年度.csv", "请上传xlsx文件，并使用模板填写"),
        (
            years.workbook(years.HEAD, ROW, sheet="Sheet1"),
            "年度.xlsx",
            "没有找到工作表“年度安排导入”，请使用模板填写，不要修改工作表名称",
        ),
        (
            years.workbook(years.HEAD, ROW, merge="A3:B4"),
            "年度.xlsx",
            "工作表中有合并单元格（A3:B4），请取消合并后重新上传",
        ),
        (
            years.workbook(("年份", "性质"), ROW),
            "年度.xlsx",
            "表头缺少“依据文件”，请使用模板填写，不要修改表头",
        ),
        (years.workbook((*years.HEAD, "年份"), ROW), "年度.xlsx", "表头“年份”重复"),
        (years.workbook(years.HEAD), "年度.xlsx", "文件中没有可导入的内容"),
        (years.workbook(), "年度.xlsx", "没有找到表头，请在工作表“年度安排导入”中使用模板填写"),
    ],
)
def test_what_is_no_such_workbook_is_refused(content: bytes, name: str, message: str) -> None:
    assert refusal(content, name) == message


def test_too_large_and_too_many() -> None:
    with pytest.raises(Invalid, match="文件超过20MB"):
        workbook.read(BytesIO(years.workbook(years.HEAD, ROW)), "年度.xlsx", 100 * 1024 * 1024, KIND)
    few = years.kind(most_rows=2)
    content = years.workbook(years.HEAD, ROW, ROW, ROW)
    with pytest.raises(Invalid, match="一次最多导入2行"):
        workbook.read(BytesIO(content), "年度.xlsx", len(content), few)


@pytest.mark.parametrize(
    ("row", "errors"),
    [
        (("2050", "通知", "正式", ""), []),
        (("", "通知", "", ""), ["“年份”不能为空"]),
        (("2050", "=1+1", "", ""), ["“依据文件”不能以“=”开头"]),
        (("2050", "@SUM(A1)", "", "-1"), ["“依据文件”不能以“@”开头", "“经办人证件号码”不能以“-”开头"]),
        (("2050", "通" * 31, "", ""), ["“依据文件”不能超过30个字"]),
        (("2050", "通知", "别的", ""), ["“性质”没有“别的”这个选项"]),
    ],
)
def test_columns_have_rules_of_their_own(row: tuple[str, ...], errors: list[str]) -> None:
    cells = dict(zip(("year", "source", "sort", "number"), row, strict=True))
    assert list(workbook.errors_of(cells, KIND)) == errors


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (Number("45984"), "2025-11-23"),
        ("2025/1/3", "2025-01-03"),
        ("2025年1月3日", "2025-01-03"),
        ("2025-01-03", "2025-01-03"),
        ("去年", "去年"),
    ],
)
def test_days_are_read_however_they_are_written(cell: Cell, text: str) -> None:
    assert workbook._text(cell, ImportColumn("day", "生效日期", is_date=True)) == text


@pytest.mark.parametrize("value", ["去年", "2025-02-30", "20250103"])
def test_no_day_is_told_so(value: str) -> None:
    kind = years.kind(columns=(ImportColumn("day", "生效日期", is_date=True),))
    assert list(workbook.errors_of({"day": value}, kind)) == ["“生效日期”请按2026-11-23的格式填写"]


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        (Mark.FORMULA, "“证件号码”是公式，请改为内容本身"),
        (Mark.ERROR, "“证件号码”是错误值"),
        (Number("310199198001010000"), "“证件号码”按数字保存，末几位已丢失，请将单元格设为文本后重新填写"),
        (Number("3.1019919800101E+17"), "“证件号码”按数字保存，末几位已丢失，请将单元格设为文本后重新填写"),
    ],
)
def test_cells_that_cannot_be_relied_on(cell: Cell, message: str) -> None:
    with pytest.raises(Invalid, match=message):
        workbook._text(cell, ImportColumn("number", "证件号码"))


def test_text_is_cleaned() -> None:
    column = ImportColumn("n", "名称")
    assert workbook._text(" 甲\u200b\x07\n乙 ", column) == "甲 乙"
    assert workbook._text(True, column) == "是" and workbook._text(Number("1.5"), column) == "1.5"


def test_the_template_is_what_is_read() -> None:
    book = CalamineWorkbook.from_filelike(BytesIO(workbook.template(KIND)))
    assert book.sheet_names == ["年度安排导入", "填写说明", "选项"]
    assert book.get_sheet_by_index(0).to_python() == [["年份*", "依据文件*", "性质", "经办人证件号码"]]
    said = str(book.get_sheet_by_name("填写说明").to_python())
    assert "年份为四位数字" in said and "正式、暂定" in said
    assert refusal(workbook.template(KIND)) == "文件中没有可导入的内容"


def test_the_file_of_errors_can_be_corrected_and_uploaded_again() -> None:
    cells = {"year": "2050", "source": "=通知", "sort": "", "number": "310199198001010017"}
    content = workbook.error_file(KIND, "导出人：李四", [(Incoming(7, cells), "“依据文件”不能以“=”开头")])
    sheet = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert sheet[1][4] == "原第7行：“依据文件”不能以“=”开头"
    row = read(content)[0]
    assert row.cells == {**cells, "number": "310199********0017"}


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        ("13900000001", "139****0001"),
        ("310199198001010017", "310199********0017"),
        ("1234567", "****"),
        ("", ""),
    ],
)
def test_sensitive_values_are_masked(value: str, seen: str) -> None:
    assert workbook.shown(ImportColumn("n", "证件号码", is_sensitive=True), value) == seen
    assert workbook.shown(ImportColumn("n", "名称"), value) == value


def test_a_template_with_words_of_the_user_and_present_rows() -> None:
    words = {"source": ["甲文", "乙文"]}
    present = [{"year": "2050", "source": "=甲文", "number": "310199********0017"}]
    content = workbook.template(KIND, words, present)
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    assert [row[0] for row in book.get_sheet_by_name("选项").to_python()][:2] == ["甲文", "乙文"]
    (row,) = read(content)
    assert row.cells["source"] == "=甲文" and row.cells["number"] == "310199********0017"
