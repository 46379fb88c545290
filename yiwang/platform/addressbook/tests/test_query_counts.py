"""Statements of each page: as recorded in query_counts.json, and the same whatever the size.

One of them asks for the version of the rules; where the platform runs, news tells (queries/rulebook.py). The
last asks for it again, so that no answer mixes two states (middleware.OneState).

After a wanted change: RECORD=1 and this test; look at the difference and say why in the commit.
"""

import json
import os
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from yiwang.platform.addressbook.tests import factories
from yiwang.platform.addressbook.tests.factories import FRAGMENT, browser
from yiwang.platform.org.actions.projection import refresh_tree

RECORD = Path(__file__).parent / "query_counts.json"
RECORDED: dict[str, dict[str, int]] = json.loads(RECORD.read_text())
MOST = 18  # one of them remembers that a card was opened


def pages(cast: Cast) -> dict[str, tuple[str, dict[str, str] | None]]:
    """Name in the file -> address and headers."""
    unit, person = cast.units["QP-0302-01"].pk, cast.wang.person.pk
    book = f"/addressbook/units/{unit}/"
    return {
        "home": ("/addressbook/", None),
        "unit": (book, None),
        "unit with a card": (f"{book}?person={person}", None),
        "unit, fragment": (book, FRAGMENT),
        "tree level": (f"{book}tree/", FRAGMENT),
        "unit level": (f"{book}units/", FRAGMENT),
        "members": (f"{book}members/", FRAGMENT),
        "person": (f"/addressbook/persons/{person}/", None),
        "person, fragment": (f"/addressbook/persons/{person}/", FRAGMENT),
        "search": ("/addressbook/search/?q=王", None),
        "search, a whole name": ("/addressbook/search/?q=李四", FRAGMENT),
        "search, fragment": ("/addressbook/search/?q=wang", FRAGMENT),
        "api persons": ("/api/v1/persons?q=wang", None),
        "api persons of a unit": (f"/api/v1/persons?unit={unit}", None),
        "api person": (f"/api/v1/persons/{person}", None),
        "api unit": (f"/api/v1/units/{unit}", None),
        "api units below": (f"/api/v1/units/{unit}/children", None),
    }


def counted(client: Client, cast: Cast) -> dict[str, int]:
    found = {}
    # The first visit after a change works out anew what this viewer sees, and whose numbers.
    client.get(f"/addressbook/persons/{cast.wang.person.pk}/")
    for name, (address, headers) in pages(cast).items():
        with CaptureQueriesContext(
            connection,
        ) as statements:
            assert client.get(address, headers=headers).status_code == 200
        found[name] = len(statements)
    return found


@pytest.mark.parametrize("login", ["li", "sun"])
def test_statements_are_as_recorded_at_any_size(cast: Cast, login: str) -> None:
    client = browser(cast, login)
    factories.unit(cast.units["QP-0302-01"], "首组")
    few = counted(client, cast)
    factories.persons(cast, ["王明" + last for last in "华安宁文武成才" * 20])
    for number in range(30):
        factories.unit(cast.units["QP-0302-01"], f"第{number}组")
    refresh_tree()
    many = counted(client, cast)
    logged = 2 if login == "sun" else 0  # the line of each request in administration mode
    found = {name: statements - logged for name, statements in many.items()}
    if os.environ.get("RECORD"):
        RECORD.write_text(json.dumps(RECORDED | {login: found}, indent=2, ensure_ascii=False) + "\n")
        RECORDED[login] = found
    assert few == many
    assert found == RECORDED[login]
    assert max(found.values()) <= MOST
