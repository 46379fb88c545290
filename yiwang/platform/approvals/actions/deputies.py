"""委托: letting another handle one's tasks for a time, and taking them back."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid, not_found, require
from yiwang.kernel.extension.approvals import procedures
from yiwang.platform.approvals import rules
from yiwang.platform.approvals.actions import records, steps
from yiwang.platform.approvals.actions.steps import Move, locked
from yiwang.platform.approvals.models import Deputy, Task, Trail
from yiwang.platform.approvals.models.deputy import LONGEST_DAYS
from yiwang.platform.approvals.queries import deputies, people, tasks
from yiwang.platform.approvals.queries.people import Place
from yiwang.platform.approvals.vocabulary import DEPUTY_ENDED, DEPUTY_SET
from yiwang.platform.org.models import Person


@transaction.atomic
def set_deputy(
    *,
    deputy_id: int,
    valid_from: datetime.date,
    valid_to: datetime.date,
    reason: str,
    actor: Any,
    procedure_keys: Sequence[str] = (),
    includes_open: bool = False,
    today: datetime.date | None = None,
) -> Deputy:
    """Let somebody handle one's own tasks from a day to a day, for chosen procedures or all (委托)."""
    today = today or timezone.localdate()
    person = Person.objects.select_for_update(no_key=True).get(pk=actor.person_id)
    _check_period(valid_from, valid_to, today)
    if deputy_id == person.pk:
        raise invalid("deputy_id", "不能委托给本人")
    if deputy_id not in people.choosable(actor, [deputy_id]):
        raise invalid("deputy_id", "该人员没有可用的账号或任职")
    if unknown := [key for key in procedure_keys if key not in procedures]:
        raise invalid("procedure_keys", f"没有这个流程：{unknown[0]}")
    if not reason.strip():
        raise invalid("reason", "请填写事由")
    for other in deputies.overlapping(person.pk, valid_from, valid_to):
        if not procedure_keys or not other.procedures or set(procedure_keys) & set(other.procedures):
            raise Refused(f"{other.valid_from}至{other.valid_to}已有同一范围的委托，请先结束")
    given = Deputy.objects.create(
        person=person,
        deputy_id=deputy_id,
        procedures=list(procedure_keys),
        valid_from=valid_from,
        valid_to=valid_to,
        includes_open=includes_open,
        reason=reason.strip(),
    )
    audit.record(DEPUTY_SET, given, actor=actor, reason=given.reason, title=deputies.called(given))
    if valid_from <= today:
        _begin(given, actor=actor)
    return given


def _check_period(valid_from: datetime.date, valid_to: datetime.date, today: datetime.date) -> None:
    if valid_from < today:
        raise invalid("valid_from", "开始日期不能早于今天", code="E-DATE-01")
    if valid_to < valid_from:
        raise invalid("valid_to", "结束时间应晚于开始时间", code="E-DATE-01")
    if (valid_to - valid_from).days >= LONGEST_DAYS:
        raise invalid("valid_to", f"委托期限最长{LONGEST_DAYS}天")


@transaction.atomic
def end_deputy(given: Deputy, *, actor: Actor, reason: str = "") -> Deputy:
    """End it before its time; what lies with the deputy goes back (结束委托)."""
    given = Deputy.objects.select_for_update().get(pk=given.pk)
    if actor is not SYSTEM and rules.person_of(actor) not in {given.person_id, given.deputy_id}:
        raise not_found()
    require(given.ended_at is None, "当前状态为“已结束”，不能执行“结束委托”", code="E-STATE-01")
    given.ended_at = timezone.now()
    given.save(update_fields=["ended_at"])
    audit.record(DEPUTY_ENDED, given, actor=actor, reason=reason, title=deputies.called(given))
    for task in deputies.lying_with_deputy(given):
        _move(task, Place(given.person_id, task.post_id), "委托结束，交还委托人", actor)
    return given


@transaction.atomic
def change_over(*, today: datetime.date, actor: Actor = SYSTEM) -> int:
    """Each day just after midnight: end what is over, begin what begins today; how many."""
    over, beginning = list(deputies.over(today)), list(deputies.beginning(today))
    for given in over:
        end_deputy(given, actor=actor, reason="委托期满")
    for given in beginning:
        _begin(given, actor=actor)
    if beginning:
        audit.record(DEPUTY_SET, ("approvals.deputy", "", f"{len(beginning)}项到期生效"), actor=actor)
    return len(over) + len(beginning)


def _begin(given: Deputy, *, actor: Actor) -> None:
    given.begun_at = timezone.now()
    given.save(update_fields=["begun_at"])
    if not given.includes_open:
        return
    for task in deputies.lying_with_person(given):
        _move(task, Place(given.deputy_id, task.post_id, given.person_id), "委托生效，转代理人办理", actor)


def _move(task: Task, to: Place, why: str, actor: Actor) -> None:
    """Into the other's hands, unless he is a party to the matter or stands at it himself."""
    instance = locked(task.instance_id)
    task = Task.objects.get(pk=task.pk)
    is_free = not tasks.active(instance).filter(person_id=to.person_id).exists()
    may = to.person_id not in people.barred(instance) or task.kind == Task.Kind.REVISE
    if not task.is_active or not is_free or not may or to.person_id not in people.able([to.person_id]):
        return
    move = Move(actor, task=task)
    target = f"{why}：{people.names([to.person_id])}"
    records.note(Trail.Action.HANDED_OVER, instance, actor=actor, now=move.now, task=task, target=target)
    steps.hand(task, to, instance, move)
