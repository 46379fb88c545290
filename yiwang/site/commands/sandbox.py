"""`yiwang sandbox`: what the launcher asks for when it starts the sandbox."""

import sys

import click

from yiwang.kernel.errors import Refused
from yiwang.site.sandbox import actions


@click.group()
def sandbox() -> None:
    """沙箱：由平台自动启动和装载。"""


@sandbox.command()
def load() -> None:
    """把虚构的机构和人员装载到沙箱的空数据库；已有时什么也不做。

    由平台启动沙箱时执行。退出码：0 正常；1 不是沙箱的数据库。
    """
    try:
        number = actions.load()
    except Refused as refusal:
        click.echo(refusal.message, err=True)
        sys.exit(1)
    click.echo(f"沙箱有{number}名虚构人员", err=True)
