"""`yiwang import people`: a unit's workbook of people, judged row by row, and applied for as one batch."""

import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

import click

from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.imports import Incoming, Judged, Outcome, import_kinds
from yiwang.kernel.imports import workbook
from yiwang.kernel.validators import Invalid
from yiwang.platform.accounts.queries import accounts, principals
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.changes.actions import people_import
from yiwang.platform.changes.queries import people_import as plans
from yiwang.platform.changes.vocabulary import APPLY
from yiwang.platform.org.models import Unit

DONE, REFUSED, UNREADABLE = 0, 1, 2
_KIND = "changes.people"
_LABELS = {
    Outcome.NEW: "新增",
    Outcome.CHANGED: "修改",
    Outcome.UNCHANGED: "未变",
    Outcome.WRONG: "有误",
}


@dataclass(frozen=True)
class _Reader:
    """Who only looks what a file would do in a unit."""

    path: str
    person_id: int = 0

    def scopes(self, permission: str) -> list[tuple[str, bool]]:
        return [(self.path, True)]


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--unit", "code", required=True, help="单位的机构编码；表中的人员只能属于该单位及其下级机构。")
@click.option("--by", "login", default="", help="申报人的登录名，须有该单位的申报权限；--dry-run 时不需要。")
@click.option("--sound-only", is_flag=True, help="有错误的行不提交，其余的行照常提交。")
@click.option(
    "--errors",
    type=click.Path(dir_okay=False, path_type=Path),
    help="把有错误的行写入该xlsx文件（号码遮蔽）。",
)
@click.option("--dry-run", is_flag=True, help="只校验，不提交。")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出结果。")
def people(
    file: Path, *, code: str, login: str, sound_only: bool, errors: Path | None, dry_run: bool, as_json: bool
) -> None:
    """导入一个单位的人员（xlsx，模板见“人员批量申报”）：逐行校验后作为一批提交审核，审核通过后生效。

    退出码：0 已提交，或 --dry-run 时可以提交；1 有错误的行或未提交；2 文件无法读取或命令写错。
    """
    unit = Unit.objects.living().filter(code=code).first()
    if unit is None:
        _end(REFUSED, f"没有机构编码“{code}”", as_json=as_json)
    rows = _read(file, as_json=as_json)
    applicant = None if dry_run else _applicant(login, unit, as_json=as_json)
    judged = list(plans.judge(rows, applicant or _Reader(unit.path)))
    verdicts = [_verdict(row, one) for row, one in zip(rows, judged, strict=True)]
    wrong = [(row, "；".join(said)) for row, _, said in verdicts if said]
    if errors is not None and wrong:
        errors.write_bytes(workbook.error_file(import_kinds.get(_KIND), f"{unit.short_name}人员导入", wrong))
    number = ""
    if applicant is not None and not (wrong and not sound_only):
        number = _apply(verdicts, applicant, as_json=as_json)
    _tell(verdicts, number, as_json=as_json)
    sys.exit(REFUSED if (wrong and not sound_only) or (applicant is not None and not number) else DONE)


def _read(file: Path, *, as_json: bool) -> list[Incoming]:
    """The rows of the file, with what the columns' own rules say."""
    kind = import_kinds.get(_KIND)
    try:
        with file.open("rb") as stream:
            found = workbook.read(stream, file.name, file.stat().st_size, kind)
    except (Invalid, OSError) as problem:
        _end(UNREADABLE, str(problem), as_json=as_json)
    return [
        Incoming(one.line, one.cells, (*one.errors, *workbook.errors_of(one.cells, kind))) for one in found
    ]


def _applicant(login: str, unit: Unit, *, as_json: bool) -> Principal:
    """Who applies, with his right narrowed to the unit."""
    account = accounts.by_login(login) if login else None
    user = principals.of_account(account.pk) if account is not None else None
    if user is None:
        _end(
            UNREADABLE,
            "请用 --by 指定申报人的登录名" if not login else f"没有可用的账号“{login}”",
            as_json=as_json,
        )
    own = [one for one in (*user.grants, *user.dormant) if one.permission == APPLY.key]
    covers = [
        one
        for one in own
        if one.path in ("", unit.path) or (one.includes_below and unit.path.startswith(one.path))
    ]
    if not covers:
        _end(REFUSED, f"{user.name}没有{unit.short_name}的“{APPLY.label}”权限", as_json=as_json)
    only = replace(covers[0], path=unit.path, includes_below=True)
    return replace(user, grants=(only,), permissions=frozenset({APPLY.key}))


Verdict = tuple[Incoming, Judged, tuple[str, ...]]


def _verdict(row: Incoming, one: Judged) -> Verdict:
    return row, one, tuple(dict.fromkeys((*row.errors, *one.errors)))


def _apply(verdicts: Sequence[Verdict], applicant: Principal, *, as_json: bool) -> str:
    """The number of the batch; "" when there is nothing to apply for."""
    goes_in = (Outcome.NEW, Outcome.CHANGED)
    sound = [row for row, one, said in verdicts if not said and one.outcome in goes_in]
    if not sound:
        return ""
    try:
        return people_import.submit(sound, actor=applicant).number
    except Refused as refusal:
        _end(REFUSED, refusal.message, as_json=as_json)


def _end(code: int, problem: str, *, as_json: bool) -> NoReturn:
    click.echo(json.dumps({"error": problem}, ensure_ascii=False) if as_json else problem, err=not as_json)
    sys.exit(code)


def _tell(verdicts: Sequence[Verdict], number: str, *, as_json: bool) -> None:
    counts = Counter(Outcome.WRONG if said else one.outcome for _, one, said in verdicts)
    if as_json:
        content: dict[str, Any] = {
            "rows": len(verdicts),
            "batch": number or None,
            "counts": {outcome.value: counts[outcome] for outcome in Outcome},
            "errors": [{"line": row.line, "errors": list(said)} for row, _, said in verdicts if said],
        }
        click.echo(json.dumps(content, ensure_ascii=False))
        return
    for row, _, said in verdicts:
        if said:
            click.echo(f"第{row.line}行：{'；'.join(said)}", err=True)
    words = "，".join(f"{label}{counts[outcome]}" for outcome, label in _LABELS.items())
    click.echo(f"共{len(verdicts)}行：{words}")
    click.echo(f"已提交审核：{number}" if number else "未提交")
