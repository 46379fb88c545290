"""The workbook: what is in it, who took it, and that nothing leaves unremembered."""

import datetime
import io
import re
import zipfile
from contextlib import closing
from decimal import Decimal
from operator import itemgetter
from typing import Any

import pytest
from django.db import connection
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.test import RequestFactory
from python_calamine import CalamineWorkbook

from yiwang.kernel.errors import Refused
from yiwang.kernel.listing import exports, screens
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import TextFilter
from yiwang.kernel.listing.tests.matters import SOURCES, Clerk, Matter

LISTING = screens.Listing(
    key="tests.matters",
    title="督查事项[2026]",
    columns=(
        Column("title", "名称", sort=("title",)),
        Column("due", "期限"),
        Column("weight", "分值", export=lambda row: row.weight),
        Column("act", "", value=lambda row: "查看", is_exported=False),
    ),
    filters=(TextFilter("q", "关键词", {"title": "contains"}),),
    order=("title",),
)


def ask(query: str = "", **fields: str) -> HttpRequest:
    request = RequestFactory().post(f"/list/?{query}", {"export": "1", **fields})
    request.user = Clerk()  # type: ignore[assignment]
    return request


def export(request: HttpRequest) -> bytes:
    answer = screens.respond(request, SOURCES["orm"](), LISTING, template="x.html", may_export=True)
    return taken(answer)


def taken(answer: HttpResponseBase) -> bytes:
    """The file. The answer's own close() would end the test's transaction."""
    assert isinstance(answer, FileResponse)
    file: Any = answer.file_to_stream
    with closing(file):
        return bytes(file.read())


def sheet(content: bytes) -> list[list[Any]]:
    return (
        CalamineWorkbook.from_filelike(io.BytesIO(content))
        .get_sheet_by_index(0)
        .to_python(skip_empty_area=False)
    )


def entries() -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select actor_name, target_title, reason, changes from audit_entry"
            " where verb = 'kernel.exported' order by id"
        )
        return list(cursor.fetchall())


@pytest.fixture
def matters(table: None) -> None:
    Matter.objects.create(title="一般事项", due=datetime.date(2026, 11, 30), weight=Decimal("2.50"))
    Matter.objects.create(title="=HYPERLINK(1)", due=None, weight=None)
    Matter.objects.create(title="另一事项", due=datetime.date(2026, 12, 1), weight=3)


@pytest.mark.usefixtures("matters")
class TestExport:
    def test_the_rows_are_in_it(self) -> None:
        rows = sheet(export(ask(purpose="核对年度督查事项")))
        assert rows[2] == ["名称", "期限", "分值"]
        assert rows[3][0] == "=HYPERLINK(1)"
        assert {row[0] for row in rows[3:]} == {"一般事项", "=HYPERLINK(1)", "另一事项"}
        one = next(row for row in rows if row[0] == "一般事项")
        assert one[1] in (datetime.date(2026, 11, 30), datetime.datetime(2026, 11, 30))  # noqa: DTZ001  a workbook knows no time zones
        assert one[2] == 2.5

    def test_it_says_who_took_it(self) -> None:
        rows = sheet(export(ask(purpose="核对年度督查事项")))
        assert rows[0][0] == "督查事项[2026]"
        assert re.fullmatch(
            r"导出人：沈国平　单位：区政务办　时间：\d{4}-\d\d-\d\d \d\d:\d\d　用途：核对年度督查事项",
            rows[1][0],
        )

    def test_filters_count(self) -> None:
        rows = sheet(export(ask("q=另一", purpose="核对")))
        assert [row[0] for row in rows[3:]] == ["另一事项"]

    def test_it_is_remembered(self) -> None:
        export(ask("q=事项", purpose="核对"))
        ((actor, title, reason, changes),) = entries()
        assert (actor, title, reason) == ("沈国平", "督查事项[2026]（2条）", "核对")
        assert "关键词：事项" in str(changes)

    @pytest.mark.parametrize("purpose", ["", "   ", "长" * 201])
    def test_without_a_purpose_nothing_leaves(self, purpose: str) -> None:
        with pytest.raises(Refused) as caught:
            export(ask(purpose=purpose))
        assert caught.value.status == 422
        assert "purpose" in caught.value.fields
        assert entries() == []

    def test_too_many_rows_are_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(exports, "MOST_ROWS", 2)
        with pytest.raises(Refused, match="超过2条"):
            export(ask(purpose="核对"))
        assert entries() == []

    def test_it_is_a_download_with_a_chinese_name(self) -> None:
        answer = screens.respond(
            ask(purpose="核对"), SOURCES["orm"](), LISTING, template="x.html", may_export=True
        )
        assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''%E7%9D%A3")
        assert taken(answer).startswith(b"PK")


class TestCells:
    def written(self, *values: object) -> tuple[list[Any], str]:
        file = io.BytesIO()
        columns = [Column(f"c{index}", f"列{index}", value=itemgetter(index)) for index in range(len(values))]
        assert exports.write(file, "表", "导出人", columns, [values]) == 1
        with zipfile.ZipFile(file) as book:
            xml = book.read("xl/worksheets/sheet1.xml").decode()
        return sheet(file.getvalue())[3], xml

    def test_nothing_becomes_a_formula(self) -> None:
        values = ("=1+1", "+861380000", "-2", "@SUM(A1)", "\t=1", "平常")
        row, xml = self.written(*values)
        assert "<f>" not in xml
        assert row == list(values)

    def test_long_codes_keep_their_digits(self) -> None:
        row, _ = self.written("310118199001011234", 310118199001011234, "021-59732345")
        assert row == ["310118199001011234", "310118199001011234", "021-59732345"]

    def test_types(self) -> None:
        moment = datetime.datetime(2026, 11, 23, 6, 5, tzinfo=datetime.UTC)
        row, _ = self.written(True, None, 12, Decimal("1.5"), moment, "")
        assert row == ["是", "", 12, 1.5, datetime.datetime(2026, 11, 23, 14, 5), ""]  # noqa: DTZ001  as above

    def test_control_characters_do_not_break_the_file(self) -> None:
        row, _ = self.written("张\x00三\x1b")
        assert row == ["张三"]
