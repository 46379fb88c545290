"""Acts on a whole instance: 提交, 撤回, 终止, 作废, 挂起, 恢复."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid, require, require_right
from yiwang.kernel.extension.approvals import Event, procedures
from yiwang.kernel.workdays import queries as workdays
from yiwang.kernel.workdays.calendar import due_day
from yiwang.platform.approvals import rules, vocabulary
from yiwang.platform.approvals.actions import definitions, records, steps, telling
from yiwang.platform.approvals.actions.steps import Move, locked, require_state
from yiwang.platform.approvals.models import Instance, Task, Trail
from yiwang.platform.approvals.queries import tasks
from yiwang.platform.approvals.vocabulary import MANAGE

OPENED = "对方已签收，不能撤回，请联系对方退回"


@transaction.atomic
def submit(
    procedure: str,
    *,
    subject: models.Model,
    title: str,
    context: Mapping[str, Any],
    actor: Any,
    urgency: int = 0,
    summary: str = "",
) -> Instance:
    """Send a business object through the steps of a procedure (提交).

    context: plain data that resolvers and conditions read; `concerns`: ids of persons whom the matter
    concerns, who may not decide it. An object that lies with its drafter is resubmitted instead.
    """
    kind, key = steps.subject_key(subject), str(subject.pk)
    if procedures.get(procedure).subject != kind:
        raise LookupError(f"{procedure} is not for {kind}")
    known = Instance.objects.open().filter(subject_type=kind, subject_id=key).first()
    if known is not None:
        return resubmit(known, context=context, actor=actor, title=title, summary=summary, urgency=urgency)
    move = Move(actor)
    try:
        with transaction.atomic():
            instance = Instance.objects.create(
                definition=definitions.in_force(procedure, actor=actor),
                subject_type=kind,
                subject_id=key,
                title=title,
                summary=summary,
                urgency=urgency,
                context=dict(context),
                state=Instance.State.WITHDRAWN,
                submitted_at=move.now,
                **_drafter(actor),
            )
    except IntegrityError:  # submitted by somebody else at the same moment
        raise Refused("当前状态为“审批中”，不能执行“提交”", code="E-STATE-01") from None
    records.note(Trail.Action.SUBMITTED, instance, actor=actor, now=move.now)
    audit.record(vocabulary.SUBMITTED, instance, actor=actor)
    steps.enter_from(instance, 0, move)
    return instance


def _drafter(actor: Any) -> dict[str, Any]:
    """Who submits, as he is now."""
    current = actor.current
    return {
        "drafter_id": actor.person_id,
        "drafter_post_id": current.id if current else None,
        "drafter_name": actor.name,
        "drafter_unit": actor.unit_name,
        "unit_path": actor.unit_path,
    }


@transaction.atomic
def resubmit(
    instance: Instance,
    *,
    context: Mapping[str, Any],
    actor: Any,
    straight_back: bool = False,
    title: str | None = None,
    summary: str | None = None,
    urgency: int | None = None,
) -> Instance:
    """Send it again after 退回 or 撤回: step by step (逐级重走), or straight to who returned it (直送退回人).

    Who resubmits is its drafter from now on; whether he may is for the module whose object it is.
    """
    instance = locked(instance.pk)
    require_state(instance, "提交", *Instance.WITH_DRAFTER)
    move = Move(actor)
    revising = tasks.active(instance).select_related("returned_from").first()
    given = {"title": title, "summary": summary, "urgency": urgency, "context": dict(context)}
    for column, value in (given | _drafter(actor)).items():
        if value is not None or column == "drafter_post_id":
            setattr(instance, column, value)
    instance.submitted_at = move.now
    instance.save()
    mode = "直送退回人" if straight_back else ""
    records.note(Trail.Action.RESUBMITTED, instance, actor=actor, now=move.now, task=revising, target=mode)
    audit.record(vocabulary.RESUBMITTED, instance, actor=actor)
    if revising is not None and not rules.is_handler(actor, revising):
        steps.close([revising], Task.State.LAPSED, move)
    elif revising is not None:
        steps.finish(revising, Task.Outcome.RESUBMITTED, instance, move)
    move = Move(actor, task=revising, now=move.now)
    if straight_back and revising is not None and revising.returned_from is not None:
        steps.go_straight(instance, revising.returned_from, move)
    else:
        steps.enter_from(instance, 0, move)
    return instance


@transaction.atomic
def withdraw(instance: Instance, *, actor: Actor) -> Instance:
    """Take back what one has sent last, while nobody whom it reached has opened it (撤回)."""
    instance = locked(instance.pk)
    require_state(instance, "撤回", Instance.State.RUNNING, Instance.State.RETURNED)
    require_right(rules.can_withdraw(actor, instance), "撤回")
    reached = list(tasks.of_visit(instance))
    require(
        not any(task.opened_at or task.state == Task.State.DONE for task in reached),
        OPENED,
        code="E-STATE-02",
    )
    move, sent_by = Move(actor), instance.sent_by
    records.note(Trail.Action.WITHDRAWN, instance, actor=actor, now=move.now, task=sent_by)
    audit.record(vocabulary.WITHDRAWN, instance, actor=actor)
    steps.close([task for task in reached if task.is_active], Task.State.WITHDRAWN, move)
    if sent_by is None:
        instance.state, instance.step = Instance.State.WITHDRAWN, ""
        instance.save(update_fields=["state", "step"])
        steps.tell_subject(instance, Event.WITHDRAWN, move)
    else:
        _reopen(instance, sent_by, move)
    return instance


def _reopen(instance: Instance, sent_by: Task, move: Move) -> None:
    """Into the sender's own hands again: the visit he had ended goes on, his answer is void."""
    instance.visit, instance.step = sent_by.visit, sent_by.step
    is_drafters = sent_by.kind == Task.Kind.REVISE
    instance.state = Instance.State.RETURNED if is_drafters else Instance.State.RUNNING
    instance.save(update_fields=["state", "visit", "step"])
    if sent_by.state == Task.State.DONE:
        sent_by.state, sent_by.outcome = Task.State.WITHDRAWN, Task.Outcome.NONE
        sent_by.save(update_fields=["state", "outcome"])
    again = steps.copy_of(sent_by)
    again.opened_at = move.now
    if is_drafters:
        again.person_id, again.post_id = instance.drafter_id, instance.drafter_post_id
    steps.open_task(again, instance, move)
    if is_drafters:
        steps.tell_subject(instance, Event.WITHDRAWN, move)
    else:
        steps.tell_subject(instance, Event.ADVANCED, move, step=instance.step)


@transaction.atomic
def terminate(instance: Instance, *, reason: str, actor: Actor) -> Instance:
    """End it without a result (终止): by who submitted it, or who looks after procedures."""
    instance = locked(instance.pk)
    require_right(rules.can_end(actor, instance), "终止")
    require_state(instance, "终止", *Instance.OPEN)
    move = Move(actor, opinion=_reason(reason))
    records.note(Trail.Action.TERMINATED, instance, actor=actor, now=move.now, opinion=move.opinion)
    audit.record(vocabulary.TERMINATED, instance, actor=actor, reason=move.opinion)
    steps.end(instance, Instance.State.TERMINATED, move)
    steps.tell_subject(instance, Event.TERMINATED, move)
    telling.ended(instance, "终止", actor=actor, opinion=move.opinion)
    return instance


@transaction.atomic
def void(instance: Instance, *, reason: str, actor: Actor) -> Instance:
    """Make a result invalid, or throw away what lies with its drafter (作废)."""
    instance = locked(instance.pk)
    is_result = instance.state == Instance.State.APPROVED
    may = rules.can_manage(actor) if is_result else rules.can_end(actor, instance)
    require_right(may, MANAGE.label if is_result else "作废")
    require_state(instance, "作废", Instance.State.APPROVED, *Instance.WITH_DRAFTER)
    move = Move(actor, opinion=_reason(reason))
    records.note(Trail.Action.VOIDED, instance, actor=actor, now=move.now, opinion=move.opinion)
    audit.record(vocabulary.VOIDED, instance, actor=actor, reason=move.opinion)
    steps.end(instance, Instance.State.VOIDED, move)
    steps.tell_subject(instance, Event.TERMINATED, move)
    telling.ended(instance, "作废", actor=actor, opinion=move.opinion)
    return instance


def _reason(text: str) -> str:
    if not text.strip():
        raise invalid("reason", "请填写事由")
    return text.strip()


@transaction.atomic
def suspend(instance: Instance, *, reason: str, actor: Actor) -> Instance:
    """Stop the clock (挂起): until it is resumed nobody handles it, and no term runs."""
    instance = locked(instance.pk)
    _require_may_suspend(instance, actor, "挂起")
    require_state(instance, "挂起", Instance.State.RUNNING)
    move = Move(actor, opinion=_reason(reason))
    instance.state, instance.suspended_at = Instance.State.SUSPENDED, move.now
    instance.save(update_fields=["state", "suspended_at"])
    records.note(Trail.Action.SUSPENDED, instance, actor=actor, now=move.now, opinion=move.opinion)
    audit.record(vocabulary.SUSPENDED, instance, actor=actor, reason=move.opinion)
    return instance


@transaction.atomic
def resume(instance: Instance, *, actor: Actor, reason: str = "") -> Instance:
    """Let the clock run on (恢复) with the working days that were left when it was stopped."""
    instance = locked(instance.pk)
    _require_may_suspend(instance, actor, "恢复")
    require_state(instance, "恢复", Instance.State.SUSPENDED)
    move, since = Move(actor), instance.suspended_at
    assert since is not None  # noqa: S101  a constraint of the table
    for task in tasks.active(instance).exclude(due_at=None):
        _carry_over(task, since, move.now)
    instance.state, instance.suspended_at = Instance.State.RUNNING, None
    instance.save(update_fields=["state", "suspended_at"])
    records.note(Trail.Action.RESUMED, instance, actor=actor, now=move.now, opinion=reason.strip())
    audit.record(vocabulary.RESUMED, instance, actor=actor, reason=reason.strip())
    return instance


def _require_may_suspend(instance: Instance, actor: Actor, act: str) -> None:
    person_id = rules.person_of(actor)
    is_handling = person_id is not None and tasks.open_of(instance, person_id) is not None
    require_right(rules.can_suspend(actor, instance, is_handling=is_handling), act)


def _carry_over(task: Task, since: datetime.datetime, now: datetime.datetime) -> None:
    """What was left of a term when the clock stopped is left when it runs again; what was late stays late."""
    assert task.due_at is not None  # noqa: S101  asked for above
    if task.due_at <= since:
        return
    left = workdays.workdays_between(timezone.localdate(since), due_day(task.due_at))
    task.due_from, task.due_workdays = timezone.localdate(now), left
    task.due_at = workdays.deadline(task.due_from, left)
    task.save(update_fields=["due_from", "due_workdays", "due_at"])
