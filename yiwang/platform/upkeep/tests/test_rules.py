"""The clocks and rates of upkeep, by examples and by properties (§0.5, §3.8)."""

import datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.kernel.workdays.calendar import Calendar
from yiwang.platform.upkeep import rules

CALENDAR = Calendar({})  # every year guessed: weekends and statutory days
DAYS = st.dates(datetime.date(2024, 1, 1), datetime.date(2028, 12, 31))


@given(DAYS, DAYS)
def test_late_texts_agree_with_the_number(due_on: datetime.date, today: datetime.date) -> None:
    late, text = rules.lateness(CALENDAR, due_on, today), rules.late_text(CALENDAR, due_on, today)
    if today <= due_on:
        left = CALENDAR.between(today, due_on)
        assert late == 0 and text == (f"剩余{left}个工作日" if left else "今日到期")
    else:
        assert text == (f"逾期{late}个工作日" if late else "已逾期")


@given(DAYS, st.integers(1, 30))
def test_it_is_late_by_one_on_the_first_working_day_after(start: datetime.date, length: int) -> None:
    due_on = CALENDAR.add(start, length)
    assert rules.lateness(CALENDAR, due_on, due_on) == 0
    assert rules.lateness(CALENDAR, due_on, CALENDAR.add(due_on, 1)) == 1
    assert rules.late_text(CALENDAR, due_on, CALENDAR.add(due_on, length)) == f"逾期{length}个工作日"


@given(DAYS, DAYS, DAYS)
def test_nothing_becomes_less_late(due_on: datetime.date, one: datetime.date, other: datetime.date) -> None:
    first, second = sorted((one, other))
    assert rules.lateness(CALENDAR, due_on, first) <= rules.lateness(CALENDAR, due_on, second)


@given(DAYS)
def test_each_day_has_its_quarter(day: datetime.date) -> None:
    year, quarter = rules.quarter_of(day)
    first = rules.first_day(year, quarter)
    assert first <= day < first + datetime.timedelta(days=93) and rules.quarter_of(first) == (year, quarter)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_percentages_are_never_flattered(part: int, more: int) -> None:
    whole = part + more
    text = rules.percent(rules.rate(part, whole))
    if not whole:
        assert text == "—"
    else:
        assert (text == "100%") == (more == 0)
        assert Fraction(text.removesuffix("%")) <= Fraction(100 * part, whole)


@pytest.mark.parametrize(
    ("value", "text"),
    [(Fraction(27, 28), "96.4%"), (Fraction(1), "100%"), (Fraction(0), "0%"), (Fraction(1, 2), "50%")],
)
def test_percent(value: Fraction, text: str) -> None:
    assert rules.percent(value) == text


def test_accuracy_is_one_less_confirmed_corrections_by_checked_sample() -> None:
    assert rules.accuracy(2, 50) == Fraction(48, 50)
    assert rules.accuracy(0, 0) is None and rules.accuracy(9, 5) == 0


@pytest.mark.parametrize(
    "text", ["31011819900101001X", "身份证31011819900101001x号", "号码：310118198802291232。"]
)
def test_identity_numbers_are_found(text: str) -> None:
    assert rules.names_identity(text)


@pytest.mark.parametrize("text", ["13812345678", "021-59720000", "54310118MF01234513", "3101181990010100"])
def test_other_numbers_are_not(text: str) -> None:
    assert not rules.names_identity(text)


def test_urging_comes_on_the_first_and_each_fifth_working_day() -> None:
    assert [late for late in range(13) if rules.is_urged(late)] == [1, 6, 11]
