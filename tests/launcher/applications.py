"""Applications in a platform that runs: python -m tests.launcher.applications VERB …

connect NUMBER; tell; order LOGIN, received LOGIN and open LOGIN TITLE: of the sandbox.
"""

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
    made = [factories.connect(crowd, name=f"应用{one}", scopes=factories.ALL_SCOPES) for one in range(number)]
    return [{"token": one.token, "id": one.client.client_id, "secret": one.secret} for one in made]


def _tell() -> None:
    """Every application something."""
    models: Any = importlib.import_module("yiwang.platform.clients.models")
    events: Any = importlib.import_module("yiwang.platform.clients.actions.events")
    for client in models.Client.objects.order_by("pk"):
        events.tell(client.pk, "addressbook.changed", {"latest": "1"})


def _order(login: str) -> dict[str, Any]:
    """An application of the sandbox, by a vendor; and a person of the real platform to try to reach."""
    accounts: Any = importlib.import_module("yiwang.platform.accounts.models")
    acts: Any = importlib.import_module("yiwang.platform.developer.actions.sandbox")
    actor = _actor(login)
    made, secret = acts.order(
        name="联调", domains=["localhost:9000"], contact_name="陶", contact_phone="1", actor=actor
    )
    li = accounts.Account.objects.get(login_name="li").person_id
    return {"client_id": made.client_id, "secret": secret, "li": li}


def _actor(login: str) -> Any:
    cast: Any = importlib.import_module("tests.cast")
    return cast.load().member(login).principal()


def _received() -> str:
    """What people of the sandbox received."""
    models: Any = importlib.import_module("yiwang.platform.developer.models")
    queries: Any = importlib.import_module("yiwang.platform.developer.queries.sandbox")
    seen = queries.received(models.SandboxClient.objects.get())
    return json.dumps([one["title"] for one in seen["todos"]], ensure_ascii=False)


def _open(login: str, title: str) -> str:
    """The receiver of a to-do there opens it: his vendor does it for him."""
    models: Any = importlib.import_module("yiwang.platform.developer.models")
    queries: Any = importlib.import_module("yiwang.platform.developer.queries.sandbox")
    acts: Any = importlib.import_module("yiwang.platform.developer.actions.sandbox")
    own = models.SandboxClient.objects.get()
    row = next(one for one in queries.received(own)["todos"] if one["title"] == title)
    asked = {"kind": "todo", "id": row["id"], "act": "open"}
    return str(acts.receive(own, asked, actor=_actor(login)))


if __name__ == "__main__":
    with django_with_database():
        if sys.argv[1] == "connect":
            sys.stdout.write(json.dumps(_connect(int(sys.argv[2]))))
        elif sys.argv[1] == "order":
            sys.stdout.write(json.dumps(_order(sys.argv[2])))
        elif sys.argv[1] == "received":
            sys.stdout.write(_received())
        elif sys.argv[1] == "open":
            sys.stdout.write(_open(sys.argv[2], sys.argv[3]))
        else:
            _tell()
