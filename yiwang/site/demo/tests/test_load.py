"""Loading: afterwards the district is in the database as if the platform had entered it itself."""

from typing import Any

import pytest
from django.db import connection

from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.roles import roles
from yiwang.platform.accounts.actions import sessions
from yiwang.platform.accounts.models import Account, RoleGrant
from yiwang.platform.accounts.queries import role_seals
from yiwang.platform.accounts.queries.principals import by_token
from yiwang.platform.addressbook.models import HotPrefix
from yiwang.platform.messages.models import Message, Receipt
from yiwang.platform.org.actions.projection import refresh_tree
from yiwang.platform.org.models import Person, Post, Unit, UnitAlias, UnitVersion
from yiwang.platform.org.queries import people as org_people
from yiwang.platform.org.queries import units as org_units
from yiwang.platform.org.queries.words import words_on
from yiwang.site.demo import actions, queries
from yiwang.site.demo.tests.loading import PASSWORD, PEOPLE, empty, loaded

__all__ = ["empty", "loaded"]

pytestmark = pytest.mark.django_db


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
    assert [one.word for one in words_on(bureau, then.valid_from)] == ["青政务"]
    assert [one.word for one in words_on(bureau, now.valid_from)] == ["青数"]


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
    for model in (Unit, Person, Post, Account, RoleGrant):
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
    assert principal.holds("org.manage_tree") is (login == "sun")
    assert not principal.must_change_password


def test_a_mobile_is_a_login_too_and_closed_accounts_stay_out(loaded: actions.Loaded) -> None:
    mobile = Person.objects.get(name="李叙言").mobile
    assert sessions.log_in(login=mobile, password=PASSWORD, address="127.0.0.1", agent="test")
    gone = Account.objects.get_queryset().filter(state=Account.State.CLOSED)[0]
    with pytest.raises(Refused, match="已注销"):
        sessions.log_in(login=gone.login_name, password=PASSWORD, address="127.0.0.1", agent="test")


def test_roles_are_as_if_they_had_been_granted_one_by_one(loaded: actions.Loaded) -> None:
    assert set(RoleGrant.objects.values_list("role", flat=True)) <= {one.key for one in roles}
    assert not role_seals.altered()
    town = Unit.objects.get(short_name="朱家角镇")
    of_qian = RoleGrant.objects.filter(account__login_name="qian")
    assert set(of_qian.values_list("role", "unit_id")) == {("accounts.graded_administrator", town.pk)}
    office = RoleGrant.objects.get(role="accounts.office_director", unit=town)
    assert office.account.login_name == "tang"
    assert RoleGrant.objects.filter(role="accounts.unit_head").values("unit").distinct().count() > 40
    assert not RoleGrant.objects.exclude(account__state=Account.State.ACTIVE).exists()
    kinds = {"accounts.system_administrator": "system", "accounts.graded_administrator": "graded"}
    for role, word in kinds.items():
        holders = set(RoleGrant.objects.filter(role=role).values_list("account_id", flat=True))
        assert holders == set(
            Account.objects.filter(kind=f"{word}_administrator").values_list("pk", flat=True)
        )


def test_temporary_accounts_have_a_sponsor_and_an_end(loaded: actions.Loaded) -> None:
    temporary = Account.objects.get_queryset().filter(kind=Account.Kind.TEMPORARY)
    assert temporary.count() == 6
    for account in temporary:
        assert account.sponsor is not None and account.sponsor_unit is not None
        assert account.expires_on is not None and account.starts_on is not None
        length = (account.expires_on - account.starts_on).days
        assert 0 < length <= 180
    assert temporary.get(login_name="temp").sponsor == Person.objects.get(name="钱蕴芬")


def test_loading_is_remembered_once(loaded: actions.Loaded) -> None:
    entry = Entry.objects.get(verb="demo.loaded")
    assert (entry.actor_name, entry.target_title) == ("系统", "演示区")
    assert HotPrefix.objects.count() == 0  # nothing is common among 600 people


def test_a_second_district_is_refused(loaded: actions.Loaded) -> None:
    with pytest.raises(Refused, match="只能装载到空数据库"):
        actions.load_district(people=PEOPLE, password=PASSWORD)
    assert Unit.objects.count() == loaded.units


def test_nothing_stays_of_a_load_that_breaks_off(empty: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_off(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        actions.load_district(people=100, password=PASSWORD, progress=break_off)
    assert queries.is_empty() and not Account.objects.get_queryset().exists()


def test_everybody_one_may_log_in_as_is_greeted(loaded: actions.Loaded) -> None:
    playable = {one.login for one in queries.accounts() if one.state != Account.State.CLOSED}
    own = Receipt.objects.filter(person__in=Account.objects.filter(login_name="li").values("person"))
    assert own.unread().count() == 2 and own.unconfirmed().count() == 1
    assert {one.receivers for one in Message.objects.all()} == {len(playable)}
