"""`yiwang import calendar`: what it shows, what it writes, with which code it ends."""

import json
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from click.testing import CliRunner, Result

from yiwang.kernel.audit.models import Entry
from yiwang.kernel.workdays import queries, workbook
from yiwang.kernel.workdays.models import Year
from yiwang.site.commands.imports import imports

pytestmark = pytest.mark.django_db

NOTICE = [
    ("2027-01-01", "法定节假日", "元旦"),
    ("2027-02-05", "法定节假日", "春节"),
    ("2027-02-09", "休息日", "春节"),
    ("2027-02-20", "调休上班", "春节"),
]


def sheet(folder: Path, *rows: tuple[str, str, str]) -> Path:
    path = folder / "工作日历.xlsx"
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet()
    for line, row in enumerate([workbook.COLUMNS, *rows]):
        page.write_row(line, 0, row)
    book.close()
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(imports, ["calendar", *map(str, arguments)])


def test_a_dry_run_shows_the_differences_and_writes_nothing(tmp_path: Path) -> None:
    told = run(sheet(tmp_path, *NOTICE), "--dry-run")
    assert told.exit_code == 0
    assert "* 2027-02-20  休息日 → 调休上班（春节）" in told.stdout
    assert "2027年工作日历可以导入（未写入）" in told.stdout
    assert not Year.objects.filter(year=2027).exists()


def test_an_import_is_written_and_remembered(tmp_path: Path) -> None:
    path = sheet(tmp_path, *NOTICE)
    told = run(path, "--json")
    content = json.loads(told.stdout)
    assert (told.exit_code, content["imported"], content["year"], content["errors"]) == (0, True, 2027, [])
    entered = Year.objects.get(year=2027)
    assert (entered.is_official, entered.source_doc) == (True, "国务院办公厅关于2027年部分节假日安排的通知")
    assert queries.load().is_workday(date(2027, 2, 20))
    assert Entry.objects.filter(verb="workdays.imported", actor_name="系统").exists()
    again = json.loads(run(path, "--json", "--dry-run").stdout)
    assert (again["changes"], again["imported"], again["workdays"]) == ([], False, content["workdays"])


def test_wrong_rows_end_with_1_and_nothing_is_written(tmp_path: Path) -> None:
    told = run(sheet(tmp_path, *NOTICE, ("2027-02-30", "休息日", "")))
    assert (told.exit_code, "第6行：日期“2027-02-30”无法识别" in told.stderr) == (1, True)
    assert not Year.objects.filter(year=2027).exists()
    content = json.loads(run(sheet(tmp_path, ("2027-02-05", "上课", "")), "--json").stdout)
    assert (content["imported"], len(content["errors"])) == (False, 1)


def test_a_sheet_without_dates_ends_with_1(tmp_path: Path) -> None:
    told = run(sheet(tmp_path, ("明天", "休息日", "")))
    assert (told.exit_code, "没有读到任何日期" in told.stderr) == (1, True)


def test_an_unreadable_file_ends_with_2(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_text("no workbook")
    told = run(path, "--json")
    assert (told.exit_code, json.loads(told.stdout)) == (2, {"error": "文件无法读取，请使用xlsx模板"})
    assert run(tmp_path / "missing.xlsx").exit_code == 2


def test_a_refused_import_ends_with_1(tmp_path: Path) -> None:
    told = run(sheet(tmp_path, *NOTICE), "--source", " ")
    assert (told.exit_code, "请填写依据文件" in told.stderr) == (1, True)
