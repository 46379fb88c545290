"""Applications in a platform that runs: python -m tests.launcher.applications connect NUMBER | tell."""

import importlib
import json
import sys
from typing import Any

from yiwang.site.cli import django_with_database


def _connect(number: int) -> list[dict[str, Any]]:
    """So many of them; what each needs to call."""
    cast: Any = importlib.import_module("tests.cast")
    factories: Any = importlib.import_module("yiwang.platform.clients.tests.factories")
    cast.build()
    crowd = cast.standing()
    made = [factories.connect(crowd, name=f"应用{one}") for one in range(number)]
    return [{"token": one.token, "id": one.client.client_id, "secret": one.secret} for one in made]


def _tell() -> None:
    """Every application something."""
    models: Any = importlib.import_module("yiwang.platform.clients.models")
    events: Any = importlib.import_module("yiwang.platform.clients.actions.events")
    for client in models.Client.objects.order_by("pk"):
        events.tell(client.pk, "addressbook.changed", {"latest": "1"})


if __name__ == "__main__":
    with django_with_database():
        if sys.argv[1] == "connect":
            sys.stdout.write(json.dumps(_connect(int(sys.argv[2]))))
        else:
            _tell()
