"""A set of sight classes means the same however it stands in the statement."""

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from yiwang.platform.addressbook.queries.conditions import In, OfSight

_HIGHEST = 3_000
_SOME = st.frozensets(st.integers(1, _HIGHEST), max_size=60)


def found(condition: In | OfSight) -> set[int]:
    """Which of all classes from 0 to beyond the highest fulfil the condition."""
    sql, parameters = condition.sql("person")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT person.sight FROM generate_series(0, {_HIGHEST + 100}) AS person (sight) WHERE {sql}",
            parameters,
        )
        return {row[0] for row in cursor.fetchall()}


@pytest.mark.django_db
@settings(max_examples=60, deadline=None)
@given(_SOME)
def test_bits_are_the_list(numbers: frozenset[int]) -> None:
    assert found(OfSight(numbers)) == numbers


@pytest.mark.django_db
def test_a_few_are_written_out_for_the_planner() -> None:
    assert OfSight(frozenset(range(1, 25))).sql("person") == In("sight", frozenset(range(1, 25))).sql(
        "person"
    )
    assert "get_bit" in OfSight(frozenset(range(1, 26))).sql("person")[0]


@pytest.mark.django_db
def test_far_numbers_make_no_endless_literal() -> None:
    far = frozenset(range(1_000_000, 1_000_060))
    assert OfSight(far).sql("person") == In("sight", far).sql("person")
