"""The policy against the oracle: classes and conditions say what §3.5 says pair by pair."""

import datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.accounts.models import Account
from yiwang.platform.addressbook.actions import sight
from yiwang.platform.addressbook.models import (
    Book,
    Contact,
    Emergency,
    Group,
    GroupMember,
    Hiding,
    HidingPass,
    Rule,
    SightClass,
    Tally,
    TierOverride,
)
from yiwang.platform.addressbook.queries import headcounts, policy, rulebook, visibility
from yiwang.platform.addressbook.queries.fields import hidden_fields
from yiwang.platform.addressbook.tests import factories
from yiwang.platform.addressbook.tests.oracle import DIRECT, Oracle
from yiwang.platform.org.actions import people
from yiwang.platform.org.models import Person, Post, Unit

pytestmark = pytest.mark.django_db

VIEWERS = ("shen", "mi", "zhao", "li", "zhou", "wang")
UNITS = ("QP-01", "QP-0101", "QP-0101-01", "QP-02", "QP-0201", "QP-03", "QP-0301", "QP-0301-01", "QP-0302")


@pytest.fixture
def district(cast: Cast) -> Cast:
    """Leaders of each kind, a second post in another department, a nested hidden unit."""
    lead = factories.person(cast, "区领导", unit="QP-02", title="副区长", duty_level="06")
    chief = factories.person(cast, "委办主任", unit="QP-0201", title="局长")
    Post.objects.filter(person=chief).update(is_leader=True)
    Post.objects.filter(person=cast.zhao.person).update(is_leader=True)
    factories.unit(cast.units["QP-0101-01"], "机要组")
    people.start_post(
        lead, unit=cast.units["QP-0301"], title="包片领导", kind=Post.Kind.CONCURRENT, actor=SYSTEM
    )
    people.start_post(
        cast.wang.person,
        unit=cast.units["QP-0201-01"],
        title="联络员",
        kind=Post.Kind.SECONDMENT,
        actor=SYSTEM,
    )
    sight.follow_rules()
    return cast


def all_modes(viewer: int) -> dict[int, int]:
    view = policy.of(viewer)
    rows = Person.objects.values_list("pk", "sight", "unit_path")
    return {person: int(view.mode(person, number, path)) for person, number, path in rows}


def by_sql(principal: Any) -> set[int]:
    sql, parameters = visibility.condition(principal)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT person.id FROM org_person person WHERE {sql}", parameters)
        return {row[0] for row in cursor.fetchall()}


def check(cast: Cast) -> None:
    """Policy, SQL, queryset, units and head counts of every viewer against the oracle."""
    oracle = Oracle()
    everyone = list(oracle.persons)
    for login in VIEWERS:
        member = cast.member(login)
        viewer, principal = member.person.pk, member.principal()
        expected = {target: oracle.mode(viewer, target) for target in everyone}
        assert all_modes(viewer) == expected, login
        seen = {target for target, mode in expected.items() if mode == DIRECT}
        assert by_sql(principal) == seen, login
        assert set(Person.objects.visible_to(principal).values_list("pk", flat=True)) == seen
        found = visibility.search_condition(principal)
        if found is not None:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT person.id FROM org_person person WHERE {found[0]}", found[1])
                searched = {row[0] for row in cursor.fetchall()}
        else:
            searched = set()
        assert searched == {target for target, mode in expected.items() if mode == 1}, login
        fields = hidden_fields(principal, everyone)
        assert fields == {target: oracle.hidden_fields(viewer, target) for target in everyone}, login
        open_units = {unit.pk for unit in oracle.units.values() if oracle.sees_into(viewer, unit)}
        assert set(Unit.objects.visible_to(principal).values_list("pk", flat=True)) == open_units
        counts = headcounts.of(principal, [(unit.pk, unit.path) for unit in oracle.units.values()])
        paths = dict(Person.objects.values_list("pk", "unit_path"))
        listed = {target for target in seen if oracle.persons[target].sight}
        assert counts == {
            unit.pk: sum(paths[target].startswith(unit.path) for target in listed)
            for unit in oracle.units.values()
        }, login


def test_the_cast_as_it_stands(district: Cast) -> None:
    check(district)


@pytest.mark.parametrize("preset", ["graded", "open", "strict"])
def test_presets(district: Cast, preset: str) -> None:
    Book.objects.update(preset=preset)
    sight.announce()
    check(district)


def test_tallies_are_what_counting_anew_gives(district: Cast) -> None:
    def tallies() -> dict[tuple[int, int], int]:
        rows = Tally.objects.exclude(people=0).values_list("unit_id", "sight_id", "people")
        return {(unit, number): count for unit, number, count in rows}

    someone = factories.person(district, "新来的", unit="QP-0302-01")
    people.end_post(Post.objects.get(person=someone), actor=SYSTEM, reason="调离")
    people.start_post(someone, unit=district.units["QP-0201-01"], title="科员", actor=SYSTEM)
    step_by_step = tallies()
    sight.follow_rules()
    assert tallies() == step_by_step


def _rule(kind: str, mode: int, viewer: Any, target: Any, priority: int = 50) -> Rule:
    def side(one: Any) -> str:
        return {Person: "person", Unit: "unit", Group: "group"}[type(one)]

    sides = {f"viewer_{side(viewer)}": viewer, f"target_{side(target)}": target}
    return Rule.objects.create(
        kind=kind,
        mode=mode,
        priority=priority,
        reason="测试",
        state="active",
        valid_from=timezone.localdate(),
        proposed_by_name="测试",
        **sides,
    )


def _group(cast: Cast, logins: list[str]) -> Group:
    number = Group.objects.count()
    group = Group.objects.create(source="tests.tag", reference=str(number), label=f"标签{number}")
    GroupMember.objects.bulk_create(
        GroupMember(group=group, person=cast.member(login).person) for login in logins
    )
    return group


def _stated() -> dict[str, Any]:
    return {
        "reason": "测试",
        "state": "active",
        "valid_from": timezone.localdate(),
        "proposed_by_name": "测试",
    }


def _unit_rule(cast: Cast, viewer: str, target: str, mode: int, priority: int) -> None:
    _rule("unit", mode, cast.units[viewer], cast.units[target], priority)


def _tag_looks(cast: Cast, member: str, target: str, mode: int) -> None:
    _rule("tag", mode, _group(cast, [member]), cast.units[target])


def _tag_is_seen(cast: Cast, viewer: str, member: str, mode: int) -> None:
    _rule("tag", mode, cast.units[viewer], _group(cast, sorted({member, "shen"})))


def _duty_rule(cast: Cast, viewer: str, title: str, mode: int) -> None:
    duty, _ = Group.objects.get_or_create(source="org.title", reference=title, label=title)
    _rule("post", mode, cast.units[viewer], duty)


def _person_rule(cast: Cast, viewer: str, target: str, mode: int) -> None:
    _rule("person", mode, cast.member(viewer).person, cast.member(target).person)


def _hide(cast: Cast, which: str, scope: str, passing: str) -> None:
    target = {"unit": cast.units[which]} if which in UNITS else {"person": cast.member(which).person}
    if Hiding.objects.filter(**target, fields=[]).exists():
        return
    _let_pass(cast, Hiding.objects.create(**target, scope=scope, **_stated()), passing)


def _veil(cast: Cast, which: str, scope: str, passing: str, fields: list[str]) -> None:
    target = {"unit": cast.units[which]} if which in UNITS else {"person": cast.member(which).person}
    _let_pass(cast, Hiding.objects.create(**target, scope=scope, fields=fields, **_stated()), passing)


def _let_pass(cast: Cast, hiding: Hiding, passing: str) -> None:
    if passing in UNITS:
        HidingPass.objects.create(hiding=hiding, unit=cast.units[passing])
    elif passing:
        HidingPass.objects.create(hiding=hiding, person=cast.member(passing).person)


def _unlist(cast: Cast, login: str) -> None:
    Person.objects.filter(pk=cast.member(login).person.pk).update(is_listed=False)


def _set_tier(cast: Cast, login: str, tier: int) -> None:
    person = cast.member(login).person
    if not TierOverride.objects.filter(person=person).exists():
        TierOverride.objects.create(person=person, tier=tier, valid_to=timezone.localdate(), **_stated())


def _befriend(cast: Cast, one: str, other: str) -> None:
    asker, asked = cast.member(one).person, cast.member(other).person
    both = Q(asker=asker, asked=asked) | Q(asker=asked, asked=asker)
    if one != other and not Contact.objects.filter(both).exists():
        Contact.objects.create(asker=asker, asked=asked, reason="测试", state="accepted")


def _suspend(cast: Cast, login: str) -> None:
    accounts = Account.objects.get_queryset()
    accounts.filter(pk=cast.member(login).account.pk).update(state="suspended")


def _open_emergency(cast: Cast, login: str, hours: int) -> None:
    person, now = cast.member(login).person, timezone.now()
    began = now - datetime.timedelta(hours=3)
    Emergency.objects.create(
        person=person, reason="测试", opened_at=began, until=began + datetime.timedelta(hours=hours)
    )


def _choose(cast: Cast, preset: str) -> None:
    Book.objects.update(preset=preset)


MODES = st.sampled_from((0, 1, 2))
MEMBER = st.sampled_from(VIEWERS)
UNIT = st.sampled_from(UNITS)
SCOPES = st.sampled_from(("everybody", "except_own"))
PASSING = st.sampled_from((*VIEWERS, *UNITS, ""))
FIELDS = st.lists(st.sampled_from(Hiding.Field.values), min_size=1, max_size=3, unique=True)
DECISIONS = st.lists(
    st.one_of(
        st.tuples(st.just(_unit_rule), UNIT, UNIT, MODES, st.integers(1, 3)),
        st.tuples(st.just(_tag_looks), MEMBER, UNIT, MODES),
        st.tuples(st.just(_tag_is_seen), UNIT, MEMBER, MODES),
        st.tuples(st.just(_duty_rule), UNIT, st.sampled_from(("局长", "副区长", "办事员")), MODES),
        st.tuples(st.just(_person_rule), MEMBER, MEMBER, MODES),
        st.tuples(st.just(_hide), st.sampled_from((*UNITS, *VIEWERS)), SCOPES, PASSING),
        st.tuples(st.just(_veil), st.sampled_from((*UNITS, *VIEWERS)), SCOPES, PASSING, FIELDS),
        st.tuples(st.just(_unlist), MEMBER),
        st.tuples(st.just(_set_tier), MEMBER, st.integers(1, 4)),
        st.tuples(st.just(_befriend), MEMBER, MEMBER),
        st.tuples(st.just(_suspend), MEMBER),
        st.tuples(st.just(_open_emergency), MEMBER, st.sampled_from((1, 5))),
        st.tuples(st.just(_choose), st.sampled_from(("graded", "open", "strict"))),
    ),
    max_size=7,
)


@given(decisions=DECISIONS)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_is_decided(district: Cast, decisions: list[tuple[Any, ...]]) -> None:
    point = transaction.savepoint()
    try:
        for decision in decisions:
            decide, *choices = decision
            decide(district, *choices)
        sight.follow_rules()
        check(district)
    finally:
        transaction.savepoint_rollback(point)
        rulebook.listener._on_news("")


def test_classes_are_few(district: Cast) -> None:
    assert SightClass.objects.count() < 12
