"""A real worker beside real transactions: what it does, does again, and takes over from a killed one."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app
from pytest_django import Settings

from yiwang.kernel import jobs
from yiwang.kernel.extension.jobs import Job, job_types

pytestmark = pytest.mark.django_db

PATIENCE = 60


class CalledOff(Exception):
    """The act failed after it had asked for the job."""


class Work:
    """A registered job of the test's own: remembers its calls and the threads it was called in."""

    def __init__(self) -> None:
        self.key = f"kernel.test_{uuid4().hex[:8]}"
        self.calls: list[dict[str, Any]] = []
        self.backends: set[int] = set()
        self.failures = 0
        self.closes = True

    def run(self, **ids: Any) -> None:
        self.calls.append(ids)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self.backends.add(cursor.fetchone()[0])
        if self.closes:
            connection.close()  # the worker's threads end with the test's worker
        if len(self.calls) <= self.failures:
            raise ConnectionError("the other side does not answer")


@pytest.fixture
def work(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Work]:
    settings.JOBS_RUN_AT_COMMIT = False
    # The clock would have the worker do every schedule that is due.
    monkeypatch.setattr(app.periodic_registry, "periodic_tasks", {})
    found = Work()
    job = Job(found.key, "测试", run=found.run, retries=2)
    monkeypatch.setitem(job_types._items, job.key, job)
    jobs._register_job(job)
    yield found
    app.tasks.pop(found.key)
    elsewhere(lambda: _sql("DELETE FROM procrastinate_jobs WHERE task_name = %s", found.key))


def _sql(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def elsewhere(act: Callable[[], Any]) -> Any:
    """In a thread, thus in a transaction that commits, outside of the test's own."""

    def run() -> Any:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result(PATIENCE)


def let_a_worker_work() -> None:
    """A worker that does what waits now and ends."""

    def run() -> None:
        with app.replace_connector(app.connector.get_worker_connector()) as worker_app:  # type: ignore[attr-defined]  # DjangoConnector has it
            worker_app.run_worker(wait=False, install_signal_handlers=False, concurrency=2)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(PATIENCE)
    assert not thread.is_alive()


def states(work: Work) -> list[str]:
    found = elsewhere(
        lambda: _sql("SELECT status FROM procrastinate_jobs WHERE task_name = %s ORDER BY id", work.key)
    )
    return [status for (status,) in found]


def test_what_was_committed_is_done(work: Work) -> None:
    elsewhere(lambda: jobs.enqueue(work.key, account_id=7))
    let_a_worker_work()
    assert work.calls == [{"account_id": 7}]
    assert states(work) == ["succeeded"]


def test_what_was_rolled_back_is_not(work: Work) -> None:
    def call_off() -> None:
        with pytest.raises(CalledOff), transaction.atomic():
            jobs.enqueue(work.key, account_id=7)
            raise CalledOff

    elsewhere(call_off)
    let_a_worker_work()
    assert work.calls == []


def test_what_is_not_committed_yet_is_not_seen(work: Work) -> None:
    jobs.enqueue(work.key, account_id=7)  # in the test's own transaction, which never commits
    let_a_worker_work()
    assert work.calls == []


def test_what_fails_waits_for_another_try(work: Work) -> None:
    work.failures = 1
    elsewhere(lambda: jobs.enqueue(work.key))
    let_a_worker_work()
    assert states(work) == ["todo"]
    elsewhere(
        lambda: _sql("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE task_name = %s", work.key)
    )
    let_a_worker_work()
    assert len(work.calls) == 2
    assert states(work) == ["succeeded"]


def test_a_connection_that_died_is_replaced(work: Work) -> None:
    """The database was restarted between two jobs of one thread."""
    work.closes = False
    run = app.tasks[work.key].func

    def twice() -> None:
        run()
        (backend,) = work.backends
        elsewhere(lambda: _sql("SELECT pg_terminate_backend(%s, 5000)", backend))
        run()

    elsewhere(twice)
    assert len(work.backends) == 2


class TestKilledWorker:
    """Its jobs stay as begun; whoever comes next takes them over."""

    @pytest.fixture(autouse=True)
    def housekeeping(self) -> Iterator[None]:
        yield
        elsewhere(lambda: _sql("DELETE FROM procrastinate_jobs WHERE task_name = 'kernel.retry_stalled'"))

    def begin(self, work: Work, *, once: str = "") -> None:
        """A worker takes the job and is never heard of again."""

        def take() -> None:
            jobs.enqueue(work.key, once=once, account_id=7)
            _sql("UPDATE procrastinate_jobs SET status = 'doing' WHERE task_name = %s", work.key)

        elsewhere(take)

    def look_after(self) -> None:
        elsewhere(lambda: app.configure_task("kernel.retry_stalled").defer(timestamp=0))
        let_a_worker_work()

    def test_its_job_is_done_again(self, work: Work) -> None:
        self.begin(work)
        self.look_after()
        let_a_worker_work()
        assert work.calls == [{"account_id": 7}]
        assert states(work) == ["succeeded"]

    def test_one_that_waits_for_the_dead_ones_lock_is_done(self, work: Work) -> None:
        """A schedule's next tick: the dead one may not wait beside it, nor keep the lock for ever."""

        def tick() -> None:
            jobs.enqueue(work.key, once="7", account_id=7)
            _sql("UPDATE procrastinate_jobs SET lock = 'schedule' WHERE task_name = %s", work.key)

        self.begin(work, once="7")
        elsewhere(tick)
        let_a_worker_work()
        assert work.calls == []
        self.look_after()
        let_a_worker_work()
        assert work.calls == [{"account_id": 7}]
        assert states(work) == ["aborted", "succeeded"]
