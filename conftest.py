"""Fixtures that every test of the project needs, wherever it stands."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import TransactionTestCase
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

from tests import database
from tests.cast import cast
from tests.directory import municipal_directory
from tests.realname import realname_service
from yiwang.kernel.parameters import queries as parameters
from yiwang.kernel.workdays import queries as workdays

pytest_plugins = ["yiwang.kernel.audit.tests.plugin"]

# How long an example takes says how laden the machine is. The examples are the same in every run, so that
# a red run is about the change it tests; --hypothesis-profile=search looks for others.
_CALM: dict[str, Any] = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("yiwang", **_CALM, derandomize=True)
settings.register_profile("search", **_CALM)
settings.load_profile("yiwang")

__all__ = ["cast", "municipal_directory", "realname_service"]


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings_parallel_suffix: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """With the cast in it. Each test's transaction is rolled back; where it commits, all is put back."""
    with django_db_blocker.unblock():
        database.enter()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda test: database.restore())
        yield
    with django_db_blocker.unblock():
        database.leave()


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
