"""流程监控: where instances stand and what stands still; no titles, no content."""

from operator import attrgetter
from typing import Any

from django.db.models import Case, Exists, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from yiwang.kernel.extension.worklists import MOST
from yiwang.kernel.workdays import queries as workdays
from yiwang.platform.accounts.models import Account
from yiwang.platform.approvals import rules
from yiwang.platform.approvals.models import Instance, InstanceQuerySet, Task
from yiwang.platform.org.models import Post

STUCK = (("1", "超期未办"), ("2", "办理人无法办理"))


def rows() -> InstanceQuerySet:
    """All instances with what lies where. stuck: 2 when no handler can act, 1 when one is late, else 0."""
    lying = Task.objects.filter(state=Task.State.OPEN).exclude(kind=Task.Kind.READ)
    here = lying.filter(instance=OuterRef("pk"))
    unable = here.exclude(person_id__in=_able())
    running = Q(state__in=(Instance.State.RUNNING, Instance.State.RETURNED))
    return (
        Instance.objects.select_related("definition")
        .prefetch_related(Prefetch("tasks", lying.select_related("person", "owner"), to_attr="lying"))
        .annotate(
            stuck=Case(
                When(running & (Exists(unable) | ~Exists(here)), then=Value(2)),
                When(Q(state=Instance.State.RUNNING) & Exists(here.filter(due_at__lt=Now())), then=Value(1)),
                default=Value(0),
            )
        )
    )


def _able() -> QuerySet[Account, int]:
    """Persons with an account in order and a living post."""
    serving = Post.objects.filter(is_living=True).values("person_id")
    return Account.objects.filter(state=Account.State.ACTIVE, person_id__in=serving).values_list(
        "person_id", flat=True
    )


def count_stuck(viewer: Any) -> int:
    """For the console's first page: instances whose handlers cannot act."""
    found: QuerySet[Any] = rows()
    return found.filter(stuck=2)[:MOST].count()


def step_label(one: Instance) -> str:
    """Where it stands."""
    if one.step:
        return rules.label_of(one, one.step)
    return "提交人修改" if one.state in Instance.WITH_DRAFTER else ""


def handlers(one: Any) -> str:
    """With whom it lies."""
    return "、".join(
        f"{task.person.name}（代 {task.owner.name}）" if task.owner else task.person.name
        for task in sorted(one.lying, key=attrgetter("pk"))
    )


def due_text(one: Any) -> str:
    """剩余2个工作日, 已逾期3个工作日: of the task that is due first."""
    due = min((task.due_at for task in one.lying if task.due_at), default=None)
    if due is None or one.state != Instance.State.RUNNING:
        return ""
    return workdays.remaining(timezone.now(), due).text


def acts_of(one: Instance) -> list[tuple[str, str]]:
    """(label, address) of what an administrator can do with it."""
    found = []
    if one.state == Instance.State.RUNNING:
        found += [("催办", "urge"), ("挂起", "suspend")]
    if one.state == Instance.State.SUSPENDED:
        found.append(("恢复", "resume"))
    if one.is_open:
        found.append(("终止", "terminate"))
    return [(label, reverse("approvals:instance_act", args=[one.pk, act])) for label, act in found]
