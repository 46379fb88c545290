"""Many accounts at once are as if each had been opened alone."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast, with_check_digit
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.errors import Refused
from yiwang.platform.accounts.actions import lifecycle
from yiwang.platform.accounts.actions.bulk import Opening, open_accounts
from yiwang.platform.accounts.models import Account, Verification
from yiwang.platform.org.actions import bulk
from yiwang.platform.org.actions.bulk import Newcomer
from yiwang.platform.org.models import Person

pytestmark = pytest.mark.django_db


def people(cast: Cast, count: int, start: int = 1) -> list[Person]:
    newcomers = [
        Newcomer(
            name="古力", id_number=with_check_digit(f"31019919900101{number:03d}"), sex="male",
            birth_date=datetime.date(1990, 1, 1), mobile=f"1370000{number:04d}", category="contracted",
            unit_id=cast.units["QP-0301-01"].pk, title="一级科员",
        )
        for number in range(start, start + count)
    ]  # fmt: skip
    ids = bulk.add_people(newcomers, actor=SYSTEM)
    return list(Person.objects.filter(pk__in=[one for one in ids if one]).order_by("pk"))


def opening(person: Person) -> Opening:
    return Opening(person.pk, person.pinyin, person.unit_path)


def test_they_are_like_those_opened_alone(cast: Cast) -> None:
    first, second = people(cast, 2)
    open_accounts([opening(first)], actor=SYSTEM)
    lifecycle.open_account(second, login_name="guli2", kind=Account.Kind.USER, actor=SYSTEM)
    one, other = (Account.objects.get_queryset().get(person=person) for person in (first, second))
    own = {"id", "person_id", "login_name", "password", "created_at"}
    for field in Account._meta.local_concrete_fields:
        if field.attname not in own:
            assert getattr(one, field.attname) == getattr(other, field.attname), field.attname
    assert not one.has_usable_password()
    asked, also = (Verification.objects.get(account=account) for account in (one, other))
    for name in ("reason", "round", "attempt", "outcome", "asked_at", "requested_by_name"):
        assert getattr(asked, name) == getattr(also, name), name


def test_login_names_are_told_apart(cast: Cast) -> None:
    three = people(cast, 3)
    open_accounts([opening(three[0])], actor=SYSTEM)
    open_accounts([opening(one) for one in three[1:]], actor=SYSTEM)
    names = list(
        Account.objects.get_queryset()
        .filter(person__in=three)
        .order_by("pk")
        .values_list("login_name", flat=True)
    )
    assert names == ["guli", f"guli{three[1].pk}", f"guli{three[2].pk}"]


def test_only_where_he_manages_accounts(cast: Cast) -> None:
    (one,) = people(cast, 1)
    with pytest.raises(Refused) as refusal:
        open_accounts([opening(one)], actor=cast.li.principal())
    assert refusal.value.status == 403
    assert not Account.objects.get_queryset().filter(person=one).exists()


def test_statements_do_not_grow_with_the_accounts(cast: Cast) -> None:
    few, many = people(cast, 2), people(cast, 200, start=100)
    with CaptureQueriesContext(connection) as short:
        open_accounts([opening(one) for one in few], actor=SYSTEM)
    with CaptureQueriesContext(connection) as long:
        open_accounts([opening(one) for one in many], actor=SYSTEM)
    assert len(long) <= len(short)
