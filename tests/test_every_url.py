"""Who gets what answer at every address: a row for each (tests/doors), and an address without a row fails.

What stands behind an answer is tested in the apps; here it is the doors.
"""

import importlib
import pkgutil
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from tests import doors
from tests.cast import Cast
from tests.doors.door import PEOPLE, Door
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.accounts.actions import grants
from yiwang.platform.accounts.models import RoleGrant
from yiwang.platform.changes.actions import unit_change
from yiwang.platform.org.models import Code
from yiwang.platform.tags.actions.tag import make_tag
from yiwang.platform.tags.models import Tag

pytestmark = pytest.mark.django_db

DOORS: tuple[Door, ...] = tuple(
    door
    for module in sorted(one.name for one in pkgutil.iter_modules(doors.__path__) if one.name != "door")
    for door in importlib.import_module(f"tests.doors.{module}").DOORS
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
            account = cast.member(name).account
            return grants.grant(
                account, permission="workdays.manage", unit=None, actor=SYSTEM, reason="测试"
            ).pk
        case "role":
            return RoleGrant.objects.get(account=cast.member(name).account).pk
        case "code":
            return Code.objects.get(code=name).pk
        case "unitchange":
            change = unit_change.draft(
                "rename",
                plan={"full_name": "党政综合办公室", "short_name": "党政办"},
                unit=cast.units["QP-0301-01"],
                actor=cast.member(name).principal(),
                effective_on=timezone.localdate(),
                basis="青编〔2026〕8号",
            )
            return change.pk
        case "tag":
            owned = Tag.objects.filter(unit=cast.units[name]).first()
            return (owned or make_tag(cast.units[name], name="信息员", actor=SYSTEM)).pk
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
