"""A small district in the database, for tests of the loading and of the commands."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from yiwang.kernel import database
from yiwang.site.demo import actions

PASSWORD = "Dianshan-Lake-26"
PEOPLE = 600


def empty_database() -> None:
    """Within a transaction that is rolled back. What ships with the platform is there, as after migrating."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE org_unit, org_person, accounts_account, addressbook_hotprefix CASCADE")
    database.migrated()


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[actions.Loaded]:
    """The district, once for a module of tests; the tests' own database is as before when it ends."""
    with django_db_blocker.unblock(), transaction.atomic():
        empty_database()
        yield actions.load_district(people=PEOPLE, password=PASSWORD)
        transaction.set_rollback(True)


@pytest.fixture
def empty(db: None) -> None:
    """Neither units nor people."""
    empty_database()
