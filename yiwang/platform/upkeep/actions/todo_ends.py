"""How the to-dos of upkeep end. A part of acts in other files, which record."""

from yiwang.kernel.actor import Actor
from yiwang.platform.todos.actions import items as todos
from yiwang.platform.todos.models import Assignment
from yiwang.platform.upkeep.queries import keepers


def end_todo(biz_id: str, task_id: str, *, actor: Actor) -> None:
    """Done by who acted when it lies with him, and so lapsed for the others; else taken back from all."""
    item = keepers.open_task(biz_id, task_id)
    if item is None:
        return
    person_id = getattr(actor, "person_id", None) or 0
    own = item.assignments.filter(person_id=person_id, state__in=Assignment.OPEN)
    if own.exists():
        todos.complete(app=keepers.APP, biz_id=biz_id, task_id=task_id, person_id=person_id, actor=actor)
    else:
        todos.cancel(app=keepers.APP, biz_id=biz_id, task_id=task_id, actor=actor)
