"""Vendors who order twice at the same moment, and looks at one application that end at the same moment."""

import itertools
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import Cast, standing
from tests.concurrency.crowd import at_once, refusals
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.clients.models import OpenEvent
from yiwang.platform.clients.tests.factories import connect
from yiwang.platform.developer.actions import sandbox
from yiwang.platform.developer.gateways import sandbox as gateway
from yiwang.platform.developer.models import SandboxClient
from yiwang.platform.messages.models import Message
from yiwang.platform.todos.actions import standing as followed
from yiwang.platform.todos.models import Standing

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def crowd(monkeypatch: pytest.MonkeyPatch) -> Cast:
    """The sandbox itself is not what is tested here."""
    numbers = itertools.count(1)

    def order(*, name: str, domains: list[str]) -> dict[str, Any]:
        number = next(numbers)
        return {"client_id": f"yw{number}", "agent_id": 1_000_000 + number, "secret": "s"}

    monkeypatch.setattr(gateway, "order", order)
    return standing()


def _ordering(crowd: Cast, name: str, login: str = "temp") -> Any:
    actor = crowd.member(login).principal()
    return lambda: sandbox.order(name=name, domains=[], contact_name="陶", contact_phone="1", actor=actor)


def test_nobody_gets_a_fourth(crowd: Cast) -> None:
    results = at_once(*[_ordering(crowd, f"联调{number}") for number in range(6)])
    assert refusals(results) == [422, 422, 422] and SandboxClient.objects.count() == 3


def test_a_name_is_given_once(crowd: Cast) -> None:
    results = at_once(_ordering(crowd, "联调"), _ordering(crowd, "联调", "qian"))
    assert refusals(results) == [422] and SandboxClient.objects.count() == 1


def test_a_change_is_told_once(crowd: Cast) -> None:
    """The application reconciles from two machines at the same minute."""
    client = connect(crowd).client
    now = timezone.now()

    def look() -> bool:
        check = Standing.Check.RECONCILE
        event = {"differences": 2}
        return followed.follow(client.client_id, check, number=2, event=event, now=now, actor=SYSTEM)

    results = at_once(*[look] * 4)
    assert sorted(map(bool, results)) == [False, False, False, True]
    assert Standing.objects.get().number == 2
    assert Message.objects.filter(kind="todos.reconcile_differs").count() == 1
    assert OpenEvent.objects.filter(kind="todos.reconcile_differences").count() == 1
