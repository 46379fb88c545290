"""Suspension with a period: begun and lifted by the clock, called off, never the last administrator."""

import datetime

import pytest
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.platform.accounts.actions import lifecycle, sessions, suspensions
from yiwang.platform.accounts.models import Account, Suspension
from yiwang.platform.accounts.queries import principals

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


def state(cast: Cast, login: str = "li") -> str:
    return Account.objects.get(login_name=login).state


def test_a_long_leave_ends_by_itself(cast: Cast) -> None:
    token, today = cast.li.token(), timezone.localdate()
    suspensions.suspend(cast.li.account, reason="产假", ends_on=today + 10 * DAY, actor=cast.qian.principal())
    assert state(cast) == "suspended" and principals.by_token(token) is None
    assert suspensions.keep_periods(today=today + 10 * DAY) == (0, 0)
    assert state(cast) == "suspended"
    assert suspensions.keep_periods(today=today + 11 * DAY) == (0, 1)
    assert state(cast) == "active"
    assert suspensions.keep_periods(today=today + 12 * DAY) == (0, 0)
    assert str(Entry.objects.filter(verb="accounts.resumed").latest("id")) == "系统恢复了账号li"


def test_one_that_is_to_come_begins_by_itself(cast: Cast) -> None:
    today, token = timezone.localdate(), cast.li.token()
    suspensions.suspend(
        cast.li.account,
        reason="脱产学习",
        starts_on=today + 3 * DAY,
        ends_on=today + 5 * DAY,
        actor=cast.qian.principal(),
    )
    assert state(cast) == "active" and principals.by_token(token) is not None
    assert suspensions.keep_periods(today=today + 2 * DAY) == (0, 0)
    assert suspensions.keep_periods(today=today + 3 * DAY) == (1, 0)
    assert state(cast) == "suspended" and principals.by_token(token) is None
    assert suspensions.keep_periods(today=today + 6 * DAY) == (0, 1)
    assert state(cast) == "active"


def test_a_planned_one_is_called_off(cast: Cast) -> None:
    today, qian = timezone.localdate(), cast.qian.principal()
    suspensions.suspend(cast.li.account, reason="学习", starts_on=today + 3 * DAY, actor=qian)
    with pytest.raises(Refused) as twice:
        suspensions.suspend(cast.li.account, reason="学习", actor=qian)
    assert twice.value.message == "该账号已登记停用，请先撤销原登记"
    suspensions.call_off(cast.li.account, actor=qian)
    assert suspensions.keep_periods(today=today + 4 * DAY) == (0, 0)
    with pytest.raises(Refused):
        suspensions.call_off(cast.li.account, actor=qian)
    assert state(cast) == "active"


def test_one_that_went_by_while_nobody_kept_time_bars_nobody(cast: Cast) -> None:
    today = timezone.localdate()
    suspensions.suspend(
        cast.li.account, reason="学习", starts_on=today + DAY, ends_on=today + 2 * DAY, actor=SYSTEM
    )
    assert suspensions.keep_periods(today=today + 30 * DAY) == (0, 0)
    assert state(cast) == "active" and Suspension.objects.get().ended_at is not None


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"starts_on": -1}, "starts_on"),
        ({"starts_on": 3, "ends_on": 2}, "ends_on"),
        ({"ends_on": -1}, "ends_on"),
    ],
)
def test_what_is_refused(cast: Cast, values: dict[str, object], field: str) -> None:
    today, lines = timezone.localdate(), Entry.objects.count()
    given: dict[str, object] = {"reason": "学习"}
    for key, value in values.items():
        given[key] = today + value * DAY if isinstance(value, int) else value
    with pytest.raises(Refused) as refused:
        suspensions.suspend(cast.li.account, actor=SYSTEM, **given)  # type: ignore[arg-type]
    assert field in refused.value.fields and state(cast) == "active"
    assert not Suspension.objects.exists() and Entry.objects.count() == lines


def test_the_last_administrator_is_kept_also_when_the_day_comes(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        suspensions.suspend(cast.gu.account, reason="学习", actor=SYSTEM)
    assert refused.value.message == "本单位至少保留一名分级管理员"
    today = timezone.localdate()
    suspension = Suspension.objects.create(
        account=cast.gu.account, reason="学习", starts_on=today, ordered_by_name="系统"
    )
    assert suspensions.keep_periods(today=today) == (0, 0)
    suspension.refresh_from_db()
    assert state(cast, "gu") == "active" and suspension.ended_at is None


def test_closing_ends_it(cast: Cast) -> None:
    suspensions.suspend(cast.li.account, reason="学习", actor=SYSTEM)
    lifecycle.close(cast.li.account, reason="调出本区", actor=SYSTEM)
    assert Suspension.objects.get().ended_at is not None
    assert suspensions.keep_periods(today=timezone.localdate() + 400 * DAY) == (0, 0)
    assert state(cast) == "closed"


def test_resuming_leads_back_to_where_it_stood(cast: Cast) -> None:
    suspensions.suspend(cast.lao.account, reason="未报到", actor=SYSTEM)
    suspensions.resume(cast.lao.account, actor=SYSTEM)
    assert state(cast, "lao") == "inactive"


def test_the_suspended_are_told_at_login(cast: Cast) -> None:
    suspensions.suspend(cast.li.account, reason="学习", actor=SYSTEM)
    with pytest.raises(Refused) as refused:
        sessions.log_in(login="li", password="Qingpu-Lake-2026", address="10.0.0.9", agent="test")
    assert refused.value.status == 403 and "停用" in refused.value.message
