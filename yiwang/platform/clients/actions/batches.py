"""Many acts in one call: each succeeds or is refused by itself; at once, or later as a job with progress."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from yiwang.kernel import jobs
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid
from yiwang.kernel.extension.open_calls import Caller, OpenJobKind, open_job_kinds
from yiwang.platform.clients.models import Client, OpenJob
from yiwang.platform.clients.queries import callers
from yiwang.platform.clients.vocabulary import JOB_STARTED

MOST = 500
_STEP = 50  # after so many the progress is written


def run_now(kind: OpenJobKind, items: Sequence[Mapping[str, Any]], *, actor: Caller) -> list[dict[str, Any]]:
    """Each in a transaction of its own, in their order; what came of each."""
    require_number(items)
    return [_run_one(kind, number, item, actor) for number, item in enumerate(items)]


def require_number(items: Sequence[object]) -> None:
    """1 to 500."""
    if not 0 < len(items) <= MOST:
        raise invalid("items", f"一次应为1至{MOST}项")


def _run_one(kind: OpenJobKind, number: int, item: Mapping[str, Any], actor: Caller) -> dict[str, Any]:
    try:
        with transaction.atomic():
            return {"index": number, "ok": True, "result": dict(kind.run(actor, item))}
    except Refused as refusal:
        return {
            "index": number,
            "ok": False,
            "status": refusal.status,
            "code": refusal.code,
            "detail": refusal.message,
            "fields": refusal.fields,
        }


@transaction.atomic
def start(kind: OpenJobKind, items: Sequence[Mapping[str, Any]], *, actor: Caller) -> OpenJob:
    """Later, in the worker."""
    require_number(items)
    job = OpenJob.objects.create(
        client_id=actor.client_pk, kind=kind.key, total=len(items), items=[dict(one) for one in items]
    )
    target = (Client._meta.label_lower, actor.client_pk, f"{kind.label}{len(items)}项")
    audit.record(JOB_STARTED, target, actor=actor)
    jobs.enqueue("clients.run_open_job", job_id=str(job.pk))
    return job


def carry_out(job_id: str) -> None:
    """What the worker does; begun again after a crash, it goes on where the progress was written.

    The acts of a batch are safe to be done twice by their own numbers.
    """
    job = OpenJob.objects.get(pk=uuid.UUID(job_id))
    caller = callers.of_client(job.client_id)
    while job.done < job.total:
        part = job.items[job.done : job.done + _STEP]
        if caller is None:
            found = [_of_stopped(job.done + number) for number in range(len(part))]
        else:
            kind = open_job_kinds.get(job.kind)
            found = [_run_one(kind, job.done + number, one, caller) for number, one in enumerate(part)]
        job.results = [*job.results, *found]
        job.done += len(found)
        job.failed += sum(not one["ok"] for one in found)
        job.state = OpenJob.State.RUNNING
        job.save(update_fields=["results", "done", "failed", "state"])
    job.state, job.finished_at, job.items = OpenJob.State.FINISHED, timezone.now(), []
    job.save(update_fields=["state", "finished_at", "items"])


def _of_stopped(number: int) -> dict[str, Any]:
    return {"index": number, "ok": False, "status": 401, "code": "", "detail": "应用已停用", "fields": {}}
