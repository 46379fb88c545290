"""Single fields that are hidden (R2-9, domain reference §3.6); the property tests are in test_policy.py."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.cast import Cast
from yiwang.platform.addressbook.actions import sight
from yiwang.platform.addressbook.models import Hiding, HidingPass
from yiwang.platform.addressbook.queries import policy
from yiwang.platform.addressbook.queries.fields import ALL, hidden_fields
from yiwang.platform.org.models import Person, Unit

pytestmark = pytest.mark.django_db


def hide(target: Person | Unit, *fields: str, scope: str = "everybody", **more: Any) -> Hiding:
    side = "unit" if isinstance(target, Unit) else "person"
    values = {"valid_from": timezone.localdate(), "state": "active", "reason": "测试", **more}
    hiding = Hiding.objects.create(**{side: target}, scope=scope, fields=list(fields), **values)
    sight.announce()
    return hiding


def kept_from(cast: Cast, login: str, target: str = "wang", *, administers: bool = True) -> frozenset[str]:
    person = cast.member(target).person
    return hidden_fields(cast.member(login).principal(administers=administers), [person.pk])[person.pk]


def test_a_person_s_mobile(cast: Cast) -> None:
    hide(cast.wang.person, "mobile", "photo")
    assert kept_from(cast, "li") == {"mobile", "photo"}
    assert kept_from(cast, "fang") == {"mobile", "photo"}  # a colleague as well
    assert kept_from(cast, "li", "zhou") == set()
    assert kept_from(cast, "wang") == set()


def test_administrators_see_it_in_administration_mode_only(cast: Cast) -> None:
    hide(cast.wang.person, "mobile")
    assert kept_from(cast, "gu") == kept_from(cast, "sun") == kept_from(cast, "an") == set()
    for login in ("gu", "sun", "an"):
        assert kept_from(cast, login, administers=False) == {"mobile"}
    assert kept_from(cast, "qian") == {"mobile"}  # of another town


def test_except_one_s_own_unit(cast: Cast) -> None:
    hide(cast.wang.person, "room", scope="except_own")
    assert kept_from(cast, "fang") == set()
    assert kept_from(cast, "li") == {"room"}


def test_a_unit_s_fields_are_open_inside_and_by_the_white_list(cast: Cast) -> None:
    hiding = hide(cast.units["QP-0302"], "office_phone", "title")
    hide(cast.units["QP-0302-01"], "email")
    HidingPass.objects.create(hiding=hiding, unit=cast.units["QP-0201"])
    sight.announce()
    assert kept_from(cast, "li") == {"office_phone", "title", "email"}
    assert kept_from(cast, "shen") == {"email"}
    assert kept_from(cast, "fang") == set()


def test_periods_and_states(cast: Cast) -> None:
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    hide(cast.wang.person, "mobile", valid_from=tomorrow)
    hide(cast.wang.person, "email", state="proposed")
    assert kept_from(cast, "li") == set()


def test_strangers_and_temporary_accounts(cast: Cast) -> None:
    person = cast.qian.person
    hide(person, "mobile")
    assert hidden_fields(None, [person.pk]) == {person.pk: ALL}
    assert kept_from(cast, "temp", "qian") == {"mobile"}


def test_a_field_s_white_list_opens_no_hidden_entry(cast: Cast) -> None:
    """Two settings for one person: each list opens its own."""
    whole = hide(cast.wang.person)
    field = hide(cast.wang.person, "mobile")
    HidingPass.objects.create(hiding=whole, person=cast.shen.person)
    HidingPass.objects.create(hiding=field, person=cast.li.person)
    sight.follow_rules()
    wang = Person.objects.get(pk=cast.wang.person.pk)
    reached = {
        login: policy.of(cast.member(login).person.pk).mode(wang.pk, wang.sight, wang.unit_path)
        for login in ("li", "shen")
    }
    assert reached == {"li": 0, "shen": 2}


def test_one_statement_for_a_page_and_none_without_hidings(cast: Cast) -> None:
    li, everybody = cast.li.principal(), list(Person.objects.values_list("pk", flat=True))
    hidden_fields(li, everybody)  # reads the book
    with CaptureQueriesContext(connection) as none:
        assert set(hidden_fields(li, everybody).values()) == {frozenset()}
    hide(cast.units["QP-0302"], "email")
    hidden_fields(li, everybody)
    with CaptureQueriesContext(connection) as one:
        assert len(hidden_fields(li, everybody)) == len(everybody)
    assert (len(none), len(one)) == (1, 2)  # outside a request the version of the rules is asked each time
