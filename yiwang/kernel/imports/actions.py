"""The life of an import: received, judged row by row, confirmed by who brought it, applied, forgotten.

Judging and applying are jobs. Both may be broken off and taken up again: what is judged is judged anew, what
is applied is marked in the same transaction and never applied twice.
"""

import datetime
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from yiwang.kernel import jobs
from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, require
from yiwang.kernel.extension.imports import ImportKind, Incoming, Judged, Outcome, import_kinds
from yiwang.kernel.files.kinds import clean_name
from yiwang.kernel.imports import queries, rules, vocabulary
from yiwang.kernel.imports.models import ImportRow, ImportRun

KEEP_DAYS = 7
_CHUNK = 200
_NO_ACTOR = "导入人的账号已不能办理导入"
_BROKEN = "系统异常，未能继续；已导入的行不受影响，请重新上传文件导入其余的行"


@transaction.atomic
def receive(kind: ImportKind, rows: Sequence[Incoming], *, file_name: str, actor: Actor) -> ImportRun:
    """Take a file's rows in (上传) and let them be judged. Nothing of what they say happens yet."""
    require(
        any(actor.allows(one) for one in kind.permissions),
        f"您没有“{kind.label}”权限",
        status=403,
        code="E-PERM-01",
    )
    run = ImportRun.objects.create(
        kind=kind.key,
        file_name=clean_name(file_name),
        account_id=actor.account_id,
        account_name=actor.name,
        created_at=timezone.now(),
        total=len(rows),
    )
    ImportRow.objects.bulk_create(
        (ImportRow(run=run, line=one.line, content=_json(one)) for one in rows), batch_size=1_000
    )
    audit.record(vocabulary.RECEIVED, run, actor=actor, changes={"rows": [None, len(rows)]})
    jobs.enqueue("imports.judge", run=str(run.pk))
    return run


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def judge(run_id: UUID, *, actor: Actor) -> None:
    """Say of each row what it would do (校验), some at a time, so that the page shows how far it is."""
    run = ImportRun.objects.get(pk=run_id)
    if run.state != ImportRun.State.CHECKING:
        return
    kind = import_kinds.get(run.kind)
    user = _actor_of(run, kind)
    if user is None:
        _fail(run, _NO_ACTOR, actor=actor)
        return
    rows = list(run.rows.order_by("line"))
    read = [queries.incoming(row, kind) for row in rows]
    judged = zip(rows, read, kind.judge(read, user), strict=True)
    seen = dict.fromkeys(Outcome, 0)
    while chunk := list(islice(judged, _CHUNK)):
        with transaction.atomic():
            for row, one, verdict in chunk:
                seen[_keep(row, one, verdict)] += 1
            waits = ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.CHECKING)
            if not waits.update(checked=sum(seen.values())):
                return  # cancelled meanwhile
    _settle(run, seen, actor=user)


def _actor_of(run: ImportRun, kind: ImportKind) -> Any:
    """Who brought it, with the rights he has now; None when he has lost them."""
    user = kind.actor_of(run.account_id) if run.account_id is not None else None
    return user if user is not None and any(user.allows(one) for one in kind.permissions) else None


def _keep(row: ImportRow, one: Incoming, verdict: Judged) -> Outcome:
    errors = tuple(dict.fromkeys((*one.errors, *verdict.errors)))
    outcome = Outcome.WRONG if errors else verdict.outcome
    row.outcome = outcome.value
    row.title = verdict.title[:120]
    row.errors = "\n".join(errors)
    row.differences = _json(verdict.differences) if verdict.differences and not errors else ""
    row.save(update_fields=["outcome", "title", "errors", "differences"])
    return outcome


@transaction.atomic
def _settle(run: ImportRun, seen: dict[Outcome, int], *, actor: Actor) -> None:
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    if run.state != ImportRun.State.CHECKING:
        return
    run.state = ImportRun.State.READY
    run.new, run.changed = seen[Outcome.NEW], seen[Outcome.CHANGED]
    run.unchanged, run.wrong = seen[Outcome.UNCHANGED], seen[Outcome.WRONG]
    run.save(update_fields=["state", "new", "changed", "unchanged", "wrong"])
    counts = {name: [None, getattr(run, name)] for name in ("new", "changed", "unchanged", "wrong")}
    audit.record(vocabulary.CHECKED, run, actor=actor, changes=counts)


@transaction.atomic
def confirm(run: ImportRun, *, actor: Actor) -> ImportRun:
    """Bring in what is new and changed (确认导入)."""
    run = _locked(run)
    kind = queries.kind_for(actor, run.kind)
    require(
        run.state == ImportRun.State.READY,
        f"当前状态为“{run.get_state_display()}”，不能执行“确认导入”",
        code="E-STATE-01",
    )
    require(
        rules.can_confirm(run, kind),
        "没有可导入的行" if not run.to_apply else "有错误的行须先改正，再重新上传",
    )
    run.state, run.confirmed_at = ImportRun.State.APPLYING, timezone.now()
    run.save(update_fields=["state", "confirmed_at"])
    audit.record(vocabulary.CONFIRMED, run, actor=actor, changes={"rows": [None, run.to_apply]})
    jobs.enqueue("imports.apply", run=str(run.pk))
    return run


@transaction.atomic
def cancel(run: ImportRun, *, actor: Actor) -> ImportRun:
    """Give it up before anything has happened (取消)."""
    run = _locked(run)
    require(
        rules.can_cancel(run), f"当前状态为“{run.get_state_display()}”，不能执行“取消”", code="E-STATE-01"
    )
    run.state, run.finished_at = ImportRun.State.CANCELLED, timezone.now()
    run.save(update_fields=["state", "finished_at"])
    audit.record(vocabulary.CANCELLED, run, actor=actor)
    return run


def _locked(run: ImportRun) -> ImportRun:
    return ImportRun.objects.select_for_update().get(pk=run.pk)


def apply(run_id: UUID, *, actor: Actor) -> None:
    """Bring the confirmed rows in: all in one transaction, or each in its own."""
    run = ImportRun.objects.get(pk=run_id)
    if run.state != ImportRun.State.APPLYING:
        return
    kind = import_kinds.get(run.kind)
    try:
        if kind.is_whole or kind.take:
            _apply_whole(run, kind)
        else:
            _apply_each(run, kind)
    except Refused as refusal:
        _fail(run, _words(refusal), actor=actor)


def _require_actor(run: ImportRun, kind: ImportKind) -> Any:
    user = _actor_of(run, kind)
    require(user is not None, _NO_ACTOR, status=403)
    return user


@transaction.atomic
def _apply_whole(run: ImportRun, kind: ImportKind) -> None:
    run, user = _locked(run), _require_actor(run, kind)
    if run.state != ImportRun.State.APPLYING:
        return
    rows = queries.waiting(run)
    read = [queries.incoming(row, kind) for row in rows]
    if kind.take is not None:
        run.result, run.result_url = kind.take(read, user)
    elif kind.apply is not None:
        kind.apply(read, actor=user)
    run.done = run.to_apply
    rows.update(state=ImportRow.State.DONE)
    _finish(run, actor=user)


def _apply_each(run: ImportRun, kind: ImportKind) -> None:
    numbers = list(queries.waiting(run).values_list("pk", flat=True))
    user = _require_actor(run, kind)
    for place, number in enumerate(numbers):
        if place and place % _CHUNK == 0:
            user = _require_actor(run, kind)  # his rights may have gone since the last rows
        _apply_one(run, kind, number, user)
    with transaction.atomic():
        _finish(_locked(run), actor=user)


@transaction.atomic
def _apply_one(run: ImportRun, kind: ImportKind, number: int, user: Any) -> None:
    row = ImportRow.objects.select_for_update().get(pk=number)
    if row.state != ImportRow.State.WAITING:
        return
    try:
        with transaction.atomic():
            _require_apply(kind)([queries.incoming(row, kind)], actor=user)
    except Refused as refusal:
        row.state, row.errors = ImportRow.State.FAILED, _words(refusal)
    else:
        row.state = ImportRow.State.DONE
    row.save(update_fields=["state", "errors"])
    counter = "done" if row.state == ImportRow.State.DONE else "failed"
    ImportRun.objects.filter(pk=run.pk).update(**{counter: F(counter) + 1})


def _require_apply(kind: ImportKind) -> Callable[..., None]:
    if kind.apply is None:
        raise LookupError(f"{kind.key} has neither apply nor take")
    return kind.apply


def _words(refusal: Refused) -> str:
    return "；".join(dict.fromkeys((refusal.message, *refusal.fields.values())))


def _finish(run: ImportRun, *, actor: Actor) -> None:
    run.state, run.finished_at = ImportRun.State.DONE, timezone.now()
    run.save(update_fields=["state", "finished_at", "done", "result", "result_url"])
    counts = {name: [None, getattr(run, name)] for name in ("done", "failed")}
    audit.record(vocabulary.FINISHED, run, actor=actor, changes=counts)


@transaction.atomic
def _fail(run: ImportRun, reason: str, *, actor: Actor) -> None:
    run = _locked(run)
    if not run.is_running:
        return
    run.state, run.finished_at, run.message = ImportRun.State.FAILED, timezone.now(), reason[:300]
    run.save(update_fields=["state", "finished_at", "message"])
    audit.record(vocabulary.FAILED, run, actor=actor, reason=reason)


def give_up(run_id: UUID, *, actor: Actor) -> None:
    """After a fault of the program: let the page say so, instead of waiting for ever."""
    _fail(ImportRun.objects.get(pk=run_id), _BROKEN, actor=actor)


@transaction.atomic
def take_errors(run: ImportRun, *, actor: Actor) -> None:
    """The file of errors leaves the platform: that is remembered."""
    audit.record(vocabulary.ERRORS_TAKEN, run, actor=actor)


@transaction.atomic
def forget(*, now: datetime.datetime, actor: Actor) -> int:
    """Delete the rows of old runs: they may hold personal data; the counts stay. How many runs."""
    runs = list(
        queries.forgettable(now - datetime.timedelta(days=KEEP_DAYS)).select_for_update(skip_locked=True)
    )
    for run in runs:
        run.rows.all().delete()
        if run.state in (ImportRun.State.CHECKING, ImportRun.State.READY):
            run.state = ImportRun.State.CANCELLED
        run.forgotten_at = now
        run.save(update_fields=["state", "forgotten_at"])
        audit.record(vocabulary.FORGOTTEN, run, actor=actor)
    return len(runs)
