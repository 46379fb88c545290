"""A list as a workbook: written row by row to a temporary file, marked with who took it and what for."""

import datetime
import decimal
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

import xlsxwriter
from django.http import FileResponse, HttpRequest
from django.utils import timezone
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from yiwang.kernel import template_filters
from yiwang.kernel.errors import Refused, require
from yiwang.kernel.listing import actions
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.conditions import Condition, Order
from yiwang.kernel.listing.sources import Source

MOST_ROWS = 100_000
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDTHS = {"narrow": 10, "": 18, "medium": 22, "wide": 42}
# A cell that begins so would be a formula for a program that reads it as text (CSV injection).
_FORMULA_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r")
_HEADER_ROW = 2
# Excel keeps 15 digits of a number; longer ones are codes and stay text.
_LARGEST_NUMBER = 10**15
# Control characters are not allowed in the file's XML.
_NO_CONTROLS = {code: None for code in range(32) if code not in (9, 10, 13)}
_NO_SHEET_MARKS = {ord(mark): "-" for mark in "[]:*?/\\'"}


@dataclass(frozen=True)
class Selection:
    """What is taken out. words: the filters as a person says them."""

    title: str
    columns: Sequence[Column]
    conditions: Sequence[Condition]
    order: Sequence[Order]
    words: str


def respond(request: HttpRequest, source: Source, selection: Selection) -> FileResponse:
    """The workbook for download. Nothing leaves unless the purpose is given and the audit log has it."""
    actor: Any = request.user
    purpose = request.POST.get("purpose", "").strip()
    require(purpose, "请填写导出用途", status=422, code="E-SEC-02", fields={"purpose": "请填写导出用途"})
    now = timezone.localtime()
    moment = template_filters.date_and_time(now)
    note = f"导出人：{actor.name}　单位：{actor.unit_name}　时间：{moment}　用途：{purpose}"
    file = tempfile.TemporaryFile()  # noqa: SIM115  the response closes it when it is sent
    try:
        stream = source.stream(selection.conditions, selection.order)
        rows = write(file, selection.title, note, selection.columns, stream)
        actions.record_export(
            selection.title,
            purpose=purpose,
            rows=rows,
            columns=[one.label for one in selection.columns],
            filters=selection.words,
            actor=actor,
        )
    except BaseException:
        file.close()
        raise
    file.seek(0)
    name = f"{selection.title}{now:%Y%m%d%H%M}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=_TYPE)


def write(file: IO[bytes], title: str, note: str, columns: Sequence[Column], rows: Iterable[Any]) -> int:
    """Write the workbook; how many rows it has. Refused when there are more than MOST_ROWS."""
    with tempfile.TemporaryDirectory() as folder:
        options = {"constant_memory": True, "tmpdir": folder, "default_date_format": "yyyy-mm-dd"}
        book = xlsxwriter.Workbook(file, options)
        try:
            return _fill(book, title, note, columns, rows)
        finally:
            book.close()  # also when it failed: the library's own temporary files are open


def _fill(book: Any, title: str, note: str, columns: Sequence[Column], rows: Iterable[Any]) -> int:
    book.set_properties({"title": title, "comments": note})
    sheet = book.add_worksheet(title[:31].translate(_NO_SHEET_MARKS))
    cells = _Cells(book)
    _write_head(book, sheet, title, note, columns)
    last = 0
    for last, row in enumerate(_at_most(rows), start=1):
        for index, column in enumerate(columns):
            cells.write(sheet, _HEADER_ROW + last, index, column.read_for_export(row))
    sheet.autofilter(_HEADER_ROW, 0, _HEADER_ROW + last, max(len(columns) - 1, 0))
    return last


def _at_most(rows: Iterable[Any]) -> Iterator[Any]:
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise Refused(f"符合条件的记录超过{MOST_ROWS:,}条，请缩小筛选范围后再导出", status=422)
        yield row


def _write_head(book: Any, sheet: Worksheet, title: str, note: str, columns: Sequence[Column]) -> None:
    """Title, who took it, headings; and the same on every printed page."""
    heading = {
        "bold": True,
        "bg_color": "#DFEAF8",
        "font_color": "#0C3C7C",
        "border": 1,
        "border_color": "#B9D3F0",
    }
    for index, column in enumerate(columns):
        sheet.set_column(index, index, _WIDTHS[column.width])
    sheet.set_row(0, 26)
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 16}))
    sheet.write_string(
        1, 0, note.translate(_NO_CONTROLS), book.add_format({"font_color": "#B42318", "font_size": 9})
    )
    style = book.add_format({**heading, "valign": "vcenter"})
    sheet.set_row(_HEADER_ROW, 20)
    for index, column in enumerate(columns):
        sheet.write_string(_HEADER_ROW, index, column.label, style)
    sheet.freeze_panes(_HEADER_ROW + 1, 0)
    sheet.repeat_rows(_HEADER_ROW)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    # "&" begins a code in Excel's headers; 255 characters are all they hold.
    sheet.set_header(f"&L&9{note.translate(_NO_CONTROLS).replace('&', '&&')[:200]}")
    sheet.set_footer("&C第&P页，共&N页&R&9受控信息，严禁扩散")


class _Cells:
    """Writes values by their type; text is always text."""

    def __init__(self, book: Any) -> None:
        self._day: Format = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        self._moment: Format = book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"})
        self._quoted: Format = book.add_format({"quote_prefix": True})

    def write(self, sheet: Worksheet, row: int, column: int, value: object) -> None:
        if value is None or value == "":
            return
        if isinstance(value, bool):
            sheet.write_string(row, column, "是" if value else "否")
        elif isinstance(value, int | float | decimal.Decimal) and abs(float(value)) < _LARGEST_NUMBER:
            sheet.write_number(row, column, float(value))
        elif isinstance(value, datetime.datetime):
            local = timezone.localtime(value) if timezone.is_aware(value) else value
            sheet.write_datetime(row, column, local.replace(tzinfo=None), self._moment)
        elif isinstance(value, datetime.date):
            sheet.write_datetime(row, column, value, self._day)
        else:
            text = str(value).translate(_NO_CONTROLS)
            begins_formula = text.startswith(_FORMULA_BEGINNINGS)
            sheet.write_string(row, column, text, self._quoted if begins_formula else None)
