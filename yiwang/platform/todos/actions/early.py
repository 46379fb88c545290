"""What an application says of a to-do before it has pushed it: kept for ten minutes, joined or forgotten.

Its calls may overtake each other on the way. For modules, whose acts do not, items.complete and items.cancel.
"""

import datetime

from django.db import transaction
from django.utils import timezone

from yiwang.kernel import database
from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.platform.todos import rules
from yiwang.platform.todos.actions import items
from yiwang.platform.todos.models import EarlyAct, Item
from yiwang.platform.todos.vocabulary import KEPT_EARLY


@transaction.atomic
def complete_or_keep(
    *, app: str, biz_id: str, task_id: str, person_id: int | None, actor: Actor
) -> Item | None:
    """As items.complete; None when the to-do is not there yet and the word is kept for it."""
    if _keep(app, biz_id, task_id, act=EarlyAct.Act.COMPLETE, person_id=person_id, actor=actor):
        return None
    return items.complete(app=app, biz_id=biz_id, task_id=task_id, person_id=person_id, actor=actor)


@transaction.atomic
def cancel_or_keep(*, app: str, biz_id: str, task_id: str, actor: Actor) -> Item | None:
    """As items.cancel; None when the to-do is not there yet and the word is kept for it."""
    if _keep(app, biz_id, task_id, act=EarlyAct.Act.CANCEL, person_id=None, actor=actor):
        return None
    return items.cancel(app=app, biz_id=biz_id, task_id=task_id, actor=actor)


def _keep(app: str, biz_id: str, task_id: str, *, act: str, person_id: int | None, actor: Actor) -> bool:
    """The lock is the one that pushing takes: either it sees our word, or we see its item."""
    keys = {"app": app, "biz_id": biz_id, "task_id": task_id}
    if Item.objects.filter(**keys).exists():
        return False
    database.lock_one("todos.item", f"{app}/{biz_id}/{task_id}")
    if Item.objects.filter(**keys).exists():
        return False
    rules.check_ids(biz_id, task_id)
    EarlyAct.objects.update_or_create(
        app=app,
        biz_id=biz_id,
        task_id=task_id,
        act=act,
        person_id=person_id,
        defaults={"said_at": timezone.now()},
    )
    audit.record(KEPT_EARLY, ("todos.early", f"{biz_id}/{task_id}", f"{biz_id}/{task_id}"), actor=actor)
    return True


@transaction.atomic
def forget_early(*, now: datetime.datetime, actor: Actor) -> int:
    """Words for which no to-do came; how many."""
    return EarlyAct.objects.filter(said_at__lt=now - rules.EARLY_KEPT).delete()[0]
