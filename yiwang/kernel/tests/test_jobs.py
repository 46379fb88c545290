"""Work for later: there when its transaction commits, once when asked so; schedules by Shanghai time."""

import datetime
import json
from collections.abc import Iterator
from typing import Any

import croniter
import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from procrastinate.contrib.django import app
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from yiwang.kernel import jobs
from yiwang.kernel.extension.jobs import Job, daily, every, job_types, schedules

done: list[dict[str, Any]] = []


def do(**ids: Any) -> None:
    """What the test's job does: remember."""
    done.append(ids)


@pytest.fixture
def key(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A job of the tests' own, queued as in production."""
    settings.JOBS_RUN_AT_COMMIT = False
    job = Job("kernel.test_job", "测试", run=do)
    monkeypatch.setitem(job_types._items, job.key, job)
    done.clear()
    yield job.key
    done.clear()


def queued() -> list[tuple[str, dict[str, Any], str | None]]:
    """The waiting jobs: key, arguments, word."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_name, args::text, queueing_lock FROM procrastinate_jobs"
            " WHERE status = 'todo' ORDER BY id"
        )
        return [(name, json.loads(args), lock) for name, args, lock in cursor.fetchall()]


def finish(status: str) -> None:
    """The worker takes all waiting jobs and ends them so."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE status = 'todo'")
        cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE status = 'doing'", [status])


class CalledOff(Exception):
    """The act failed after it had asked for the job."""


@pytest.mark.django_db
class TestEnqueue:
    def test_ids_travel_as_plain_data(self, key: str) -> None:
        assert jobs.enqueue(key, account_id=7, names=["王伟"])
        assert queued() == [(key, {"account_id": 7, "names": ["王伟"]}, None)]
        assert done == []

    def test_an_act_that_is_rolled_back_leaves_no_job(self, key: str) -> None:
        with pytest.raises(CalledOff), transaction.atomic():
            jobs.enqueue(key, account_id=1)
            jobs.enqueue(key, once="7", account_id=2)
            assert len(queued()) == 2
            raise CalledOff
        assert queued() == []

    def test_once(self, key: str) -> None:
        assert jobs.enqueue(key, once="7", account_id=7)
        assert not jobs.enqueue(key, once="7", account_id=7)
        assert jobs.enqueue(key, once="8", account_id=8)
        assert jobs.enqueue(key, account_id=7)
        assert [ids["account_id"] for _, ids, _ in queued()] == [7, 8, 7]

    def test_a_second_one_does_not_spoil_the_transaction(self, key: str) -> None:
        with transaction.atomic():
            jobs.enqueue(key, once="7")
            assert not jobs.enqueue(key, once="7")
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        assert len(queued()) == 1

    @pytest.mark.parametrize("status", ["succeeded", "failed", "doing"])
    def test_when_it_no_longer_waits_another_may(self, key: str, status: str) -> None:
        """While one runs, what it has read may have changed already."""
        jobs.enqueue(key, once="7")
        finish(status)
        assert jobs.enqueue(key, once="7")

    def test_what_nobody_registered_is_a_bug(self, key: str) -> None:
        with pytest.raises(KeyError, match="nothing is registered"):
            jobs.enqueue("kernel.no_such_job")
        assert queued() == []

    def test_in_tests_it_is_done_when_the_transaction_ends(
        self,
        key: str,
        settings: Settings,
        django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    ) -> None:
        settings.JOBS_RUN_AT_COMMIT = True
        with django_capture_on_commit_callbacks(execute=True):
            jobs.enqueue(key, account_id=7)
            assert done == []
        assert done == [{"account_id": 7}]
        assert queued() == []


class TestRegistration:
    def test_every_job_and_schedule_is_known_to_the_queue(self) -> None:
        known = set(app.tasks)
        assert {job.key for job in job_types} <= known
        assert {schedule.key for schedule in schedules} <= known
        assert {"kernel.retry_stalled", "kernel.delete_old_jobs"} <= known

    def test_every_schedule_runs_by_the_clock(self) -> None:
        clock = app.periodic_registry.periodic_tasks
        for schedule in schedules:
            assert clock[schedule.key, schedule.key].cron == jobs.utc_cron(schedule.cron)
            assert app.tasks[schedule.key].lock == schedule.key  # never two at a time
            assert app.tasks[schedule.key].queueing_lock == schedule.key  # never a queue of them

    def test_keys_name_one_thing(self) -> None:
        assert not {job.key for job in job_types} & {schedule.key for schedule in schedules}

    @pytest.mark.django_db
    @pytest.mark.parametrize("schedule", list(schedules), ids=lambda one: one.key)
    def test_what_a_schedule_does_can_be_done(self, schedule: Any) -> None:
        schedule.run()


class TestCron:
    @pytest.mark.parametrize(
        ("shanghai", "utc"),
        [
            ("10 3 * * *", "10 19 * * *"),
            ("0 8 * * *", "0 0 * * *"),
            ("59 7 * * *", "59 23 * * *"),
            ("0 0 * * *", "0 16 * * *"),
            ("30 23 * * *", "30 15 * * *"),
            ("*/10 * * * *", "*/10 * * * *"),
            ("* * * * *", "* * * * *"),
            ("0 * * * 1", "0 * * * 1"),
        ],
    )
    def test_lines(self, shanghai: str, utc: str) -> None:
        assert jobs.utc_cron(shanghai) == utc

    @pytest.mark.parametrize("line", ["0 9 * * 1", "0 9 1 * *", "0 9 * 12 *", "0 9-17 * * *", "0 */2 * * *"])
    def test_lines_that_cannot_be_moved(self, line: str) -> None:
        with pytest.raises(ValueError, match="daily"):
            jobs.utc_cron(line)

    @given(st.times(), st.integers(0, 2 * 365 * 24 * 60))
    def test_the_same_moment(self, at: datetime.time, minutes: int) -> None:
        """A daily schedule runs when clocks in Shanghai show its time, whatever the day."""
        schedule = daily("kernel.x", "测试", at=f"{at:%H:%M}", run=do)
        start = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(minutes=minutes)
        found = croniter.croniter(jobs.utc_cron(schedule.cron), start).get_next(datetime.datetime)
        assert found.astimezone(jobs.SHANGHAI).strftime("%H:%M") == f"{at:%H:%M}"
        assert found - start <= datetime.timedelta(days=1)

    def test_every_so_many_minutes(self) -> None:
        assert every("kernel.x", "测试", minutes=1, run=do).cron == "* * * * *"
        assert every("kernel.x", "测试", minutes=15, run=do).cron == "*/15 * * * *"


@pytest.mark.django_db
class TestQueueState:
    def test_an_empty_queue(self) -> None:
        state = jobs.queue_state()
        assert (state.waiting, state.running, state.failed) == (0, 0, 0)
        assert (state.worker_seen_at, state.has_worker) == (None, False)
        assert [one.key for one in state.schedules] == sorted(schedule.key for schedule in schedules)

    def test_counts(self, key: str) -> None:
        jobs.enqueue(key)
        finish("failed")
        jobs.enqueue(key)
        finish("doing")
        jobs.enqueue(key)
        jobs.enqueue(key)
        state = jobs.queue_state()
        assert (state.waiting, state.running, state.failed) == (2, 1, 1)

    @pytest.mark.parametrize(("seconds", "lives"), [(0, True), (80, True), (95, False)])
    def test_a_worker_that_was_seen(self, seconds: int, lives: bool) -> None:
        with connection.cursor() as cursor:
            seen = timezone.now() - datetime.timedelta(seconds=seconds)
            cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [seen])
        assert jobs.queue_state().has_worker is lives

    def test_a_schedule_tells_of_its_last_run(self, settings: Settings) -> None:
        schedule = next(iter(schedules))
        for status in ("failed", "succeeded"):
            app.configure_task(schedule.key).defer(timestamp=0)
            finish(status)
            state = {one.key: one for one in jobs.queue_state().schedules}[schedule.key]
            assert state.has_failed is (status == "failed")
            assert state.last_run_at is not None
        assert state.label == schedule.label

    def test_times_are_those_of_shanghai(self) -> None:
        for state in jobs.queue_state().schedules:
            assert state.next_run_at.utcoffset() == datetime.timedelta(hours=8)
        daily_one = {one.key: one for one in jobs.queue_state().schedules}["accounts.forget_attempts"]
        assert daily_one.cron == "每天03:10"
        assert daily_one.next_run_at.strftime("%H:%M") == "03:10"

    @pytest.mark.parametrize(
        ("cron", "words"),
        [
            ("* * * * *", "每分钟"),
            ("*/10 * * * *", "每10分钟"),
            ("5 9 * * *", "每天09:05"),
            ("0 9-17 * * *", "0 9-17 * * *"),
        ],
    )
    def test_words(self, cron: str, words: str) -> None:
        assert jobs._cron_words(cron) == words
