"""Hidden fields are nowhere: lists, searches, cards, pickers, widgets, answers to programs (R2-9, §3.6)."""

import json
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from yiwang.platform.addressbook.actions import contacts
from yiwang.platform.addressbook.queries import withheld
from yiwang.platform.addressbook.tests import factories
from yiwang.platform.addressbook.tests.factories import FRAGMENT, browser
from yiwang.platform.addressbook.tests.test_contacts import principal
from yiwang.platform.org.actions.projection import refresh_tree
from yiwang.platform.org.models import Person

pytestmark = pytest.mark.django_db

SECRETS = ("水文专员", "59725555", "hezhen@", "3号楼305", "137****")
FIELDS = ("title", "office_phone", "email", "room", "mobile")


@pytest.fixture
def hidden(cast: Cast) -> Person:
    """何珍 of 徐泾镇, a leader there, of whom nothing but the name is shown."""
    one = factories.person(
        cast,
        "何珍",
        unit="QP-0302",
        title="水文专员",
        office_phone="021-59725555",
        email="hezhen@qp.example",
        room="3号楼305",
    )
    one.posts.update(is_leader=True)
    refresh_tree()
    factories.hide(one, *FIELDS)
    one.refresh_from_db()
    return one


def addresses(cast: Cast, person: Person) -> Iterator[str]:
    unit = cast.units["QP-0302"].pk
    yield from ("/", f"/addressbook/units/{unit}/", f"/addressbook/units/{unit}/members/")
    yield from (f"/addressbook/letters/?unit={unit}", "/addressbook/starred/", "/addressbook/contacts/")
    yield from (f"/addressbook/persons/{person.pk}/", f"/addressbook/units/{unit}/?person={person.pk}")
    yield from (f"/api/v1/persons/{person.pk}", f"/api/v1/persons?unit={unit}")
    for text in ("何珍", "hezhen", "hz", "何"):
        yield from (f"/addressbook/search/?q={text}", f"/api/v1/persons?q={text}")
        yield from (f"/search/?q={text}", f"/search/suggest/?q={text}", f"/addressbook/pick/?q={text}")
    yield "/addressbook/pick/?within=department"


def read(client: Client, address: str, headers: dict[str, str] | None = None) -> str:
    """The answer's text; JSON without its escapes."""
    answer = client.get(address, headers=headers)
    if "json" in answer.headers["Content-Type"]:
        return json.dumps(answer.json(), ensure_ascii=False)
    return answer.content.decode()


@pytest.mark.parametrize("login", ["wang", "shen", "an", "gu"])
def test_no_address_tells_them(cast: Cast, hidden: Person, login: str) -> None:
    """Neither a colleague nor people of another department, nor administrators outside of their mode."""
    client = factories.as_user(cast, login)
    client.post(f"/addressbook/persons/{hidden.pk}/star/", {"star": "1"})
    seen = 0
    for address in addresses(cast, hidden):
        for headers in (None, FRAGMENT):
            text = read(client, address, headers)
            seen += "何珍" in text
            told = [one for one in SECRETS if one in text]
            assert not told, f"{address} tells {login}: {told}"
    assert seen > 8


def test_the_answer_to_programs_says_what_is_kept(cast: Cast, hidden: Person) -> None:
    card = factories.as_user(cast, "shen").get(f"/api/v1/persons/{hidden.pk}").json()
    assert card["withheld_fields"] == sorted(FIELDS) and card["office_phone"] == ""
    own = browser(cast, "li").get(f"/api/v1/persons/{cast.li.person.pk}").json()
    assert own["withheld_fields"] == []


def test_who_administers_and_he_himself_see_them(cast: Cast, hidden: Person) -> None:
    address = reverse("addressbook:person", args=[hidden.pk])
    for client in (browser(cast, "gu"), factories.browser_of(hidden)):
        text = client.get(address).content.decode()
        assert "水文专员" in text and "59725555" in text


def test_a_contact_by_consent_is_minimal_in_every_list(cast: Cast) -> None:
    leader = factories.person(
        cast, "陆怀瑾", unit="QP-02", title="副区长", duty_level="06", office_phone="021-59728888"
    )
    shen = cast.shen.principal(administers=False)
    contacts.accept(contacts.ask(leader, reason="专报", actor=shen), actor=principal(leader))
    assert withheld.of(shen, [leader.pk, cast.li.person.pk]) == {
        leader.pk: withheld.BEYOND_MINIMAL,
        cast.li.person.pk: frozenset(),
    }
    client = factories.as_user(cast, "shen")
    for address in (
        f"/addressbook/units/{cast.units['QP-02'].pk}/",
        "/addressbook/search/?q=陆怀瑾",
        "/addressbook/contacts/",
        f"/addressbook/persons/{leader.pk}/",
        f"/api/v1/persons/{leader.pk}",
        "/addressbook/pick/?q=陆怀瑾",
    ):
        text = read(client, address)
        assert "陆怀瑾" in text and "副区长" not in text and "59728888" not in text, address
    assert client.get("/addressbook/search/?q=8888").content.decode().count("陆怀瑾") == 0
