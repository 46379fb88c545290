"""Work for later and work by the clock. The only file that knows the queue library (procrastinate).

A job is a row of the same database: it is there exactly when the transaction that asked for it commits.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import croniter
from django.conf import settings
from django.db import close_old_connections, connection, transaction
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued, UniqueViolation
from procrastinate.jobs import Status
from procrastinate.types import JSONValue

from yiwang.kernel.extension.jobs import Job, Schedule, job_types, schedules

SHANGHAI = ZoneInfo("Asia/Shanghai")
WORKER_ALIVE_SECONDS = 90
_UTC_OFFSET_HOURS = 8  # Asia/Shanghai has no summer time; the library reads cron lines as UTC
_CONCURRENCY = 4
_POLL_SECONDS = 1.0  # a job waiting for a lock is seen at the next poll only
_KEEP_DAYS = 7
_STALLED_SECONDS = 60


def enqueue(key: str, *, once: str = "", **ids: JSONValue) -> bool:
    """Do this later. ids: what the job's function is called with, as plain data.

    once: while a job with this word is waiting, a second one is not added; answers False then.
    """
    job = job_types.get(key)
    if settings.JOBS_RUN_AT_COMMIT:
        transaction.on_commit(lambda: job.run(**ids))
        return True
    if not once:
        app.configure_task(key).defer(**ids)
        return True
    try:
        with transaction.atomic():  # the refusal must not spoil the surrounding transaction
            app.configure_task(key, queueing_lock=f"{key}:{once}").defer(**ids)
    except AlreadyEnqueued:
        return False
    return True


def register() -> None:
    """Make all registered jobs and schedules known to the queue; called once, after the manifests."""
    for job in job_types:
        _register_job(job)
    for schedule in schedules:
        _register_schedule(schedule.key, utc_cron(schedule.cron), schedule.run)
    _register_own()


def _in_thread(act: Callable[[], Any]) -> None:
    """In one of the worker's threads: a connection that has died since the last job there is replaced."""
    close_old_connections()
    try:
        act()
    finally:
        close_old_connections()


def _register_job(job: Job) -> None:
    def run(**ids: Any) -> None:
        _in_thread(lambda: job.run(**ids))

    retry = RetryStrategy(max_attempts=job.retries, exponential_wait=4)
    app.task(name=job.key, retry=retry)(run)


def _register_schedule(key: str, cron: str, act: Callable[[], Any]) -> None:
    def run(timestamp: int) -> None:
        _in_thread(act)

    # One at a time, and never a queue of the same: after a pause the next tick does the work.
    task = app.task(name=key, lock=key, queueing_lock=key)(run)
    app.periodic(cron=cron, periodic_id=key)(task)


def _register_own() -> None:
    """The queue's own housekeeping."""

    async def retry_stalled(timestamp: int) -> None:
        """Jobs of a worker that was killed; jobs are safe to run twice."""
        found = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=_STALLED_SECONDS)
        for job in found:
            try:
                await app.job_manager.retry_job(job)
            except UniqueViolation:  # the same work is waiting already, and waits for this one's lock
                await app.job_manager.finish_job(job, status=Status.ABORTED, delete_job=False)

    async def delete_old(timestamp: int) -> None:
        await app.job_manager.delete_old_jobs(nb_hours=_KEEP_DAYS * 24, include_aborted=True)

    for key, cron, act in (
        ("kernel.retry_stalled", "* * * * *", retry_stalled),
        ("kernel.delete_old_jobs", "40 19 * * *", delete_old),
    ):
        app.periodic(cron=cron, periodic_id=key)(app.task(name=key, queueing_lock=key)(act))


def utc_cron(cron: str) -> str:
    """The cron line in UTC. Only lines that run every day can be moved by hours."""
    minute, hour, *days = cron.split()
    if hour == "*":
        return cron
    if days != ["*", "*", "*"] or not hour.isdigit():
        raise ValueError(f"{cron}: only daily schedules may name an hour")
    return " ".join([minute, str((int(hour) - _UTC_OFFSET_HOURS) % 24), *days])


def run_worker() -> None:
    """Work until SIGINT or SIGTERM; running jobs get time to end."""
    with app.replace_connector(app.connector.get_worker_connector()) as worker_app:  # type: ignore[attr-defined]  # DjangoConnector has it
        worker_app.run_worker(
            concurrency=_CONCURRENCY,
            fetch_job_polling_interval=_POLL_SECONDS,
            shutdown_graceful_timeout=20,
        )


@dataclass(frozen=True, slots=True)
class ScheduleState:
    """A schedule as the console shows it."""

    key: str
    label: str
    cron: str
    last_run_at: datetime.datetime | None
    has_failed: bool
    next_run_at: datetime.datetime


@dataclass(frozen=True, slots=True)
class QueueState:
    """How the queue stands. worker_seen_at: the last sign of life of any worker."""

    schedules: tuple[ScheduleState, ...]
    waiting: int
    running: int
    failed: int
    worker_seen_at: datetime.datetime | None

    @property
    def has_worker(self) -> bool:
        seen = self.worker_seen_at
        return seen is not None and (timezone.now() - seen).total_seconds() < WORKER_ALIVE_SECONDS


_COUNTS = """
    SELECT count(*) FILTER (WHERE status = 'todo'), count(*) FILTER (WHERE status = 'doing'),
           count(*) FILTER (WHERE status = 'failed'), (SELECT max(last_heartbeat) FROM procrastinate_workers)
    FROM procrastinate_jobs WHERE status IN ('todo', 'doing', 'failed')"""
_LAST_RUNS = """
    SELECT DISTINCT ON (job.task_name) job.task_name, job.status,
           (SELECT max(at) FROM procrastinate_events event WHERE event.job_id = job.id)
    FROM procrastinate_jobs job
    WHERE job.task_name = ANY(%s) AND job.status IN ('succeeded', 'failed')
    ORDER BY job.task_name, job.id DESC"""


def queue_state() -> QueueState:
    """Counts and schedules, in two statements."""
    keys = [schedule.key for schedule in schedules]
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS)
        waiting, running, failed, seen = cursor.fetchone()
        cursor.execute(_LAST_RUNS, [keys])
        last = {name: (status, at) for name, status, at in cursor.fetchall()}
    states = tuple(_state(schedule, *last.get(schedule.key, ("", None))) for schedule in schedules)
    return QueueState(tuple(sorted(states, key=lambda one: one.key)), waiting, running, failed, seen)


def _state(schedule: Schedule, status: str, at: datetime.datetime | None) -> ScheduleState:
    now = timezone.now().astimezone(SHANGHAI)
    following = croniter.croniter(schedule.cron, now).get_next(datetime.datetime)
    return ScheduleState(
        schedule.key, schedule.label, _cron_words(schedule.cron), at, status == "failed", following
    )


def _cron_words(cron: str) -> str:
    """每10分钟, 每天03:10, or the line itself."""
    minute, hour, *_ = cron.split()
    if hour == "*" and "/" in minute:
        return f"每{minute.partition('/')[2]}分钟"
    if cron == "* * * * *":
        return "每分钟"
    return f"每天{int(hour):02}:{int(minute):02}" if hour.isdigit() and minute.isdigit() else cron
