"""`yiwang audit`: anchor and verify the audit log. There is no command that removes anything from it."""

import json
import sys
from dataclasses import asdict

import click
from django.db import DatabaseError

from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit import actions, queries
from yiwang.kernel.crypto.keys import KeyProviderError
from yiwang.site.commands.progress import bar

INTACT, BROKEN, ERROR = 0, 1, 2


@click.group()
def audit() -> None:
    """审计日志：锚定与校验。"""


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出结果。")
def verify(as_json: bool) -> None:
    """校验全部审计日志，指出第一处被改动的行。

    退出码：0 完好；1 被改动；2 无法校验。
    """
    try:
        with bar("校验审计日志", shown=not as_json) as progress:
            result = queries.verify(progress=progress)
    except (DatabaseError, KeyProviderError) as problem:
        click.echo(
            json.dumps({"error": str(problem)}) if as_json else f"无法校验：{problem}", err=not as_json
        )
        sys.exit(ERROR)
    if as_json:
        click.echo(json.dumps({"intact": result.is_intact, **asdict(result)}, ensure_ascii=False))
    else:
        _tell(result)
    sys.exit(INTACT if result.is_intact else BROKEN)


def _tell(result: queries.Verification) -> None:
    for warning in result.warnings:
        click.echo(f"注意：{warning}", err=True)
    if result.broken:
        row = "（无行号）" if result.broken.entry_id is None else f"第{result.broken.entry_id}行"
        anchor = "" if result.broken.anchor is None else f"，第{result.broken.anchor}号锚点"
        click.echo(f"审计日志被改动：{row}{anchor}：{result.broken.reason}")
        return
    click.echo(
        f"审计日志完好：{result.entries}行，{result.anchors}个锚点，{result.pending}行待锚定，"
        f"用时{result.seconds:.1f}秒"
    )


@audit.command()
def anchor() -> None:
    """立即锚定尚未锚定的日志（后台任务每分钟自动进行）。"""
    click.echo(f"已锚定{actions.extend_chain(actor=SYSTEM)}行")
