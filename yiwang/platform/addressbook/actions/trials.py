"""Trials (试算) in the background: asked for, counted by a job that tells how far it is, broken off.

Reading the state of everybody is one transaction that is rolled back; the comparison holds nothing of the
database, so its progress is written as it goes.
"""

import datetime
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from yiwang.kernel import jobs
from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, require
from yiwang.platform.accounts.queries import principals
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.addressbook.actions import proposals as acts
from yiwang.platform.addressbook.actions import trial as trying
from yiwang.platform.addressbook.models import Proposal, Trial
from yiwang.platform.addressbook.queries import proposals, trial_report, trials
from yiwang.platform.addressbook.vocabulary import DRAFTS_FORGOTTEN, TRIED

JOB = "addressbook.count_trial"
KEEP_DAYS = 7
_READ_PERCENT = 20  # reading the state of everybody, of the whole way
_BROKEN = "系统异常，试算未能完成，请重新试算"
_NO_ASKER = "试算人的账号已停用"
_GONE = "该设置的状态已变化，不需要再试算"


class _Stopped(Exception):
    """Cancelled, or begun anew by somebody, meanwhile."""


@transaction.atomic
def draft(
    what: str,
    make: Callable[[], Proposal],
    *,
    actor: Actor,
    addition: str,
    typed: Mapping[str, Sequence[str]],
    instead_of: Proposal | None = None,
) -> Proposal:
    """Keep what was typed as a draft, in the place of a former one, and let it be tried out."""
    if instead_of is not None:
        acts.discard(instead_of, actor=actor)
    proposal = make()
    ask(what, proposal, actor=actor, addition=addition, typed=typed)
    return proposal


@transaction.atomic
def ask(
    what: str,
    proposal: Proposal,
    *,
    actor: Actor,
    addition: str = "",
    typed: Mapping[str, Sequence[str]] | None = None,
) -> Trial:
    """Let a worker count what it would change; one that is at work already is left to it."""
    proposal.refresh_from_db(fields=["state"])
    act, now, asker_id = trials.act_of(proposal), timezone.now(), actor.account_id
    if not act or asker_id is None:
        raise Refused(_GONE, status=409)
    found, is_new = Trial.objects.select_for_update().get_or_create(
        what=what,
        proposal_id=proposal.pk,
        act=act,
        asker_id=asker_id,
        defaults={
            "asker_name": actor.name,
            "asked_at": now,
            "alive_at": now,
            "addition": addition,
            "typed": dict(typed or {}),
        },
    )
    if not is_new:
        if found.is_at_work and not trials.is_silent(found, now):
            return found
        found.state, found.turn, found.percent, found.failure = Trial.State.WAITING, found.turn + 1, 0, ""
        found.asked_at = found.alive_at = now
        found.result = found.finished_at = None
        found.save()
    audit.record(TRIED, proposal, actor=actor)
    jobs.enqueue(JOB, trial=found.pk, turn=found.turn)
    return found


def count(trial_id: int, *, turn: int, actor: Actor) -> None:
    """The work itself. Safe to do twice: who has been overtaken by another turn writes nothing."""
    rows = Trial.objects.filter(pk=trial_id, turn=turn, state__in=(Trial.State.WAITING, Trial.State.RUNNING))
    found = rows.first()
    if found is None or not rows.update(state=Trial.State.RUNNING, percent=0, alive_at=timezone.now()):
        return
    try:
        asker, proposal = _subject(found)
        in_force = trials.rules_of(timezone.localdate())
        try_it = trying.deciding if found.act == Trial.Act.APPROVE else trying.ending
        tried = try_it(proposal, actor=asker)
        report = tried.report(asker, _Progress(rows).tell)
    except _Stopped:
        return
    except Refused as refusal:
        _finish(rows, state=Trial.State.FAILED, failure=refusal.message)
        return
    _finish(
        rows,
        state=Trial.State.DONE,
        percent=100,
        result=trial_report.as_data(report),
        rules_of=in_force,
        people=tried.people,
    )


def _subject(found: Trial) -> tuple[Principal, Proposal]:
    """For whom it is counted, with the rights he has now, and what."""
    asker = principals.of_account(found.asker_id)
    if asker is None:
        raise Refused(_NO_ASKER)
    kind: QuerySet[Proposal] = QuerySet(proposals.KINDS[found.what])
    proposal = kind.filter(pk=found.proposal_id).first()
    if proposal is None or trials.act_of(proposal) != found.act:
        raise Refused(_GONE)
    return asker, proposal


class _Progress:
    """Writes how far the comparison is, at most twice a second; stops it when nobody waits any more."""

    def __init__(self, rows: "QuerySet[Trial]") -> None:
        self._rows = rows
        self._next = 0.0

    def tell(self, done: int, total: int) -> None:
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + 0.5
        percent = _READ_PERCENT + (100 - _READ_PERCENT) * done // max(total, 1)
        if not self._rows.update(percent=percent, alive_at=timezone.now()):
            raise _Stopped


def _finish(rows: "QuerySet[Trial]", **facts: object) -> None:
    now = timezone.now()
    rows.update(alive_at=now, finished_at=now, **facts)


def give_up(trial_id: int, *, turn: int, actor: Actor) -> None:
    """After a fault of the program: let the page say so, instead of waiting for ever."""
    rows = Trial.objects.filter(pk=trial_id, turn=turn, state__in=(Trial.State.WAITING, Trial.State.RUNNING))
    _finish(rows, state=Trial.State.FAILED, failure=_BROKEN)


def cancel(found: Trial, *, actor: Actor) -> None:
    """Break it off; the worker notices within half a second."""
    require(actor.account_id == found.asker_id, "只能取消本人的试算", status=403, code="E-PERM-01")
    rows = Trial.objects.filter(pk=found.pk, state__in=(Trial.State.WAITING, Trial.State.RUNNING))
    require(
        bool(rows.update(state=Trial.State.CANCELLED, turn=F("turn") + 1, finished_at=timezone.now())),
        f"当前状态为“{found.get_state_display()}”，不能执行“取消试算”",
        code="E-STATE-01",
    )


@transaction.atomic
def forget(*, now: datetime.datetime, actor: Actor) -> int:
    """Drafts that nobody has submitted within a week go, with their trials; how many drafts."""
    before, gone = now - datetime.timedelta(days=KEEP_DAYS), 0
    for what, kind in proposals.KINDS.items():
        rows: QuerySet[Any] = QuerySet(kind)
        old = rows.filter(state=Proposal.State.DRAFT, created_at__lt=before)
        ids = list(old.values_list("pk", flat=True))
        Trial.objects.filter(what=what, proposal_id__in=ids).delete()
        old.filter(pk__in=ids).delete()
        gone += len(ids)
    if gone:
        about = ("addressbook.drafts", "-", f"{gone}项")
        audit.record(DRAFTS_FORGOTTEN, about, actor=actor)
    return gone
