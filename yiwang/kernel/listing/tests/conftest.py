"""The table that the tests of list screens use."""

import pytest
from django.db import connection

from yiwang.kernel.listing.tests.matters import Matter


@pytest.fixture
def table(db: None) -> None:
    """An empty table, gone again with the test's transaction."""
    with connection.schema_editor() as editor:
        editor.create_model(Matter)
