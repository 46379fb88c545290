"""Something to import in tests: years of the working calendar, with a column that must not be seen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.imports import ImportColumn, ImportKind, Incoming, Judged, Outcome
from yiwang.kernel.workdays.models import Year

HEAD = ("年份", "依据文件", "性质", "经办人证件号码")


@dataclass(frozen=True)
class Keeper:
    """Who may import years, unless his account id says otherwise."""

    account_id: int | None = 7
    name: str = "李四"
    unit_name: str = "朱家角镇"
    title: str = "办事员"
    mobile_tail: str = "0007"
    is_temporary: bool = False
    posts: tuple[object, ...] = ()
    current: object = None
    may: bool = True

    def allows(self, permission: str, *, at: str | None = None) -> bool:
        return self.may and permission == "imports.years"


def judge(rows: Sequence[Incoming], actor: Any) -> Iterator[Judged]:
    known = {str(one.year): one.source_doc for one in Year.objects.all()}
    for row in rows:
        year, source = row.cells["year"], row.cells["source"]
        if row.errors:
            yield Judged(Outcome.WRONG, year)
        elif year not in known:
            yield Judged(Outcome.NEW, f"{year}年")
        elif known[year] == source:
            yield Judged(Outcome.UNCHANGED, f"{year}年")
        else:
            yield Judged(Outcome.CHANGED, f"{year}年", (("依据文件", known[year], source),))


def apply(rows: Sequence[Incoming], *, actor: Any) -> None:
    for row in rows:
        if row.cells["source"] == "作废":
            raise Refused("该通知已作废")
        year = int(row.cells["year"])
        Year.objects.update_or_create(
            year=year, defaults={"source_doc": row.cells["source"], "imported_at": timezone.now()}
        )


def kind(*, is_whole: bool = False, **more: Any) -> ImportKind:
    options: dict[str, Any] = {
        "columns": (
            ImportColumn("year", HEAD[0], is_required=True, example="2050"),
            ImportColumn("source", HEAD[1], is_required=True, most=30),
            ImportColumn("sort", HEAD[2], choices=("正式", "暂定")),
            ImportColumn("number", HEAD[3], is_sensitive=True),
        ),
        "judge": judge,
        "apply": apply,
        "actor_of": lambda account_id: Keeper(account_id) if account_id == 7 else None,
        "permissions": ("imports.years",),
        "back": ("首页", "portal:home"),
        "notes": ("年份为四位数字。",),
        "is_whole": is_whole,
    }
    return ImportKind("imports.years", "年度安排导入", **{**options, **more})


def workbook(*rows: Sequence[object], sheet: str = "年度安排导入", merge: str = "") -> bytes:
    output = BytesIO()
    book = xlsxwriter.Workbook(output, {"in_memory": True, "strings_to_formulas": False})
    page = book.add_worksheet(sheet)
    for line, row in enumerate(rows):
        page.write_row(line, 0, row)
    if merge:
        page.merge_range(merge, "合并")
    book.close()
    return output.getvalue()


def upload(*rows: Sequence[object], name: str = "年度.xlsx", **options: Any) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, workbook(HEAD, *rows, **options))
