"""The `yiwang` command. Django is set up only by the commands that need it, so that help answers at once."""

import importlib
import importlib.util
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

import yiwang
from yiwang.site.environment import environment
from yiwang.site.launcher import codes, database, supervisor
from yiwang.site.launcher.binaries import CannotStart

# name -> (module below yiwang.site.commands, attribute, what `yiwang --help` says)
_GROUPS = {
    "audit": ("audit", "audit", "审计日志：锚定与校验"),
    "demo": ("demo", "demo", "演示数据：装载、查看账号"),
    "import": ("imports", "imports", "导入数据：工作日历、人员"),
    "roles": ("roles", "roles", "角色：任命首位管理员、校验完整性"),
    "canary": ("canaries", "canary", "泄露监测：设置、列出监测人员"),
    "sandbox": ("sandbox", "sandbox", "沙箱：装载虚构的机构和人员"),
    "keys": ("keys", "keys", "密钥：查看与轮换"),
}


@contextmanager
def django_with_database() -> Iterator[None]:
    """Settings loaded and a database that answers; the embedded server is started for us when it is down."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.site.settings.prod")
    try:
        with database.running(environment()):
            importlib.import_module("django").setup()
            yield
    except CannotStart as problem:
        click.echo(f"数据库无法启动：{problem}", err=True)
        sys.exit(codes.CANNOT_START)
    except PermissionError as problem:
        click.echo(f"没有权限读写 {problem.filename}：请以平台所属的账户执行", err=True)
        sys.exit(codes.NOT_ALLOWED)


class _Stub(click.Command):
    """Stands for a group whose module is imported only when it is called."""

    def __init__(self, name: str, module: str, attribute: str, about: str) -> None:
        super().__init__(name, help=about, add_help_option=False)
        self._module, self._attribute = module, attribute
        self.context_settings = {"ignore_unknown_options": True, "allow_extra_args": True}

    def invoke(self, ctx: click.Context) -> Any:
        with django_with_database():
            module = importlib.import_module(f"yiwang.site.commands.{self._module}")
            group: click.Group = getattr(module, self._attribute)
            return group.main(args=ctx.args, prog_name=f"yiwang {self.name}", standalone_mode=False)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(yiwang.__version__, prog_name="yiwang")
def main() -> None:
    """一网协同：启动、维护平台。

    退出码：0 正常，1 失败，2 用法或设置有误，3 已在运行，4 没有权限，5 端口被占用，6 无法启动。
    各命令另有说明的从其说明；环境变量见 docs/reference/settings.md。
    """


@main.command()
def serve() -> None:
    """启动平台：数据库、网页服务、后台进程，直到 Ctrl-C。"""
    sys.exit(supervisor.serve(environment()))


@main.command()
def web() -> None:
    """只启动网页服务（数据库须已运行）。"""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.site.settings.prod")
    command = supervisor.web_command(environment())
    os.execv(command[0], command)  # noqa: S606  our own interpreter and arguments


@main.command()
def worker() -> None:
    """只启动后台进程（数据库须已运行）。"""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.site.settings.prod")
    importlib.import_module("django").setup()
    importlib.import_module("yiwang.kernel.jobs").run_worker()


@main.command()
def realtime() -> None:
    """只启动实时通知（数据库须已运行）：让打开的页面及时显示新的待办和消息数。"""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.site.settings.prod")
    importlib.import_module("django").setup()
    settings = environment()
    if not settings.realtime_port:
        click.echo("YIWANG_REALTIME_PORT 为 0：不启动实时通知", err=True)
        sys.exit(codes.USAGE)
    importlib.import_module("yiwang.kernel.realtime.server").serve(settings.bind, settings.realtime_port)


@main.command("realname-simulator")
def realname_simulator() -> None:
    """启动实名认证模拟器（仅限本机访问，用于演示和测试）。"""
    importlib.import_module("yiwang.site.realname_simulator").serve(environment())


@main.command("directory-simulator")
def directory_simulator() -> None:
    """启动市级通讯录模拟器（仅限本机访问，用于演示和测试）。"""
    importlib.import_module("yiwang.site.directory_simulator").serve(environment())


@main.command()
def migrate() -> None:
    """把数据库升级到本版本。"""
    with django_with_database():
        importlib.import_module("django.core.management").call_command(
            "migrate", verbosity=0, interactive=False
        )
    click.echo("数据库已是最新", err=True)


@main.command()
def static() -> None:
    """收集网页用的静态文件。"""
    with django_with_database():
        importlib.import_module("django.core.management").call_command(
            "collectstatic", verbosity=0, interactive=False, clear=True
        )


for _name, (_module, _attribute, _about) in _GROUPS.items():
    if importlib.util.find_spec(f"yiwang.site.commands.{_module}") is not None:
        main.add_command(_Stub(_name, _module, _attribute, _about))


if __name__ == "__main__":
    main()
