"""Whatever outsiders ask, no answer names a hidden person or his unit (domain reference §3.5, §3.6)."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.urls import get_resolver, reverse

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.addressbook.tests import factories
from yiwang.platform.addressbook.tests.factories import FRAGMENT, browser
from yiwang.platform.org.actions import people
from yiwang.platform.org.models import Post, UnitAlias

SECRETS = ("米思源", "专班", "机要组", "保密员", "13900000004", "139****0004")
# None of these holds a secret itself, as pages show what was typed.
TEXTS = (
    "m",
    "mi",
    "msy",
    "misiyuan",
    "米",
    "思源",
    "米s",
    "重点",
    "重点工作",
    "旧称",
    "13900000004",
    "党政",
    "王",
)


@pytest.fixture
def district(cast: Cast) -> Cast:
    """The hidden unit has a unit below, a former name, and a member who is also somebody elsewhere."""
    hidden = cast.units["QP-0101-01"]
    factories.unit(hidden, "机要组")
    UnitAlias.objects.create(unit=hidden, name="旧称专班", kind=UnitAlias.Kind.FORMER)
    people.start_post(cast.wang.person, unit=hidden, title="保密员", kind=Post.Kind.CONCURRENT, actor=SYSTEM)
    people.start_post(
        cast.mi.person, unit=cast.units["QP-0301"], title="挂职", kind=Post.Kind.ATTACHMENT, actor=SYSTEM
    )
    return cast


def addresses(cast: Cast) -> Iterator[str]:
    """Every address of the address book for every unit and person, and what is typed into the boxes."""
    yield from ("/", "/addressbook/", "/search/", "/addressbook/contacts/", "/addressbook/pick/units/")
    yield from ("/addressbook/letters/", "/addressbook/starred/")
    for unit in cast.units.values():
        yield f"/addressbook/letters/?unit={unit.pk}"
        yield from (reverse(f"addressbook:{one}", args=[unit.pk]) for one in UNIT_PAGES)
        yield f"{reverse('addressbook:unit', args=[unit.pk])}?person={cast.mi.person.pk}"
        yield from (f"/api/v1/units/{unit.pk}", f"/api/v1/units/{unit.pk}/children")
        yield from (f"/api/v1/persons?unit={unit.pk}", f"/api/v1/persons?q=mi&unit={unit.pk}")
    for login in ("mi", "wang", "li", "zhao"):
        number = cast.member(login).person.pk
        yield from (reverse("addressbook:person", args=[number]), f"/api/v1/persons/{number}")
        yield reverse("addressbook:mobile", args=[number])
    for text in TEXTS:
        typed = quote(text)
        yield from (f"/addressbook/search/?q={typed}", f"/api/v1/persons?q={typed}")
        yield from (f"/search/?q={typed}", f"/search/suggest/?q={typed}")
        yield from (f"/addressbook/pick/?q={typed}", f"/addressbook/pick/?q={typed}&within=department&many=1")
        yield f"/addressbook/pick/units/?q={typed}"
        yield f"/addressbook/search/?q={typed}&person={cast.mi.person.pk}"


OTHERS = {"home", "search", "person", "pick", "pick_units", "contacts", "letters", "starred", "mobile"}
# Pages of administrators, and those that need a ticket: asked in test_settings_pages.
ADMINISTRATIVE = {
    *(
        "settings_home",
        "settings",
        "setting",
        "setting_act",
        "setting_add",
        "setting_trial",
        "setting_trial_cancel",
        "setting_discard",
        "seen_as_choose",
        "seen_as",
    ),
    *("star", "my_looks", "open_mobile", "looks", "mass_views", "settle_mass_view", "phonebook"),
    *("stranger", "contact_act", "seen_as_search", "emergency", "emergency_open", "emergency_end"),
    *("canaries", "canary_end", "leaks", "leak_handle"),
}
UNIT_PAGES = ("unit", "tree_level", "unit_level", "members")


def test_every_address_of_the_book_is_asked() -> None:
    names = set(get_resolver().namespace_dict["addressbook"][1].reverse_dict)
    assert {name for name in names if isinstance(name, str)} == {*UNIT_PAGES, *OTHERS, *ADMINISTRATIVE}


def content(answer: Any) -> str:
    """The answer's text; JSON without its escapes, behind which a name would go unseen."""
    if "json" in answer.headers["Content-Type"]:
        return json.dumps(answer.json(), ensure_ascii=False)
    text: str = answer.content.decode()
    return text


@pytest.mark.parametrize("login", ["li", "qian", "shen", "temp"])
def test_outsiders_learn_nothing(district: Cast, login: str) -> None:
    client = browser(district, login)
    for address in addresses(district):
        for headers in (None, FRAGMENT):
            answer = client.get(address, headers=headers)
            assert answer.status_code in (200, 403, 404)
            text = content(answer).replace("q=13900000004", "").replace('"13900000004"', "")
            told = [one for one in SECRETS if one in text.replace("“13900000004”", "")]
            assert not told, f"{address} tells {login}: {told}"


def test_the_same_addresses_tell_insiders(district: Cast) -> None:
    client = browser(district, "sun")
    told = "".join(client.get(address).content.decode() for address in addresses(district))
    assert all(one in told for one in ("米思源", "专班", "机要组", "保密员", "139****0004"))


def test_a_whole_name_is_not_found(district: Cast) -> None:
    for text in ("米思源", "重点工作专班"):
        assert browser(district, "li").get("/api/v1/persons", {"q": text}).json()["items"] == []
