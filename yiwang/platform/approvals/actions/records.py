"""Adding to the trail: part of every act, which remembers itself in the log as well."""

import datetime
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from yiwang.kernel import request_context
from yiwang.kernel.actor import Actor
from yiwang.kernel.files.actions import attach_file
from yiwang.kernel.files.models import StoredFile
from yiwang.platform.approvals import rules
from yiwang.platform.approvals.models import Instance, Task, Trail
from yiwang.platform.org.models import Person


def note(
    action: Trail.Action,
    instance: Instance,
    *,
    actor: Actor,
    now: datetime.datetime,
    task: Task | None = None,
    step: str | None = None,
    opinion: str = "",
    target: str = "",
    files: Sequence[UUID] = (),
) -> Trail:
    """Add one row: who did what, in which post, for whom. step: where, if not where the task stands.

    files: the actor's own loose uploads; they belong to this row from now on.
    """
    context = request_context.current()
    title, unit = _standing(actor, task)
    owner = Person.objects.only("name").get(pk=task.owner_id) if task and task.owner_id else None
    is_own = task is not None and rules.is_handler(actor, task)
    where = step if step is not None else (task.step if task else instance.step)
    row = Trail.objects.create(
        instance=instance,
        task=task,
        visit=task.visit if task else instance.visit,
        step=where,
        step_label=rules.label_of(instance, where),
        action=action,
        actor_id=rules.person_of(actor),
        actor_name=actor.name,
        actor_title=title,
        actor_unit=unit,
        on_behalf=owner if is_own else None,
        on_behalf_name=owner.name if owner and is_own else "",
        target=target[:300],
        opinion=opinion,
        files=list(files),
        arrived_at=task.arrived_at if task else None,
        opened_at=task.opened_at if task else None,
        due_at=task.due_at if task else None,
        at=now,
        client=context.client,
        address=context.address,
    )
    for file in StoredFile.objects.filter(pk__in=row.files):
        attach_file(file, row, actor=actor)
    return row


def _standing(actor: Any, task: Task | None) -> tuple[str, str]:
    """His title and unit: in the post the task came to, else in the one he is using now."""
    posts = getattr(actor, "posts", ())
    current = getattr(actor, "current", None)
    brief = next((post for post in posts if task is not None and post.id == task.post_id), current)
    if brief is None:
        return "", actor.unit_name
    is_within = brief.unit_name != brief.department
    return brief.title, f"{brief.department}{brief.unit_name}" if is_within else brief.unit_name
