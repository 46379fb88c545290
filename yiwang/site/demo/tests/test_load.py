"""`yiwang demo`: afterwards the district is in the database as if the platform had entered it itself."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker, Settings

from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.permissions import permissions
from yiwang.platform.accounts.actions import lifecycle, sessions
from yiwang.platform.accounts.models import Account, Grant
from yiwang.platform.accounts.queries.principals import by_token
from yiwang.platform.addressbook.models import HotPrefix
from yiwang.platform.org.actions.projection import refresh_tree
from yiwang.platform.org.models import Person, Post, Unit, UnitAlias, UnitVersion
from yiwang.platform.org.queries import people as org_people
from yiwang.platform.org.queries import units as org_units
from yiwang.site.commands.demo import demo
from yiwang.site.demo import actions, queries

PASSWORD = "Dianshan-Lake-26"
PEOPLE = 600

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> Result:
    return CliRunner().invoke(demo, list(arguments))


def empty_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE org_unit, org_person, accounts_account, addressbook_hotprefix CASCADE")


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[actions.Loaded]:
    """The district, once for this module; the tests' own database is as before when it ends."""
    with django_db_blocker.unblock(), transaction.atomic():
        empty_database()
        yield actions.load_district(people=PEOPLE, password=PASSWORD)
        transaction.set_rollback(True)


@pytest.fixture
def empty(db: None) -> None:
    empty_database()


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> Path:
    """A home of its own, for the password's file."""
    settings.ENVIRONMENT = SimpleNamespace(home=tmp_path)
    return tmp_path


# --- what is in the database


def snapshot() -> tuple[list[Any], list[Any]]:
    units = Unit.objects.order_by("id").values_list("id", "position", "visibility", "headcount")
    persons = Person.objects.order_by("id").values_list(
        "id", "unit_id", "unit_path", "title", "position", "visibility"
    )
    return list(units), list(persons)


def test_the_copied_columns_are_those_that_org_would_compute(loaded: actions.Loaded) -> None:
    before = snapshot()
    assert before[0][0][3] > 500
    refresh_tree()
    assert snapshot() == before


def test_the_tree_is_valid(loaded: actions.Loaded) -> None:
    assert Unit.objects.count() == loaded.units == UnitVersion.objects.filter(valid_to=None).count()
    root = org_units.root()
    assert root.source_note == "演示数据，人员信息均为虚构"
    paths = dict(Unit.objects.values_list("id", "path"))
    for unit in Unit.objects.all():
        above = paths[unit.parent_id] if unit.parent_id else ""
        assert unit.path == above + org_units.path_part(unit.pk)
        unit.full_clean(exclude=["parent"], validate_unique=False, validate_constraints=False)
    codes = [code for code in Unit.objects.values_list("uscc", flat=True) if code]
    assert len(set(codes)) == len(codes) > 500


def test_the_renamed_bureau_is_found_under_both_names(loaded: actions.Loaded) -> None:
    bureau = Unit.objects.get(short_name="区数据局")
    then = org_units.version_on(bureau, bureau.versions.get(change="新设").valid_from)
    now = bureau.versions.get(valid_to=None)
    assert then is not None
    assert (then.short_name, now.short_name, now.change) == ("区政务服务办公室", "区数据局", "更名")
    assert then.valid_to == now.valid_from
    assert UnitAlias.objects.get(unit=bureau).name == "上海市青浦区政务服务办公室"


def test_people_are_as_if_they_had_been_entered_one_by_one(loaded: actions.Loaded) -> None:
    assert Person.objects.count() == loaded.people == PEOPLE == Account.objects.get_queryset().count()
    person = Person.objects.get(name="李叙言")
    assert org_people.with_id_number(person.id_number).get() == person
    assert org_people.with_mobile(person.mobile).get() == person
    assert person.id_number.startswith("31019919900707") and len(person.mobile) == 11
    assert person.title == "四级主任科员" and person.unit is not None
    for one in Person.objects.order_by("?")[:50]:
        assert (len(one.id_number), len(one.mobile)) == (18, 11)
        one.full_clean(exclude=["id_number", "mobile", "unit"], validate_unique=False)


def test_ids_go_on_behind_the_loaded_ones(loaded: actions.Loaded) -> None:
    for model in (Unit, Person, Post, Account, Grant):
        last = model._default_manager.order_by("-pk").values_list("pk", flat=True)[0]
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [model._meta.db_table])
            assert cursor.fetchone()[0] > last


def test_the_hidden_group_is_not_counted(loaded: actions.Loaded) -> None:
    group = Unit.objects.get(short_name="重点工作专班")
    assert (group.is_listed, group.visibility, group.headcount) == (False, 0, 0)
    assert Person.objects.get(name="米思源").visibility == 0


def test_posts_follow_the_cast(loaded: actions.Loaded) -> None:
    both = {post.kind: post.unit.short_name for post in Post.objects.filter(person__name="何延清")}
    assert both == {"main": "区府办", "concurrent": "区城运中心"}
    lent = Person.objects.get(name="徐若川")
    away = Post.objects.get(person=lent, kind=Post.Kind.SECONDMENT)
    assert (lent.status, away.unit.short_name) == (Person.Status.LENT, "宣传科")
    assert away.valid_to is not None and away.valid_to > away.valid_from


@pytest.mark.parametrize("login", ["sun", "li"])
def test_the_cast_can_log_in(loaded: actions.Loaded, login: str) -> None:
    token = sessions.log_in(login=login, password=PASSWORD, address="127.0.0.1", agent="test")
    principal = by_token(token)
    assert principal is not None and principal.login_name == login
    assert principal.allows("org.manage_tree") is (login == "sun")
    assert not principal.must_change_password


def test_a_mobile_is_a_login_too_and_closed_accounts_stay_out(loaded: actions.Loaded) -> None:
    mobile = Person.objects.get(name="李叙言").mobile
    assert sessions.log_in(login=mobile, password=PASSWORD, address="127.0.0.1", agent="test")
    gone = Account.objects.get_queryset().filter(state=Account.State.CLOSED)[0]
    with pytest.raises(Refused, match="已注销"):
        sessions.log_in(login=gone.login_name, password=PASSWORD, address="127.0.0.1", agent="test")


def test_grants_name_rights_that_exist(loaded: actions.Loaded) -> None:
    given = set(Grant.objects.values_list("permission", flat=True))
    assert given <= {one.key for one in permissions}
    town = Unit.objects.get(short_name="朱家角镇")
    assert set(Grant.objects.filter(account__login_name="qian").values_list("permission", "unit_id")) == {
        ("org.manage_unit", town.pk),
        ("accounts.manage", town.pk),
    }


def test_temporary_accounts_have_a_sponsor_and_an_end(loaded: actions.Loaded) -> None:
    temporary = Account.objects.get_queryset().filter(kind=Account.Kind.TEMPORARY)
    assert temporary.count() == 6
    for account in temporary:
        assert account.sponsor is not None and account.sponsor_unit is not None
        assert account.expires_on is not None and account.starts_on is not None
        length = (account.expires_on - account.starts_on).days
        assert 0 < length <= lifecycle.LONGEST_TEMPORARY_DAYS
    assert temporary.get(login_name="temp").sponsor == Person.objects.get(name="钱蕴芬")


def test_loading_is_remembered_once(loaded: actions.Loaded) -> None:
    entry = Entry.objects.get(verb="demo.loaded")
    assert (entry.actor_name, entry.target_title) == ("系统", "演示区")
    assert HotPrefix.objects.count() == 0  # nothing is common among 600 people


# --- the commands


def test_a_second_load_is_refused(loaded: actions.Loaded, home: Path) -> None:
    with pytest.raises(Refused, match="只能装载到空数据库"):
        actions.load_district(people=PEOPLE, password=PASSWORD)
    told = run("load", "--people", "600")
    assert (told.exit_code, "数据库中已有机构或人员" in told.stderr) == (1, True)
    assert json.loads(run("load", "--json").stdout).keys() == {"error"}
    quiet = run("load", "--if-empty")
    assert (quiet.exit_code, quiet.output) == (0, "")
    assert not (home / "demo-password").exists()
    assert Unit.objects.count() == loaded.units


def test_loading_prints_what_there_is_and_keeps_the_password(
    empty: None, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("YIWANG_DEMO_PASSWORD", raising=False)
    told = run("load", "--people", "100", "--json")
    assert told.exit_code == 0, told.output
    result = json.loads(told.stdout)
    assert (result["people"], result["units"]) == (100, Unit.objects.count())
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


def test_nothing_stays_of_a_load_that_breaks_off(empty: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_off(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        actions.load_district(people=100, password=PASSWORD, progress=break_off)
    assert queries.is_empty() and not Account.objects.get_queryset().exists()


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
    assert len(set(roles)) == 16
    assert {one["kind"] for one in accounts} == set(Account.Kind)


def test_the_code_shown_activates_the_account(loaded: actions.Loaded) -> None:
    shown = json.loads(run("accounts", "--json").stdout)["accounts"]
    (code,) = [one["activation_code"] for one in shown if one["login"] == "lao"]
    account = lifecycle.check_activation_code(login="lao", code=code, address="127.0.0.1")
    lifecycle.activate(
        account, code_digest=account.activation_code, password="Another-Lake-27", accepted=True
    )
    (after,) = [one for one in queries.accounts() if one.login == "lao"]
    assert after.state == Account.State.ACTIVE
    assert "激活码 " not in run("accounts").stdout


def test_accounts_of_another_database_are_not_shown(empty: None) -> None:
    told = run("accounts")
    assert (told.exit_code, "没有演示数据" in told.stderr) == (1, True)
