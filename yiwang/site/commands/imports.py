"""`yiwang import`: bring in data from files. Each kind shows what it would change before it changes it."""

import json
import re
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.errors import Refused
from yiwang.kernel.validators import Invalid
from yiwang.kernel.workdays import actions, queries, workbook
from yiwang.kernel.workdays.planning import Plan, Row
from yiwang.site.commands.import_people import people

DONE, REFUSED, UNREADABLE = 0, 1, 2

_YEAR = re.compile(r"20[0-9]{2}")
_NOTICE = "国务院办公厅关于{}年部分节假日安排的通知"


@click.group(name="import")
def imports() -> None:
    """导入数据：工作日历、人员。"""


imports.add_command(people)


@imports.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--year", type=click.IntRange(2018, 2099), help="年份，默认取文件中多数日期的年份。")
@click.option("--source", default="", help="依据文件，默认为国务院办公厅当年的节假日安排通知。")
@click.option("--dry-run", is_flag=True, help="只显示差异，不写入。")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出结果。")
def calendar(file: Path, year: int | None, source: str, dry_run: bool, as_json: bool) -> None:
    """导入一年的工作日历（xlsx，模板见管理后台“工作日历”），并按新日历重新计算未办结事项的期限。

    退出码：0 已导入，或 --dry-run 时可以导入；1 表中有错误或未导入；2 文件无法读取或命令写错。
    """
    try:
        rows = workbook.read(file.read_bytes())
    except (Invalid, OSError) as problem:
        _end(UNREADABLE, str(problem), as_json=as_json)
    wanted = year or _year_of(rows)
    if wanted is None:
        _end(REFUSED, "没有读到任何日期，请使用模板填写", as_json=as_json)
    plan = queries.plan_import(wanted, rows)
    if not plan.errors and not dry_run:
        notice = source or _NOTICE.format(wanted)
        try:
            plan = actions.import_year(wanted, rows, source_doc=notice, actor=SYSTEM)
        except Refused as problem:
            _end(REFUSED, str(problem), as_json=as_json)
    if as_json:
        click.echo(json.dumps(_content(plan, dry_run=dry_run), ensure_ascii=False))
    else:
        _show(plan, dry_run=dry_run)
    sys.exit(REFUSED if plan.errors else DONE)


def _end(code: int, problem: str, *, as_json: bool) -> NoReturn:
    click.echo(json.dumps({"error": problem}, ensure_ascii=False) if as_json else problem, err=not as_json)
    sys.exit(code)


def _year_of(rows: Sequence[Row]) -> int | None:
    """The year that most dates of the sheet name."""
    years = Counter(found[0] for row in rows if (found := _YEAR.match(str(row.date))))
    return int(years.most_common(1)[0][0]) if years else None


def _content(plan: Plan, *, dry_run: bool) -> dict[str, Any]:
    return {
        "year": plan.year,
        "imported": not dry_run and not plan.errors,
        "workdays": plan.workday_count,
        "changes": [
            {
                "date": change.date.isoformat(),
                "before": change.before.text,
                "after": change.after.text,
                "is_moved": change.is_moved,
            }
            for change in plan.changes
        ],
        "warnings": list(plan.warnings),
        "errors": [error.text for error in plan.errors],
    }


def _show(plan: Plan, *, dry_run: bool) -> None:
    for error in plan.errors:
        click.echo(error.text, err=True)
    if plan.errors:
        click.echo(f"{plan.year}年工作日历有{len(plan.errors)}处错误，未导入", err=True)
        return
    for change in plan.changes:
        mark = "*" if change.is_moved else " "
        click.echo(f"{mark} {change.date}  {change.before.text} → {change.after.text}")
    for warning in plan.warnings:
        click.echo(f"注意：{warning}", err=True)
    done = "可以导入（未写入）" if dry_run else "已导入"
    click.echo(
        f"{plan.year}年工作日历{done}：工作日{plan.workday_count}天，与现有日历相差{len(plan.changes)}天"
        f"（*为上班与休息互换）"
    )
