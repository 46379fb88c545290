"""Workbooks of people for tests: rows as the template has them, read as uploads are."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.cast import Cast, with_check_digit
from yiwang.kernel.extension.imports import Incoming, import_kinds
from yiwang.kernel.imports import workbook

KIND = "changes.people"
OFFICE = "QP-0301-01 党政办公室"


def number_of(place: int, born: str = "19900101") -> str:
    """A citizen ID number of nobody."""
    return with_check_digit(f"310199{born}{place:03d}")


def row(place: int = 1, **cells: str) -> dict[str, str]:
    """A sound row: somebody new for 朱家角镇党政办公室."""
    return {
        "name": "古力·艾买提",
        "id_number": number_of(place),
        "mobile": f"1370000{place:04d}",
        "category": "非编制内聘用人员",
        "establishment": "劳动合同",
        "unit": OFFICE,
        "title": "社区工作者",
        **cells,
    }


def file_of(rows: Sequence[dict[str, str]]) -> bytes:
    """The template with these rows filled in."""
    return workbook.template(import_kinds.get(KIND), rows=rows)


def read(rows: Sequence[dict[str, str]]) -> list[Incoming]:
    """The rows as they come out of the file."""
    content = file_of(rows)
    kind = import_kinds.get(KIND)
    found = workbook.read(BytesIO(content), "人员.xlsx", len(content), kind)
    return [
        Incoming(one.line, one.cells, (*one.errors, *workbook.errors_of(one.cells, kind))) for one in found
    ]


def upload(rows: Sequence[dict[str, str]], name: str = "人员.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, file_of(rows))


def crowd(count: int, start: int = 100, **cells: str) -> list[dict[str, str]]:
    """Many people, all different."""
    return [
        row(
            place % 1_000, name=f"{'赵钱孙李周吴郑王'[place % 8]}{chr(0x4E00 + place)}",
            mobile=f"136{place:08d}", **cells,
            id_number=number_of(place % 1_000, f"19{70 + place // 1_000 % 30}0101"),
        )
        for place in range(start, start + count)
    ]  # fmt: skip


def known(cast: Cast, login: str, **cells: str) -> dict[str, str]:
    """Somebody of the cast, as he stands there."""
    person: Any = cast.member(login).person
    unit = person.unit
    return {
        "name": person.name,
        "id_number": person.id_number,
        "mobile": person.mobile,
        "category": "在编人员",
        "unit": f"{unit.code} {unit.short_name}",
        "title": person.title,
        **cells,
    }
