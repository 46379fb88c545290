"""快捷操作: pressed in the list, told to the application by a hook, answered by it with a call of its own.

The to-do is done only when the application says so; until then the list shows that it was asked.
"""

from django.db import IntegrityError, transaction
from django.utils import timezone

from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid, not_found, require
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.todos import hooks, rules
from yiwang.platform.todos.models import Assignment, Item, QuickAct
from yiwang.platform.todos.vocabulary import QUICK_ANSWERED, QUICK_ASKED

LONGEST_REASON = 200


@transaction.atomic
def ask(assignment_id: int, *, key: str, reason: str, actor: Principal) -> QuickAct:
    """He presses it. While the application has not answered, it cannot be pressed again."""
    own = Assignment.objects.visible_to(actor).filter(pk=assignment_id).first()
    if own is None:
        raise not_found()
    item = Item.objects.select_for_update().get(pk=own.item_id)
    own = Assignment.objects.select_for_update(of=("self",)).get(pk=assignment_id)
    wanted = rules.quick_action(item, key)
    if wanted is None:
        raise not_found()
    state = Assignment.State(own.state).label
    is_open = own.state in Assignment.OPEN
    require(is_open, f"当前状态为“{state}”，不能执行“{wanted['label']}”", code="E-STATE-01")
    if wanted["needs_reason"] and not reason.strip():
        raise invalid("reason", "请填写意见")
    if len(reason.strip()) > LONGEST_REASON:
        raise invalid("reason", f"意见不能超过{LONGEST_REASON}个字")
    try:
        with transaction.atomic():
            asked = QuickAct.objects.create(
                assignment=own,
                action=key,
                label=wanted["label"],
                reason=reason.strip(),
                asked_at=timezone.now(),
            )
    except IntegrityError:
        raise Refused("已提交业务系统，请等待处理结果", code="E-STATE-01") from None
    audit.record(QUICK_ASKED, item, actor=actor, reason=wanted["label"])
    hooks.quick_asked(item=item, assignment=own, asked=asked, actor=actor)
    return asked


@transaction.atomic
def answer(asked_id: int, *, app: str, is_done: bool, text: str, actor: Actor) -> QuickAct:
    """The application took it, or says why not. Completing the to-do is a call of its own."""
    found = QuickAct.objects.select_related("assignment__item").filter(pk=asked_id).first()
    if found is None or found.assignment.item.app != app:
        raise not_found()
    Item.objects.select_for_update().get(pk=found.assignment.item_id)
    found = (
        QuickAct.objects.select_for_update(of=("self",)).select_related("assignment__item").get(pk=asked_id)
    )
    if found.state != QuickAct.State.ASKED:
        return found
    found.state = QuickAct.State.DONE if is_done else QuickAct.State.FAILED
    found.answer, found.answered_at = text.strip()[:LONGEST_REASON], timezone.now()
    found.save(update_fields=["state", "answer", "answered_at"])
    audit.record(QUICK_ANSWERED, found.assignment.item, actor=actor, reason=found.answer)
    return found
