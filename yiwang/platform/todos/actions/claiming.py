"""认领: one of the unit takes what the unit has to do, and may give it back. Of two at once, one has it."""

from django.db import transaction
from django.utils import timezone

from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, not_found, require
from yiwang.kernel.realtime import news
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.todos import hooks, rules
from yiwang.platform.todos.actions import taking
from yiwang.platform.todos.models import Assignment, Item
from yiwang.platform.todos.queries import claims
from yiwang.platform.todos.vocabulary import CLAIMED, RELEASED

RELEASED_NOTE = "退回单位待认领"


@transaction.atomic
def claim(assignment_id: int, *, actor: Principal) -> Assignment:
    """认领: it is his now, and lapses for other units that had it too. Who is second is told by whom."""
    waiting = Assignment.objects.filter(pk=assignment_id, person=None).first()
    if waiting is None:
        raise not_found()
    item = Item.objects.select_for_update().get(pk=waiting.item_id)
    waiting = Assignment.objects.select_for_update(of=("self",)).get(pk=assignment_id)
    if waiting.state != Assignment.State.TODO:
        _refuse_second(waiting, actor)
    if not claims.may_claim(actor.person_id, waiting.pk):
        raise not_found()
    now = timezone.now()
    waiting.item = item
    own = taking.take(waiting, actor.person_id, post_id=_post(actor, waiting), now=now)
    others = item.assignments.filter(person=None, state=Assignment.State.TODO)
    units = [waiting.unit_id or 0, *(one.unit_id or 0 for one in others)]
    others.update(state=Assignment.State.LAPSED, finished_at=now)
    audit.record(CLAIMED, item, actor=actor)
    hooks.passed_on(item=item, former=waiting, taken=own, actor=actor)
    news.numbers_changed([actor.person_id, *claims.claimants(units)])
    return own


def _refuse_second(waiting: Assignment, actor: Principal) -> None:
    """Whose it is; to who could never have claimed it, it does not exist."""
    is_of_his = waiting.unit_id in {post.unit_id for post in actor.posts}
    if not is_of_his and actor.person_id not in claims.claimants([waiting.unit_id or 0]):
        raise not_found()
    if waiting.passed_to_id == actor.person_id:
        raise Refused("您已认领该事项", code="E-STATE-01")
    if waiting.passed_to is not None:
        raise Refused(f"该事项已由{waiting.passed_to.name}认领", code="E-STATE-01")
    state = Assignment.State(waiting.state).label
    raise Refused(f"当前状态为“{state}”，不能执行“认领”", code="E-STATE-01")


def _post(actor: Principal, waiting: Assignment) -> int | None:
    return claims.post_of(actor.person_id, waiting.unit_id or 0)


@transaction.atomic
def release(assignment_id: int, *, actor: Principal) -> Assignment:
    """退回单位: what he claimed waits for the unit again, with its old due date."""
    own = Assignment.objects.visible_to(actor).filter(pk=assignment_id).first()
    if own is None:
        raise not_found()
    item = Item.objects.select_for_update().get(pk=own.item_id)
    own = Assignment.objects.select_for_update(of=("self",)).get(pk=assignment_id)
    state = Assignment.State(own.state).label
    require(rules.may_release(own), f"当前状态为“{state}”，不能执行“退回单位”", code="E-STATE-01")
    now = timezone.now()
    own.state, own.finished_at, own.note = Assignment.State.LAPSED, now, RELEASED_NOTE
    own.save(update_fields=["state", "finished_at", "note"])
    waiting = Assignment.objects.create(
        item=item,
        unit_id=own.unit_id,
        state=Assignment.State.TODO,
        kind=own.kind,
        urgency=own.urgency,
        due_at=own.due_at,
        arrived_at=now,
        passed_from=own,
    )
    audit.record(RELEASED, item, actor=actor)
    news.numbers_changed([actor.person_id, *claims.claimants([own.unit_id or 0])])
    return waiting
