"""A workbook of people as one reviewed batch (批量申报): submitted, decided, taken back.

Each sound row becomes a person operation with its own number; all of them are reviewed together.
"""

import datetime
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from yiwang.kernel import jobs
from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import invalid, require, require_right
from yiwang.kernel.extension.approvals import Event
from yiwang.kernel.extension.imports import Incoming
from yiwang.kernel.numbering import actions as numbering
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.approvals.actions import flows
from yiwang.platform.changes.actions import people_rows as rows_of
from yiwang.platform.changes.models import ImportBatch, PersonOperation
from yiwang.platform.changes.queries import import_batch as queries
from yiwang.platform.changes.queries import people_import as plans
from yiwang.platform.changes.queries.people_import import Planned
from yiwang.platform.changes.rules.person_operation import Weight, needs_district
from yiwang.platform.changes.vocabulary import (
    APPLY,
    BATCH_APPROVED,
    BATCH_CANCELLED,
    BATCH_DECIDED,
    BATCH_REJECTED,
    BATCH_RETURNED,
    BATCH_SUBMITTED,
    BATCH_WITHDRAWN,
    BATCHES,
    FAULTS_TAKEN,
    PEOPLE_PROCEDURE,
    PEOPLE_TAKEN,
)
from yiwang.platform.messages.actions import messages
from yiwang.platform.org.models import Unit
from yiwang.platform.org.queries import units

State, Kind = ImportBatch.State, PersonOperation.Kind
CHANGED_MEANWHILE = "有{}行的情况在校验后发生了变化，请重新上传"


@transaction.atomic
def take(rows: Sequence[Incoming], actor: Principal) -> tuple[str, str]:
    """The confirmed rows of an import (提交审核): number and address of the batch."""
    batch = submit(rows, actor=actor)
    return batch.number, reverse("changes:batch", args=[batch.pk])


@transaction.atomic
def submit(rows: Sequence[Incoming], *, actor: Principal, today: datetime.date | None = None) -> ImportBatch:
    """Apply for all of the rows at once. What was sound when it was judged must still be so."""
    today = today or timezone.localdate()
    plan = plans.make(rows, actor, today=today)
    sound = [one for one in plan.planned if one is not None and (one.person is None or one.facts or one.duty)]
    lost = len(rows) - len(sound)
    require(not lost and sound, CHANGED_MEANWHILE.format(lost), status=409)
    unit = units.department_of(sound[0].unit)
    require_right(actor.allows(APPLY.key, at=unit.path) or plans.reach(actor), APPLY.label)
    batch = ImportBatch(
        number=f"?{uuid.uuid4()}",
        unit=unit,
        new=sum(one.person is None for one in sound),
        needs_district=any(_is_weighty(one) for one in sound),
        applicant_id=actor.person_id,
        applicant_name=actor.name,
        applicant_unit=actor.unit_name,
        submitted_at=timezone.now(),
    )
    batch.changed = len(sound) - batch.new
    batch.save(force_insert=True)
    missing = rows_of.write(batch, sound, actor=actor, today=today)
    require(not missing, CHANGED_MEANWHILE.format(missing), status=409)
    batch.number = numbering.issue(BATCHES, year=today.year, target=batch, actor=actor).text
    batch.save(update_fields=["number"])
    audit.record(BATCH_SUBMITTED, batch, actor=actor, changes={"rows": [0, len(sound)]})
    _send(batch, actor)
    batch.refresh_from_db()
    return batch


def _is_weighty(planned: Planned) -> bool:
    """Leaders are reviewed by the district too (domain reference §2)."""
    ranks = (planned.draft.duty_level, planned.person.duty_level if planned.person else "")
    leads = bool(planned.draft.is_leader or (planned.post is not None and planned.post.is_leader))
    kind = Kind.ADD if planned.person is None else Kind.CORRECT
    path = planned.unit.path
    return needs_district(Weight(kind=kind, home=path, goal=path, ranks=ranks, leads=leads))


def _send(batch: ImportBatch, actor: Principal) -> None:
    words = [f"新增{batch.new}人" if batch.new else "", f"修改{batch.changed}人" if batch.changed else ""]
    title = f"人员批量申报：{batch.unit.short_name}{'、'.join(one for one in words if one)}（{batch.number}）"
    context = {"unit": batch.unit_id, "needs_district": batch.needs_district, "drafter": actor.person_id}
    flows.submit(PEOPLE_PROCEDURE.key, subject=batch, title=title, context=context, actor=actor)


def _locked(batch_id: int) -> ImportBatch:
    return ImportBatch.objects.select_for_update(of=("self",)).select_related("unit").get(pk=batch_id)


def _require_state(batch: ImportBatch, act: str, *states: str) -> None:
    text = f"当前状态为“{batch.get_state_display()}”，不能执行“{act}”"
    require(batch.state in states, text, code="E-STATE-01")


# --- what the review says ----------------------------------------------------------------------------------


@transaction.atomic
def happened(subject_id: str, event: Event, step: str, opinion: str, actor: Any) -> None:
    """Called by approvals, in its transaction."""
    batch = _locked(int(subject_id))
    match event:
        case Event.ADVANCED:
            is_district = step == "district"
            batch.state = State.WAITING_DISTRICT if is_district else State.WAITING_UNIT
            batch.opinion = ""
            batch.save(update_fields=["state", "opinion"])
            batch.operations.update(state=batch.state, updated_at=timezone.now())
        case Event.APPROVED:
            _approved(batch, actor)
        case Event.RETURNED | Event.WITHDRAWN:
            batch.state, batch.opinion = State.RETURNED, opinion[:300]
            batch.save(update_fields=["state", "opinion"])
            is_returned = event is Event.RETURNED
            audit.record(
                BATCH_RETURNED if is_returned else BATCH_WITHDRAWN, batch, actor=actor, reason=opinion
            )
            if is_returned:
                _tell(batch, f"被{actor.name}退回", opinion)
        case Event.REJECTED | Event.TERMINATED:
            is_rejected = event is Event.REJECTED
            end(batch, State.REJECTED if is_rejected else State.CANCELLED, opinion, actor=actor)
            _tell(batch, "未通过" if is_rejected else "已终止", opinion)


def _approved(batch: ImportBatch, actor: Actor) -> None:
    batch.state, batch.approved_at = State.APPLYING, timezone.now()
    batch.save(update_fields=["state", "approved_at"])
    batch.operations.update(
        state=PersonOperation.State.WAITING_DAY, approved_at=batch.approved_at, updated_at=batch.approved_at
    )
    audit.record(BATCH_APPROVED, batch, actor=actor)
    _tell(batch, "审核通过", "正在办理")
    jobs.enqueue("changes.apply_batch", batch_id=batch.pk)


def end(batch: ImportBatch, state: str, reason: str, *, actor: Actor) -> None:
    """It comes to nothing: its operations end with it, and what was sealed for their sake is forgotten."""
    batch.state, batch.opinion, batch.finished_at = state, reason[:300], timezone.now()
    batch.save(update_fields=["state", "opinion", "finished_at"])
    is_rejected = state == State.REJECTED
    over = PersonOperation.State.REJECTED if is_rejected else PersonOperation.State.CANCELLED
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE changes_personoperation SET state = %s, ended_at = %s, updated_at = %s, returned = %s,"
            " secrets = NULL, id_number = NULL, id_number_index = NULL WHERE batch_id = %s",
            [over, batch.finished_at, batch.finished_at, batch.opinion, batch.pk],
        )
    audit.record(BATCH_REJECTED if is_rejected else BATCH_CANCELLED, batch, actor=actor, reason=reason)


def _tell(batch: ImportBatch, result: str, opinion: str) -> None:
    words = {
        "number": batch.number,
        "result": result,
        "unit": batch.unit.short_name,
        "count": str(batch.total),
        "opinion": opinion,
    }
    url = queries.url_of(str(batch.pk))
    messages.send(BATCH_DECIDED, to=[batch.applicant_id], about=batch, words=words, url=url, actor=SYSTEM)


# --- what the applicant does -------------------------------------------------------------------------------


def _require_applicant(batch: ImportBatch, actor: Principal) -> None:
    require_right(actor.allows(APPLY.key, at=batch.unit.path), APPLY.label)


@transaction.atomic
def resubmit(batch: ImportBatch, *, actor: Principal) -> ImportBatch:
    """Send it again as it is, after 退回 or 撤回. Wrong rows are mended in the workbook."""
    batch = _locked(batch.pk)
    _require_applicant(batch, actor)
    _require_state(batch, "提交", State.RETURNED)
    batch.operations.update(state=PersonOperation.State.WAITING_UNIT, updated_at=timezone.now())
    audit.record(BATCH_SUBMITTED, batch, actor=actor)
    _send(batch, actor)
    batch.refresh_from_db()
    return batch


@transaction.atomic
def cancel(batch: ImportBatch, *, reason: str, actor: Principal) -> ImportBatch:
    """Give it up (取消), when it is back with the applicant."""
    batch = _locked(batch.pk)
    _require_applicant(batch, actor)
    _require_state(batch, "取消", State.RETURNED)
    if not reason.strip():
        raise invalid("reason", "请填写取消原因")
    instance = queries.instance_of(batch)
    if instance is not None and instance.is_open:
        flows.terminate(instance, reason=reason, actor=actor)
        batch.refresh_from_db()
    if batch.state == State.RETURNED:
        end(batch, State.CANCELLED, reason, actor=actor)
    return batch


@transaction.atomic
def take_faults(batch: ImportBatch, *, actor: Principal) -> list[tuple[Incoming, str]]:
    """What could not take effect, as rows of the workbook with the reasons (待处理明细)."""
    _require_applicant(batch, actor)
    rows = [(plans.incoming(one, place), one.failure) for place, one in enumerate(queries.faulty(batch), 1)]
    require(rows, "没有待处理的人员")
    audit.record(FAULTS_TAKEN, batch, actor=actor, changes={"rows": [None, len(rows)]})
    return rows


@transaction.atomic
def take_people(unit: Unit, *, purpose: str, actor: Principal) -> list[dict[str, str]]:
    """The present people of a unit as rows of the workbook, numbers masked (导出现有人员, R2-14)."""
    require_right(actor.allows(APPLY.key, at=unit.path), APPLY.label)
    require(
        purpose.strip(), "请填写导出用途", status=422, code="E-SEC-02", fields={"purpose": "请填写导出用途"}
    )
    rows = plans.present(unit)
    audit.record(PEOPLE_TAKEN, unit, actor=actor, reason=purpose.strip(), changes={"rows": [None, len(rows)]})
    return rows
