"""Is it a working day, when is it due: answered from a calendar kept in the process.

The kept calendar is compared with the database at most every few seconds, by one small statement;
no other call touches the database.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Sum

from yiwang.kernel.workdays.calendar import DUE_SOON, Calendar, Remaining, provisional_text
from yiwang.kernel.workdays.models import Day, Year
from yiwang.kernel.workdays.planning import Plan, PlannedDay, Row, plan, provisional_days

CHECK_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class _Kept:
    calendar: Calendar
    revision: tuple[int, int]
    checked_at: float


_kept: _Kept | None = None
_in_use: ContextVar[Calendar | None] = ContextVar("calendar", default=None)


def _revision() -> tuple[int, int]:
    """Changes with every import."""
    row = Year.objects.aggregate(years=Count("*"), revisions=Sum("revision"))
    return row["years"], row["revisions"] or 0


def load() -> Calendar:
    """The calendar as it is in the database now."""
    official: dict[int, list[date]] = {
        year: [] for year in Year.objects.filter(is_official=True).values_list("year", flat=True)
    }
    work = Day.objects.filter(kind__in=[Day.Kind.WORKDAY, Day.Kind.MAKEUP], date__year__in=official)
    for day in work.values_list("date", flat=True):
        official[day.year].append(day)
    return Calendar(official)


def calendar() -> Calendar:
    """The calendar in force: kept in the process, read again when it was changed."""
    global _kept
    chosen = _in_use.get()
    if chosen is not None:
        return chosen
    kept, now = _kept, time.monotonic()
    if kept is not None and now - kept.checked_at < CHECK_SECONDS:
        return kept.calendar
    revision = _revision()
    unchanged = kept is not None and kept.revision == revision
    _kept = _Kept(kept.calendar if kept and unchanged else load(), revision, now)
    return _kept.calendar


def forget() -> None:
    """Read the calendar afresh at the next call."""
    global _kept
    _kept = None


@contextmanager
def using(chosen: Calendar) -> Iterator[None]:
    """Inside, this thread counts by the chosen calendar: for an import that is not committed yet."""
    token = _in_use.set(chosen)
    try:
        yield
    finally:
        _in_use.reset(token)


def is_workday(day: date) -> bool:
    """Monday to Friday without days off, and 调休上班."""
    return calendar().is_workday(day)


def add_workdays(start: date, workdays: int) -> date:
    """The nth working day after `start`, before it when negative; `start` itself for 0."""
    return calendar().add(start, workdays)


def deadline(event: date, workdays: int) -> datetime:
    """24:00 of the nth working day after the event, as an aware moment (0:00 of the next day)."""
    return calendar().deadline(event, workdays)


def workdays_between(start: date, end: date) -> int:
    """Working days after `start` up to and with `end`; negative when `end` lies before `start`."""
    return calendar().between(start, end)


def remaining(now: datetime, due: datetime, *, soon: int = DUE_SOON) -> Remaining:
    """剩余2个工作日 or 已逾期3个工作日, with the colour of the light."""
    return calendar().remaining(now, due, soon=soon)


def provisional_years(first: date, last: date) -> tuple[int, ...]:
    """The years from `first` to `last` whose notice has not been entered."""
    return calendar().provisional_years(first, last)


def provisional_banner(first: date, last: date) -> str:
    """××××年调休安排尚未维护，期限按暂定工作日计算; "" when all years are official."""
    return provisional_text(provisional_years(first, last))


def days(year: int) -> dict[date, PlannedDay]:
    """Every day of the year as it stands: entered, or guessed where nothing was entered."""
    known = provisional_days(year)
    for day in Day.objects.filter(date__year=year):
        known[day.date] = PlannedDay(day.date, Day.Kind(day.kind), day.name)
    return known


def plan_import(year: int, rows: Iterable[Row]) -> Plan:
    """What importing these rows would change; the dry run behind the preview."""
    return plan(year, rows, days(year))


def revision(year: int) -> int:
    """How often the year was entered; 0 when it never was."""
    return Year.objects.filter(year=year).values_list("revision", flat=True).first() or 0
