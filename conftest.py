"""Fixtures that every test of the project needs, wherever it stands."""

import socket
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from tests import cast as the_cast
from tests.cast import cast
from tests.directory import municipal_directory
from tests.realname import realname_service
from yiwang.kernel.parameters import queries as parameters
from yiwang.kernel.workdays import queries as workdays
from yiwang.platform.org.models import Unit

pytest_plugins = ["yiwang.kernel.audit.tests.plugin"]

__all__ = ["cast", "municipal_directory", "realname_service"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Build the cast once; each test's transaction is rolled back onto it."""
    with django_db_blocker.unblock():
        if not Unit.objects.exists():
            the_cast.build()


@pytest.fixture(autouse=True)
def calendar_of_this_test() -> None:
    """The process keeps the working calendar for some seconds; a test before may have entered other years."""
    workdays.forget()


@pytest.fixture(autouse=True)
def parameters_of_this_test() -> None:
    """Nothing is set otherwise than it ships, and nothing read for it, until the test says so."""
    parameters.assume({})


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests talk to this machine only."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and str(address[0]) not in ("127.0.0.1", "::1", "localhost"):
            raise RuntimeError(f"a test tried to reach {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
