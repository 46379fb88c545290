"""Counting working days: every vector of the domain reference §0.5, and what holds for all dates."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.kernel.template_filters import deadline as deadline_as_written
from yiwang.kernel.workdays.calendar import (
    SHANGHAI,
    Calendar,
    due_day,
    end_of,
    local_date,
    provisional_text,
)

SEED = Path(__file__).parents[1] / "migrations" / "official_2018_2026.json"


def official() -> Calendar:
    """The committed seed as a calendar, without the database."""
    years = {}
    for text, calendar in json.loads(SEED.read_text(encoding="utf-8")).items():
        year, named = int(text), calendar["days"]
        first = date(year, 1, 1)
        days = [first + timedelta(offset) for offset in range(366)]
        years[year] = [
            day
            for day in days
            if day.year == year
            and named.get(day.isoformat(), ["workday" if day.weekday() < 5 else "rest"])[0]
            in ("workday", "makeup")
        ]
    return Calendar(years)


CALENDAR = official()
VECTORS = [
    ("2025-01-20", "2025-02-05"),
    ("2025-12-26", "2026-01-07"),
    ("2026-02-10", "2026-02-26"),
    ("2026-04-28", "2026-05-11"),
    ("2026-09-17", "2026-09-28"),
    ("2026-09-20", "2026-09-30"),
    ("2026-12-21", "2026-12-30"),
]
dates = st.dates(date(2018, 1, 1), date(2034, 12, 31))


@pytest.mark.parametrize(("start", "end"), VECTORS)
def test_seven_working_days(start: str, end: str) -> None:
    event, last = date.fromisoformat(start), date.fromisoformat(end)
    assert CALENDAR.add(event, 7) == last
    assert CALENDAR.deadline(event, 7) == datetime.combine(last + timedelta(1), datetime.min.time(), SHANGHAI)
    assert CALENDAR.between(event, last) == 7


def test_every_day_agrees_with_chinesecalendar() -> None:
    day, different = date(2018, 1, 1), []
    while day < date(2027, 1, 1):
        if CALENDAR.is_workday(day) != chinese_calendar.is_workday(day):
            different.append(day)
        day += timedelta(1)
    assert different == []


def test_the_adjustment_days_of_2026() -> None:
    year = [date(2026, 1, 1) + timedelta(offset) for offset in range(365)]
    working_weekends = [day for day in year if day.weekday() > 4 and CALENDAR.is_workday(day)]
    assert [(day.month, day.day) for day in working_weekends] == [
        (1, 4),
        (2, 14),
        (2, 28),
        (5, 9),
        (9, 20),
        (10, 10),
    ]


def test_the_event_counts_as_its_day_in_shanghai_however_late() -> None:
    late_evening = datetime(2026, 2, 10, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
    after_midnight = datetime(2026, 2, 10, 16, 1, tzinfo=UTC)
    assert CALENDAR.add(late_evening, 7) == date(2026, 2, 26)
    assert CALENDAR.add(after_midnight, 7) == date(2026, 2, 27)
    with pytest.raises(ValueError, match="time zone"):
        local_date(datetime(2026, 2, 10))  # noqa: DTZ001 - the naive moment is the point


def test_an_application_one_day_late() -> None:
    """§2, example 5: a change of 2026-02-10 is due on 02-26; applied on 02-27 it is one working day late."""
    due = CALENDAR.deadline(date(2026, 2, 10), 7)
    applied = datetime(2026, 2, 27, 10, 0, tzinfo=SHANGHAI)
    left = CALENDAR.remaining(applied, due)
    assert (left.workdays, left.is_overdue, left.text, left.light) == (1, True, "已逾期1个工作日", "red")


def test_three_working_days_over_the_national_holiday() -> None:
    """§10, acceptance 1."""
    now = datetime(2026, 9, 29, 9, 0, tzinfo=SHANGHAI)
    left = CALENDAR.remaining(now, end_of(date(2026, 10, 9)))
    assert (left.workdays, left.is_overdue, left.text, left.light) == (3, False, "剩余3个工作日", "yellow")


@pytest.mark.parametrize(
    ("now", "due", "text", "light"),
    [
        ("2026-11-23 09:00", "2026-12-30", "剩余27个工作日", "green"),
        ("2026-11-23 09:00", "2026-11-25", "剩余2个工作日", "yellow"),
        ("2026-11-23 23:59", "2026-11-23", "今日到期", "yellow"),
        ("2026-11-20 09:00", "2026-11-22", "剩余不足1个工作日", "yellow"),
        ("2026-11-24 00:00", "2026-11-23", "已逾期1个工作日", "red"),
        ("2026-11-21 08:00", "2026-11-20", "已逾期", "red"),
        ("2026-11-26 08:00", "2026-11-23", "已逾期3个工作日", "red"),
    ],
)
def test_what_is_left(now: str, due: str, text: str, light: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=SHANGHAI)
    left = CALENDAR.remaining(moment, end_of(date.fromisoformat(due)))
    assert (left.text, left.light) == (text, light)


def test_a_deadline_belongs_to_the_day_that_ends_with_it() -> None:
    assert due_day(end_of(date(2026, 12, 31))) == date(2026, 12, 31)
    assert due_day(datetime(2026, 12, 31, 9, 0, tzinfo=SHANGHAI)) == date(2026, 12, 31)
    assert deadline_as_written(end_of(date(2026, 11, 30)), date(2026, 11, 23)) == "11月30日（周一）24:00前"


def test_unknown_years_are_provisional() -> None:
    assert CALENDAR.provisional_years(date(2026, 12, 21), date(2026, 12, 30)) == ()
    assert CALENDAR.provisional_years(date(2026, 12, 28), date(2028, 1, 6)) == (2027, 2028)
    assert provisional_text((2027,)) == "2027年调休安排尚未维护，期限按暂定工作日计算"
    assert provisional_text(()) == ""
    assert not CALENDAR.is_workday(date(2027, 1, 1))
    assert CALENDAR.is_workday(date(2027, 1, 4))
    assert not CALENDAR.is_workday(date(2027, 9, 15))
    assert CALENDAR.add(date(2026, 12, 31), 1) == date(2027, 1, 4)


@given(dates, st.integers(1, 600))
def test_going_there_and_back(start: date, workdays: int) -> None:
    end = CALENDAR.add(start, workdays)
    assert CALENDAR.is_workday(end)
    assert CALENDAR.between(start, end) == workdays
    back = CALENDAR.add(end, -workdays)
    assert back <= start < CALENDAR.add(back, 1) or back == start


@given(dates, st.integers(0, 300), st.integers(0, 300))
def test_adding_in_two_steps_is_adding_once(start: date, first: int, second: int) -> None:
    assert CALENDAR.add(CALENDAR.add(start, first), second) == CALENDAR.add(start, first + second)


@given(dates, dates)
def test_between_counts_each_working_day(start: date, end: date) -> None:
    assert CALENDAR.between(start, end) == -CALENDAR.between(end, start)
    low, high = min(start, end), max(start, end)
    if (high - low).days < 400:
        days = (low + timedelta(offset) for offset in range(1, (high - low).days + 1))
        assert abs(CALENDAR.between(start, end)) == sum(CALENDAR.is_workday(day) for day in days)


@given(dates, st.integers(-300, 300))
def test_a_later_start_never_ends_earlier(start: date, workdays: int) -> None:
    assert CALENDAR.add(start, workdays) <= CALENDAR.add(start + timedelta(1), workdays)
