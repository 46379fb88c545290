"""To-dos of who leaves and of units that end: nothing is orphaned (domain reference §0.6, §1, §2, §6).

They go to the successor whom the handover names, follow a post that goes on elsewhere, or go to the office of
the unit that takes over, its director first.
"""

from collections.abc import Iterable, Sequence

from django.db import transaction

from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.platform.org.models import Post, Unit
from yiwang.platform.todos import queries
from yiwang.platform.todos.actions import items
from yiwang.platform.todos.models import Assignment
from yiwang.platform.todos.vocabulary import MOVED

HANDED_OVER = "工作交接"
DISSOLVED = "原单位已撤并"


@transaction.atomic
def hand_over(person_id: int, ids: Sequence[str], successor_id: int, *, actor: Actor) -> None:
    """Give open to-dos of a person to his successor (交接). What is no longer open is left out."""
    own = Assignment.objects.open().filter(person_id=person_id, pk__in=[int(one) for one in ids])
    _pass_on(own.select_related("item"), successor_id, note=HANDED_OVER, actor=actor)


@transaction.atomic
def follow_post(*, former: Post, post: Post, actor: Actor = SYSTEM) -> int:
    """His post goes on in another unit (合并, 拆分): the to-dos he has for it go with him."""
    own = Assignment.objects.open().filter(person_id=former.person_id, post=former)
    moved = own.update(post=post, unit=post.unit)
    if moved:
        _record_move(post.unit, moved, actor)
    return moved


@transaction.atomic
def move_to_unit(path: str, target_path: str, *, actor: Actor) -> None:
    """A unit ends: what is still open there goes to who serves in the other one, else to its office."""
    target = Unit.objects.get(path=target_path)
    there = Assignment.objects.open().filter(unit__path=path).select_related("item").order_by("item_id")
    for one in (found := list(there)):
        post = None if one.person_id is None else queries.post_in(one.person_id, target)
        goes_over = one.item.type not in queries.staying_types()
        if post is None and goes_over and _to_office(one, target, note=DISSOLVED, actor=actor):
            continue
        Assignment.objects.filter(pk=one.pk).update(post=post, unit=target)
    if found:
        _record_move(target, len(found), actor)


def _to_office(one: Assignment, unit: Unit, *, note: str, actor: Actor) -> int:
    """1 when somebody of the office took it over; 0 when it stays: there is nobody, or only himself."""
    office = queries.office_of(unit, besides=one.person_id)
    if office is None:
        return 0
    return _pass_on([one], office, note=note, actor=actor)


def _pass_on(own: Iterable[Assignment], to_person_id: int, *, note: str, actor: Actor) -> int:
    """In the order of the items, as all acts lock them."""
    passed = 0
    for one in sorted(own, key=lambda each: each.item_id):
        if one.person_id is None or one.person_id == to_person_id:
            continue
        items.pass_on(
            app=one.item.app,
            biz_id=one.item.biz_id,
            task_id=one.item.task_id,
            from_person_id=one.person_id,
            to_person_id=to_person_id,
            note=note,
            actor=actor,
        )
        passed += 1
    return passed


def _record_move(unit: Unit, number: int, actor: Actor) -> None:
    audit.record(MOVED, unit, actor=actor, title=f"{number}件（{unit.short_name}）")
