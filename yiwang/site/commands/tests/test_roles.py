"""`yiwang roles`: the first administrators, and roles that somebody altered in the database."""

import json

import pytest
from click.testing import CliRunner
from django.db import DatabaseError

from tests.cast import Cast
from yiwang.kernel.audit.models import Entry
from yiwang.platform.accounts.models import RoleGrant
from yiwang.platform.accounts.queries import role_seals
from yiwang.site.commands.roles import roles

pytestmark = pytest.mark.django_db


def test_an_altered_role_is_named(cast: Cast) -> None:
    whole = CliRunner().invoke(roles, ["verify"])
    assert (whole.exit_code, "角色授予记录完好：9条" in whole.stdout) == (0, True)
    given = RoleGrant.objects.get(account=cast.qian.account)
    RoleGrant.objects.filter(pk=given.pk).update(unit=cast.units["QP-03"])
    told = CliRunner().invoke(roles, ["verify"])
    assert told.exit_code == 1
    assert told.stdout == f"角色授予记录被改动：第{given.pk}条，钱玉芬：分级管理员（镇街道）\n"
    told = CliRunner().invoke(roles, ["verify", "--json"])
    assert (told.exit_code, json.loads(told.stdout)["altered"][0]["id"]) == (1, given.pk)


def test_what_cannot_be_verified_ends_with_2(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable() -> None:
        raise DatabaseError("no connection")

    monkeypatch.setattr(role_seals, "altered", unreachable)
    assert CliRunner().invoke(roles, ["verify"]).exit_code == 2
    told = CliRunner().invoke(roles, ["verify", "--json"])
    assert (told.exit_code, json.loads(told.stdout)) == (2, {"error": "无法校验：no connection"})


def test_the_first_administrator_is_appointed_by_command(cast: Cast) -> None:
    RoleGrant.objects.filter(account=cast.an.account).delete()
    command = ["appoint", "an", "security", "--basis", "青政务〔2026〕1号"]
    told = CliRunner().invoke(roles, command)
    assert (told.exit_code, told.stdout) == (0, "已任命安若兰为安全管理员\n")
    assert cast.an.principal().allows("accounts.confirm_appointment")
    assert str(Entry.objects.filter(verb="accounts.role_granted").latest("id")).startswith("系统授予了角色")


@pytest.mark.parametrize(
    ("login", "kind", "words"),
    [
        ("nobody", "system", "没有这个登录名的账号"),
        ("li", "system", "已有人担任系统管理员"),
        ("temp", "security", "临时账号不能担任角色"),
        ("sun", "security", "不得由同一人担任"),
    ],
)
def test_no_other_is(cast: Cast, login: str, kind: str, words: str) -> None:
    RoleGrant.objects.filter(account=cast.an.account).delete()
    told = CliRunner().invoke(roles, ["appoint", login, kind, "--basis", "青政务〔2026〕1号"])
    assert told.exit_code == 1 and words in told.stderr
    assert not RoleGrant.objects.living().filter(role="accounts.security_administrator").exists()
