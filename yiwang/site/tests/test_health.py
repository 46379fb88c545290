"""/healthz answers always; /readyz only when database, schema and worker are in order."""

import datetime

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from yiwang.kernel import jobs
from yiwang.site import health


@pytest.fixture(autouse=True)
def ask_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process remembers that no migration was pending."""
    monkeypatch.setattr(health, "_migrated", False)


def worker_seen(seconds_ago: float) -> None:
    """A worker gave its last sign of life then."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)",
            [timezone.now() - datetime.timedelta(seconds=seconds_ago)],
        )


def test_alive_without_a_database(client: Client) -> None:
    """No database mark: touching it would fail this test."""
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
class TestReady:
    def test_with_a_worker(self, client: Client) -> None:
        worker_seen(10)
        response = client.get("/readyz")
        assert response.status_code == 200
        assert response.json() == {
            "status": "ready",
            "database": True,
            "queue": True,
            "pending_migrations": 0,
        }
        assert "no-store" in response["Cache-Control"]

    @pytest.mark.parametrize("seconds_ago", [None, jobs.WORKER_ALIVE_SECONDS + 1])
    def test_not_without_a_living_worker(self, client: Client, seconds_ago: int | None) -> None:
        if seconds_ago is not None:
            worker_seen(seconds_ago)
        response = client.get("/readyz")
        assert response.status_code == 503
        assert response.json() == {
            "status": "not ready",
            "database": True,
            "queue": False,
            "pending_migrations": 0,
        }

    def test_not_with_pending_migrations(self, client: Client) -> None:
        worker_seen(10)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE app = 'addressbook'")
            removed = cursor.rowcount
        response = client.get("/readyz")
        assert response.status_code == 503
        assert response.json()["pending_migrations"] == removed > 0

    def test_not_without_a_database(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail() -> jobs.QueueState:
            raise OperationalError("connection refused")

        monkeypatch.setattr(jobs, "queue_state", fail)
        response = client.get("/readyz")
        assert response.status_code == 503
        assert response.json() == {
            "status": "not ready",
            "database": False,
            "queue": False,
            "pending_migrations": None,
        }
        assert b"refused" not in response.content

    def test_the_schema_is_asked_once(self, client: Client) -> None:
        client.get("/readyz")
        with CaptureQueriesContext(connection) as asked:
            client.get("/readyz")
        assert len(asked)
        assert not [one for one in asked.captured_queries if "django_migrations" in one["sql"]]
