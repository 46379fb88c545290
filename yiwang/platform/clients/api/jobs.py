"""GET /api/v1/jobs/{id}: how far a batch is that was asked for with `Prefer: respond-async`."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from yiwang.kernel.errors import not_found
from yiwang.kernel.extension.open_calls import OpenJobKind, caller_of, client_auth
from yiwang.platform.clients.actions import batches
from yiwang.platform.clients.models import OpenJob

router = Router(tags=["批量作业"], auth=client_auth(""))


class BatchResult(Schema):
    """What came of one item; index counts from 0. detail: why it was refused."""

    index: int
    ok: bool
    result: dict[str, Any] | None = None
    status: int | None = None
    code: str | None = None
    detail: str | None = None
    fields: dict[str, str] | None = None


class BatchAnswer(Schema):
    """Partial success: look at each result."""

    succeeded: int
    failed: int
    results: list[BatchResult]


class JobAnswer(Schema):
    """state: waiting, running or finished; results grow with done."""

    id: uuid.UUID
    state: str
    total: int
    done: int
    failed: int
    created_at: datetime.datetime
    finished_at: datetime.datetime | None
    results: list[BatchResult]


@router.get("/{job_id}", response=JobAnswer, url_name="open_job", summary="查询批量作业的进度和结果")
def job(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    found = OpenJob.objects.filter(pk=job_id, client_id=caller_of(request).client_pk).first()
    if found is None:
        raise not_found()
    return _json(_progress(found), 200)


def answer_batch(request: HttpRequest, kind: OpenJobKind, items: Sequence[Mapping[str, Any]]) -> HttpResponse:
    """A batch as the client prefers it: done (200), or begun (202) with the address of its progress."""
    caller = caller_of(request)
    if "respond-async" in request.headers.get("Prefer", ""):
        begun = batches.start(kind, items, actor=caller)
        response = _json(_progress(begun), 202)
        response.headers["Location"] = f"/api/v1/jobs/{begun.pk}"
        return response
    results = batches.run_now(kind, items, actor=caller)
    failed = sum(not one["ok"] for one in results)
    return _json({"succeeded": len(results) - failed, "failed": failed, "results": results}, 200)


def _progress(one: OpenJob) -> dict[str, Any]:
    return {
        "id": one.pk,
        "state": one.state,
        "total": one.total,
        "done": one.done,
        "failed": one.failed,
        "created_at": one.created_at,
        "finished_at": one.finished_at,
        "results": one.results,
    }


def _json(content: object, status: int) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(content), content_type="application/json", status=status)
