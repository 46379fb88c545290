"""Whom a viewer finds: the SQL condition and org's queryset say the same (domain reference §3.5, §3.6)."""

import pytest
from django.db import connection

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.addressbook.queries import policy as policies
from yiwang.platform.addressbook.queries import visibility
from yiwang.platform.addressbook.tests import factories
from yiwang.platform.org.actions import merging, people, units
from yiwang.platform.org.models import Person, Post

EVERYONE = ("sun", "shen", "mi", "zhao", "qian", "li", "zhou", "wang", "temp")


def by_condition(viewer: object) -> set[int]:
    sql, parameters = visibility.condition(viewer)  # type: ignore[arg-type]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT person.id FROM org_person person WHERE {sql}", parameters)
        return {row[0] for row in cursor.fetchall()}


@pytest.fixture
def mixed(cast: Cast) -> Cast:
    """Besides the cast: a hidden colleague of li, a retired one, one without a post, a hidden branch."""
    hidden = factories.person(cast, "隐去", unit="QP-0301-01")
    retired = factories.person(cast, "荣休", unit="QP-0301-01")
    leaver = factories.person(cast, "离开", unit="QP-0301-01")
    factories.person(cast, "专班员", unit="QP-0101-01")
    Person.objects.filter(pk=hidden.pk).update(is_listed=False)
    Person.objects.filter(pk=retired.pk).update(status=Person.Status.RETIRED)
    people.end_post(Post.objects.get(person=leaver), actor=SYSTEM, reason="调离")
    branch = factories.unit(cast.units["QP-0302"], "项目组")
    factories.unit(branch, "资料组")
    units.set_listed(branch, is_listed=False, reason="不公开", actor=SYSTEM)  # also refreshes all copies
    return cast


def test_condition_is_the_queryset(mixed: Cast) -> None:
    for login in EVERYONE:
        viewer = mixed.member(login).principal()
        expected = set(visibility.persons(viewer).values_list("id", flat=True))
        assert by_condition(viewer) == expected
        if not viewer.is_temporary:
            assert expected == set(Person.objects.visible_to(viewer).values_list("id", flat=True))


def units_by_condition(viewer: object) -> set[int]:
    sql, parameters = visibility.unit_condition(viewer)  # type: ignore[arg-type]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT unit.id FROM org_unit unit WHERE {sql}", parameters)
        return {row[0] for row in cursor.fetchall()}


def test_condition_of_units_is_the_queryset(mixed: Cast) -> None:
    merging.revoke_unit(factories.unit(mixed.units["QP-0301"], "撤销的科室"), actor=SYSTEM)
    for login in EVERYONE:
        viewer = mixed.member(login).principal()
        assert units_by_condition(viewer) == set(visibility.units(viewer).values_list("id", flat=True))


def test_nobody_is_found_by_nobody(mixed: Cast) -> None:
    assert not by_condition(None) and not units_by_condition(None)
    assert not visibility.persons(None) and not visibility.units(None)


def test_temporary_accounts_have_no_address_book(mixed: Cast) -> None:
    temp = mixed.temp.principal()
    assert not by_condition(temp) and not visibility.persons(temp) and not visibility.units(temp)


def test_the_three_views_differ_as_they_should(mixed: Cast) -> None:
    def names(login: str) -> set[str]:
        viewer = mixed.member(login).principal()
        return set(visibility.persons(viewer).values_list("name", flat=True))

    assert {"隐去", "荣休", "离开", "专班员"} <= names("sun")
    assert names("li") & {"隐去", "荣休", "离开", "专班员"} == {"隐去"}
    assert names("wang") & {"隐去", "荣休", "离开", "专班员"} == set()
    assert names("mi") & {"隐去", "荣休", "离开", "专班员"} == {"专班员"}


def test_who_looks_behind_hidings_is_not_taken_for_a_unit(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Persons and ordinary members of units (negative numbers) are kept side by side in the book."""
    number = cast.zhou.person.pk
    monkeypatch.setattr(policies, "is_in_emergency", lambda _book, person_id: person_id == number)
    assert [policies.of(one).person_id for one in (number, -number)] == [number, -number]
