"""What is announced: ids of persons, at the commit, in few notifications."""

import psycopg
import pytest
from django.db import connection, transaction
from django.http import HttpRequest
from django.test import RequestFactory
from pytest_django import Settings

from yiwang.kernel.database import for_psycopg
from yiwang.kernel.realtime import address, news


def test_a_payload_names_persons() -> None:
    assert news.persons_of("7,9") == [7, 9]
    assert news.persons_of("*") is None
    assert news.persons_of("") == [] and news.persons_of("7,x") == [7]


@pytest.mark.django_db(transaction=True)
def test_it_arrives_with_the_commit_and_never_without() -> None:
    parameters = for_psycopg(connection.get_connection_params())
    with psycopg.connect(**parameters, autocommit=True) as ear:
        ear.execute(f'LISTEN "{news.CHANNEL}"')
        with transaction.atomic():
            news.numbers_changed([9, 7, 9])
            transaction.set_rollback(True)
        with transaction.atomic():
            news.numbers_changed([9, 7, 9])
            news.numbers_changed([])
        news.numbers_changed(range(1, 1001))
        news.numbers_changed(range(1, 100_001))
        heard = [one.payload for one in ear.notifies(timeout=1, stop_after=4)]
    assert heard[0] == "7,9" and heard[3] == news.EVERYBODY
    assert [len(payload.split(",")) for payload in heard[1:3]] == [700, 300]
    assert all(len(payload) < 8_000 for payload in heard)


def asked_at(host: str) -> HttpRequest:
    return RequestFactory().get("/", headers={"Host": host})


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("localhost:8000", "http://localhost:8001/live/"),
        ("office.example.cn", "http://office.example.cn:8001/live/"),
        ("[::1]:8000", "http://[::1]:8001/live/"),
        ("[::1]", "http://[::1]:8001/live/"),
    ],
)
def test_where_pages_listen(settings: Settings, host: str, found: str) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    settings.REALTIME_PORT, settings.REALTIME_URL = 8001, ""
    assert address.address_of(asked_at(host)) == found
    assert address.origin_of(asked_at(host)) == found.removesuffix("/live/")


def test_behind_a_proxy_and_without_the_process(settings: Settings) -> None:
    asked = asked_at("localhost")
    settings.REALTIME_PORT, settings.REALTIME_URL = 8001, "/live/"
    assert address.address_of(asked) == "/live/" and address.origin_of(asked) == ""
    settings.REALTIME_PORT, settings.REALTIME_URL = 0, ""
    assert address.address_of(asked) == "" and address.origin_of(asked) == ""
