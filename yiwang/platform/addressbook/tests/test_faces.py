"""Photos in lists: of those who have one and show it to this viewer, one statement for a page."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import Cast
from yiwang.platform.addressbook.queries import faces, units
from yiwang.platform.addressbook.tests import factories
from yiwang.platform.addressbook.tests.factories import as_user, body

pytestmark = pytest.mark.django_db


@pytest.fixture
def district(cast: Cast) -> Cast:
    factories.with_photo(cast.wang)
    factories.with_photo(cast.fang)
    return cast


def test_every_list_shows_them(district: Cast) -> None:
    photo = reverse("accounts:photo_of", args=[district.wang.person.pk])
    unit = district.units["QP-0302-01"].pk
    client = as_user(district, "li")
    client.post(f"/addressbook/persons/{district.wang.person.pk}/star/", {"star": "1"})
    for address in (
        f"/addressbook/units/{unit}/",
        f"/addressbook/units/{unit}/members/",
        "/addressbook/search/?q=wanghaitao",
        f"/addressbook/letters/?unit={district.units['QP-0302'].pk}",
        "/addressbook/starred/",
    ):
        assert f'src="{photo}"' in body(client, address), address
    assert client.get(photo).status_code == 200


def test_a_hidden_photo_is_in_no_list(district: Cast) -> None:
    factories.hide(district.wang.person, "photo")
    li = district.li.principal()
    ids = [district.wang.person.pk, district.fang.person.pk, district.li.person.pk]
    assert faces.of(li, ids) == {district.fang.person.pk}
    assert faces.of(district.gu.principal(), ids) == {district.wang.person.pk, district.fang.person.pk}
    photo = reverse("accounts:photo_of", args=[district.wang.person.pk])
    client = as_user(district, "li")
    assert photo not in body(client, f"/addressbook/units/{district.units['QP-0302-01'].pk}/")
    assert client.get(photo).status_code == 404


def test_a_large_photo_is_on_the_card_only(district: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faces, "LARGEST_FACE", 10)
    monkeypatch.setattr(units, "LARGEST_FACE", 10)
    person = district.wang.person
    assert faces.of(district.li.principal(), [person.pk]) == frozenset()
    assert units.members(district.li.principal(), district.units["QP-0302-01"]).faces == set()
    assert reverse("accounts:photo_of", args=[person.pk]) in body(
        as_user(district, "li"), f"/addressbook/persons/{person.pk}/"
    )


def test_one_statement_for_any_number(district: Cast, django_assert_num_queries: Any) -> None:
    viewer = district.li.principal()
    ids = [district.member(login).person.pk for login in ("wang", "fang", "gu", "li", "zhao")]
    with CaptureQueriesContext(connection) as few:
        faces.of(viewer, ids[:1])
    with django_assert_num_queries(len(few)):
        faces.of(viewer, ids)
    with django_assert_num_queries(0):
        assert faces.of(viewer, []) == frozenset()
