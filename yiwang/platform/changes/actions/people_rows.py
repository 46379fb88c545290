"""The operations of a batch as rows of tables, written by COPY. Parts of actions, which record."""

import datetime
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.utils import timezone

from yiwang.kernel import bulk
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.crypto.fields import blind_for, seal_for
from yiwang.kernel.numbering import actions as numbering
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.changes.models import ImportBatch, OperationEvent, PersonOperation
from yiwang.platform.changes.queries import operation_words as said
from yiwang.platform.changes.queries import person_operation as operations
from yiwang.platform.changes.queries.people_import import Planned
from yiwang.platform.changes.rules.operation_content import Content
from yiwang.platform.changes.vocabulary import OPERATION_SUBMITTED, OPERATIONS

Kind, State = PersonOperation.Kind, PersonOperation.State

_FIELDS = (
    "id", "row_key", "number", "kind", "state", "revision", "person_id", "person_name", "post_id", "unit_id",
    "unit_path", "from_unit_id", "to_unit_id", "title", "basis", "payload", "secrets", "id_number",
    "id_number_index", "differences", "change_date", "due_on", "effective_on", "submitted_at", "applicant_id",
    "applicant_name", "applicant_unit", "created_at", "updated_at", "updated_by_name", "batch_id",
)  # fmt: skip
_LAST_SORT = 100  # of who is given no place of his own


@dataclass(frozen=True, slots=True)
class _Stamp:
    """What all rows of a batch share. due: last days of change dates that are known already."""

    batch: ImportBatch
    actor: Principal
    today: datetime.date
    now: datetime.datetime
    due: dict[datetime.date, datetime.date] = field(default_factory=dict)

    def due_day(self, change_date: datetime.date) -> datetime.date:
        if change_date not in self.due:
            self.due[change_date] = operations.due_day(change_date)
        return self.due[change_date]


def write(batch: ImportBatch, sound: Sequence[Planned], *, actor: Principal, today: datetime.date) -> int:
    """Write them all, numbered and remembered; how many somebody else applies for at the same moment."""
    ids = bulk.take_ids(PersonOperation, len(sound))
    label = PersonOperation._meta.label_lower
    targets = [(label, pk, one.draft.name) for pk, one in zip(ids, sound, strict=True)]
    numbers = numbering.issue_many(OPERATIONS, targets, year=today.year, actor=actor)
    stamp = _Stamp(batch, actor, today, timezone.now())
    missing = _copy(
        [_row(pk, number, one, stamp) for pk, number, one in zip(ids, numbers, sound, strict=True)]
    )
    bulk.Copy(OperationEvent, ("operation_id", "at", "act", "actor_name", "actor_unit")).add(
        (pk, stamp.now, "提交", actor.name, actor.unit_name) for pk in ([] if missing else ids)
    )
    titles = [f"{number} {one.draft.name}" for number, one in zip(numbers, sound, strict=True)]
    events = [audit.Event((label, pk, title)) for pk, title in zip(ids, titles, strict=True)]
    audit.record_many(OPERATION_SUBMITTED, events, actor=actor)
    return missing


def _copy(rows: Sequence[bulk.Row]) -> int:
    """Through a table of its own, so that what is there already can be left out; how many were."""
    table = PersonOperation._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE incoming_operation (LIKE {table} INCLUDING DEFAULTS)")
        copy = bulk.Copy(PersonOperation, _FIELDS, onto="incoming_operation")
        copy.add(rows)
        cursor.execute(
            f"INSERT INTO {table} ({copy.columns}) SELECT {copy.columns} FROM incoming_operation"
            " ON CONFLICT DO NOTHING"
        )
        missing = len(rows) - int(cursor.rowcount)
        cursor.execute("DROP TABLE incoming_operation")
    return missing


def _content(one: Planned, today: datetime.date) -> Content:
    """The row as an application: of who is new all that is said, of others what differs."""
    change_date = one.draft.change_date or today
    is_new = one.person is None
    return Content(
        kind=Kind.ADD if is_new else Kind.CORRECT,
        change_date=change_date,
        effective_on=max(today, change_date),
        person=one.person,
        post=one.post,
        to_unit=one.unit if is_new else None,
        facts=one.draft.facts() if is_new else one.facts,
        duty={"sort": _LAST_SORT, **one.draft.duty()} if is_new else one.duty,
        basis=one.draft.basis,
    )


def _row(pk: int, number: str, one: Planned, stamp: _Stamp) -> bulk.Row:
    """The values of _FIELDS."""
    content, key, now, actor = _content(one, stamp.today), uuid.uuid4(), stamp.now, stamp.actor
    change_date = content.change_date or stamp.today
    is_new, secrets = one.person is None, content.secrets()
    id_number = one.draft.id_number if is_new else ""
    differences = [list(each) for each in said.differences(content, one.post)]
    return (
        pk, key, number, str(content.kind), str(State.WAITING_UNIT), 1,
        one.person.pk if one.person else None, one.draft.name, one.post.pk if one.post else None,
        one.unit.pk, one.unit.path, None if is_new else one.unit.pk, one.unit.pk if is_new else None,
        content.title, content.basis, json.dumps(content.payload(), ensure_ascii=False),
        _sealed("secrets", key, json.dumps(secrets, ensure_ascii=False)) if secrets else None,
        _sealed("id_number", key, id_number) if id_number else None,
        blind_for(PersonOperation, "id_number", id_number) if id_number else None,
        json.dumps(differences, ensure_ascii=False), change_date, stamp.due_day(change_date),
        content.effective_on, now, actor.person_id, actor.name, actor.unit_name, now, now, actor.name,
        stamp.batch.pk,
    )  # fmt: skip


def _sealed(column: str, key: uuid.UUID, text: str) -> bytes:
    return bytes(seal_for(PersonOperation, column, key, text))
