"""A kept connection that the server has closed is noticed before it is used."""

import pytest
from django.db import close_old_connections, connection

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_living_connection_is_trusted_without_a_question() -> None:
    connection.ensure_connection()
    asked: list[str] = []
    with connection.execute_wrapper(lambda execute, sql, *rest: asked.append(sql) or execute(sql, *rest)):  # type: ignore[func-returns-value]  # notes, then goes on
        assert connection.is_usable()
    assert asked == []


def test_a_connection_closed_by_the_server_is_replaced() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (mine,) = cursor.fetchone()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [mine])
    other.close()
    assert not connection.is_usable()
    close_old_connections()  # as at the beginning of every request
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        assert cursor.fetchone() != (mine,)
