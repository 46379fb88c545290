"""Is the process alive (/healthz)? Can it serve (/readyz)? For supervisors and load balancers."""

from dataclasses import asdict, dataclass

import msgspec
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from yiwang.kernel import jobs


@dataclass(frozen=True)
class Readiness:
    """Each part by itself; pending: migrations not yet applied, None when it could not be told."""

    database: bool
    queue: bool
    pending_migrations: int | None

    @property
    def is_ready(self) -> bool:
        return self.database and self.queue and self.pending_migrations == 0


_migrated = False


def readiness() -> Readiness:
    """Ask the database. Once no migration is pending, that is not asked again in this process."""
    try:
        pending = _pending_migrations()
        # An old schema may lack the queue's tables.
        return Readiness(
            database=True, queue=pending == 0 and jobs.queue_state().has_worker, pending_migrations=pending
        )
    except DatabaseError:
        return Readiness(database=False, queue=False, pending_migrations=None)


def _pending_migrations() -> int:
    global _migrated
    if _migrated:
        return 0
    executor = MigrationExecutor(connection)
    pending = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    _migrated = pending == 0
    return pending


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse(b'{"status":"ok"}', content_type="application/json")


@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when everything is in order, else 503; the parts as JSON."""
    found = readiness()
    body = {"status": "ready" if found.is_ready else "not ready", **asdict(found)}
    return HttpResponse(
        msgspec.json.encode(body), content_type="application/json", status=200 if found.is_ready else 503
    )
