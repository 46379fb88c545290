"""An approved batch takes effect: a thousand people in a transaction, by COPY; safe to break off and take up.

What each row does is what `person_effect` does for one: person, post, account that waits for the real-name
verification. A row that is refused meanwhile is 待处理 by itself; the others go in.
"""

import datetime
import logging
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Q
from django.utils import timezone

from yiwang.kernel import bulk
from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.crypto.fields import blind_index
from yiwang.kernel.errors import Refused
from yiwang.platform.accounts.actions.bulk import Opening, open_accounts
from yiwang.platform.accounts.models import Account
from yiwang.platform.changes.actions import person_effect
from yiwang.platform.changes.models import ImportBatch, OperationEvent, PersonOperation
from yiwang.platform.changes.queries import import_batch as queries
from yiwang.platform.changes.queries import person_operation as operations
from yiwang.platform.changes.queries.operation_facts import content_of
from yiwang.platform.changes.rules.operation_content import Content
from yiwang.platform.changes.vocabulary import (
    BATCH_CARRIED_OUT,
    BATCH_DONE,
    BATCH_FINISHED,
    OPERATION_APPLIED,
)
from yiwang.platform.messages.actions import messages
from yiwang.platform.org.actions import bulk as people
from yiwang.platform.org.actions.bulk import Newcomer
from yiwang.platform.org.models import Person, Post
from yiwang.platform.org.queries import person_checks

log = logging.getLogger(__name__)

CHUNK = 1_000
_NO_UNIT = "所在机构已停用或撤销"
Kind, State, Standing = PersonOperation.Kind, PersonOperation.State, PersonOperation.Verification

_APPLIED = """
    UPDATE changes_personoperation operation
    SET person_id = done.person_id, begun_post_id = done.post_id, applied_at = %(now)s,
        late_by = done.late_by, is_late = done.late_by > 0, verification = 'waiting', updated_at = %(now)s
    FROM unnest(%(ids)s::bigint[], %(persons)s::bigint[], %(posts)s::bigint[], %(late)s::int[])
        AS done(id, person_id, post_id, late_by)
    WHERE operation.id = done.id"""


def apply(batch_id: int, *, today: datetime.date, actor: Actor = SYSTEM) -> None:
    """Carry out what is left of it. Two workers may do so at once: each takes what the other has not."""
    while _enter_some(batch_id, today, actor):
        pass
    corrections = queries.waiting(batch_id).filter(effective_on__lte=today).exclude(kind=Kind.ADD)
    for operation_id in corrections.values_list("pk", flat=True):
        person_effect.apply_one(operation_id, today=today, actor=actor)
        _count(batch_id)
    _finish(batch_id, actor)


def apply_unfinished(*, today: datetime.date, actor: Actor = SYSTEM) -> int:
    """By the clock: batches that a killed worker left half done."""
    left = queries.unfinished()
    for batch_id in left:
        apply(batch_id, today=today, actor=actor)
    return len(left)


def _locked(batch_id: int) -> ImportBatch:
    return ImportBatch.objects.select_for_update(of=("self",)).select_related("unit").get(pk=batch_id)


@transaction.atomic
def _enter_some(batch_id: int, today: datetime.date, actor: Actor) -> int:
    """The next new people; how many were taken up."""
    batch = _locked(batch_id)
    if batch.state != ImportBatch.State.APPLYING:
        return 0
    waiting = queries.waiting(batch_id).filter(kind=Kind.ADD, effective_on__lte=today)
    taken = list(waiting.select_related("to_unit")[:CHUNK])
    if not taken:
        return 0
    pairs = [(one, content_of(one)) for one in taken]
    bound = _bound_mobiles([str(content.facts.get("mobile", "")) for _, content in pairs])
    free = [(one, content) for one, content in pairs if content.facts.get("mobile") not in bound]
    found = people.add_people([_newcomer(one, content) for one, content in free], actor=actor)
    entered = [(one, content, pk) for (one, content), pk in zip(free, found, strict=True) if pk is not None]
    _open([(content, pk) for _, content, pk in entered], actor)
    _mark([(one, pk) for one, _, pk in entered], actor)
    for one, content in pairs:
        mobile = str(content.facts.get("mobile", ""))
        if mobile in bound:
            person_effect.fail(one, reason=f"该手机号码已绑定账号：{bound[mobile]}", actor=actor)
    for (one, content), pk in zip(free, found, strict=True):
        if pk is None:
            person_effect.fail(one, reason=_refusal(content), actor=actor)
    audit.record(BATCH_CARRIED_OUT, batch, actor=actor, changes={"rows": [len(taken), len(entered)]})
    _count(batch_id)
    return len(taken)


def _newcomer(operation: PersonOperation, content: Content) -> Newcomer:
    facts, duty = dict(content.facts), dict(content.duty)
    citizen = person_checks.checked({"id_number": facts["id_number"]}, today=operation.change_date)
    plain = ("name", "name_mark", "mobile", "category", "establishment", "duty_level", "grade")
    return Newcomer(
        id_number=citizen["id_number"],
        sex=citizen["sex"],
        birth_date=citizen["birth_date"],
        unit_id=operation.to_unit_id or 0,
        title=content.title,
        is_leader=bool(duty.get("is_leader")),
        is_head=bool(duty.get("is_head")),
        sort=int(duty.get("sort") or 100),
        valid_from=operation.effective_on,
        basis=content.basis,
        **{name: str(facts.get(name, "")) for name in (*plain, "office_phone", "room", "email")},
    )


def _bound_mobiles(mobiles: Sequence[str]) -> dict[str, str]:
    """Numbers that an account has by now, with whose it is."""
    of_index = {index: one for one in mobiles if one for index in blind_index(Person, "mobile", one)}
    bound = Account.objects.get_queryset().filter(person__mobile_index__in=list(of_index))
    bound = bound.exclude(state__in=(Account.State.CLOSED, Account.State.EXPIRED))
    return {
        of_index[bytes(one.person.mobile_index)]: operations.called(one)
        for one in bound.select_related("person__unit", "sponsor_unit")
    }


def _open(entered: Sequence[tuple[Content, int]], actor: Actor) -> None:
    """Their accounts, named by their pinyin."""
    known = Person.objects.filter(pk__in=[pk for _, pk in entered]).order_by("pk")
    openings = [
        Opening(pk, pinyin, path) for pk, pinyin, path in known.values_list("pk", "pinyin", "unit_path")
    ]
    open_accounts(openings, actor=actor)


def _mark(entered: Sequence[tuple[PersonOperation, int]], actor: Actor) -> None:
    """The operations were carried out; now the identity service is asked."""
    if not entered:
        return
    now = timezone.now()
    today = timezone.localdate(now)
    posts = dict(
        Post.objects.filter(person__in=[pk for _, pk in entered], is_living=True).values_list("person", "pk")
    )
    late = {day: operations.late_by(day, today) for day in {one.due_on for one, _ in entered}}
    with connection.cursor() as cursor:
        values: dict[str, Any] = {
            "now": now,
            "ids": [one.pk for one, _ in entered],
            "persons": [pk for _, pk in entered],
            "posts": [posts[pk] for _, pk in entered],
            "late": [late[one.due_on] for one, _ in entered],
        }
        cursor.execute(_APPLIED, values)
    bulk.Copy(OperationEvent, ("operation_id", "at", "act", "actor_name", "actor_unit")).add(
        (one.pk, now, "提交实名认证", actor.name, actor.unit_name) for one, _ in entered
    )
    label = PersonOperation._meta.label_lower
    events = [audit.Event((label, one.pk, str(one)), one.basis) for one, _ in entered]
    audit.record_many(OPERATION_APPLIED, events, actor=actor)


def _refusal(content: Content) -> str:
    """Why somebody could not be entered."""
    try:
        person_checks.require_new(str(content.facts["id_number"]))
    except Refused as refusal:
        return refusal.message
    return _NO_UNIT


def _count(batch_id: int) -> None:
    """How far it is, counted: a chunk that is done twice counts once."""
    counts = PersonOperation.objects.filter(batch=batch_id).aggregate(
        applied=Count("pk", filter=Q(applied_at__isnull=False) & ~Q(state=State.FAILED)),
        failed=Count("pk", filter=Q(state=State.FAILED)),
    )
    ImportBatch.objects.filter(pk=batch_id).update(**counts)


@transaction.atomic
def _finish(batch_id: int, actor: Actor) -> None:
    """The address book counts its heads anew, once; the applicant hears of it."""
    batch = _locked(batch_id)
    if batch.state != ImportBatch.State.APPLYING:
        return
    people.count_heads(actor=actor)
    batch.state, batch.finished_at = ImportBatch.State.DONE, timezone.now()
    batch.save(update_fields=["state", "finished_at"])
    _count(batch_id)
    batch.refresh_from_db()
    audit.record(
        BATCH_DONE, batch, actor=actor, changes={"applied": [0, batch.applied], "failed": [0, batch.failed]}
    )
    words = {"number": batch.number, "applied": str(batch.applied), "failed": str(batch.failed)}
    url = queries.url_of(str(batch.pk))
    messages.send(BATCH_FINISHED, to=[batch.applicant_id], about=batch, words=words, url=url, actor=actor)
