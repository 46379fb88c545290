"""The day somebody leaves: what nobody was named for goes to his unit's office, so that nothing is orphaned.

Runs inside the act that ends the post, and again by the clock for whatever that left over.
"""

import datetime
import logging
from collections.abc import Callable, Sequence

from django.db import transaction
from django.utils import timezone

from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.parameters import queries as parameters
from yiwang.kernel.workdays import queries as workdays
from yiwang.platform.accounts.models import Account
from yiwang.platform.changes.actions import handover as acts
from yiwang.platform.changes.actions import handover_todos as asks
from yiwang.platform.changes.actions.handover_items import (
    add_items,
    fail,
    locked,
    settle,
    try_giving,
    try_leaving,
)
from yiwang.platform.changes.models import Handover, HandoverItem, HandoverQuerySet
from yiwang.platform.changes.queries import handover as queries
from yiwang.platform.changes.rules import handover as rules
from yiwang.platform.changes.vocabulary import (
    GROUP_ANSWER,
    HANDOVER_CARRIED_OUT,
    HANDOVER_DUE,
    HANDOVER_REMINDED,
    HANDOVER_STUCK,
    HANDOVER_TAKEN,
)
from yiwang.platform.messages.actions import messages
from yiwang.platform.org.models import Post

log = logging.getLogger(__name__)

NOBODY = "原单位未设办公室主任或分级管理员，请先指定"
NOT_MOVED = "所属应用未能移交，请重新办理"
Decision, State = HandoverItem.Decision, HandoverItem.State


@transaction.atomic
def carry_out(handover: Handover, *, actor: Actor = SYSTEM, today: datetime.date | None = None) -> Handover:
    """He has left (离岗清理). Safe to run again: what was done stays done."""
    handover = locked(handover)
    if handover.state == Handover.State.CANCELLED:
        return handover
    today = today or timezone.localdate()
    is_first = handover.carried_out_at is None
    add_items(handover, queries.gather(handover.person_id, handover.left_path), is_late=True)
    waiting = list(handover.items.exclude(state=State.DONE).order_by("pk"))
    moved = _move_all(handover, waiting, actor, today, has_had_time=handover.leaves_all)
    if is_first:
        handover.carried_out_at = timezone.now()
        # 退群确认: without an answer he leaves (domain reference §15)
        answered_by = workdays.add_workdays(today, parameters.number(GROUP_ANSWER.key))
        handover.due_on = max(handover.due_on, answered_by)
        handover.save(update_fields=["carried_out_at", "due_on"])
    _go_on(handover, actor, asks_anew=is_first)
    audit.record(HANDOVER_CARRIED_OUT, handover, actor=actor, changes={"items": [len(waiting), moved]})
    if is_first:
        _warn_of_the_rest(handover, actor)
    return handover


def _move_all(
    handover: Handover,
    items: Sequence[HandoverItem],
    actor: Actor,
    today: datetime.date,
    *,
    has_had_time: bool,
) -> int:
    """Each thing to where it belongs; how many are settled now."""
    settle([one for one in items if one.decision in (Decision.ENDS, Decision.KEEP)])
    unanswered = [one for one in items if one.decision == Decision.NONE and rules.waits_for_answer(one)]
    to_leave = [one for one in items if one.decision == Decision.LEAVE]
    for one in unanswered if has_had_time else ():
        one.decision = Decision.LEAVE
        one.save(update_fields=["decision"])
        to_leave.append(one)
    try_leaving(handover, to_leave, actor=actor)
    going = (Decision.SUCCESSOR, Decision.OFFICE, Decision.NONE)
    given = [one for one in items if one.decision in going and one not in unanswered]
    _give_all(handover, given, actor, today)
    _look_again(handover, given)
    return sum(one.state == State.DONE for one in items)


def _give_all(handover: Handover, items: list[HandoverItem], actor: Actor, today: datetime.date) -> None:
    """To the successor if he is there, else to the unit's office."""
    named = {one.successor_id for one in items if one.decision == Decision.SUCCESSOR and one.successor_id}
    present = queries.can_work(named)
    left = [one for one in items if one.decision != Decision.SUCCESSOR or one.successor_id not in present]
    for person_id in present:
        own = [one for one in items if one.decision == Decision.SUCCESSOR and one.successor_id == person_id]
        left += try_giving(handover, own, to=person_id, name=own[0].successor_name, actor=actor)
    if not left:
        return
    office = queries.office_of(handover.unit, besides=handover.person_id, today=today)
    if not office:
        fail(left, NOBODY)
        return
    taker = office[0].person_id
    name = queries.name_of(taker)
    for one in left:
        one.decision = Decision.OFFICE
        one.save(update_fields=["decision"])
    refused = try_giving(handover, left, to=taker, name=name, actor=actor)
    taken = len(left) - len(refused)
    if taken:
        words = {"name": handover.person_name, "count": str(taken), "number": handover.number}
        url = queries.address(handover)
        messages.send(HANDOVER_TAKEN, to=[taker], about=handover, words=words, url=url, actor=actor)


def _look_again(handover: Handover, items: Sequence[HandoverItem]) -> None:
    """A module that says it has given something away, but has not, is found out."""
    held = queries.still_held(handover)
    fail([one for one in items if one.state == State.DONE and (one.holding, one.held_id) in held], NOT_MOVED)


def _go_on(handover: Handover, actor: Actor, *, asks_anew: bool = False) -> None:
    """What the leaver did not submit is submitted without him; those who have it now are asked to sign.

    asks_anew: what he has still to answer is laid before him again, not for the post that has ended.
    """
    if handover.state in (Handover.State.WAITING, Handover.State.WORKING):
        is_open = handover.items.filter(decision=Decision.NONE).exclude(state=State.DONE).exists()
        if is_open and not asks_anew:
            return
        handover.revision += 1
        handover.state = Handover.State.WORKING if is_open else Handover.State.RECEIVING
        handover.save(update_fields=["state", "revision"])
        asks.finish(handover, asks.GIVE, actor)
        if is_open:
            asks.ask_leaver(handover, actor)
    if handover.state == Handover.State.RECEIVING:
        asks.ask_receivers(handover, actor)


def _warn_of_the_rest(handover: Handover, actor: Actor) -> None:
    count = handover.items.filter(state=State.FAILED).count()
    if not count:
        return
    to = queries.keepers(handover)
    words = {"number": handover.number, "count": str(count)}
    messages.send(
        HANDOVER_STUCK, to=to, about=handover, words=words, url=queries.address(handover), actor=actor
    )


def follow_post(*, post: Post, actor: Actor = SYSTEM) -> None:
    """A post has ended (hook): its handover is carried out; where there was none, one is made if need be."""
    open_ones = Handover.objects.filter(person=post.person_id, carried_out_at=None)
    found = open_ones.filter(post=post.pk).exclude(state=Handover.State.CANCELLED).first()
    if found is not None and found.stays:  # he was to be lent, and leaves for good
        found = None
    if found is None:
        found = _make(post, actor)
    if found is not None:
        carry_out(found, actor=actor)


def _make(post: Post, actor: Actor) -> Handover | None:
    """For somebody who left without one, if he held anything that does not end by itself."""
    for lent in Handover.objects.open().filter(post=post.pk, occasion=Handover.Occasion.SECONDMENT):
        acts.supersede(lent, reason="借调人员已离开原岗位，另行交接", actor=SYSTEM)
    post = Post.objects.select_related("person", "unit").get(pk=post.pk)
    leaves = queries.leaves(post.person, post)
    held = queries.gather(post.person_id, leaves.path)
    if not any(holding.hand_over or holding.leave for holding, _ in held):
        return None
    occasion = Handover.Occasion.LEAVING
    day = post.valid_to or timezone.localdate()
    return acts.start(
        post.person, post=post, occasion=occasion, effective_on=day, leaves=leaves, actor=SYSTEM
    )


def follow_account(*, account: Account, actor: Actor = SYSTEM) -> None:
    """An account was closed (hook): whatever its person still holds goes over too."""
    mine = Handover.objects.filter(person=account.person_id).exclude(state=Handover.State.CANCELLED)
    found = mine.filter(carried_out_at=None).order_by("-leaves_all", "pk")
    for handover in found:
        carry_out(handover, actor=actor)
    if found or account.person.unit_id is None:
        return
    held = queries.gather(account.person_id, "")
    if any(holding.hand_over or holding.leave for holding, _ in held):
        today = timezone.localdate()
        occasion = Handover.Occasion.DEREGISTRATION
        made = acts.start(account.person, post=None, occasion=occasion, effective_on=today, actor=actor)
        carry_out(made, actor=actor)


def carry_out_due(*, today: datetime.date, actor: Actor = SYSTEM) -> int:
    """By the clock: those whose day has come, those that found nobody, memberships without an answer."""
    done = _each(queries.effective(today), lambda one: carry_out(one, actor=actor, today=today))
    done += _each(queries.with_failures(), lambda one: carry_out(one, actor=actor, today=today))
    return done + _each(queries.overdue_memberships(today), lambda one: _leave_the_rest(one, actor, today))


def _each(found: HandoverQuerySet, act: Callable[[Handover], object]) -> int:
    """Each in a transaction of its own: one that cannot be carried out does not hold up the others."""
    done = 0
    for handover in found:
        try:
            act(handover)
            done += 1
        except Exception:
            log.exception("handover %s could not be carried out", handover.number)
    return done


@transaction.atomic
def _leave_the_rest(handover: Handover, actor: Actor, today: datetime.date) -> None:
    handover = locked(handover)
    waiting = list(handover.items.filter(decision=Decision.NONE).exclude(state=State.DONE))
    moved = _move_all(handover, waiting, actor, today, has_had_time=True)
    _go_on(handover, actor)
    audit.record(HANDOVER_CARRIED_OUT, handover, actor=actor, changes={"items": [len(waiting), moved]})


@transaction.atomic
def remind(*, today: datetime.date, actor: Actor = SYSTEM) -> int:
    """Each working day: those due on the next one."""
    if not workdays.is_workday(today):
        return 0
    due = list(queries.to_remind(workdays.add_workdays(today, 1)))
    for handover in due:
        words = {
            "number": handover.number,
            "name": handover.person_name,
            "occasion": handover.get_occasion_display(),
            "due": f"{handover.due_on.month}月{handover.due_on.day}日",
            "count": str(len(rules.undecided(handover.items.all()))),
        }
        to = [handover.person_id, *queries.keepers(handover)]
        url = queries.address(handover)
        messages.send(HANDOVER_DUE, to=to, about=handover, words=words, url=url, actor=actor)
        audit.record(HANDOVER_REMINDED, handover, actor=actor)
    return len(due)
