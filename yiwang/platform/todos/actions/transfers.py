"""转办 and 委托 from the list: giving what lies with oneself to a colleague, if its application allows it."""

from django.db import transaction

from yiwang.kernel.errors import invalid, not_found, require
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.org.models import Person
from yiwang.platform.org.queries import people
from yiwang.platform.todos import rules
from yiwang.platform.todos.actions import items
from yiwang.platform.todos.models import Assignment

LONGEST_NOTE = 180


@transaction.atomic
def transfer(
    assignment_id: int, *, to_person_id: int, note: str, is_delegated: bool, actor: Principal
) -> Assignment:
    """已转办 here, a new 待办 there. is_delegated: the other acts for him (委托), and his list says so."""
    own = Assignment.objects.visible_to(actor).select_related("item").filter(pk=assignment_id).first()
    if own is None:
        raise not_found()
    word = "委托" if is_delegated else "转办"
    require(own.item.may_transfer, f"该事项须在业务系统中办理，不能{word}", status=403)
    state = Assignment.State(own.state).label
    require(rules.may_transfer(own, own.item), f"当前状态为“{state}”，不能执行“{word}”", code="E-STATE-01")
    if not note.strip():
        raise invalid("note", f"请填写{word}说明")
    if len(note.strip()) > LONGEST_NOTE:
        raise invalid("note", f"{word}说明不能超过{LONGEST_NOTE}个字")
    to = Person.objects.visible_to(actor).filter(pk=to_person_id).first()
    department = rules.department_of(actor.unit_path)
    post = next((one for one in people.posts_of(to_person_id) if one.unit.path.startswith(department)), None)
    if to is None or post is None or not department:
        raise invalid("to", "请选择本单位人员")
    taken = items.pass_on(
        app=own.item.app,
        biz_id=own.item.biz_id,
        task_id=own.item.task_id,
        from_person_id=actor.person_id,
        to_person_id=to.pk,
        to_post_id=post.pk,
        note=f"{word}：{note.strip()}",
        actor=actor,
    )
    taken.note = f"代{actor.name}办理" if is_delegated else f"{actor.name}转办"
    taken.save(update_fields=["note"])
    return taken
