"""How many statements each page costs, recorded: one that grows dearer says so in its own change.

After a wanted change: RECORD=1 python -m pytest tests/test_query_counts.py, and look at the difference.
"""

import json
import os
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import Cast
from tests.test_every_url import DOORS, target

RECORD = Path(__file__).with_name("query_counts.json")
VIEWERS = ("li", "qian", "shen", "sun")


def count(client: Client, address: str) -> int:
    """Statements of the second visit: the first may fill a process's caches."""
    client.get(address)
    with CaptureQueriesContext(connection) as statements:
        client.get(address)
    return len(statements)


@pytest.mark.django_db
def test_pages_cost_what_is_recorded(cast: Cast) -> None:
    found = {}
    for login in VIEWERS:
        client = Client(raise_request_exception=False)
        client.cookies[settings.SESSION_COOKIE] = cast.member(login).token()
        for door in DOORS:
            if door.method == "GET" and door.expected()[login] == 200:
                kwargs = {key: target(cast, what) for key, what in door.ids.items()}
                name = " ".join([login, door.name, *map(str, door.ids.values())])
                found[name] = count(client, reverse(door.name, kwargs=kwargs))
    if os.environ.get("RECORD"):
        RECORD.write_text(json.dumps(found, indent=2, ensure_ascii=False, sort_keys=True) + "\n")
    assert found == json.loads(RECORD.read_text())
    assert max(found.values()) <= 20
