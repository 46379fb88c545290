"""A vendor's leave application: python -m tests.e2e.leave_app PORT prints its id and secret as JSON.

It is registered, called back at a port of this machine, and has passed the handshake: somebody listens there.
"""

import importlib
import json
import sys
from typing import Any

from yiwang.site.cli import django_with_database

KIND = "messages.template_card_event"


def register(port: str) -> dict[str, Any]:
    """A sandbox application of 朱家角镇; it knows its people by their login names."""
    actor: Any = importlib.import_module("yiwang.kernel.actor").SYSTEM
    clients: Any = importlib.import_module("yiwang.platform.clients.actions.clients")
    events: Any = importlib.import_module("yiwang.platform.clients.actions.events")
    keys: Any = importlib.import_module("yiwang.platform.clients.actions.keys")
    units: Any = importlib.import_module("yiwang.platform.org.models").Unit
    made = clients.register(
        units.objects.get(code="QP-0301"),
        name=f"请假管理{port}",
        scopes=["messages.send"],
        domains=[f"127.0.0.1:{port}"],
        is_sandbox=True,
        actor=actor,
    )
    made = clients.enable(made, actor=actor)
    subscription, secret = events.subscribe(
        made, url=f"http://127.0.0.1:{port}/callback", kinds=[KIND], actor=actor
    )
    answer = events.verify(subscription, actor=actor)
    if answer.problem:
        raise SystemExit(answer.problem)
    accounts: Any = importlib.import_module("yiwang.platform.accounts.models").Account
    return {
        "people": dict(accounts.objects.values_list("login_name", "person_id")),
        "client_id": made.client_id,
        "secret": keys.make_secret(made, actor=actor),
        "callback_secret": secret,
    }


if __name__ == "__main__":
    with django_with_database():
        print(json.dumps(register(sys.argv[1])))
