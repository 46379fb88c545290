"""`yiwang keys`: the state of the keys and their rotation. No command shows a key."""

import json
import sys
import time
from dataclasses import asdict

import click
from django.utils import timezone

from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.crypto import actions, queries
from yiwang.kernel.crypto import keys as providers
from yiwang.kernel.errors import Refused
from yiwang.site.commands.progress import bar

DONE, UNREADABLE, ERROR = 0, 1, 2


@click.group()
def keys() -> None:
    """密钥：状态与轮换。"""


@keys.command()
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出结果。")
def status(as_json: bool) -> None:
    """显示密钥提供方的状态和各用途数据密钥的版本。"""
    health = providers.provider().health()
    found = queries.key_status()
    if as_json:
        content = {"provider": asdict(health), "keys": [asdict(key) for key in found]}
        click.echo(json.dumps(content, ensure_ascii=False, default=str))
    else:
        click.echo(f"密钥提供方：{'正常' if health.ok else '异常'}，{health.detail}")
        for key in found:
            state = "已停用" if key.retired_at else "使用中"
            columns = " ".join(key.columns)
            click.echo(f"{key.purpose}  第{key.version}版  {state}  {key.created_at:%Y-%m-%d}  {columns}")
    sys.exit(DONE if health.ok else ERROR)


@keys.command()
@click.option("--purpose", default="", help="只轮换该用途的数据密钥；不写则轮换密钥加密密钥。")
@click.option("--no-wait", is_flag=True, help="不等待新版本在所有进程生效，稍后再次执行即可继续。")
def rotate(purpose: str, no_wait: bool) -> None:
    """轮换密钥。可随时中断，再次执行时从中断处继续；期间数据始终可读可查。

    退出码：0 完成或已开始；1 有数据无法解密；2 无法轮换。
    """
    try:
        if purpose:
            _rotate_data_key(purpose, no_wait=no_wait)
        else:
            click.echo(
                f"已启用新的密钥加密密钥，重新加密了{actions.rotate_key_encryption_key(actor=SYSTEM)}个数据密钥"
            )
    except (Refused, providers.KeyProviderError) as problem:
        click.echo(f"无法轮换：{problem}", err=True)
        sys.exit(ERROR)


def _rotate_data_key(purpose: str, *, no_wait: bool) -> None:
    rotation = actions.rotate_data_key(purpose, actor=SYSTEM)
    while rotation.ready_at and not no_wait:
        _wait((rotation.ready_at - timezone.now()).total_seconds())
        with bar("重新加密") as progress:
            rotation = actions.rotate_data_key(purpose, actor=SYSTEM, progress=progress)
    if rotation.ready_at:
        click.echo(
            f"第{rotation.version}版将于{timezone.localtime(rotation.ready_at):%H:%M:%S}在所有进程生效，届时请再次执行"
        )
    elif rotation.broken:
        click.echo(
            f"{len(rotation.broken)}个值无法解密，旧版本仍保留：{' '.join(rotation.broken[:20])}", err=True
        )
        sys.exit(UNREADABLE)
    else:
        click.echo(f"“{purpose}”已轮换到第{rotation.version}版，处理了{rotation.rows}个值")


def _wait(seconds: float) -> None:
    """Until every process has learned of the new version."""
    with bar("等待新版本在所有进程生效") as progress:
        for second in range(int(seconds) + 1):
            progress(second, int(seconds) + 1)
            time.sleep(1)
