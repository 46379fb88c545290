"""Workbooks that people and other programs make are read; those made to do harm are refused."""

import io
import zipfile
from collections.abc import Iterable
from datetime import date

import pytest
import xlsxwriter

from yiwang.kernel import spreadsheets
from yiwang.kernel.spreadsheets import Cell, Line, Mark, Number
from yiwang.kernel.validators import Invalid

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_BOOK = (
    f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>'
    '<sheet name="人员" sheetId="1" r:id="r1"/></sheets></workbook>'
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{_REL}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="r2" Type="{_REL}/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>'
)


def packed(sheet: str, texts: str = "<sst/>", **more: str) -> io.BytesIO:
    """A workbook from the XML of its only sheet."""
    parts = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": _BOOK,
        "xl/_rels/workbook.xml.rels": _RELATIONS,
        "xl/worksheets/sheet1.xml": sheet,
        "xl/sharedStrings.xml": texts,
        **{name.replace("__", "/").replace("#", "_"): text for name, text in more.items()},
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return stream


def sheet(rows: str) -> str:
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def lines(stream: io.BytesIO, *, most_rows: int = 100, most_columns: int = 10, name: str = "") -> list[Line]:
    return list(spreadsheets.read(stream, most_rows=most_rows, most_columns=most_columns, sheet=name))


def written(rows: Iterable[Iterable[object]]) -> io.BytesIO:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    page = book.add_worksheet("人员")
    for number, row in enumerate(rows):
        page.write_row(number, 0, row)
    book.close()
    return stream


def only(stream: io.BytesIO) -> dict[int, Cell]:
    (line,) = lines(stream)
    return line.cells


def test_what_a_spreadsheet_program_writes() -> None:
    stream = written([["姓名", "手机"], [], ["䶮㛃", 13900000001, 1.5, True, "", date(2026, 1, 1)]])
    first, second = lines(stream)
    assert first == Line(1, {0: "姓名", 1: "手机"})
    assert second.number == 3
    assert second.cells == {
        0: "䶮㛃",
        1: Number("13900000001"),
        2: Number("1.5"),
        3: True,
        5: Number("46023"),
    }


def test_text_in_all_its_forms() -> None:
    texts = (
        "<sst><si><r><t>张</t></r><r><t xml:space='preserve'>三 </t></r><rPh><t>zhang</t></rPh></si></sst>"
    )
    row = (
        '<row><c t="s"><v>0</v></c><c t="inlineStr"><is><t>李_x0041_</t></is></c><c t="str"><v>王\x09</v></c>'
        '<c t="b"><v>0</v></c><c t="e"><v>#N/A</v></c><c><f>1+1</f><v>2</v></c><c><v></v></c></row>'
    )
    assert only(packed(sheet(row), texts)) == {
        0: "张三",
        1: "李A",
        2: "王",
        3: False,
        4: Mark.ERROR,
        5: Mark.FORMULA,
    }


def test_a_number_keeps_what_the_file_says() -> None:
    row = "<row><c><v>310118199001010011</v></c><c><v>3.1011819900101E17</v></c><c><v>1.39E10</v></c></row>"
    exact, lossy, mobile = only(packed(sheet(row))).values()
    assert exact == Number("310118199001010011") and isinstance(lossy, Number) and not lossy.is_whole
    assert mobile == Number("13900000000") and mobile.value == 13900000000


def test_prefixes_missing_references_and_far_cells() -> None:
    rows = (
        f'<x:worksheet xmlns:x="{_MAIN}"><x:sheetData>'
        "<x:row><x:c><x:v>1</x:v></x:c><x:c><x:v>2</x:v></x:c></x:row>"
        '<x:row r="1048576"><x:c r="XFD1048576"><x:v>9</x:v></x:c>'
        '<x:c r="B1048576"><x:v>3</x:v></x:c></x:row>'
        "</x:sheetData></x:worksheet>"
    )
    assert lines(packed(rows)) == [
        Line(1, {0: Number("1"), 1: Number("2")}),
        Line(1_048_576, {1: Number("3")}),
    ]


def test_a_sheet_by_name_and_no_hidden_one() -> None:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    hidden, shown = book.add_worksheet("机构"), book.add_worksheet("人员")
    hidden.write(0, 0, "QP-0301")
    shown.write(0, 0, "姓名")
    shown.activate()
    shown.set_first_sheet()
    hidden.hide()
    book.close()
    assert [one.cells for one in lines(stream)] == [{0: "姓名"}]
    assert [one.cells for one in lines(stream, name="机构")] == [{0: "QP-0301"}]
    with pytest.raises(Invalid, match=spreadsheets.NO_SHEET):
        lines(stream, name="没有")


def test_empty_rows_of_formatting_do_not_count() -> None:
    rows = "".join(f'<row r="{number}"><c r="A{number}" s="1"/></row>' for number in range(1, 5_000))
    assert lines(packed(sheet(rows)), most_rows=1) == []


def test_more_rows_than_allowed() -> None:
    with pytest.raises(Invalid, match="表格超过2行，请分批导入"):
        lines(written([["甲"], ["乙"], ["丙"]]), most_rows=2)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "姓名,手机\n张三,1".encode(),
        b"<html>",
    ],
    ids=["empty", "broken zip", "xls", "csv", "html"],
)
def test_what_is_no_workbook(content: bytes) -> None:
    with pytest.raises(Invalid, match=spreadsheets.UNREADABLE):
        lines(io.BytesIO(content))


def test_a_zip_that_is_no_workbook() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("readme.txt", "x")
    with pytest.raises(Invalid, match=spreadsheets.UNREADABLE):
        lines(stream)


def test_a_bomb_is_not_unpacked() -> None:
    stream = packed(sheet(" " * (spreadsheets.MOST_BYTES + 1)))
    assert len(stream.getvalue()) < 1_000_000
    with pytest.raises(Invalid, match=spreadsheets.TOO_LARGE):
        lines(stream)


def test_a_bomb_that_lies_about_its_size() -> None:
    """Its directory says 10 bytes: reading stops there."""
    stream = packed(sheet("<row/>" + " " * 1_000_000))
    content = bytearray(stream.getvalue())
    place = content.rindex(b"xl/worksheets/sheet1.xml") - 46 + 24
    content[place : place + 4] = (10).to_bytes(4, "little")
    with pytest.raises(Invalid, match=spreadsheets.UNREADABLE):
        lines(io.BytesIO(bytes(content)))


def test_entities_are_refused() -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + sheet(
        '<row><c t="str"><v>&b;</v></c></row>'
    )
    with pytest.raises(Invalid, match=spreadsheets.UNREADABLE):
        lines(packed(laughs))


@pytest.mark.parametrize(
    "row",
    [
        '<row><c t="s"><v>7</v></c></row>',
        '<row><c t="s"><v>-1</v></c></row>',
        "<row><c><v>many</v></c></row>",
        "<row><c>",
    ],
)
def test_broken_content(row: str) -> None:
    with pytest.raises(Invalid, match=spreadsheets.UNREADABLE):
        lines(packed(sheet(row)))


def test_too_many_members() -> None:
    with pytest.raises(Invalid, match=spreadsheets.TOO_LARGE):
        lines(packed(sheet(""), **{f"xl__media__{number}.xml": "" for number in range(2_001)}))


def test_a_part_outside_of_the_file_is_not_followed() -> None:
    outside = _RELATIONS.replace(
        'Target="worksheets/sheet1.xml"', 'Target="http://x/y" TargetMode="External"'
    )
    with pytest.raises(Invalid, match=spreadsheets.NO_SHEET):
        lines(packed(sheet(""), **{"xl__#rels__workbook.xml.rels": outside}))
