"""The xlsx form of a year's notice: the template we hand out and the reading of what comes back."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import Any

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook

from yiwang.kernel.validators import Invalid
from yiwang.kernel.workdays.festivals import statutory_days
from yiwang.kernel.workdays.models import Day
from yiwang.kernel.workdays.planning import Row

COLUMNS = ("日期", "类型", "名称")
MOST_ROWS = 1_000
_NOTES = (
    "1. 只需填写通知中放假和调休上班的日期；未填写的周一至周五为工作日，周六、周日为休息日。",
    "2. 类型：法定节假日（如10月1日至3日）、休息日（因调休放假的日子及假期内的周末）、调休上班（周末上班）。",
    "3. 模板已预填法定节假日，请按《国务院办公厅关于{year}年部分节假日安排的通知》补充其余日期。",
    "4. 日期格式如 {year}-10-01，不要合并单元格，不要改动表头。",
)


def template(year: int) -> bytes:
    """An xlsx workbook with the year's statutory holidays filled in, for the rest of the notice."""
    output = BytesIO()
    book = xlsxwriter.Workbook(output, {"in_memory": True})
    sheet = book.add_worksheet("工作日历")
    heading = book.add_format({"bold": True, "bg_color": "#DCE6F4", "border": 1, "align": "center"})
    day_format = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.set_column(0, 0, 14, day_format)
    sheet.set_column(1, 2, 16)
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, COLUMNS, heading)
    for line, (day, name) in enumerate(statutory_days(year).items(), 1):
        sheet.write_datetime(line, 0, day, day_format)
        sheet.write_row(line, 1, (Day.Kind.HOLIDAY.label, name))
    sheet.data_validation(
        1, 1, MOST_ROWS, 1, {"validate": "list", "source": [str(kind.label) for kind in Day.Kind]}
    )
    notes = book.add_worksheet("填写说明")
    notes.set_column(0, 0, 100)
    notes.write_column(0, 0, [note.format(year=year) for note in _NOTES])
    book.close()
    return output.getvalue()


def read(content: bytes) -> list[Row]:
    """The rows of the first sheet below the heading 日期、类型、名称; Invalid when it is no such workbook."""
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        cells: list[list[Any]] = book.get_sheet_by_index(0).to_python(skip_empty_area=False, nrows=MOST_ROWS)
    except (CalamineError, IndexError):
        raise Invalid("文件无法读取，请使用xlsx模板") from None
    for line, row in enumerate(cells):
        if tuple(str(cell).strip() for cell in row[:3]) == COLUMNS:
            return [
                _row(number, values)
                for number, values in enumerate(cells[line + 1 :], line + 2)
                if any(values)
            ]
    raise Invalid("没有找到表头“日期、类型、名称”，请使用模板填写")


def _row(line: int, values: Sequence[object]) -> Row:
    first, kind, name = (*values[:3], "", "", "")[:3]
    day = first if isinstance(first, date | float) else str(first)
    return Row(line, day, str(kind or ""), str(name or ""))
