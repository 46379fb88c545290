"""`yiwang demo`: load the demonstration district, and show whom one may log in as."""

import json
import os
import secrets
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn

import click
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.errors import Refused
from yiwang.platform.accounts import rules
from yiwang.platform.accounts.actions import activation
from yiwang.platform.accounts.models import Account
from yiwang.site.commands.progress import bar
from yiwang.site.demo import actions, queries, stories

REFUSED = 1

_PASSWORD_FILE = "demo-password"  # noqa: S105  the name of a file
_VARIABLE = "YIWANG_DEMO_PASSWORD"
_VOWELS, _CONSONANTS, _DIGITS = "aeu", "bdfghkmnprstwz", "23456789"


@click.group()
def demo() -> None:
    """演示数据：装载、查看账号。"""


def _file() -> Path:
    return Path(settings.ENVIRONMENT.home) / _PASSWORD_FILE


def _random_password() -> str:
    """Two words that can be spoken, and four digits: some 40 bits."""
    words = (
        "".join(secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS) for _ in range(3)).capitalize()
        for _ in range(2)
    )
    return f"{'-'.join(words)}-{''.join(secrets.choice(_DIGITS) for _ in range(4))}"


def _choose_password() -> str:
    """The one in the environment if there is any, else a new one. Refused when it breaks the rule."""
    chosen = os.environ.get(_VARIABLE, "").strip() or _random_password()
    faults = rules.password_faults(chosen, login_name="", name_letters="", mobile="")
    if faults:
        raise Refused(f"{_VARIABLE} 不符合密码规则：{'；'.join(faults)}", status=422)
    return chosen


def _keep_password(password: str) -> None:
    """For the owner of the home only; an older file is replaced as a whole."""
    path = _file()
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(password + "\n")
    fresh.replace(path)


def _kept_password() -> str | None:
    try:
        return _file().read_text().strip() or None
    except FileNotFoundError:
        return None


@demo.command()
@click.option("--people", default=10_000, show_default=True, type=click.IntRange(min=1), help="人数。")
@click.option("--units", default=None, type=click.IntRange(min=1), help="机构数，默认为青浦区的实际机构树。")
@click.option("--if-empty", is_flag=True, help="数据库中已有机构时什么也不做，正常结束。")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出结果。")
def load(people: int, units: int | None, if_empty: bool, as_json: bool) -> None:
    """把演示区装载到空数据库：真实的机构，虚构的人员。要么全部装载，要么什么也不装载。

    退出码：0 已装载，或 --if-empty 时无需装载；1 数据库不是空的、参数不合适或装载失败；2 命令写错。
    """
    if if_empty and not queries.is_empty():
        _not_needed(as_json)
        return
    began = time.monotonic()
    try:
        password = _choose_password()
        with bar("装载演示数据", shown=not as_json) as progress, transaction.atomic():
            loaded = actions.load_district(
                people=people, units=units, password=password, actor=SYSTEM, progress=progress
            )
            if units is None:
                stories.tell(today=timezone.localdate(), actor=SYSTEM)
            _keep_password(password)  # while nobody else can load: the file is of who was first
    except (Refused, DatabaseError) as problem:
        if if_empty and not queries.is_empty():  # another process was faster
            _not_needed(as_json)
            return
        _refuse(str(problem) if as_json else f"未装载：{problem}", as_json=as_json)
    _tidy()
    seconds = round(time.monotonic() - began, 1)
    if as_json:
        click.echo(json.dumps({**asdict(loaded), "seconds": seconds}))
    else:
        click.echo(
            f"已装载演示数据：{loaded.units}个机构、{loaded.people}名人员、{loaded.posts}个任职，用时{seconds}秒"
        )
    if not settings.DEMO:
        click.echo("注意：YIWANG_DEMO 不是 1，页面上不会显示“演示数据，人员信息均为虚构”", err=True)


def _not_needed(as_json: bool) -> None:
    """There is a district already: silence for people, an answer for programs."""
    if as_json:
        click.echo(json.dumps({"units": 0, "people": 0, "posts": 0, "seconds": 0.0}))


def _refuse(problem: str, *, as_json: bool) -> NoReturn:
    click.echo(json.dumps({"error": problem}, ensure_ascii=False) if as_json else problem, err=not as_json)
    sys.exit(REFUSED)


def _tidy() -> None:
    """Let index-only scans begin at once instead of after the first autovacuum."""
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")


@demo.command()
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出结果，每种角色至多 10 个账号。")
def accounts(as_json: bool) -> None:
    """显示演示账号、共用的密码，以及每个账号可以试什么。待激活的账号每次得到新的激活码。

    退出码：0 正常；1 这个数据库没有演示数据。
    """
    if not queries.is_demo():
        _refuse("这个数据库没有演示数据，可用 yiwang demo load 装载到空数据库", as_json=as_json)
    found = queries.accounts()
    codes = {
        one.login: activation.issue_activation_code(
            Account.objects.get_queryset().get(login_name=one.login), actor=SYSTEM
        )
        for one in found
        if one.state == Account.State.INACTIVE
    }
    if as_json:
        content = {
            "password": _kept_password(),
            "accounts": [{**asdict(one), "activation_code": codes.get(one.login)} for one in found],
        }
        click.echo(json.dumps(content, ensure_ascii=False))
    else:
        _show([one for one in found if one.attempt], codes)


def _width(text: str) -> int:
    """Columns on the screen: a Chinese character takes two."""
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)


def _show(found: list[queries.Playable], codes: dict[str, str]) -> None:
    lines = [("角色", "登录名", "姓名", "单位", "可以试什么")]
    for one in found:
        unit = f"{one.unit} {one.title}".strip()
        attempt = f"{one.attempt}（激活码 {codes[one.login]}）" if one.login in codes else one.attempt
        note = "" if one.state in (Account.State.ACTIVE, Account.State.INACTIVE) else f"【{one.state_label}】"
        lines.append((one.role_label, one.login, one.name, unit, note + attempt))
    widths = [max(_width(line[column]) for line in lines) for column in range(4)]
    for line in lines:
        cells = [cell + " " * (size - _width(cell)) for cell, size in zip(line, widths, strict=False)]
        click.echo("  ".join([*cells, line[4]]))
    password = _kept_password()
    click.echo(
        f"\n密码（以上账号共用）：{password}"
        if password
        else "\n密码：见装载演示数据的机器上的 demo-password 文件"
    )
    click.echo("演示数据，人员信息均为虚构。")
