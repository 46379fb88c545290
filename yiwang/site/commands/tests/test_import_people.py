"""`yiwang import people`: what it shows, what it applies for, with which code it ends."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from python_calamine import CalamineWorkbook

from tests.cast import Cast
from yiwang.platform.changes.models import ImportBatch
from yiwang.platform.changes.tests.workbooks import file_of, row
from yiwang.site.commands.imports import imports

pytestmark = pytest.mark.django_db


def run(*arguments: object) -> Result:
    return CliRunner().invoke(imports, ["people", *map(str, arguments)])


def write(folder: Path, *rows: dict[str, str]) -> Path:
    path = folder / "人员.xlsx"
    path.write_bytes(file_of(rows))
    return path


def test_a_dry_run_judges_and_applies_for_nothing(cast: Cast, tmp_path: Path) -> None:
    told = run(write(tmp_path, row(1), row(2, name="张三")), "--unit", "QP-0301", "--dry-run")
    assert told.exit_code == 0
    assert told.stdout.splitlines() == ["共2行：新增2，修改0，未变0，有误0", "未提交"]
    assert not ImportBatch.objects.exists()


def test_wrong_rows_are_told_and_kept_masked(cast: Cast, tmp_path: Path) -> None:
    path = write(
        tmp_path, row(1, id_number="310118199001010011"), row(2, unit="QP-0302-01"), row(3, name="李三")
    )
    told = run(path, "--unit", "QP-0301", "--dry-run", "--errors", tmp_path / "错误.xlsx")
    assert told.exit_code == 1
    assert "第2行：身份证号码校验位错误" in told.stderr and "310118199001010011" not in told.stderr
    assert "第3行：没有这个机构，或不在您的管理范围内" in told.stderr
    text = str(CalamineWorkbook.from_path(str(tmp_path / "错误.xlsx")).get_sheet_by_index(0).to_python())
    assert "310118********0011" in text and "310118199001010011" not in text


def test_sound_rows_are_applied_for_in_somebodys_name(cast: Cast, tmp_path: Path) -> None:
    path = write(tmp_path, row(1), row(2, mobile="1"))
    refused = run(path, "--unit", "QP-0301", "--by", "qian")
    assert refused.exit_code == 1 and not ImportBatch.objects.exists()
    told = run(path, "--unit", "QP-0301", "--by", "qian", "--sound-only", "--json")
    content = json.loads(told.stdout)
    batch = ImportBatch.objects.get()
    assert told.exit_code == 0 and content["batch"] == batch.number
    assert content["counts"] == {"new": 1, "changed": 0, "unchanged": 0, "wrong": 1}
    assert (batch.applicant_name, batch.new, batch.state) == ("钱玉芬", 1, "waiting_unit")


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (("--unit", "QP-9999", "--dry-run"), 1, "没有机构编码“QP-9999”"),
        (("--unit", "QP-0301"), 2, "请用 --by 指定申报人的登录名"),
        (("--unit", "QP-0301", "--by", "nobody"), 2, "没有可用的账号“nobody”"),
        (("--unit", "QP-0301", "--by", "li"), 1, "李四没有朱家角镇的“申报人员、机构变动”权限"),
        (("--unit", "QP-0302", "--by", "qian"), 1, "钱玉芬没有徐泾镇的“申报人员、机构变动”权限"),
    ],
)
def test_refusals(cast: Cast, tmp_path: Path, arguments: tuple[str, ...], code: int, text: str) -> None:
    told = run(write(tmp_path, row(1)), *arguments)
    assert told.exit_code == code and text in told.stderr
    assert not ImportBatch.objects.exists()


def test_what_is_no_workbook(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "人员.xlsx"
    path.write_text("姓名,手机号码")
    told = run(path, "--unit", "QP-0301", "--dry-run", "--json")
    assert told.exit_code == 2 and "error" in json.loads(told.stdout)
