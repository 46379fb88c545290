"""What pages ask for by themselves: it keeps nobody logged in and is not what an administrator did."""

import datetime

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.audit.models import Entry
from yiwang.platform.accounts.models import Session

pytestmark = pytest.mark.django_db


def as_member(cast: Cast, login: str) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE] = cast.member(login).token()
    return client


def last_seen(login: str) -> datetime.datetime:
    return Session.objects.filter(account__login_name=login).latest("pk").last_seen_at


def test_numbers_keep_no_session_alive(cast: Cast) -> None:
    client = as_member(cast, "li")
    before = timezone.now() - datetime.timedelta(minutes=20)
    Session.objects.filter(account=cast.li.account).update(last_seen_at=before)
    assert set(client.get("/numbers/").json()) >= {"todos", "messages"}
    assert last_seen("li") == before
    client.get("/todos/")
    assert last_seen("li") > before


def test_numbers_of_an_idle_session_end_it(cast: Cast) -> None:
    client = as_member(cast, "li")
    before = timezone.now() - datetime.timedelta(minutes=31)
    Session.objects.filter(account=cast.li.account).update(last_seen_at=before)
    assert client.get("/numbers/").status_code == 302


def test_numbers_are_no_act_of_an_administrator(cast: Cast) -> None:
    client = as_member(cast, "sun")
    lines = Entry.objects.count()
    client.get("/numbers/")
    assert Entry.objects.count() == lines
    client.get("/todos/")
    assert Entry.objects.count() == lines + 1
