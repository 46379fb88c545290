"""Reading xlsx workbooks that anybody may have made: row by row, within bounds, without believing formulas.

The file is never unpacked as a whole. What a row holds beyond the wanted columns, and the empty rows that
formatting leaves behind, cost nothing; a cell at the far end of the sheet does not make the sheet large.
"""

import posixpath
import re
import zipfile
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import IO, Any, BinaryIO
from xml.parsers import expat

from yiwang.kernel.validators import Invalid

UNREADABLE = "文件无法读取，请使用xlsx模板填写"
TOO_LARGE = "表格内容过大，请清除多余的内容和格式后分批导入"
NO_SHEET = "工作簿中没有可读取的工作表"

MOST_BYTES = 96 * 1024 * 1024  # of unpacked XML, all parts together
MOST_TEXTS = 1_000_000  # shared strings
LONGEST_CELL = 32_767  # what the format allows
_PIECE = 65_536
_MOST_MEMBERS = 2_000

_BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    expat.ExpatError,
    NotImplementedError,
    EOFError,
    OSError,
    RuntimeError,  # zipfile: a password is needed
    UnicodeError,
)
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CONTROLS = {code: None for code in range(32) if code not in (9, 10, 13)}


class Mark(Enum):
    """What stands in a cell that has no value of its own."""

    FORMULA = "公式"
    ERROR = "错误值"


@dataclass(frozen=True, slots=True)
class Number:
    """A number as the file writes it: the digits tell whether a code that was typed as a number lost some."""

    text: str

    @property
    def value(self) -> float:
        return float(self.text)

    @property
    def is_whole(self) -> bool:
        return self.text.isascii() and self.text.isdigit()


Cell = str | Number | bool | Mark


@dataclass(frozen=True, slots=True)
class Line:
    """A row that holds something. number: as the spreadsheet program shows it; cells by column from 0."""

    number: int
    cells: dict[int, Cell]


def read(
    stream: BinaryIO, *, most_rows: int, most_columns: int, sheet: str = "", takes_merged: bool = True
) -> Iterator[Line]:
    """The rows of a sheet (the first visible one, or the one so named) that hold anything.

    takes_merged: of merged cells only the first holds something; False refuses a sheet that has some, which
    is known after its last row. Invalid when it is no xlsx workbook, or is larger than it may be.
    """
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            _require_modest(archive)
            book = _Book(archive)
            part = book.part_of(sheet)
            yield from _Sheet(book.texts(), most_rows, most_columns, takes_merged).lines(book.open(part))
    except Invalid:
        raise
    except _BROKEN as error:
        raise Invalid(UNREADABLE) from error


def _require_modest(archive: zipfile.ZipFile) -> None:
    """Sizes are what the archive says; reading stops there, so a lie gains nothing."""
    members = archive.infolist()
    size = sum(one.file_size for one in members if one.filename.lower().endswith((".xml", ".rels")))
    if len(members) > _MOST_MEMBERS or size > MOST_BYTES:
        raise Invalid(TOO_LARGE)


def _local(name: str) -> str:
    """The name without its prefix; workbooks differ in prefixes and in the year of the namespace."""
    return name.rpartition(":")[2]


def _parse(content: IO[bytes], prepare: Callable[[Any], None]) -> Iterator[None]:
    """Feed the XML piece by piece; yields after each piece, so that what was found can be taken on."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    prepare(parser)
    while piece := content.read(_PIECE):
        parser.Parse(piece)
        yield
    parser.Parse(b"", True)  # noqa: FBT003  the end of the document
    yield


def _refuse_doctype(*_: object) -> None:
    """Entities have no place in a workbook."""
    raise Invalid(UNREADABLE)


def _exhaust(content: IO[bytes], prepare: Callable[[Any], None]) -> None:
    for _ in _parse(content, prepare):
        pass


class _Book:
    """The parts of a workbook."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = {name.lower().lstrip("/"): name for name in archive.namelist()}
        self._sheets: list[tuple[str, str, bool]] = []  # name, relation, is visible
        self._relations: dict[str, tuple[str, str]] = {}  # id -> kind, part
        self._read_relations()
        self._read_sheets()

    def open(self, part: str) -> IO[bytes]:
        name = self._names.get(part.lower())
        if name is None:
            raise Invalid(UNREADABLE)
        return self._archive.open(name)

    def _read_relations(self) -> None:
        def begin(name: str, attributes: dict[str, str]) -> None:
            if _local(name) == "Relationship" and attributes.get("TargetMode") != "External":
                target = attributes.get("Target", "")
                part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
                kind = attributes.get("Type", "").rpartition("/")[2]
                self._relations[attributes.get("Id", "")] = (kind, part)

        _exhaust(
            self.open("xl/_rels/workbook.xml.rels"),
            lambda parser: setattr(parser, "StartElementHandler", begin),
        )

    def _read_sheets(self) -> None:
        def begin(name: str, attributes: dict[str, str]) -> None:
            if _local(name) == "sheet":
                relation = next((value for key, value in attributes.items() if _local(key) == "id"), "")
                is_visible = attributes.get("state", "visible") == "visible"
                self._sheets.append((attributes.get("name", ""), relation, is_visible))

        _exhaust(self.open("xl/workbook.xml"), lambda parser: setattr(parser, "StartElementHandler", begin))

    def part_of(self, wanted: str) -> str:
        for name, relation, is_visible in self._sheets:
            kind, part = self._relations.get(relation, ("", ""))
            if kind == "worksheet" and (name == wanted if wanted else is_visible):
                return part
        raise Invalid(NO_SHEET)

    def texts(self) -> list[str]:
        """The shared strings; without the readings that Japanese workbooks put beside them."""
        part = next((part for kind, part in self._relations.values() if kind == "sharedStrings"), "")
        if not part:
            return []
        found: list[str] = []
        collector = _Text()

        def begin(name: str, attributes: dict[str, str]) -> None:
            collector.begin(_local(name))
            if _local(name) == "si" and len(found) >= MOST_TEXTS:
                raise Invalid(TOO_LARGE)

        def end(name: str) -> None:
            collector.end(_local(name))
            if _local(name) == "si":
                found.append(collector.take())

        def prepare(parser: Any) -> None:
            parser.StartElementHandler, parser.EndElementHandler = begin, end
            parser.CharacterDataHandler = collector.add

        _exhaust(self.open(part), prepare)
        return found


class _Text:
    """Gathers what stands in <t>, but not in <rPh>."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._is_open = False
        self._skips = 0

    def begin(self, name: str) -> None:
        if name == "rPh":
            self._skips += 1
        elif name == "t":
            self._is_open = not self._skips

    def end(self, name: str) -> None:
        if name == "rPh":
            self._skips -= 1
        elif name == "t":
            self._is_open = False

    def add(self, text: str) -> None:
        if self._is_open:
            self._pieces.append(text)

    def take(self) -> str:
        text = "".join(self._pieces)[:LONGEST_CELL]
        self._pieces.clear()
        return _plain(text)


def _plain(text: str) -> str:
    """_x000D_ and its like made characters again, control characters dropped."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
        text = text.encode("utf-8", "replace").decode()  # half a surrogate pair is no character
    return text.translate(_CONTROLS)


def _column_of(reference: str) -> int:
    """AB12 -> 27; -1 when it is no reference."""
    match = _REFERENCE.fullmatch(reference)
    if not match:
        return -1
    number = 0
    for letter in match[1]:
        number = number * 26 + ord(letter) - 64
    return number - 1


class _Sheet:
    """The handlers that make rows of a sheet's XML."""

    def __init__(self, texts: list[str], most_rows: int, most_columns: int, takes_merged: bool) -> None:
        self._texts = texts
        self._takes_merged = takes_merged
        self._most_rows, self._most_columns = most_rows, most_columns
        self._ready: deque[Line] = deque()
        self._count = 0
        self._row, self._column = 0, -1
        self._cells: dict[int, Cell] = {}
        self._kind = ""
        self._has_formula = False
        self._value: list[str] = []
        self._in_value = False
        self._inline = _Text()

    def lines(self, content: IO[bytes]) -> Iterator[Line]:
        def prepare(parser: Any) -> None:
            parser.StartElementHandler, parser.EndElementHandler = self._begin, self._end
            parser.CharacterDataHandler = self._add

        for _ in _parse(content, prepare):
            while self._ready:
                yield self._ready.popleft()

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        name = _local(name)
        if name == "row":
            given = attributes.get("r", "")
            self._row = (
                int(given) if given.isascii() and given.isdigit() and len(given) < 8 else self._row + 1
            )
            self._column, self._cells = -1, {}
        elif name == "c":
            reference = _column_of(attributes.get("r", ""))
            self._column = reference if reference >= 0 else self._column + 1
            self._kind = attributes.get("t", "n")
            self._has_formula, self._value = False, []
        elif name == "f":
            self._has_formula = True
        elif name == "v":
            self._in_value = True
        elif name == "mergeCell" and not self._takes_merged:
            raise Invalid(f"工作表中有合并单元格（{attributes.get('ref', '')}），请取消合并后重新上传")
        else:
            self._inline.begin(name)

    def _add(self, text: str) -> None:
        if self._in_value:
            self._value.append(text)
        else:
            self._inline.add(text)

    def _end(self, name: str) -> None:
        name = _local(name)
        if name == "v":
            self._in_value = False
        elif name == "c":
            value = self._cell()
            if value != "" and 0 <= self._column < self._most_columns:
                self._cells[self._column] = value
        elif name == "row":
            self._finish_row()
        else:
            self._inline.end(name)

    def _finish_row(self) -> None:
        if not self._cells:
            return
        self._count += 1
        if self._count > self._most_rows:
            raise Invalid(f"表格超过{self._most_rows}行，请分批导入")
        self._ready.append(Line(self._row, self._cells))
        self._cells = {}

    def _cell(self) -> Cell:
        inline = self._inline.take()
        if self._has_formula:
            return Mark.FORMULA
        value = "".join(self._value)
        if self._kind == "inlineStr":
            return inline.strip()
        if not value:
            return ""
        if self._kind == "s":
            place = int(value) if value.isascii() and value.isdigit() and len(value) < 10 else -1
            if not 0 <= place < len(self._texts):
                raise Invalid(UNREADABLE)
            return self._texts[place].strip()
        if self._kind == "b":
            return value == "1"
        if self._kind == "e":
            return Mark.ERROR
        if self._kind == "n":
            return _number(value)
        return _plain(value).strip()


def _number(text: str) -> Cell:
    try:
        value = float(text)
    except ValueError:
        raise Invalid(UNREADABLE) from None
    if text.isascii() and text.isdigit():
        return Number(text)
    is_exact = value.is_integer() and abs(value) < 10**15
    return Number(str(int(value)) if is_exact else text)
