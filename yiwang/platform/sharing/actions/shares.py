"""Shares: applied for by a unit, approved by 区政务办, reviewed yearly, taken back at any moment."""

import datetime
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from yiwang.kernel import jobs
from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid, require, require_right
from yiwang.kernel.extension.approvals import Event, Seat
from yiwang.kernel.numbering import actions as numbering
from yiwang.kernel.workdays.calendar import end_of
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.approvals.actions import flows
from yiwang.platform.approvals.models import Instance
from yiwang.platform.approvals.queries import instances
from yiwang.platform.messages.actions import messages
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.sharing import rules
from yiwang.platform.sharing.actions import ledger, pushing
from yiwang.platform.sharing.models import Share, ShareMember
from yiwang.platform.sharing.queries import scope
from yiwang.platform.sharing.queries import shares as queries
from yiwang.platform.sharing.vocabulary import (
    APPROVED,
    DISCARDED,
    PROCEDURE,
    PROPOSE,
    REJECTED,
    RENEWAL_ASKED,
    RENEWAL_PROCEDURE,
    RENEWED,
    RETURNED,
    REVIEW,
    REVIEW_CALLED,
    SHARES,
    SUBMITTED,
    SUSPENDED,
    TOLD_DECIDED,
    TOLD_REVIEW,
    TOLD_SUSPENDED,
    WITHDRAWN,
    WRITTEN,
)
from yiwang.platform.todos.actions import items as todos
from yiwang.platform.todos.models import Item

State, Persons = Share.State, Share.Persons
ONE_OPEN = "本单位已有尚未办结的共享申请"


def _locked(share: Share) -> Share:
    return Share.objects.select_for_update(of=("self",)).select_related("unit").get(pk=share.pk)


def _require_state(share: Share, act: str, *states: str) -> None:
    text = f"当前状态为“{share.get_state_display()}”，不能执行“{act}”"
    require(share.state in states, text, code="E-STATE-01")


@transaction.atomic
def write(
    unit: Unit,
    *,
    persons: str,
    fields: Sequence[str],
    reason: str,
    actor: Principal,
    chosen: Sequence[Person] = (),
    share: Share | None = None,
    revision: int | None = None,
) -> Share:
    """Keep an application as a draft. chosen: who, for 指定人员; revision: what the writer had before him."""
    require_right(rules.can_propose(actor, unit), PROPOSE.label)
    require(rules.may_share(unit), "共享范围以区级部门、街道、镇为单位申请", status=422)
    if persons not in Persons.values:
        raise invalid("persons", "请选择共享人员")
    if set(fields) - set(Share.Field.values):
        raise invalid("fields", "请选择共享字段")
    if not reason.strip():
        raise invalid("reason", "请填写共享事由")
    outside = [one.name for one in chosen if not one.unit_path.startswith(unit.path)]
    if persons == Persons.CHOSEN and (not chosen or outside):
        raise invalid("chosen", f"只能指定本单位人员：{'、'.join(outside)}" if outside else "请选择共享人员")
    if share is None:
        row = Share(unit=unit, applicant_id=actor.person_id, applicant_name=actor.name)
    else:
        row = _locked(share)
        _require_state(row, "修改", State.DRAFT)
        _require_seen(row, revision)
        row.revision += 1
    row.unit_name, row.persons, row.fields = unit.short_name, persons, list(fields)
    row.reason, row.updated_by_name = reason.strip()[:300], actor.name
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Refused(ONE_OPEN) from None
    row.members.all().delete()
    if persons == Persons.CHOSEN:
        ShareMember.objects.bulk_create(ShareMember(share=row, person=one) for one in chosen)
    audit.record(WRITTEN, row, actor=actor)
    return row


def _require_seen(share: Share, revision: int | None) -> None:
    if revision is not None and revision != share.revision:
        at = timezone.localtime(share.updated_at)
        raise Refused(f"该数据已被{share.updated_by_name}于{at:%H:%M}修改，请刷新后重试", code="E-CONC-01")


@transaction.atomic
def submit(share: Share, *, actor: Principal, today: datetime.date | None = None) -> Share:
    """Send it to the unit's office and to 区政务办."""
    share = _locked(share)
    require_right(rules.can_propose(actor, share.unit), PROPOSE.label)
    _require_state(share, "提交", State.DRAFT)
    require(scope.covered(share).exists(), "共享范围内没有可以共享的人员", status=422)
    today = today or timezone.localdate()
    if share.number is None:
        issued = numbering.issue(SHARES, year=today.year, target=share, actor=actor)
        share.number = issued.text
    share.state, share.returned, share.submitted_at = State.REVIEW, "", timezone.now()
    share.save()
    audit.record(SUBMITTED, share, actor=actor)
    _start(PROCEDURE.key, share, actor, share.reason)
    share.refresh_from_db()
    return share


def _start(procedure: str, share: Share, actor: Principal, words: str) -> None:
    context = {"unit": share.unit_id, "drafter": actor.person_id}
    summary = f"{share.get_persons_display()}；{'、'.join(share.field_labels)}。{words}"[:300]
    former = instances.of_subject(share)
    if former is not None and former.state in Instance.WITH_DRAFTER:
        flows.resubmit(former, context=context, actor=actor, title=str(share), summary=summary)
        return
    flows.submit(procedure, subject=share, title=str(share), summary=summary, context=context, actor=actor)


@transaction.atomic
def discard(share: Share, *, actor: Principal) -> None:
    """Throw a draft away; one that had a number stays as 已取消."""
    share = _locked(share)
    require_right(rules.can_propose(actor, share.unit), PROPOSE.label)
    _require_state(share, "取消", State.DRAFT)
    audit.record(DISCARDED, share, actor=actor)
    instance = instances.of_subject(share)
    if instance is not None and instance.state in Instance.WITH_DRAFTER:
        flows.void(instance, reason="申请人取消", actor=actor)  # the engine tells us
        return
    if share.number is None:
        share.delete()
        return
    share.state = State.CANCELLED
    share.save(update_fields=["state", "updated_at"])


def happened(share_id: str, event: Event, step: str, opinion: str, actor: Actor) -> None:
    """What the engine says of it: of the application, or of its yearly review."""
    share = _locked(Share.objects.get(pk=int(share_id)))
    if share.state in (State.ACTIVE, State.SUSPENDED):
        _renewal_happened(share, event, opinion, actor)
    elif share.state == State.REVIEW:
        _application_happened(share, event, opinion, actor)
    elif share.state == State.DRAFT and event == Event.TERMINATED:
        share.state = State.CANCELLED
        share.save(update_fields=["state", "updated_at"])


def _application_happened(share: Share, event: Event, opinion: str, actor: Actor) -> None:
    if event in (Event.RETURNED, Event.WITHDRAWN):
        share.state, share.returned = State.DRAFT, opinion[:300]
        share.save()
        audit.record(RETURNED, share, actor=actor, reason=opinion)
    elif event == Event.APPROVED:
        _begin(share, actor)
    elif event in (Event.REJECTED, Event.TERMINATED):
        share.state = State.REJECTED if event == Event.REJECTED else State.CANCELLED
        share.save()
        audit.record(REJECTED, share, actor=actor, reason=opinion)
        _tell_decided(share, "未获批准", opinion, actor)


def _begin(share: Share, actor: Actor) -> None:
    """In force from now on, in place of the unit's former one."""
    former = queries.in_force(share.unit)
    if former is not None:
        former.state, former.ended_at, former.ended_by_name = State.REPLACED, timezone.now(), actor.name
        former.end_reason = f"由{share.number}变更"
        former.save()
        _end_review_todo(former, actor)
    share.state, share.approved_at = State.ACTIVE, timezone.now()
    share.reviewed_at = share.approved_at
    share.review_on = timezone.localdate() + datetime.timedelta(days=rules.REVIEW_DAYS)
    share.save()
    audit.record(APPROVED, share, actor=actor)
    ledger.refresh_share(share, actor=actor)
    jobs.enqueue("sharing.push", once="push")
    _tell_decided(share, "已批准", f"有效期至{share.review_on}，到期前须复核", actor)


def _tell_decided(share: Share, result: str, opinion: str, actor: Actor) -> None:
    messages.send(
        TOLD_DECIDED,
        to=[share.applicant_id],
        about=share,
        words={
            "number": share.number or "",
            "unit": share.unit_name,
            "result": result,
            "opinion": opinion,
        },
        url=reverse("sharing:share", args=[share.pk]),
        actor=actor,
    )


@transaction.atomic
def withdraw(share: Share, *, reason: str, actor: Actor) -> Share:
    """撤回: at once, without approval. The directory is asked to delete; it shows until that is confirmed."""
    share = _locked(share)
    require_right(rules.can_end(actor, share), PROPOSE.label)
    _require_state(share, "撤回", State.ACTIVE, State.SUSPENDED)
    if not reason.strip():
        raise invalid("reason", "请填写撤回原因")
    instance = instances.of_subject(share)
    share.state, share.ended_at, share.ended_by_name = State.WITHDRAWN, timezone.now(), actor.name
    share.end_reason, share.renewal, share.cleared_at = reason.strip()[:300], "", None
    share.save()
    audit.record(WITHDRAWN, share, actor=actor, reason=share.end_reason)
    if instance is not None and instance.is_open:
        flows.terminate(instance, reason="共享已撤回", actor=SYSTEM)
    _end_review_todo(share, actor)
    ledger.refresh_share(share, actor=actor)
    pushing.note_cleared(share.pk, actor=actor, now=timezone.now())  # when nothing was ever pushed
    jobs.enqueue("sharing.push", once="push")
    share.refresh_from_db()
    return share


@transaction.atomic
def ask_renewal(share: Share, *, reason: str, actor: Principal) -> Share:
    """年度复核: the unit says why it still needs the share; 区政务办 decides."""
    share = _locked(share)
    require_right(rules.can_propose(actor, share.unit), PROPOSE.label)
    _require_state(share, "提交复核", State.ACTIVE, State.SUSPENDED)
    require(not share.renewal, "年度复核已提交，正在审批")
    if not reason.strip():
        raise invalid("reason", "请说明继续共享的必要性")
    share.renewal = reason.strip()[:300]
    share.save(update_fields=["renewal", "updated_at"])
    audit.record(RENEWAL_ASKED, share, actor=actor)
    _start(RENEWAL_PROCEDURE.key, share, actor, share.renewal)
    _end_review_todo(share, actor)
    return share


def _renewal_happened(share: Share, event: Event, opinion: str, actor: Actor) -> None:
    if event == Event.ADVANCED:
        return
    share.renewal = ""
    if event == Event.APPROVED:
        was_suspended = share.state == State.SUSPENDED
        share.state, share.reviewed_at, share.cleared_at = State.ACTIVE, timezone.now(), None
        share.review_on = timezone.localdate() + datetime.timedelta(days=rules.REVIEW_DAYS)
        share.save()
        audit.record(RENEWED, share, actor=actor)
        _tell_decided(share, "通过年度复核", f"有效期至{share.review_on}", actor)
        if was_suspended:
            ledger.refresh_share(share, actor=actor)
            jobs.enqueue("sharing.push", once="push")
        return
    share.save()
    audit.record(RETURNED, share, actor=actor, reason=opinion)
    if event in (Event.REJECTED, Event.TERMINATED):
        _tell_decided(share, "未通过年度复核", opinion or "到期后自动暂停", actor)


@transaction.atomic
def call_reviews(*, today: datetime.date, actor: Actor = SYSTEM) -> int:
    """Thirty days before the last day a to-do for the unit, and reminders; how many were told of."""
    last = today + datetime.timedelta(days=rules.CALL_DAYS)
    found = 0
    for share in queries.active().filter(review_on__gte=today, review_on__lte=last, renewal=""):
        if share.review_on is None:
            continue
        seats = [Seat(one.person_id, one.post_id) for one in queries.proposers(share.unit)]
        if not seats:
            continue
        _call(share, seats, actor)
        if (share.review_on - today).days in rules.REMIND_DAYS:
            words = {"unit": share.unit_name, "due": share.review_on.isoformat()}
            to = [seat.person_id for seat in seats]
            messages.send(
                TOLD_REVIEW,
                to=to,
                about=share,
                words=words,
                url=reverse("sharing:share", args=[share.pk]),
                actor=actor,
                dedupe_key=f"review-{share.pk}-{today}",
            )
        found += 1
    if found:
        audit.record(REVIEW_CALLED, ("sharing.share", "", f"{found}个单位的市级共享"), actor=actor)
    return found


def _task(share: Share) -> str:
    return f"review-{share.review_on}"


def _call(share: Share, seats: list[Seat], actor: Actor) -> None:
    if share.review_on is None:
        return
    todos.push(
        REVIEW,
        biz_id=str(share.pk),
        task_id=_task(share),
        title=f"复核{share.unit_name}市级共享（{share.number}）",
        summary="说明是否仍需共享；到期未复核的自动暂停",
        to=seats,
        url=reverse("sharing:share", args=[share.pk]),
        actor=actor,
        due_at=end_of(share.review_on),
    )


def _end_review_todo(share: Share, actor: Actor) -> None:
    open_ones = Item.objects.filter(app="sharing", biz_id=str(share.pk), state=Item.State.OPEN)
    for item in open_ones.filter(type=REVIEW.key):
        todos.cancel(app="sharing", biz_id=item.biz_id, task_id=item.task_id, actor=actor)


@transaction.atomic
def suspend_due(*, today: datetime.date, actor: Actor = SYSTEM) -> int:
    """Not reviewed in time: nobody is shared until it is (自动暂停). How many."""
    found = [_locked(one) for one in queries.due_for_review(today)]
    for share in found:
        share.state, share.cleared_at = State.SUSPENDED, None
        share.save()
        audit.record(SUSPENDED, share, actor=actor)
        _end_review_todo(share, actor)
        ledger.refresh_share(share, actor=actor)
        to = [one.person_id for one in queries.proposers(share.unit)]
        if to:
            url = reverse("sharing:share", args=[share.pk])
            words = {"unit": share.unit_name}
            messages.send(TOLD_SUSPENDED, to=to, about=share, words=words, url=url, actor=actor)
    if found:
        jobs.enqueue("sharing.push", once="push")
    return len(found)
