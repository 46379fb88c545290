"""`yiwang roles`: the first administrators of a new platform, and whether somebody altered a role."""

import json
import sys
from typing import NoReturn

import click
from django.db import DatabaseError

from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.crypto.keys import KeyProviderError
from yiwang.kernel.errors import Refused
from yiwang.platform.accounts.actions import roles as actions
from yiwang.platform.accounts.models import RoleGrant
from yiwang.platform.accounts.queries import accounts, role_seals
from yiwang.platform.accounts.queries.roles import called, holders_in_district
from yiwang.platform.accounts.vocabulary import (
    AUDIT_ADMINISTRATOR,
    SECURITY_ADMINISTRATOR,
    SYSTEM_ADMINISTRATOR,
)

DONE, REFUSED, ERROR = 0, 1, 2

_FIRST = {
    "system": SYSTEM_ADMINISTRATOR,
    "security": SECURITY_ADMINISTRATOR,
    "audit": AUDIT_ADMINISTRATOR,
}


@click.group()
def roles() -> None:
    """角色：任命首位管理员、校验完整性。"""


@roles.command()
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出结果。")
def verify(as_json: bool) -> None:
    """逐条校验角色授予记录，指出在平台之外被改动的。

    退出码：0 完好；1 有记录被改动；2 无法校验。
    """
    try:
        altered = role_seals.altered()
        checked = RoleGrant.objects.count()
    except (DatabaseError, KeyProviderError) as problem:
        _end(ERROR, f"无法校验：{problem}", as_json=as_json)
    if as_json:
        rows = [{"id": one.pk, "role": called(one)} for one in altered]
        click.echo(json.dumps({"checked": checked, "altered": rows}, ensure_ascii=False))
    elif altered:
        for one in altered:
            click.echo(f"角色授予记录被改动：第{one.pk}条，{called(one)}")
    else:
        click.echo(f"角色授予记录完好：{checked}条")
    sys.exit(REFUSED if altered else DONE)


@roles.command()
@click.argument("login")
@click.argument("kind", type=click.Choice(list(_FIRST)))
@click.option("--basis", required=True, help="任命文件的文号。")
def appoint(login: str, kind: str, basis: str) -> None:
    """任命首位系统管理员（system）、安全管理员（security）、审计管理员（audit）。

    已有人担任的不再由命令任命，须在平台上由两人办理。退出码：0 已任命；1 未任命。
    """
    role = _FIRST[kind]
    account = accounts.by_login(login)
    if account is None:
        _end(REFUSED, "没有这个登录名的账号")
    if holders_in_district(role.key):
        _end(REFUSED, f"已有人担任{role.label}，请在管理后台办理任命")
    try:
        actions.grant_role(account, role=role.key, unit=None, basis=basis, reason="平台启用", actor=SYSTEM)
    except Refused as refusal:
        _end(REFUSED, "；".join([refusal.message, *refusal.fields.values()]))
    click.echo(f"已任命{account.person.name}为{role.label}")


def _end(code: int, problem: str, *, as_json: bool = False) -> NoReturn:
    click.echo(json.dumps({"error": problem}, ensure_ascii=False) if as_json else problem, err=not as_json)
    sys.exit(code)
