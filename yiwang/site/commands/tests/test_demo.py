"""`yiwang demo`: what it prints, whom it names, with which code it ends."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result
from pytest_django import Settings

from yiwang.platform.accounts.actions import activation, sessions
from yiwang.platform.accounts.models import Account
from yiwang.platform.org.models import Unit
from yiwang.site.commands.demo import demo
from yiwang.site.demo import actions, queries
from yiwang.site.demo.tests.loading import PASSWORD, empty, loaded

__all__ = ["empty", "loaded"]

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> Result:
    return CliRunner().invoke(demo, list(arguments))


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> Path:
    """A home of its own, for the password's file."""
    settings.ENVIRONMENT = SimpleNamespace(home=tmp_path)
    return tmp_path


def test_a_second_load_is_refused(loaded: actions.Loaded, home: Path) -> None:
    told = run("load", "--people", "600")
    assert (told.exit_code, "数据库中已有机构或人员" in told.stderr) == (1, True)
    assert json.loads(run("load", "--json").stdout).keys() == {"error"}
    quiet = run("load", "--if-empty")
    assert (quiet.exit_code, quiet.output) == (0, "")
    told = run("load", "--if-empty", "--json")
    assert told.exit_code == 0 and json.loads(told.stdout)["people"] == 0
    assert not (home / "demo-password").exists()
    assert Unit.objects.count() == loaded.units


def test_loading_prints_what_there_is_and_keeps_the_password(
    empty: None, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("YIWANG_DEMO_PASSWORD", raising=False)
    told = run("load", "--people", "100", "--json")
    assert told.exit_code == 0, told.output
    result = json.loads(told.stdout)
    loaded_units = Unit.objects.exclude(short_name="乡村振兴工作组")  # set up by the town since (stories)
    assert (result["people"], result["units"]) == (100, loaded_units.count())
    assert "YIWANG_DEMO 不是 1" in told.stderr
    file = home / "demo-password"
    assert file.stat().st_mode & 0o777 == 0o600
    password = file.read_text().strip()
    assert password and password not in told.output
    assert sessions.log_in(login="zhou", password=password, address="127.0.0.1", agent="test")


def test_the_password_may_be_chosen(empty: None, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIWANG_DEMO_PASSWORD", "too-simple")
    told = run("load", "--people", "100")
    assert (told.exit_code, "YIWANG_DEMO_PASSWORD 不符合密码规则" in told.stderr) == (1, True)
    assert queries.is_empty()
    monkeypatch.setenv("YIWANG_DEMO_PASSWORD", PASSWORD)
    assert run("load", "--people", "100").exit_code == 0
    assert json.loads(run("accounts", "--json").stdout)["password"] == PASSWORD


@pytest.mark.parametrize("arguments", [("--people", "99"), ("--units", "12")])
def test_impossible_sizes_are_refused(empty: None, arguments: tuple[str, ...]) -> None:
    told = run("load", *arguments)
    assert (told.exit_code, "不能" in told.stderr) == (1, True)
    assert queries.is_empty()


def test_accounts_lists_the_cast_with_what_to_try(loaded: actions.Loaded, home: Path) -> None:
    (home / "demo-password").write_text(PASSWORD)
    told = run("accounts")
    assert told.exit_code == 0
    assert told.stdout.count(PASSWORD) == 1
    lines = told.stdout.splitlines()
    assert lines[0].split() == ["角色", "登录名", "姓名", "单位", "可以试什么"]
    assert any(line.startswith("居委书记") and "大新街居委会 党总支书记" in line for line in lines)


def test_accounts_as_json(loaded: actions.Loaded) -> None:
    content = json.loads(run("accounts", "--json").stdout)
    assert content["password"] is None  # the file of this home is missing
    accounts = content["accounts"]
    assert {
        "role", "role_label", "login", "name", "unit", "title", "kind", "state", "state_label", "attempt",
        "activation_code",
    } == accounts[0].keys()  # fmt: skip
    roles = [one["role"] for one in accounts]
    assert max(roles.count(role) for role in roles) == roles.count("ordinary_user") == 10
    assert len(set(roles)) == 19
    assert {one["kind"] for one in accounts} == set(Account.Kind)


def test_the_code_shown_activates_the_account(loaded: actions.Loaded) -> None:
    shown = json.loads(run("accounts", "--json").stdout)["accounts"]
    (code,) = [one["activation_code"] for one in shown if one["login"] == "lao"]
    account = activation.check_activation_code(login="lao", code=code, address="127.0.0.1")
    activation.activate(
        account, code_digest=account.activation_code, password="Another-Lake-27", accepted=True
    )
    (after,) = [one for one in queries.accounts() if one.login == "lao"]
    assert after.state == Account.State.ACTIVE
    assert "激活码 " not in run("accounts").stdout


def test_accounts_of_another_database_are_not_shown(empty: None) -> None:
    told = run("accounts")
    assert (told.exit_code, "没有演示数据" in told.stderr) == (1, True)
