"""Which sessions may be kept informed: one statement, the same limits as everywhere, revoked at once."""

import datetime

import pytest
from django.conf import settings
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.extension.realtime import Reader
from yiwang.platform.accounts.actions import sessions, suspensions
from yiwang.platform.accounts.models import Session
from yiwang.platform.accounts.queries import live, principals

pytestmark = pytest.mark.django_db


def test_whose_they_are(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    li, wang = cast.li.token(), cast.wang.token()
    with django_assert_num_queries(1):
        found = live.living([li, wang, "nobody's"])
    assert found == {
        li: Reader(cast.li.person.pk, cast.li.account.pk),
        wang: Reader(cast.wang.person.pk, cast.wang.account.pk),
    }


def test_who_has_left_is_not_there(cast: Cast) -> None:
    li = cast.li.token()
    principal = principals.by_token(li)
    assert principal is not None
    sessions.log_out(actor=principal)
    assert live.living([li]) == {}


def test_a_barred_account_is_not_there(cast: Cast) -> None:
    li = cast.li.token()
    suspensions.suspend(cast.li.account, reason="测试", actor=SYSTEM)
    assert live.living([li]) == {}


@pytest.mark.parametrize(
    ("field", "seconds"),
    [("last_seen_at", settings.SESSION_IDLE_SECONDS), ("created_at", settings.SESSION_ABSOLUTE_SECONDS)],
)
def test_who_has_run_out_is_not_there(cast: Cast, field: str, seconds: int) -> None:
    li = cast.li.token()
    now = timezone.now()
    Session.objects.update(**{field: now - datetime.timedelta(seconds=seconds - 5)})
    assert live.living([li], now=now)
    assert live.living([li], now=now + datetime.timedelta(seconds=6)) == {}
