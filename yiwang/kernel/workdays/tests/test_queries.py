"""The calendar from the database: the seed, the kept copy, and when it is read again."""

from datetime import date, datetime, timedelta

import chinese_calendar
import pytest
from pytest_django import DjangoAssertNumQueries

from yiwang.kernel.workdays import queries
from yiwang.kernel.workdays.calendar import SHANGHAI, Calendar
from yiwang.kernel.workdays.models import Day, Year

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh() -> None:
    queries.forget()


def test_the_migration_filled_in_nine_official_years() -> None:
    assert list(Year.objects.values_list("year", flat=True)) == list(range(2018, 2027))
    assert Day.objects.count() == (date(2027, 1, 1) - date(2018, 1, 1)).days
    calendar, day = queries.load(), date(2018, 1, 1)
    while day.year < 2027:
        assert calendar.is_workday(day) == chinese_calendar.is_workday(day), day
        day += timedelta(1)


def test_kinds_and_names() -> None:
    assert Day.objects.get(date=date(2026, 2, 17)).get_kind_display() == "法定节假日"
    rest = Day.objects.get(date=date(2026, 2, 20))
    assert (rest.get_kind_display(), rest.name) == ("休息日", "春节")
    makeup = Day.objects.get(date=date(2026, 2, 14))
    assert (makeup.get_kind_display(), makeup.name) == ("调休上班", "春节")
    assert makeup.source == "国务院办公厅关于2026年部分节假日安排的通知"


def test_questions_cost_no_statement_once_the_calendar_is_kept(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(3):
        assert queries.add_workdays(date(2026, 2, 10), 7) == date(2026, 2, 26)
    with django_assert_num_queries(0):
        assert queries.is_workday(date(2026, 2, 14))
        assert queries.deadline(date(2026, 2, 10), 7) == datetime(2026, 2, 27, tzinfo=SHANGHAI)
        assert queries.workdays_between(date(2026, 9, 29), date(2026, 10, 9)) == 3
        assert queries.provisional_banner(date(2026, 12, 1), date(2027, 1, 8)).startswith(
            "2027年调休安排尚未维护"
        )
        now = datetime(2026, 9, 29, tzinfo=SHANGHAI)
        assert queries.remaining(now, queries.deadline(now, 2)).text == "剩余2个工作日"


def test_a_changed_calendar_is_noticed(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert queries.is_workday(date(2026, 11, 23))
    monkeypatch.setattr(queries, "CHECK_SECONDS", 0.0)
    with django_assert_num_queries(1):
        assert queries.is_workday(date(2026, 11, 23))
    Day.objects.filter(date=date(2026, 11, 23)).update(kind=Day.Kind.REST)
    Year.objects.filter(year=2026).update(revision=2)
    assert not queries.is_workday(date(2026, 11, 23))


def test_a_calendar_can_be_chosen_for_a_while() -> None:
    with queries.using(Calendar({2026: []})), pytest.raises(RuntimeError), queries.using(Calendar({})):
        assert queries.provisional_years(date(2026, 1, 1), date(2026, 1, 2)) == (2026,)
        raise RuntimeError
    assert queries.provisional_years(date(2026, 1, 1), date(2026, 1, 2)) == ()


def test_days_of_a_year_that_is_not_entered_are_guessed() -> None:
    days = queries.days(2027)
    assert len(days) == 365
    assert days[date(2027, 2, 5)].text == "法定节假日（春节）"
    assert days[date(2027, 1, 2)].text == "休息日"
    assert queries.days(2026)[date(2026, 10, 10)].text == "调休上班（国庆节）"
    assert (queries.revision(2027), queries.revision(2026)) == (0, 1)
