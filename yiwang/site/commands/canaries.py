"""`yiwang canary`: persons who do not exist, whom no answer may name (泄露监测)."""

import json
import sys

import click

from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.errors import Refused
from yiwang.platform.addressbook.actions import canaries as actions
from yiwang.platform.addressbook.models import Canary
from yiwang.platform.addressbook.queries import canaries as planted
from yiwang.platform.org.models import Unit

DONE, REFUSED = 0, 1


@click.group()
def canary() -> None:
    """泄露监测：设置虚构的监测人员、查看监测人员。"""


@canary.command()
@click.option("--unit", "code", required=True, help="所在机构的编码。")
@click.option(
    "--kind",
    type=click.Choice(Canary.Kind.values),
    default=Canary.Kind.OUTSIDE.value,
    help="监测内容：" + "、".join(f"{one.value} {one.label}" for one in Canary.Kind) + "。",
)
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出结果。")
def plant(code: str, kind: str, as_json: bool) -> None:
    """在机构中设置一名监测人员。他出现在无权查看者的页面时，安全管理员收到报警。

    退出码：0 已设置；1 不能设置。
    """
    try:
        unit = Unit.objects.get(code=code)
        made = actions.plant(unit, kind=kind, actor=SYSTEM)
    except Unit.DoesNotExist:
        click.echo(f"没有编码为{code}的机构", err=True)
        sys.exit(REFUSED)
    except Refused as refusal:
        click.echo(refusal.message, err=True)
        sys.exit(REFUSED)
    if as_json:
        click.echo(json.dumps({"id": made.pk, "person": made.person_id}))
    else:
        click.echo(f"已在{unit.short_name}设置第{made.pk}号监测人员")


@canary.command()
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出结果。")
def patrol(as_json: bool) -> None:
    """立即巡检：以普通用户的身份查找、浏览、计数，看监测人员是否外露。平时每15分钟自动进行。

    退出码：0 未发现外露；1 发现外露，安全管理员收到报警。
    """
    found = actions.patrol(actor=SYSTEM)
    if as_json:
        rows = [{"canary": one.canary_id, "place": one.route, "what": one.what} for one in found]
        click.echo(json.dumps(rows, ensure_ascii=False))
    else:
        for one in found:
            click.echo(f"{one.route}：{one.viewer_name}看到第{one.canary_id}号监测人员的{one.what}")
        click.echo(f"发现{len(found)}处疑似泄露" if found else "未发现泄露")
    sys.exit(REFUSED if found else DONE)


@canary.command("list")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出结果。")
def list_planted(as_json: bool) -> None:
    """列出监测人员和待处置的疑似泄露。"""
    living = list(planted.living())
    open_ones = planted.open_leaks(None)
    if as_json:
        rows = [{"id": one.pk, "kind": one.kind, "unit": str(one.person.unit or "")} for one in living]
        click.echo(json.dumps({"canaries": rows, "open_leaks": open_ones}, ensure_ascii=False))
        return
    for one in living:
        click.echo(f"第{one.pk}号　{one.get_kind_display()}　{one.person.unit or ''}")
    click.echo(f"监测人员{len(living)}名，待处置的疑似泄露{open_ones}条")
