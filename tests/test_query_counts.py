"""How many statements each page costs, recorded: one that grows dearer says so in its own change.

After a wanted change: RECORD=1 python -m pytest tests/test_query_counts.py, and look at the difference.
"""

import json
import os
import time
from pathlib import Path
from unittest.mock import patch

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import Cast
from tests.test_every_url import DOORS, target
from yiwang.kernel.extension.worklists import worklists

RECORDS = Path(__file__).with_name("query_counts")  # a file for each namespace of addresses
MOST = 20
VIEWERS = ("li", "qian", "shen", "sun")


def count(client: Client, address: str) -> int:
    """Statements of the second visit: the first may fill a process's caches.

    The clock of those caches stands still meanwhile: one that went stale between the two visits would be
    read again, and the page would seem dearer on a slow machine.
    """
    with patch("time.monotonic", return_value=time.monotonic()):
        client.get(address)
        with CaptureQueriesContext(connection) as statements:
            client.get(address)
    return len(statements)


def write(found: dict[str, int]) -> None:
    """One file for each namespace, so that two changes seldom meet."""
    groups: dict[str, dict[str, int]] = {}
    for name, statements in found.items():
        namespace, _, rest = name.split()[1].partition(":")
        groups.setdefault(namespace if rest else "site", {})[name] = statements
    for namespace, counts in groups.items():
        text = json.dumps(counts, indent=2, ensure_ascii=False, sort_keys=True)
        (RECORDS / f"{namespace}.json").write_text(text + "\n")


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
        write(found)
    recorded: dict[str, int] = {}
    for file in sorted(RECORDS.glob("*.json")):
        recorded |= json.loads(file.read_text())
    assert found == recorded
    # The console's first page asks every work list once; there are as many as modules bring.
    gathered = {name: count for name, count in found.items() if name.endswith(" console:home")}
    assert max(count for name, count in found.items() if name not in gathered) <= MOST
    assert max(gathered.values()) <= MOST + len(worklists)
