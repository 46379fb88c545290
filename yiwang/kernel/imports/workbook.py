"""The xlsx files of imports: the template we hand out, the reading of what comes back, the file of errors."""

import datetime
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from yiwang.kernel import spreadsheets, validators
from yiwang.kernel.extension.imports import ImportColumn, ImportKind, Incoming
from yiwang.kernel.files import sniffing
from yiwang.kernel.spreadsheets import Cell, Line, Mark, Number
from yiwang.kernel.validators import Invalid

LARGEST_FILE = 20 * 1024 * 1024
_MOST_COLUMNS = 100
_HEADING_WITHIN = 5  # lines from the top
_EXACT_DIGITS = 15  # what a spreadsheet program keeps of a number
_FIRST_DAY, _DAYS = datetime.date(1899, 12, 30), range(10_000, 100_000)
_WRITTEN_DAY = re.compile(r"((?:19|20)\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
ERRORS = "错误说明"
_CHOICES, _NOTES = "选项", "填写说明"
_FORMULA_BEGINNINGS = ("=", "+", "-", "@")
_FORMATTED_ROWS = 5_000  # rows of the template that offer the choices
_HEAD = {"bold": True, "bg_color": "#DFEAF8", "font_color": "#0C3C7C", "border": 1, "border_color": "#B9D3F0"}


def read(stream: BinaryIO, name: str, size: int, kind: ImportKind) -> list[Incoming]:
    """The rows below the heading, those without any content left out; Invalid when it is no such workbook."""
    if not name.lower().endswith(".xlsx"):
        is_old = name.lower().endswith((".xls", ".et"))
        raise Invalid("请将文件另存为xlsx格式后上传" if is_old else "请上传xlsx文件，并使用模板填写")
    sniffing.inspect(stream, name, size, limit=LARGEST_FILE)
    for sheet in (sheet_name(kind), *kind.other_sheets):
        lines = spreadsheets.read(
            stream,
            most_rows=kind.most_rows + _HEADING_WITHIN,
            most_columns=_MOST_COLUMNS,
            sheet=sheet,
            takes_merged=False,
        )
        try:
            return _rows(lines, kind)
        except Invalid as refusal:
            if refusal.message != spreadsheets.NO_SHEET:
                raise
    raise Invalid(f"没有找到工作表“{sheet_name(kind)}”，请使用模板填写，不要修改工作表名称")


def sheet_name(kind: ImportKind) -> str:
    return kind.label[:31]


def _rows(lines: Iterable[Line], kind: ImportKind) -> list[Incoming]:
    found: list[Incoming] = []
    columns: dict[int, ImportColumn] | None = None
    for line in lines:
        if columns is None:
            if line.number >= _HEADING_WITHIN or len(line.cells) > 1:
                columns = _places(line, kind)
            continue  # a title and a note may stand above the heading
        cells, errors = dict.fromkeys((one.key for one in kind.columns), ""), []
        for place, column in columns.items():
            try:
                cells[column.key] = _text(line.cells.get(place, ""), column)
            except Invalid as wrong:
                errors.append(wrong.message)
        if errors or any(cells.values()):
            found.append(Incoming(line.number, cells, tuple(errors)))
    if columns is None:
        raise Invalid(f"没有找到表头，请在工作表“{sheet_name(kind)}”中使用模板填写")
    if not found:
        raise Invalid("文件中没有可导入的内容")
    if len(found) > kind.most_rows:
        raise Invalid(f"一次最多导入{kind.most_rows:,}行，请分成几个文件")
    return found


def _places(line: Line, kind: ImportKind) -> dict[int, ImportColumn]:
    """Where each column stands. Their order, further ones, missing ones that may be empty do not matter."""
    labels = {place: str(cell).removesuffix("*").strip() for place, cell in line.cells.items()}
    known = {one.label: one for one in kind.columns}
    missing = [one.label for one in kind.columns if one.is_required and one.label not in labels.values()]
    if missing:
        raise Invalid(f"表头缺少“{'”“'.join(missing)}”，请使用模板填写，不要修改表头")
    columns = {place: known[label] for place, label in labels.items() if label in known}
    twice = [one.label for one in kind.columns if list(columns.values()).count(one) > 1]
    if twice:
        raise Invalid(f"表头“{twice[0]}”重复")
    return columns


def _text(cell: Cell, column: ImportColumn) -> str:
    """A cell as text, days as 2026-11-23; Invalid when it holds nothing to rely on."""
    if cell is Mark.FORMULA:
        raise Invalid(f"“{column.label}”是公式，请改为内容本身")
    if cell is Mark.ERROR:
        raise Invalid(f"“{column.label}”是错误值")
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, Number):
        return _number(cell, column)
    text = unicodedata.normalize("NFC", str(cell))
    seen = "".join(" " if sign in "\r\n\t" else sign for sign in text if sign in "\r\n\t" or _is_seen(sign))
    return _day(seen.strip()) if column.is_date else seen.strip()


def _number(cell: Number, column: ImportColumn) -> str:
    if column.is_date and cell.is_whole and int(cell.text) in _DAYS:
        return f"{_FIRST_DAY + datetime.timedelta(days=int(cell.text)):%Y-%m-%d}"
    if len(cell.text) > _EXACT_DIGITS or not re.fullmatch(r"-?[0-9.]+", cell.text):
        raise Invalid(f"“{column.label}”按数字保存，末几位已丢失，请将单元格设为文本后重新填写")
    return cell.text


def _day(text: str) -> str:
    """2026/11/3, 2026.11.3 and 2026年11月3日 as 2026-11-03; anything else as it is."""
    parts = _WRITTEN_DAY.fullmatch(text)
    return f"{int(parts[1])}-{int(parts[2]):02}-{int(parts[3]):02}" if parts else text


def _is_seen(sign: str) -> bool:
    return unicodedata.category(sign) not in {"Cc", "Cf", "Zl", "Zp", "Cs"}


def is_day(text: str) -> bool:
    """Is it a day as 2026-11-23?"""
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == len("2026-11-23")


def errors_of(cells: Mapping[str, str], kind: ImportKind) -> Iterable[str]:
    """What the columns' own rules say of a row, in whole sentences."""
    for column in kind.columns:
        value = cells[column.key]
        if not value:
            if column.is_required:
                yield f"“{column.label}”不能为空"
        elif value.startswith(_FORMULA_BEGINNINGS):
            yield f"“{column.label}”不能以“{value[0]}”开头"
        elif len(value) > column.most:
            yield f"“{column.label}”不能超过{column.most}个字"
        elif column.is_date and not is_day(value):
            yield f"“{column.label}”请按2026-11-23的格式填写"
        elif column.choices and value not in column.choices:
            yield f"“{column.label}”没有“{value[:20]}”这个选项"


def template(
    kind: ImportKind,
    choices: Mapping[str, Sequence[str]] | None = None,
    rows: Iterable[Mapping[str, str]] = (),
) -> bytes:
    """The sheet with its lists of choices, and a sheet that explains the columns.

    choices: words of further columns, by key. rows: what stands in it already, by key.
    """
    output = BytesIO()
    book = xlsxwriter.Workbook(output, {"in_memory": True})
    sheet = book.add_worksheet(sheet_name(kind))
    text, head = book.add_format({"num_format": "@"}), book.add_format(_HEAD)
    required = book.add_format({**_HEAD, "font_color": "#B42318"})
    for place, column in enumerate(kind.columns):
        sheet.set_column(place, place, column.width, text)
        label = f"{column.label}*" if column.is_required else column.label
        sheet.write_string(0, place, label, required if column.is_required else head)
    sheet.freeze_panes(1, 0)
    quoted = book.add_format({"quote_prefix": True, "num_format": "@"})
    for line, cells in enumerate(rows, 1):
        for place, column in enumerate(kind.columns):
            value = cells.get(column.key, "")
            sheet.write_string(line, place, value, quoted if value.startswith(_FORMULA_BEGINNINGS) else text)
    _write_notes(book, kind)
    _offer_choices(book, sheet, kind, choices or {})
    book.close()
    return output.getvalue()


def _write_notes(book: Any, kind: ImportKind) -> None:
    notes, head = book.add_worksheet(_NOTES), book.add_format(_HEAD)
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for place, width in enumerate((22, 8, 48, 40, 28)):
        notes.set_column(place, place, width, wrapped)
    sentences = (
        f"请在工作表“{sheet_name(kind)}”中填写，一行一条；带*的列必填。不要修改表头和工作表名称，不要合并单元格。",
        f"一次最多{kind.most_rows:,}行。上传后先逐行校验并预览，确认后才导入。",
        *kind.notes,
    )
    for row, sentence in enumerate(sentences):
        notes.write_string(row, 0, f"{row + 1}. {sentence}", book.add_format({"text_wrap": False}))
    first = len(sentences) + 1
    notes.write_row(first, 0, ("列", "必填", "说明", "可填写", "示例"), head)
    for row, column in enumerate(kind.columns, first + 1):
        choices = "、".join(column.choices)
        facts = (column.label, "是" if column.is_required else "", column.hint, choices, column.example)
        for place, fact in enumerate(facts):
            notes.write_string(row, place, fact, wrapped)


def _offer_choices(book: Any, sheet: Any, kind: ImportKind, more: Mapping[str, Sequence[str]]) -> None:
    """Lists stand on a hidden sheet: in the cell's own rule they could not be longer than 255 characters."""
    lists = book.add_worksheet(_CHOICES)
    lists.hide()
    for place, column in enumerate(kind.columns):
        words = more.get(column.key) or column.choices
        if not words:
            continue
        lists.write_column(0, place, words)
        name = xl_col_to_name(place, col_abs=True)
        source = f"={_CHOICES}!{name}$1:{name}${len(words)}"
        message = {"error_title": column.label, "error_message": "请从列表中选择"}
        sheet.data_validation(
            1, place, _FORMATTED_ROWS, place, {"validate": "list", "source": source, **message}
        )


def error_file(kind: ImportKind, note: str, rows: Iterable[tuple[Incoming, str]]) -> bytes:
    """Rows with what is wrong with them, in the template's columns: corrected, it can be uploaded again."""
    output = BytesIO()
    book = xlsxwriter.Workbook(output, {"in_memory": True})
    book.set_properties({"title": f"{kind.label}{ERRORS}", "comments": note})
    sheet = book.add_worksheet(sheet_name(kind))
    text, head = book.add_format({"num_format": "@"}), book.add_format(_HEAD)
    red = book.add_format({"font_color": "#B42318", "text_wrap": True})
    for place, column in enumerate(kind.columns):
        sheet.set_column(place, place, column.width, text)
        sheet.write_string(0, place, f"{column.label}*" if column.is_required else column.label, head)
    last = len(kind.columns)
    sheet.set_column(last, last, 60)
    sheet.write_string(0, last, ERRORS, head)
    quoted = book.add_format({"quote_prefix": True, "num_format": "@"})
    for row, (incoming, errors) in enumerate(rows, 1):
        for place, column in enumerate(kind.columns):
            value = shown(column, incoming.cells.get(column.key, ""))
            begins_formula = value.startswith(_FORMULA_BEGINNINGS)
            sheet.write_string(row, place, value, quoted if begins_formula else text)
        sheet.write_string(row, last, f"原第{incoming.line}行：{errors}", red)
    sheet.freeze_panes(1, 0)
    sheet.set_header(f"&L&9{note.replace('&', '&&')[:200]}")
    book.close()
    return output.getvalue()


def shown(column: ImportColumn, value: str) -> str:
    """A value as it may be seen: of sensitive ones the beginning and the end."""
    if not column.is_sensitive or not value or "*" in value:
        return value
    if len(value) == 18:
        return validators.mask_citizen_id(value)
    if len(value) == 11:
        return validators.mask_mobile(value)
    kept = 3 if len(value) < 15 else 4
    return f"{value[:3]}{'*' * max(4, len(value) - 3 - kept)}{value[-kept:]}" if len(value) > 8 else "****"
