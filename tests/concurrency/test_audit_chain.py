"""The audit chain under real concurrency: nobody waits, nothing is lost, whatever the order of commits."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from django.db import connection, transaction

from yiwang.kernel import database
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit import actions, queries, vocabulary
from yiwang.kernel.audit.models import Anchor, Entry, Pending

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_log")]

PATIENCE = 60  # seconds; only a deadlock takes that long
WRITERS, CHAINERS, ROUNDS = 6, 2, 20


def run(pool: ThreadPoolExecutor, work: Callable[[], None]) -> "Future[None]":
    """Do the work in a thread with a connection of its own."""

    def connected() -> None:
        try:
            work()
        finally:
            connection.close()

    return pool.submit(connected)


def record(number: int = 0) -> None:
    with transaction.atomic():
        actions.record(vocabulary.LOG_READ, ("audit.entry", number, "审计日志"), actor=SYSTEM)


def change_ones_mind() -> None:
    with transaction.atomic():
        actions.record(vocabulary.LOG_READ, ("audit.entry", 0, "审计日志"), actor=SYSTEM)
        transaction.set_rollback(True)


def test_writers_and_chainers_at_once_lose_nothing() -> None:
    start = Barrier(WRITERS + CHAINERS)

    def write() -> None:
        start.wait(PATIENCE)
        for number in range(ROUNDS):
            record(number)
            change_ones_mind()

    def extend() -> None:
        start.wait(PATIENCE)
        for _ in range(ROUNDS):
            actions.extend_chain(actor=SYSTEM)

    with ThreadPoolExecutor(WRITERS + CHAINERS) as pool:
        work = [run(pool, write) for _ in range(WRITERS)] + [run(pool, extend) for _ in range(CHAINERS)]
        for future in work:
            future.result(PATIENCE)
    actions.extend_chain(actor=SYSTEM)

    taken_up = [entry_id for anchor in Anchor.objects.all() for entry_id in anchor.entry_ids]
    assert len(taken_up) == len(set(taken_up)) == Entry.objects.count() == WRITERS * ROUNDS
    result = queries.verify()
    assert (result.is_intact, result.entries, result.pending) == (True, WRITERS * ROUNDS, 0)


def test_a_row_that_is_committed_late_comes_into_a_later_anchor() -> None:
    recorded, may_commit = Event(), Event()

    def slow() -> None:
        with transaction.atomic():
            actions.record(vocabulary.LOG_READ, ("audit.entry", 1, "先写后提交"), actor=SYSTEM)
            recorded.set()
            may_commit.wait(PATIENCE)

    with ThreadPoolExecutor(1) as pool:
        late = run(pool, slow)
        recorded.wait(PATIENCE)
        record()
        assert actions.extend_chain(actor=SYSTEM) == 1, "the chain does not wait for open transactions"
        assert queries.verify().is_intact
        may_commit.set()
        late.result(PATIENCE)
    assert actions.extend_chain(actor=SYSTEM) == 1

    first, second = Anchor.objects.order_by("number")
    assert second.entry_ids[0] < first.entry_ids[0]
    assert queries.verify().is_intact


def test_nobody_who_records_waits_for_the_chain() -> None:
    record()
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        database.lock("audit.chain")
        actions._add_anchor()
        run(pool, record).result(PATIENCE)
    assert Pending.objects.count() == 1
    assert queries.verify().is_intact


def test_the_log_can_be_verified_while_it_grows() -> None:
    stop = Event()

    def grow() -> None:
        while not stop.is_set():
            record()
            actions.extend_chain(actor=SYSTEM)

    with ThreadPoolExecutor(1) as pool:
        growing = run(pool, grow)
        results = [queries.verify() for _ in range(20)]
        stop.set()
        growing.result(PATIENCE)
    assert [result.broken for result in results] == [None] * 20
    assert all(not result.warnings or "副本" in result.warnings[0] for result in results)
    assert results[-1].entries > results[0].entries
