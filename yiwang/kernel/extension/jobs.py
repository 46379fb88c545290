"""Jobs and schedules: work that happens later, and work that happens again and again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from yiwang.kernel.registry import Registry


@dataclass(frozen=True)
class Job:
    """Work for later. run takes ids as keyword arguments and is safe to run twice."""

    key: str
    label: str
    run: Callable[..., Any]
    retries: int = 5


@dataclass(frozen=True)
class Schedule:
    """Work by the clock. cron: five fields, Asia/Shanghai; run takes no arguments."""

    key: str
    label: str
    cron: str
    run: Callable[[], Any]


def every(key: str, label: str, *, minutes: int, run: Callable[[], Any]) -> Schedule:
    """A schedule that runs each so many minutes (1…59)."""
    return Schedule(key, label, f"*/{minutes} * * * *" if minutes > 1 else "* * * * *", run)


def daily(key: str, label: str, *, at: str, run: Callable[[], Any]) -> Schedule:
    """A schedule that runs each day at HH:MM."""
    hour, minute = at.split(":")
    return Schedule(key, label, f"{int(minute)} {int(hour)} * * *", run)


job_types: Registry[Job] = Registry("job_types", "Work that can be queued")
schedules: Registry[Schedule] = Registry("schedules", "Work by the clock")
