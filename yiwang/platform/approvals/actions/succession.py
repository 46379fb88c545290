"""Nothing is orphaned: when a handler's post ends or his account closes, others take over his tasks."""

from collections.abc import Iterable, Sequence

from django.db import transaction

from yiwang.kernel import jobs
from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.platform.accounts.models import Account
from yiwang.platform.approvals.actions import deputies, records, steps
from yiwang.platform.approvals.actions.steps import Move, locked
from yiwang.platform.approvals.models import Deputy, Instance, Task, Trail
from yiwang.platform.approvals.queries import people, succession, tasks
from yiwang.platform.approvals.queries.people import Place
from yiwang.platform.approvals.vocabulary import HANDED_OVER
from yiwang.platform.org.models import Post

_AT_ONCE = 200


def follow_post(*, post: Post, actor: Actor = SYSTEM) -> None:
    """A post has ended: joined to org.hooks.post_ended.

    A job looks after it when that act is committed: what a handover (交接单) gives away is given in the act
    itself, and goes before.
    """
    jobs.enqueue("approvals.follow_departure", person_id=post.person_id, post_id=post.pk)


@transaction.atomic
def follow_move(*, former: Post, post: Post, actor: Actor = SYSTEM) -> int:
    """His post goes on in another unit (合并, 拆分): what lies with him stays."""
    moved = Task.objects.filter(post=former, state__in=Task.ACTIVE).update(post=post)
    if moved:
        audit.record(HANDED_OVER, ("approvals.task", "", f"{moved}项待办"), actor=actor, reason="机构调整")
    return moved


def follow_account(*, account: Account, actor: Actor = SYSTEM) -> None:
    """An account has been closed: joined to accounts.hooks.account_closed, in the same way."""
    jobs.enqueue("approvals.follow_departure", person_id=account.person_id, post_id=None)


@transaction.atomic
def follow_departure(*, person_id: int, post_id: int | None, actor: Actor = SYSTEM) -> int:
    """What still lies with who has left a post, or the house (post_id None), finds a successor; how much."""
    post = Post.objects.filter(pk=post_id).first() if post_id is not None else None
    left = succession.of_post(post) if post is not None else succession.lying_for(person_id)
    count = take_over(left, why="账号注销" if post is None else "任职结束", actor=actor)
    if post is None or not Post.objects.filter(person_id=person_id, is_living=True).exists():
        _end_deputations(person_id, actor)
    return count


def _end_deputations(person_id: int, actor: Actor) -> None:
    """Who is gone deputises for nobody, and needs no deputy."""
    for given in Deputy.objects.filter(ended_at=None, deputy_id=person_id):
        deputies.end_deputy(given, actor=SYSTEM, reason="代理人离岗")
    for given in Deputy.objects.filter(ended_at=None, person_id=person_id):
        deputies.end_deputy(given, actor=SYSTEM, reason="委托人离岗")


def mend(*, actor: Actor = SYSTEM) -> int:
    """Every few minutes: what came to somebody in the very moment he left; how many there were."""
    return take_over(succession.stranded()[:_AT_ONCE], why="办理人离岗", actor=actor)


@transaction.atomic
def take_over(left: Iterable[Task], *, why: str, actor: Actor) -> int:
    """Give each task to the nearest who may have it; how many there were."""
    count = 0
    for task in sorted(left, key=lambda one: (one.instance_id, one.pk)):
        instance = locked(task.instance_id)
        task = Task.objects.get(pk=task.pk)  # noqa: PLW2901  as it stands under the lock
        if not task.is_active:
            continue
        move = Move(actor, task=task)
        if task.kind == Task.Kind.READ:
            steps.leave_out(task, Task.State.LAPSED, instance, move)
        else:
            _give_away(task, instance, why, move)
        audit.record(HANDED_OVER, instance, actor=actor, reason=why)
        count += 1
    return count


def _give_away(task: Task, instance: Instance, why: str, move: Move) -> None:
    """To the first who is no party to the matter; when they all stand at it already, the seat ends."""
    barred = set() if task.kind == Task.Kind.REVISE else people.barred(instance)
    may = [place for place in succession.candidates(task) if place.person_id not in barred]
    there = set(tasks.active(instance).values_list("person_id", flat=True))
    free = [place for place in may if place.person_id not in there]
    if free:
        steps.hand_over(task, free[0], instance, why, move)
    elif may:
        _end_seat(task, instance, why, move)


def _end_seat(task: Task, instance: Instance, why: str, move: Move) -> None:
    """Whoever would take it over answers at this step already, for both."""
    target = f"{why}，由本步骤其他办理人一并办理"
    records.note(Trail.Action.HANDED_OVER, instance, actor=move.actor, now=move.now, task=task, target=target)
    had_arrived = task.state == Task.State.OPEN
    waiting = Task.objects.filter(waits_for=task, state=Task.State.WAITING)
    if not had_arrived:
        waiting.update(waits_for=task.waits_for_id)
    steps.close([task], Task.State.LAPSED, move)
    if had_arrived:
        steps.call_followers(task, instance, move)


@transaction.atomic
def hand_over(person_id: int, ids: Sequence[str], successor_id: int, *, actor: Actor) -> None:
    """移交 by a checklist (交接单): chosen tasks go to the successor named there."""
    why = "工作交接"
    post_id = people.main_posts([successor_id]).get(successor_id)
    for task in succession.lying_with(person_id).filter(pk__in=[int(one) for one in ids]):
        instance = locked(task.instance_id)
        task = Task.objects.get(pk=task.pk)  # noqa: PLW2901  as it stands under the lock
        if not task.is_active:
            continue
        move = Move(actor, task=task)
        is_party = task.kind in {Task.Kind.SEAT, Task.Kind.ADDED} and successor_id in people.barred(instance)
        is_there = (
            task.kind != Task.Kind.READ and tasks.active(instance).filter(person_id=successor_id).exists()
        )
        if task.kind == Task.Kind.READ:
            steps.leave_out(task, Task.State.LAPSED, instance, move)
        elif is_party or is_there:
            _give_away(task, instance, why, move)
        else:
            steps.hand_over(task, Place(successor_id, post_id), instance, why, move)
        audit.record(HANDED_OVER, instance, actor=actor, reason=why)


@transaction.atomic
def move_to_unit(path: str, target_path: str, *, actor: Actor) -> None:
    """A unit is merged or dissolved with a transfer: what lies in it goes to the other unit's office."""
    office = succession.office_of(target_path)
    for task in list(succession.in_unit(path, below=True)):
        instance = locked(task.instance_id)
        task = Task.objects.get(pk=task.pk)  # noqa: PLW2901  as it stands under the lock
        if not task.is_active:
            continue
        move = Move(actor, task=task)
        barred = set() if task.kind == Task.Kind.REVISE else people.barred(instance)
        there = set(tasks.active(instance).values_list("person_id", flat=True))
        free = [one for one in office if one.person_id not in barred | there]
        if task.kind == Task.Kind.READ:
            continue
        if free:
            steps.hand_over(task, free[0], instance, "机构调整", move)
        else:
            _give_away(task, instance, "机构调整", move)
        audit.record(HANDED_OVER, instance, actor=actor, reason="机构调整")
