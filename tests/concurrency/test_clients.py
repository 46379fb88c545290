"""Applications that call twice at the same moment: one act, one answer; one token; no limit exceeded."""

import threading

import pytest
from django.db import connection
from django.http import HttpResponse

from tests.cast import standing
from tests.concurrency.crowd import at_once
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.errors import Refused
from yiwang.platform.clients.actions import clients, keys, traffic
from yiwang.platform.clients.models import AccessToken, Client, ClientSecret, Repeat
from yiwang.platform.clients.tests.factories import connect

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def client() -> Client:
    return connect(standing()).client


def test_twins_run_once_and_hear_the_same(client: Client) -> None:
    ran: list[int] = []

    def act() -> HttpResponse:
        ran.append(1)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.2)")  # the twin has time to come
        return HttpResponse(b'{"id": 7}', content_type="application/json", status=201)

    works = [lambda: traffic.once(client.pk, "same-key", b"request", act)] * 3
    answers = at_once(*works)
    assert [(one.status_code, one.content) for one in answers if isinstance(one, HttpResponse)] == [
        (201, b'{"id": 7}')
    ] * 3
    assert len(ran) == 1
    replayed = [one.headers.get("Idempotency-Replayed") for one in answers if isinstance(one, HttpResponse)]
    assert sorted(map(str, replayed)) == ["None", "true", "true"]


def test_when_the_first_fails_its_twin_runs(client: Client) -> None:
    begun, turns = threading.Event(), iter(["fails", "works"])

    def act() -> HttpResponse:
        if next(turns) == "fails":
            begun.set()
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.2)")
            return HttpResponse(b"{}", content_type="application/json", status=409)
        return HttpResponse(b"{}", content_type="application/json", status=201)

    answers = at_once(*[lambda: traffic.once(client.pk, "same-key", b"request", act)] * 2)
    assert sorted(one.status_code for one in answers if isinstance(one, HttpResponse)) == [201, 409]
    assert Repeat.objects.get().status == 201


def test_another_request_under_the_same_key_is_refused(client: Client) -> None:
    def act() -> HttpResponse:
        return HttpResponse(b"{}", content_type="application/json", status=201)

    answers = at_once(
        lambda: traffic.once(client.pk, "same-key", b"one", act),
        lambda: traffic.once(client.pk, "same-key", b"two", act),
    )
    refused = [one for one in answers if isinstance(one, Refused)]
    assert [(one.status, one.code) for one in refused] == [(422, "E-API-08")]


def test_no_more_calls_than_the_bucket_holds() -> None:
    answers = at_once(*[lambda: traffic.has_room("crowd", "call", rate=0.001, burst=5)] * 12)
    assert sum(one is True for one in answers) == 5


def test_a_word_signs_once(client: Client) -> None:
    answers = at_once(*[lambda: traffic.is_fresh(client.pk, "nonce-0001")] * 5)
    assert sorted(map(bool, answers)) == [False, False, False, False, True]


def test_those_who_ask_at_once_get_one_token(client: Client) -> None:
    secret = keys.make_secret(client, actor=SYSTEM)
    before = AccessToken.objects.count()
    issued = at_once(*[lambda: keys.issue_token(client.client_id, secret, address="10.0.0.1")] * 4)
    assert len({one.token for one in issued if isinstance(one, keys.Issued)}) == 1
    assert AccessToken.objects.count() == before + 1


def test_a_client_closed_while_a_secret_is_made_has_none_left(client: Client) -> None:
    at_once(
        lambda: clients.close(client, reason="注销", actor=SYSTEM),
        lambda: keys.make_secret(client, actor=SYSTEM),
    )
    assert not ClientSecret.objects.filter(client=client, ends_at=None).exists()
