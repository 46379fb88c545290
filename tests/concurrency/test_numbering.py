"""Sixteen clerks take numbers at once, in real transactions of which some are rolled back."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection, transaction

from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.extension.numbering import Series, number_series
from yiwang.kernel.numbering import actions, queries
from yiwang.kernel.numbering.models import Counter, Number
from yiwang.kernel.workdays.models import Year

CLERKS = 16
NUMBERS_EACH = 50


class CalledOff(Exception):
    """The act failed after it had taken its number."""


pytestmark = pytest.mark.django_db


def remove(key: str) -> None:
    """Take a series' committed rows away again; runs in a thread, outside of the test's transaction."""
    Number.objects.filter(series=key).delete()
    Counter.objects.filter(series=key).delete()
    connection.close()


@pytest.fixture
def series(monkeypatch: pytest.MonkeyPatch) -> Iterator[Series]:
    """A series of its own. The threads have connections of their own and really commit.

    The audit log, which nothing can be taken away from, is left out: this is about the counter's lock.
    """
    own = Series(f"numbering.race_{uuid4().hex[:8]}", "并发", "并〔{year}〕{n}号")
    monkeypatch.setitem(number_series._items, own.key, own)
    monkeypatch.setattr(audit, "record", lambda *arguments, **options: None)
    yield own
    with ThreadPoolExecutor(1) as pool:
        pool.submit(remove, own.key).result(timeout=10)


def call_off_some(chance: random.Random) -> None:
    if chance.random() < 0.25:
        raise CalledOff


def take_numbers(series: Series, seed: int, begin: Barrier) -> list[int]:
    """One clerk: fifty acts that succeed, and about a third more that are called off."""
    chance = random.Random(seed)
    taken: list[int] = []
    target = Year(year=2026)
    try:
        begin.wait(timeout=10)
        while len(taken) < NUMBERS_EACH:
            try:
                with transaction.atomic():
                    value = actions.issue(series, year=2026, target=target, actor=SYSTEM).value
                    call_off_some(chance)
                taken.append(value)
            except CalledOff:
                continue
    finally:
        connection.close()
    return taken


def test_numbers_are_continuous_and_unique(series: Series) -> None:
    begin = Barrier(CLERKS)
    with ThreadPoolExecutor(CLERKS) as pool:
        clerks = [pool.submit(take_numbers, series, seed, begin) for seed in range(CLERKS)]
        taken = [value for clerk in clerks for value in clerk.result(timeout=60)]
    assert sorted(taken) == list(range(1, CLERKS * NUMBERS_EACH + 1))
    assert queries.last_value(series, year=2026) == CLERKS * NUMBERS_EACH
    assert queries.holes(series, year=2026) == []


def test_each_clerk_sees_his_numbers_rise(series: Series) -> None:
    begin = Barrier(4)
    with ThreadPoolExecutor(4) as pool:
        clerks = [pool.submit(take_numbers, series, seed, begin) for seed in range(4)]
        for clerk in clerks:
            taken = clerk.result(timeout=60)
            assert taken == sorted(taken)
