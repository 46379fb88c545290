"""What connected applications do: to-dos pushed one by one, each with a number of its own."""

import json
import random
from collections.abc import Sequence

from bench.requests import Request
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.accounts.models import Account
from yiwang.platform.addressbook.queries.applications import seen
from yiwang.platform.clients.actions import clients, keys
from yiwang.platform.clients.models import Client
from yiwang.platform.clients.queries.callers import caller_of
from yiwang.platform.clients.rules import MOST_RATE
from yiwang.platform.org.models import Unit

_NAME = "性能测试应用"
_BODIES = 500


def push_to_one(cookies: Sequence[str], password: str) -> list[Request]:
    """A to-do for one person."""
    return _pushes(1)


def push_to_fifty(cookies: Sequence[str], password: str) -> list[Request]:
    """A to-do for 50 people."""
    return _pushes(50)


def _pushes(receivers: int) -> list[Request]:
    token, dice = _token(), random.Random(f"push-{receivers}")
    ordinary = Account.objects.filter(state="active", kind="user")
    some = list(ordinary.order_by("pk").values_list("person_id", flat=True)[:5_000])
    ids = sorted(seen(caller_of(Client.objects.select_related("unit").get(name=_NAME)), some))
    return [
        Request(
            "/api/v1/todos",
            f"Bearer {token}",
            "POST",
            json.dumps(
                {
                    "biz_id": f"bench-{receivers}-@n@",
                    "title": "关于防汛检查的请示",
                    "kind": "document",
                    "receivers": [{"person_id": one} for one in dice.sample(ids, receivers)],
                    "url": "https://bench.example.gov.cn/1",
                },
                ensure_ascii=False,
            ),
        )
        for _ in range(_BODIES)
    ]


def _token() -> str:
    client = Client.objects.filter(name=_NAME).first()
    if client is None:
        root = Unit.objects.get(level=0)
        owner = Unit.objects.filter(level=2, visibility=1).order_by("position").first()
        assert owner is not None
        client = clients.register(
            owner,
            name=_NAME,
            scopes=["todos.push"],
            ranges=[root],
            domains=["bench.example.gov.cn"],
            rate=MOST_RATE,
            burst=MOST_RATE,
            actor=SYSTEM,
        )
    secret = keys.make_secret(client, actor=SYSTEM)
    return keys.issue_token(client.client_id, secret, address="127.0.0.1").token
