"""Statements whose plans the connection keeps."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from yiwang.kernel.database import planned, rows

_SQL = "SELECT %(number)s::int + 1 AS next, 'a%%b' AS mark"


def plans_kept() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%AS mark%%'")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
def test_rows_by_name() -> None:
    assert planned(_SQL, {"number": 4}) == [{"next": 5, "mark": "a%b"}]
    assert planned("SELECT 1 AS one WHERE %(number)s::int > 9", {"number": 4}) == []


@pytest.mark.django_db
def test_one_plan_serves_all_values_and_is_counted_like_any_statement() -> None:
    for number in range(8):
        planned(_SQL, {"number": number})
    assert plans_kept() == 1
    with CaptureQueriesContext(connection) as statements:
        planned(_SQL, {"number": 9})
    assert len(statements) == 1
    assert statements.captured_queries[0]["sql"].startswith("SELECT 9::int")


@pytest.mark.django_db
def test_what_comes_often_is_kept() -> None:
    before = plans_kept()
    for number in range(8):
        assert rows(f"{_SQL} -- often", {"number": number})[0]["next"] == number + 1
    assert plans_kept() == before + 1
    assert rows("SELECT %s::text AS word", ["once"]) == [{"word": "once"}] and plans_kept() == before + 1


@pytest.mark.django_db
def test_a_failing_statement_is_djangos_error_and_the_plan_is_made_again() -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        planned("SELECT 1 / %(number)s::int AS part", {"number": 0})
    assert planned("SELECT 1 / %(number)s::int AS part", {"number": 1}) == [{"part": 1}]
