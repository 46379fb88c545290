"""Who gets what answer at every address: a row for each, and an address without a row fails.

What stands behind an answer is tested in the apps; here it is the doors.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.cast import Cast

pytestmark = pytest.mark.django_db

# stranger: nobody logged in; temp: 临时账号; li: 办事员; mi: member of a hidden unit;
# qian: 分级管理员 of 朱家角镇; shen: 审计管理员; sun: 系统管理员.
PEOPLE = ("stranger", "temp", "li", "mi", "qian", "shen", "sun")


@dataclass(frozen=True)
class Door:
    """answers: a status for each of PEOPLE. ids: names of the cast's objects that fill the address."""

    name: str
    answers: str
    method: str = "GET"
    ids: dict[str, str] = field(default_factory=dict)

    def expected(self) -> dict[str, int]:
        return dict(zip(PEOPLE, map(int, self.answers.split()), strict=True))


DOORS: tuple[Door, ...] = (
    Door("healthz", "200 200 200 200 200 200 200"),
    Door("readyz", "503 503 503 503 503 503 503"),
    Door("api:openapi-json", "200 200 200 200 200 200 200"),
    Door("api:api-root", "404 404 404 404 404 404 404"),
    Door("api:persons", "401 404 422 422 422 422 422"),
    Door("api:person", "401 404 200 200 200 200 200", ids={"person_id": "person:wang"}),
    Door("api:person", "401 404 404 200 404 404 200", ids={"person_id": "person:mi"}),
    Door("api:unit", "401 404 200 200 200 200 200", ids={"unit_id": "unit:QP-0301"}),
    Door("api:unit", "401 404 404 200 404 404 200", ids={"unit_id": "unit:QP-0101-01"}),
    Door("api:unit_children", "401 404 200 200 200 200 200", ids={"unit_id": "unit:QP-0301"}),
    Door("api:unit_children", "401 404 404 200 404 404 200", ids={"unit_id": "unit:QP-0101-01"}),
    Door("portal:home", "302 200 200 200 200 200 200"),
    Door("portal:workbench", "302 200 200 200 200 200 200"),
    Door("portal:help", "302 200 200 200 200 200 200"),
    Door("portal:search", "302 200 200 200 200 200 200"),
    Door("portal:search_suggest", "302 200 200 200 200 200 200"),
    Door("accounts:login", "200 302 302 302 302 302 302"),
    Door("accounts:logout", "303 302 302 302 302 302 302", "POST"),
    Door("accounts:logout", "405 405 405 405 405 405 405"),
    Door("accounts:activate", "200 200 200 200 200 200 200"),
    Door("accounts:activate_confirm", "302 302 302 302 302 302 302", ids={"ticket": "x"}),
    Door("accounts:card", "302 200 200 200 200 200 200"),
    Door("accounts:devices", "302 200 200 200 200 200 200"),
    Door("accounts:end_session", "303 404 404 404 404 404 404", "POST", ids={"pk": "1"}),
    Door("accounts:logout_others", "303 302 302 302 302 302 302", "POST"),
    Door("accounts:logout_everywhere", "303 302 302 302 302 302 302", "POST"),
    Door("accounts:password", "302 200 200 200 200 200 200"),
    Door("accounts:password", "303 422 422 422 422 422 422", "POST"),
    Door("accounts:switch_post", "303 404 404 404 404 404 404", "POST"),
    Door("addressbook:home", "302 404 200 200 200 200 200"),
    Door("addressbook:search", "302 404 200 200 200 200 200"),
    Door("addressbook:unit", "302 404 200 200 200 200 200", ids={"pk": "unit:QP-0301"}),
    Door("addressbook:unit", "302 404 404 200 404 404 200", ids={"pk": "unit:QP-0101-01"}),
    Door("addressbook:tree_level", "302 404 200 200 200 200 200", ids={"pk": "unit:QP-0301"}),
    Door("addressbook:tree_level", "302 404 404 200 404 404 200", ids={"pk": "unit:QP-0101-01"}),
    Door("addressbook:unit_level", "302 404 200 200 200 200 200", ids={"pk": "unit:QP-0301"}),
    Door("addressbook:unit_level", "302 404 404 200 404 404 200", ids={"pk": "unit:QP-0101-01"}),
    Door("addressbook:members", "302 404 200 200 200 200 200", ids={"pk": "unit:QP-0301"}),
    Door("addressbook:members", "302 404 404 200 404 404 200", ids={"pk": "unit:QP-0101-01"}),
    Door("addressbook:person", "302 404 200 200 200 200 200", ids={"pk": "person:wang"}),
    Door("addressbook:person", "302 404 404 200 404 404 200", ids={"pk": "person:mi"}),
    Door("console:accounts", "302 404 404 404 200 404 200"),
    Door("console:account", "302 404 404 404 200 404 200", ids={"pk": "account:li"}),
    Door("console:account", "302 404 404 404 404 404 200", ids={"pk": "account:wang"}),
    Door("console:account_code", "303 404 404 404 409 404 409", "POST", ids={"pk": "account:li"}),
    Door("console:account_suspend", "303 404 404 404 422 404 422", "POST", ids={"pk": "account:li"}),
    Door("console:account_suspend", "303 404 404 404 404 404 422", "POST", ids={"pk": "account:wang"}),
    Door("console:account_resume", "303 404 404 404 409 404 409", "POST", ids={"pk": "account:li"}),
    Door("console:account_unlock", "303 404 404 404 409 404 409", "POST", ids={"pk": "account:li"}),
    Door("console:grant_add", "303 404 404 404 422 404 422", "POST", ids={"pk": "account:li"}),
    Door(
        "console:grant_withdraw",
        "303 404 404 404 404 404 303",
        "POST",
        ids={"pk": "account:shen", "grant_pk": "grant:shen"},
    ),
    Door("console:audit", "302 404 404 404 404 200 404"),
    Door("console:numbers", "302 404 404 404 404 404 200"),
    Door("console:schedules", "302 404 404 404 404 404 200"),
    Door("console:workdays", "302 404 404 404 404 404 200"),
    Door("console:workdays_import", "302 404 404 404 404 404 200"),
    Door("console:workdays_import", "303 404 404 404 404 404 422", "POST"),
    Door("console:workdays_template", "302 404 404 404 404 404 200"),
    Door("kernel:font_size", "405 405 405 405 405 405 405"),
    Door("kernel:font_size", "303 303 303 303 303 303 303", "POST"),
    Door("files:upload", "303 422 422 422 422 422 422", "POST"),
    Door("files:download", "302 404 404 404 404 404 404", ids={"file_id": "file:"}),
    Door("files:show", "302 404 404 404 404 404 404", ids={"file_id": "file:"}),
    Door("files:confirm", "303 422 422 422 422 422 422", "POST", ids={"file_id": "file:"}),
    Door("files:discard", "303 404 404 404 404 404 404", "POST", ids={"file_id": "file:"}),
)


def addresses(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """namespace:name of every address."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from addresses(one, f"{one.namespace}:" if one.namespace else prefix)
        elif isinstance(one, URLPattern) and one.name:
            yield prefix + one.name


def target(cast: Cast, what: str) -> Any:
    kind, _, name = what.partition(":")
    match kind:
        case "unit":
            return cast.units[name].pk
        case "person":
            return cast.member(name).person.pk
        case "account":
            return cast.member(name).account.pk
        case "grant":
            return cast.member(name).account.grants.first().pk  # type: ignore[union-attr]
        case "file":
            return uuid.UUID(int=1)
    return what


def test_every_address_has_a_row() -> None:
    assert {door.name for door in DOORS} == set(addresses(get_resolver()))


@pytest.mark.parametrize("door", DOORS, ids=lambda door: f"{door.method} {door.name}")
def test_door(door: Door, cast: Cast) -> None:
    address = reverse(door.name, kwargs={key: target(cast, what) for key, what in door.ids.items()})
    found = {}
    for login in PEOPLE:
        client = Client(raise_request_exception=False)
        if login != "stranger":
            client.cookies[settings.SESSION_COOKIE] = cast.member(login).token()
        found[login] = client.generic(door.method, address).status_code
    assert found == door.expected()
